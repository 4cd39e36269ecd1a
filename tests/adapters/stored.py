"""Cases and signals as intake leaves them, so that a test can begin where its subject does."""

from datetime import datetime

from activities.ports import Eraser
from activities.records import CaseRecord, Certificate
from adapters.blind import entries_of, reference_entry
from adapters.case_store import CaseStore
from adapters.documents import Documents
from models.case import CaseSignal, CaseState
from models.codes import DocumentKind, RowStatus, SignalStatus
from models.facts import AnyFact
from models.ids import unit_of_case
from models.personal import Resident
from models.tables import CaseRow, DeliveredRow, DeliveryRow, SignalRow
from tests.adapters.conftest import Databases
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_case_state, a_delivered_signal, a_resident, after
from workflows.publishing import record_of

THE_RESIDENT: Resident = a_resident(person_id=RESIDENT)


def row_of_signal(signal: CaseSignal) -> str:
    return signal.unit_id.removeprefix("signal-")


def store_signal(databases: Databases, signal: CaseSignal, *, number: int = 1) -> None:
    """The signal with its delivery and its sealed row."""
    databases.vault.create(signal.unit_id, ZONNEDIJK, signal.received_at)
    delivered = a_delivered_signal(partner_reference=f"ref-{signal.signal_id}")
    entries = [*entries_of(delivered.resident), reference_entry(signal.partner_id, delivered.partner_reference)]
    databases.vault.index(signal.unit_id, ZONNEDIJK, entries)
    row = row_of_signal(signal)
    with databases.main.write() as session:
        session.add(
            DeliveryRow(
                id=f"delivery-{row}",
                municipality=ZONNEDIJK.text,
                partner_id=signal.partner_id,
                received_at=signal.received_at,
                received_by="noor",
            )
        )
        session.flush()
        session.add(
            DeliveredRow(
                id=row, delivery_id=f"delivery-{row}", number=number, unit_id=signal.unit_id, status=RowStatus.OPENED
            )
        )
        session.flush()
        session.add(
            SignalRow(
                id=signal.signal_id,
                unit_id=signal.unit_id,
                row_id=row,
                municipality=ZONNEDIJK.text,
                partner_id=signal.partner_id,
                partner_type=signal.partner_type,
                person_id=signal.person_id,
                status=SignalStatus.NOT_YET_PICKED_UP,
                amount_cents=64_015,
                signal_date=delivered.signal_date,
                received_at=signal.received_at,
                crisis=False,
                warm_handover=False,
            )
        )
        Documents(databases.vault).keep(
            session, signal.unit_id, DocumentKind.ROW, row, delivered, at=signal.received_at
        )


def store_case(databases: Databases, state: CaseState | None = None) -> CaseState:
    """A case with its signals and its own copy of the resident, just published for the first time."""
    state = state or a_case_state()
    unit = unit_of_case(state.case_id)
    databases.vault.create(unit, ZONNEDIJK, state.opened_at)
    databases.vault.index(unit, ZONNEDIJK, entries_of(THE_RESIDENT))
    for signal in state.signals:
        store_signal(databases, signal)
    with databases.main.write() as session:
        for person in state.people:
            copy = a_resident(person_id=person.person_id)
            Documents(databases.vault).keep(
                session, unit, DocumentKind.PERSON, person.person_id, copy, at=state.opened_at
            )
    the_store(databases).save(record(state))
    return state


def the_store(databases: Databases) -> CaseStore:
    return CaseStore(databases.main, databases.vault)


def record(state: CaseState, *facts: AnyFact, now: datetime = NOW) -> CaseRecord:
    """What the workflow would publish when these facts happen to the case."""
    return record_of(state, facts, after(state, *facts), now=now)


def happened(databases: Databases, state: CaseState, *facts: AnyFact, now: datetime = NOW) -> CaseState:
    """The case after these facts were saved."""
    the_store(databases).save(record(state, *facts, now=now))
    return after(state, *facts)


def sweep(eraser: Eraser, at: datetime) -> list[Certificate]:
    """What the daily sweep erases at this moment, as its workflow does it."""
    proofs = []
    while orders := eraser.due_units(at):
        for order in orders:
            eraser.destroy(order)
            rows = eraser.delete_rows(order)
            proofs.append(eraser.certify(order, rows=rows, executions=0, at=at))
    return proofs


def case_row(databases: Databases, case_id: str = "case-1") -> CaseRow:
    with databases.main.read() as session:
        return session.get_one(CaseRow, case_id)
