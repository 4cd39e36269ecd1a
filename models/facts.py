"""What happened to a case, in the past tense. Only `policy.transitions.apply` turns facts into state."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.base import Carried
from models.case import CaseSignal
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DeadlineKind,
    FeedbackCode,
    HelpKind,
    Outcome,
    Party,
    RegisterResult,
    Route,
    StallCause,
    Standing,
)
from models.ids import SYSTEM, BatchId, CommandId, DocumentId, PersonId, SignalId, StaffId, StepId
from models.terms import Terms


class Fact(Carried):
    """Base: when it happened, by whom, and by which command if a person pressed a button."""

    at: AwareDatetime
    by: StaffId = SYSTEM
    command_id: CommandId | None = None
    note_id: DocumentId | None = None
    """The sealed note that belongs to it."""


class RouteChosen(Fact):
    """The route and the terms by which the case is handled from now on."""

    kind: Literal["route_chosen"] = "route_chosen"
    route: Route
    terms: Terms | None = None
    """Always there when it happens; left out of the written trail, where the case's own row keeps them."""


class RegisterAnswered(Fact):
    """The persons register answered."""

    kind: Literal["register_answered"] = "register_answered"
    person_id: PersonId
    result: RegisterResult


class PartyGaveUp(Fact):
    """An outside party did not answer within its budget; a person takes over the step."""

    kind: Literal["party_gave_up"] = "party_gave_up"
    party: Party
    step_id: StepId
    person_id: PersonId


class IdentityChecked(Fact):
    """A caseworker looked at the data and decided who this is."""

    kind: Literal["identity_checked"] = "identity_checked"
    person_id: PersonId
    standing: Standing


class AttemptMade(Fact):
    """A contact attempt was made: a mail by the system, a call by a caseworker."""

    kind: Literal["attempt_made"] = "attempt_made"
    step_id: StepId
    person_id: PersonId
    channel: Channel
    result: AttemptResult


class MailChecked(Fact):
    """A caseworker found out what became of a mail whose fate was unknown."""

    kind: Literal["mail_checked"] = "mail_checked"
    step_id: StepId
    person_id: PersonId
    sent: bool


class OutcomeRecorded(Fact):
    """How it ended for a person."""

    kind: Literal["outcome_recorded"] = "outcome_recorded"
    person_id: PersonId
    outcome: Outcome
    acceptance: Acceptance
    help_kind: HelpKind | None = None
    accepted_at: AwareDatetime | None = None
    conversation_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None


class FirstConversationHeld(Fact):
    """The first conversation of a pending acceptance was held and the help started."""

    kind: Literal["first_conversation_held"] = "first_conversation_held"
    person_id: PersonId
    conversation_at: AwareDatetime
    started_at: AwareDatetime


class FeedbackOwed(Fact):
    """What the partner of a signal is going to be told."""

    kind: Literal["feedback_owed"] = "feedback_owed"
    signal_id: SignalId
    code: FeedbackCode


class FeedbackDelivered(Fact):
    """The partner took the feedback."""

    kind: Literal["feedback_delivered"] = "feedback_delivered"
    signal_id: SignalId
    batch_id: BatchId


class SignalJoined(Fact):
    """Another signal about the same resident came in."""

    kind: Literal["signal_joined"] = "signal_joined"
    signal: CaseSignal


class CaseClaimed(Fact):
    """A caseworker took the case."""

    kind: Literal["case_claimed"] = "case_claimed"


class Stalled(Fact):
    """A due moment passed and nothing happened."""

    kind: Literal["stalled"] = "stalled"
    cause: StallCause
    deadline: DeadlineKind


class HoldSet(Fact):
    """Erasure put off until a date."""

    kind: Literal["hold_set"] = "hold_set"
    until: AwareDatetime


class HoldReleased(Fact):
    """Erasure no longer put off."""

    kind: Literal["hold_released"] = "hold_released"


class CaseClosed(Fact):
    """Everything that was owed is done; retention begins."""

    kind: Literal["case_closed"] = "case_closed"


AnyFact = Annotated[
    RouteChosen
    | RegisterAnswered
    | PartyGaveUp
    | IdentityChecked
    | AttemptMade
    | MailChecked
    | OutcomeRecorded
    | FirstConversationHeld
    | FeedbackOwed
    | FeedbackDelivered
    | SignalJoined
    | CaseClaimed
    | Stalled
    | HoldSet
    | HoldReleased
    | CaseClosed,
    Field(discriminator="kind"),
]
