"""Counts that go to somebody else: a small one is not told, and neither is what it could be computed from.

Whether a sum is told follows from the sums beside it alone, never from what it is the sum of. So two figures that count
the same things by the same lines hide the same sums, and neither tells what the other hides.
"""

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
    """The counts of one row and their total, which is told unless it is small itself. So whoever knows the total from
    elsewhere (a partner knows how many signals it sent) learns nothing by it: no hidden count can be computed."""
    total, bound = sum(counts), -1
    if any(count < least for count in counts):
        # The smallest of the others goes with them, or total minus the rest would tell them. Every cell of that size
        # goes: which one of equals is hidden would tell which one is small.
        bound = min((count for count in counts if count >= least), default=least)
    return Told(tuple(count if count > bound else None for count in counts), total if total >= least else None)


def told_in_groups(groups: Sequence[Sequence[int]], *, least: int = LEAST) -> tuple[tuple[Told, ...], int | None]:
    """Rows of counts of which another figure tells the sums, and the total of all. Of a sum that is hidden, as `told`
    hides it, the whole row is."""
    sums = told([sum(group) for group in groups], least=least)
    rows = (
        Told((None,) * len(group), None) if total is None else told(group, least=least)
        for group, total in zip(groups, sums.cells, strict=True)
    )
    return tuple(rows), sums.total


def hidden(counts: Mapping[K, int], least: int = LEAST) -> dict[K, int | None]:
    """The same for counts by name, without their total."""
    row = told(tuple(counts.values()), least=least)
    return dict(zip(counts, row.cells, strict=True))


@dataclass(frozen=True)
class Crossed:
    """A table of counts as it may be told, with the sums of its rows and columns; None is a hidden one."""

    rows: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


_Table = Sequence[Sequence[int]]


def crossed(counts: _Table, columns: int, *, least: int = LEAST) -> Crossed:
    """The counts of a table of so many columns, and its sums.

    Rows and columns whose sum is hidden, as `told` hides it, are hidden whole: to whoever subtracts they are one, and
    that one has no small sum. In what is left, rows and columns with a small count are crossed, and what lies where
    they meet is hidden: two of each at least, and of a row or column never small counts alone unless all of it is
    hidden. So every hidden count could be another one, with the same sums.
    """
    if not counts:
        return Crossed((), (), (None,) * columns, None)
    down, right = (
        told([sum(row) for row in counts], least=least),
        told([sum(column) for column in _turned(counts)], least=least),
    )
    merged = _merged(_turned(_merged(counts, down.cells)), right.cells)
    places, rows = _met(merged, least)
    of_row, of_column = _numbers(down.cells), _numbers(right.cells)
    return Crossed(
        rows=tuple(
            tuple(
                None if None in (total, sum_) or (of_row[r] in rows and of_column[c] in places) else row[c]
                for c, sum_ in enumerate(right.cells)
            )
            for r, (row, total) in enumerate(zip(counts, down.cells, strict=True))
        ),
        row_totals=down.cells,
        column_totals=right.cells,
        total=down.total,
    )


def _merged(lines: _Table, sums: Sequence[int | None]) -> list[list[int]]:
    """The lines whose sum is told, and last the others as one."""
    kept = [list(line) for line, total in zip(lines, sums, strict=True) if total is not None]
    gone = [line for line, total in zip(lines, sums, strict=True) if total is None]
    return [*kept, [sum(cells) for cells in zip(*gone, strict=True)]] if gone else kept


def _numbers(sums: Sequence[int | None]) -> list[int]:
    """Which line of `_merged` each line is."""
    kept = [place for place, total in enumerate(sums) if total is not None]
    return [len(kept) if total is None else kept.index(place) for place, total in enumerate(sums)]


def _met(lines: list[list[int]], least: int) -> tuple[set[int], set[int]]:
    """Numbers of lines, and of places in them: what lies where they meet is hidden."""
    across = _turned(lines)
    which = {number for number, line in enumerate(lines) if any(count < least for count in line)}
    places = {number for number, line in enumerate(across) if any(count < least for count in line)}
    while which:
        if _gives_away(lines, which, places, least) and (wider := _smallest(across, places)):
            places |= wider
        elif _gives_away(across, places, which, least) and (longer := _smallest(lines, which)):
            which |= longer
        else:
            break
    return which, places


def _turned(lines: _Table) -> list[list[int]]:
    return [list(line) for line in zip(*lines, strict=True)]


def _gives_away(lines: list[list[int]], which: set[int], hidden: set[int], least: int) -> bool:
    """Whether too little is hidden in one of these lines: one count alone, or small ones alone."""
    return len(hidden) < 2 or any(all(lines[number][place] < least for place in hidden) for number in which)


def _smallest(lines: list[list[int]], but: set[int]) -> set[int]:
    """Of the lines that are told still the one with the smallest sum, and every equal one."""
    left = {number: sum(line) for number, line in enumerate(lines) if number not in but}
    return {number for number, total in left.items() if total == min(left.values())}
