"""What is unsealed while something is answered. The vault notes it itself, so that no page can forget to."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from models.ids import UnitId

_OPENED: ContextVar[set[UnitId] | None] = ContextVar("opened", default=None)


@contextmanager
def noting() -> Iterator[set[UnitId]]:
    """The units that are opened within, also in the threads that are given work from here."""
    opened = set[UnitId]()
    token = _OPENED.set(opened)
    try:
        yield opened
    finally:
        _OPENED.reset(token)


def note(unit: UnitId) -> None:
    """Something of the unit is about to be read."""
    opened = _OPENED.get()
    if opened is not None:
        opened.add(unit)
