"""A table as it stands in a file: rows of cells, before anybody knows what they mean."""

from dataclasses import dataclass, field
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class TableRow:
    """A row, numbered as a spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...] = field(repr=False)
