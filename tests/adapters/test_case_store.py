from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlmodel import SQLModel, func, select

from activities import ports
from activities.records import CaseRecord, MessageClaim
from adapters.case_store import UnknownCase
from adapters.messages import Messages
from adapters.outbox import Outbox
from adapters.vault import Erased
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    FeedbackCode,
    ItemState,
    Outcome,
    PartnerType,
    Phase,
    Recurrence,
    RegisterResult,
    Role,
    SignalStatus,
)
from models.commands import ClaimCase
from models.facts import CaseClaimed, CaseClosed, FeedbackDelivered, FeedbackOwed, HoldSet, SignalJoined
from models.ids import BatchId, CaseId, CommandId, PartnerId, PersonId, SignalId, StaffId, StepId, UnitId, unit_of_case
from models.personal import Mail, RegisteredPerson, RegisterRecord
from models.tables import (
    AttemptRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseSignalRow,
    CommandRow,
    DocumentRow,
    FeedbackRow,
    SignalRow,
    StatisticRow,
    TaskRow,
)
from tests.adapters.conftest import Databases
from tests.adapters.stored import (
    THE_RESIDENT,
    case_row,
    happened,
    record,
    store_case,
    store_signal,
    the_store,
)
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
    route_chosen,
    the_terms,
)

CASE = CaseId("case-1")
NOOR = StaffId("noor")
MAIL = StepId("case-1.mail-1")
REPEAT = FeedbackCode.REPEAT
Table = TypeVar("Table", bound=SQLModel)
CLAIMED = CaseClaimed(at=NOW, by=NOOR)


def count(databases: Databases, table: type[SQLModel]) -> int:
    with databases.main.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def rows(databases: Databases, table: type[Table]) -> list[Table]:
    with databases.main.read() as session:
        return list(session.exec(select(table)))


def test_the_store_is_what_activities_ask_for(databases: Databases) -> None:
    store: ports.CaseStore = the_store(databases)
    store.save(record(store_case(databases), CLAIMED))


def test_a_state_is_loaded_as_it_was_saved_with_its_terms(databases: Databases) -> None:
    state = store_case(databases)
    state = happened(databases, state, route_chosen())
    state = happened(databases, state, register_says(RegisterResult.FOUND))
    assert the_store(databases).load(CASE) == state
    assert the_store(databases).load(CASE).terms == the_terms()


def test_the_row_shows_what_lists_sort_by(databases: Databases) -> None:
    state = happened(databases, store_case(databases), route_chosen(), register_says(RegisterResult.SEVERAL), CLAIMED)
    task = state.tasks[0]
    row = case_row(databases)
    assert (row.phase, row.owner, row.queue, row.next_code, row.due_at, row.sequence, row.outcome) == (
        Phase.IDENTITY_CHECK,
        NOOR,
        task.queue,
        "task.check_identity",
        task.deadline.due_at,
        3,
        None,
    )


def test_open_tasks_replace_those_before_them(databases: Databases) -> None:
    state = happened(databases, store_case(databases), route_chosen(), register_says(RegisterResult.SEVERAL))
    assert [(row.kind, row.code) for row in rows(databases, TaskRow)] == [("check_identity", "register.several")]
    state = a_case_in(Phase.IN_CONVERSATION)
    happened(databases, state, CLAIMED)
    assert [(row.kind, row.owner) for row in rows(databases, TaskRow)] == [("record_outcome", NOOR)]


def test_a_record_saved_twice_is_written_once(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.IN_CONVERSATION))
    twice = record(state, outcome_recorded(), FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=REPEAT))
    for _ in range(2):
        the_store(databases).save(twice)
    assert [count(databases, table) for table in (AuditProcessRow, AuditPersonRow, FeedbackRow)] == [2, 2, 1]
    assert count(databases, AttemptRow) == 1


def test_a_late_record_does_not_bring_back_an_older_state(databases: Databases) -> None:
    first = store_case(databases)
    second = after(first, route_chosen())
    the_store(databases).save(record(second, register_says(RegisterResult.FOUND)))
    the_store(databases).save(record(first, route_chosen()))
    the_store(databases).save(record(first))
    assert (case_row(databases).phase, case_row(databases).sequence) == (Phase.CONTACT, 2)
    assert sorted(row.sequence for row in rows(databases, AuditProcessRow)) == [1, 2]


def test_publishing_again_mends_the_row(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    with databases.main.write() as session:
        broken = session.get_one(type(case_row(databases)), CASE)
        broken.next_code, broken.wake_at = None, None
    the_store(databases).save(record(state))
    assert case_row(databases).wake_at is not None


def test_both_halves_of_the_trail_are_written(databases: Databases) -> None:
    happened(databases, store_case(databases, a_case_in(Phase.CONTACT)), call_made(AttemptResult.CONVERSATION))
    [process], [person] = rows(databases, AuditProcessRow), rows(databases, AuditPersonRow)
    assert (process.kind, process.by, process.phase_before, process.phase_after) == (
        "attempt_made",
        "system",
        Phase.CONTACT,
        Phase.IN_CONVERSATION,
    )
    assert (process.fact_id, person.fact["result"]) == (person.fact_id, "conversation")
    assert (person.person_id, RESIDENT in str(process.model_dump())) == (RESIDENT, False)


def test_the_trail_keeps_no_terms(databases: Databases) -> None:
    fact = route_chosen()
    bare = record(store_case(databases), fact)
    full = CaseRecord.model_validate(
        {**dict(bare), "facts": ({"fact_id": bare.facts[0].fact_id, "fact": fact.model_dump()},)}
    )
    the_store(databases).save(full)
    assert "terms" not in rows(databases, AuditPersonRow)[0].fact
    assert the_store(databases).journey(CASE)[0].fact == fact.model_copy(update={"terms": None})


def test_attempts_are_kept_with_their_national_kind(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    state = happened(databases, state, mail_made(AttemptResult.SENT))
    happened(databases, state, call_made(AttemptResult.VOICEMAIL, step="call-1"))
    assert {(row.contact_kind, row.result, row.reached) for row in rows(databases, AttemptRow)} == {
        ("Mail", "sent", False),
        ("Telefoon", "voicemail", False),
    }


def test_a_joined_signal_belongs_to_the_case(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    other = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"))
    store_signal(databases, other)
    happened(databases, state, SignalJoined(at=NOW, signal=other))
    assert {row.signal_id: row.case_id for row in rows(databases, CaseSignalRow)} == {
        "signal-1": CASE,
        "signal-2": CASE,
    }
    assert {row.case_id for row in rows(databases, SignalRow)} == {CASE}


STATUSES = [
    (a_case_state(), SignalStatus.NOT_YET_PICKED_UP),
    (a_case_in(Phase.CONTACT), SignalStatus.NOT_YET_PICKED_UP),
    (a_case_in(Phase.CONTACT, owner=NOOR), SignalStatus.PICKED_UP),
    (after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT)), SignalStatus.PICKED_UP),
    (a_case_in(Phase.FEEDBACK), SignalStatus.PICKED_UP),
    (after(a_case_in(Phase.IN_CONVERSATION), outcome_recorded(Outcome.DIED)), SignalStatus.DIED),
]


@pytest.mark.parametrize(("state", "status"), STATUSES)
def test_a_signals_status_is_the_national_one(databases: Databases, state: CaseState, status: SignalStatus) -> None:
    store_case(databases, state)
    assert [row.status for row in rows(databases, SignalRow)] == [status]


def test_feedback_owed_may_be_corrected_until_its_batch_leaves(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.FEEDBACK))
    first = FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.HANDLED)
    state = happened(databases, state, first)
    state = happened(databases, state, first.model_copy(update={"code": REPEAT}))
    assert [row.code for row in rows(databases, FeedbackRow)] == [REPEAT]
    with databases.main.write() as session:
        session.get_one(FeedbackRow, "signal-1").batch_id = "batch-1"
    happened(databases, state, first)
    assert [row.code for row in rows(databases, FeedbackRow)] == [REPEAT]


def test_closing_writes_when_everything_goes_and_one_anonymous_count(databases: Databases) -> None:
    before = a_case_in(Phase.FEEDBACK)
    second = a_signal(
        signal_id=SignalId("signal-2"),
        unit_id=UnitId("signal-row-2"),
        partner_id=PartnerId("stroomnet"),
        partner_type=PartnerType.ENERGY,
        received_at=at("2027-04-20 10:00"),
        recurrence=Recurrence.SUCCESSIVE,
    )
    before = before.model_copy(update={"signals": (*before.signals, second)})
    state = store_case(databases, before)
    closing = at("2027-05-01 00:30")
    closed = _closed(databases, state, closing)
    row = case_row(databases)
    assert (row.closed_at, row.wake_at, row.queue, row.next_code) == (closing, None, None, None)
    assert (row.outcome, row.erase_at) == (Outcome.SETTLES_IT_HIMSELF, max(kept.due_at for kept in closed.retention))
    assert {row.id: row.erase_at for row in rows(databases, SignalRow)} == {
        "signal-1": at("2027-10-05 09:00"),
        "signal-2": at("2027-10-20 10:00"),
    }
    [counted] = rows(databases, StatisticRow)
    values = counted.model_dump()
    assert CASE not in values.pop("id")
    assert values == {
        "municipality": "9901",
        "month": "2027-05",
        "partner_types": ["Energie", "Huur"],
        "signals": 2,
        "successive": 1,
        "not_compared": 1,
        "attempts": {"Telefoon": 1},
        "reached": True,
        "outcome": Outcome.SETTLES_IT_HIMSELF,
        "acceptance": "not_accepted",
        "month_opened": "2027-04",
        "partners": 2,
        "reach": {"Telefoon/Ochtend": [1, 1]},
        "first_attempt": "0-3",
        "unjustified": "",
    }


def test_a_hold_is_shown_on_the_row(databases: Databases) -> None:
    until = NOW + timedelta(days=400)
    happened(databases, store_case(databases, a_case_in(Phase.CLOSED)), HoldSet(at=NOW, by=NOOR, until=until))
    assert case_row(databases).hold_until == until


def test_a_recorded_command_is_settled_and_its_note_stays(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    outbox = Outbox(databases.main, databases.vault)
    command = outbox.put(CASE, ClaimCase(command_id=CommandId("c-1"), by=NOOR, role=Role.CASEWORKER), "Ik bel.", NOW)
    fact = CaseClaimed(at=NOW, by=NOOR, command_id=command.command_id, note_id=command.note_id)
    happened(databases, state, fact)
    assert [(row.status, row.settled_at) for row in rows(databases, CommandRow)] == [("accepted", NOW)]
    assert "command" not in {row.kind for row in rows(databases, DocumentRow)}
    assert the_store(databases).journey(CASE) == [(fact, "Ik bel.")]


def test_a_refused_address_is_not_mailed_again(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    mailbox = THE_RESIDENT.mailboxes[0]
    claim = MessageClaim(
        step_id=MAIL, case_id=CASE, person_id=RESIDENT, channel=Channel.MAIL, template="first-mail", at=NOW
    )
    Messages(databases.main, databases.vault).claim(claim, Mail(address=mailbox.address, subject="", body=""))
    happened(databases, state, mail_made(AttemptResult.REFUSED))
    known = the_store(databases).resident(CASE, RESIDENT)
    assert known.mailboxes == (mailbox.model_copy(update={"state": ItemState.WRONG}),)
    assert known.usable_mailbox() is None


def test_the_cases_own_copy_of_a_person_is_opened(databases: Databases) -> None:
    store_case(databases)
    assert the_store(databases).resident(CASE, RESIDENT) == THE_RESIDENT
    with pytest.raises(UnknownCase):
        the_store(databases).resident(CASE, PersonId("nobody"))
    databases.vault.destroy([unit_of_case(CASE)])
    with pytest.raises(Erased):
        the_store(databases).resident(CASE, RESIDENT)


def test_nothing_of_an_erased_case_is_written_again(databases: Databases) -> None:
    state = a_case_state()
    databases.vault.create(unit_of_case(CASE), state.municipality, NOW)
    databases.vault.destroy([unit_of_case(CASE)])
    the_store(databases).save(record(state, CLAIMED))
    with pytest.raises(UnknownCase):
        the_store(databases).load(CASE)
    assert count(databases, AuditProcessRow) == 0


def test_four_at_once_save_without_waiting_in_vain(databases: Databases) -> None:
    states = [store_case(databases, _a_case(number)) for number in range(4)]

    def live(state: CaseState) -> None:
        for _ in range(25):
            state = happened(databases, state, CLAIMED)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(live, state) for state in states]:
            done.result()
    assert [case_row(databases, state.case_id).sequence for state in states] == [25] * 4
    assert count(databases, AuditProcessRow) == 100


def test_the_same_record_from_four_at_once_is_written_once(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    saved = record(state, call_made(AttemptResult.CONVERSATION))
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(the_store(databases).save, saved) for _ in range(4)]:
            done.result()
    assert (count(databases, AuditProcessRow), count(databases, AttemptRow)) == (1, 1)


def _a_case(number: int) -> CaseState:
    case = f"case-{number + 10}"
    signal = a_signal(case, signal_id=SignalId(f"signal-{number + 10}"), unit_id=UnitId(f"signal-row-{number + 10}"))
    return a_case_state(case, signals=(signal,))


def _closed(databases: Databases, state: CaseState, moment: datetime) -> CaseState:
    for signal in state.signals:
        owed = FeedbackOwed(at=moment, signal_id=signal.signal_id, code=FeedbackCode.HANDLED)
        told = FeedbackDelivered(at=moment, signal_id=signal.signal_id, batch_id=BatchId("batch-1"))
        state = happened(databases, state, owed, told, now=moment)
    return happened(databases, state, CaseClosed(at=moment), now=moment)


def test_what_the_register_tells_again_is_known_since_it_told_it_first(databases: Databases) -> None:
    state = store_case(databases)
    store, person = the_store(databases), state.resident
    told = RegisterRecord(asked_at=NOW, people=(RegisteredPerson(surname="Vos"),), result=RegisterResult.NEAR)

    def since(later: int, **changes: object) -> datetime:
        moment = NOW + timedelta(days=later)
        return store.keep_register(state.case_id, person, told.model_copy(update={"asked_at": moment, **changes}))

    assert since(0) == NOW
    # Tried once more because its answer was lost, and asked again weeks later.
    assert (since(0), since(15)) == (NOW, NOW)
    another = NOW + timedelta(days=30)
    assert since(30, people=(RegisteredPerson(surname="Vos", secret=True),)) == another
    assert since(45, people=(RegisteredPerson(surname="Vos", secret=True),)) == another
    last = NOW + timedelta(days=60)
    assert since(60, people=(RegisteredPerson(surname="Vos", secret=True),), result=RegisterResult.SEVERAL) == last
    kept = store.register_record(person)
    assert kept is not None
    assert (kept.asked_at, kept.since) == (last, last)
