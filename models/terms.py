"""The shape of the terms a case is handled by. The numbers themselves stand in `policy/municipalities/*.yaml`."""

from datetime import date, time
from typing import Annotated

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


def _nothing(amount: int) -> bool:
    return amount == 0


Amount = Annotated[int, Field(ge=0, exclude_if=_nothing)]
"""How many of a unit; left out of JSON when none, because every case carries many terms."""


class Term(Carried):
    """A length of time. Working days are counted on a calendar, the others on the clock."""

    working_days: Amount = 0
    months: Amount = 0
    days: Amount = 0
    minutes: Amount = 0


class TermRule(Carried):
    """A deadline as policy states it: how long, on which calendar, by which rule."""

    term: Term
    calendar: CalendarName
    rule: str = Field(max_length=200)
    """The source of the rule in words, shown beside the deadline."""


class PlanStep(Carried):
    """One planned attempt: made `wait` after the step before it."""

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    channel: Channel
    template: str = ""
    wait: TermRule


class ContactPlan(Carried):
    """Attempts in order, and what it means when none of them reached anybody."""

    steps: tuple[PlanStep, ...] = Field(min_length=1)
    dayparts: tuple[Daypart, ...] = Field(min_length=1)
    """The order in which calls rotate over the day."""
    patience: TermRule
    """How long a planned call may wait before it is overdue."""
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
    outcomes: tuple[Outcome, ...]
    """The outcomes of the class; every outcome is in one."""
    start: RetentionStart
    term: Term
    ground: str = Field(max_length=300)


class FreeDay(Carried):
    """A day on which nothing is counted, with its name in Dutch."""

    day: date
    name: str


class Calendars(Carried):
    """Free days up to a horizon, frozen in the case so that next year's changes do not move running deadlines."""

    shared: dict[date, str]
    """Free on both calendars, with the day's name."""
    legal: dict[date, str]
    """Free on the legal calendar only."""
    office: dict[date, str]
    """Free on the office's calendar only."""
    horizon: date


class Sender(Carried):
    """Who a message comes from, and how the resident can check that it is real."""

    name: str
    page: str
    """The public page."""
    phone: str
    """The general number."""


class Budgets(Carried):
    """How many hours an outside party is tried before a person takes over."""

    register_hours: int = Field(ge=1)
    mail_hours: int = Field(ge=1)
    partners_hours: int = Field(ge=1)


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
    budgets: Budgets = Budgets(register_hours=48, mail_hours=24, partners_hours=72)
    calendars: Calendars
