"""What staff can tell a case to do, in the imperative. A command carries ids and codes; its free text is sealed."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.base import Carried
from models.codes import AttemptResult, HelpKind, Outcome, Role, Standing
from models.ids import CommandId, DocumentId, PersonId, StaffId, StepId


class Command(Carried):
    """Base: which button press this is, by whom, in which role, with which sealed note."""

    command_id: CommandId
    by: StaffId
    role: Role
    note_id: DocumentId | None = None


class ClaimCase(Command):
    """Take the case (in behandeling nemen)."""

    kind: Literal["claim_case"] = "claim_case"


class CheckIdentity(Command):
    """Settle the task "controleer gegevens"."""

    kind: Literal["check_identity"] = "check_identity"
    person_id: PersonId
    standing: Standing


class LogCall(Command):
    """Record a call that was made, with its result."""

    kind: Literal["log_call"] = "log_call"
    person_id: PersonId
    result: AttemptResult
    called_at: AwareDatetime | None = None
    """When the call was made; None means now."""


class CheckMail(Command):
    """Settle the task about a mail whose fate is unknown."""

    kind: Literal["check_mail"] = "check_mail"
    step_id: StepId
    person_id: PersonId
    sent: bool


class RecordOutcome(Command):
    """The outcome form: the result with the answers that its definition asks for."""

    kind: Literal["record_outcome"] = "record_outcome"
    person_id: PersonId
    outcome: Outcome
    engaged: bool | None = None
    """The form asks: Bent u ingegaan op de persoonlijke situatie?"""
    help_kind: HelpKind | None = None
    agreed_at: AwareDatetime | None = None
    conversation_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    within_30_days: bool | None = None
    """The form asks: Kan de inwoner dit binnen 30 dagen (zelf) oplossen?"""


class HoldFirstConversation(Command):
    """Record that the first conversation was held and the help started."""

    kind: Literal["hold_first_conversation"] = "hold_first_conversation"
    person_id: PersonId
    conversation_at: AwareDatetime
    started_at: AwareDatetime


class SetHold(Command):
    """Put erasure off until a date (a reason is required: the note)."""

    kind: Literal["set_hold"] = "set_hold"
    until: AwareDatetime


class ReleaseHold(Command):
    """Let erasure go on."""

    kind: Literal["release_hold"] = "release_hold"


AnyCommand = Annotated[
    ClaimCase | CheckIdentity | LogCall | CheckMail | RecordOutcome | HoldFirstConversation | SetHold | ReleaseHold,
    Field(discriminator="kind"),
]
