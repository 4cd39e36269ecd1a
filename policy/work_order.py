"""In which order open work lies on the lists."""

_PRIORITIES = 4
_OTHERS = 2 * _PRIORITIES


def rank(*, urgent: bool, late: bool, priority: int) -> int:
    """What goes before other work, then what is late, then by the priority of the route; the lowest first."""
    return (0 if urgent else _OTHERS) + (0 if late else _PRIORITIES) + priority - 1


def goes_first(rank: int) -> bool:
    """Whether work of this rank goes before other work."""
    return rank < _OTHERS
