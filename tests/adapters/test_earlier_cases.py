"""Residents who were here before, as far as their data are still there."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities import ports
from activities.ports import EarlierCase
from adapters.earlier_cases import EarlierCases
from adapters.matching import Matching
from models.codes import Phase, Role
from models.ids import CaseId, PersonId, resident_of, signal_of, unit_of_case
from models.tables import CaseRow, CaseSignalRow, MunicipalityRow, StaffRow
from models.values import MunicipalityCode
from tests.adapters.intake import KEPT, RECEIVED, Intake, a_row, first_row, six_months
from tests.builders import NOOR, ZONNEDIJK, at

MAANDIJK = MunicipalityCode("9902")
SINCE = date(2026, 10, 5)
SPOUSE = {"achternaam": "Oosterveld", "voorletters": "C.", "geboortedatum": "1981-05-02"}


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    with intake.database.write() as session:
        session.add(MunicipalityRow(code=MAANDIJK.text, name="Maandijk"))
    works(intake)
    yield intake
    intake.close()


def works(intake: Intake, *, role: Role = Role.CASEWORKER, at_: tuple[str, ...] = (ZONNEDIJK.text,)) -> None:
    """Noor has this role in these municipalities."""
    with intake.database.write() as session:
        session.merge(StaffRow(id=NOOR, name="Noor de Wit", role=role, municipalities=list(at_)))


def opened(intake: Intake, *, municipality: MunicipalityCode = ZONNEDIJK, **cells: str) -> CaseId:
    """The case of a new signal."""
    row = first_row(intake.deliver(a_row(**cells), municipality=municipality).delivery_id)
    case = intake.matching.match(row, at=RECEIVED).case_id
    intake.matching.settled(row)
    return case


def closed(intake: Intake, case: CaseId, moment: datetime, *, owner: str | None = NOOR) -> CaseId:
    """The case, closed at this moment."""
    intake.matching.case_closed(case)
    with intake.database.write() as session:
        row = session.get_one(CaseRow, case)
        row.phase, row.closed_at, row.owner = Phase.CLOSED, moment, owner
    return case


def latest(intake: Intake, case: CaseId, person: PersonId | None = None, *, since: date = SINCE) -> EarlierCase | None:
    earlier: ports.EarlierCases = EarlierCases(intake.database, intake.matching)
    return earlier.latest(case, person or resident_of(case), since=since)


def test_a_resident_who_was_here_before_is_known_with_whose_case_it_was(intake: Intake) -> None:
    before = closed(intake, opened(intake), at("2027-02-01 12:00"))
    assert latest(intake, opened(intake)) == EarlierCase(before, owner=NOOR)


def test_who_was_not_here_before_has_no_earlier_case(intake: Intake) -> None:
    closed(intake, opened(intake, municipality=ZONNEDIJK, **SPOUSE), at("2027-02-01 12:00"))
    assert latest(intake, opened(intake)) is None


def test_of_several_cases_the_one_that_closed_last_counts(intake: Intake) -> None:
    first = opened(intake)
    closed(intake, first, at("2027-03-01 12:00"))
    second = closed(intake, opened(intake), at("2027-01-01 12:00"), owner=None)
    now = opened(intake)
    assert latest(intake, now) == EarlierCase(first, owner=NOOR)
    closed(intake, second, at("2027-03-02 12:00"), owner=None)
    assert latest(intake, now) == EarlierCase(second, owner=None)


@pytest.mark.parametrize(("moment", "counts"), [("2026-10-05 00:00", True), ("2026-10-04 23:59", False)])
def test_the_look_back_begins_with_its_first_day(intake: Intake, moment: str, counts: bool) -> None:
    before = closed(intake, opened(intake), at(moment))
    assert latest(intake, opened(intake)) == (EarlierCase(before, owner=NOOR) if counts else None)


def test_an_open_case_is_no_earlier_one(intake: Intake) -> None:
    other = opened(intake, bsn="999990019")
    now = opened(intake, bsn="999990020")
    assert other != now and latest(intake, now) is None


@pytest.mark.parametrize(
    ("role", "towns", "still"),
    [
        (Role.CASEWORKER, (ZONNEDIJK.text,), True),
        (Role.SUPERVISOR, (ZONNEDIJK.text, MAANDIJK.text), True),
        (Role.CASEWORKER, (MAANDIJK.text,), False),
        (Role.CASEWORKER, (), False),
        (Role.PRIVACY_OFFICER, (ZONNEDIJK.text,), False),
    ],
)
def test_the_colleague_is_named_only_who_still_works_there(
    intake: Intake, role: Role, towns: tuple[str, ...], still: bool
) -> None:
    before = closed(intake, opened(intake), at("2027-02-01 12:00"))
    works(intake, role=role, at_=towns)
    assert latest(intake, opened(intake)) == EarlierCase(before, owner=NOOR if still else None)


def test_a_colleague_who_is_gone_altogether_is_not_named(intake: Intake) -> None:
    before = closed(intake, opened(intake), at("2027-02-01 12:00"), owner="vertrokken")
    assert latest(intake, opened(intake)) == EarlierCase(before, owner=None)


@pytest.mark.parametrize("rows_too", [True, False], ids=["wholly", "key-only"])
def test_of_an_erased_case_nothing_is_known(intake: Intake, rows_too: bool) -> None:
    row = first_row(intake.deliver(a_row()).delivery_id)
    before = intake.matching.match(row, at=RECEIVED).case_id
    intake.matching.settled(row)
    closed(intake, before, at("2027-02-01 12:00"))
    now = opened(intake)
    intake.vault.destroy([unit_of_case(before)])
    if rows_too:
        with intake.database.write() as session:
            session.delete(session.get_one(CaseSignalRow, signal_of(row)))
            session.delete(session.get_one(CaseRow, before))
    assert latest(intake, now) is None


def test_a_case_of_another_municipality_is_not_known(intake: Intake) -> None:
    closed(intake, opened(intake, municipality=MAANDIJK, bsn="999990019"), at("2027-02-01 12:00"))
    assert latest(intake, opened(intake, bsn="999990019")) is None


def test_a_housemate_is_not_looked_up(intake: Intake) -> None:
    """Of somebody else in the case too little is known, and the resident's past is not theirs."""
    closed(intake, opened(intake), at("2027-02-01 12:00"))
    closed(intake, opened(intake, municipality=ZONNEDIJK, **SPOUSE), at("2027-02-01 12:00"))
    now = opened(intake)
    together = Matching(
        intake.database, intake.vault, keep_repeated=KEPT, look_back=six_months, household=lambda municipality: 4
    )
    joined = together.match(intake.row(partner="Stroomnet", **SPOUSE), at=RECEIVED + timedelta(hours=1)).join
    assert joined is not None and joined.person_id != resident_of(now)
    assert latest(intake, now, joined.person_id) is None
    assert latest(intake, now) is not None


def test_a_case_that_is_gone_has_no_earlier_one(intake: Intake) -> None:
    assert latest(intake, CaseId("weg")) is None
