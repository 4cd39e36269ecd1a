"""The parts of a policy file, as its author writes them. What belongs together across parts is `terms.Policy`'s."""

from datetime import date, time
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from models.base import Frozen
from models.codes import CalendarName, Channel, Daypart, MatchingMode, Outcome, RetentionStart
from models.terms import (
    CallbackTerms,
    ContactPlan,
    InvitationTerms,
    Matching,
    Notice,
    ObjectionMark,
    Patience,
    PlanStep,
    ReferralTerms,
    Term,
    TermRule,
)
from policy.faults import Wrong


def _written_as_text(value: object) -> object:
    # YAML reads an unquoted 09:00 as the number 540.
    if not isinstance(value, str | time):
        raise ValueError('zet een tijd tussen aanhalingstekens: "09:00"')
    return value


Clock = Annotated[
    time, BeforeValidator(_written_as_text), WithJsonSchema({"type": "string", "pattern": r"^\d{2}:\d{2}$"})
]
FreeDays = dict[date, Annotated[str, Field(min_length=1)]]
"""Days on which nothing is counted, each with the name that explains it on the screen."""
StepName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]

WRITTEN = frozenset({Channel.MAIL, Channel.LETTER, Channel.SMS})
"""Channels over which the system writes by itself."""
_LETTER_DAYS = 3
"""A letter that announces a visit is written, printed and delivered in this time."""
_PLANNED = WRITTEN | {Channel.CALL, Channel.VISIT}


class Written(Frozen):
    """A part of a policy file; what its docstrings say of a key, an editor shows beside it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Length(Written):
    """A length of time in one unit; all zero means at once."""

    working_days: int = Field(default=0, ge=0)
    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    minutes: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _in_one_unit(self) -> Self:
        if sum(1 for amount in self._amounts() if amount) > 1:
            raise ValueError(
                "tel een termijn in één eenheid (working_days, months, days of minutes); zet de andere op null"
            )
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
        counts_work = self.calendar is not CalendarName.ALL
        if not self.is_nothing() and counts_work != (self.working_days > 0):
            raise ValueError(
                "bij working_days hoort calendar legal of office, bij months, days en minutes calendar all"
            )
        return self

    def resolved(self) -> TermRule:
        return TermRule(term=self.term(), calendar=self.calendar, rule=self.rule)


class FileStep(Written):
    """One planned attempt; its id is its key in the plan."""

    channel: Channel
    template: str = ""
    wait: Rule
    announced: bool = False
    """Whether a letter announces the visit; it leaves when the visit is planned, with the moment in it."""

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        if self.channel not in _PLANNED:
            raise ValueError("een stap is mail, letter, sms, call of visit; iets anders kan een plan niet doen")
        if (self.channel in WRITTEN) is (self.template == ""):
            raise ValueError("een mail, letter of sms heeft een template; een call of visit heeft er geen")
        if self.wait.calendar is CalendarName.ALL:
            raise ValueError("tel het wachten op een stap in working_days, met calendar office of legal")
        if self.announced and (self.channel is not Channel.VISIT or self.wait.working_days < _LETTER_DAYS):
            raise ValueError(
                f"alleen een visit kan announced zijn, met een wait van minstens {_LETTER_DAYS} working_days"
            )
        return self


class FilePlan(Written):
    """The attempts in order, and what it means when none of them reached anybody."""

    name: str = Field(min_length=1, max_length=60)
    """What the plan is called on the screen."""
    steps: dict[StepName, FileStep] = Field(min_length=1)
    dayparts: tuple[Daypart, ...] = Field(min_length=1)
    patience: Rule | None = None
    """How long a planned call may wait, when that is something else than for other work."""
    end: Rule
    outcome: Outcome

    @model_validator(mode="after")
    def _leaves_time(self) -> Self:
        if self.patience is not None and self.patience.is_nothing():
            raise Wrong([(("patience",), "nul kan niet: dan is elk telefoontje meteen te laat")])
        return self

    def resolved(self, *, patience: TermRule) -> ContactPlan:
        """The plan as a case keeps it; `patience`: how long a planned call may wait."""
        steps = tuple(
            PlanStep(
                id=name,
                channel=step.channel,
                template=step.template,
                wait=step.wait.resolved(),
                announced=step.announced,
            )
            for name, step in self.steps.items()
        )
        return ContactPlan(
            steps=steps,
            dayparts=self.dayparts,
            patience=patience if self.patience is None else self.patience.resolved(),
            end=self.end.resolved(),
            outcome=self.outcome,
        )


class Hours(Written):
    """When a daypart's work may be planned, local time."""

    opens: Clock
    closes: Clock


class FilePatience(Written):
    """How long each kind of work may wait before it is overdue."""

    call: Rule
    visit: Rule
    identity_check: Rule
    message_check: Rule
    outcome_form: Rule
    approval: Rule
    objection: Rule
    pass_on: Rule
    repair: Rule
    quick_fix: Rule
    assignment: Rule

    def resolved(self) -> Patience:
        rules = {name: getattr(self, name).resolved() for name in Patience.model_fields}
        return Patience(**rules)


class FileInvitation(Written):
    """What a resident is sent about a callback."""

    remind_at: Clock | None = None
    text_messages: bool = False

    def resolved(self) -> InvitationTerms:
        return InvitationTerms(remind_at=self.remind_at, text_messages=self.text_messages)


class FileCallback(Written):
    """Callback appointments."""

    reminder_minutes: int = Field(ge=0, le=120)
    minutes: int = Field(ge=5, le=120)
    patience: Rule
    invitation: FileInvitation | None = None

    def resolved(self) -> CallbackTerms:
        return CallbackTerms(
            reminder_minutes=self.reminder_minutes,
            minutes=self.minutes,
            patience=self.patience.resolved(),
            invitation=None if self.invitation is None else self.invitation.resolved(),
        )


class FileReferral(Written):
    """The clocks of a referral."""

    acceptance: Rule
    start: Rule
    decision: Rule

    def resolved(self) -> ReferralTerms:
        return ReferralTerms(
            acceptance=self.acceptance.resolved(), start=self.start.resolved(), decision=self.decision.resolved()
        )


class FileNotice(Written):
    """How and when the resident hears that data were received."""

    within: Rule
    letter: Rule
    channel: Channel
    template: str = Field(min_length=1)
    exempt: tuple[Outcome, ...]

    @model_validator(mode="after")
    def _is_written(self) -> Self:
        if self.channel not in WRITTEN:
            raise ValueError("kies als channel mail, letter of sms: de kennisgeving wordt geschreven")
        return self

    def resolved(self, *, exempt_ground: str) -> Notice:
        return Notice(
            within=self.within.resolved(),
            letter=self.letter.resolved(),
            channel=self.channel,
            template=self.template,
            exempt=self.exempt,
            exempt_ground=exempt_ground,
        )


class FileMatching(Written):
    """When the signals of a period are taken together, local time."""

    mode: MatchingMode
    hour: int = Field(default=0, ge=0, le=23)
    day: int = Field(default=1, ge=1, le=28)
    household: int | None = Field(default=None, ge=2, le=20)
    """Up to how many people of one address share a case; at an address with more (an institution, rented rooms)
    nobody does. None: everybody has a case of their own."""
    look_back_months: int = Field(ge=1, le=24)
    """How far back an earlier signal at the address makes one successive, and a closed case a returning resident."""

    def resolved(self) -> Matching:
        return Matching(mode=self.mode, hour=self.hour, day=self.day)


class FileRetention(Length):
    """How long data of an outcome class stay, from which event, on which ground."""

    start: RetentionStart
    ground: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _on_the_clock(self) -> Self:
        if self.working_days or self.is_nothing():
            raise ValueError("tel een bewaartermijn in months, days of minutes, en niet nul")
        return self


class FileObjectionMark(Written):
    """How long a mark stays of whoever was right to object to the use of their data."""

    months: int = Field(ge=1, le=120)
    ground: str = Field(min_length=1, max_length=300)

    def resolved(self) -> ObjectionMark:
        return ObjectionMark(term=Term(months=self.months), ground=self.ground)


class FileAccessLog(Written):
    """How long it stays known who looked at which case."""

    months: int = Field(ge=1, le=240)
    """Of a look itself."""
    staff_months: int = Field(ge=1, le=240)
    """Of who it was."""
    ground: str = Field(min_length=1, max_length=300)

    @model_validator(mode="after")
    def _who_goes_first(self) -> Self:
        if self.staff_months > self.months:
            raise ValueError("bewaar met staff_months wie er keek niet langer dan de regel zelf (months)")
        return self


NoteWord = Annotated[str, Field(pattern=r"^[a-z]+([-'][a-z]+)*\*?$", max_length=40)]
"""A word to look for in notes, in small letters without accents; with `*` behind it all words that begin so."""


class FileTrails(Written):
    """How long it stays known who did something, in what stays when the data themselves are gone."""

    staff_months: int = Field(ge=1, le=240)
    ground: str = Field(min_length=1, max_length=300)


class Schedule(Written):
    """A moment of every day, local time; with `every_minutes` it comes all day long instead."""

    hour: int = Field(default=0, ge=0, le=23)
    minute: int = Field(default=0, ge=0, le=59)
    every_minutes: int | None = Field(default=None, ge=1, le=24 * 60)


class FileBudgets(Written):
    """How many hours an outside party is tried before a person takes over."""

    register_hours: int = Field(ge=1)
    mail_hours: int = Field(ge=1)
    letters_hours: int = Field(ge=1)
    sms_hours: int = Field(ge=1)
    partners_hours: int = Field(ge=1)


class FileSender(Written):
    """Who a message comes from, and how the resident can check that it is real."""

    name: str = Field(min_length=1)
    page: str = Field(pattern=r"^https://")
    phone: str = Field(min_length=1)
