"""Storing a delivered file: every row is kept, sealed, before anything is done with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlmodel import col, select

from adapters.agreements import Agreements
from adapters.blind import RECOGNISED_BY, Entry, IndexKind, signal_entries
from adapters.database import Database, begins_with
from adapters.delivered_file import DeliveredFile
from adapters.documents import document_of
from adapters.legal_basis import HasBasis, check_basis, every_kind
from adapters.signal_form import FaultyRow, ReadableRow, ReadRow
from adapters.vault import Vault
from models.codes import DocumentKind, RowStatus
from models.ids import DeliveryId, PartnerId, RowId, StaffId, UnitId, fresh, row_of, unit_of_row
from models.personal import PersonalData, RefusedRow
from models.tables import DeliveredRow, DeliveryRow, DocumentRow, MunicipalityRow, PartnerRow
from models.values import MunicipalityCode
from models.vault_tables import UnitRow
from policy.calendar import at_local, local

CHUNK = 250
"""Rows in one transaction."""

_OF_DELIVERY = "delivery-"


class UnknownMunicipality(Exception):
    """There is no such municipality in this installation."""


class UnknownPartner(Exception):
    """There is no partner of this name in this installation."""


@dataclass(frozen=True)
class Refusal:
    """One fault of one row, as it is told to the sender."""

    number: int
    field: str
    reason: str


@dataclass(frozen=True)
class StoredDelivery:
    """What became of a file. `already`: every row of it was stored before, nothing was added now."""

    delivery_id: DeliveryId
    already: bool
    stored: int
    refused: int
    refusals: tuple[Refusal, ...]


def unit_of_delivery(delivery: DeliveryId) -> UnitId:
    """The unit under which the file itself is recognised."""
    return UnitId(f"{_OF_DELIVERY}{delivery}")


def forget_files(database: Database, vault: Vault, *, received_before: datetime) -> int:
    """Destroys what older files are recognised by, of which no row is left; how many.

    What a file is recognised by is a function of all that stood in it, so it goes with the last row.
    """
    old = select(UnitRow.id).where(
        *begins_with(col(UnitRow.id), _OF_DELIVERY),
        col(UnitRow.wrapped_key).is_not(None),
        UnitRow.created_at < received_before,
    )
    with vault.database.read() as session:
        files = session.exec(old).all()
    with database.read() as session:
        alive = {unit_of_delivery(DeliveryId(id)) for id in session.exec(select(DeliveredRow.delivery_id).distinct())}
    units = [UnitId(unit) for unit in files if unit not in alive]
    if units:
        vault.destroy(units)
    return len(units)


class DeliveryStore:
    """The door for files. `keep_refused`: how long a row that could not be read stays. `has_basis`: of which kinds of
    partner signals may be received."""

    def __init__(
        self, database: Database, vault: Vault, *, keep_refused: timedelta, has_basis: HasBasis = every_kind
    ) -> None:
        self._database = database
        self._vault = vault
        self._keep_refused = keep_refused
        self._has_basis = has_basis

    def check_may_deliver(self, partner: PartnerId, municipality: MunicipalityCode, *, on: date) -> None:
        """Raises `NoAgreement` when there is no agreement with the partner on this day; `NoBasis`, which is one too,
        when there is no legal basis."""
        Agreements(self._database).check(partner, municipality, on=on)
        check_basis(self._database, partner, municipality, on=on, has_basis=self._has_basis)

    def store(
        self, file: DeliveredFile, municipality: MunicipalityCode, partner_name: str, by: StaffId, at: datetime
    ) -> StoredDelivery:
        """Stores the file's rows and says which were refused. The same file again is the same delivery, and completes
        one that was broken off.

        Nothing is opened yet: start the delivery's workflow afterwards, also when `already`.
        Raises `UnknownMunicipality`, `UnknownPartner`, `NoAgreement`; then nothing was stored.
        """
        return self.add_rows(self.receive(file, municipality, self._partner(municipality, partner_name), by, at), file)

    def receive(
        self, file: DeliveredFile, municipality: MunicipalityCode, partner: PartnerId, by: StaffId, at: datetime
    ) -> DeliveryId:
        """The delivery of this file, without its rows. The same file again is the same delivery. Raises
        `NoAgreement`."""
        self.check_may_deliver(partner, municipality, on=local(at).date())
        delivery = self._recognised(file, municipality, partner, at)
        self._delivery(delivery, municipality, partner, by, at)
        return delivery

    def add_rows(
        self, delivery: DeliveryId, file: DeliveredFile, *, progress: Callable[[int], None] = lambda rows: None
    ) -> StoredDelivery:
        """Stores the rows that are not there yet; `progress` hears how many rows were seen, chunk by chunk."""
        with self._database.read() as session:
            row = session.get_one(DeliveryRow, delivery)
        rows = file.rows(delivery, local(row.received_at).date())
        added, stored, refusals, refused = 0, 0, list[Refusal](), 0
        for chunk in _chunks(rows):
            added += self._add(row, chunk)
            faulty = [row for row in chunk if isinstance(row, FaultyRow)]
            stored, refused = stored + len(chunk) - len(faulty), refused + len(faulty)
            refusals += [Refusal(row.number, *fault) for row in faulty for fault in row.faults]
            progress(stored + refused)
        return StoredDelivery(delivery, added == 0, stored, refused, tuple(refusals))

    def _partner(self, municipality: MunicipalityCode, name: str) -> PartnerId:
        with self._database.read() as session:
            if session.get(MunicipalityRow, municipality.text) is None:
                raise UnknownMunicipality(f"Gemeente {municipality.text} is hier niet bekend.")
            found = session.exec(select(PartnerRow.id).where(PartnerRow.name == name)).first()
            if found is None:
                known = ", ".join(session.exec(select(PartnerRow.name).order_by(PartnerRow.name)))
                raise UnknownPartner(f"Deze signaalpartner is hier niet bekend. Bekend zijn: {known or 'nog geen'}.")
        return PartnerId(found)

    def _recognised(
        self, file: DeliveredFile, municipality: MunicipalityCode, partner: PartnerId, at: datetime
    ) -> DeliveryId:
        """The delivery of this file, made when the file is new."""
        content = f"file|{partner}|{file.fingerprint}"
        with self._vault.database.write() as session:
            self._vault.database.lock(session, self._vault.digest(municipality, IndexKind.CONTENT, content))
            for unit in self._vault.find(municipality, IndexKind.CONTENT, content, within=session):
                return DeliveryId(unit.removeprefix(_OF_DELIVERY))
            delivery = DeliveryId(fresh())
            unit = unit_of_delivery(delivery)
            self._vault.create(unit, municipality, at, within=session)
            self._vault.index(unit, municipality, [(IndexKind.CONTENT, content)], within=session)
        return delivery

    def _delivery(
        self, delivery: DeliveryId, municipality: MunicipalityCode, partner: PartnerId, by: StaffId, at: datetime
    ) -> DeliveryRow:
        """The delivery as it was first received: a file that comes again is judged by that day."""
        row = DeliveryRow(
            id=delivery, municipality=municipality.text, partner_id=partner, received_at=at, received_by=by
        )
        with self._database.write() as session:
            self._database.insert_once(session, row)
            return session.get_one(DeliveryRow, delivery)

    def _add(self, delivery: DeliveryRow, chunk: Sequence[ReadRow]) -> int:
        """Stores the rows that are not there yet: keys and indexes first, then the rows; how many were added."""
        chunk = self._unseen(delivery, chunk)
        if not chunk:
            return 0
        sealed = self._sealed(delivery, chunk)
        kept = [row for row in chunk if unit_of_row(_row_id(delivery, row)) in sealed]
        with self._database.write() as session:
            self._database.insert_all_once(session, [self._delivered_row(delivery, row) for row in kept])
            self._database.insert_all_once(session, [_document_row(delivery, row, sealed) for row in kept])
        return len(kept)

    def _unseen(self, delivery: DeliveryRow, chunk: Sequence[ReadRow]) -> list[ReadRow]:
        numbers = [row.number for row in chunk]
        stored = select(DeliveredRow.number).where(
            DeliveredRow.delivery_id == delivery.id, col(DeliveredRow.number).in_(numbers)
        )
        with self._database.read() as session:
            seen = set(session.exec(stored))
        # A row that was erased since is not taken in again.
        units = {unit_of_row(_row_id(delivery, row)): row.number for row in chunk}
        erased = select(UnitRow.id).where(col(UnitRow.id).in_(units), col(UnitRow.wrapped_key).is_(None))
        with self._vault.database.read() as session:
            seen |= {units[UnitId(unit)] for unit in session.exec(erased)}
        return [row for row in chunk if row.number not in seen]

    def _sealed(self, delivery: DeliveryRow, chunk: Iterable[ReadRow]) -> dict[UnitId, bytes]:
        partner = PartnerId(delivery.partner_id)
        new = [(unit_of_row(_row_id(delivery, row)), _content(row), _entries(row, partner)) for row in chunk]
        return self._vault.seal_many(new, MunicipalityCode(delivery.municipality), delivery.received_at)

    def _delivered_row(self, delivery: DeliveryRow, row: ReadRow) -> DeliveredRow:
        row_id, refused = _row_id(delivery, row), isinstance(row, FaultyRow)
        return DeliveredRow(
            id=row_id,
            delivery_id=delivery.id,
            number=row.number,
            unit_id=unit_of_row(row_id),
            status=RowStatus.REFUSED if refused else RowStatus.STORED,
            errors=[fault._asdict() for fault in row.faults] if isinstance(row, FaultyRow) else [],
            # One that never finds a case goes like one that was refused.
            erase_at=delivery.received_at + self._keep_refused,
            received_at=_received_elsewhere(row),
        )


def _document_row(delivery: DeliveryRow, row: ReadRow, sealed: Mapping[UnitId, bytes]) -> DocumentRow:
    row_id = _row_id(delivery, row)
    unit = unit_of_row(row_id)
    return DocumentRow(
        id=document_of(DocumentKind.ROW, row_id),
        unit_id=unit,
        kind=DocumentKind.ROW,
        subject_id=row_id,
        created_at=delivery.received_at,
        sealed=sealed[unit],
    )


def _received_elsewhere(row: ReadRow) -> datetime | None:
    """When the signal of a running case came in at the system that it is taken over from: as its day began."""
    said = row.signal.received_on if isinstance(row, ReadableRow) else None
    return None if said is None else at_local(said, time(0))


def _content(row: ReadRow) -> PersonalData:
    return row.signal if isinstance(row, ReadableRow) else RefusedRow(cells=row.cells)


def _chunks(rows: Iterator[ReadRow]) -> Iterator[list[ReadRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _row_id(delivery: DeliveryRow, row: ReadRow) -> RowId:
    return row_of(DeliveryId(delivery.id), row.number)


def _entries(row: ReadRow, partner: PartnerId) -> list[Entry]:
    if isinstance(row, FaultyRow):
        return []
    return [entry for entry in signal_entries(partner, row.signal) if entry[0] in RECOGNISED_BY]
