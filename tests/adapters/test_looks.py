"""The log of who looked: it counts, it cannot be rewritten, it outlives the case and goes at its own term."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from adapters.looks import Looker, Looks
from adapters.overdue import Overdue
from models.codes import LookPurpose, LookReason, Role
from models.ids import CaseId, StaffId, UnitId, unit_of_case
from models.personal import Note
from models.tables import LookRow, SignalRow
from policy.looks import MANY_IN_AN_HOUR
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case
from tests.adapters.test_erasure import a_full_closed_case, erase, orders_of
from tests.builders import NOW, ZONNEDIJK, at, shipped_policies
from web import look_queries

CASE = CaseId("case-1")
UNIT, SIGNAL = unit_of_case(CASE), UnitId("signal-row-1")
NOOR = Looker(StaffId("noor"), Role.CASEWORKER, LookPurpose.CASE)


def looks(databases: Databases) -> Looks:
    return Looks(databases.main, databases.vault, shipped_policies())


def rows(databases: Databases) -> list[LookRow]:
    with databases.main.read() as session:
        return list(session.exec(select(LookRow).order_by(col(LookRow.first_at), col(LookRow.id))))


def test_a_case_and_its_signals_are_one_subject(databases: Databases) -> None:
    state = store_case(databases)
    with databases.main.write() as session:
        session.get_one(SignalRow, state.signals[0].signal_id).case_id = CASE
    looks(databases).record(NOOR, [UNIT, state.signals[0].unit_id], at=NOW)
    (row,) = rows(databases)
    assert (row.case_id, row.unit_id, row.municipality, row.staff_id) == (CASE, None, "9901", "noor")
    assert (row.role, row.purpose, row.first_at, row.last_at, row.times) == ("caseworker", "case", NOW, NOW, 1)


def test_beside_the_case_that_was_chosen_the_others_were_listed(databases: Databases) -> None:
    store_case(databases)
    other = UnitId("case-elsewhere")
    databases.vault.create(other, ZONNEDIJK, NOW)
    address = Looker(NOOR.staff, NOOR.role, LookPurpose.SECRET_ADDRESS, LookReason.VISIT)
    looks(databases).record(address, [UNIT, other], at=NOW, chosen=[CASE])
    looks(databases).record(NOOR, [UNIT], at=NOW, chosen=[CaseId("")])
    assert {(row.case_id, row.purpose, row.reason) for row in rows(databases)} == {
        (CASE, "secret_address", "visit"),
        ("elsewhere", "beside", None),
        (CASE, "beside", None),
    }


def test_what_is_in_no_case_is_known_by_itself(databases: Databases) -> None:
    databases.vault.create(SIGNAL, ZONNEDIJK, NOW)
    looks(databases).record(NOOR, [SIGNAL], at=NOW)
    assert [(row.case_id, row.unit_id) for row in rows(databases)] == [(None, SIGNAL)]


def test_many_looks_in_a_quarter_of_an_hour_are_one_line_with_their_number(databases: Databases) -> None:
    store_case(databases)
    for minutes in (0, 0, 14):
        looks(databases).record(NOOR, [UNIT], at=NOW + timedelta(minutes=minutes))
    looks(databases).record(NOOR, [UNIT], at=NOW + timedelta(minutes=15))
    assert [(row.first_at, row.last_at, row.times) for row in rows(databases)] == [
        (NOW, NOW + timedelta(minutes=14), 3),
        (NOW + timedelta(minutes=15), NOW + timedelta(minutes=15), 1),
    ]


def test_another_person_role_purpose_or_reason_is_a_line_of_its_own(databases: Databases) -> None:
    store_case(databases)
    others = [
        NOOR,
        Looker(StaffId("sam"), Role.CASEWORKER, LookPurpose.CASE),
        Looker(NOOR.staff, Role.SUPERVISOR, LookPurpose.CASE),
        Looker(NOOR.staff, NOOR.role, LookPurpose.CALL),
        Looker(NOOR.staff, NOOR.role, LookPurpose.SECRET_ADDRESS, LookReason.VISIT),
        Looker(NOOR.staff, NOOR.role, LookPurpose.SECRET_ADDRESS, LookReason.LETTER),
    ]
    for looker in others:
        looks(databases).record(looker, [UNIT], at=NOW)
    assert sorted(row.times for row in rows(databases)) == [1] * len(others)


def test_no_look_is_lost_when_many_look_at_once(databases: Databases) -> None:
    units = [unit_of_case(CaseId(f"case-{number}")) for number in range(40)]
    for unit in units:
        databases.vault.create(unit, ZONNEDIJK, NOW)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(looks(databases).record, NOOR, units, at=NOW) for _ in range(24)]:
            done.result()
    assert [row.times for row in rows(databases)] == [24] * 40


def test_more_subjects_than_a_database_takes_in_one_question(databases: Databases) -> None:
    units = [UnitId(f"signal-{number:05}") for number in range(1_200)]
    databases.vault.seal_many([(unit, Note(text="Niets."), ()) for unit in units], ZONNEDIJK, NOW)
    looks(databases).record(NOOR, units, at=NOW)
    assert {row.unit_id for row in rows(databases)} == set(units)


@pytest.mark.parametrize(
    "changed",
    [
        "case_id = 'case-2'",
        "staff_id = 'sam'",
        "purpose = 'call'",
        "role = 'supervisor'",
        "times = 0",
        "first_at = '2020-01-01'",
        "erase_at = '2020-01-01'",
    ],
)
def test_what_was_written_cannot_be_rewritten(databases: Databases, changed: str) -> None:
    store_case(databases)
    looks(databases).record(NOOR, [UNIT], at=NOW)
    before = rows(databases)
    with pytest.raises(DBAPIError), databases.main.write() as session:
        session.execute(text(f"UPDATE look SET {changed}"))
    assert rows(databases) == before


def test_erasing_the_case_leaves_who_looked_with_its_number_alone(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    looks(databases).record(NOOR, [UNIT], at=NOW)
    before = rows(databases)
    for order in orders_of(state):
        erase(databases, order)
    assert databases.vault.destroyed(UNIT)
    assert rows(databases) == before


def test_each_goes_at_its_own_term_and_not_before(databases: Databases) -> None:
    store_case(databases)
    looks(databases).record(NOOR, [UNIT], at=NOW)
    overdue = Overdue(databases.main, databases.vault)
    for moment, left in (
        ("2029-04-04 23:59", ["noor"]),
        ("2029-04-05 00:00", [None]),
        ("2032-04-04 23:59", [None]),
        ("2032-04-05 00:00", []),
    ):
        overdue.clear(at(moment))
        assert [row.staff_id for row in rows(databases)] == left, moment


def test_who_it_was_stays_forgotten_when_somebody_looks_again(databases: Databases) -> None:
    store_case(databases)
    looks(databases).record(NOOR, [UNIT], at=NOW)
    Overdue(databases.main, databases.vault).clear(at("2029-04-05 00:00"))
    looks(databases).record(NOOR, [UNIT], at=at("2029-04-05 09:00"))
    assert [row.staff_id for row in rows(databases)] == [None, "noor"]


def test_what_stands_out_is_found_on_both_databases(databases: Databases) -> None:
    store_case(databases)
    units = [unit_of_case(CaseId(f"case-{number}")) for number in range(2, MANY_IN_AN_HOUR + 3)]
    databases.vault.seal_many([(unit, Note(text="Niets."), ()) for unit in units], ZONNEDIJK, NOW)
    for unit in units:
        looks(databases).record(NOOR, [unit], at=NOW + timedelta(minutes=59))
    looks(databases).record(Looker(StaffId("sam"), Role.CASEWORKER, LookPurpose.CALL), [UNIT], at=NOW)
    week = look_queries.Period(NOW.date(), NOW.date())
    found = look_queries.many_cases(databases.main, [ZONNEDIJK], week)
    assert [(one.staff_id, one.hour, one.cases) for one in found.rows] == [("noor", NOW, MANY_IN_AN_HOUR + 1)]
    apart = look_queries.without_work(databases.main, [ZONNEDIJK], week, page=1)
    assert {row.staff_id for row in apart.rows} == {"noor", "sam"} and len(apart.rows) == MANY_IN_AN_HOUR + 2
    assert len(list(look_queries.all_looks(databases.main, [ZONNEDIJK], week))) == MANY_IN_AN_HOUR + 2
    assert look_queries.looks(databases.main, [], look_queries.Wanted(week), page=1).rows == ()
