"""Columns beside each other, as an inline SVG picture. Pure: numbers in, places out; the page draws them without a
style, which our own rules of safety refuse.

A picture is never the only place of a number: every one of them has its table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_SLOT, _GAP, _HEIGHT, _ABOVE, _BELOW = 64, 10, 150, 22, 40
_MOST_TICKS = 4


@dataclass(frozen=True)
class Column:
    """One number: where it is drawn, and which of the series it belongs to. `height` is 0 for a number not told."""

    x: float
    y: float
    width: float
    height: float
    series: int
    text: str
    """The number above it; a dash when it is not told."""


@dataclass(frozen=True)
class Slot:
    """What stands below a group of columns."""

    x: float
    above: str
    below: str


@dataclass(frozen=True)
class Tick:
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Everything to draw, in units of the picture."""

    width: int
    height: int
    base: int
    """Where the columns stand."""
    columns: tuple[Column, ...]
    slots: tuple[Slot, ...]
    ticks: tuple[Tick, ...]
    series: tuple[str, ...]
    """What each series is called; how it is drawn follows its place."""


def column_chart(names: Sequence[tuple[str, str]], series: Sequence[tuple[str, Sequence[int | None]]]) -> Chart:
    """A group of columns for each name (of two lines), in it one of each series."""
    top = _top([number for _, numbers in series for number in numbers if number])
    base = _ABOVE + _HEIGHT
    wide = (_SLOT - _GAP) / max(1, len(series))
    columns = tuple(
        _column(number, x=place * _SLOT + _GAP / 2 + turn * wide, width=wide - 2, base=base, top=top, series=turn)
        for place in range(len(names))
        for turn, (_, numbers) in enumerate(series)
        for number in (numbers[place],)
    )
    slots = tuple(Slot(place * _SLOT + _SLOT / 2, above, below) for place, (above, below) in enumerate(names))
    ticks = tuple(Tick(round(base - _HEIGHT * each / top, 1), str(each)) for each in _ticks(top))
    return Chart(_SLOT * len(names), base + _BELOW, base, columns, slots, ticks, tuple(name for name, _ in series))


def share(number: int | None, most: int) -> float:
    """How long a bar is, in percent of the longest one."""
    return 0.0 if not number or not most else round(100 * number / most, 1)


def _column(number: int | None, *, x: float, width: float, base: int, top: int, series: int) -> Column:
    height = round(_HEIGHT * (number or 0) / top, 1)
    return Column(round(x, 1), round(base - height, 1), round(width, 1), height, series, _told(number))


def _told(number: int | None) -> str:
    return "–" if number is None else str(number)


def _top(numbers: Sequence[int]) -> int:
    """The end of the scale: a round number that no column is higher than."""
    most = max(numbers, default=1)
    step = _step(most)
    return -(-most // step) * step


def _step(most: int) -> int:
    size = 1
    while True:
        for each in (size, 2 * size, 5 * size):
            if most <= each * _MOST_TICKS:
                return each
        size *= 10


def _ticks(top: int) -> range:
    step = _step(top)
    return range(step, top + 1, step)
