"""A municipality's policy: the shape of its file, the rules that every policy obeys, and the slice a case gets of it.

The numbers themselves stand in `policy/municipalities/*.yaml`. Nothing that a workflow imports may import this module:
it reads the free days of the present release, and a case keeps those it started with.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from functools import reduce
from typing import Self

from pydantic import Field, ValidationError, model_validator

from models.codes import CalendarName, Daypart, NoteSubject, Outcome, OutcomeClass, PartnerType, Route
from models.terms import Budgets, Calendars, OfficeHours, QueueKey, RetentionRule, Sender, Terms
from models.values import MunicipalityCode
from policy.faults import Fault, Place, Wrong, in_words
from policy.file_basis import FileBasis, basis_on
from policy.file_destruction import FileDestructionList
from policy.file_disclosure import FileDisclosure
from policy.file_parts import (
    FileAccessLog,
    FileBudgets,
    FileCallback,
    FileMatching,
    FileNotice,
    FileObjectionMark,
    FilePatience,
    FilePlan,
    FileReferral,
    FileRetention,
    FileSender,
    FileTrails,
    FreeDays,
    Hours,
    NoteWord,
    Rule,
    Schedule,
    Written,
)
from policy.file_routes import (
    Euros,
    FileAmountQuestion,
    FileByHand,
    FileCorrections,
    FileEscalation,
    FileFigures,
    FileNeighbourhood,
    FilePeerReview,
    FileQueue,
    FileRegisterCheck,
    FileRoute,
    FileStatistics,
    PlanName,
    Triage,
    TriageRule,
)
from policy.file_supervision import FileSupervision
from policy.free_days import calendars_from
from policy.triage import Situation
from policy.wording import faults_in

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

    def __init__(self, faults: str | Sequence[str | Fault]) -> None:
        listed = [faults] if isinstance(faults, str) else faults
        self.faults: tuple[Fault, ...] = tuple(((), one) if isinstance(one, str) else one for one in listed)
        super().__init__("; ".join(in_words(place, said) for place, said in self.faults))


class Policy(Written):
    """One municipality's policy, complete."""

    version: str = Field(min_length=1)
    starts: date
    """The day from which cases begin under this version; cases that began before keep theirs."""
    queues: dict[QueueKey, FileQueue] = Field(min_length=1)
    identity_queue: QueueKey
    thresholds: dict[PartnerType, Euros]
    """From which amount signals of this kind of partner are taken, in euros; all are where nothing is said."""
    legal_basis: dict[PartnerType, tuple[FileBasis, ...]]
    """On which legal basis signals of this kind of partner may be received; of a kind without one none are."""
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
    register_check: FileRegisterCheck
    by_hand: FileByHand
    disclosure: FileDisclosure
    statistics: FileStatistics
    figures: FileFigures
    peer_review: FilePeerReview
    supervision: FileSupervision
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
    objection_mark: FileObjectionMark | None = None
    """What may stay of whoever objected, so that a new signal about them starts no contact by itself. None: nothing."""
    access_log: FileAccessLog
    """How long it stays known who looked at which case. It outlives the case, and names it by its number alone."""
    note_words: dict[NoteWord, NoteSubject]
    """Words in a note before which is asked whether they belong there, each with what it is about."""
    trails: FileTrails
    """How long it stays known who did something, in what stays when a case is erased: counted from when they did."""
    destruction_list: FileDestructionList
    outcome_classes: dict[Outcome, OutcomeClass]
    feedback_schedule: Schedule
    print_schedule: Schedule
    sweep: Schedule
    budgets: FileBudgets
    sender: FileSender

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        faults = [fault for check in _CHECKS for fault in check(self)]
        if faults:
            raise Wrong(faults)
        return self

    def basis(self, partner_type: PartnerType, on: date) -> FileBasis | None:
        """On which legal basis a signal of this kind of partner may be received on a day; None when it may not."""
        return basis_on(self.legal_basis.get(partner_type, ()), on)

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
            register_check=self.register_check.resolved(),
            by_hand=self.by_hand.resolved(),
            disclosure=self.disclosure.resolved(),
            objection_mark=None if self.objection_mark is None else self.objection_mark.resolved(),
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

    def queues_named(self) -> Iterator[tuple[Place, QueueKey]]:
        """Every place that names a queue, with the queue."""
        yield ("identity_queue",), self.identity_queue
        for route, its in self.routes.items():
            yield ("routes", route, "queue"), its.queue
        for number, rule in enumerate(self.triage):
            if rule.queue is not None:
                yield ("triage", number, "queue"), rule.queue
        for name, neighbourhood in self.neighbourhoods.items():
            if neighbourhood.queue is not None:
                yield ("neighbourhoods", name, "queue"), neighbourhood.queue

    def calendars(self, since: date, *, months: int) -> Calendars:
        """The free days that are known now, from a month before this day on; for what is about no running case."""
        return calendars_from(since, self.closing_days, self.extra_free_days, months=months)

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
        raise BadPolicy(faults_in(Policy, error.errors())) from None


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


def _law_faults(policy: Policy) -> Iterator[Fault]:
    term, threatening = policy.first_conversation, policy.threatening_conversation
    if term.months or term.working_days or term.minutes or not 1 <= term.days <= LEGAL_MAXIMUM_DAYS:
        yield ("first_conversation",), f"minstens 1 en hooguit {LEGAL_MAXIMUM_DAYS} days (Wgs art. 4), geteld in days"
    if threatening.calendar is not CalendarName.LEGAL or not 1 <= threatening.working_days <= 3:
        yield ("threatening_conversation",), "1 tot en met 3 working_days (Wgs art. 4 lid 2), met calendar legal"
    if not policy.end_of_supply.working_days:
        yield ("end_of_supply",), "tel terug in working_days, minstens 1"


def _missing_faults(policy: Policy) -> Iterator[Fault]:
    yield from _complete("outcome_classes", policy.outcome_classes, Outcome)
    yield from _complete("retention", policy.retention, OutcomeClass)


def _complete(place: str, known: Collection[str], wanted: type[StrEnum]) -> Iterator[Fault]:
    missing = [str(member) for member in wanted if member not in known]
    if missing:
        yield (place,), f"hier ontbreekt: {', '.join(missing)}"


def _hours_faults(policy: Policy) -> Iterator[Fault]:
    for daypart, hours in policy.office_hours.items():
        earliest, latest = _DAYPART_ENDS[daypart]
        if not earliest <= hours.opens < hours.closes <= latest:
            between = f"tussen {earliest:%H:%M} en {latest:%H:%M}"
            yield ("office_hours", daypart), f"opens ligt voor closes, en allebei {between}"
    for name, plan in policy.plans.items():
        for number, daypart in enumerate(plan.dayparts):
            if daypart not in policy.office_hours:
                said = f"bij office_hours staat geen {daypart}: zet {daypart} daar bij, of haal het hier weg"
                yield ("plans", name, "dayparts", number), said


def _plan_faults(policy: Policy) -> Iterator[Fault]:
    for route, its in policy.routes.items():
        for key, plan in (("plan", its.plan), ("follow_up", its.follow_up)):
            if plan not in policy.plans:
                yield ("routes", route, key), _not_there(plan, "plan", policy.plans)
        if its.ends_as in policy.approvals:
            said = "dit resultaat staat bij approvals: dan beslist een tweede medewerker, en komt het niet vanzelf"
            yield ("routes", route, "ends_as"), said


def _queue_faults(policy: Policy) -> Iterator[Fault]:
    for place, queue in policy.queues_named():
        if queue not in policy.queues:
            yield place, _not_there(queue, "werkbakje", policy.queues)


def _triage_faults(policy: Policy) -> Iterator[Fault]:
    for number, rule in enumerate(policy.triage):
        if rule.route not in policy.routes:
            yield ("triage", number, "route"), _not_there(rule.route, "route", policy.routes)
        for item, name in enumerate(rule.when.neighbourhoods or ()):
            if name not in policy.neighbourhoods:
                place = ("triage", number, "when", "neighbourhoods", item)
                yield place, _not_there(name, "wijk", policy.neighbourhoods)
    last = len(policy.triage) - 1
    if policy.triage[last].when.given():
        yield ("triage", last), "de laatste regel heeft geen when: zo krijgt elke zaak een route"


def _notice_faults(policy: Policy) -> Iterator[Fault]:
    limit, letter = policy.notice.within, policy.notice.letter
    if limit.working_days or limit.is_nothing() or limit.minutes:
        yield ("notice", "within"), "tel in months of days, en niet nul"
    elif letter.working_days or letter.months or letter.minutes or letter.days >= 30 * limit.months + limit.days:
        yield ("notice", "letter"), "tel in days, en minder dan notice.within"


_CHECKS = (_law_faults, _missing_faults, _hours_faults, _plan_faults, _queue_faults, _triage_faults, _notice_faults)


def _not_there(name: str, kind: str, known: Collection[str]) -> str:
    return f"er is geen {kind} {name}; wel: {', '.join(known) or 'niets'}"
