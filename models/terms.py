"""The shape of the terms a case is handled by. The numbers themselves stand in `policy/municipalities/*.yaml`."""

from datetime import date, time
from typing import Annotated

from pydantic import Field

from models.base import Carried
from models.codes import (
    CalendarName,
    Channel,
    Daypart,
    DisclosureGround,
    FeedbackCode,
    MatchingMode,
    Outcome,
    OutcomeClass,
    PartnerType,
    RetentionStart,
    Route,
    Rung,
)
from models.ids import StaffId


def _nothing(amount: int) -> bool:
    return amount == 0


Amount = Annotated[int, Field(ge=0, exclude_if=_nothing)]
"""How many of a unit; left out of JSON when none, because every case carries many terms."""


QUEUE_KEY = r"^[a-z0-9_]{1,40}$"
QueueKey = Annotated[str, Field(pattern=QUEUE_KEY)]
"""A team's queue: one of `models.codes.Queue`, or one that the municipality's policy names."""


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
    announced: bool = False
    """Whether a letter announces the visit."""


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


class Matching(Carried):
    """When the signals of a period are taken together, local time. A crisis or end of supply never waits."""

    mode: MatchingMode
    hour: int = Field(default=0, ge=0, le=23)
    day: int = Field(default=1, ge=1, le=28)
    """Of the month."""


class Budgets(Carried):
    """How many hours an outside party is tried before a person takes over."""

    register_hours: int = Field(ge=1)
    mail_hours: int = Field(ge=1)
    letters_hours: int = Field(ge=1)
    sms_hours: int = Field(ge=1)
    partners_hours: int = Field(ge=1)


class Notice(Carried):
    """How a person is told that data were received (GDPR art. 14) when no conversation or message did that."""

    within: TermRule
    """The latest moment, from receipt."""
    letter: TermRule
    """When the system tells it itself."""
    channel: Channel
    template: str
    exempt: tuple[Outcome, ...]
    """Outcomes after which nobody is written to: who died, who does not live here."""
    exempt_ground: str = ""
    """Why nobody on this route is told; empty when they are."""


class InvitationTerms(Carried):
    """What a resident is sent about a callback: that it was made, moved or called off, and a reminder."""

    remind_at: time | None = None
    """When on the day before, local time; None when nobody is reminded."""
    text_messages: bool = False
    """Whether a text message goes to whoever has no mailbox."""


class CallbackTerms(Carried):
    """Callback appointments."""

    reminder_minutes: int = Field(ge=0, le=120)
    """How long before the moment the work list shows it."""
    minutes: int = Field(ge=5, le=120)
    """How long somebody is taken by it: no second one in that time."""
    patience: TermRule
    invitation: InvitationTerms | None = None
    """None when the resident is sent nothing."""


class ReferralTerms(Carried):
    """The clocks of a referral."""

    acceptance: TermRule
    start: TermRule
    decision: TermRule
    """How long a referral that came back may wait for what is next."""


class Patience(Carried):
    """How long each kind of work may wait before it is overdue."""

    identity_check: TermRule
    message_check: TermRule
    outcome_form: TermRule
    visit: TermRule
    approval: TermRule
    objection: TermRule
    pass_on: TermRule
    repair: TermRule
    quick_fix: TermRule
    """From the end of the thirty days."""
    assignment: TermRule
    """How long work may be nobody's."""


class EscalationStep(Carried):
    """One rung of the ladder: who hears of a stalled case, and how long after that it is raised again."""

    to: Rung
    again_after: TermRule


class Corrections(Carried):
    """Until when whoever works on a case may correct what was recorded; later only a supervisor may."""

    within: TermRule


class AmountQuestion(Carried):
    """When a partner may be asked for the current amount."""

    after_conversation: bool
    """Once the resident was asked."""
    before_visit: bool
    again_after: TermRule
    """An answer younger than this is used."""


class RegisterCheck(Carried):
    """How long an answer of the persons register is good enough for a letter or a visit."""

    again_after: TermRule


class ByHand(Carried):
    """When a caseworker may write beside the plan."""

    again_after: TermRule
    """How long after the last attempt."""


class DisclosureRow(Carried):
    """A result that a partner may hear of these outcomes, on one of these grounds."""

    code: FeedbackCode
    outcomes: tuple[Outcome, ...]
    grounds: tuple[DisclosureGround, ...]
    partner_types: tuple[PartnerType, ...] | None = None
    """None: of every kind of partner."""


class Disclosure(Carried):
    """The signed table of what partners may hear beyond the national standard."""

    signed_on: date
    rows: tuple[DisclosureRow, ...]


class ObjectionMark(Carried):
    """How long a mark may stay of whoever was right to object, so that a new signal about them is recognised."""

    term: Term
    ground: str


class Terms(Carried):
    """Everything of the policy that a running case obeys."""

    version: str
    chosen_on: date | None = None
    """The day whose version of the policy this is; None in a case from before versions had a start."""
    municipality: str
    route: Route
    why: str = ""
    """The rule by which this route was chosen."""
    known_by: StaffId | None = None
    """The colleague who knows a returning resident."""
    priority: int = Field(default=2, ge=1, le=4)
    """How soon the route's work is to be done: 1 first, 4 last."""
    ends_as: Outcome | None = None
    """The outcome of a route on which nobody seeks contact."""
    queue: QueueKey
    identity_queue: QueueKey
    matching: Matching
    plan: ContactPlan
    follow_up: ContactPlan
    office_hours: tuple[OfficeHours, ...]
    patience: Patience
    callback: CallbackTerms
    referral: ReferralTerms
    visits_in_pairs: bool
    first_conversation: TermRule
    threatening_conversation: TermRule
    quick_fix: TermRule
    end_of_supply: TermRule
    """How long before the end of supply the case must have moved; counted back."""
    notice: Notice
    feedback: TermRule
    reminder: TermRule
    """How long after a stall was raised it is raised again, one level higher, where `escalation` does not say so."""
    escalation: tuple[EscalationStep, ...] = ()
    """The ladder, from the first to the last who hears of a stalled case."""
    approvals: tuple[Outcome, ...] = ()
    """Outcomes that need a second person, besides those that always do."""
    corrections: Corrections | None = None
    amount_question: AmountQuestion | None = None
    register_check: RegisterCheck | None = None
    """None in a case from before the register was asked again."""
    by_hand: ByHand | None = None
    """None in a case from before anybody could."""
    disclosure: Disclosure | None = None
    """None while nobody signed a table."""
    objection_mark: ObjectionMark | None = None
    """None where no mark stays of whoever objected."""
    open_case_retention: TermRule
    """After this an open case must be decided on: its data are as old as policy allows."""
    retention: tuple[RetentionRule, ...]
    budgets: Budgets
    calendars: Calendars
