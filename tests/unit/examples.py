"""A complete fact and a complete command of every kind, all about the resident of `case-1` on Monday at 09:00."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from models import commands as told
from models import facts as happened
from models.case import Proposal
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
    Role,
    Route,
    SignalChange,
    StallCause,
    Standing,
    TaskKind,
    Trait,
)
from models.commands import AnyCommand, RecordOutcome
from models.facts import AnyFact
from models.ids import (
    AppointmentId,
    BatchId,
    CaseId,
    CommandId,
    DocumentId,
    ProposalId,
    ReferralId,
    SignalId,
    StepId,
    UnitId,
)
from models.values import MunicipalityCode
from tests.builders import NOOR, NOW, RESIDENT, SAM, a_signal, at, newer_terms, the_terms

SIGNAL = SignalId("signal-1")
SECOND = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"), received_at=at("2027-04-06 10:00"))
"""Another signal about the resident, received a day later."""
APPOINTMENT, REFERRAL, PROPOSAL = AppointmentId("appointment-1"), ReferralId("referral-1"), ProposalId("proposal-1")
BATCH = BatchId("batch-1")
TOMORROW = at("2027-04-06 10:00")
LATER = NOW + timedelta(hours=1)
ELSEWHERE = MunicipalityCode("9902")


def a_form(outcome: Outcome = Outcome.SETTLES_IT_HIMSELF, **answers: Any) -> RecordOutcome:
    """The outcome form, filled in by Noor."""
    values: dict[str, Any] = {
        "command_id": CommandId("form-1"),
        "by": NOOR,
        "role": Role.CASEWORKER,
        "person_id": RESIDENT,
        "outcome": outcome,
    }
    return RecordOutcome(**{**values, **answers})


HELP: Mapping[str, Any] = {
    "engaged": True,
    "help_kind": HelpKind.DEBT_COUNSELLING,
    "agreed_at": NOW,
    "within_30_days": False,
}
"""The answers of the outcome form when help was agreed that has not begun."""


def a_proposal(**changes: Any) -> Proposal:
    """Noor wants to refer the resident without them."""
    form = a_form(Outcome.REFERRED_WITHOUT_RESIDENT, command_id=CommandId(PROPOSAL), **changes)
    return Proposal(proposal_id=PROPOSAL, command=form, at=NOW)


_FACTS: Mapping[type[AnyFact], Mapping[str, Any]] = {
    happened.RouteChosen: {"route": Route.STANDARD, "terms": the_terms()},
    happened.CasePickedUp: {},
    happened.CaseClaimed: {"by": NOOR},
    happened.CaseAssigned: {"to": SAM},
    happened.CasePaused: {"by": NOOR, "until": at("2027-04-19 09:00")},
    happened.PauseEnded: {},
    happened.Stalled: {"cause": StallCause.TASK_OVERDUE, "deadline": DeadlineKind.TASK},
    happened.DeadlineExtended: {
        "deadline": DeadlineKind.TASK,
        "task": TaskKind.RECORD_OUTCOME,
        "until": at("2027-04-19 23:59"),
    },
    happened.CaseMerged: {"into": CaseId("case-2")},
    happened.CaseClosed: {},
    happened.HoldSet: {"by": SAM, "until": at("2027-12-31 12:00")},
    happened.HoldReleased: {},
    happened.RegisterAnswered: {"result": RegisterResult.FOUND},
    happened.PartyGaveUp: {"party": Party.REGISTER, "step_id": StepId("case-1.register")},
    happened.IdentityChecked: {"standing": Standing.CONFIRMED},
    happened.LifeEventReported: {"event": LifeEvent.DIED},
    happened.SurvivorsOffered: {},
    happened.PassedOn: {"channel": PassOnChannel.SECURE_MAIL, "to": ELSEWHERE},
    happened.ObjectionMade: {},
    happened.ObjectionDecided: {"upheld": True},
    happened.RepresentativeRecorded: {"representative": RepresentativeKind.ADMINISTRATOR, "may_be_told": True},
    happened.RepresentativeEnded: {},
    happened.DisclosureAllowed: {"ground": DisclosureGround.CONSENT},
    happened.DisclosureWithdrawn: {},
    happened.PersonRectified: {"what": PersonField.NAME, "partners_told": False},
    happened.CorrectionTold: {},
    happened.AttemptMade: {
        "step_id": StepId("case-1.mail-1"),
        "channel": Channel.MAIL,
        "result": AttemptResult.SENT,
    },
    happened.AttemptCorrected: {"step_id": StepId("case-1.extra"), "result": AttemptResult.NO_ANSWER},
    happened.ContactReceived: {"channel": Channel.DESK},
    happened.MessageAsked: {
        "step_id": StepId("case-1.hand-letter-press"),
        "channel": Channel.LETTER,
        "template": "first-letter",
    },
    happened.ContactContinued: {},
    happened.MailChecked: {"step_id": StepId("case-1.mail-1"), "sent": True},
    happened.MessageReported: {"step_id": StepId("case-1.mail-1"), "report": MessageReport.BOUNCED},
    happened.AddressChecked: {"found": True},
    happened.CallbackAgreed: {"appointment_id": APPOINTMENT, "due_at": TOMORROW, "phone_id": None, "staff": SAM},
    happened.CallbackMoved: {"appointment_id": APPOINTMENT, "due_at": at("2027-04-07 10:00"), "staff": NOOR},
    happened.CallbackCancelled: {"appointment_id": APPOINTMENT},
    happened.CallbackKept: {"appointment_id": APPOINTMENT},
    happened.CallbackMissed: {"appointment_id": APPOINTMENT},
    happened.InvitationSent: {
        "step_id": StepId("case-1.invitation-appointment-1.0.confirmed.mail"),
        "appointment_id": APPOINTMENT,
        "about": InvitationKind.CONFIRMED,
        "channel": Channel.MAIL,
        "sequence": 0,
        "due_at": TOMORROW,
        "result": AttemptResult.SENT,
    },
    happened.VisitPlanned: {"due_at": TOMORROW, "companion": SAM, "announced": False},
    happened.VisitCancelled: {},
    happened.VisitsBlocked: {},
    happened.TraitRecorded: {"trait": Trait.ENTREPRENEUR, "applies": True},
    happened.VisitsAllowed: {},
    happened.SignalJoined: {"signal": SECOND},
    happened.SignalChanged: {"signal_id": SIGNAL, "change": SignalChange.PAID},
    happened.ThreatJudged: {"threatening": True},
    happened.SignalSplitOff: {"signal_id": SECOND.signal_id, "wrong_person_told": True},
    happened.RepairSettled: {},
    happened.FeedbackOwed: {"signal_id": SIGNAL, "code": FeedbackCode.HANDLED},
    happened.FeedbackDelivered: {"signal_id": SIGNAL, "batch_id": BATCH, "code": FeedbackCode.HANDLED},
    happened.ReferralMade: {"referral_id": REFERRAL, "party": ReferralParty.VOLUNTEERS},
    happened.ReferralAccepted: {"referral_id": REFERRAL},
    happened.ReferralRefused: {"referral_id": REFERRAL},
    happened.ReferralExpired: {"referral_id": REFERRAL},
    happened.ReferralStarted: {"referral_id": REFERRAL, "started_at": NOW},
    happened.ReferralEnded: {"referral_id": REFERRAL},
    happened.OutcomeRecorded: {"outcome": Outcome.SETTLES_IT_HIMSELF, "acceptance": Acceptance.NOT_ACCEPTED},
    happened.FirstConversationHeld: {"conversation_at": NOW, "started_at": NOW},
    happened.HelpStarted: {"started_at": NOW},
    happened.QuickFixChecked: {"solved": False},
    happened.ApprovalAsked: {"proposal": a_proposal()},
    happened.ApprovalGiven: {"by": SAM, "proposal_id": PROPOSAL},
    happened.ApprovalRefused: {"by": SAM, "proposal_id": PROPOSAL},
}

FACT_KINDS: tuple[type[AnyFact], ...] = get_args(get_args(AnyFact)[0])
COMMAND_KINDS: tuple[type[AnyCommand], ...] = get_args(get_args(AnyCommand)[0])


def a_fact(kind: type[AnyFact], **changes: Any) -> AnyFact:
    """A complete fact of this kind."""
    who = {"person_id": RESIDENT} if issubclass(kind, happened.PersonFact) else {}
    return kind(**{"at": NOW, **who, **_FACTS[kind], **changes})


_COMMANDS: Mapping[type[AnyCommand], Mapping[str, Any]] = {
    told.ClaimCase: {},
    told.AssignCase: {"to": SAM},
    told.PauseCase: {"until": at("2027-04-19 09:00")},
    told.ResumeCase: {},
    told.ExtendDeadline: {
        "deadline": DeadlineKind.TASK,
        "task": TaskKind.RECORD_OUTCOME,
        "person_id": RESIDENT,
        "until": at("2027-04-19 23:59"),
    },
    told.CheckIdentity: {"standing": Standing.CONFIRMED},
    told.ReportLifeEvent: {"event": LifeEvent.MOVED_AWAY},
    told.OfferToSurvivors: {},
    told.PassOn: {"channel": PassOnChannel.SECURE_MAIL, "to": ELSEWHERE},
    told.RecordObjection: {},
    told.DecideObjection: {"upheld": True},
    told.RecordRepresentative: {"representative": RepresentativeKind.MENTOR, "may_be_told": False},
    told.EndRepresentative: {},
    told.AllowDisclosure: {"ground": DisclosureGround.BASIS},
    told.WithdrawDisclosure: {},
    told.Rectify: {"what": PersonField.NAME, "partners_told": False},
    told.TellCorrection: {},
    told.LogCall: {"result": AttemptResult.VOICEMAIL},
    told.LogAttempt: {"channel": Channel.CARD, "result": AttemptResult.CARD_LEFT},
    told.LogIncoming: {"channel": Channel.DESK},
    told.WriteByHand: {"channel": Channel.LETTER},
    told.ContinueContact: {},
    told.CorrectAttempt: {"step_id": StepId("case-1.extra"), "result": AttemptResult.NO_ANSWER},
    told.CheckMail: {"step_id": StepId("case-1.mail-1"), "sent": True},
    told.CheckAddress: {"found": True},
    told.MakeCallback: {"due_at": TOMORROW, "with_staff": SAM},
    told.MoveCallback: {"appointment_id": APPOINTMENT, "due_at": at("2027-04-07 10:00"), "with_staff": NOOR},
    told.CancelCallback: {"appointment_id": APPOINTMENT},
    told.PlanVisit: {"due_at": TOMORROW, "companion": SAM},
    told.LogVisit: {"result": AttemptResult.NOBODY_HOME, "companion": SAM},
    told.CancelVisit: {},
    told.BlockVisits: {},
    told.RecordTrait: {"trait": Trait.ENTREPRENEUR, "applies": True},
    told.AllowVisits: {},
    told.RecordSignalChange: {"signal_id": SIGNAL, "change": SignalChange.PAID},
    told.JudgeThreat: {"threatening": True},
    told.SplitSignal: {"signal_id": SECOND.signal_id, "wrong_person_told": True},
    told.MergeCase: {"into": CaseId("case-2")},
    told.SettleRepair: {},
    told.Refer: {"party": ReferralParty.VOLUNTEERS, "consent": True},
    told.AnswerReferral: {"referral_id": REFERRAL, "accepted": True},
    told.StartReferral: {"referral_id": REFERRAL, "started_at": NOW},
    told.EndReferral: {"referral_id": REFERRAL},
    told.RecordOutcome: {"outcome": Outcome.NOT_PICKED_UP_OTHER, "reason": NotPickedUpReason.DETENTION},
    told.HoldFirstConversation: {"conversation_at": NOW, "started_at": NOW},
    told.StartHelp: {"started_at": NOW},
    told.CheckQuickFix: {"solved": True},
    told.Approve: {"by": SAM, "proposal_id": PROPOSAL, "agreed": True},
    told.ApplyPolicy: {"terms": newer_terms()},
    told.SetHold: {"until": at("2027-12-31 12:00")},
    told.ReleaseHold: {},
}


def a_command(kind: type[AnyCommand], role: Role = Role.SUPERVISOR, **changes: Any) -> AnyCommand:
    """A complete command of this kind, by Noor, with a note."""
    origin = {"command_id": CommandId("c-1"), "by": NOOR, "role": role, "note_id": DocumentId("note-1")}
    who = {"person_id": RESIDENT} if "person_id" in kind.model_fields else {}
    return kind(**{**origin, **who, **_COMMANDS[kind], **changes})


def kind_of(command: type[AnyCommand]) -> str:
    """The kind by which the rules know a command."""
    kind: str = command.model_fields["kind"].default
    return kind
