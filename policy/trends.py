"""How a municipality's work went over the months. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policy.monitor import REACH_BY_MONTH, Closed, table_of
from policy.small_cells import LEAST, hidden

MONTHS = 12


@dataclass(frozen=True)
class Trend:
    """A month's cases; None is a count that is not told."""

    month: str
    opened: int | None
    closed: int | None
    reached: int | None
    """Of those that closed."""
    stood_still: int | None
    """How often a case began to stand still."""
    stalls_known: bool
    """Whether that was counted in this month already."""


def trends(
    months: Sequence[str],
    *,
    opened: Mapping[str, int],
    closed: Iterable[tuple[Closed, int]],
    stalls: Mapping[str, int],
    least: int = LEAST,
) -> tuple[Trend, ...]:
    """The months (`2027-04`) one by one. What closed is told as the figures of its quarter tell it, so that neither
    gives away what the other hides; the caller gives whole quarters of it."""
    told = _closed(closed, least)
    new, stood_still, since = _hidden(opened, least), _hidden(stalls, least), min(stalls, default=None)
    return tuple(
        Trend(
            month=month,
            opened=new.get(month, 0),
            closed=told.get(month, (0, 0, 0))[2],
            reached=told.get(month, (0, 0, 0))[0],
            stood_still=stood_still.get(month, 0),
            stalls_known=since is not None and month >= since,
        )
        for month in months
    )


def _closed(groups: Iterable[tuple[Closed, int]], least: int) -> dict[str, tuple[int | None, ...]]:
    """By month: reached, not reached, and both."""
    of_quarter: dict[str, list[tuple[Closed, int]]] = {}
    for case, many in groups:
        of_quarter.setdefault(_quarter(case.month), []).append((case, many))
    tables = (table_of(REACH_BY_MONTH, those, period=quarter, least=least) for quarter, those in of_quarter.items())
    return {line.name: line.counts for table in tables for line in table.lines}


def _hidden(counts: Mapping[str, int], least: int) -> dict[str, int | None]:
    """Each quarter by itself, so that the same month always says the same."""
    of_quarter: dict[str, dict[str, int]] = {}
    for month, count in counts.items():
        of_quarter.setdefault(_quarter(month), {})[month] = count
    return {month: count for months in of_quarter.values() for month, count in hidden(months, least).items()}


def _quarter(month: str) -> str:
    return f"{month[:4]}-{(int(month[5:]) + 2) // 3}"
