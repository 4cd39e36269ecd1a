"""What partners are going to be told, what they were told, and whether they said that they have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.codes import DocumentKind, FeedbackCode
from models.ids import BatchId, PartnerId, StaffId
from models.personal import DeliveredSignal
from models.tables import FeedbackBatchRow, FeedbackRow, PartnerRow, SignalRow
from models.values import MunicipalityCode

_LATEST = 100


@dataclass(frozen=True)
class Owed:
    """A signal and what its partner is going to be told of it, as things are now."""

    partner: str
    municipality: MunicipalityCode
    reference: str
    """The partner's own; empty when it was erased in the meantime."""
    code: FeedbackCode
    on_its_way: bool
    """In a batch that is made and not taken yet: a correction comes after it."""


@dataclass(frozen=True)
class Waiting:
    """How many signals a partner is to hear of."""

    municipality: MunicipalityCode
    partner: PartnerId
    name: str
    signals: int


@dataclass(frozen=True)
class Batch:
    """A batch that a partner took."""

    batch: BatchId
    partner: str
    municipality: MunicipalityCode
    signals: int
    told_at: datetime
    received_at: datetime | None
    received_by: str


class FeedbackBatches:
    """Reads what the ledger keeps; the only thing that is written is that a batch was received."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def owed(self, within: Iterable[MunicipalityCode], *, limit: int, offset: int = 0) -> tuple[list[Owed], int]:
        """The signals of which a partner has something to hear, by partner and reference id; and how many there are."""
        which = (_in(FeedbackRow.municipality, within), col(FeedbackRow.delivered_at).is_(None))
        wanted = (
            select(FeedbackRow, SignalRow.row_id, PartnerRow.name)
            .join(SignalRow, col(SignalRow.id) == col(FeedbackRow.signal_id))
            .join(PartnerRow, col(PartnerRow.id) == col(FeedbackRow.partner_id))
            .where(*which)
            .order_by(col(PartnerRow.name), col(FeedbackRow.municipality), col(SignalRow.row_id))
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as session:
            total = session.exec(select(func.count()).select_from(FeedbackRow).where(*which)).one()
            found = session.exec(wanted).all()
            references = self._references(session, (row_id for _, row_id, _ in found))
        return [_owed(row, references.get(row_id, ""), partner) for row, row_id, partner in found], total

    def waiting(self, within: Iterable[MunicipalityCode]) -> list[Waiting]:
        """How many signals each partner is to hear of, by name."""
        wanted = (
            select(FeedbackRow.municipality, PartnerRow.id, PartnerRow.name, func.count())
            .join(PartnerRow, col(PartnerRow.id) == col(FeedbackRow.partner_id))
            .where(_in(FeedbackRow.municipality, within), col(FeedbackRow.delivered_at).is_(None))
            .group_by(FeedbackRow.municipality, PartnerRow.id, PartnerRow.name)
            .order_by(col(PartnerRow.name), FeedbackRow.municipality)
        )
        with self._database.read() as session:
            return [
                Waiting(MunicipalityCode(code), PartnerId(partner), name, number)
                for code, partner, name, number in session.exec(wanted)
            ]

    def told(self, within: Iterable[MunicipalityCode], *, partner: PartnerId | None = None) -> list[Batch]:
        """The latest batches that arrived, of all partners or of one, the newest first."""
        of_partner = () if partner is None else (FeedbackBatchRow.partner_id == partner,)
        wanted = (
            select(FeedbackBatchRow, PartnerRow.name)
            .join(PartnerRow, col(PartnerRow.id) == col(FeedbackBatchRow.partner_id))
            .where(_in(FeedbackBatchRow.municipality, within), *of_partner)
            .order_by(col(FeedbackBatchRow.delivered_at).desc(), col(FeedbackBatchRow.id))
            .limit(_LATEST)
        )
        with self._database.read() as session:
            return [_batch(row, name) for row, name in session.exec(wanted)]

    def content(self, batch: BatchId, within: Iterable[MunicipalityCode]) -> list[tuple[str, FeedbackCode]]:
        """(partner's reference, code) of the signals of a batch that are not erased, nor told again since."""
        wanted = (
            select(SignalRow.row_id, FeedbackRow.told_code)
            .join(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(
                FeedbackRow.batch_id == batch,
                _in(FeedbackRow.municipality, within),
                col(FeedbackRow.told_code).is_not(None),
            )
            .order_by(col(SignalRow.row_id))
        )
        with self._database.read() as session:
            found = session.exec(wanted).all()
            references = self._references(session, (row_id for row_id, _ in found))
        return [(references.get(row_id, ""), FeedbackCode(code)) for row_id, code in found if code]

    def receive(
        self,
        batch: BatchId,
        *,
        by: StaffId,
        at: datetime,
        within: Iterable[MunicipalityCode],
        partner: PartnerId | None = None,
    ) -> bool:
        """Writes down that the partner has the batch; said twice, the first time stays. False when there is no such
        batch in these municipalities, or it is not this partner's."""
        of_partner = () if partner is None else (FeedbackBatchRow.partner_id == partner,)
        which = (FeedbackBatchRow.id == batch, _in(FeedbackBatchRow.municipality, within), *of_partner)
        with self._database.write() as session:
            if session.exec(select(FeedbackBatchRow.id).where(*which)).first() is None:
                return False
            session.execute(
                update(FeedbackBatchRow)
                .where(col(FeedbackBatchRow.id) == batch, col(FeedbackBatchRow.received_at).is_(None))
                .values(received_at=at, received_by=by)
            )
            return True

    def _references(self, session: Session, rows: Iterable[str]) -> dict[str, str]:
        """The partners' own, of the delivered rows that are not erased."""
        found = self._documents.read_many(session, DocumentKind.ROW, rows)
        return {row: said.partner_reference for row, said in found.items() if isinstance(said, DeliveredSignal)}


def _owed(row: FeedbackRow, reference: str, partner: str) -> Owed:
    return Owed(
        partner=partner,
        municipality=MunicipalityCode(row.municipality),
        reference=reference,
        code=FeedbackCode(row.code),
        on_its_way=row.batch_id is not None,
    )


def _in(column: Any, within: Iterable[MunicipalityCode]) -> ColumnElement[bool]:
    return col(column).in_([code.text for code in within])


def _batch(row: FeedbackBatchRow, partner: str) -> Batch:
    return Batch(
        batch=BatchId(row.id),
        partner=partner,
        municipality=MunicipalityCode(row.municipality),
        signals=row.signals,
        told_at=row.delivered_at,
        received_at=row.received_at,
        received_by=row.received_by or "",
    )
