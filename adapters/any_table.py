"""A table from a file of any form that partners send. What it is shows from the content; a name says nothing."""

import json
from collections.abc import Iterator

from adapters.csv_table import rows_of_csv
from adapters.sheet_table import is_sheet, rows_of_sheet
from adapters.signal_form import UnreadableFile
from adapters.table import Cell, TableRow


def rows_of(content: bytes) -> Iterator[TableRow]:
    """Each row in order. Raises `UnreadableFile`, at the latest at the row that cannot be read."""
    if is_sheet(content):
        return rows_of_sheet(content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return _rows_of_json(content)
    return rows_of_csv(content)


def _rows_of_json(content: bytes) -> Iterator[TableRow]:
    """A list of objects: the first row holds every name that occurs."""
    try:
        records = json.loads(content)
    except (ValueError, RecursionError):
        raise UnreadableFile("Dit bestand is geen geldige JSON.") from None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnreadableFile("Dit JSON-bestand is geen lijst van signalen.")
    names = list(dict.fromkeys(name for record in records for name in record))
    yield TableRow(1, tuple(names))
    for number, record in enumerate(records, start=2):
        yield TableRow(number, tuple(_cell(record.get(name)) for name in names))


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float | bool) else None if value is None else json.dumps(value)
