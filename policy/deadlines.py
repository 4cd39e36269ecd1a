"""Deadlines: from a rule and a start event to a moment that can explain itself."""

from datetime import UTC, date, datetime, time, timedelta

from models.case import Deadline
from models.codes import CalendarName, Channel, Daypart, DeadlineKind, MatchingMode, StallCause
from models.terms import Calendars, FreeDay, Matching, OfficeHours, PlanStep, Term, TermRule, Terms
from policy.calendar import add_months, add_working_days, at_local, local, subtract_working_days

END_OF_DAY = time(23, 59)
"""A deadline counted in working days is met by anything done on its last day."""


def moment_after(
    started_at: datetime, term: Term, calendar: CalendarName, calendars: Calendars
) -> tuple[datetime, tuple[FreeDay, ...]]:
    """The end of a term and the free days that moved it.

    Months and days are added on the wall clock (the same hour, whatever the clock change does), minutes on the
    running clock; a term with working days ends at the end of its last day, local time. The answer is in UTC:
    between two moments of one local zone Python compares and counts wall clocks, wrong by an hour in October.
    """
    began = local(started_at)
    day = add_months(began.date(), term.months) + timedelta(days=term.days)
    if term.working_days:
        day, passed = add_working_days(day, term.working_days, calendar, calendars)
        return at_local(day, END_OF_DAY).astimezone(UTC), passed
    shifted = at_local(day, began.time()) if day != began.date() else began
    return shifted.astimezone(UTC) + timedelta(minutes=term.minutes), ()


def deadline(
    kind: DeadlineKind,
    rule: TermRule,
    *,
    start_event: str,
    started_at: datetime,
    calendars: Calendars,
    cause: StallCause | None,
) -> Deadline:
    """The deadline that a rule gives when counted from an event (an event code such as `signal.received`)."""
    due_at, moved_by = moment_after(started_at, rule.term, rule.calendar, calendars)
    return Deadline(
        kind=kind,
        rule=rule.rule,
        start_event=start_event,
        started_at=started_at,
        due_at=due_at,
        term=rule.term,
        calendar=rule.calendar,
        moved_by=moved_by,
        cause=cause,
    )


def raised(passed: Deadline, *, at: datetime, terms: Terms) -> Deadline:
    """A deadline that passed unmet: it is raised once more, to the next rung of the ladder, and reminds again after
    that rung's term. The last rung is reminded for ever."""
    ladder = terms.escalation
    again = ladder[min(passed.raised, len(ladder) - 1)].again_after if ladder else terms.reminder
    remind_at, _ = moment_after(at, again.term, again.calendar, terms.calendars)
    return passed.model_copy(
        update={"raised": passed.raised + 1, "raised_at": passed.raised_at or at, "due_at": remind_at}
    )


def planned_moment(
    step: PlanStep, *, after: datetime, daypart: Daypart | None, terms: Terms, hurried: bool = False
) -> Deadline:
    """When a planned attempt is to be made, counted from the one before it (or from the start of contact).

    What is written leaves when its wait is over: at once without a wait, else when the office opens. A call or visit
    is planned at the opening of its daypart (of the office), or at once when that is going on. `hurried`: as if there
    were no wait.
    """
    waits = 0 if hurried else step.wait.term.working_days
    began = local(after)
    due_at, passed = after.astimezone(UTC), tuple[FreeDay, ...]()
    if waits or step.channel in (Channel.CALL, Channel.VISIT):
        day, passed = add_working_days(began.date(), waits, step.wait.calendar, terms.calendars)
        hours = hours_of(daypart, terms)
        if day == began.date() and began.time() >= hours.closes:
            day, passed = add_working_days(day + timedelta(days=1), 0, step.wait.calendar, terms.calendars)
        due_at = max(due_at, at_local(day, hours.opens).astimezone(UTC))
    return Deadline(
        kind=DeadlineKind.PLAN_STEP,
        rule=step.wait.rule,
        start_event="contact.previous_step",
        started_at=after,
        due_at=due_at,
        term=step.wait.term,
        calendar=step.wait.calendar,
        moved_by=passed,
    )


def hours_of(daypart: Daypart | None, terms: Terms) -> OfficeHours:
    """The office hours of a daypart; without one, those with which the office opens."""
    return next((hours for hours in terms.office_hours if hours.daypart is daypart), terms.office_hours[0])


def matching_moment(opened_at: datetime, matching: Matching) -> datetime:
    """When the period ends in which signals are collected: the next time of the day, or of the day of the month."""
    began = local(opened_at)
    day = began.date() if matching.mode is MatchingMode.DAILY else began.date().replace(day=matching.day)
    moment = at_local(day, time(matching.hour))
    if moment <= opened_at:
        following = day + timedelta(days=1) if matching.mode is MatchingMode.DAILY else add_months(day, 1)
        moment = at_local(following, time(matching.hour))
    return moment.astimezone(UTC)


def end_of_supply(ends_on: date, *, announced_at: datetime, terms: Terms) -> Deadline:
    """By when there must be contact, counted back from the day on which the supply ends."""
    rule = terms.end_of_supply
    last = subtract_working_days(ends_on, rule.term.working_days, rule.calendar, terms.calendars)
    return Deadline(
        kind=DeadlineKind.END_OF_SUPPLY,
        rule=rule.rule,
        start_event="supply.ends",
        started_at=at_local(ends_on, time(0)),
        due_at=max(at_local(last, END_OF_DAY), announced_at).astimezone(UTC),
        term=rule.term,
        calendar=rule.calendar,
        cause=StallCause.END_OF_SUPPLY_NEAR,
    )
