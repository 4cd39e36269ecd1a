"""What staff can tell a case to do, in the imperative. A command carries ids and codes; its free text is sealed."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.base import Carried
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    DisclosureGround,
    HelpKind,
    LifeEvent,
    NotPickedUpReason,
    Outcome,
    PassOnChannel,
    PersonField,
    ReferralParty,
    RepresentativeKind,
    Role,
    SignalChange,
    Standing,
    TaskKind,
    Trait,
)
from models.ids import (
    AppointmentId,
    BatchId,
    CaseId,
    CommandId,
    DocumentId,
    ItemId,
    PersonId,
    ProposalId,
    ReferralId,
    SignalId,
    StaffId,
    StepId,
)
from models.terms import Terms
from models.values import MunicipalityCode


class Command(Carried):
    """Base: which button press this is, by whom, in which role, with which sealed note."""

    command_id: CommandId
    by: StaffId
    role: Role
    note_id: DocumentId | None = None


# --- whose case it is ---------------------------------------------------------------------------------------------


class ClaimCase(Command):
    """Take the case (in behandeling nemen)."""

    kind: Literal["claim_case"] = "claim_case"


class AssignCase(Command):
    """Give the case to a colleague, or (None) back to the team."""

    kind: Literal["assign_case"] = "assign_case"
    to: StaffId | None = None


class PauseCase(Command):
    """Let the case rest until a moment (a reason is required: the note)."""

    kind: Literal["pause_case"] = "pause_case"
    until: AwareDatetime


class ResumeCase(Command):
    """Let a resting case go on."""

    kind: Literal["resume_case"] = "resume_case"


class ExtendDeadline(Command):
    """Put a deadline off, once (a reason is required: the note)."""

    kind: Literal["extend_deadline"] = "extend_deadline"
    deadline: DeadlineKind
    task: TaskKind | None = None
    """Which task's deadline it is; None for one of the case itself."""
    person_id: PersonId
    until: AwareDatetime


# --- who the resident is ------------------------------------------------------------------------------------------


class CheckIdentity(Command):
    """Settle the task "controleer gegevens"."""

    kind: Literal["check_identity"] = "check_identity"
    person_id: PersonId
    standing: Standing


class ReportLifeEvent(Command):
    """Record that the person died or moved. Where to, within the municipality, is sealed."""

    kind: Literal["report_life_event"] = "report_life_event"
    person_id: PersonId
    event: LifeEvent


class RecordTrait(Command):
    """Record what leads to another route, or that it is not so after all."""

    kind: Literal["record_trait"] = "record_trait"
    person_id: PersonId
    trait: Trait
    applies: bool


class OfferToSurvivors(Command):
    """Record an offer of help that was made to those who were left behind."""

    kind: Literal["offer_to_survivors"] = "offer_to_survivors"
    person_id: PersonId


class PassOn(Command):
    """Record how the signal was passed on to the municipality where the person lives now."""

    kind: Literal["pass_on"] = "pass_on"
    person_id: PersonId
    channel: PassOnChannel
    to: MunicipalityCode | None = None


class RecordObjection(Command):
    """The person objects to the use of their data."""

    kind: Literal["record_objection"] = "record_objection"
    person_id: PersonId


class DecideObjection(Command):
    """Decide on an objection (a reason is required: the note)."""

    kind: Literal["decide_objection"] = "decide_objection"
    person_id: PersonId
    upheld: bool


class Rectify(Command):
    """Correct what is wrong of somebody (GDPR art. 16; a reason is required: the note). What is right is sealed."""

    kind: Literal["rectify"] = "rectify"
    person_id: PersonId
    what: PersonField
    phone_id: ItemId | None = None
    """Which number is wrong."""
    partners_told: bool
    """Whether the partners that gave it know already."""


class TellCorrection(Command):
    """The partners that gave what was wrong were told (GDPR art. 19)."""

    kind: Literal["tell_correction"] = "tell_correction"
    person_id: PersonId


class RecordRepresentative(Command):
    """Somebody stands for the resident. Their name, number and address are sealed."""

    kind: Literal["record_representative"] = "record_representative"
    person_id: PersonId
    representative: RepresentativeKind
    may_be_told: bool
    """Whether amounts and partners may be spoken of with them."""


class AllowDisclosure(Command):
    """Partners may hear more of this person than the national standard settles (how it was asked, or by which law, is
    required: the note)."""

    kind: Literal["allow_disclosure"] = "allow_disclosure"
    person_id: PersonId
    ground: DisclosureGround


class WithdrawDisclosure(Command):
    """Partners may hear no more than the national standard settles."""

    kind: Literal["withdraw_disclosure"] = "withdraw_disclosure"
    person_id: PersonId


class EndRepresentative(Command):
    """Nobody stands for the resident any more."""

    kind: Literal["end_representative"] = "end_representative"
    person_id: PersonId


# --- contact ------------------------------------------------------------------------------------------------------


class LogCall(Command):
    """Record a call that was made, with its result."""

    kind: Literal["log_call"] = "log_call"
    person_id: PersonId
    result: AttemptResult
    called_at: AwareDatetime | None = None
    """When the call was made; None means now."""
    phone_id: ItemId | None = None
    """Which number was called."""


class LogAttempt(Command):
    """Record an attempt over a channel that is not ours: a card, WhatsApp, a letter written by hand."""

    kind: Literal["log_attempt"] = "log_attempt"
    person_id: PersonId
    channel: Channel
    result: AttemptResult
    made_at: AwareDatetime | None = None


class LogIncoming(Command):
    """The resident sought contact: called, wrote, or came to the desk."""

    kind: Literal["log_incoming"] = "log_incoming"
    person_id: PersonId
    channel: Channel
    came_at: AwareDatetime | None = None


class WriteByHand(Command):
    """Send the first mail or letter now, beside the plan."""

    kind: Literal["write_by_hand"] = "write_by_hand"
    person_id: PersonId
    channel: Channel


class ContinueContact(Command):
    """The conversation settled nothing: go on seeking contact by the follow-up plan."""

    kind: Literal["continue_contact"] = "continue_contact"
    person_id: PersonId


class CorrectAttempt(Command):
    """An attempt was recorded wrongly: this was its result (a reason is required: the note)."""

    kind: Literal["correct_attempt"] = "correct_attempt"
    person_id: PersonId
    step_id: StepId
    result: AttemptResult


class CheckMail(Command):
    """Settle the task about a message whose fate is unknown."""

    kind: Literal["check_mail"] = "check_mail"
    step_id: StepId
    person_id: PersonId
    sent: bool


class CheckAddress(Command):
    """Settle the task about an address that does not work. What was found is sealed."""

    kind: Literal["check_address"] = "check_address"
    person_id: PersonId
    found: bool


class MakeCallback(Command):
    """Agree to call the resident at a moment."""

    kind: Literal["make_callback"] = "make_callback"
    person_id: PersonId
    due_at: AwareDatetime
    phone_id: ItemId | None = None
    with_staff: StaffId
    """Who will call."""


class MoveCallback(Command):
    """The callback will be at another moment."""

    kind: Literal["move_callback"] = "move_callback"
    person_id: PersonId
    appointment_id: AppointmentId
    due_at: AwareDatetime
    with_staff: StaffId


class CancelCallback(Command):
    """The callback will not be."""

    kind: Literal["cancel_callback"] = "cancel_callback"
    person_id: PersonId
    appointment_id: AppointmentId


class PlanVisit(Command):
    """Plan a home visit at a moment, with whom."""

    kind: Literal["plan_visit"] = "plan_visit"
    person_id: PersonId
    due_at: AwareDatetime
    companion: StaffId | None = None
    announced: bool = False
    """Whether a letter tells the resident beforehand."""


class LogVisit(Command):
    """Record a home visit, with its result."""

    kind: Literal["log_visit"] = "log_visit"
    person_id: PersonId
    result: AttemptResult
    visited_at: AwareDatetime | None = None
    companion: StaffId | None = None
    visit: StepId | None = None
    """The planned visit that it was, when there was one: two people at one door record it once."""


class CancelVisit(Command):
    """The planned home visit will not be."""

    kind: Literal["cancel_visit"] = "cancel_visit"
    person_id: PersonId


class BlockVisits(Command):
    """Nobody may visit this person (a reason is required: the note, which only its own roles may read)."""

    kind: Literal["block_visits"] = "block_visits"
    person_id: PersonId


class AllowVisits(Command):
    """Visits are safe again."""

    kind: Literal["allow_visits"] = "allow_visits"
    person_id: PersonId


# --- signals ------------------------------------------------------------------------------------------------------


class RecordSignalChange(Command):
    """The partner says that it was paid, withdraws the signal, names another amount (which is sealed), or a day."""

    kind: Literal["record_signal_change"] = "record_signal_change"
    signal_id: SignalId
    change: SignalChange
    on: date | None = None
    """Until when collection is paused, or when the supply ends."""


class JudgeThreat(Command):
    """Whether the situation is threatening by law (eviction, end of supply or of health insurance)."""

    kind: Literal["judge_threat"] = "judge_threat"
    threatening: bool


class SplitSignal(Command):
    """This signal is about somebody else: it gets a case of its own (a reason is required: the note)."""

    kind: Literal["split_signal"] = "split_signal"
    signal_id: SignalId
    wrong_person_told: bool
    """Whether the resident of this case was told what the signal says."""


class MergeCase(Command):
    """This case is about the same person as another: its signals go there (a reason is required: the note)."""

    kind: Literal["merge_case"] = "merge_case"
    into: CaseId


class SettleRepair(Command):
    """What was told to the wrong person was made good (the note says how)."""

    kind: Literal["settle_repair"] = "settle_repair"
    person_id: PersonId


# --- help and outcome ---------------------------------------------------------------------------------------------


class Refer(Command):
    """Refer the resident, who agreed to it, to somebody who helps further."""

    kind: Literal["refer"] = "refer"
    person_id: PersonId
    party: ReferralParty
    consent: bool


class AnswerReferral(Command):
    """The party takes the referral or refuses it (then a reason is required: the note)."""

    kind: Literal["answer_referral"] = "answer_referral"
    person_id: PersonId
    referral_id: ReferralId
    accepted: bool


class StartReferral(Command):
    """The party's help began."""

    kind: Literal["start_referral"] = "start_referral"
    person_id: PersonId
    referral_id: ReferralId
    started_at: AwareDatetime


class EndReferral(Command):
    """The party reports back: its help ended."""

    kind: Literal["end_referral"] = "end_referral"
    person_id: PersonId
    referral_id: ReferralId


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
    reason: NotPickedUpReason | None = None
    """Why a signal is not picked up, when it is not."""
    batch_id: BatchId | None = None
    """Set when the same outcome is recorded for many cases at once; a second person must then agree."""
    corrects: bool = False
    """Whether it replaces an outcome that was recorded wrongly (a reason is required: the note)."""


class HoldFirstConversation(Command):
    """Record that the first conversation was held, and when the help began if it did."""

    kind: Literal["hold_first_conversation"] = "hold_first_conversation"
    person_id: PersonId
    conversation_at: AwareDatetime
    started_at: AwareDatetime | None = None


class StartHelp(Command):
    """Record that the help that was agreed began."""

    kind: Literal["start_help"] = "start_help"
    person_id: PersonId
    started_at: AwareDatetime


class CheckQuickFix(Command):
    """After thirty days: whether the arrears were solved."""

    kind: Literal["check_quick_fix"] = "check_quick_fix"
    person_id: PersonId
    solved: bool


class Approve(Command):
    """A second person agrees to what somebody proposed, or does not (then a reason is required: the note)."""

    kind: Literal["approve"] = "approve"
    person_id: PersonId
    proposal_id: ProposalId
    agreed: bool


# --- the policy ---------------------------------------------------------------------------------------------------


class ApplyPolicy(Command):
    """Go on under these terms: those of another version of the policy, chosen by what the case was then."""

    kind: Literal["apply_policy"] = "apply_policy"
    terms: Terms
    triaged: str = ""
    """What the route was chosen by (`policy.triage.key_of`): when that is something else now, it is chosen again."""


# --- erasure ------------------------------------------------------------------------------------------------------


class SetHold(Command):
    """Put erasure off until a date (a reason is required: the note)."""

    kind: Literal["set_hold"] = "set_hold"
    until: AwareDatetime


class ReleaseHold(Command):
    """Let erasure go on."""

    kind: Literal["release_hold"] = "release_hold"


AnyCommand = Annotated[
    ClaimCase
    | AssignCase
    | PauseCase
    | ResumeCase
    | ExtendDeadline
    | CheckIdentity
    | ReportLifeEvent
    | RecordTrait
    | OfferToSurvivors
    | PassOn
    | RecordObjection
    | DecideObjection
    | Rectify
    | TellCorrection
    | RecordRepresentative
    | EndRepresentative
    | AllowDisclosure
    | WithdrawDisclosure
    | LogCall
    | LogAttempt
    | LogIncoming
    | WriteByHand
    | ContinueContact
    | CorrectAttempt
    | CheckMail
    | CheckAddress
    | MakeCallback
    | MoveCallback
    | CancelCallback
    | PlanVisit
    | LogVisit
    | CancelVisit
    | BlockVisits
    | AllowVisits
    | RecordSignalChange
    | JudgeThreat
    | SplitSignal
    | MergeCase
    | SettleRepair
    | Refer
    | AnswerReferral
    | StartReferral
    | EndReferral
    | RecordOutcome
    | HoldFirstConversation
    | StartHelp
    | CheckQuickFix
    | Approve
    | ApplyPolicy
    | SetHold
    | ReleaseHold,
    Field(discriminator="kind"),
]
