"""A deadline in plain words: what, by when, by which rule, and what moved it."""

from dataclasses import dataclass
from datetime import date, datetime, time

from models.case import CaseState, Deadline
from models.codes import StallCause
from policy.calendar import local, working_days_until
from web import labels, words
from web.language import said, said_of
from web.work_labels import START_EVENTS


@dataclass(frozen=True)
class Explained:
    """A deadline as the page tells it."""

    title: str
    at: datetime
    when: str
    left: str
    late: bool
    rule: str
    counted: str
    """How the moment was found: term, start event, calendar."""
    moved: str
    """The free days that moved it, or that it was put off; empty when neither."""
    reminders: str
    """That it passed, since when, and when it is brought up again; empty while it has not."""


def explain(deadline: Deadline, *, now: datetime, title: str = "") -> Explained:
    at = deadline.due_at if has_given_up(deadline) else deadline.raised_at or deadline.due_at
    return Explained(
        title=title or labels.label(deadline.kind),
        at=at,
        when=words.due(at, now=now),
        left=said("vastgelopen") if has_given_up(deadline) else words.days_left(deadline, now=now),
        late=deadline.raised_at is not None or (deadline.cause is not None and deadline.due_at <= now),
        rule=deadline.rule,
        counted=_counted(deadline, now),
        moved=_moved(deadline, today=local(now).date()),
        reminders=_reminders(deadline, now),
    )


def has_given_up(deadline: Deadline) -> bool:
    """Whether the case stands still because a party did not answer: then the work is stalled, not late."""
    return deadline.raised_at is not None and deadline.cause is StallCause.PARTY_BUDGET_SPENT


def explained_deadlines(state: CaseState, *, now: datetime) -> tuple[Explained, ...]:
    """Everything with a due moment, the earliest first."""
    own = [(deadline, "") for deadline in state.deadlines]
    tasks = [(task.deadline, said("Taak: {task}", task=labels.label(task.kind).lower())) for task in state.tasks]
    planned = [
        (task.planned, said("{task} gepland", task=labels.label(task.kind)))
        for task in state.tasks
        if task.planned is not None and task.opens_at > now
    ]
    everything = sorted(own + tasks + planned, key=lambda pair: pair[0].raised_at or pair[0].due_at)
    return tuple(explain(deadline, now=now, title=title) for deadline, title in everything)


def stalled_deadline(state: CaseState) -> Deadline | None:
    """The deadline that passed first; None while the case moves."""
    passed = [deadline for deadline in state.all_deadlines() if deadline.raised_at is not None and deadline.cause]
    return min(passed, key=lambda deadline: deadline.raised_at or deadline.due_at, default=None)


def end_of_supply(state: CaseState, *, now: datetime) -> str:
    """The countdown to the day on which the supply ends; empty when no running signal announces that."""
    days = [one.end_of_supply_on for one in state.signals if one.end_of_supply_on is not None and one.ended is None]
    if not days or state.terms is None:
        return ""
    ends_on, today = min(days), local(now).date()
    day = words.weekday(ends_on, today=today)
    if ends_on <= today:
        stops_today = ends_on == today
        return said("De levering stopt vandaag ({day}).", day=day) if stops_today else _has_stopped(day)
    calendar = state.terms.end_of_supply.calendar
    left = words.count(working_days_until(today, ends_on, calendar, state.terms.calendars), "werkdag", "werkdagen")
    return said("Nog {left} tot het einde van de levering ({day}).", left=left, day=day)


def _has_stopped(day: str) -> str:
    return said("De levering is gestopt op {day}.", day=day)


def _counted(deadline: Deadline, now: datetime) -> str:
    event = said(START_EVENTS.get(deadline.start_event, deadline.start_event))
    began = f"{event} ({_began(deadline.started_at, now)})"
    length = words.term(deadline.term)
    if not any(dict(deadline.term).values()) and deadline.due_at > deadline.started_at:
        # Somebody chose the moment, or the calendar of the municipality did: there is nothing to count.
        chosen = deadline.start_event == "case.paused"
        return said("Gekozen bij {began}.", began=began) if chosen else said("Na {began}.", began=began)
    is_before = deadline.started_at > deadline.due_at
    counted = said(
        "{term} voor {began}; {calendar}." if is_before else "{term} na {began}; {calendar}.",
        term=length,
        began=began,
        calendar=words.calendar(deadline.calendar),
    )
    return f"{counted[0].upper()}{counted[1:]}"


def _began(moment: datetime, now: datetime) -> str:
    """The day alone when something begins with the day."""
    here = local(moment)
    whole_day = here.time() == time(0)
    return words.day(here.date(), today=local(now).date()) if whole_day else words.due(moment, now=now)


def _moved(deadline: Deadline, *, today: date) -> str:
    free = words.free_days(deadline.moved_by, today=today)
    moved = said("Opgeschoven door: {days}.", days=free) if free else ""
    put_off = said("Verlengd door een medewerker.") if deadline.extended else ""
    return " ".join(part for part in (moved, put_off) if part)


def _reminders(deadline: Deadline, now: datetime) -> str:
    if deadline.raised_at is None:
        return ""
    passed = (
        "Vastgelopen {since}, {times} gemeld; volgende herinnering {next}."
        if has_given_up(deadline)
        else "Verlopen {since}, {times} gemeld; volgende herinnering {next}."
    )
    return said(
        passed,
        since=words.moment(deadline.raised_at, now=now),
        times=said_of(deadline.raised, "1 keer", "{number} keer"),
        next=words.due(deadline.due_at, now=now),
    )
