"""Counts that go to somebody else: a small one is not told, and neither is what it could be computed from."""

from collections.abc import Callable, Hashable, Mapping, Sequence
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


def told_in_groups(groups: Sequence[Sequence[int]], *, least: int = LEAST) -> tuple[tuple[Told, ...], int | None]:
    """Rows of counts of which the sums are told elsewhere too, and the total of all: what is hidden in a row is hidden
    with something of that row. Where all of a row is small its sum is told nowhere, and they are one row."""
    rows = tuple(told(group, least=least) for group in groups)
    if all(row.total is not None for row in rows):
        return rows, sum(map(sum, groups))
    one = told([count for group in groups for count in group], least=least)
    cells = iter(one.cells)
    return tuple(Told(tuple(next(cells) for _ in group), None) for group in groups), one.total


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

    Rows and columns whose sum is small go first, with the smallest of the others, as in `told`: to whoever subtracts
    they are one. In what is left, rows and columns with a small count are crossed, and what lies where they meet is
    hidden: two of each at least, and of a known sum never small counts alone. So no hidden count can be computed from
    the others and the sums. Where that would hide all sums, those of the rows are told alone.
    """

    def by_columns(left: _Table) -> Crossed:
        return _turned(_without_small_rows(_across(left), lambda rest: _turned(_met(_across(rest), least)), least))

    whole = _without_small_rows(counts, by_columns, least) if counts else None
    if whole is not None and whole.total is not None:
        return whole
    alone, nothing = told([sum(row) for row in counts], least=least), (None,) * columns
    return Crossed((nothing,) * len(counts), alone.cells, nothing, alone.total)


def _without_small_rows(counts: _Table, others: Callable[[_Table], Crossed], least: int) -> Crossed:
    """Hides rows with a small sum; `others` says what is told of those that are left and of the hidden ones as one."""
    sums = told([sum(row) for row in counts], least=least).cells
    left = [row for row, total in zip(counts, sums, strict=True) if total is not None]
    if len(left) == len(counts):
        return others(counts)
    gone = [row for row, total in zip(counts, sums, strict=True) if total is None]
    found = others([*left, [sum(column) for column in _across(gone)]])
    rows, totals = iter(found.rows), iter(found.row_totals)
    hidden = (None,) * len(counts[0])
    return Crossed(
        rows=tuple(hidden if total is None else next(rows) for total in sums),
        row_totals=tuple(None if total is None else next(totals) for total in sums),
        column_totals=found.column_totals,
        total=found.total,
    )


def _met(counts: _Table, least: int) -> Crossed:
    """Hides what lies where rows and columns with a small count meet."""
    table = [[*row, sum(row)] for row in counts]
    table.append([sum(column) for column in _across(table)])
    across = _across(table)
    rows = {number for number, row in enumerate(table) if any(count < least for count in row)}
    places = {number for number, column in enumerate(across) if any(count < least for count in column)}
    while rows:
        if _gives_away(table, rows, places, least) and (wider := _smallest(across, places)):
            places |= wider
        elif _gives_away(across, places, rows, least) and (longer := _smallest(table, rows)):
            rows |= longer
        else:
            break
    shown = [
        [None if number in rows and place in places else count for place, count in enumerate(row)]
        for number, row in enumerate(table)
    ]
    return Crossed(
        rows=tuple(tuple(row[:-1]) for row in shown[:-1]),
        row_totals=tuple(row[-1] for row in shown[:-1]),
        column_totals=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def _across(table: _Table) -> list[list[int]]:
    return [list(column) for column in zip(*table, strict=True)]


def _turned(found: Crossed) -> Crossed:
    return Crossed(tuple(zip(*found.rows, strict=True)), found.column_totals, found.row_totals, found.total)


def _gives_away(lines: list[list[int]], which: set[int], hidden: set[int], least: int) -> bool:
    """Whether too little is hidden in one of these lines: one count alone, or small ones alone beside a known sum."""
    if len(hidden) < 2:
        return True
    total = len(lines[0]) - 1
    return total not in hidden and any(all(lines[number][place] < least for place in hidden) for number in which)


def _smallest(lines: list[list[int]], but: set[int]) -> set[int]:
    """Of the lines that are told still the one with the smallest sum, and every equal one; the sums go last."""
    last = len(lines) - 1
    left = {number: lines[number][-1] for number in range(last) if number not in but}
    if not left:
        return {last} - but
    return {number for number, total in left.items() if total == min(left.values())}
