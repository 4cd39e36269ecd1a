"""What is printed: figures of this machine, and ratios that another machine should show too."""

import statistics
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass

_HEADINGS = ("", "here", "ratio", "")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ratio` compares with another line of the same run, which `to` names."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    to: str = ""


class NotMeasured(Exception):
    """Something went otherwise than what was to be measured; the message says what."""


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 stay under; at least two values."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def milliseconds(work: Awaitable[object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    await work
    return (time.perf_counter() - began) * 1000


def table(figures: Sequence[Figure]) -> str:
    """The figures in aligned columns."""
    rows = [_HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _cells(figure: Figure) -> tuple[str, str, str, str]:
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return figure.what, f"{figure.value:,.1f} {figure.unit}", ratio, f"x {figure.to}" if figure.to else ""


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    what, value, ratio, to = row
    return f"{what:<{widths[0]}}  {value:>{widths[1]}}  {ratio:>{widths[2]}}  {to}".rstrip()
