"""The rows about one person in one case, and of nobody else in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, tuple_

from adapters.cases_of_person import CasesOfPerson, InCase
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.codes import DocumentKind
from models.ids import CaseId, PersonId
from models.personal import (
    AmountAnswer,
    DeliveredSignal,
    Letter,
    Mail,
    PersonalData,
    RegisterRecord,
    Representative,
    Resident,
    TextMessage,
)
from models.tables import (
    AmountQuestionRow,
    CbsDeliveryRow,
    DeliveredRow,
    DeliveryRow,
    FeedbackRow,
    LookRow,
    MessageRow,
    PartnerRow,
    PrintBatchRow,
    PrintLetterRow,
    SignalRow,
)

_WRITTEN = (Mail, Letter, TextMessage)


@dataclass(frozen=True)
class SignalHeld:
    """A delivered row about the person. `row` is None of one that said nothing new and became no signal."""

    delivered: DeliveredRow
    partner: str
    partner_type: str
    received_at: datetime
    said: DeliveredSignal
    row: SignalRow | None
    told: FeedbackRow | None
    to_statistics: datetime | None
    questions: tuple[tuple[AmountQuestionRow, AmountAnswer | None], ...]


@dataclass(frozen=True)
class MessageHeld:
    row: MessageRow
    written: Mail | Letter | TextMessage
    printed_at: datetime | None


@dataclass(frozen=True)
class HeldInCase:
    """What one case holds of the person, opened."""

    resident: Resident | None
    register: RegisterRecord | None
    representative: Representative | None
    signals: tuple[SignalHeld, ...]
    messages: tuple[MessageHeld, ...]
    looks: tuple[LookRow, ...]


class OwnData:
    """Of one person. `found`: all the cases that the overview is about, each with the person as that case knows
    them."""

    def __init__(self, database: Database, vault: Vault, found: Sequence[InCase]) -> None:
        self._found = found
        self._database = database
        self._documents = Documents(vault)
        self._cases = CasesOfPerson(vault)

    def in_case(self, case: CaseId, person: PersonId) -> HeldInCase:
        """What is erased is not in it."""
        person_document = self._opened(DocumentKind.PERSON, [person])
        register = self._opened(DocumentKind.REGISTER, [person])
        representative = self._opened(DocumentKind.REPRESENTATIVE, [person])
        return HeldInCase(
            resident=next((one for one in person_document.values() if isinstance(one, Resident)), None),
            register=next((one for one in register.values() if isinstance(one, RegisterRecord)), None),
            representative=next((one for one in representative.values() if isinstance(one, Representative)), None),
            signals=self._signals(case, person),
            messages=self._messages(case, person),
            looks=self._looks(case),
        )

    def _opened(self, kind: DocumentKind, subjects: Sequence[str]) -> dict[str, PersonalData]:
        with self._database.read() as session:
            return self._documents.read_many(session, kind, subjects)

    def _signals(self, case: CaseId, person: PersonId) -> tuple[SignalHeld, ...]:
        """Those in the case, and rows about the person that said nothing new: they are in no case.

        What repeats a signal that went to none of their cases stays out: it is about whoever that signal is about.
        """
        placed = select(SignalRow.unit_id, SignalRow.case_id, SignalRow.person_id).where(
            tuple_(col(SignalRow.case_id), col(SignalRow.person_id)).in_([(case, person), *self._found])
        )
        wanted = (
            select(DeliveredRow, DeliveryRow, PartnerRow)
            .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
            .join(PartnerRow, col(PartnerRow.id) == col(DeliveryRow.partner_id))
            .order_by(col(DeliveryRow.received_at), col(DeliveredRow.id))
        )
        with self._database.read() as session:
            theirs = session.exec(placed).all()
        in_case = {unit for unit, *where in theirs if where == [case, person]}
        units = in_case | self._cases.repeats(case, person, of=[unit for unit, *_ in theirs])
        with self._database.read() as session:
            rows = session.exec(wanted.where(col(DeliveredRow.unit_id).in_(units))).all()
            signals = {
                row.unit_id: row for row in session.exec(select(SignalRow).where(col(SignalRow.unit_id).in_(units)))
            }
            ids = [row.id for row in signals.values()]
            told = {
                row.signal_id: row
                for row in session.exec(select(FeedbackRow).where(col(FeedbackRow.signal_id).in_(ids)))
            }
            counted = select(CbsDeliveryRow).where(col(CbsDeliveryRow.signal_id).in_(ids))
            exported = {row.signal_id: row.delivered_at for row in session.exec(counted)}
            asked = session.exec(
                select(AmountQuestionRow)
                .where(col(AmountQuestionRow.signal_id).in_(ids))
                .order_by(col(AmountQuestionRow.asked_at), col(AmountQuestionRow.id))
            ).all()
        said = self._opened(DocumentKind.ROW, [row.id for row, _, _ in rows])
        answers = self._opened(DocumentKind.AMOUNT, [question.id for question in asked])
        found = []
        for delivered, delivery, partner in rows:
            content, signal = said.get(delivered.id), signals.get(delivered.unit_id)
            if not isinstance(content, DeliveredSignal):
                continue
            of_signal = [one for one in asked if signal is not None and one.signal_id == signal.id]
            questions = tuple(
                (one, answer if isinstance(answer := answers.get(one.id), AmountAnswer) else None) for one in of_signal
            )
            found.append(
                SignalHeld(
                    delivered=delivered,
                    partner=partner.name,
                    partner_type=partner.type,
                    received_at=delivered.received_at or delivery.received_at,
                    said=content,
                    row=signal,
                    told=told.get(signal.id) if signal is not None else None,
                    to_statistics=exported.get(signal.id) if signal is not None else None,
                    questions=questions,
                )
            )
        return tuple(found)

    def _messages(self, case: CaseId, person: PersonId) -> tuple[MessageHeld, ...]:
        wanted = (
            select(MessageRow)
            .where(MessageRow.case_id == case, MessageRow.person_id == person)
            .order_by(col(MessageRow.claimed_at), col(MessageRow.step_id))
        )
        taken = (
            select(PrintLetterRow.step_id, PrintBatchRow.handed_over_at)
            .join(PrintBatchRow, col(PrintBatchRow.id) == col(PrintLetterRow.batch_id))
            .where(PrintLetterRow.case_id == case, PrintLetterRow.person_id == person)
        )
        with self._database.read() as session:
            rows = session.exec(wanted).all()
            printed = dict(session.exec(taken).all())
        written = self._opened(DocumentKind.MESSAGE, [row.step_id for row in rows])
        return tuple(
            MessageHeld(row, message, printed.get(row.step_id))
            for row in rows
            if isinstance(message := written.get(row.step_id), _WRITTEN)
        )

    def _looks(self, case: CaseId) -> tuple[LookRow, ...]:
        wanted = select(LookRow).where(LookRow.case_id == case).order_by(col(LookRow.first_at), col(LookRow.id))
        with self._database.read() as session:
            return tuple(session.exec(wanted))
