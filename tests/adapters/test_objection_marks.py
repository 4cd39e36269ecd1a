"""What stays of whoever was right to object: found again by the person alone, and gone at its term."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from adapters.blind import IndexKind
from adapters.forecast import WithoutCase, forecast
from adapters.objection_marks import MarkKind, ObjectionMarks
from adapters.overdue import Overdue
from adapters.retention_check import PAST, RetentionCheck
from models.codes import Objection
from models.facts import ObjectionDecided, ObjectionMade, Remembered
from models.ids import CaseId, PersonId, signal_of, unit_of_case
from models.personal import Address, Resident
from models.values import Bsn, MunicipalityCode, Postcode
from models.vault_tables import ObjectionMarkRow
from policy.calendar import local
from tests.adapters.conftest import Databases
from tests.adapters.intake import RECEIVED, Intake
from tests.adapters.stored import THE_RESIDENT, happened, store_case
from tests.adapters.test_erasure import a_full_closed_case, erase, orders_of
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_resident, route_chosen

BSN, OTHER_BSN = Bsn.parse("999990019"), Bsn.parse("999990020")
UNTIL = NOW + timedelta(days=730)
STAYS = Remembered(until=UNTIL, ground="Beleid: twee jaar.")
LATER_CASE = CaseId("case-2")
CASE, PERSON = CaseId("case-1"), PersonId("person-1")
ELSEWHERE = Address(postcode=Postcode("9999ZZ"), number=1)


@pytest.fixture
def marks(databases: Databases) -> ObjectionMarks:
    return ObjectionMarks(databases.vault)


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def somebody(**changes: Any) -> Resident:
    given: dict[str, Any] = {
        "person_id": PERSON,
        "bsn": None,
        "initials": "A.",
        "surname": "Bakkerink",
        "birth_date": date(1980, 1, 31),
    }
    return a_resident(**{**given, **changes})


def kept(marks: ObjectionMarks, resident: Resident, *, at: datetime = NOW) -> None:
    marks.keep(ZONNEDIJK, CASE, PERSON, resident, STAYS, at=at)


def forgotten(marks: ObjectionMarks, resident: Resident, *, case: CaseId = LATER_CASE) -> None:
    marks.forget(ZONNEDIJK, case, PERSON, resident, at=NOW)


@pytest.mark.parametrize(
    ("marked", "said", "found"),
    [
        ({"bsn": BSN}, {"bsn": BSN, "surname": "Anders", "address": ELSEWHERE}, True),
        ({"bsn": BSN}, {"bsn": OTHER_BSN}, False),
        ({"bsn": BSN}, {}, True),
        ({}, {"bsn": BSN}, True),
        ({}, {"surname": "van Bakkerinck"}, True),
        ({}, {"birth_date": date(1981, 1, 31)}, False),
        ({}, {"address": ELSEWHERE}, False),
        ({}, {"birth_date": None}, True),
        ({"birth_date": None}, {"initials": "B."}, False),
        ({"birth_date": None}, {"initials": "B.", "birth_date": None}, False),
    ],
)
def test_a_mark_is_of_one_person(
    marks: ObjectionMarks, marked: dict[str, Any], said: dict[str, Any], found: bool
) -> None:
    kept(marks, somebody(**marked))
    assert marks.knows(ZONNEDIJK, somebody(**said), at=NOW) is found


def test_nobody_is_known_where_nobody_was_marked_and_in_another_municipality(marks: ObjectionMarks) -> None:
    assert not marks.knows(ZONNEDIJK, somebody(), at=NOW)
    kept(marks, somebody())
    assert not marks.knows(MunicipalityCode("9902"), somebody(), at=NOW)


def test_a_mark_counts_until_its_term_and_not_after(marks: ObjectionMarks) -> None:
    kept(marks, somebody())
    assert marks.until(ZONNEDIJK, somebody(), at=UNTIL - timedelta(seconds=1)) == UNTIL
    assert marks.until(ZONNEDIJK, somebody(), at=UNTIL) is None


def test_the_same_decision_twice_is_one_mark_and_its_number_leads_to_no_case(
    databases: Databases, marks: ObjectionMarks
) -> None:
    kept(marks, somebody(bsn=BSN))
    kept(marks, somebody(bsn=BSN))
    with databases.vault.database.read() as session:
        rows = session.exec(select(ObjectionMarkRow)).all()
    assert {row.kind for row in rows} == set(MarkKind)
    assert len(rows) == len(MarkKind)
    assert all(CASE not in row.id and PERSON not in row.id for row in rows)


def test_what_is_forgotten_is_known_no_more(marks: ObjectionMarks) -> None:
    kept(marks, somebody())
    forgotten(marks, somebody(birth_date=date(1999, 1, 1)))
    assert marks.knows(ZONNEDIJK, somebody(), at=NOW)
    forgotten(marks, somebody())
    assert not marks.knows(ZONNEDIJK, somebody(), at=NOW)


@pytest.mark.parametrize("surer", [{"bsn": BSN}, {}])
def test_a_son_with_the_initial_of_the_father_takes_no_mark_of_his(
    marks: ObjectionMarks, surer: dict[str, Any]
) -> None:
    """He was recognised falsely: the partner gave neither his BSN nor his birth date."""
    kept(marks, somebody(**surer))
    son = somebody(birth_date=None)
    assert marks.knows(ZONNEDIJK, son, at=NOW)
    forgotten(marks, son)
    assert marks.knows(ZONNEDIJK, somebody(**surer), at=NOW)


def test_the_mark_of_the_case_itself_goes_whatever_is_known_by_now(marks: ObjectionMarks) -> None:
    kept(marks, somebody(bsn=BSN))
    forgotten(marks, somebody(birth_date=None, surname="Anders"), case=CASE)
    assert not marks.knows(ZONNEDIJK, somebody(bsn=BSN), at=NOW)


def test_the_hash_is_made_with_a_key_that_no_other_index_has(databases: Databases, marks: ObjectionMarks) -> None:
    kept(marks, somebody(bsn=BSN))
    with databases.vault.database.read() as session:
        digests = set(session.exec(select(ObjectionMarkRow.digest)))
    assert not digests & {
        databases.vault.digest(ZONNEDIJK, kind, BSN.text) for kind in IndexKind if kind is not IndexKind.OBJECTION
    }


def decided(databases: Databases, *, upheld: bool, remembered: Remembered | None = None) -> None:
    state = store_case(databases)
    happened(
        databases,
        state,
        route_chosen(),
        ObjectionMade(at=NOW, person_id=RESIDENT),
        ObjectionDecided(at=NOW, person_id=RESIDENT, upheld=upheld, remembered=remembered),
    )


def test_the_decision_marks_the_resident_of_the_case(databases: Databases, marks: ObjectionMarks) -> None:
    decided(databases, upheld=True, remembered=STAYS)
    assert marks.until(ZONNEDIJK, THE_RESIDENT, at=NOW) == UNTIL


def test_without_a_term_nothing_stays(databases: Databases, marks: ObjectionMarks) -> None:
    decided(databases, upheld=True)
    assert not marks.knows(ZONNEDIJK, THE_RESIDENT, at=NOW)


def test_whoever_is_not_right_any_more_loses_the_mark(databases: Databases, marks: ObjectionMarks) -> None:
    marks.keep(ZONNEDIJK, CaseId("earlier"), PERSON, THE_RESIDENT, STAYS, at=NOW)
    decided(databases, upheld=False)
    assert not marks.knows(ZONNEDIJK, THE_RESIDENT, at=NOW)


def test_a_mark_survives_the_erasure_of_its_case(databases: Databases, marks: ObjectionMarks) -> None:
    state = a_full_closed_case(databases)
    marks.keep(ZONNEDIJK, state.case_id, RESIDENT, THE_RESIDENT, STAYS, at=NOW)
    for order in orders_of(state):
        erase(databases, order)
    assert databases.vault.destroyed(unit_of_case(state.case_id))
    assert marks.knows(ZONNEDIJK, THE_RESIDENT, at=NOW)


def test_the_sweep_takes_it_at_its_term(databases: Databases, marks: ObjectionMarks) -> None:
    kept(marks, somebody())
    overdue = Overdue(databases.main, databases.vault)
    overdue.clear(UNTIL - timedelta(days=1))
    with databases.vault.database.read() as session:
        left = set(session.exec(select(ObjectionMarkRow.digest)))
    assert left
    overdue.clear(UNTIL)
    with databases.vault.database.read() as session:
        assert session.exec(select(ObjectionMarkRow)).all() == []
    if databases.folder is not None:
        assert all(digest.encode() not in databases.files("vault") for digest in left)


def test_a_mark_past_its_term_is_a_fault_and_its_key_is_none(databases: Databases, marks: ObjectionMarks) -> None:
    kept(marks, somebody())
    check = RetentionCheck(databases.main, databases.vault)

    def faults(at: datetime) -> list[tuple[str, str]]:
        return [(wrong.thing.what, wrong.why) for wrong in check.look([], at=at, executions_kept=timedelta(days=7))]

    assert faults(UNTIL - timedelta(hours=1)) == []
    assert faults(UNTIL + timedelta(days=3)) == [("objection_mark", PAST)]


def test_the_forecast_counts_marks_by_municipality(databases: Databases, marks: ObjectionMarks) -> None:
    kept(marks, somebody(bsn=BSN))
    day = local(UNTIL).date()
    [line] = forecast(databases.main, databases.vault, day)
    assert (line.municipality, line.rule, line.other) == (ZONNEDIJK, WithoutCase.MARK, 1)
    assert forecast(databases.main, databases.vault, day - timedelta(days=1)) == []
    assert forecast(databases.main, databases.vault, day, [MunicipalityCode("9902")]) == []


def test_a_new_signal_about_whoever_is_marked_is_kept_and_starts_no_contact(intake: Intake) -> None:
    resident = somebody(address=Address(postcode=Postcode("9990AB"), number=12))
    ObjectionMarks(intake.vault).keep(ZONNEDIJK, CASE, PERSON, resident, STAYS, at=RECEIVED)
    row = intake.row()
    matched = intake.matching.match(row, at=RECEIVED)
    assert matched.open is not None
    [signal], [person] = matched.open.signals, matched.open.people
    assert (signal.signal_id, signal.objected, person.objection) == (signal_of(row), True, Objection.MADE)
    # Matched once more, as after a crash, it is the same case.
    assert intake.matching.match(row, at=RECEIVED).open == matched.open


def test_one_that_joins_says_so_and_one_about_a_company_does_not(intake: Intake) -> None:
    first = intake.row()
    opened = intake.matching.match(first, at=RECEIVED)
    intake.matching.settled(first)
    assert opened.open is not None
    assert not opened.open.signals[0].objected
    resident = somebody(address=Address(postcode=Postcode("9990AB"), number=12))
    ObjectionMarks(intake.vault).keep(ZONNEDIJK, CASE, PERSON, resident, STAYS, at=RECEIVED)
    joined = intake.matching.match(intake.row(bedrag="900,00"), at=RECEIVED)
    assert joined.join is not None
    assert joined.join.objected
    company = intake.matching.match(intake.row(rechtsvorm="bv"), at=RECEIVED)
    assert company.open is not None
    assert not company.open.signals[0].objected
