"""Reading a partner's file: the CSV of `docs/delivery-format.md`, one row at a time."""

import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from adapters.delivered_file import DeliveredFile
from adapters.signal_form import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    WHOLE_ROW,
    Fault,
    FaultyRow,
    ReadRow,
    UnreadableFile,
    read_row,
)
from models.ids import DeliveryId, row_of

FIRST_ROW = 2
"""Rows are numbered as a spreadsheet shows them: the header is row 1."""


class _Record(NamedTuple):
    """A row of the file as it stands there. `width`: how many cells a row should have."""

    number: int
    cells: dict[str, str]
    width: int


def fingerprint(path: Path) -> str:
    """A hash of the file's bytes, after checking that all of it is CSV in our columns. It is a function of personal
    data: only the vault may keep it, and only as a keyed hash. Raises `UnreadableFile`."""
    if sum(1 for _ in _records(path)) == 0:
        raise UnreadableFile("Het bestand heeft alleen een kopregel en geen enkel signaal.")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, *, delivery: DeliveryId, today: date) -> Iterator[ReadRow]:
    """The rows in order, without holding more than one; empty rows are passed over. Raises `UnreadableFile`.

    `today` is the day on which the file was received: a signal cannot be of a later day.
    """
    for number, cells, width in _records(path):
        if len(cells) != width:
            reason = f"de rij heeft {len(cells)} cellen en de kopregel {width}"
            yield FaultyRow(number, (Fault(WHOLE_ROW, reason),), cells)
        else:
            yield read_row(number, cells, row=row_of(delivery, number), today=today)


def delivered(path: Path) -> DeliveredFile:
    """The file, ready to be stored. Raises `UnreadableFile`."""
    return DeliveredFile(
        fingerprint=fingerprint(path), rows=lambda delivery, today: read(path, delivery=delivery, today=today)
    )


# --- the file -----------------------------------------------------------------------------------------------------


def _records(path: Path) -> Iterator[_Record]:
    """Each row that is not empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Strict: otherwise one quotation mark too many silently swallows the rows below it.
            reader = csv.reader(file, delimiter=";", strict=True)
            yield from _under_header(reader)
    except UnicodeDecodeError:
        raise UnreadableFile(
            "Het bestand is geen UTF-8. Bewaar het als ‘CSV UTF-8’ en lever het opnieuw aan."
        ) from None
    except csv.Error:
        raise UnreadableFile(
            f"Het bestand is geen geldige CSV: rond regel {reader.line_num} staat een aanhalingsteken dat niet klopt "
            "of een cel die veel te lang is."
        ) from None
    except OSError:
        raise UnreadableFile("Het bestand bestaat niet of kan niet worden geopend.") from None


def _under_header(reader: Iterator[list[str]]) -> Iterator[_Record]:
    header = next(reader, None)
    if header is None:
        raise UnreadableFile("Het bestand is leeg.")
    columns = _columns(header)
    for number, cells in enumerate(reader, start=FIRST_ROW):
        if any(cell.strip() for cell in cells):
            yield _Record(number, _named(columns, cells), width=len(columns))


def _columns(header: list[str]) -> list[str]:
    found = [name.strip().lower() for name in header]
    missing = [name for name in COLUMNS if name not in found]
    if len(missing) == len(COLUMNS):
        raise UnreadableFile(
            "De eerste regel is geen kopregel met onze kolommen, gescheiden door puntkomma's. De kopregel is: "
            + ";".join(COLUMNS)
        )
    if missing:
        raise UnreadableFile(f"In de kopregel ontbreekt: {', '.join(missing)}.")
    # A name that is not ours may be anything, so only its place is told.
    known = (*COLUMNS, *OPTIONAL_COLUMNS)
    strange = [place for place, name in enumerate(found, start=1) if name not in known]
    if strange:
        raise UnreadableFile(f"Kolom {strange[0]} staat niet in het afgesproken formaat; laat die kolom weg.")
    double = [name for name in found if found.count(name) > 1]
    if double:
        raise UnreadableFile(f"De kolom {double[0]} staat twee keer in de kopregel.")
    return found


def _named(columns: list[str], cells: list[str]) -> dict[str, str]:
    beyond = (f"kolom {place}" for place in range(len(columns) + 1, len(cells) + 1))
    return dict(zip([*columns, *beyond], cells, strict=False))
