"""Delivered rows as their partner sent them, opened from the sealed store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.reservation_rows import Candidate
from adapters.vault import Erased, Vault
from models.codes import DocumentKind, PartnerType
from models.errors import CodedError
from models.ids import PartnerId, RowId, SignalId, UnitId, signal_of
from models.personal import DeliveredSignal
from models.tables import DeliveredRow, DeliveryRow, DocumentRow, PartnerRow, SignalRow
from models.values import MunicipalityCode


class NotASignal(CodedError):
    """The row was refused, or is not there: nothing can be matched."""

    retryable = False

    def __init__(self, code: str = "matching.not_a_signal") -> None:
        super().__init__(code)


@dataclass(frozen=True)
class Delivered:
    """A row with what its delivery says of it."""

    row_id: RowId
    partner_type: PartnerType
    received_at: datetime
    taken_over_at: datetime | None
    """When a running case came here from another system; None for a signal that came in here."""
    candidate: Candidate
    objected: bool = False
    """Whether its person is marked as somebody who was right to object."""


class DeliveredRows:
    """Reads rows; nothing is written here."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)

    def read(self, row_id: RowId) -> Delivered:
        """The row as the partner sent it. Raises `NotASignal`, `Erased`."""
        with self._database.read() as session:
            row = session.get(DeliveredRow, row_id)
            content = self._documents.read(session, DocumentKind.ROW, row_id)
            if row is None or not isinstance(content, DeliveredSignal):
                raise NotASignal
            delivery = session.get_one(DeliveryRow, row.delivery_id)
            partner = session.get_one(PartnerRow, delivery.partner_id)
        return Delivered(
            row_id=row_id,
            partner_type=PartnerType(partner.type),
            received_at=row.received_at or delivery.received_at,
            taken_over_at=None if row.received_at is None else delivery.received_at,
            candidate=Candidate(
                signal_id=signal_of(row_id),
                unit_id=UnitId(row.unit_id),
                municipality=MunicipalityCode(delivery.municipality),
                partner_id=PartnerId(partner.id),
                signal=content,
            ),
        )

    def of_signal(self, signal: SignalId) -> Delivered:
        """The same, by the signal that the row became."""
        with self._database.read() as session:
            found = session.get(SignalRow, signal)
        if found is None:
            raise NotASignal
        return self.read(RowId(found.row_id))

    def of_unit(self, unit: UnitId) -> Delivered:
        """The same, by the row's own unit."""
        with self._database.read() as session:
            row = session.exec(select(DeliveredRow.id).where(DeliveredRow.unit_id == unit)).first()
        if row is None:
            raise NotASignal
        return self.read(RowId(row))

    def contents(self, units: Iterable[UnitId]) -> list[DeliveredSignal]:
        """What these rows say; an erased one says nothing."""
        wanted = select(DocumentRow).where(
            col(DocumentRow.unit_id).in_(list(units)), DocumentRow.kind == DocumentKind.ROW
        )
        with self._database.read() as session:
            documents = session.exec(wanted).all()
        found = []
        for document in documents:
            try:
                content = self._vault.open(UnitId(document.unit_id), document.sealed)
            except Erased:
                continue
            if isinstance(content, DeliveredSignal):
                found.append(content)
        return found
