"""Deadlines at the edges of time. Every expected moment was worked out by hand on a paper calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import CalendarName, Channel, Daypart, DeadlineKind, StallCause
from models.terms import PlanStep, Term, TermRule
from policy.deadlines import deadline, hours_of, moment_after, planned_moment, raised
from tests.builders import at, the_terms

TERMS = the_terms(date(2025, 3, 1))
LEGAL, OFFICE, ALL = CalendarName.LEGAL, CalendarName.OFFICE, CalendarName.ALL


def working(days: int) -> Term:
    return Term(working_days=days)


# (what is special, start, term, calendar, end, the free days that moved it)
EDGES = [
    ("a Friday: the weekend of the clock change", "2025-03-28 10:00", working(1), LEGAL, "2025-03-31 23:59", ""),
    ("begins in the night of the clock change", "2025-03-30 01:30", working(3), LEGAL, "2025-04-02 23:59", ""),
    ("one minute before midnight", "2025-03-31 23:59", working(1), LEGAL, "2025-04-01 23:59", ""),
    ("midnight belongs to the new day", "2025-04-01 00:00", working(1), LEGAL, "2025-04-02 23:59", ""),
    (
        "before Easter",
        "2025-04-17 09:00",
        working(3),
        LEGAL,
        "2025-04-24 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
    ("begins on Good Friday", "2025-04-18 09:00", working(1), LEGAL, "2025-04-22 23:59", "Tweede paasdag"),
    ("King's Day moved from Sunday to Saturday", "2025-04-25 09:00", working(1), LEGAL, "2025-04-28 23:59", ""),
    ("King's Day on a Monday", "2026-04-24 09:00", working(1), OFFICE, "2026-04-28 23:59", "Koningsdag"),
    ("5 May in a lustrum year", "2025-05-02 09:00", working(1), OFFICE, "2025-05-06 23:59", "Bevrijdingsdag"),
    ("5 May by law, other years", "2026-05-04 09:00", working(1), LEGAL, "2026-05-06 23:59", "Bevrijdingsdag"),
    ("5 May at the office, other years", "2026-05-04 09:00", working(1), OFFICE, "2026-05-05 23:59", ""),
    ("Ascension by law", "2025-05-28 09:00", working(1), LEGAL, "2025-05-30 23:59", "Hemelvaartsdag"),
    (
        "Ascension and the office's own closing day",
        "2025-05-28 09:00",
        working(1),
        OFFICE,
        "2025-06-02 23:59",
        "Hemelvaartsdag, Dag na Hemelvaart",
    ),
    ("Whit Monday", "2025-06-06 09:00", working(1), LEGAL, "2025-06-10 23:59", "Tweede pinksterdag"),
    (
        "Christmas, ends in the old year",
        "2025-12-24 09:00",
        working(3),
        OFFICE,
        "2025-12-31 23:59",
        "Eerste kerstdag, Tweede kerstdag",
    ),
    (
        "Christmas, ends in the new year",
        "2025-12-24 09:00",
        working(4),
        OFFICE,
        "2026-01-02 23:59",
        "Eerste kerstdag, Tweede kerstdag, Nieuwjaarsdag",
    ),
    ("Christmas in a weekend", "2027-12-24 09:00", working(1), OFFICE, "2027-12-27 23:59", ""),
    ("ends on the day the clock goes back", "2025-10-24 09:00", working(2), ALL, "2025-10-26 23:59", ""),
    ("four weeks over the clock going forward", "2025-03-10 09:00", Term(days=28), ALL, "2025-04-07 09:00", ""),
    ("four weeks over the clock going back", "2025-10-13 09:00", Term(days=28), ALL, "2025-11-10 09:00", ""),
    ("an hour that does not exist", "2025-03-29 02:30", Term(days=1), ALL, "2025-03-30 03:30", ""),
    ("a month from the 31st", "2025-01-31 12:00", Term(months=1), ALL, "2025-02-28 12:00", ""),
    ("a month from the 31st in a leap year", "2028-01-31 12:00", Term(months=1), ALL, "2028-02-29 12:00", ""),
    ("a year from the leap day", "2028-02-29 12:00", Term(months=12), ALL, "2029-02-28 12:00", ""),
    ("six months to the end of February", "2025-08-31 17:00", Term(months=6), ALL, "2026-02-28 17:00", ""),
    ("five years", "2025-03-31 09:00", Term(months=60), ALL, "2030-03-31 09:00", ""),
    ("a month over the year's end", "2025-12-31 23:00", Term(months=1), ALL, "2026-01-31 23:00", ""),
    ("minutes over the clock going forward", "2025-03-30 01:55", Term(minutes=10), ALL, "2025-03-30 03:05", ""),
    ("minutes over midnight", "2025-04-01 23:55", Term(minutes=10), ALL, "2025-04-02 00:05", ""),
    ("at once", "2025-04-18 03:00", Term(), OFFICE, "2025-04-18 03:00", ""),
]


@pytest.mark.parametrize(("special", "start", "term", "calendar", "end", "moved"), EDGES, ids=[row[0] for row in EDGES])
def test_a_term_ends_where_the_paper_calendar_says(
    special: str, start: str, term: Term, calendar: CalendarName, end: str, moved: str
) -> None:
    due_at, moved_by = moment_after(at(start), term, calendar, TERMS.calendars)
    assert (due_at, ", ".join(free.name for free in moved_by)) == (at(end), moved)


def test_the_same_start_in_utc_gives_the_same_end() -> None:
    just_after_midnight = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)
    assert moment_after(just_after_midnight, working(1), LEGAL, TERMS.calendars)[0] == at("2025-04-02 23:59")


def test_minutes_run_on_through_the_hour_that_comes_twice() -> None:
    first_time = at("2025-10-26 02:55")
    due_at, _ = moment_after(first_time, Term(minutes=10), ALL, TERMS.calendars)
    assert due_at == datetime(2025, 10, 26, 1, 5, tzinfo=UTC)


def test_a_day_later_in_the_hour_that_comes_twice_is_the_first_time() -> None:
    due_at, _ = moment_after(at("2025-10-25 02:30"), Term(days=1), ALL, TERMS.calendars)
    assert due_at == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)


@given(
    st.integers(0, 1_000 * 24 * 60).map(lambda minutes: at("2025-03-01 00:00") + timedelta(minutes=minutes)),
    st.sampled_from([working(1), working(5), Term(days=28), Term(months=1), Term(minutes=10)]),
    st.sampled_from([LEGAL, OFFICE]),
)
def test_every_term_ends_after_it_began(start: datetime, term: Term, calendar: CalendarName) -> None:
    assert moment_after(start, term, calendar, TERMS.calendars)[0] > start


def test_a_deadline_tells_by_which_rule_and_from_which_event_it_came() -> None:
    start = at("2025-04-17 09:00")
    found = deadline(
        DeadlineKind.FEEDBACK,
        TERMS.feedback,
        start_event="outcome.recorded",
        started_at=start,
        calendars=TERMS.calendars,
        cause=StallCause.FEEDBACK_NOT_DELIVERED,
    )
    assert (found.rule, found.start_event, found.started_at) == (TERMS.feedback.rule, "outcome.recorded", start)
    assert (found.term, found.calendar, found.due_at) == (working(3), OFFICE, at("2025-04-24 23:59"))
    assert [free.name for free in found.moved_by] == ["Goede vrijdag", "Tweede paasdag"]


def test_a_raised_deadline_remembers_when_it_first_passed_and_reminds_again() -> None:
    passed = deadline(
        DeadlineKind.TASK,
        TERMS.patience.identity_check,
        start_event="task.opened",
        started_at=at("2025-04-01 09:00"),
        calendars=TERMS.calendars,
        cause=StallCause.TASK_OVERDUE,
    )
    once = raised(passed, at=at("2025-04-04 00:00"), terms=TERMS)
    twice = raised(once, at=at("2025-04-09 00:00"), terms=TERMS)
    assert (once.raised, once.raised_at, once.due_at) == (1, at("2025-04-04 00:00"), at("2025-04-08 23:59"))
    assert (twice.raised, twice.raised_at, twice.due_at) == (2, at("2025-04-04 00:00"), at("2025-04-11 23:59"))


# (channel, office working days to wait, after, daypart, planned for)
PLANNED = [
    (Channel.MAIL, 0, "2025-04-05 23:00", None, "2025-04-05 23:00"),
    (Channel.MAIL, 2, "2025-04-07 15:00", None, "2025-04-09 09:00"),
    (Channel.MAIL, 2, "2025-04-16 15:00", None, "2025-04-22 09:00"),
    (Channel.CALL, 2, "2025-04-07 09:00", Daypart.EVENING, "2025-04-09 18:00"),
    (Channel.CALL, 2, "2025-04-04 09:00", Daypart.MORNING, "2025-04-08 09:00"),
    (Channel.CALL, 0, "2025-04-07 10:00", Daypart.AFTERNOON, "2025-04-07 13:00"),
    (Channel.CALL, 0, "2025-04-07 14:00", Daypart.AFTERNOON, "2025-04-07 14:00"),
    (Channel.CALL, 0, "2025-04-07 16:59", Daypart.AFTERNOON, "2025-04-07 16:59"),
    (Channel.CALL, 0, "2025-04-07 17:00", Daypart.AFTERNOON, "2025-04-08 13:00"),
    (Channel.CALL, 0, "2025-04-04 17:30", Daypart.AFTERNOON, "2025-04-07 13:00"),
    (Channel.CALL, 0, "2025-04-05 14:00", Daypart.AFTERNOON, "2025-04-07 13:00"),
]


@pytest.mark.parametrize(("channel", "days", "after", "daypart", "planned"), PLANNED)
def test_an_attempt_is_planned_in_office_hours(
    channel: Channel, days: int, after: str, daypart: Daypart | None, planned: str
) -> None:
    step = PlanStep(id="step", channel=channel, wait=TermRule(term=working(days), calendar=OFFICE, rule="Beleid."))
    found = planned_moment(step, after=at(after), daypart=daypart, terms=TERMS)
    assert (found.due_at, found.rule, found.started_at) == (at(planned), "Beleid.", at(after))
    assert found.cause is None


def test_a_planned_attempt_names_the_free_days_that_moved_it() -> None:
    step = PlanStep(id="step", channel=Channel.CALL, wait=TermRule(term=working(2), calendar=OFFICE, rule="Beleid."))
    found = planned_moment(step, after=at("2025-04-17 09:00"), daypart=Daypart.AFTERNOON, terms=TERMS)
    assert found.due_at == at("2025-04-23 13:00")
    assert [free.name for free in found.moved_by] == ["Goede vrijdag", "Tweede paasdag"]


def test_without_a_daypart_the_hours_are_those_with_which_the_office_opens() -> None:
    assert hours_of(None, TERMS).daypart is Daypart.MORNING
    assert hours_of(Daypart.EVENING, TERMS).daypart is Daypart.EVENING
