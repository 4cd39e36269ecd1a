from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.absences import Absence, AbsenceRefused, Absences, stand_in
from adapters.registry import Member, Registry
from models.codes import ReferralParty, Role
from models.ids import StaffId
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK

WATERDORP = MunicipalityCode("9902")
NOOR, JORIS, SAM, HANNA = StaffId("noor"), StaffId("joris"), StaffId("sam"), StaffId("hanna")
RAVI, YARA = StaffId("ravi"), StaffId("yara")
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2027, 4, day) for day in (5, 6, 7, 8))


@pytest.fixture
def absences(databases: Databases) -> Absences:
    Registry(databases.main).ensure(
        municipalities=[(WATERDORP, "Waterdorp")],
        staff=[
            Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(JORIS, "Joris Kramer", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(SAM, "Sam Bakker", Role.CASEWORKER, (ZONNEDIJK, WATERDORP)),
            Member(HANNA, "Hanna Visser", Role.SUPERVISOR, (ZONNEDIJK,)),
            Member(RAVI, "Ravi Blom", Role.SUPERVISOR, (WATERDORP,)),
            Member(YARA, "Yara Vos", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.YOUTH_WORKER),
        ],
    )
    return Absences(databases.main)


def away(absences: Absences, staff: StaffId, deputy: StaffId, first: date = MONDAY, last: date = TUESDAY) -> Absence:
    return absences.record(staff=staff, first_day=first, last_day=last, deputy=deputy, by=staff)


def test_a_deputy_stands_in_from_the_first_day_up_to_and_including_the_last(absences: Absences) -> None:
    away(absences, NOOR, JORIS, TUESDAY, WEDNESDAY)
    days = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
    assert [absences.deputy_of(NOOR, day) for day in days] == [None, JORIS, JORIS, None]
    assert [absences.stands_in_for(JORIS, day) for day in days] == [(), (NOOR,), (NOOR,), ()]
    assert [absences.is_away(NOOR, day) for day in days] == [False, True, True, False]
    assert not absences.is_away(JORIS, TUESDAY)


def test_when_the_deputy_is_away_too_theirs_stands_in(absences: Absences) -> None:
    away(absences, NOOR, JORIS)
    away(absences, JORIS, SAM, TUESDAY, WEDNESDAY)
    assert [absences.deputy_of(NOOR, day) for day in (MONDAY, TUESDAY)] == [JORIS, SAM]
    assert absences.stands_in_for(SAM, TUESDAY) == (JORIS, NOOR)
    assert absences.stands_in_for(JORIS, TUESDAY) == ()


def test_in_a_circle_nobody_stands_in(absences: Absences) -> None:
    away(absences, NOOR, JORIS)
    away(absences, JORIS, HANNA)
    assert absences.deputy_of(NOOR, MONDAY) == HANNA
    away(absences, HANNA, JORIS)
    assert [absences.deputy_of(staff, MONDAY) for staff in (NOOR, JORIS, HANNA)] == [None] * 3
    assert [absences.stands_in_for(staff, MONDAY) for staff in (NOOR, JORIS, HANNA)] == [()] * 3


STAFF = st.sampled_from([StaffId(name) for name in "abcdef"])


@given(STAFF, st.dictionaries(STAFF, STAFF))
def test_whoever_stands_in_is_there(staff: StaffId, away: Mapping[StaffId, StaffId]) -> None:
    deputy = stand_in(staff, away)
    assert deputy is None or deputy not in away
    assert (deputy is None) or staff in away


@given(st.dictionaries(STAFF, STAFF, max_size=4))
def test_only_a_circle_leaves_work_to_nobody(away: Mapping[StaffId, StaffId]) -> None:
    for staff in away:
        chain = [staff]
        while chain[-1] in away and len(chain) < 8:
            chain.append(away[chain[-1]])
        circle = len(set(chain)) < len(chain)
        assert (stand_in(staff, away) is None) == circle


def test_a_supervisor_records_it_for_somebody_of_the_municipality(absences: Absences) -> None:
    made = absences.record(staff=NOOR, first_day=MONDAY, last_day=MONDAY, deputy=JORIS, by=HANNA)
    assert absences.of(NOOR, since=MONDAY) == [made]


@pytest.mark.parametrize("by", [JORIS, RAVI, YARA, StaffId("nobody")])
def test_nobody_else_records_it_for_another(absences: Absences, by: StaffId) -> None:
    with pytest.raises(AbsenceRefused):
        absences.record(staff=NOOR, first_day=MONDAY, last_day=MONDAY, deputy=SAM, by=by)
    assert absences.of(NOOR, since=MONDAY) == []


REFUSED = [
    (NOOR, NOOR, MONDAY, MONDAY, "Kies een ander die waarneemt."),
    (NOOR, RAVI, MONDAY, MONDAY, "Kies een waarnemer die voor dezelfde gemeente werkt."),
    (SAM, NOOR, MONDAY, MONDAY, "Kies een waarnemer die voor dezelfde gemeente werkt."),
    (NOOR, YARA, MONDAY, MONDAY, "Kies een waarnemer die dit werk mag zien."),
    (NOOR, StaffId("nobody"), MONDAY, MONDAY, "Deze medewerker is hier niet bekend."),
    (NOOR, JORIS, TUESDAY, MONDAY, "De laatste dag ligt voor de eerste."),
]


@pytest.mark.parametrize(("staff", "deputy", "first", "last", "sentence"), REFUSED)
def test_an_absence_that_leaves_work_undone_is_refused(
    absences: Absences, staff: StaffId, deputy: StaffId, first: date, last: date, sentence: str
) -> None:
    with pytest.raises(AbsenceRefused) as refused:
        away(absences, staff, deputy, first, last)
    assert refused.value.sentence == sentence


def test_on_one_day_somebody_is_away_once(absences: Absences) -> None:
    away(absences, NOOR, JORIS, TUESDAY, WEDNESDAY)
    for first, last in ((MONDAY, TUESDAY), (WEDNESDAY, THURSDAY), (TUESDAY, TUESDAY)):
        with pytest.raises(AbsenceRefused):
            away(absences, NOOR, SAM, first, last)
    away(absences, NOOR, SAM, MONDAY, MONDAY)
    away(absences, NOOR, SAM, THURSDAY, THURSDAY)


def test_an_absence_can_be_withdrawn_by_whoever_may_record_it(absences: Absences) -> None:
    made = away(absences, NOOR, JORIS)
    with pytest.raises(AbsenceRefused):
        absences.withdraw(made.id, by=JORIS)
    absences.withdraw(made.id, by=HANNA)
    absences.withdraw(made.id, by=NOOR)
    assert absences.of(NOOR, since=MONDAY) == []


def test_lists_leave_out_what_is_over_and_other_municipalities(absences: Absences) -> None:
    over = away(absences, NOOR, JORIS, MONDAY, MONDAY)
    coming = away(absences, NOOR, SAM, WEDNESDAY, THURSDAY)
    assert absences.of(NOOR, since=TUESDAY) == [coming]
    assert absences.of_municipality(ZONNEDIJK, since=MONDAY) == [over, coming]
    assert absences.of_municipality(WATERDORP, since=MONDAY) == []
