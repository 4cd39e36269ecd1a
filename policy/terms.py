"""A municipality's policy: the shape of its file, the rules that every policy obeys, and the slice a case gets of it.

The numbers themselves stand in `policy/municipalities/*.yaml`. Nothing that a workflow imports may import this module:
it reads the free days of the present release, and a case keeps those it started with.
"""

from collections.abc import Collection, Mapping
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from models.base import Frozen
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
from models.terms import Budgets, ContactPlan, OfficeHours, PlanStep, RetentionRule, Sender, Term, TermRule, Terms
from models.values import MunicipalityCode
from policy.free_days import calendars_from

LEGAL_MAXIMUM_DAYS = 28
"""First conversation: four weeks (Wet gemeentelijke schuldhulpverlening, art. 4). Policy may only shorten it."""
HORIZON_MONTHS = 36
"""How far ahead a case knows the free days."""

_DAYPART_ENDS = {
    Daypart.MORNING: (time(0), time(12)),
    Daypart.AFTERNOON: (time(12), time(18)),
    Daypart.EVENING: (time(18), time.max),
}


class BadPolicy(ValueError):
    """A policy that cannot be used; the message names each place in it and what is wrong there."""


def _written_as_text(value: object) -> object:
    # YAML reads an unquoted 09:00 as the number 540.
    if not isinstance(value, str | time):
        raise ValueError('a time is written between quotes: "09:00"')
    return value


Clock = Annotated[time, BeforeValidator(_written_as_text)]


class Length(Frozen):
    """A length of time in one unit; all zero means at once."""

    working_days: int = Field(default=0, ge=0)
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    minutes: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _in_one_unit(self) -> Self:
        if sum(1 for amount in self._amounts() if amount) > 1:
            raise ValueError("a term is counted in one unit: working_days, months, days or minutes")
        return self

    def _amounts(self) -> tuple[int, ...]:
        return self.working_days, self.months, self.days, self.minutes

    def is_nothing(self) -> bool:
        return not any(self._amounts())

    def term(self) -> Term:
        return Term(working_days=self.working_days, months=self.months, days=self.days, minutes=self.minutes)


class Rule(Length):
    """A term with the calendar it is counted on and its source in Dutch words."""

    calendar: CalendarName
    rule: str = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _on_a_working_calendar(self) -> Self:
        if (self.working_days > 0) is (self.calendar is CalendarName.ALL) and not self.is_nothing():
            raise ValueError("working_days need the calendar legal or office; months, days and minutes need all")
        return self

    def resolved(self) -> TermRule:
        return TermRule(term=self.term(), calendar=self.calendar, rule=self.rule)


class FileStep(Frozen):
    """One planned attempt; its id is its key in the plan."""

    channel: Channel
    template: str = ""
    wait: Rule

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        if (self.channel is Channel.MAIL) is (self.template == ""):
            raise ValueError("a mail has a template, a call has none")
        if self.wait.calendar is CalendarName.ALL:
            raise ValueError("an attempt waits in working_days")
        return self


class FilePlan(Frozen):
    """The attempts in order, and what it means when none of them reached anybody."""

    steps: dict[str, FileStep] = Field(min_length=1)
    dayparts: tuple[Daypart, ...] = Field(min_length=1)
    end: Rule
    outcome: Outcome


class Hours(Frozen):
    """When a daypart's work may be planned, local time."""

    opens: Clock
    closes: Clock


class Patience(Frozen):
    """How long each kind of work may wait before it is overdue."""

    call: Rule
    identity_check: Rule
    mail_check: Rule
    outcome_form: Rule


class FileRetention(Length):
    """How long data of an outcome class stay, from which event, on which ground."""

    start: RetentionStart
    ground: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _on_the_clock(self) -> Self:
        if self.working_days or self.is_nothing():
            raise ValueError("retention is counted in months, days or minutes")
        return self


class Schedule(Frozen):
    """A moment of every day, local time; with `every_minutes` it comes all day long instead."""

    hour: int = Field(default=0, ge=0, le=23)
    minute: int = Field(default=0, ge=0, le=59)
    every_minutes: int | None = Field(default=None, ge=1, le=24 * 60)


class FileBudgets(Frozen):
    """How many hours an outside party is tried before a person takes over."""

    register_hours: int = Field(ge=1)
    mail_hours: int = Field(ge=1)
    partners_hours: int = Field(ge=1)


class FileSender(Frozen):
    """Who a message comes from, and how the resident can check that it is real."""

    name: str = Field(min_length=1)
    page: str = Field(pattern=r"^https://")
    phone: str = Field(min_length=1)


class Policy(Frozen):
    """One municipality's policy, complete."""

    version: str = Field(min_length=1)
    queue: Queue
    identity_queue: Queue
    plan: FilePlan
    office_hours: dict[Daypart, Hours] = Field(min_length=1)
    closing_days: dict[date, str]
    patience: Patience
    reminder: Rule
    first_conversation: Rule
    threatening_conversation: Rule
    notice: Rule
    feedback: Rule
    open_case_retention: Rule
    retention: dict[OutcomeClass, FileRetention]
    signals_without_case_days: int = Field(ge=1)
    """How long a delivered row that was refused stays."""
    outcome_classes: dict[Outcome, OutcomeClass]
    feedback_schedule: Schedule
    sweep: Schedule
    budgets: FileBudgets
    sender: FileSender

    @model_validator(mode="after")
    def _within_the_law(self) -> Self:
        term = self.first_conversation
        if term.months or term.working_days or term.days > LEGAL_MAXIMUM_DAYS or term.is_nothing():
            raise ValueError(f"first_conversation: at most {LEGAL_MAXIMUM_DAYS} days, counted in days")
        threatening = self.threatening_conversation
        if threatening.calendar is not CalendarName.LEGAL or not 1 <= threatening.working_days <= 3:
            raise ValueError("threatening_conversation: at most 3 working_days on the legal calendar")
        return self

    @model_validator(mode="after")
    def _nothing_missing(self) -> Self:
        _check_complete("outcome_classes", self.outcome_classes, Outcome)
        _check_complete("retention", self.retention, OutcomeClass)
        return self

    @model_validator(mode="after")
    def _calls_in_office_hours(self) -> Self:
        for daypart, hours in self.office_hours.items():
            earliest, latest = _DAYPART_ENDS[daypart]
            if not earliest <= hours.opens < hours.closes <= latest:
                raise ValueError(f"office_hours.{daypart}: opens before it closes, within the daypart")
        for daypart in self.plan.dayparts:
            if daypart not in self.office_hours:
                raise ValueError(f"plan.dayparts: no office_hours for {daypart}")
        return self

    @model_validator(mode="after")
    def _reminds_later(self) -> Self:
        # A reminder at once would be raised again at once, without end.
        if self.reminder.is_nothing():
            raise ValueError("reminder: not at once")
        return self

    def terms(self, municipality: MunicipalityCode, route: Route, at: date) -> Terms:
        """What a case of this municipality that gets its route on day `at` is held to."""
        return Terms(
            version=self.version,
            municipality=municipality.text,
            route=route,
            queue=self.queue,
            identity_queue=self.identity_queue,
            plan=self._plan(),
            office_hours=self._office_hours(),
            identity_check=self.patience.identity_check.resolved(),
            mail_check=self.patience.mail_check.resolved(),
            outcome_form=self.patience.outcome_form.resolved(),
            first_conversation=self.first_conversation.resolved(),
            threatening_conversation=self.threatening_conversation.resolved(),
            notice=self.notice.resolved(),
            feedback=self.feedback.resolved(),
            reminder=self.reminder.resolved(),
            open_case_retention=self.open_case_retention.resolved(),
            retention=tuple(
                RetentionRule(
                    outcome_class=kept,
                    outcomes=tuple(outcome for outcome, its_class in self.outcome_classes.items() if its_class is kept),
                    start=rule.start,
                    term=rule.term(),
                    ground=rule.ground,
                )
                for kept, rule in self.retention.items()
            ),
            budgets=Budgets.model_validate(self.budgets.model_dump()),
            calendars=calendars_from(at, self.closing_days, months=HORIZON_MONTHS),
        )

    def message_sender(self) -> Sender:
        """Who this municipality's messages come from."""
        return Sender.model_validate(self.sender.model_dump())

    def _plan(self) -> ContactPlan:
        steps = tuple(
            PlanStep(id=name, channel=step.channel, template=step.template, wait=step.wait.resolved())
            for name, step in self.plan.steps.items()
        )
        return ContactPlan(
            steps=steps,
            dayparts=self.plan.dayparts,
            patience=self.patience.call.resolved(),
            end=self.plan.end.resolved(),
            outcome=self.plan.outcome,
        )

    def _office_hours(self) -> tuple[OfficeHours, ...]:
        in_order = sorted(self.office_hours.items(), key=lambda item: item[1].opens)
        return tuple(
            OfficeHours(daypart=daypart, opens=hours.opens, closes=hours.closes) for daypart, hours in in_order
        )


def merged(default: Mapping[str, object], overlay: Mapping[str, object]) -> Policy:
    """The default policy with what an overlay says differently. Raises `BadPolicy`.

    What stands under a key is merged, `None` takes a key away, everything else replaces.
    """
    try:
        return Policy.model_validate(_overlaid(default, overlay))
    except ValidationError as error:
        raise BadPolicy("; ".join(_place_and_fault(found["loc"], found["msg"]) for found in error.errors())) from None


def _overlaid(below: Mapping[str, object], above: Mapping[str, object]) -> dict[str, object]:
    result = dict(below)
    for key, value in above.items():
        known = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(known, Mapping) and isinstance(value, Mapping):
            result[key] = _overlaid(known, value)
        else:
            result[key] = value
    return result


def _place_and_fault(place: tuple[int | str, ...], fault: str) -> str:
    # Pydantic puts "[key]" behind a key that is wrong itself.
    path = ".".join(str(part) for part in place if part != "[key]")
    said = fault.removeprefix("Value error, ")
    return f"{path}: {said}" if path else said


def _check_complete(place: str, known: Collection[str], wanted: type[StrEnum]) -> None:
    missing = [str(member) for member in wanted if member not in known]
    if missing:
        raise ValueError(f"{place}: nothing for {', '.join(missing)}")
