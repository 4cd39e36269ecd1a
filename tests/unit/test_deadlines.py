"""Deadlines: what they carry, and when an attempt is planned. Their edges of time: `test_paper_calendar.py`."""

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
