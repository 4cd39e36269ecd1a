import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, select

from activities import ports
from activities.records import Certificate, ErasureOrder, MessageClaim
from adapters.access_requests import AccessRequests
from adapters.address_looks import AddressLooks, Look
from adapters.at_work import CasesAtWork
from adapters.database import Database
from adapters.erasure import OF_A_CASE, OF_A_UNIT, Eraser, NotErased
from adapters.health import PartyHealth
from adapters.messages import Messages
from adapters.outbox import Outbox
from adapters.overdue import order_id_of
from adapters.vault import Damaged, Erased, Vault
from adapters.visits_taken import Taken, VisitsTaken
from models.case import CaseState, Retention
from models.codes import (
    AttemptResult,
    Channel,
    FeedbackCode,
    IdentityShown,
    LookReason,
    Outcome,
    Party,
    Phase,
    Queue,
    RepresentativeKind,
    Role,
    RowStatus,
    TaskKind,
)
from models.commands import ClaimCase, MakeCallback
from models.facts import (
    AnyFact,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    HoldReleased,
    HoldSet,
    RepresentativeRecorded,
)
from models.ids import BatchId, CaseId, CommandId, StaffId, StepId, UnitId, unit_of_case
from models.personal import Mail
from models.tables import (
    AddressLookRow,
    AmountQuestionRow,
    AppointmentRow,
    AttemptRow,
    AtWorkRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseRow,
    CaseSignalRow,
    CommandRow,
    DeliveredRow,
    DocumentRow,
    FeedbackRow,
    MessageRow,
    PartyWaitRow,
    PrintBatchRow,
    PrintLetterRow,
    ProposalRow,
    ReviewRow,
    SignalRow,
    StatisticRow,
    TaskRow,
    VisitTakenRow,
)
from models.values import EmailAddress
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal, the_store
from tests.builders import (
    NOW,
    RESIDENT,
    ZONNEDIJK,
    a_case_in,
    a_signal,
    call_made,
    outcome_recorded,
)

CASE = CaseId("case-1")
OF_CASE, OF_SIGNAL = unit_of_case(CASE), UnitId("signal-row-1")
Table = TypeVar("Table", bound=SQLModel)
NOOR = StaffId("noor")
LATER = NOW + timedelta(days=3_000)
OF_A_PERSON: list[type[SQLModel]] = [
    AddressLookRow,
    AmountQuestionRow,
    AppointmentRow,
    AtWorkRow,
    AttemptRow,
    AuditPersonRow,
    CaseRow,
    CaseSignalRow,
    CommandRow,
    DeliveredRow,
    DocumentRow,
    FeedbackRow,
    MessageRow,
    PartyWaitRow,
    PrintLetterRow,
    ProposalRow,
    ReviewRow,
    SignalRow,
    TaskRow,
    VisitTakenRow,
]


def the_eraser(databases: Databases) -> Eraser:
    eraser = Eraser(databases.main, databases.vault)
    _as_port: ports.Eraser = eraser
    return eraser


def a_full_closed_case(databases: Databases) -> CaseState:
    """A case that left something in every table."""
    state = store_case(databases, a_case_in(Phase.CONTACT))
    outbox = Outbox(databases.main, databases.vault)
    outbox.put(CASE, ClaimCase(command_id=CommandId("c-1"), by=NOOR, role=Role.CASEWORKER), "Ik bel.", NOW)
    callback = MakeCallback(
        command_id=CommandId("c-2"),
        by=NOOR,
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        due_at=NOW + timedelta(days=1),
        with_staff=NOOR,
    )
    outbox.put(CASE, callback, "", NOW)
    PartyHealth(databases.main).failed(Party.MAIL, waiting=CASE, code="smtp.timeout", at=NOW)
    Messages(databases.main, databases.vault).claim(
        MessageClaim(
            step_id=StepId("case-1.mail-1"),
            case_id=CASE,
            person_id=RESIDENT,
            channel=Channel.MAIL,
            template="x",
            at=NOW,
        ),
        Mail(address=EmailAddress("a@post.example"), subject="Hulp", body="Beste A."),
    )
    state = happened(databases, state, call_made(AttemptResult.CONVERSATION))
    representative = RepresentativeKind.GUARDIAN
    state = happened(
        databases,
        state,
        RepresentativeRecorded(at=NOW, person_id=RESIDENT, representative=representative, may_be_told=True),
    )
    state = happened(databases, state, outcome_recorded())
    for facts in _facts_of_closing(state):
        state = happened(databases, state, *facts)
    _leave_work(databases)
    return state


def _leave_work(databases: Databases) -> None:
    """What a closed case has no more, left by whoever died."""
    CasesAtWork(databases.main).begin(CASE, NOOR, now=NOW)
    VisitsTaken(databases.main).take([CASE], Taken(NOOR, None, NOW.date()), now=NOW, today=NOW.date())
    AddressLooks(databases.main).record(CASE, RESIDENT, Look(NOOR, NOW, LookReason.VISIT))
    AccessRequests(databases.main).record(CASE, RESIDENT, NOW.date(), IdentityShown.DIGID, by=NOOR, at=NOW)
    with databases.main.write() as session:
        session.add(
            ProposalRow(
                id="proposal-1",
                case_id=CASE,
                municipality=ZONNEDIJK.text,
                person_id=RESIDENT,
                outcome=Outcome.DIED,
                by=NOOR,
                at=NOW,
            )
        )
        session.add(
            ReviewRow(
                id="review-1",
                case_id=CASE,
                municipality=ZONNEDIJK.text,
                month="2027-04",
                person_id=RESIDENT,
                outcome=Outcome.SETTLES_IT_HIMSELF,
                recorded_by=NOOR,
            )
        )
        session.add(
            PrintBatchRow(
                id="batch-1",
                municipality=ZONNEDIJK.text,
                closed_at=NOW,
                letters=1,
                withdrawn=0,
                sha256="0",
                handed_over_at=NOW,
            )
        )
        session.flush()
        session.add(
            PrintLetterRow(
                step_id="case-1.letter-1",
                case_id=CASE,
                person_id=RESIDENT,
                municipality=ZONNEDIJK.text,
                queued_at=NOW,
                pages=1,
                sha256="0",
                batch_id="batch-1",
                position=1,
            )
        )
        session.add(
            AmountQuestionRow(
                id="question-1",
                signal_id="signal-1",
                municipality=ZONNEDIJK.text,
                partner_id="woonstee",
                asked_at=NOW,
                asked_by=NOOR,
            )
        )
        session.add(
            TaskRow(
                id="task-1",
                case_id=CASE,
                municipality=ZONNEDIJK.text,
                kind=TaskKind.CALL,
                code="task.call",
                queue=Queue.EARLY_SIGNALS,
                opens_at=NOW,
                due_at=NOW,
                rank=0,
                sorts_at=NOW,
            )
        )


def orders_of(state: CaseState) -> list[ErasureOrder]:
    """As the case's own retention gives them: signals first, the case last."""
    return [
        ErasureOrder(
            order_id=order_id_of(kept.unit_id),
            municipality=ZONNEDIJK,
            units=(kept.unit_id,),
            case_id=CASE,
            workflow_ids=(),
            retention=kept,
        )
        for kept in state.retention
    ]


def erase(databases: Databases, order: ErasureOrder, at: datetime = LATER) -> Certificate:
    eraser = the_eraser(databases)
    eraser.destroy(order)
    rows = eraser.delete_rows(order)
    return eraser.certify(order, rows=rows, executions=1, at=at)


def tables_with_rows(databases: Databases, tables: Sequence[type[SQLModel]]) -> list[str]:
    with databases.main.read() as session:
        return [table.__name__ for table in tables if session.exec(select(table)).first() is not None]


def test_nothing_of_the_person_is_left_and_what_may_stay_stays(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    assert tables_with_rows(databases, OF_A_PERSON) == [table.__name__ for table in OF_A_PERSON]
    for order in orders_of(state):
        erase(databases, order)
    assert tables_with_rows(databases, OF_A_PERSON) == []
    assert tables_with_rows(databases, [AuditProcessRow, StatisticRow]) == ["AuditProcessRow", "StatisticRow"]
    assert all(databases.vault.destroyed(unit) for unit in (OF_CASE, OF_SIGNAL))


def test_every_table_that_names_a_case_is_emptied_of_it_or_is_known_to_stay() -> None:
    naming = {name for name, table in AddressLookRow.metadata.tables.items() if "case_id" in table.columns}
    of_case = {str(table.__tablename__) for table in OF_A_CASE}
    of_unit = {"signal", "delivered_row"}
    assert naming - of_case - of_unit == {"audit_process", "destruction_item", "look"}


def test_every_table_of_units_is_emptied_of_them_or_goes_by_its_date() -> None:
    naming = {name for name, table in AddressLookRow.metadata.tables.items() if "unit_id" in table.columns}
    of_unit = {str(table.__tablename__) for table in OF_A_UNIT}
    # What needs no certificate, because its date never comes any nearer; who looked and what was on a list name the
    # unit, and stay.
    assert naming - of_unit == {"upload", "request", "look", "destruction_item"}


def test_a_signals_unit_takes_only_its_own_rows(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    of_signal, _ = orders_of(state)
    erase(databases, of_signal)
    assert the_store(databases).load(CASE).phase is Phase.CLOSED
    assert the_store(databases).resident(CASE, RESIDENT).surname == "Kuijpers"
    assert tables_with_rows(databases, [SignalRow, DeliveredRow, CaseSignalRow, FeedbackRow, AmountQuestionRow]) == []


def test_other_cases_are_left_alone(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    other = a_signal("case-2", signal_id="signal-2", unit_id="signal-row-2")
    store_case(databases, state.model_copy(update={"case_id": CaseId("case-2"), "signals": (other,), "sequence": 0}))
    before = {row.id for row in _all(databases, DocumentRow) if row.unit_id in ("case-case-2", "signal-row-2")}
    for order in orders_of(state):
        erase(databases, order)
    assert {row.id for row in _all(databases, DocumentRow)} == before
    assert [row.id for row in _all(databases, CaseRow)] == ["case-2"]


def test_every_step_may_be_repeated_and_the_first_certificate_counts(databases: Databases) -> None:
    order = orders_of(a_full_closed_case(databases))[1]
    first = erase(databases, order)
    assert first.rows > 0
    assert (first.certificate_id, first.order, first.erased_at, first.executions) == (
        order.order_id,
        order,
        LATER,
        1,
    )
    assert erase(databases, order, at=LATER + timedelta(days=1)) == first


def test_nothing_is_certified_while_a_key_or_a_row_exists(databases: Databases) -> None:
    eraser = the_eraser(databases)
    for order in orders_of(a_full_closed_case(databases)):
        with pytest.raises(NotErased, match=r"erasure\.key_left"):
            eraser.certify(order, rows=0, executions=0, at=LATER)
        eraser.destroy(order)
        with pytest.raises(NotErased, match=r"erasure\.rows_left"):
            eraser.certify(order, rows=0, executions=0, at=LATER)


def test_an_old_copy_of_the_database_cannot_be_opened_after_erasure(databases: Databases, tmp_path: Path) -> None:
    if databases.folder is None:
        pytest.skip("copies a file")
    state = a_full_closed_case(databases)
    other = a_signal(signal_id="signal-9", unit_id="signal-row-9")
    store_signal(databases, other)
    databases.main.empty_log()
    shutil.copy(databases.folder / "main.db", tmp_path / "backup.db")
    for order in orders_of(state):
        erase(databases, order)
    backup = Database(f"sqlite:///{tmp_path}/backup.db")
    with backup.read() as session:
        kept = session.exec(select(DocumentRow)).all()
    assert {row.unit_id for row in kept} == {OF_CASE, OF_SIGNAL, "signal-row-9"}
    erased = [row for row in kept if row.unit_id != "signal-row-9"]
    for row in erased:
        # Neither with the unit's own key, which is gone, nor with any key that is left.
        assert not any(_opens(databases.vault, UnitId(unit), row.sealed) for unit in (row.unit_id, "signal-row-9"))
    backup.close()


# --- the sweep ----------------------------------------------------------------------------------------------------


def test_a_refused_row_goes_on_its_date(databases: Databases) -> None:
    store_signal(databases, a_signal())
    due_at = NOW + timedelta(days=30)
    with databases.main.write() as session:
        session.delete(session.get_one(SignalRow, "signal-1"))
        row = session.get_one(DeliveredRow, "row-1")
        row.status, row.erase_at = RowStatus.REFUSED, due_at
    eraser = the_eraser(databases)
    assert eraser.due_units(due_at - timedelta(seconds=1)) == []
    [order] = eraser.due_units(due_at)
    assert (order.units, order.case_id, order.workflow_ids, order.defect) == ((OF_SIGNAL,), None, (), "")
    assert (order.retention.term.days, order.retention.due_at) == (30, due_at)
    erase(databases, order)
    assert eraser.due_units(LATER) == []


def test_what_a_timer_left_is_reported_as_its_defect(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    due_at = state.retention[0].due_at
    eraser = the_eraser(databases)
    assert eraser.due_units(due_at + timedelta(minutes=59)) == []
    orders = eraser.due_units(due_at + timedelta(hours=1))
    assert [(order.units, order.defect, order.case_id) for order in orders] == [
        ((OF_SIGNAL,), "timer", CASE),
        ((OF_CASE,), "timer", CASE),
    ]
    assert orders[1].workflow_ids == (f"case/{CASE}", f"retention/{CASE}")
    assert [order.order_id for order in orders] == [order.order_id for order in orders_of(state)]
    for order in orders:
        erase(databases, order)
    assert eraser.due_units(LATER) == []


def test_a_signal_past_its_date_is_found_before_its_case_is(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    early = state.retention[0].due_at - timedelta(days=60)
    with databases.main.write() as session:
        session.get_one(SignalRow, "signal-1").erase_at = early
        case = session.get_one(CaseRow, CASE)
        case.state = {**case.state, "retention": _earlier(state, early)}
    [order] = the_eraser(databases).due_units(early + timedelta(hours=2))
    assert order.units == (OF_SIGNAL,)


def test_a_hold_keeps_the_sweep_away_until_it_ends(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    due_at, until = state.retention[0].due_at, state.retention[0].due_at + timedelta(days=90)
    state = happened(databases, state, HoldSet(at=NOW, by=NOOR, until=until))
    eraser = the_eraser(databases)
    assert [eraser.held(unit, at=due_at) for unit in (OF_CASE, OF_SIGNAL, UnitId("case-2"))] == [True, True, False]
    assert eraser.due_units(until - timedelta(seconds=1)) == []
    assert len(eraser.due_units(until)) == 2
    happened(databases, state, HoldReleased(at=NOW, by=NOOR))
    assert (eraser.held(OF_CASE, at=due_at), len(eraser.due_units(due_at + timedelta(hours=1)))) == (False, 2)


def test_an_open_case_is_never_swept(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.FEEDBACK))
    assert the_eraser(databases).due_units(LATER) == []


def test_a_restored_backup_is_erased_again_under_its_old_certificate(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    of_signal, of_case = orders_of(state)
    with databases.main.read() as session:
        documents = [row.model_dump() for row in session.exec(select(DocumentRow))]
    proofs = [erase(databases, order) for order in (of_signal, of_case)]
    eraser = the_eraser(databases)
    assert eraser.due_units(NOW) == []
    with databases.main.write() as session:
        session.add_all(DocumentRow(**document) for document in documents)
    orders = eraser.due_units(NOW)
    assert {order.order_id for order in orders} == {of_signal.order_id, of_case.order_id}
    assert [order.defect for order in orders] == ["restored", "restored"]
    assert {erase(databases, order).erased_at for order in orders} == {proof.erased_at for proof in proofs}
    assert eraser.due_units(NOW) == []


def test_the_sweep_clears_what_was_typed_with_a_refused_command(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.CONTACT))
    outbox = Outbox(databases.main, databases.vault)
    outbox.put(CASE, ClaimCase(command_id=CommandId("c-1"), by=NOOR, role=Role.CASEWORKER), "Ik bel.", NOW)
    outbox.refused(CommandId("c-1"), "Dit kan niet meer.", NOW)
    eraser = the_eraser(databases)
    eraser.due_units(NOW + timedelta(hours=23))
    assert outbox.answer(CommandId("c-1")).note == "Ik bel."
    eraser.due_units(NOW + timedelta(hours=25))
    assert outbox.answer(CommandId("c-1")).note == ""


def test_a_sweep_takes_a_bounded_number_at_once(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.overdue._AT_ONCE", 1)
    state = a_full_closed_case(databases)
    eraser, late = the_eraser(databases), LATER
    rounds = []
    while orders := eraser.due_units(late):
        rounds.append(len(orders))
        erase(databases, orders[0])
    assert rounds == [1] * len(state.retention)


def _facts_of_closing(state: CaseState) -> list[list[AnyFact]]:
    """In the records in which a workflow writes them."""
    signals = [signal.signal_id for signal in state.signals]
    return [
        [FeedbackOwed(at=NOW, signal_id=signal, code=FeedbackCode.HANDLED) for signal in signals],
        [FeedbackDelivered(at=NOW, signal_id=signal, batch_id=BatchId("batch-1")) for signal in signals],
        [CaseClosed(at=NOW)],
    ]


def _earlier(state: CaseState, due_at: datetime) -> list[dict[str, object]]:
    def moved(kept: Retention) -> Retention:
        return kept.model_copy(update={"due_at": due_at}) if kept.unit_id == OF_SIGNAL else kept

    return [moved(kept).model_dump(mode="json") for kept in state.retention]


def _all(databases: Databases, table: type[Table]) -> list[Table]:
    with databases.main.read() as session:
        return list(session.exec(select(table)))


def _opens(vault: Vault, unit: UnitId, sealed: bytes) -> bool:
    try:
        vault.open(unit, sealed)
    except (Erased, Damaged):
        return False
    return True
