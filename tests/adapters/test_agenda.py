"""Nobody is promised twice: callbacks are booked before a case hears of them, and freed when they are over."""

import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy.engine import URL
from sqlmodel import col, select
from temporalio.client import Client

from adapters.absences import Absences
from adapters.agenda import Agenda, Away, Taken
from adapters.command_desk import Answer, CommandDesk, Pressed
from adapters.database import Database
from adapters.outbox import CommandStatus, Outbox, Refused
from adapters.registry import Member, Registry
from models.case import CaseState
from models.codes import AttemptResult, LifeEvent, RegisterResult, Role
from models.commands import MakeCallback, MoveCallback
from models.facts import (
    AnyFact,
    CallbackAgreed,
    CallbackCancelled,
    CallbackKept,
    CallbackMissed,
    CallbackMoved,
    CaseMerged,
    LifeEventReported,
    ObjectionMade,
)
from models.ids import AppointmentId, CaseId, CommandId, StaffId, derived
from models.tables import AppointmentRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, record, store_case, the_store
from tests.builders import (
    NOW,
    RESIDENT,
    ZONNEDIJK,
    a_case_state,
    after,
    at,
    call_made,
    outcome_recorded,
    register_says,
    route_chosen,
)

CASE, OTHER_CASE = CaseId("case-1"), CaseId("case-2")
JORIS, NOOR = StaffId("joris"), StaffId("noor")
TWO, QUARTER_PAST, THREE = at("2027-04-06 14:00"), at("2027-04-06 14:15"), at("2027-04-06 15:00")
MINUTES = 15
TAKEN = "Joris Kramer heeft dan al een terugbelafspraak (14:00 tot 14:15). Kies een ander moment."
TIMES = 20


@pytest.fixture
def agenda(databases: Databases) -> Agenda:
    Registry(databases.main).ensure(
        staff=[
            Member(JORIS, "Joris Kramer", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,)),
        ]
    )
    return Agenda(databases.main)


@pytest.fixture
def outbox(databases: Databases, agenda: Agenda) -> Outbox:
    """With a case in conversation with its resident."""
    reached = (route_chosen(), register_says(RegisterResult.FOUND), call_made(AttemptResult.CONVERSATION))
    store_case(databases, after(a_case_state(), *reached))
    return Outbox(databases.main, databases.vault)


def promise(command: str, at: datetime = TWO, staff: StaffId = JORIS) -> MakeCallback:
    return MakeCallback(
        command_id=CommandId(command),
        by=NOOR,
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        due_at=at,
        with_staff=staff,
    )


def move(command: str, appointment: AppointmentId, at: datetime, staff: StaffId = JORIS) -> MoveCallback:
    return MoveCallback(
        command_id=CommandId(command),
        by=NOOR,
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        appointment_id=appointment,
        due_at=at,
        with_staff=staff,
    )


def appointment_of(command: str) -> AppointmentId:
    return AppointmentId(derived("appointment", command))


def agreed(command: str = "c-1", at: datetime = TWO) -> CallbackAgreed:
    return CallbackAgreed(
        at=NOW,
        by=NOOR,
        command_id=CommandId(command),
        person_id=RESIDENT,
        appointment_id=appointment_of(command),
        due_at=at,
        phone_id=None,
        staff=JORIS,
    )


def moved(command: str, at: datetime, staff: StaffId = JORIS) -> CallbackMoved:
    return CallbackMoved(
        at=NOW,
        by=NOOR,
        command_id=CommandId(command),
        person_id=RESIDENT,
        appointment_id=appointment_of("c-1"),
        due_at=at,
        staff=staff,
    )


def taken(databases: Databases) -> list[tuple[str, str, datetime, datetime]]:
    """(appointment, who, from, until), the first one first."""
    with databases.main.read() as session:
        rows = session.exec(select(AppointmentRow).order_by(col(AppointmentRow.starts_at)))
        return [(row.id, row.staff, row.starts_at, row.ends_at) for row in rows]


def the_appointment(at: datetime = TWO, staff: StaffId = JORIS) -> tuple[str, str, datetime, datetime]:
    return appointment_of("c-1"), staff, at, at + timedelta(minutes=MINUTES)


# --- whether somebody is free -------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-14, -1, 0, 1, 14])
def test_overlapping_callbacks_are_refused(agenda: Agenda, minutes: int) -> None:
    agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    with pytest.raises(Taken) as refused:
        agenda.book(CommandId("c-2"), OTHER_CASE, JORIS, TWO + timedelta(minutes=minutes), MINUTES)
    assert refused.value.sentence == TAKEN


@pytest.mark.parametrize("minutes", [-15, 15])
def test_one_callback_may_begin_where_another_ends(agenda: Agenda, databases: Databases, minutes: int) -> None:
    agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    agenda.book(CommandId("c-2"), OTHER_CASE, JORIS, TWO + timedelta(minutes=minutes), MINUTES)
    assert len(taken(databases)) == 2


def test_a_colleague_is_free_when_somebody_else_is_taken(agenda: Agenda, databases: Databases) -> None:
    agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    agenda.book(CommandId("c-2"), OTHER_CASE, NOOR, TWO, MINUTES)
    assert len(taken(databases)) == 2


def test_the_same_press_books_once(agenda: Agenda, databases: Databases) -> None:
    for _ in range(2):
        agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    assert taken(databases) == [the_appointment()]


def test_what_is_freed_can_be_booked_again(agenda: Agenda, databases: Databases) -> None:
    agenda.book(CommandId("c-2"), OTHER_CASE, JORIS, TWO, MINUTES)
    agenda.free(CommandId("c-2"))
    agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    assert taken(databases) == [the_appointment()]


def test_an_appointment_may_move_within_its_own_time(agenda: Agenda) -> None:
    agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    later = TWO + timedelta(minutes=5)
    agenda.book(CommandId("c-2"), CASE, JORIS, later, MINUTES, moves=appointment_of("c-1"))
    with pytest.raises(Taken):
        agenda.book(CommandId("c-3"), OTHER_CASE, JORIS, TWO, MINUTES)


def test_who_is_away_promises_nothing(agenda: Agenda, databases: Databases) -> None:
    absences = Absences(databases.main)
    day = date(2027, 4, 6)
    absences.record(staff=JORIS, first_day=day, last_day=day, deputy=NOOR, by=JORIS)
    with pytest.raises(Away) as refused:
        agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    assert refused.value.sentence == "Joris Kramer is dan afwezig. Noor de Wit neemt waar: kies die collega."
    absences.record(staff=NOOR, first_day=day, last_day=day, deputy=JORIS, by=NOOR)
    with pytest.raises(Away) as refused:
        agenda.book(CommandId("c-1"), CASE, JORIS, TWO, MINUTES)
    assert refused.value.sentence == "Joris Kramer is dan afwezig, en er is geen waarnemer. Kies een andere collega."


def test_the_day_of_an_absence_is_the_local_one(agenda: Agenda, databases: Databases) -> None:
    day = date(2027, 4, 6)
    Absences(databases.main).record(staff=JORIS, first_day=day, last_day=day, deputy=NOOR, by=JORIS)
    agenda.book(CommandId("c-1"), CASE, JORIS, at("2027-04-05 23:30"), MINUTES)
    with pytest.raises(Away):
        agenda.book(CommandId("c-2"), CASE, JORIS, at("2027-04-06 00:30"), MINUTES)


# --- two at once --------------------------------------------------------------------------------------------------


def booked(agenda: Agenda, command: str, starts_at: datetime) -> bool:
    try:
        agenda.book(CommandId(command), CASE, JORIS, starts_at, MINUTES)
    except Taken:
        return False
    return True


def moments() -> list[datetime]:
    return [TWO + timedelta(hours=number) for number in range(TIMES)]


def test_two_threads_cannot_both_book(agenda: Agenda, databases: Databases) -> None:
    start = threading.Barrier(2)

    def book_all(side: str) -> list[bool]:
        answers = []
        for number, moment in enumerate(moments()):
            start.wait(30)
            answers.append(booked(agenda, f"{side}-{number}", moment))
        return answers

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(book_all, ("one", "other"))
    assert all(first != second for first, second in zip(one, other, strict=True))
    assert [row[2] for row in taken(databases)] == moments()


_START: Barrier | None = None


def _begin(start: Barrier) -> None:
    global _START
    _START = start


def book_all_in_a_process(url: str, side: str) -> list[bool]:
    assert _START is not None
    agenda, answers = Agenda(Database(url)), []
    for number, moment in enumerate(moments()):
        _START.wait(30)
        answers.append(booked(agenda, f"{side}-{number}", moment))
    return answers


def test_two_processes_cannot_both_book(agenda: Agenda, databases: Databases) -> None:
    context = multiprocessing.get_context("spawn")
    url = _text(databases.main.url)
    with ProcessPoolExecutor(2, context, _begin, (context.Barrier(2),)) as pool:
        work = [pool.submit(book_all_in_a_process, url, side) for side in ("one", "other")]
        one, other = (done.result(120) for done in work)
    assert all(first != second for first, second in zip(one, other, strict=True))
    assert [row[2] for row in taken(databases)] == moments()


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


# --- a press ------------------------------------------------------------------------------------------------------


def test_a_press_books_as_long_as_a_callback_takes(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, promise("c-1"), "", NOW)
    assert taken(databases) == [the_appointment()]


def test_a_press_that_is_not_free_is_refused_and_keeps_what_was_typed(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, promise("c-1"), "", NOW)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            outbox.put(CASE, promise("c-2"), "Belt liever na zessen.", NOW)
        assert refused.value.sentence == TAKEN
    answer = outbox.answer(CommandId("c-2"))
    assert (answer.status, answer.refusal, answer.note) == (CommandStatus.REFUSED, TAKEN, "Belt liever na zessen.")
    assert outbox.waiting(10) == [CommandId("c-1")]
    assert outbox.load(CommandId("c-2"))[0] == CASE
    assert taken(databases) == [the_appointment()]


async def test_the_desk_tells_the_caseworker_that_somebody_is_not_free(outbox: Outbox) -> None:
    outbox.put(CASE, promise("c-1"), "", NOW)
    # Nothing is sent, so nobody needs to be there.
    desk = CommandDesk(await Client.connect("127.0.0.1:1", lazy=True), outbox)
    assert await desk.press(CASE, promise("c-2"), at=NOW) == Pressed(Answer.REFUSED, TAKEN)
    assert await desk.follow(CommandId("c-2")) == Pressed(Answer.REFUSED, TAKEN)


def test_what_the_case_refuses_is_free_again(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, promise("c-1"), "", NOW)
    outbox.refused(CommandId("c-1"), "Dit kan niet meer: de zaak is intussen verder.", NOW)
    assert taken(databases) == []


def test_a_late_refusal_frees_nothing_that_the_case_agreed_to(outbox: Outbox, databases: Databases) -> None:
    state = in_conversation(databases)
    outbox.put(CASE, promise("c-1"), "", NOW)
    happened(databases, state, agreed())
    outbox.refused(CommandId("c-1"), "Dit kan niet meer: de zaak is intussen verder.", NOW)
    assert taken(databases) == [the_appointment()]


def test_what_was_never_accepted_is_free_when_its_day_is_over(outbox: Outbox, databases: Databases) -> None:
    state = in_conversation(databases)
    outbox.put(CASE, promise("c-1"), "", NOW)
    happened(databases, state, agreed())
    outbox.put(CASE, promise("c-2", THREE), "", NOW)
    outbox.expired(THREE)
    assert len(taken(databases)) == 2
    outbox.expired(THREE + timedelta(days=1))
    assert taken(databases) == [the_appointment()]


def test_a_press_in_a_case_without_terms_books_nothing(agenda: Agenda, databases: Databases) -> None:
    store_case(databases)
    Outbox(databases.main, databases.vault).put(CASE, promise("c-1"), "", NOW)
    assert taken(databases) == []


# --- what the case says -------------------------------------------------------------------------------------------


def in_conversation(databases: Databases) -> CaseState:
    return the_store(databases).load(CASE)


def test_an_agreed_callback_is_one_row_whatever_was_booked(outbox: Outbox, databases: Databases) -> None:
    state = in_conversation(databases)
    outbox.put(CASE, promise("c-1"), "", NOW)
    happened(databases, state, agreed())
    assert taken(databases) == [the_appointment()]


def test_a_callback_that_nobody_booked_is_a_row_all_the_same(outbox: Outbox, databases: Databases) -> None:
    happened(databases, in_conversation(databases), agreed())
    assert taken(databases) == [the_appointment()]


def test_a_moved_callback_keeps_its_old_time_until_the_case_agrees(outbox: Outbox, databases: Databases) -> None:
    state = happened(databases, in_conversation(databases), agreed())
    outbox.put(CASE, move("c-2", appointment_of("c-1"), THREE, NOOR), "", NOW)
    assert [(row[1], row[2]) for row in taken(databases)] == [(JORIS, TWO), (NOOR, THREE)]
    the_store(databases).save(record(state))
    assert len(taken(databases)) == 2
    happened(databases, state, moved("c-2", THREE, NOOR))
    assert taken(databases) == [the_appointment(THREE, NOOR)]


def test_a_refused_move_leaves_the_appointment_where_it_was(outbox: Outbox, databases: Databases) -> None:
    happened(databases, in_conversation(databases), agreed())
    outbox.put(CASE, move("c-2", appointment_of("c-1"), QUARTER_PAST), "", NOW)
    outbox.refused(CommandId("c-2"), "Dit kan niet meer: de zaak is intussen verder.", NOW)
    assert taken(databases) == [the_appointment()]


ENDINGS: list[AnyFact] = [
    CallbackCancelled(at=NOW, person_id=RESIDENT, appointment_id=appointment_of("c-1")),
    CallbackKept(at=NOW, person_id=RESIDENT, appointment_id=appointment_of("c-1")),
    CallbackMissed(at=NOW, person_id=RESIDENT, appointment_id=appointment_of("c-1")),
    LifeEventReported(at=NOW, person_id=RESIDENT, event=LifeEvent.DIED),
    ObjectionMade(at=NOW, person_id=RESIDENT),
    outcome_recorded(),
    CaseMerged(at=NOW, into=OTHER_CASE),
]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda fact: fact.kind)
def test_a_callback_that_is_over_frees_its_time(outbox: Outbox, databases: Databases, ending: AnyFact) -> None:
    state = happened(databases, in_conversation(databases), agreed())
    assert taken(databases) == [the_appointment()]
    happened(databases, state, ending)
    assert taken(databases) == []


def test_a_late_record_does_not_bring_back_a_callback(outbox: Outbox, databases: Databases) -> None:
    before = in_conversation(databases)
    state = happened(databases, before, agreed())
    happened(databases, state, ENDINGS[0])
    the_store(databases).save(record(before, agreed()))
    assert taken(databases) == []


def test_a_press_that_the_case_has_not_answered_keeps_its_booking(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, promise("c-1"), "", NOW)
    the_store(databases).save(record(in_conversation(databases)))
    assert taken(databases) == [the_appointment()]
