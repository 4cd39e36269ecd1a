"""The shape of the terms a case is handled by. The numbers themselves stand in `policy/municipalities/*.yaml`."""

from datetime import date, time

from pydantic import Field

from models.base import Carried
from models.codes import (
    CalendarName,
    Channel,
    Daypart,
    Outcome,
    OutcomeClass,
    Queue,
    RetentionStart,
    Route,
)


class Term(Carried):
    """A length of time. Working days are counted on a calendar, the others on the clock."""

    working_days: int = Field(default=0, ge=0)
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    minutes: int = Field(default=0, ge=0)


class TermRule(Carried):
    """A deadline as policy states it: how long, on which calendar, by which rule."""

    term: Term
    calendar: CalendarName
    rule: str = Field(max_length=200)
    """The source of the rule in words, shown beside the deadline."""


class PlanStep(Carried):
    """One planned attempt: made `wait` after the step before it, overdue when not done in `patience`."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    channel: Channel
    template: str = ""
    wait: TermRule
    patience: TermRule


class ContactPlan(Carried):
    """Attempts in order, and what it means when none of them reached anybody."""

    steps: tuple[PlanStep, ...] = Field(min_length=1)
    dayparts: tuple[Daypart, ...] = Field(min_length=1)
    """The order in which calls rotate over the day."""
    end: TermRule
    outcome: Outcome


class OfficeHours(Carried):
    """When a daypart's work may be planned, local time."""

    daypart: Daypart
    opens: time
    closes: time


class RetentionRule(Carried):
    """How long data of an outcome class stay, from which event, on which ground."""

    outcome_class: OutcomeClass
    start: RetentionStart
    term: Term
    ground: str = Field(max_length=300)


class FreeDay(Carried):
    """A day on which nothing is counted, with its name in Dutch."""

    day: date
    name: str


class Calendars(Carried):
    """Free days up to a horizon, frozen in the case so that next year's changes do not move running deadlines."""

    legal: tuple[FreeDay, ...]
    office: tuple[FreeDay, ...]
    horizon: date


class Terms(Carried):
    """Everything of the policy that a running case obeys."""

    version: str
    municipality: str
    route: Route
    queue: Queue
    identity_queue: Queue
    plan: ContactPlan
    office_hours: tuple[OfficeHours, ...]
    identity_check: TermRule
    mail_check: TermRule
    outcome_form: TermRule
    first_conversation: TermRule
    threatening_conversation: TermRule
    notice: TermRule
    feedback: TermRule
    reminder: TermRule
    """How long after a stall was raised it is raised again, one level higher."""
    open_case_retention: TermRule
    """After this an open case must be decided on: its data are as old as policy allows."""
    retention: tuple[RetentionRule, ...]
    outcome_classes: dict[Outcome, OutcomeClass]
    calendars: Calendars
