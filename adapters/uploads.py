"""A partner's file between the moment it was sent and the moment somebody says that it was read well.

Nothing is opened before that. The file itself is a sealed unit of its own (`upload-<id>`): gone after a day when nobody
confirms it, and as soon as its rows are stored when somebody does.
"""

import base64
import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from sqlalchemy import delete
from sqlmodel import col, select

from adapters.any_table import rows_of
from adapters.blind import IndexKind
from adapters.cell_words import texts
from adapters.column_guess import guess
from adapters.database import Database
from adapters.delivered_file import DeliveredFile
from adapters.delivery_store import DeliveryStore
from adapters.documents import Documents
from adapters.header_finder import find_header, is_total
from adapters.signal_form import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    FaultyRow,
    ReadableRow,
    ReadRow,
    UnreadableFile,
    read_row,
)
from adapters.table import TableRow
from adapters.vault import Erased, Vault
from models.codes import DocumentKind
from models.errors import CodedError
from models.ids import DeliveryId, PartnerId, RowId, StaffId, UnitId, derived, fresh, row_of
from models.personal import UploadedFile
from models.tables import ColumnMappingRow, DocumentRow, UploadRow
from models.values import MunicipalityCode
from models.vault_tables import UnitRow
from policy.calendar import local
from policy.legal_forms import is_legal_entity

LIFE = timedelta(days=1)
"""How long a file waits for somebody to confirm it."""
LARGEST = 25_000_000
"""Bytes."""
SHOWN = 10
FAULTS_SHOWN = 200
_LOOKED_AT = 40
_SETTLED = timedelta(days=7)
"""Longer than a confirmed file is ever needed: its rows are stored by then, or somebody looks at the delivery."""


class NotConfirmed(CodedError):
    """The delivery was started, but the confirmation was not written down yet; it may still come."""


class UploadGone(Exception):
    """The file is not there any more: nobody confirmed it in time, or its rows are stored."""


@dataclass(frozen=True)
class Upload:
    """What is known of a file without opening it. `mapping`: our column -> place in the file, from 0."""

    id: str
    municipality: MunicipalityCode
    partner: PartnerId
    received_at: datetime
    received_by: StaffId
    header: int
    mapping: Mapping[str, int]
    delivery: DeliveryId | None


@dataclass(frozen=True)
class Preview:
    """How a file is read with its mapping. The cells are personal data: for the eyes of whoever confirms it."""

    header: tuple[str, ...] = field(repr=False)
    first: tuple[ReadRow, ...] = field(repr=False)
    first_cells: tuple[tuple[str, ...], ...] = field(repr=False)
    faulty: tuple[FaultyRow, ...] = field(repr=False)
    """At most `FAULTS_SHOWN`."""
    good: int
    refused: int
    passed_over: int
    """Empty rows under the header, and totals."""
    legal_entities: int
    """Good rows about a company, foundation and the like."""
    unused: tuple[int, ...]
    """Places of columns that say something and are read as nothing of ours."""
    missing: tuple[str, ...]
    """Columns that every signal needs and that are mapped to nothing."""


class Uploads:
    """The door for files of any form; port `activities.ports.UploadStore`. `store_of`: where the rows of a
    municipality's files go."""

    def __init__(self, database: Database, vault: Vault, store_of: Callable[[MunicipalityCode], DeliveryStore]) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)
        self._store_of = store_of

    def put(
        self,
        content: bytes,
        municipality: MunicipalityCode,
        partner: PartnerId,
        *,
        by: StaffId,
        at: datetime,
        mapping: Mapping[str, int] | None = None,
    ) -> str:
        """Keeps a file that can be read as a table; its id. `mapping`: when it is known which column is which. Raises
        `UnreadableFile` and `NoAgreement`; then nothing was kept."""
        self._store_of(municipality).check_may_deliver(partner, municipality, on=local(at).date())
        rows = rows_of(content)
        head = list(islice(rows, _LOOKED_AT))
        # A fault further on is said now as well.
        deque(rows, maxlen=0)
        place = find_header(head)
        if place is None:
            raise UnreadableFile("In dit bestand staat geen kopregel met namen van kolommen.")
        names = _words(head[place])
        known = self._known(municipality, partner, names)
        upload = fresh()
        unit = UnitId(f"upload-{upload}")
        self._vault.create(unit, municipality, at)
        kept = UploadedFile(content=base64.b64encode(content).decode())
        with self._database.write() as session:
            self._documents.keep(session, unit, DocumentKind.UPLOAD, upload, kept, at=at)
            session.add(
                UploadRow(
                    id=upload,
                    municipality=municipality.text,
                    partner_id=partner,
                    unit_id=unit,
                    received_at=at,
                    received_by=by,
                    header=head[place].number,
                    mapping=dict(mapping) if mapping is not None else known or guess(names, head[place + 1 :]),
                    erase_at=at + LIFE,
                )
            )
        return upload

    def find(self, upload: str) -> Upload | None:
        with self._database.read() as session:
            row = session.get(UploadRow, upload)
        return None if row is None else _upload(row)

    def preview(self, upload: Upload) -> Preview:
        """Reads the whole file as it would be stored. Raises `UploadGone`."""
        content = self._content(upload)
        header, shown = tuple[str, ...](), list[TableRow]()
        first, faulty, good, refused, passed_over = list[ReadRow](), list[FaultyRow](), 0, 0, 0
        legal_entities, filled = 0, set[int]()
        for row in rows_of(content):
            if row.number == upload.header:
                header = _words(row)
            elif row.number > upload.header:
                if not counts(row):
                    passed_over += 1
                    continue
                read = _read(row, upload.mapping, RowId("preview"), local(upload.received_at).date())
                filled |= {place for place, cell in enumerate(row.cells) if cell not in (None, "")}
                if len(first) < SHOWN:
                    first.append(read)
                    shown.append(row)
                if isinstance(read, ReadableRow):
                    good += 1
                    legal_entities += is_legal_entity(read.signal.legal_form)
                else:
                    refused += 1
                    faulty += [read] if len(faulty) < FAULTS_SHOWN else []
        return Preview(
            header=header,
            first=tuple(first),
            first_cells=tuple(_words(row) for row in shown),
            faulty=tuple(faulty),
            good=good,
            refused=refused,
            passed_over=passed_over,
            legal_entities=legal_entities,
            unused=tuple(sorted(filled - set(upload.mapping.values()))),
            missing=tuple(name for name in _REQUIRED if name not in upload.mapping),
        )

    def choose(self, upload: Upload, mapping: Mapping[str, int]) -> None:
        """Another column for a field. What was confirmed stays as it was."""
        kept = {name: place for name, place in mapping.items() if name in _ALL and place >= 0}
        with self._database.write() as session:
            row = session.get(UploadRow, upload.id)
            if row is not None and row.delivery_id is None:
                row.mapping = kept

    def confirm(self, upload: Upload, *, at: datetime) -> DeliveryId:
        """The file counts: its delivery, to be started by whoever can do all of this again. Raises as `receive` and
        `settle`."""
        delivery = self.receive(upload, at=at)
        self.settle(upload, delivery, at=at)
        return delivery

    def receive(self, upload: Upload, *, at: datetime) -> DeliveryId:
        """The delivery of this file as it is read now, to be started. Nothing is stored before `settle`, and done
        twice it is one delivery. Raises `UploadGone`, `NoAgreement`."""
        if upload.delivery is not None:
            return upload.delivery
        file, by = self._file(upload, self._content(upload)), upload.received_by
        return self._store_of(upload.municipality).receive(file, upload.municipality, upload.partner, by, at)

    def settle(self, upload: Upload, delivery: DeliveryId, *, at: datetime) -> None:
        """Somebody confirmed the file as it was read then: its rows may be stored.

        The mapping is remembered for the next file of this partner with the same header. Raises `UploadGone`.
        """
        if upload.delivery is not None:
            return
        header = next((row for row in rows_of(self._content(upload)) if row.number == upload.header), None)
        with self._database.write() as session:
            row = session.get(UploadRow, upload.id)
            if row is None:
                raise UploadGone
            # Another reading may have been chosen in the meantime: this one was confirmed.
            row.delivery_id, row.mapping, row.erase_at = delivery, dict(upload.mapping), at + _SETTLED
            if header is not None:
                key = self._mapping_key(upload.municipality, upload.partner, _words(header))
                session.merge(ColumnMappingRow(id=key, mapping=dict(upload.mapping), confirmed_at=at))

    def store(self, upload: str, *, progress: Callable[[int], None]) -> None:
        """Stores the rows of a confirmed file; then the file itself goes. May be done again at any point. Raises
        `NotConfirmed`, to be tried again until the file is gone."""
        known = self.find(upload)
        if known is None:
            return
        if known.delivery is None:
            raise NotConfirmed("upload.not-confirmed")
        try:
            content = self._content(known)
        except UploadGone:
            # Its rows were stored before.
            return
        self._store_of(known.municipality).add_rows(known.delivery, self._file(known, content), progress=progress)
        _destroy(self._database, self._vault, [known.id])

    def forget_now(self, upload: Upload) -> None:
        """Whoever sent it does not want it after all."""
        _destroy(self._database, self._vault, [upload.id])
        _remove(self._database, [upload.id])

    def _content(self, upload: Upload) -> bytes:
        with self._database.read() as session:
            try:
                kept = self._documents.read(session, DocumentKind.UPLOAD, upload.id)
            except Erased:
                kept = None
        if not isinstance(kept, UploadedFile):
            raise UploadGone
        return base64.b64decode(kept.content)

    def _file(self, upload: Upload, content: bytes) -> DeliveredFile:
        """The same bytes read another way are another delivery: a file that was confirmed with a wrong mapping can be
        sent well afterwards."""
        way = json.dumps([upload.header, sorted(upload.mapping.items())]).encode()
        fingerprint = hashlib.sha256(hashlib.sha256(content).digest() + way).hexdigest()

        def rows(delivery: DeliveryId, today: date) -> Iterator[ReadRow]:
            for row in rows_of(content):
                if row.number > upload.header and counts(row):
                    yield _read(row, upload.mapping, row_of(delivery, row.number), today)

        return DeliveredFile(fingerprint=fingerprint, rows=rows)

    def _known(
        self, municipality: MunicipalityCode, partner: PartnerId, names: tuple[str, ...]
    ) -> dict[str, int] | None:
        """The mapping that was confirmed before for a file with this header."""
        with self._database.read() as session:
            row = session.get(ColumnMappingRow, self._mapping_key(municipality, partner, names))
        return None if row is None else dict(row.mapping)

    def _mapping_key(self, municipality: MunicipalityCode, partner: PartnerId, names: tuple[str, ...]) -> str:
        # A header may turn out to be a row of data: only a keyed hash of it is kept.
        header = self._vault.digest(municipality, IndexKind.CONTENT, "header|" + "|".join(names))
        return derived("mapping", municipality.text, partner, header)


def forget_uploads(database: Database, vault: Vault, *, at: datetime) -> int:
    """Destroys files that nobody confirmed in time; how many. Also deletes what an old copy of the main database
    brought back of a file whose key is gone."""
    with database.read() as session:
        late = list(session.exec(select(UploadRow.id).where(col(UploadRow.erase_at) <= at)))
        sealed: set[str] = set(session.exec(select(DocumentRow.unit_id).where(DocumentRow.kind == DocumentKind.UPLOAD)))
    _destroy(database, vault, late)
    _remove(database, late)
    with vault.database.read() as session:
        wanted = select(UnitRow.id).where(col(UnitRow.id).in_(sealed), col(UnitRow.wrapped_key).is_not(None))
        live: set[str] = set(session.exec(wanted))
    unreadable = sealed - live
    if unreadable:
        with database.write() as session:
            session.execute(delete(DocumentRow).where(col(DocumentRow.unit_id).in_(unreadable)))
    return len(late)


def _destroy(database: Database, vault: Vault, uploads: list[str]) -> None:
    if not uploads:
        return
    vault.destroy([UnitId(f"upload-{upload}") for upload in uploads])
    with database.write() as session:
        for upload in uploads:
            Documents(vault).drop(session, DocumentKind.UPLOAD, upload)


def _remove(database: Database, uploads: list[str]) -> None:
    with database.write() as session:
        for row in session.exec(select(UploadRow).where(col(UploadRow.id).in_(uploads))).all():
            session.delete(row)


_ALL = (*COLUMNS, *OPTIONAL_COLUMNS)
_REQUIRED = ("kenmerk", "achternaam", "postcode", "huisnummer", "bedrag", "signaaldatum")


def counts(row: TableRow) -> bool:
    """Whether a row under the header says something of its own: an empty one and a total do not."""
    return any(cell not in (None, "") for cell in row.cells) and not is_total(row)


def _read(row: TableRow, mapping: Mapping[str, int], row_id: RowId, today: date) -> ReadRow:
    return read_row(row.number, texts(row, mapping), row=row_id, today=today)


def _words(row: TableRow) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in row.cells)


def _upload(row: UploadRow) -> Upload:
    return Upload(
        id=row.id,
        municipality=MunicipalityCode(row.municipality),
        partner=PartnerId(row.partner_id),
        received_at=row.received_at,
        received_by=StaffId(row.received_by),
        header=row.header,
        mapping=row.mapping,
        delivery=None if row.delivery_id is None else DeliveryId(row.delivery_id),
    )
