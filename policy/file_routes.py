"""The parts of a policy file that say which case goes which way, as their author writes them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.base import Frozen
from models.codes import Outcome, PartnerType, Role, Route, Rung, Trait
from models.terms import AmountQuestion, ByHand, Corrections, EscalationStep, QueueKey, RegisterCheck
from policy.faults import Fault, Wrong
from policy.file_parts import Rule, Written
from policy.small_cells import LEAST
from policy.triage import Arrears, Situation

Priority = Annotated[int, Field(ge=1, le=4)]
Euros = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
PlanName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]

ENDS_BY_ITSELF = frozenset({Outcome.KNOWN_AT_DEBT_HELP, Outcome.NOT_PICKED_UP_UNJUSTIFIED})
"""Outcomes that a route may lead to without contact: nobody has to fill in why."""


class FileQueue(Written):
    """A team's queue: what it is called on the screen, and which roles work on it."""

    name: str = Field(min_length=1, max_length=40)
    served_by: tuple[Role, ...]


class FileNeighbourhood(Written):
    """A part of the municipality: the beginnings of its postcodes, and the queue of its team."""

    postcodes: tuple[Annotated[str, Field(pattern=r"^\d{1,4}([A-Z]{0,2})$")], ...] = Field(min_length=1)
    queue: QueueKey | None = None


class FileRoute(Written):
    """One way of handling a case."""

    plan: PlanName
    follow_up: PlanName
    """The plan after a conversation that settled nothing, or a missed callback."""
    queue: QueueKey
    priority: Priority = 2
    by_neighbourhood: bool = False
    """Whether the queue of the resident's neighbourhood goes before the route's own."""
    ends_as: Outcome | None = None
    """With this outcome the case ends by itself, without contact."""
    notice_exempt: str = Field(default="", max_length=200)
    """Why residents on this route are not told that data were received; empty when they are."""

    @model_validator(mode="after")
    def _ends_without_a_form(self) -> Self:
        if self.ends_as is not None and self.ends_as not in ENDS_BY_ITSELF:
            allowed = " of ".join(sorted(ENDS_BY_ITSELF))
            raise Wrong([(("ends_as",), f"alleen {allowed}: over iets anders beslist een medewerker")])
        return self


class When(Written):
    """The conditions of a rule: all that are given must hold. Without any, the rule always fits."""

    partner_types: tuple[PartnerType, ...] | None = Field(default=None, min_length=1)
    """Every running signal is of one of these types."""
    multiple: bool | None = None
    successive: bool | None = None
    amount_from: Euros | None = None
    """All running arrears together."""
    amount_below: Euros | None = None
    months_from: int | None = Field(default=None, ge=0)
    """The oldest running arrears; does not fit when nobody said how old they are."""
    age_from: int | None = Field(default=None, ge=0, le=120)
    """In whole years; does not fit when nobody knows the age."""
    age_to: int | None = Field(default=None, ge=0, le=120)
    """Including that age."""
    crisis: bool | None = None
    threatening: bool | None = None
    warm_handover: bool | None = None
    end_of_supply: bool | None = None
    entrepreneur: bool | None = None
    known_at_debt_help: bool | None = None
    secret_address: bool | None = None
    returning: bool | None = None
    below_threshold: bool | None = None
    neighbourhoods: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        faults: list[Fault] = []
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            faults.append((("age_from",), "is hoger dan age_to: zo past niemand"))
        if self.amount_from is not None and self.amount_below is not None and self.amount_from >= self.amount_below:
            faults.append((("amount_from",), "is niet lager dan amount_below: zo past geen bedrag"))
        if faults:
            raise Wrong(faults)
        return self

    def given(self) -> dict[str, object]:
        """The conditions that are there."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class TriageRule(Written):
    """Who goes which route, by which rule."""

    route: Route
    when: When = When()
    rule: str = Field(min_length=1, max_length=200)
    """In Dutch, shown on the case: why it is handled this way."""
    priority: Priority | None = None
    queue: QueueKey | None = None


class FileEscalation(Written):
    """A rung: who hears of a stalled case, and how long after that it is raised again."""

    to: Rung
    again_after: Rule

    @model_validator(mode="after")
    def _later(self) -> Self:
        # A reminder at once would be raised again at once, without end.
        if self.again_after.is_nothing():
            raise Wrong([(("again_after",), "nul kan niet: dan komt de melding meteen weer terug")])
        return self

    def resolved(self) -> EscalationStep:
        return EscalationStep(to=self.to, again_after=self.again_after.resolved())


class FileCorrections(Written):
    """Until when whoever works on a case may correct what was recorded; later only a supervisor may."""

    within: Rule

    def resolved(self) -> Corrections:
        return Corrections(within=self.within.resolved())


class FileAmountQuestion(Written):
    """When a partner may be asked for the current amount."""

    after_conversation: bool
    before_visit: bool
    again_after: Rule

    def resolved(self) -> AmountQuestion:
        return AmountQuestion(
            after_conversation=self.after_conversation,
            before_visit=self.before_visit,
            again_after=self.again_after.resolved(),
        )


class FileRegisterCheck(Written):
    """How long an answer of the persons register is good enough for a letter or a visit."""

    again_after: Rule

    @model_validator(mode="after")
    def _a_day_at_least(self) -> Self:
        # Shorter than an answer is under way, the register would be asked without end.
        if not (self.again_after.working_days or self.again_after.months or self.again_after.days):
            raise ValueError("again_after is ten minste een dag")
        return self

    def resolved(self) -> RegisterCheck:
        return RegisterCheck(again_after=self.again_after.resolved())


class FileByHand(Written):
    """How long after the last attempt somebody may write beside the contact plan."""

    again_after: Rule

    def resolved(self) -> ByHand:
        return ByHand(again_after=self.again_after.resolved())


class FileStatistics(Written):
    """How often figures go to the national statistics."""

    every_months: int = Field(ge=1, le=12)


class FileFigures(Written):
    """How small a count may be that somebody sees who works with no case."""

    least: int = Field(ge=LEAST, le=100)
    """A smaller count is hidden, with what would give it away; it can be raised, never lowered below the default."""


class FilePeerReview(Written):
    """How many outcomes of a month colleagues judge of each other, and which may be among them."""

    cases: int = Field(ge=0, le=500)
    outcomes: tuple[Outcome, ...] = Field(min_length=1)


class Triage(Frozen):
    """What the rules are held against: with the thresholds and neighbourhoods of the municipality."""

    rules: tuple[TriageRule, ...]
    thresholds: Mapping[PartnerType, Decimal]
    neighbourhoods: Mapping[str, FileNeighbourhood]

    def first_fitting(self, situation: Situation) -> TriageRule:
        """The rule that chooses; the last one always fits."""
        return next(rule for rule in self.rules if self.fits(rule.when, situation))

    def fits(self, when: When, situation: Situation) -> bool:
        """Whether everything that the rule asks holds."""
        known, traits = situation.known, situation.known.traits
        types, place = when.partner_types, when.neighbourhoods
        return (
            (types is None or (bool(known.partner_types) and set(known.partner_types) <= set(types)))
            and _is(when.multiple, len(known.signals) > 1)
            and _is(when.successive, known.successive)
            and _at_least(when.amount_from, situation.amount)
            and (when.amount_below is None or situation.amount < when.amount_below)
            and _at_least(when.months_from, situation.months)
            and _at_least(when.age_from, situation.age)
            and (when.age_to is None or (situation.age is not None and situation.age <= when.age_to))
            and _is(when.crisis, known.crisis)
            and _is(when.threatening, known.threatening)
            and _is(when.warm_handover, known.warm_handover)
            and _is(when.end_of_supply, known.end_of_supply)
            and _is(when.entrepreneur, Trait.ENTREPRENEUR in traits)
            and _is(when.known_at_debt_help, Trait.KNOWN_AT_DEBT_HELP in traits)
            and _is(when.secret_address, Trait.SECRET_ADDRESS in traits)
            and _is(when.returning, situation.returning)
            and _is(when.below_threshold, self.is_below_threshold(situation.arrears))
            and (place is None or self.neighbourhood_of(situation) in place)
        )

    def neighbourhood_of(self, situation: Situation) -> str | None:
        """Where the resident lives: the neighbourhood with the longest beginning of their postcode."""
        return neighbourhood_of(situation.postcode, self.neighbourhoods)

    def is_below_threshold(self, arrears: tuple[Arrears, ...]) -> bool:
        """Whether every signal is under the amount from which its kind is taken."""
        under = (each.amount < self.thresholds.get(each.partner_type, Decimal(0)) for each in arrears)
        return bool(arrears) and all(under)


def neighbourhood_of(postcode: str, neighbourhoods: Mapping[str, FileNeighbourhood]) -> str | None:
    """The neighbourhood with the longest beginning of a postcode; None when it lies in none."""
    found = [
        (len(start), name)
        for name, place in neighbourhoods.items()
        for start in place.postcodes
        if postcode.startswith(start)
    ]
    return max(found)[1] if found else None


def _is(wanted: bool | None, found: bool) -> bool:
    return wanted is None or found is wanted


def _at_least(least: Decimal | int | None, found: Decimal | int | None) -> bool:
    return least is None or (found is not None and found >= least)
