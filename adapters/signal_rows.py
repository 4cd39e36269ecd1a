"""The rows of a signal in the main database, written in the case that was chosen for it.

Everything may be written again: what is there stays, and what the case did meanwhile is never undone.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlmodel import Session, select

from adapters.case_rows import case_columns
from adapters.database import Database
from adapters.delivered_rows import Delivered
from adapters.documents import Documents
from adapters.quality_counts import count_repeat
from adapters.reservation_rows import Reservation
from adapters.residents import fuller
from adapters.vault import Erased, Vault
from models.case import CaseSignal, CaseState, Person
from models.codes import DocumentKind, Outcome, Recurrence, RowStatus, SignalStatus
from models.ids import CaseId, PersonId, SignalId, unit_of_case
from models.personal import Resident
from models.tables import (
    CaseRow,
    CaseSignalRow,
    DeliveredRow,
    FeedbackRow,
    SignalRow,
)
from policy.disclosure import feedback_for
from policy.legal_forms import is_enterprise, is_legal_entity
from policy.objections import recognised
from workflows.publishing import next_action


class SignalRows:
    """Each method that writes is one transaction under the lock of its case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)

    def is_written(self, case: CaseId) -> bool:
        with self._database.read() as session:
            return session.get(CaseRow, case) is not None

    def write_opening(
        self,
        delivered: Delivered,
        chosen: Reservation,
        recurrence: Recurrence,
        at: datetime,
        *,
        as_known: CaseSignal | None = None,
    ) -> CaseState:
        """The case as it begins, with its own copy of the resident; what was written before stays as it is.

        `recurrence` is kept with the signal's row; that of a row that is there counts instead.
        `as_known`: the signal as another case had it, of which what became of the arrears is kept.
        """
        with self._database.write() as session:
            self._database.lock(session, f"case/{chosen.case_id}")
            recurrence = self._keep_signal(session, delivered, chosen, recurrence)
            if self._database.insert_once(session, _case_row(delivered, chosen, recurrence, at, as_known)):
                opened_at = at.astimezone(UTC)
                self._keep_copy(session, chosen, delivered.candidate.signal.resident, at)
            else:
                opened_at = session.exec(select(CaseRow.opened_at).where(CaseRow.id == chosen.case_id)).one()
            self._place(session, delivered, chosen, opened_at)
        return beginning(delivered, chosen, recurrence, opened_at, as_known)

    def write_joining(
        self, delivered: Delivered, chosen: Reservation, recurrence: Recurrence, at: datetime
    ) -> CaseSignal:
        """The signal as the case gets it. An open case learns what its copy of the person lacked; of somebody who is
        new in it, it gets a copy. `recurrence`: as above."""
        with self._database.write() as session:
            self._database.lock(session, f"case/{chosen.case_id}")
            recurrence = self._keep_signal(session, delivered, chosen, recurrence)
            joined_at = self._place(session, delivered, chosen, at)
            case = session.get(CaseRow, chosen.case_id)
            if case is not None and case.closed_at is None:
                self._add_to_person(session, chosen, delivered.candidate.signal.resident, at)
        return _case_signal(delivered, chosen, recurrence, joined_at)

    def write_repeated(self, delivered: Delivered, chosen: Reservation, at: datetime, *, erase_at: datetime) -> None:
        """The signal of a row that said nothing new, in no case, and what its partner is told of it.

        A running case that was taken over before is no report of its partner: nobody hears of it.
        """
        with self._database.write() as session:
            row = session.get_one(DeliveredRow, delivered.row_id)
            row.status, row.erase_at = RowStatus.REPEATED, erase_at
            if delivered.taken_over_at is not None:
                return
            signal = _signal_row(delivered, chosen, Recurrence.NOT_COMPARED)
            signal.case_id, signal.status, signal.erase_at = None, SignalStatus.NOT_PICKED_UP_REPEAT, erase_at
            if self._database.insert_once(session, signal):
                session.flush()
                self._database.insert_once(
                    session,
                    FeedbackRow(
                        signal_id=chosen.signal_id,
                        case_id=chosen.case_id,
                        municipality=signal.municipality,
                        partner_id=signal.partner_id,
                        code=feedback_for(Outcome.NOT_PICKED_UP_REPEAT),
                        owed_at=at,
                    ),
                )
                said = delivered.candidate
                count_repeat(
                    self._database, session, said.municipality, said.partner_id, said.signal, delivered.received_at
                )

    def move(self, signals: Sequence[CaseSignal], into: CaseId, *, opening: Collection[SignalId]) -> None:
        """Puts the rows of these signals in the other case, about the persons and since the moments that they name.

        `opening`: those by which that case was opened.
        """
        with self._database.write() as session:
            self._database.lock(session, f"case/{into}")
            for signal in signals:
                self._link(session, signal.signal_id, into, signal.person_id, signal.joined_at)
                owed = session.get(FeedbackRow, signal.signal_id)
                if owed is not None:
                    owed.case_id = into
                row = session.exec(select(DeliveredRow).where(DeliveredRow.unit_id == signal.unit_id)).first()
                if row is not None:
                    row.case_id = into
                    row.status = RowStatus.OPENED if signal.signal_id in opening else RowStatus.JOINED

    def _keep_signal(
        self, session: Session, delivered: Delivered, chosen: Reservation, recurrence: Recurrence
    ) -> Recurrence:
        """The signal's own row; the recurrence that was kept first."""
        if self._database.insert_once(session, _signal_row(delivered, chosen, recurrence)):
            return recurrence
        return Recurrence(session.get_one(SignalRow, chosen.signal_id).recurrence)

    def _place(self, session: Session, delivered: Delivered, chosen: Reservation, at: datetime) -> datetime:
        """The signal in this case; since when."""
        row = session.get_one(DeliveredRow, delivered.row_id)
        row.status, row.case_id = RowStatus.OPENED if chosen.opens else RowStatus.JOINED, chosen.case_id
        # From now on it goes with its case.
        row.erase_at = None
        return self._link(session, chosen.signal_id, chosen.case_id, chosen.person_id, at)

    def _link(self, session: Session, signal: SignalId, case: CaseId, person: PersonId, at: datetime) -> datetime:
        """The signal in the case; the moment since which it is stays when it was there already."""
        known = session.get(SignalRow, signal)
        if known is None:
            return at
        known.case_id, known.person_id = case, person
        link = CaseSignalRow(signal_id=signal, case_id=case, person_id=person, joined_at=at)
        if self._database.insert_once(session, link):
            return at.astimezone(UTC)
        found = session.get_one(CaseSignalRow, signal)
        if found.case_id != case:
            found.case_id, found.joined_at = case, at
        found.person_id = person
        return found.joined_at

    def _keep_copy(self, session: Session, chosen: Reservation, said: Resident, at: datetime) -> None:
        copy = said.model_copy(update={"person_id": chosen.person_id})
        unit = unit_of_case(chosen.case_id)
        self._documents.keep(session, unit, DocumentKind.PERSON, chosen.person_id, copy, at=at)

    def _add_to_person(self, session: Session, chosen: Reservation, said: Resident, at: datetime) -> None:
        try:
            known = self._documents.read(session, DocumentKind.PERSON, chosen.person_id)
            if not isinstance(known, Resident):
                self._keep_copy(session, chosen, said, at)
            elif (more := fuller(known, said)) != known:
                self._keep_copy(session, chosen, more, at)
        except Erased:
            # The case was erased meanwhile: it will refuse the signal, which is then matched again.
            return


_SAID_AFTERWARDS = (
    "ended",
    "amounts",
    "days",
    "end_of_supply_on",
    "end_of_supply_told_at",
    "collection_paused_until",
    "objected",
)
"""What is known of a signal since it came in, wherever it goes."""


def beginning(
    delivered: Delivered,
    chosen: Reservation,
    recurrence: Recurrence,
    opened_at: datetime,
    as_known: CaseSignal | None = None,
) -> CaseState:
    """The case that the signal opens, before anything happened in it."""
    signal = _case_signal(delivered, chosen, recurrence, opened_at)
    if as_known is not None:
        signal = signal.model_copy(update={name: getattr(as_known, name) for name in _SAID_AFTERWARDS})
    opened = CaseState(
        case_id=chosen.case_id,
        municipality=delivered.candidate.municipality,
        opened_at=opened_at,
        people=(Person(person_id=chosen.person_id),),
        signals=(signal,),
    )
    return recognised(opened, signal, opened_at)


def _case_signal(delivered: Delivered, chosen: Reservation, recurrence: Recurrence, joined_at: datetime) -> CaseSignal:
    signal = delivered.candidate.signal
    return CaseSignal(
        signal_id=chosen.signal_id,
        unit_id=chosen.unit_id,
        partner_id=delivered.candidate.partner_id,
        partner_type=delivered.partner_type,
        person_id=chosen.person_id,
        received_at=delivered.received_at,
        joined_at=joined_at,
        taken_over_at=delivered.taken_over_at,
        past=signal.past,
        crisis=signal.crisis,
        warm_handover=signal.warm_handover,
        entrepreneur=signal.entrepreneur or is_enterprise(signal.legal_form),
        legal_entity=is_legal_entity(signal.legal_form),
        end_of_supply_on=signal.end_of_supply_on,
        recurrence=recurrence,
        objected=delivered.objected,
    )


def _case_row(
    delivered: Delivered, chosen: Reservation, recurrence: Recurrence, at: datetime, as_known: CaseSignal | None
) -> CaseRow:
    state = beginning(delivered, chosen, recurrence, at, as_known)
    return CaseRow(
        id=chosen.case_id,
        unit_id=unit_of_case(chosen.case_id),
        municipality=state.municipality.text,
        opened_at=at,
        **case_columns(state, next_action(state, now=at)),
    )


def _signal_row(delivered: Delivered, chosen: Reservation, recurrence: Recurrence) -> SignalRow:
    signal = delivered.candidate.signal
    return SignalRow(
        id=chosen.signal_id,
        unit_id=chosen.unit_id,
        row_id=delivered.row_id,
        municipality=delivered.candidate.municipality.text,
        partner_id=delivered.candidate.partner_id,
        partner_type=delivered.partner_type,
        case_id=chosen.case_id,
        person_id=chosen.person_id,
        status=SignalStatus.NOT_YET_PICKED_UP,
        amount_cents=signal.amount.cents,
        origin_date=signal.origin_date,
        days_in_arrears=signal.days_in_arrears,
        signal_date=signal.signal_date,
        received_at=delivered.received_at,
        crisis=signal.crisis,
        warm_handover=signal.warm_handover,
        legal_entity=is_legal_entity(signal.legal_form),
        end_of_supply_on=signal.end_of_supply_on,
        recurrence=recurrence,
    )
