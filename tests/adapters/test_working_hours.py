"""Weekly patterns, and who is free when: promises, absences and free days taken into account."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event

from adapters.absences import Absences
from adapters.agenda import Agenda
from adapters.registry import Member, Registry
from adapters.working_hours import HoursRefused, WorkingHours
from models.codes import Role
from models.ids import CaseId, CommandId, StaffId
from models.values import MunicipalityCode
from policy.slots import MIDNIGHT, Hours
from simulation import demo
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK, at, the_terms

JORIS, NOOR, THEA, RAVI = StaffId("joris"), StaffId("noor"), StaffId("thea"), StaffId("ravi")
MONDAY = Hours(0, time(9), time(10))
EVENING = Hours(1, time(23), MIDNIGHT)
SINCE = at("2027-04-05 08:00")


@pytest.fixture
def hours(databases: Databases) -> WorkingHours:
    Registry(databases.main).ensure(
        staff=[
            Member(JORIS, "Joris Kramer", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(THEA, "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK,)),
            Member(RAVI, "Ravi Blom", Role.SUPERVISOR, (MunicipalityCode("9902"),)),
        ]
    )
    return WorkingHours(databases.main)


def free(hours: WorkingHours, *staff: StaffId, each: int = 2, minutes: int = 15) -> list[tuple[str, str]]:
    found = hours.free(staff, since=SINCE, minutes=minutes, calendars=the_terms().calendars, each=each)
    return [(f"{one.starts_at.astimezone(SINCE.tzinfo):%d-%m %H:%M}", one.staff) for one in found]


def test_a_pattern_is_kept_and_replaced_as_a_whole(hours: WorkingHours) -> None:
    hours.replace(JORIS, [EVENING, MONDAY, MONDAY], by=JORIS)
    assert hours.of(JORIS) == (MONDAY, EVENING)
    hours.replace(JORIS, [EVENING], by=THEA)
    assert (hours.of(JORIS), hours.of(NOOR)) == ((EVENING,), ())


@pytest.mark.parametrize("by", [NOOR, RAVI])
def test_nobody_changes_the_pattern_of_somebody_else_but_a_supervisor_of_their_municipality(
    hours: WorkingHours, by: StaffId
) -> None:
    with pytest.raises(HoursRefused):
        hours.replace(JORIS, [MONDAY], by=by)
    assert hours.of(JORIS) == ()


@pytest.mark.parametrize(
    "pattern", [[Hours(0, time(10), time(9))], [MONDAY, Hours(0, time(9), time(12))]], ids=["backwards", "twice"]
)
def test_a_pattern_that_makes_no_sense_is_refused_and_the_old_one_stays(
    hours: WorkingHours, pattern: list[Hours]
) -> None:
    hours.replace(JORIS, [EVENING], by=JORIS)
    with pytest.raises(HoursRefused):
        hours.replace(JORIS, pattern, by=JORIS)
    assert hours.of(JORIS) == (EVENING,)


def test_the_free_moments_of_colleagues_come_in_order_and_not_too_many_of_each(hours: WorkingHours) -> None:
    hours.replace(JORIS, [MONDAY], by=JORIS)
    hours.replace(NOOR, [EVENING, Hours(0, time(9, 10), time(10))], by=NOOR)
    assert free(hours, JORIS, NOOR, THEA) == [
        ("05-04 09:00", JORIS),
        ("05-04 09:10", NOOR),
        ("05-04 09:15", JORIS),
        ("05-04 09:25", NOOR),
    ]


def test_a_promise_that_is_booked_is_not_offered_again(databases: Databases, hours: WorkingHours) -> None:
    hours.replace(JORIS, [MONDAY], by=JORIS)
    Agenda(databases.main).book(CommandId("c-1"), CaseId("case-1"), JORIS, at("2027-04-05 09:00"), 15)
    assert free(hours, JORIS, each=1) == [("05-04 09:15", JORIS)]


def test_whoever_is_taken_for_days_is_offered_the_first_moment_after_them(
    databases: Databases, hours: WorkingHours
) -> None:
    hours.replace(JORIS, [MONDAY, Hours(3, time(9), time(10))], by=JORIS)
    hours.replace(NOOR, [EVENING], by=NOOR)
    for number, moment in enumerate(("05-04 09:00", "05-04 09:15", "05-04 09:30", "05-04 09:45", "08-04 09:00")):
        day, _, clock = moment.partition(" ")
        starts = at(f"2027-{day[3:]}-{day[:2]} {clock}")
        Agenda(databases.main).book(CommandId(f"c-{number}"), CaseId("case-1"), JORIS, starts, 15)
    assert free(hours, JORIS, NOOR, each=1) == [("06-04 23:00", NOOR), ("08-04 09:15", JORIS)]


def test_a_callback_that_is_going_on_is_not_offered_over(databases: Databases, hours: WorkingHours) -> None:
    hours.replace(JORIS, [Hours(0, time(7), time(9))], by=JORIS)
    Agenda(databases.main).book(CommandId("c-1"), CaseId("case-1"), JORIS, at("2027-04-05 07:45"), 60)
    assert free(hours, JORIS, each=1) == [("05-04 08:45", JORIS)]


def test_what_colleagues_promised_before_or_for_later_is_not_read(databases: Databases, hours: WorkingHours) -> None:
    agenda = Agenda(databases.main)
    hours.replace(JORIS, [MONDAY], by=JORIS)
    for number, day in enumerate(("2027-03-29", "2027-04-05", "2027-04-12")):
        agenda.book(CommandId(f"c-{number}"), CaseId("case-1"), JORIS, at(f"{day} 09:00"), 15)
        agenda.book(CommandId(f"n-{number}"), CaseId("case-2"), NOOR, at(f"{day} 09:00"), 15)
    read = list[Any]()
    with databases.main.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *told: read.append(told[2:4]))
    assert free(hours, JORIS, NOOR, each=1) == [("05-04 09:15", JORIS)]
    [(statement, parameters)] = [asked for asked in read if "FROM appointment" in asked[0]]
    with databases.main.read() as session:
        rows = session.connection().exec_driver_sql(statement, parameters).all()
    assert [(row[0], str(row[1])[:10]) for row in rows] == [(JORIS, "2027-04-05")]


def test_an_absence_and_a_free_day_offer_nothing(databases: Databases, hours: WorkingHours) -> None:
    hours.replace(JORIS, [MONDAY], by=JORIS)
    absences = Absences(databases.main)
    absences.record(staff=JORIS, first_day=date(2027, 4, 1), last_day=date(2027, 4, 12), deputy=NOOR, by=JORIS)
    # The Monday after it is an ordinary one.
    assert free(hours, JORIS, each=1) == [("19-04 09:00", JORIS)]
    easter = hours.free([JORIS], since=at("2027-03-29 08:00"), minutes=15, calendars=the_terms().calendars, each=1)
    assert easter == []


def test_the_demonstrations_staff_have_hours_and_keep_what_they_said_themselves(databases: Databases) -> None:
    hours = WorkingHours(databases.main)
    demo.register_everybody(Registry(databases.main))
    joris = StaffId("joris")
    hours.replace(joris, [MONDAY], by=joris)
    demo.keep_hours(hours)
    assert hours.of(joris) == (MONDAY,)
    assert len(hours.of(StaffId("samira"))) == 8
