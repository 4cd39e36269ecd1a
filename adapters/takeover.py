"""Running cases of another system: one file with a row for each signal, taken over as a whole or not at all.

A row becomes a signal as in any delivery. What is more: the day on which it came in there, and what was done since.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from adapters.any_table import rows_of
from adapters.cell_words import texts
from adapters.delivered_file import DeliveredFile
from adapters.intake import TakenIn
from adapters.past_attempts import read_attempts
from adapters.signal_form import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    WHOLE_ROW,
    Fault,
    FaultyRow,
    ReadableRow,
    ReadRow,
    UnreadableFile,
    read_day,
    read_row,
)
from adapters.stores import Stores
from adapters.table import TableRow
from models.codes import Channel
from models.ids import DeliveryId, RowId, StaffId, row_of
from models.periodic import DeliveryInput
from models.takeover import PastAttempt
from models.values import MunicipalityCode, Unreadable
from policy.calendar import local
from workflows.client import delivery_report, start_delivery

RECEIVED, ATTEMPTS = "ontvangen_op", "pogingen"
NEEDED = ("kenmerk", "achternaam", "postcode", "huisnummer", "bedrag", "signaaldatum", RECEIVED, ATTEMPTS)
"""Columns that must be in the header; the others of a delivery may."""
_KNOWN = frozenset({*COLUMNS, *OPTIONAL_COLUMNS, RECEIVED, ATTEMPTS})
_PREVIEW = RowId("preview")
_RowId = Callable[[int], RowId]


class FaultsLeft(Exception):
    """A file is taken over as a whole: while a row is wrong, nothing is. The message says so."""


@dataclass(frozen=True)
class Looked:
    """What would be taken over, before anything is."""

    rows: int
    faulty: tuple[FaultyRow, ...] = field(repr=False)
    attempts: Mapping[Channel, int]
    without_attempts: int
    first: date | None
    """The earliest day of receipt."""


def read(path: Path) -> bytes:
    """Raises `UnreadableFile`."""
    try:
        return path.read_bytes()
    except OSError:
        raise UnreadableFile("Het bestand bestaat niet of kan niet worden geopend.") from None


def look(content: bytes, *, today: date) -> Looked:
    """Reads the whole file and keeps nothing. Raises `UnreadableFile`."""
    faulty, good = list[FaultyRow](), list[ReadableRow]()
    for row in _rows(content, lambda number: _PREVIEW, today):
        if isinstance(row, FaultyRow):
            faulty.append(row)
        else:
            good.append(row)
    if not faulty and not good:
        raise UnreadableFile("Het bestand heeft alleen een kopregel en geen enkele lopende zaak.")
    return Looked(
        rows=len(good) + len(faulty),
        faulty=tuple(faulty),
        attempts=Counter(past.channel for row in good for past in row.signal.past),
        without_attempts=sum(1 for row in good if not row.signal.past),
        first=min((row.signal.received_on for row in good if row.signal.received_on is not None), default=None),
    )


def told(found: Looked) -> Iterator[str]:
    """What would be taken over, line by line; of a fault its row, field and form."""
    since = "" if found.first is None else f", the first of them received on {found.first}"
    yield f"{found.rows} rows{since}; {found.without_attempts} of them without an attempt"
    by_channel = ", ".join(f"{channel} {count}" for channel, count in sorted(found.attempts.items()))
    yield f"{sum(found.attempts.values())} attempts{f': {by_channel}' if by_channel else ''}"
    yield f"{len(found.faulty)} rows with faults"
    for row in found.faulty:
        for fault in row.faults:
            yield f"  row {row.number}, {fault.field}: {fault.reason}"


async def take_over(
    client: Client,
    stores: Stores,
    content: bytes,
    *,
    municipality: MunicipalityCode,
    partner: str,
    by: StaffId,
    at: datetime,
    clock_offset: timedelta = timedelta(0),
) -> TakenIn:
    """Takes the file's running cases over, and waits until every row has its case. The same file again changes nothing.

    Raises `FaultsLeft`, `UnreadableFile`, `UnknownMunicipality`, `UnknownPartner`, `NoAgreement`; then nothing was
    stored.
    """
    found = await asyncio.to_thread(look, content, today=local(at).date())
    if found.faulty:
        raise FaultsLeft(
            f"Er is niets overgenomen: {len(found.faulty)} van {found.rows} rijen kloppen niet. Verbeter het bestand."
        )
    store = stores.deliveries(municipality)
    stored = await asyncio.to_thread(lambda: store.store(delivered(content), municipality, partner, by, at))
    await start_delivery(client, DeliveryInput(delivery_id=stored.delivery_id, clock_offset=clock_offset))
    return TakenIn(stored, await delivery_report(client, stored.delivery_id))


def delivered(content: bytes) -> DeliveredFile:
    """The same bytes sent by a partner are another delivery: there the columns of a take-over mean nothing."""
    fingerprint = hashlib.sha256(b"takeover|" + content).hexdigest()

    def rows(delivery: DeliveryId, today: date) -> Iterator[ReadRow]:
        return _rows(content, lambda number: row_of(delivery, number), today)

    return DeliveredFile(fingerprint=fingerprint, rows=rows)


# --- the file -----------------------------------------------------------------------------------------------------


def _rows(content: bytes, row_id: _RowId, today: date) -> Iterator[ReadRow]:
    rows = rows_of(content)
    header = next(rows, None)
    if header is None:
        raise UnreadableFile("Het bestand is leeg.")
    places = _places(header)
    for row in rows:
        if any(cell not in (None, "") for cell in row.cells):
            yield _row(row, places, row_id(row.number), today)


def _places(header: TableRow) -> dict[str, int]:
    names = ["" if cell is None else str(cell).strip().lower() for cell in header.cells]
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UnreadableFile(f"In de kopregel ontbreekt: {', '.join(missing)}.")
    # A name that is not ours may be anything, so only its place is told.
    strange = [place for place, name in enumerate(names, start=1) if name and name not in _KNOWN]
    if strange:
        raise UnreadableFile(f"Kolom {strange[0]} hoort niet bij een overname; laat die kolom weg.")
    double = [name for name in names if name and names.count(name) > 1]
    if double:
        raise UnreadableFile(f"De kolom {double[0]} staat twee keer in de kopregel.")
    return {name: place for place, name in enumerate(names) if name}


def _row(row: TableRow, places: Mapping[str, int], row_id: RowId, today: date) -> ReadRow:
    cells = texts(row, places)
    read, faults = read_row(row.number, cells, row=row_id, today=today), list[Fault]()
    named = frozenset(places.values())
    if any(cell not in (None, "") for place, cell in enumerate(row.cells) if place not in named):
        faults.append(Fault(WHOLE_ROW, "er staat iets in een cel zonder kolomnaam"))
    received, past = _received(cells, today, faults), _past(cells, today, faults)
    if isinstance(read, FaultyRow):
        return replace(read, faults=(*read.faults, *faults))
    if received is not None and received < read.signal.signal_date:
        faults.append(Fault(RECEIVED, "de dag van ontvangst ligt niet vóór de signaaldatum"))
    if faults:
        return FaultyRow(row.number, tuple(faults), cells)
    return replace(read, signal=read.signal.model_copy(update={"received_on": received, "past": past}))


def _received(cells: Mapping[str, str], today: date, faults: list[Fault]) -> date | None:
    if not cells[RECEIVED]:
        faults.append(Fault(RECEIVED, "dit veld is verplicht"))
        return None
    try:
        received = read_day(cells[RECEIVED])
    except Unreadable as error:
        faults.append(Fault(RECEIVED, str(error)))
        return None
    if received > today:
        faults.append(Fault(RECEIVED, "een dag van ontvangst ligt niet in de toekomst"))
    return received


def _past(cells: Mapping[str, str], today: date, faults: list[Fault]) -> tuple[PastAttempt, ...]:
    try:
        return read_attempts(cells[ATTEMPTS], today=today)
    except Unreadable as error:
        faults.append(Fault(ATTEMPTS, str(error)))
        return ()
