"""What partners are owed, in batches that leave one after the other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from activities.records import OwedBatch, OwedSignal
from adapters.amount_questions import unlist
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.case import CaseState
from models.codes import DocumentKind, FeedbackCode
from models.errors import CodedError
from models.facts import FeedbackOwed
from models.ids import BatchId, CaseId, PartnerId, SignalId, fresh
from models.personal import DeliveredSignal
from models.tables import FeedbackBatchRow, FeedbackRow, SignalRow
from models.values import MunicipalityCode

LARGEST = 1_000
"""Signals in a batch. It travels through Temporal, which takes two million bytes at once; when a partner delivers the
list of a large city for the second time, each of its rows is owed an answer."""


class ReferenceMissing(CodedError):
    """A signal in the batch has no sealed row with the partner's reference."""

    retryable = False


class FeedbackLedger:
    """Port `activities.ports.FeedbackLedger`. A batch, once made, never changes: the partner knows it by its id."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def owed(self, municipality: MunicipalityCode, partner: PartnerId, *, at: datetime) -> OwedBatch | None:
        """The batch that is not delivered yet, else a new one of what is owed by now; None when nothing is.

        Which signals share a batch follows from their ids, as their order does, and from nothing that happened. It is
        the moment of the partner's batches, also when nothing leaves: what it is not asked any more goes off its list.
        """
        wanted = (
            select(FeedbackRow)
            .where(
                FeedbackRow.municipality == municipality.text,
                FeedbackRow.partner_id == partner,
                col(FeedbackRow.delivered_at).is_(None),
                col(FeedbackRow.owed_at) <= at,
            )
            .order_by(col(FeedbackRow.signal_id))
            # A case that corrects what is owed waits until it is in a batch, and then leaves it alone.
            .with_for_update()
        )
        with self._database.write() as session:
            self._database.lock(session, f"feedback/{municipality.text}/{partner}")
            unlist(session, partner, municipality)
            in_a_batch = session.exec(wanted.where(col(FeedbackRow.batch_id).is_not(None))).all()
            if in_a_batch:
                open_one = in_a_batch[0].batch_id
                return _batch([row for row in in_a_batch if row.batch_id == open_one], BatchId(str(open_one)))
            rows = session.exec(wanted.limit(LARGEST + 1)).all()
            return _new_batch(session, rows[:LARGEST], more=len(rows) > LARGEST) if rows else None

    def content(self, batch: BatchId) -> list[tuple[str, str]]:
        """(partner's reference, feedback code) per signal. Raises `ReferenceMissing` or `Erased`."""
        wanted = (
            select(SignalRow.row_id, FeedbackRow.code)
            .join(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(FeedbackRow.batch_id == batch)
            .order_by(col(SignalRow.row_id))
        )
        with self._database.read() as session:
            return [(self._reference(session, row_id), code) for row_id, code in session.exec(wanted)]

    def delivered(self, batch: BatchId, *, at: datetime) -> None:
        """The partner took the batch; said twice, the first moment stays."""
        with self._database.write() as session:
            booked = session.execute(
                update(FeedbackRow)
                .where(col(FeedbackRow.batch_id) == batch, col(FeedbackRow.delivered_at).is_(None))
                .values(delivered_at=at, told_at=at, told_code=col(FeedbackRow.code))
                .returning(col(FeedbackRow.municipality), col(FeedbackRow.partner_id))
            ).all()
            if booked:
                municipality, partner = booked[0]
                kept = FeedbackBatchRow(
                    id=batch, municipality=municipality, partner_id=partner, signals=len(booked), delivered_at=at
                )
                self._database.insert_once(session, kept)

    def _reference(self, session: Session, row_id: str) -> str:
        row = self._documents.read(session, DocumentKind.ROW, row_id)
        if not isinstance(row, DeliveredSignal):
            raise ReferenceMissing("feedback.reference_missing")
        return row.partner_reference


def owe(database: Database, session: Session, state: CaseState, fact: FeedbackOwed) -> None:
    """The first time that a signal is owed."""
    database.insert_once(session, _owed(state, fact.signal_id, fact.code, since=fact.at))


def correct_owed(session: Session, state: CaseState) -> None:
    """Makes the ledger say what the case owes its partners and has not heard that they took.

    What is in an open batch stays as it is. When the partner took another code than is owed by now, the signal is owed
    anew: a correction came while the batch was on its way. It follows from the state and not from a fact, because what
    is owed after the batch arrived was owed before, so that the fact is no new one.
    """
    settled = max((result.at for result in state.outcomes), default=state.opened_at)
    for signal in state.signals:
        if signal.feedback is None or signal.feedback_delivered_at is not None:
            continue
        row = session.get(FeedbackRow, signal.signal_id, with_for_update=True)
        now = _owed(state, signal.signal_id, signal.feedback, since=settled)
        if row is None:
            continue
        if row.batch_id is None:
            row.code, row.case_id = now.code, now.case_id
        elif row.delivered_at is not None and (row.code, row.case_id) != (now.code, now.case_id):
            # Until the new one arrives the partner has the old one.
            now.told_code, now.told_at = row.told_code, row.told_at
            session.merge(now)


def _owed(state: CaseState, signal: SignalId, code: FeedbackCode, *, since: datetime) -> FeedbackRow:
    partner = next(one.partner_id for one in state.signals if one.signal_id == signal)
    return FeedbackRow(
        signal_id=signal,
        case_id=state.case_id,
        municipality=state.municipality.text,
        partner_id=partner,
        code=code,
        owed_at=since,
        batch_id=None,
        delivered_at=None,
    )


def _new_batch(session: Session, rows: Sequence[FeedbackRow], *, more: bool) -> OwedBatch:
    # Random: a batch's id goes to the partner, and nothing of ours should follow from it.
    batch = BatchId(fresh())
    for row in rows:
        row.batch_id = batch
        session.add(row)
    return _batch(rows, batch, more=more)


def _batch(rows: Sequence[FeedbackRow], batch: BatchId, *, more: bool = False) -> OwedBatch:
    return OwedBatch(
        batch_id=batch,
        partner_id=PartnerId(rows[0].partner_id),
        signals=tuple(
            OwedSignal(signal_id=SignalId(row.signal_id), case_id=CaseId(row.case_id), code=FeedbackCode(row.code))
            for row in rows
        ),
        more=more,
    )
