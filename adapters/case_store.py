"""The read model of cases: what happened, where each case stands, and the case's own sealed copy of its people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import delete
from sqlmodel import Session, col, select

from activities.records import CaseRecord, RecordedFact
from adapters import case_rows
from adapters.agenda import keep_appointments
from adapters.amount_questions import drop_idle
from adapters.areas import area_of_case
from adapters.database import Database, begins_with
from adapters.documents import Documents
from adapters.fact_effects import FactEffects
from adapters.feedback_ledger import correct_owed
from adapters.vault import Vault
from adapters.visits_taken import drop_of_another_visit
from models.case import CaseState
from models.codes import DocumentKind, PartnerType
from models.errors import CodedError
from models.facts import AnyFact, SignalJoined
from models.ids import CaseId, DocumentId, PersonId, SignalId, unit_of_case
from models.personal import Note, PersonalData, RegisterRecord, Resident
from models.tables import (
    AttemptRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseRow,
    CaseSignalRow,
    ProposalRow,
    SignalRow,
    StallCountRow,
    TaskRow,
)
from models.terms import Terms
from policy.calendar import local
from policy.letters import may_write
from policy.triage import Arrears, whole_months

_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact, config=ConfigDict(hide_input_in_errors=True))


class UnknownCase(CodedError):
    """There is no such case or no such person in it (any more)."""

    retryable = False


class JourneyEntry(NamedTuple):
    """One thing that happened, with what the caseworker wrote about it."""

    fact: AnyFact
    note: str


class CaseStore:
    """Port `activities.ports.CaseStore`, and what pages read of one case."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)
        self._effects = FactEffects(database, vault)

    def save(self, record: CaseRecord) -> None:
        """State, facts and audit entries in one transaction, each fact once, in whatever order records come.

        An older record never replaces a newer state, and nothing of an erased case is written again. The state is
        published also when the facts are known: a worker may have written them and died, and what the workflow made
        of them afterwards is the truth.
        """
        state = record.state
        with self._database.write() as session:
            self._database.lock(session, f"case/{state.case_id}")
            row = session.get(CaseRow, state.case_id)
            if row is None and self._vault.destroyed(unit_of_case(state.case_id)):
                return
            new = [recorded for index, recorded in enumerate(record.facts) if self._trail(session, record, index)]
            row = row or _first_row(state)
            if state.sequence >= row.sequence:
                self._publish(session, row, record)
            self._effects.follow(session, state, (recorded.fact for recorded in new))

    def resident(self, case: CaseId, person: PersonId) -> Resident:
        """The case's own sealed copy of a person. Raises `UnknownCase` or `Erased`."""
        with self._database.read() as session:
            found = self._documents.read(session, DocumentKind.PERSON, person)
        if not isinstance(found, Resident):
            raise UnknownCase("case.person_unknown")
        return found

    def keep_register(self, case: CaseId, person: PersonId, record: RegisterRecord) -> datetime:
        """Seals what the persons register told of a person, in place of what it told before. Gives when it told exactly
        this for the first time, the same however often one question is tried. Raises `Erased`."""
        with self._database.write() as session:
            self._database.lock(session, f"case/{case}")
            unit = unit_of_case(case)
            before = self._documents.read(session, DocumentKind.REGISTER, person)
            since = record.asked_at
            if isinstance(before, RegisterRecord) and _tells(before) == _tells(record):
                since = before.since or before.asked_at
            kept = record.model_copy(update={"since": since})
            self._documents.keep(session, unit, DocumentKind.REGISTER, person, kept, at=record.asked_at)
        return since

    def register_record(self, person: PersonId) -> RegisterRecord | None:
        """What the persons register told of a person last; None when it told nothing. Raises `Erased`."""
        with self._database.read() as session:
            found = self._documents.read(session, DocumentKind.REGISTER, person)
        return found if isinstance(found, RegisterRecord) else None

    def may_write(self, case: CaseId, person: PersonId, *, in_pause: bool = False) -> bool:
        """Whether the person may be written to as the case was last published. Not when the case is gone."""
        with self._database.read() as session:
            row = session.get(CaseRow, case)
        if row is None:
            return False
        return may_write(CaseState.model_validate(row.state), person, in_pause=in_pause)

    def terms(self, case: CaseId) -> Terms:
        """What the case is held to. Raises `UnknownCase`, also when its route was not chosen yet."""
        terms = self.load(case).terms
        if terms is None:
            raise UnknownCase("case.no_terms")
        return terms

    def arrears(self, signals: Sequence[SignalId]) -> tuple[Arrears, ...]:
        """What these signals say is owed now; nothing of one that was erased."""
        wanted = select(SignalRow).where(col(SignalRow.id).in_(signals)).order_by(col(SignalRow.id))
        with self._database.read() as session:
            return tuple(
                Arrears(
                    partner_type=PartnerType(row.partner_type),
                    amount=Decimal(row.amount_cents) / 100,
                    months=None if row.origin_date is None else whole_months(row.origin_date, row.signal_date),
                )
                for row in session.exec(wanted)
            )

    def load(self, case: CaseId) -> CaseState:
        """The state as it was last published, with its terms. Raises `UnknownCase`."""
        with self._database.read() as session:
            row = session.get(CaseRow, case)
        if row is None:
            raise UnknownCase("case.unknown")
        return _state(row.state, row.terms)

    def load_many(self, cases: Iterable[CaseId]) -> dict[CaseId, CaseState]:
        """Those of these cases that there are, each as `load` gives it."""
        wanted = select(CaseRow.id, CaseRow.state, CaseRow.terms).where(col(CaseRow.id).in_(list(cases)))
        with self._database.read() as session:
            return {CaseId(case): _state(state, terms) for case, state, terms in session.exec(wanted)}

    def residents(self, people: Iterable[PersonId]) -> dict[PersonId, Resident]:
        """The cases' own sealed copies of these people; nobody who can no longer be read."""
        with self._database.read() as session:
            found = self._documents.read_many(session, DocumentKind.PERSON, people)
        return {person: known for person, known in found.items() if isinstance(known, Resident)}

    def named(self, start: str) -> CaseId:
        """The case whose number begins so: screens show the first eight characters. Raises `UnknownCase` when there is
        none, or more than one."""
        wanted = select(CaseRow.id).where(*begins_with(col(CaseRow.id), start)).limit(2)
        with self._database.read() as session:
            found = session.exec(wanted).all()
        if len(found) != 1:
            raise UnknownCase("case.unknown" if not found else "case.ambiguous")
        return CaseId(found[0])

    def journey(self, case: CaseId) -> list[JourneyEntry]:
        """Everything that happened, in order. Empty for an erased case. A chosen route comes without its terms. Raises
        `Erased` while the case is being erased."""
        wanted = (
            select(AuditPersonRow)
            .join(AuditProcessRow, col(AuditProcessRow.fact_id) == col(AuditPersonRow.fact_id))
            .where(AuditPersonRow.case_id == case)
            .order_by(col(AuditProcessRow.sequence), col(AuditProcessRow.at))
        )
        with self._database.read() as session:
            rows = session.exec(wanted).all()
            notes = self._documents.named(session, [DocumentId(row.note_id) for row in rows if row.note_id])
        return [JourneyEntry(_FACT.validate_python(row.fact), _text(notes, row.note_id)) for row in rows]

    def _trail(self, session: Session, record: CaseRecord, index: int) -> bool:
        """Writes both halves of an audit entry; whether the fact was new. The phases are those around the record."""
        recorded, state = record.facts[index], record.state
        process = AuditProcessRow(
            fact_id=recorded.fact_id,
            case_id=state.case_id,
            sequence=state.sequence - len(record.facts) + index + 1,
            kind=recorded.fact.kind,
            at=recorded.fact.at,
            by=recorded.fact.by,
            phase_before=record.phase_before,
            phase_after=state.phase,
        )
        return self._database.insert_once(session, process) and self._database.insert_once(
            session, _person_half(state.case_id, recorded)
        )

    def _publish(self, session: Session, row: CaseRow, record: CaseRecord) -> None:
        state, moved, planned = record.state, row.stalled_since is None, _planned(row)
        for name, value in case_rows.case_columns(state, record.next).items():
            setattr(row, name, value)
        if record.terms is not None:
            row.terms = record.terms.model_dump(mode="json")
        session.add(row)
        if moved and row.stalled_since is not None:
            counted = StallCountRow(municipality=row.municipality, month=f"{local(row.stalled_since):%Y-%m}")
            self._database.count(session, counted, cases=1)
        session.execute(delete(TaskRow).where(col(TaskRow.case_id) == state.case_id))
        if state.tasks:
            area = area_of_case(self._documents, session, state)
            session.add_all(case_rows.task_rows(state, row, area=area))
        session.execute(delete(ProposalRow).where(col(ProposalRow.case_id) == state.case_id))
        session.add_all(case_rows.proposal_rows(state))
        known = set(session.exec(select(AttemptRow.id).where(AttemptRow.case_id == state.case_id)))
        session.add_all(row for row in case_rows.attempt_rows(state) if row.id not in known)
        self._publish_signals(session, state)
        keep_appointments(session, state, row.terms)
        correct_owed(session, state)
        drop_idle(session, state)
        if planned is not None and planned != _planned(row):
            drop_of_another_visit(session, state.case_id)

    def _publish_signals(self, session: Session, state: CaseState) -> None:
        ids = [signal.signal_id for signal in state.signals]
        # A signal can be erased before its case; the state of a closed case still names it.
        rows = {row.id: row for row in session.exec(select(SignalRow).where(col(SignalRow.id).in_(ids)))}
        for signal in state.signals:
            row = rows.get(signal.signal_id)
            if row is None:
                continue
            row.case_id = state.case_id
            row.person_id = signal.person_id
            row.status = case_rows.signal_status(state, signal)
            row.erase_at = case_rows.erase_at(state, signal.unit_id)
            link = CaseSignalRow(
                signal_id=signal.signal_id,
                case_id=state.case_id,
                person_id=signal.person_id,
                joined_at=signal.joined_at,
            )
            self._database.insert_once(session, link)


def _planned(row: CaseRow) -> tuple[str, str] | None:
    """Which home visit is planned, and for when, as the row has it."""
    visit = row.state.get("visit")
    return None if visit is None else (visit["step_id"], visit["due_at"])


def _state(state: Mapping[str, Any], terms: Mapping[str, Any] | None) -> CaseState:
    return CaseState.model_validate({**state, "terms": terms})


def _text(notes: Mapping[DocumentId, PersonalData], note_id: str | None) -> str:
    note = notes.get(DocumentId(note_id)) if note_id else None
    return note.text if isinstance(note, Note) else ""


def _first_row(state: CaseState) -> CaseRow:
    return CaseRow(
        id=state.case_id,
        unit_id=unit_of_case(state.case_id),
        municipality=state.municipality.text,
        phase=state.phase,
        opened_at=state.opened_at,
    )


def _person_half(case: CaseId, recorded: RecordedFact) -> AuditPersonRow:
    fact = recorded.fact
    person = fact.signal.person_id if isinstance(fact, SignalJoined) else getattr(fact, "person_id", None)
    return AuditPersonRow(
        fact_id=recorded.fact_id,
        case_id=case,
        person_id=person,
        note_id=fact.note_id,
        fact=fact.model_dump(mode="json", exclude={"terms"}),
    )


def _tells(record: RegisterRecord) -> tuple[object, ...]:
    return record.people, record.result
