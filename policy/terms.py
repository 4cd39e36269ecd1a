"""A municipality's policy: the shape of its file, the rules that every policy obeys, and the slice a case gets of it.

The numbers themselves stand in `policy/municipalities/*.yaml`. Nothing that a workflow imports may import this module:
it reads the free days of the present release, and a case keeps those it started with.
"""

from collections.abc import Collection, Mapping
from datetime import date, time
from enum import StrEnum
from typing import Self

from pydantic import Field, ValidationError, model_validator

from models.base import Frozen
from models.codes import CalendarName, Daypart, Outcome, OutcomeClass, Queue, Route
from models.terms import Budgets, OfficeHours, RetentionRule, Sender, Terms
from models.values import MunicipalityCode
from policy.file_parts import (
    FileBudgets,
    FileCallback,
    FileMatching,
    FileNotice,
    FilePatience,
    FilePlan,
    FileReferral,
    FileRetention,
    FileSender,
    FreeDays,
    Hours,
    Rule,
    Schedule,
    YoungAdults,
)
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


class Policy(Frozen):
    """One municipality's policy, complete."""

    version: str = Field(min_length=1)
    queue: Queue
    identity_queue: Queue
    young_adults: YoungAdults | None = None
    matching: FileMatching
    plan: FilePlan
    follow_up: FilePlan
    office_hours: dict[Daypart, Hours] = Field(min_length=1)
    closing_days: FreeDays
    extra_free_days: FreeDays = Field(default_factory=dict)
    patience: FilePatience
    callback: FileCallback
    referral: FileReferral
    visits_in_pairs: bool
    reminder: Rule
    first_conversation: Rule
    threatening_conversation: Rule
    quick_fix: Rule
    end_of_supply: Rule
    notice: FileNotice
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
        for name, plan in (("plan", self.plan), ("follow_up", self.follow_up)):
            for daypart in plan.dayparts:
                if daypart not in self.office_hours:
                    raise ValueError(f"{name}.dayparts: no office_hours for {daypart}")
        return self

    @model_validator(mode="after")
    def _counted_back_in_working_days(self) -> Self:
        if not self.end_of_supply.working_days:
            raise ValueError("end_of_supply: counted back in working_days")
        return self

    @model_validator(mode="after")
    def _letter_before_the_limit(self) -> Self:
        limit, letter = self.notice.within, self.notice.letter
        if limit.working_days or limit.is_nothing() or limit.minutes:
            raise ValueError("notice.within: counted in months or days")
        if letter.working_days or letter.months or letter.minutes or letter.days >= 30 * limit.months + limit.days:
            raise ValueError("notice.letter: counted in days, before notice.within")
        return self

    @model_validator(mode="after")
    def _reminds_later(self) -> Self:
        # A reminder at once would be raised again at once, without end.
        if self.reminder.is_nothing():
            raise ValueError("reminder: not at once")
        return self

    def route_of(self, age: int | None) -> Route:
        """The route of a resident of this age in whole years, None when nobody knows it."""
        young = self.young_adults
        if young is not None and age is not None and young.from_age <= age <= young.to_age:
            return Route.YOUNG_ADULT
        return Route.STANDARD

    def terms(self, municipality: MunicipalityCode, route: Route, at: date) -> Terms:
        """What a case of this municipality that gets its route on day `at` is held to."""
        call = self.patience.call.resolved()
        return Terms(
            version=self.version,
            municipality=municipality.text,
            route=route,
            queue=Queue.YOUTH_WORKERS if route is Route.YOUNG_ADULT else self.queue,
            identity_queue=self.identity_queue,
            matching=self.matching.resolved(),
            plan=self.plan.resolved(patience=call),
            follow_up=self.follow_up.resolved(patience=call),
            office_hours=self._office_hours(),
            patience=self.patience.resolved(),
            callback=self.callback.resolved(),
            referral=self.referral.resolved(),
            visits_in_pairs=self.visits_in_pairs,
            first_conversation=self.first_conversation.resolved(),
            threatening_conversation=self.threatening_conversation.resolved(),
            quick_fix=self.quick_fix.resolved(),
            end_of_supply=self.end_of_supply.resolved(),
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
            calendars=calendars_from(at, self.closing_days, self.extra_free_days, months=HORIZON_MONTHS),
        )

    def message_sender(self) -> Sender:
        """Who this municipality's messages come from."""
        return Sender.model_validate(self.sender.model_dump())

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
