"""Tables of figures as they may be shown: with sums, and without small counts. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy.small_cells import LEAST, crossed, told_in_groups

TOTAL = "totaal"
UNNAMED = "te kleine aantallen"
"""What so many lines of which nothing is told are called together."""

Counts = Mapping[str, tuple[int, ...]]
"""By line: how many, for each column."""


@dataclass(frozen=True)
class Line:
    """The counts of a line, for each column of its table; None is a hidden one."""

    name: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True)
class Table:
    """A figure as it may be shown."""

    title: str
    unit: str
    definition: str
    period: str
    """Of which days it tells, or of which moment."""
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    total: Line | None
    """None where there is nothing to add up."""


def added(each: Iterable[tuple[str, tuple[int, ...]]], order: Sequence[str] = ()) -> Counts:
    """Lines of the same name, added up: those of `order` first, then the others by name."""
    total: dict[str, tuple[int, ...]] = {}
    for name, counts in each:
        before = total.get(name, (0,) * len(counts))
        total[name] = tuple(one + more for one, more in zip(before, counts, strict=True))
    places = {name: place for place, name in enumerate(order)}
    return dict(sorted(total.items(), key=lambda line: (places.get(line[0], len(places)), line[0])))


def told_table(
    title: str,
    unit: str,
    definition: str,
    period: str,
    columns: tuple[str, ...],
    counts: Counts,
    *,
    group: Callable[[str], object] = lambda line: None,
    least: int = LEAST,
) -> Table:
    """A table with its sums. Small counts are hidden with what would give them away. `group`: lines of which another
    figure tells the sum; for a table of one column."""
    if not counts:
        return Table(title, unit, definition, period, columns, (), None)
    if len(columns) == 1:
        lines, total = _one_column(counts, group, least)
        return Table(title, unit, definition, period, columns, _named(lines, least), Line(TOTAL, (total,)))
    shown = crossed(list(counts.values()), len(columns), least=least)
    lines = [
        Line(name, (*cells, total)) for name, cells, total in zip(counts, shown.rows, shown.row_totals, strict=True)
    ]
    sums = Line(TOTAL, (*shown.column_totals, shown.total))
    return Table(title, unit, definition, period, (*columns, TOTAL), _named(lines, least), sums)


def _one_column(counts: Counts, group: Callable[[str], object], least: int) -> tuple[list[Line], int | None]:
    groups: dict[object, list[str]] = {}
    for name in counts:
        groups.setdefault(group(name), []).append(name)
    rows, total = told_in_groups([[counts[name][0] for name in names] for names in groups.values()], least=least)
    cells = {
        name: cell
        for names, row in zip(groups.values(), rows, strict=True)
        for name, cell in zip(names, row.cells, strict=True)
    }
    return [Line(name, (cells[name],)) for name in counts], total


def _named(lines: Sequence[Line], least: int) -> tuple[Line, ...]:
    """The lines by name. A line that is named counts one at least, so of very many that are hidden together it would be
    known that each counts one, when that is what their sum leaves."""
    hidden = [line for line in lines if all(count is None for count in line.counts)]
    if len(hidden) < least:
        return tuple(lines)
    return (*(line for line in lines if line not in hidden), Line(UNNAMED, hidden[0].counts))
