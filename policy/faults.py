"""What is wrong in a policy file: where, and a Dutch sentence that a policy officer can act on."""

from collections.abc import Iterable

Place = tuple[str | int, ...]
"""Where something stands in a file: the keys that lead to it, a number for an item of a list (the first is 0)."""
Fault = tuple[Place, str]


class Wrong(ValueError):
    """What is wrong with a part of a policy; each place is within that part."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(in_words(place, said) for place, said in self.faults))


def in_words(place: Place, said: str) -> str:
    return f"{'.'.join(map(str, place))}: {said}" if place else said
