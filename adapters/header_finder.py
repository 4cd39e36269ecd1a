"""Where the names of the columns stand, and which rows at the end are no signals."""

from collections.abc import Sequence

from adapters.column_names import named
from adapters.table import TableRow

LOOKED_AT = 30
"""A title, a date and some empty rows may come first."""
_ENOUGH = 3
_TOTALS = ("totaal", "totalen", "subtotaal", "eindtotaal", "total", "aantal")


def find_header(rows: Sequence[TableRow]) -> int | None:
    """The place in `rows` of the row with most names of ours; with too few of them, of the first row that is all words,
    with another below it. None when there is no such row."""
    looked_at = rows[:LOOKED_AT]
    known = [sum(1 for cell in row.cells if isinstance(cell, str) and named(cell)) for row in looked_at]
    if known and max(known) >= _ENOUGH:
        return known.index(max(known))
    return next((place for place, row in enumerate(looked_at) if _is_all_words(row) and place + 1 < len(rows)), None)


def is_total(row: TableRow) -> bool:
    """Whether the row sums up others: it begins with a word for that, and says little else."""
    told = [cell for cell in row.cells if cell not in (None, "")]
    first = str(told[0]).strip().casefold() if told else ""
    return first.rstrip(":").split(" ")[0] in _TOTALS and len(told) <= _ENOUGH


def _is_all_words(row: TableRow) -> bool:
    told = [cell for cell in row.cells if cell not in (None, "")]
    words = [cell for cell in told if isinstance(cell, str) and not any(sign.isdigit() for sign in cell)]
    return len(told) >= _ENOUGH and len(words) == len(told) and len(set(words)) == len(words)
