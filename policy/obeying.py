"""The facts that a command becomes, now that it was allowed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from models import commands as told
from models import facts as happened
from models.case import CaseState, Proposal
from models.codes import REACHED, Channel, Outcome, TaskKind
from models.commands import AnyCommand
from models.facts import AnyFact
from models.ids import AppointmentId, CommandId, DocumentId, ProposalId, ReferralId, StaffId, StepId, derived
from policy.by_hand import TEXTS
from policy.objections import remembered
from policy.outcomes import acceptance_of
from policy.step_names import by_hand, step_id_of

_Facts = tuple[AnyFact, ...]


class Origin(TypedDict):
    """What every fact has of its command."""

    at: datetime
    by: StaffId
    command_id: CommandId | None
    note_id: DocumentId | None


def facts_of(state: CaseState, command: AnyCommand, *, at: datetime) -> _Facts:
    """What happened, in order. What was done earlier happened when it was done."""
    origin: Origin = {
        "at": at,
        "by": command.by,
        "command_id": command.command_id,
        "note_id": command.note_id,
    }
    return _READERS[type(command)](state, command, origin)


def needs_approval(state: CaseState, command: told.RecordOutcome) -> bool:
    """Whether a second person must agree: a referral past the resident, many cases at once, or by the policy."""
    by_policy = state.terms is not None and command.outcome in state.terms.approvals
    return by_policy or command.outcome is Outcome.REFERRED_WITHOUT_RESIDENT or command.batch_id is not None


# --- contact ------------------------------------------------------------------------------------------------------


def _call(state: CaseState, command: told.LogCall, origin: Origin) -> _Facts:
    """A call answers what was agreed with the person, else the plan's call, else it stands beside the plan."""
    made = happened.AttemptMade(
        person_id=command.person_id,
        step_id=_step_of_task(state, command, TaskKind.CALL),
        channel=Channel.CALL,
        result=command.result,
        phone_id=command.phone_id,
        **_when(origin, command.called_at),
    )
    agreed, task = state.appointment_of(command.person_id), state.task_of(TaskKind.CALLBACK, command.person_id)
    if agreed is None or task is None or made.at < task.opens_at:
        # A call before the agreed moment does not answer it.
        return (made,)
    kept = happened.CallbackKept if command.result in REACHED else happened.CallbackMissed
    return made, kept(person_id=command.person_id, appointment_id=agreed.appointment_id, **_bare(origin))


def _attempt(state: CaseState, command: told.LogAttempt, origin: Origin) -> _Facts:
    return (
        happened.AttemptMade(
            person_id=command.person_id,
            step_id=step_id_of(state, f"extra-{command.command_id}"),
            channel=command.channel,
            result=command.result,
            **_when(origin, command.made_at),
        ),
    )


def _message(state: CaseState, command: told.WriteByHand, origin: Origin) -> _Facts:
    return (
        happened.MessageAsked(
            person_id=command.person_id,
            step_id=by_hand(state, command.channel, command.command_id),
            channel=command.channel,
            template=TEXTS[command.channel],
            **origin,
        ),
    )


def _visit(state: CaseState, command: told.LogVisit, origin: Origin) -> _Facts:
    return (
        happened.AttemptMade(
            person_id=command.person_id,
            step_id=_step_of_task(state, command, TaskKind.VISIT),
            channel=Channel.VISIT,
            result=command.result,
            companion=command.companion,
            **_when(origin, command.visited_at),
        ),
    )


def _incoming(state: CaseState, command: told.LogIncoming, origin: Origin) -> _Facts:
    when = _when(origin, command.came_at)
    return (happened.ContactReceived(person_id=command.person_id, channel=command.channel, **when),)


def _callback(state: CaseState, command: told.MakeCallback, origin: Origin) -> _Facts:
    return (
        happened.CallbackAgreed(
            person_id=command.person_id,
            appointment_id=AppointmentId(derived("appointment", command.command_id)),
            due_at=command.due_at,
            phone_id=command.phone_id,
            staff=command.with_staff,
            **origin,
        ),
    )


def _moved(state: CaseState, command: told.MoveCallback, origin: Origin) -> _Facts:
    return (
        happened.CallbackMoved(
            person_id=command.person_id,
            appointment_id=command.appointment_id,
            due_at=command.due_at,
            staff=command.with_staff,
            **origin,
        ),
    )


# --- help and outcome ---------------------------------------------------------------------------------------------


def _referred(state: CaseState, command: told.Refer, origin: Origin) -> _Facts:
    referral_id = ReferralId(derived("referral", command.command_id))
    return (happened.ReferralMade(person_id=command.person_id, referral_id=referral_id, party=command.party, **origin),)


def _answered(state: CaseState, command: told.AnswerReferral, origin: Origin) -> _Facts:
    answer = happened.ReferralAccepted if command.accepted else happened.ReferralRefused
    return (answer(person_id=command.person_id, referral_id=command.referral_id, **origin),)


def _outcome(state: CaseState, command: told.RecordOutcome, origin: Origin) -> _Facts:
    if not needs_approval(state, command):
        return (_recorded(command, origin),)
    proposal = Proposal(proposal_id=ProposalId(command.command_id), command=command, at=origin["at"])
    return (happened.ApprovalAsked(person_id=command.person_id, proposal=proposal, **origin),)


def _approved(state: CaseState, command: told.Approve, origin: Origin) -> _Facts:
    """What was proposed becomes a fact of whoever proposed it, at the moment of the second person's yes."""
    proposal = next(one for one in state.proposals if one.proposal_id == command.proposal_id)
    decided = happened.ApprovalGiven if command.agreed else happened.ApprovalRefused
    answer = decided(person_id=command.person_id, proposal_id=command.proposal_id, **origin)
    if not command.agreed:
        return (answer,)
    proposed: Origin = {**_bare(origin), "by": proposal.command.by}
    return answer, _recorded(proposal.command, proposed)


def _recorded(command: told.RecordOutcome, origin: Origin) -> happened.OutcomeRecorded:
    return happened.OutcomeRecorded(
        person_id=command.person_id,
        outcome=command.outcome,
        acceptance=acceptance_of(command),
        help_kind=command.help_kind,
        accepted_at=command.agreed_at,
        conversation_at=command.conversation_at,
        started_at=command.started_at,
        reason=command.reason,
        corrects=command.corrects,
        **origin,
    )


def _objection(state: CaseState, command: told.DecideObjection, origin: Origin) -> _Facts:
    kept = remembered(state, upheld=command.upheld, at=origin["at"])
    return (happened.ObjectionDecided(person_id=command.person_id, upheld=command.upheld, remembered=kept, **origin),)


def _policy(state: CaseState, command: told.ApplyPolicy, origin: Origin) -> _Facts:
    terms = command.terms
    return (
        happened.RouteChosen(
            route=terms.route,
            terms=terms,
            why=terms.why,
            triaged=command.triaged,
            version=terms.version,
            **origin,
        ),
    )


# --- what says the same as its command ----------------------------------------------------------------------------


def _as(fact: Callable[..., AnyFact]) -> Callable[[CaseState, Any, Origin], _Facts]:
    """The fact has the command's own fields."""

    def read(state: CaseState, command: AnyCommand, origin: Origin) -> _Facts:
        said = command.model_dump(exclude={"kind", "role", *Origin.__annotations__})
        return (fact(**said, **origin),)

    return read


_READERS: Mapping[type[AnyCommand], Callable[[CaseState, Any, Origin], _Facts]] = {
    told.ClaimCase: _as(happened.CaseClaimed),
    told.AssignCase: _as(happened.CaseAssigned),
    told.PauseCase: _as(happened.CasePaused),
    told.ResumeCase: _as(happened.PauseEnded),
    told.ExtendDeadline: _as(happened.DeadlineExtended),
    told.CheckIdentity: _as(happened.IdentityChecked),
    told.ReportLifeEvent: _as(happened.LifeEventReported),
    told.RecordTrait: _as(happened.TraitRecorded),
    told.OfferToSurvivors: _as(happened.SurvivorsOffered),
    told.PassOn: _as(happened.PassedOn),
    told.RecordObjection: _as(happened.ObjectionMade),
    told.DecideObjection: _objection,
    told.Rectify: _as(happened.PersonRectified),
    told.TellCorrection: _as(happened.CorrectionTold),
    told.RecordRepresentative: _as(happened.RepresentativeRecorded),
    told.EndRepresentative: _as(happened.RepresentativeEnded),
    told.AllowDisclosure: _as(happened.DisclosureAllowed),
    told.WithdrawDisclosure: _as(happened.DisclosureWithdrawn),
    told.LogCall: _call,
    told.LogAttempt: _attempt,
    told.LogIncoming: _incoming,
    told.WriteByHand: _message,
    told.ContinueContact: _as(happened.ContactContinued),
    told.CorrectAttempt: _as(happened.AttemptCorrected),
    told.CheckMail: _as(happened.MailChecked),
    told.CheckAddress: _as(happened.AddressChecked),
    told.MakeCallback: _callback,
    told.MoveCallback: _moved,
    told.CancelCallback: _as(happened.CallbackCancelled),
    told.PlanVisit: _as(happened.VisitPlanned),
    told.LogVisit: _visit,
    told.CancelVisit: _as(happened.VisitCancelled),
    told.BlockVisits: _as(happened.VisitsBlocked),
    told.AllowVisits: _as(happened.VisitsAllowed),
    told.RecordSignalChange: _as(happened.SignalChanged),
    told.JudgeThreat: _as(happened.ThreatJudged),
    told.SplitSignal: _as(happened.SignalSplitOff),
    told.MergeCase: _as(happened.CaseMerged),
    told.SettleRepair: _as(happened.RepairSettled),
    told.Refer: _referred,
    told.AnswerReferral: _answered,
    told.StartReferral: _as(happened.ReferralStarted),
    told.EndReferral: _as(happened.ReferralEnded),
    told.RecordOutcome: _outcome,
    told.HoldFirstConversation: _as(happened.FirstConversationHeld),
    told.StartHelp: _as(happened.HelpStarted),
    told.CheckQuickFix: _as(happened.QuickFixChecked),
    told.Approve: _approved,
    told.ApplyPolicy: _policy,
    told.SetHold: _as(happened.HoldSet),
    told.ReleaseHold: _as(happened.HoldReleased),
}
"""Every command and what it becomes; a test holds this table against the list of commands."""


def _step_of_task(state: CaseState, command: told.LogCall | told.LogVisit, kind: TaskKind) -> StepId:
    planned = state.task_of(kind, command.person_id)
    if planned is not None and planned.step_id is not None:
        return planned.step_id
    return step_id_of(state, f"extra-{command.command_id}")


def _when(origin: Origin, done_at: datetime | None) -> Origin:
    return {**origin, "at": done_at or origin["at"]}


def _bare(origin: Origin) -> Origin:
    """The same press, whose note stands with its first fact."""
    return {**origin, "note_id": None}
