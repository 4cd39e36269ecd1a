"""Counts that go to somebody else: a small one is not told, and neither is what it could be computed from."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

LEAST = 10
"""The smallest count that is told. Below it a reader may know whom it is about."""


@dataclass(frozen=True)
class Told:
    """A row of counts as it may be told; None is a hidden one."""

    cells: tuple[int | None, ...]
    total: int | None


def told(counts: Sequence[int], *, least: int = LEAST) -> Told:
    """The counts of one row and their total. Also whoever knows the total from elsewhere (a partner knows how many
    signals it sent) and knows this rule can compute no hidden one."""
    if all(count >= least for count in counts):
        return Told(tuple(counts), sum(counts))
    bound = min((count for count in counts if count >= least), default=None)
    if bound is None:
        return Told((None,) * len(counts), None)
    # The smallest of the others goes with them, or total minus the rest would tell them. Every cell of that size goes:
    # which one of equals is hidden would tell which one is small.
    return Told(tuple(count if count > bound else None for count in counts), sum(counts))


def hidden(counts: Mapping[K, int], least: int = LEAST) -> dict[K, int | None]:
    """The same for counts by name, without their total."""
    row = told(tuple(counts.values()), least=least)
    return dict(zip(counts, row.cells, strict=True))
