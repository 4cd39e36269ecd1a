"""What happened to a case, in the past tense. Only `policy.transitions.apply` turns facts into state."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.base import Carried
from models.case import CaseSignal, Proposal
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DeadlineKind,
    DisclosureGround,
    FeedbackCode,
    HelpKind,
    InvitationKind,
    LifeEvent,
    MessageReport,
    NotPickedUpReason,
    Outcome,
    Party,
    PassOnChannel,
    PersonField,
    ReferralParty,
    RegisterResult,
    RepresentativeKind,
    Route,
    SignalChange,
    StallCause,
    Standing,
    TaskKind,
    Trait,
)
from models.ids import (
    SYSTEM,
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


class Fact(Carried):
    """Base: when it happened, by whom, and by which command if a person pressed a button."""

    at: AwareDatetime
    by: StaffId = SYSTEM
    command_id: CommandId | None = None
    note_id: DocumentId | None = None
    """The sealed note that belongs to it."""


class PersonFact(Fact):
    """Base of what is about one person."""

    person_id: PersonId


# --- the case -----------------------------------------------------------------------------------------------------


class RouteChosen(Fact):
    """The route and the terms by which the case is handled from now on."""

    kind: Literal["route_chosen"] = "route_chosen"
    route: Route
    terms: Terms | None = None
    """Always there when it happens; left out of the written trail, where the case's own row keeps them."""
    why: str = ""
    """The rule by which it was chosen."""
    triaged: str = ""
    """What it was chosen by, see `CaseState.triaged`; empty: the first one by what the case knows when it happens, a
    later one leaves that as it was."""
    version: str = ""
    """Of the policy, when somebody moved the case to it."""


class CasePickedUp(Fact):
    """The matching period is over: work on the case begins."""

    kind: Literal["case_picked_up"] = "case_picked_up"


class CaseClaimed(Fact):
    """A caseworker took the case."""

    kind: Literal["case_claimed"] = "case_claimed"


class CaseAssigned(Fact):
    """The case was given to a colleague, or (None) back to the team."""

    kind: Literal["case_assigned"] = "case_assigned"
    to: StaffId | None


class CasePaused(Fact):
    """The case rests until a moment."""

    kind: Literal["case_paused"] = "case_paused"
    until: AwareDatetime


class PauseEnded(Fact):
    """The case goes on: its date came, or somebody said so."""

    kind: Literal["pause_ended"] = "pause_ended"


class Stalled(Fact):
    """A due moment passed and nothing happened."""

    kind: Literal["stalled"] = "stalled"
    cause: StallCause
    deadline: DeadlineKind


class DeadlineExtended(PersonFact):
    """A deadline was put off, once."""

    kind: Literal["deadline_extended"] = "deadline_extended"
    deadline: DeadlineKind
    task: TaskKind | None
    until: AwareDatetime


class CaseMerged(Fact):
    """The case's signals went to another case of the same person; this one ends."""

    kind: Literal["case_merged"] = "case_merged"
    into: CaseId


class CaseClosed(Fact):
    """Everything that was owed is done; retention begins."""

    kind: Literal["case_closed"] = "case_closed"


class HoldSet(Fact):
    """Erasure put off until a date."""

    kind: Literal["hold_set"] = "hold_set"
    until: AwareDatetime


class HoldReleased(Fact):
    """Erasure no longer put off."""

    kind: Literal["hold_released"] = "hold_released"


# --- who the resident is ------------------------------------------------------------------------------------------


class RegisterAnswered(PersonFact):
    """The persons register answered."""

    kind: Literal["register_answered"] = "register_answered"
    result: RegisterResult
    secret: bool = False
    """Whether the address is secret, whatever the result."""
    guardianship: bool = False
    """Whether somebody decides for the person (curatele)."""
    step_id: StepId | None = None
    """Which question was answered; None in a case from before there was more than one."""
    since: AwareDatetime | None = None
    """Since when the register tells this of the person; None when it did not say so."""


class PartyGaveUp(PersonFact):
    """An outside party did not answer within its budget; a person takes over the step."""

    kind: Literal["party_gave_up"] = "party_gave_up"
    party: Party
    step_id: StepId


class IdentityChecked(PersonFact):
    """A caseworker looked at the data and decided who this is."""

    kind: Literal["identity_checked"] = "identity_checked"
    standing: Standing


class LifeEventReported(PersonFact):
    """Somebody said that the person died or moved."""

    kind: Literal["life_event_reported"] = "life_event_reported"
    event: LifeEvent


class TraitRecorded(PersonFact):
    """Somebody found out, or it turned out not to be so, what leads to another route."""

    kind: Literal["trait_recorded"] = "trait_recorded"
    trait: Trait
    applies: bool


class SurvivorsOffered(PersonFact):
    """Those who were left behind were offered help."""

    kind: Literal["survivors_offered"] = "survivors_offered"


class PassedOn(PersonFact):
    """The signal was passed on to the municipality where the person lives now, or that was not possible."""

    kind: Literal["passed_on"] = "passed_on"
    channel: PassOnChannel
    to: MunicipalityCode | None = None


class Remembered(Carried):
    """Until when a mark stays of whoever objected, and on which ground."""

    until: AwareDatetime
    ground: str


class ObjectionMade(PersonFact):
    """The person objects to the use of their data; until it is decided nobody seeks contact."""

    kind: Literal["objection_made"] = "objection_made"


class ObjectionDecided(PersonFact):
    """The objection was upheld or rejected."""

    kind: Literal["objection_decided"] = "objection_decided"
    upheld: bool
    remembered: Remembered | None = None
    """What stays so that a new signal about the person is recognised; None when nothing does."""


class PersonRectified(PersonFact):
    """Something that was wrong of the person was corrected. What it was, and is, stands in no fact."""

    kind: Literal["person_rectified"] = "person_rectified"
    what: PersonField
    phone_id: ItemId | None = None
    partners_told: bool


class CorrectionTold(PersonFact):
    """The partners know that what they gave was wrong."""

    kind: Literal["correction_told"] = "correction_told"


class RepresentativeRecorded(PersonFact):
    """Somebody stands for the person."""

    kind: Literal["representative_recorded"] = "representative_recorded"
    representative: RepresentativeKind
    may_be_told: bool


class DisclosureAllowed(PersonFact):
    """Partners may hear more of this person than the national standard settles."""

    kind: Literal["disclosure_allowed"] = "disclosure_allowed"
    ground: DisclosureGround


class DisclosureWithdrawn(PersonFact):
    """They may not, or no longer."""

    kind: Literal["disclosure_withdrawn"] = "disclosure_withdrawn"


class RepresentativeEnded(PersonFact):
    """Nobody stands for the person any more."""

    kind: Literal["representative_ended"] = "representative_ended"


# --- contact ------------------------------------------------------------------------------------------------------


class AttemptMade(PersonFact):
    """A contact attempt was made: a message by the system, a call or visit by a caseworker."""

    kind: Literal["attempt_made"] = "attempt_made"
    step_id: StepId
    channel: Channel
    result: AttemptResult
    phone_id: ItemId | None = None
    """Which number was called."""
    companion: StaffId | None = None
    """Who came along on a visit."""
    template: str = ""
    """Of a message that the system wrote: which text."""
    taken_over_at: AwareDatetime | None = None
    """When it was written down here, for an attempt that another system made at its own moment."""


class AttemptCorrected(PersonFact):
    """An attempt had been recorded wrongly; this was its result."""

    kind: Literal["attempt_corrected"] = "attempt_corrected"
    step_id: StepId
    result: AttemptResult


class ContactReceived(PersonFact):
    """The resident sought contact. It counts as reached and takes the place of the planned next attempt."""

    kind: Literal["contact_received"] = "contact_received"
    channel: Channel


class MessageAsked(PersonFact):
    """Somebody asked for a message to be sent beside the plan."""

    kind: Literal["message_asked"] = "message_asked"
    step_id: StepId
    channel: Channel
    template: str


class ContactContinued(PersonFact):
    """The conversation settled nothing: contact is sought again, by the follow-up plan."""

    kind: Literal["contact_continued"] = "contact_continued"


class MailChecked(PersonFact):
    """A caseworker found out what became of a message whose fate was unknown."""

    kind: Literal["mail_checked"] = "mail_checked"
    step_id: StepId
    sent: bool


class MessageReported(PersonFact):
    """Something was heard of a message after it left."""

    kind: Literal["message_reported"] = "message_reported"
    step_id: StepId
    report: MessageReport
    report_id: str = ""
    """By which the same news is known when it comes twice."""


class AddressChecked(PersonFact):
    """Somebody looked for an address in the place of one that does not work."""

    kind: Literal["address_checked"] = "address_checked"
    found: bool


class CallbackAgreed(PersonFact):
    """The resident will be called at a moment."""

    kind: Literal["callback_agreed"] = "callback_agreed"
    appointment_id: AppointmentId
    due_at: AwareDatetime
    phone_id: ItemId | None
    staff: StaffId


class CallbackMoved(PersonFact):
    """The callback will be at another moment."""

    kind: Literal["callback_moved"] = "callback_moved"
    appointment_id: AppointmentId
    due_at: AwareDatetime
    staff: StaffId


class CallbackCancelled(PersonFact):
    """The callback will not be."""

    kind: Literal["callback_cancelled"] = "callback_cancelled"
    appointment_id: AppointmentId


class CallbackKept(PersonFact):
    """The resident was spoken to as agreed."""

    kind: Literal["callback_kept"] = "callback_kept"
    appointment_id: AppointmentId


class CallbackMissed(PersonFact):
    """The resident was called as agreed and not reached."""

    kind: Literal["callback_missed"] = "callback_missed"
    appointment_id: AppointmentId


class InvitationSent(PersonFact):
    """The resident was written to about a callback, or could not be. Nobody was contacted by it who was not before."""

    kind: Literal["invitation_sent"] = "invitation_sent"
    step_id: StepId
    appointment_id: AppointmentId
    about: InvitationKind
    channel: Channel
    sequence: int
    due_at: AwareDatetime
    result: AttemptResult
    given_up: bool = False
    """Whether the party did not answer within its budget."""


class VisitPlanned(PersonFact):
    """A home visit is planned."""

    kind: Literal["visit_planned"] = "visit_planned"
    due_at: AwareDatetime
    companion: StaffId | None
    announced: bool


class VisitCancelled(PersonFact):
    """The planned home visit will not be."""

    kind: Literal["visit_cancelled"] = "visit_cancelled"


class VisitsBlocked(PersonFact):
    """Nobody may visit the person. Why is a note that only its own roles may read."""

    kind: Literal["visits_blocked"] = "visits_blocked"


class VisitsAllowed(PersonFact):
    """Visits are safe again."""

    kind: Literal["visits_allowed"] = "visits_allowed"


# --- signals ------------------------------------------------------------------------------------------------------


class SignalJoined(Fact):
    """Another signal about the same resident came in."""

    kind: Literal["signal_joined"] = "signal_joined"
    signal: CaseSignal


class SignalChanged(Fact):
    """The partner said that it was paid, withdrew the signal, or named another amount or a day."""

    kind: Literal["signal_changed"] = "signal_changed"
    signal_id: SignalId
    change: SignalChange
    on: date | None = None
    """Until when collection is paused, or when the supply ends."""


class ThreatJudged(Fact):
    """Whether the situation is threatening by law."""

    kind: Literal["threat_judged"] = "threat_judged"
    threatening: bool


class SignalSplitOff(Fact):
    """The signal was about somebody else and got a case of its own."""

    kind: Literal["signal_split_off"] = "signal_split_off"
    signal_id: SignalId
    wrong_person_told: bool


class RepairSettled(PersonFact):
    """What was told to the wrong person was made good."""

    kind: Literal["repair_settled"] = "repair_settled"


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
    code: FeedbackCode | None = None
    """What it was told; None when the news does not say."""


# --- help and outcome ---------------------------------------------------------------------------------------------


class ReferralMade(PersonFact):
    """The resident agreed to be referred."""

    kind: Literal["referral_made"] = "referral_made"
    referral_id: ReferralId
    party: ReferralParty


class ReferralAccepted(PersonFact):
    """The party takes the referral."""

    kind: Literal["referral_accepted"] = "referral_accepted"
    referral_id: ReferralId


class ReferralRefused(PersonFact):
    """The party does not take the referral."""

    kind: Literal["referral_refused"] = "referral_refused"
    referral_id: ReferralId


class ReferralExpired(PersonFact):
    """The party did not answer in time; the referral comes back."""

    kind: Literal["referral_expired"] = "referral_expired"
    referral_id: ReferralId


class ReferralStarted(PersonFact):
    """The party's help began."""

    kind: Literal["referral_started"] = "referral_started"
    referral_id: ReferralId
    started_at: AwareDatetime


class ReferralEnded(PersonFact):
    """The party reported back."""

    kind: Literal["referral_ended"] = "referral_ended"
    referral_id: ReferralId


class OutcomeRecorded(PersonFact):
    """How it ended for a person."""

    kind: Literal["outcome_recorded"] = "outcome_recorded"
    outcome: Outcome
    acceptance: Acceptance
    help_kind: HelpKind | None = None
    accepted_at: AwareDatetime | None = None
    conversation_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    reason: NotPickedUpReason | None = None
    corrects: bool = False
    """Whether it takes the place of an outcome that was recorded wrongly; both stay in the trail."""


class FirstConversationHeld(PersonFact):
    """The first conversation of a pending acceptance was held; the help may have begun with it."""

    kind: Literal["first_conversation_held"] = "first_conversation_held"
    conversation_at: AwareDatetime
    started_at: AwareDatetime | None = None


class HelpStarted(PersonFact):
    """The help that was agreed began."""

    kind: Literal["help_started"] = "help_started"
    started_at: AwareDatetime


class QuickFixChecked(PersonFact):
    """After thirty days: whether the arrears were solved."""

    kind: Literal["quick_fix_checked"] = "quick_fix_checked"
    solved: bool


class ApprovalAsked(PersonFact):
    """Somebody proposed what needs a second person."""

    kind: Literal["approval_asked"] = "approval_asked"
    proposal: Proposal


class ApprovalGiven(PersonFact):
    """A second person agreed; what was proposed follows as a fact of its own."""

    kind: Literal["approval_given"] = "approval_given"
    proposal_id: ProposalId


class ApprovalRefused(PersonFact):
    """A second person did not agree."""

    kind: Literal["approval_refused"] = "approval_refused"
    proposal_id: ProposalId


AnyFact = Annotated[
    RouteChosen
    | CasePickedUp
    | CaseClaimed
    | CaseAssigned
    | CasePaused
    | PauseEnded
    | Stalled
    | DeadlineExtended
    | CaseMerged
    | CaseClosed
    | HoldSet
    | HoldReleased
    | RegisterAnswered
    | PartyGaveUp
    | IdentityChecked
    | LifeEventReported
    | TraitRecorded
    | SurvivorsOffered
    | PassedOn
    | ObjectionMade
    | ObjectionDecided
    | PersonRectified
    | CorrectionTold
    | RepresentativeRecorded
    | RepresentativeEnded
    | DisclosureAllowed
    | DisclosureWithdrawn
    | AttemptMade
    | AttemptCorrected
    | ContactReceived
    | MessageAsked
    | ContactContinued
    | MailChecked
    | MessageReported
    | AddressChecked
    | CallbackAgreed
    | CallbackMoved
    | CallbackCancelled
    | CallbackKept
    | CallbackMissed
    | InvitationSent
    | VisitPlanned
    | VisitCancelled
    | VisitsBlocked
    | VisitsAllowed
    | SignalJoined
    | SignalChanged
    | ThreatJudged
    | SignalSplitOff
    | RepairSettled
    | FeedbackOwed
    | FeedbackDelivered
    | ReferralMade
    | ReferralAccepted
    | ReferralRefused
    | ReferralExpired
    | ReferralStarted
    | ReferralEnded
    | OutcomeRecorded
    | FirstConversationHeld
    | HelpStarted
    | QuickFixChecked
    | ApprovalAsked
    | ApprovalGiven
    | ApprovalRefused,
    Field(discriminator="kind"),
]
