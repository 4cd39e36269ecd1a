"""Text with a row on each line, as partners' systems write it: whatever encoding and separator they chose."""

import csv
import io
from collections.abc import Iterator

from adapters.signal_form import UnreadableFile
from adapters.table import TableRow

SEPARATORS = (";", "\t", ",")
_LOOKED_AT = 20


def rows_of_csv(content: bytes) -> Iterator[TableRow]:
    """Each line, also an empty one. Raises `UnreadableFile`."""
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield TableRow(number, tuple(cells))
    except csv.Error:
        raise UnreadableFile(
            f"Het bestand is geen geldige CSV: rond regel {reader.line_num} staat een aanhalingsteken dat niet klopt "
            "of een cel die veel te lang is."
        ) from None


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Dutch Windows programs write; a byte that it does not know means that this is no text.
        return _decoded(content, "windows-1252")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UnreadableFile("Dit bestand is geen tekst en geen werkblad. Bewaar het als CSV of Excel.")
    return text


def _separator(text: str) -> str:
    """The one that stands in most of the first lines, and most often there."""
    lines = [line for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    return max(
        SEPARATORS,
        key=lambda sign: (sum(1 for line in lines if sign in line), sum(line.count(sign) for line in lines)),
    )
