"""What a supervisor's overview counts, on both databases: as one would by hand, and from indexes alone."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlmodel import Session, delete, func, select

from adapters.database import Database
from adapters.supervision import Holder, LiesWith, Moment, StalledWhich, Supervision, WorkWhich
from models.codes import Party, Phase, StallCause, TaskKind
from models.facts import PartyGaveUp
from models.ids import StaffId, StepId, resident_of
from models.tables import CaseRow, MunicipalityRow, StallCountRow, StatisticRow, TaskRow
from models.values import MunicipalityCode
from policy.free_days import calendars_from
from policy.monitor import Closed
from policy.stalled_ages import StalledFor, began_between
from policy.work_ahead import Ahead, work_days
from tests.adapters.conftest import Databases
from tests.adapters.stored import case_row, happened, store_case
from tests.builders import NOW, ZONNEDIJK, a_case_in
from web import overview_queries, queries

NOON = datetime(2027, 4, 20, 10, tzinfo=UTC)
ELSEWHERE = MunicipalityCode("9902")
OWNERS = [None, None, "noor", "sam"]
QUEUES = ["early_signals", "identity", "youth_workers"]
AHEAD: Ahead = work_days(NOON.date(), calendars_from(NOON.date(), {}, {}, months=2))
WAITS, WORKS = "wait.contact", "task.call"


@pytest.fixture
def filled(databases: Databases) -> Databases:
    """Cases and work of two municipalities, anyhow."""
    chance = Random(20270420)
    with databases.main.write() as session:
        session.add(MunicipalityRow(code="9902", name="Waterdorp"))
        session.flush()
        session.execute(insert(CaseRow), [_case(number, chance) for number in range(400)])
        session.execute(insert(TaskRow), [_task(number, chance) for number in range(400)])
        session.execute(insert(StatisticRow), [_closed(number, chance) for number in range(200)])
    return databases


def _case(number: int, chance: Random) -> dict[str, Any]:
    is_closed, stalled = number % 7 == 0, number % 3 == 0
    return {
        "id": f"case-{number}",
        "unit_id": f"unit-{number}",
        "municipality": "9902" if number % 5 == 0 else "9901",
        "phase": "closed" if is_closed else "contact",
        "opened_at": NOON - timedelta(days=chance.randrange(400)),
        "closed_at": NOON if is_closed else None,
        "queue": chance.choice(QUEUES),
        "owner": chance.choice(OWNERS),
        "next_code": chance.choice([WAITS, WORKS]),
        "due_at": NOON + timedelta(hours=chance.randrange(-50, 500)),
        "stall_cause": chance.choice(list(StallCause)).value if stalled else None,
        "stalled_since": NOON - timedelta(hours=chance.randrange(1000)) if stalled else None,
        "state": {},
    }


def _task(number: int, chance: Random) -> dict[str, Any]:
    opens_at = NOON + timedelta(hours=chance.randrange(-200, 400))
    return {
        "id": f"task-{number}",
        "case_id": f"case-{number}",
        "municipality": "9902" if number % 5 == 0 else "9901",
        "kind": chance.choice([TaskKind.CALL, TaskKind.VISIT, TaskKind.CALLBACK, TaskKind.RECORD_OUTCOME]).value,
        "code": "",
        "queue": chance.choice(QUEUES),
        "owner": chance.choice(OWNERS),
        "opens_at": opens_at,
        "due_at": opens_at + timedelta(hours=chance.randrange(100)),
    }


def _closed(number: int, chance: Random) -> dict[str, Any]:
    return {
        "id": f"closed-{number}",
        "municipality": "9902" if number % 5 == 0 else "9901",
        "month": chance.choice(["2027-03", "2027-04", "2026-04"]),
        "month_opened": chance.choice(["2027-03", "2027-02", "", "2025-01"]),
        "partner_types": ["Huur"],
        "signals": 1,
        "attempts": {},
        "reached": chance.random() < 0.5,
        "outcome": "",
        "acceptance": "",
        "first_attempt": chance.choice(["0-3", "none", ""]),
        "unjustified": chance.choice(["", "", "legal_entity"]),
        "reach": chance.choice([{}, {"Telefoon/Ochtend": [2, 1]}, {"Telefoon/Ochtend": [1, 0], "Mail/Avond": [3, 2]}]),
    }


def _rows(database: Database, table: Any, keep: Callable[[Any], bool]) -> list[Any]:
    with database.read() as session:
        return [row for row in session.exec(select(table)) if row.municipality == "9901" and keep(row)]


def _is_open(row: CaseRow) -> bool:
    return row.closed_at is None


def _holds(row: Any) -> Holder:
    return Holder.NOBODY if row.owner is None else Holder.SOMEBODY


# --- stalled cases ------------------------------------------------------------------------------------------------


def test_stalled_cases_are_counted_by_cause_age_and_with_whom_they_lie(filled: Databases) -> None:
    stalled = _rows(filled.main, CaseRow, lambda row: _is_open(row) and row.stalled_since is not None)
    by_hand = Counter((row.stall_cause, _age(row), row.queue, _holds(row)) for row in stalled)
    counted = Supervision(filled.main).stalled(ZONNEDIJK, now=NOON)
    assert {(each.cause, each.age, each.queue, each.holder): each.cases for each in counted} == by_hand
    assert {each.age for each in counted} == set(StalledFor)


def _age(row: CaseRow) -> StalledFor:
    assert row.stalled_since is not None
    for band in StalledFor:
        after, _ = began_between(band, NOON)
        if after is None or row.stalled_since > after:
            return band
    raise AssertionError


@pytest.mark.parametrize("holder", [None, *Holder])
@pytest.mark.parametrize("age", [None, *StalledFor])
def test_the_list_behind_a_number_has_as_many_cases(
    filled: Databases, age: StalledFor | None, holder: Holder | None
) -> None:
    which = StalledWhich(StallCause.UNASSIGNED, age, LiesWith("identity", holder))
    counted = Supervision(filled.main).stalled(ZONNEDIJK, now=NOON)
    wanted = sum(
        each.cases
        for each in counted
        if (each.cause, each.queue) == (StallCause.UNASSIGNED, "identity")
        and age in (None, each.age)
        and holder in (None, each.holder)
    )
    found = queries.stalled(filled.main, [ZONNEDIJK], which, now=NOON, page=1)
    assert (found.cases.total, len(found.cases.rows)) == (wanted, wanted)


def test_municipalities_beside_each_other(filled: Databases) -> None:
    both = Supervision(filled.main).stalled_of([ZONNEDIJK, ELSEWHERE])
    alone = Supervision(filled.main).stalled_of([ELSEWHERE])
    assert set(both) == {"9901", "9902"} and alone == {"9902": both["9902"]}


# --- load and what comes ------------------------------------------------------------------------------------------


def test_open_cases_are_counted_by_queue(filled: Databases) -> None:
    by_hand = Counter((row.queue, _holds(row)) for row in _rows(filled.main, CaseRow, _is_open))
    assert Supervision(filled.main).open_cases(ZONNEDIJK) == by_hand


def test_work_is_counted_for_the_day_on_which_it_is_to_be_done(filled: Databases) -> None:
    by_hand = Counter(
        (row.queue, row.kind, _holds(row), row.opens_at <= NOON, _place(row))
        for row in _rows(filled.main, TaskRow, lambda row: True)
    )
    counted = Supervision(filled.main).work(ZONNEDIJK, AHEAD, now=NOON)
    assert {(e.queue, e.kind, e.holder, e.is_open, e.place): e.tasks for e in counted} == by_hand
    assert {each.place for each in counted} == set(range(-1, 11))


def _place(row: TaskRow) -> int:
    if row.due_at <= NOON:
        return -1
    moment = row.opens_at if row.kind in ("visit", "callback") else row.due_at
    return next((place for place, day in enumerate(AHEAD.days) if moment < day.ends_at), len(AHEAD.days))


@pytest.mark.parametrize("when", [None, *Moment, *AHEAD.days], ids=str)
@pytest.mark.parametrize("kind", [None, TaskKind.VISIT])
def test_the_list_behind_a_number_of_work_has_as_much(filled: Databases, kind: Any, when: Any) -> None:
    counted = Supervision(filled.main).work(ZONNEDIJK, AHEAD, now=NOON)
    places: dict[Any, int] = {Moment.LATE: -1, Moment.LATER: 10, **{day: n for n, day in enumerate(AHEAD.days)}}
    place = places.get(when)
    wanted = sum(
        each.tasks
        for each in counted
        if kind in (None, each.kind)
        and (each.is_open if when is Moment.NOW else place in (None, each.place))
        and each.holder is Holder.NOBODY
    )
    which = WorkWhich(kind, when, LiesWith(holder=Holder.NOBODY))
    found = overview_queries.work(filled.main, ZONNEDIJK, which, AHEAD, now=NOON, page=1)
    assert (found.total, len(found.rows)) == (wanted, min(wanted, 50))
    assert {each.task.municipality for each in found.rows} <= {"9901"}


def test_cases_without_work_are_counted_by_the_day_of_their_next_term(filled: Databases) -> None:
    counted = Supervision(filled.main).terms_ahead(ZONNEDIJK, AHEAD, now=NOON)
    waiting = _rows(filled.main, CaseRow, lambda row: _is_open(row) and row.next_code == WAITS and row.due_at > NOON)
    by_hand = Counter(
        next((place for place, day in enumerate(AHEAD.days) if row.due_at < day.ends_at), None) for row in waiting
    )
    del by_hand[None]
    assert counted == by_hand and len(counted) > 5


def test_what_each_member_of_staff_has(filled: Databases) -> None:
    found = Supervision(filled.main).of_staff(ZONNEDIJK, now=NOON)
    assert set(found) == {StaffId("noor"), StaffId("sam")}
    every_case, every_task = _rows(filled.main, CaseRow, _is_open), _rows(filled.main, TaskRow, lambda row: True)
    for member, has in found.items():
        cases = [row for row in every_case if row.owner == member]
        tasks = [row for row in every_task if row.owner == member]
        assert (has.cases, has.stalled) == (len(cases), sum(row.stalled_since is not None for row in cases))
        assert has.work_now == sum(row.opens_at <= NOON for row in tasks)
        assert has.late == sum(row.due_at <= NOON for row in tasks)


# --- months -------------------------------------------------------------------------------------------------------


def test_cases_opened_in_a_month_are_those_that_are_open_and_those_that_closed(filled: Databases) -> None:
    months = ["2027-02", "2027-03", "2027-04"]
    by_hand = Counter(f"{row.opened_at:%Y-%m}" for row in _rows(filled.main, CaseRow, _is_open))
    by_hand += Counter(row.month_opened for row in _rows(filled.main, StatisticRow, lambda row: True))
    found = Supervision(filled.main).opened(ZONNEDIJK, months)
    assert found == {month: by_hand[month] for month in months}


def test_what_closed_is_counted_in_groups(filled: Databases) -> None:
    rows = _rows(filled.main, StatisticRow, lambda row: row.month in ("2027-03", "2027-04"))
    found = Supervision(filled.main).closed(ZONNEDIJK, ["2027-03", "2027-04"])
    by_hand = Counter((row.month, row.reached, row.first_attempt, row.unjustified) for row in rows)
    assert {(c.month, c.reached, c.first_attempt, c.unjustified): many for c, many in found} == by_hand


def test_reach_is_added_up_by_the_database(filled: Databases) -> None:
    rows = _rows(filled.main, StatisticRow, lambda row: row.month == "2027-04")
    by_hand: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        for key, (sought, met) in row.reach.items():
            before = by_hand.get((row.unjustified, key), (0, 0))
            by_hand[row.unjustified, key] = before[0] + sought, before[1] + met
    found = Supervision(filled.main).reach(ZONNEDIJK, ["2027-04"])
    assert {(case.unjustified, key): counts for case, _ in found for key, counts in case.reach.items()} == by_hand
    assert all(isinstance(case, Closed) and many == 1 for case, many in found)


def test_a_case_that_begins_to_stand_still_is_counted_once_and_after_erasure_still(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.IDENTITY_CHECK))
    step = StepId(f"{state.case_id}.register")
    gave_up = PartyGaveUp(at=NOW, party=Party.REGISTER, step_id=step, person_id=resident_of(state.case_id))
    after = happened(databases, state, gave_up)
    happened(databases, state, gave_up)
    assert case_row(databases).stalled_since is not None and after.case_id == state.case_id
    with databases.main.write() as session:
        session.execute(delete(TaskRow))
    assert Supervision(databases.main).stalls(ZONNEDIJK, ["2027-03", "2027-04"]) == {"2027-04": 1}
    with databases.main.read() as session:
        assert session.exec(select(func.count()).select_from(StallCountRow)).one() == 1


# --- how it is found ----------------------------------------------------------------------------------------------

QUESTIONS: dict[str, Callable[[Supervision], object]] = {
    "ix_case_stalled": lambda asked: asked.stalled(ZONNEDIJK, now=NOON),
    "ix_case_open": lambda asked: asked.open_cases(ZONNEDIJK),
    "ix_task_ahead": lambda asked: asked.work(ZONNEDIJK, AHEAD, now=NOON),
    "ix_statistic_closed": lambda asked: asked.closed(ZONNEDIJK, ["2027-03", "2027-04"]),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_a_count_is_read_from_its_index_alone(filled: Databases, index: str) -> None:
    if not filled.main.is_sqlite:
        pytest.skip("PostgreSQL reads a table as small as this as a whole")
    [(statement, parameters)] = _asked(filled.main, QUESTIONS[index])
    with filled.main.read() as session:
        plan = [step[3] for step in _explained(session, statement, parameters)]
    ways = [step for step in plan if "SCAN" in step or "SEARCH" in step]
    assert len(ways) == 1 and f"USING COVERING INDEX {index}" in ways[0]


def _explained(session: Session, statement: str, parameters: Any) -> list[Any]:
    return list(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))


def _asked(database: Database, question: Callable[[Supervision], object]) -> list[tuple[str, Any]]:
    heard = list[tuple[str, Any]]()

    def hear(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            heard.append((statement, parameters))

    with database.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    try:
        question(Supervision(database))
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return heard
