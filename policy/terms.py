"""A municipality's policy: the shape of its file, the rules that every policy obeys, and the slice a case gets of it.

The numbers themselves stand in `policy/municipalities/*.yaml`. Nothing that a workflow imports may import this module:
it reads the free days of the present release, and a case keeps those it started with.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from functools import reduce
from typing import Self

from pydantic import Field, ValidationError, model_validator

from models.base import Frozen
from models.codes import CalendarName, Daypart, Outcome, OutcomeClass, PartnerType, Route
from models.terms import Budgets, OfficeHours, QueueKey, RetentionRule, Sender, Terms
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
)
from policy.file_routes import (
    Euros,
    FileAmountQuestion,
    FileCorrections,
    FileEscalation,
    FileNeighbourhood,
    FileQueue,
    FileRoute,
    FileStatistics,
    PlanName,
    Triage,
    TriageRule,
)
from policy.free_days import calendars_from
from policy.triage import Situation

LEGAL_MAXIMUM_DAYS = 28
"""First conversation: four weeks (Wet gemeentelijke schuldhulpverlening, art. 4). Policy may only shorten it."""
HORIZON_MONTHS = 36
"""How far ahead a case knows the free days."""

_DAYPART_ENDS = {
    Daypart.MORNING: (time(0), time(12)),
    Daypart.AFTERNOON: (time(12), time(18)),
    Daypart.EVENING: (time(18), time.max),
}


Place = tuple[str | int, ...]
"""Where something stands in a file: the keys that lead to it, a number for an item of a list (the first is 0)."""


class BadPolicy(ValueError):
    """A policy that cannot be used; the message names each place in it and what is wrong there."""

    def __init__(self, faults: str | Sequence[str | tuple[Place, str]]) -> None:
        listed = [faults] if isinstance(faults, str) else faults
        self.faults: tuple[tuple[Place, str], ...] = tuple(((), one) if isinstance(one, str) else one for one in listed)
        super().__init__("; ".join(_in_words(place, said) for place, said in self.faults))


def _in_words(place: Place, said: str) -> str:
    return f"{'.'.join(map(str, place))}: {said}" if place else said


class Policy(Frozen):
    """One municipality's policy, complete."""

    version: str = Field(min_length=1)
    starts: date
    """The day from which cases begin under this version; cases that began before keep theirs."""
    queues: dict[QueueKey, FileQueue] = Field(min_length=1)
    identity_queue: QueueKey
    thresholds: dict[PartnerType, Euros]
    """From which amount signals of this kind of partner are taken, in euros; all are where nothing is said."""
    neighbourhoods: dict[str, FileNeighbourhood]
    triage: tuple[TriageRule, ...] = Field(min_length=1)
    """The first rule that fits chooses the route."""
    routes: dict[Route, FileRoute]
    plans: dict[PlanName, FilePlan]
    matching: FileMatching
    office_hours: dict[Daypart, Hours] = Field(min_length=1)
    closing_days: FreeDays
    extra_free_days: FreeDays = Field(default_factory=dict)
    patience: FilePatience
    callback: FileCallback
    referral: FileReferral
    visits_in_pairs: bool
    escalation: tuple[FileEscalation, ...] = Field(min_length=1)
    approvals: tuple[Outcome, ...]
    """Outcomes that need a second person, besides those that always do."""
    corrections: FileCorrections
    amount_question: FileAmountQuestion
    statistics: FileStatistics
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
        for name, plan in self.plans.items():
            for daypart in plan.dayparts:
                if daypart not in self.office_hours:
                    raise ValueError(f"plans.{name}.dayparts: no office_hours for {daypart}")
        return self

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        queues = [("identity_queue", self.identity_queue)]
        for route, its in self.routes.items():
            queues.append((f"routes.{route}.queue", its.queue))
            for place, plan in (("plan", its.plan), ("follow_up", its.follow_up)):
                if plan not in self.plans:
                    raise ValueError(f"routes.{route}.{place}: there is no plan {plan}")
        for number, rule in enumerate(self.triage):
            if rule.route not in self.routes:
                raise ValueError(f"triage.{number}: there is no route {rule.route}")
            queues.extend([] if rule.queue is None else [(f"triage.{number}.queue", rule.queue)])
            for name in rule.when.neighbourhoods or ():
                if name not in self.neighbourhoods:
                    raise ValueError(f"triage.{number}.when.neighbourhoods: there is no neighbourhood {name}")
        for name, neighbourhood in self.neighbourhoods.items():
            if neighbourhood.queue is not None:
                queues.append((f"neighbourhoods.{name}.queue", neighbourhood.queue))
        for place, queue in queues:
            if queue not in self.queues:
                raise ValueError(f"{place}: there is no queue {queue}")
        return self

    @model_validator(mode="after")
    def _nobody_decides_what_ends_by_itself(self) -> Self:
        for route, its in self.routes.items():
            if its.ends_as in self.approvals:
                raise ValueError(f"routes.{route}.ends_as: needs a second person by approvals, and comes by itself")
        return self

    @model_validator(mode="after")
    def _everybody_gets_a_route(self) -> Self:
        if self.triage[-1].when.given():
            raise ValueError("triage: the last rule has no conditions, so that every case gets a route")
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

    def choose(self, municipality: MunicipalityCode, situation: Situation, at: date) -> Terms:
        """What a case in this situation is held to: the route of the first rule that fits."""
        triage = Triage(rules=self.triage, thresholds=self.thresholds, neighbourhoods=self.neighbourhoods)
        rule = triage.first_fitting(situation)
        route = self.routes[rule.route]
        place = triage.neighbourhood_of(situation) if route.by_neighbourhood else None
        team = None if place is None else self.neighbourhoods[place].queue
        return self.terms(municipality, rule.route, at).model_copy(
            update={
                "why": rule.rule,
                "priority": rule.priority or route.priority,
                "queue": rule.queue or team or route.queue,
            }
        )

    def terms(self, municipality: MunicipalityCode, route: Route, at: date) -> Terms:
        """What a case of this municipality on this route is held to, under this policy as it is on day `at`."""
        its, call = self.routes[route], self.patience.call.resolved()
        escalation = tuple(step.resolved() for step in self.escalation)
        return Terms(
            version=self.version,
            chosen_on=at,
            municipality=municipality.text,
            route=route,
            priority=its.priority,
            ends_as=its.ends_as,
            queue=its.queue,
            identity_queue=self.identity_queue,
            matching=self.matching.resolved(),
            plan=self.plans[its.plan].resolved(patience=call),
            follow_up=self.plans[its.follow_up].resolved(patience=call),
            office_hours=self._office_hours(),
            patience=self.patience.resolved(),
            callback=self.callback.resolved(),
            referral=self.referral.resolved(),
            visits_in_pairs=self.visits_in_pairs,
            first_conversation=self.first_conversation.resolved(),
            threatening_conversation=self.threatening_conversation.resolved(),
            quick_fix=self.quick_fix.resolved(),
            end_of_supply=self.end_of_supply.resolved(),
            notice=self.notice.resolved(exempt_ground=its.notice_exempt),
            feedback=self.feedback.resolved(),
            reminder=escalation[0].again_after,
            escalation=escalation,
            approvals=self.approvals,
            corrections=self.corrections.resolved(),
            amount_question=self.amount_question.resolved(),
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


def merged(*files: Mapping[str, object]) -> Policy:
    """The first file with what each next one says differently. Raises `BadPolicy`.

    What stands under a key is merged, `None` takes a key away, everything else replaces.
    """
    try:
        return Policy.model_validate(reduce(_overlaid, files))
    except ValidationError as error:
        raise BadPolicy([_place_and_fault(found["loc"], found["msg"]) for found in error.errors()]) from None


def _overlaid(below: Mapping[str, object], above: Mapping[str, object]) -> Mapping[str, object]:
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


def _place_and_fault(place: Place, fault: str) -> tuple[Place, str]:
    """What a rule of ours says names its place itself, before the colon."""
    said = fault.removeprefix("Value error, ")
    # Pydantic puts "[key]" behind a key that is wrong itself.
    path = tuple(part for part in place if part != "[key]")
    named, colon, rest = said.partition(": ")
    if fault != said and colon and " " not in named:
        return (*path, *(int(part) if part.isdigit() else part for part in named.split("."))), rest
    return path, said


def _check_complete(place: str, known: Collection[str], wanted: type[StrEnum]) -> None:
    missing = [str(member) for member in wanted if member not in known]
    if missing:
        raise ValueError(f"{place}: nothing for {', '.join(missing)}")
