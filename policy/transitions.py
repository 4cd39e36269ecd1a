"""How facts change a case: `apply` is the only function that makes a new state.

It is total: every fact can come in every phase, because facts are what happened, whether or not it suited us. A fact
that no longer matters (a register's answer after a caseworker decided) is counted and changes nothing else.
What each fact does stands by subject in the modules that `_EFFECTS` names.
"""

from collections.abc import Callable, Mapping
from typing import Any

from models import facts as happened
from models.case import CaseState, Deadline, Hold
from models.codes import Party, Phase
from models.facts import AnyFact
from policy import (
    appointments,
    attempts,
    by_hand,
    contact,
    deadlines,
    ending,
    identity,
    invited,
    objections,
    pausing,
    people,
    receipt,
    referrals,
    reports,
    routing,
    settling,
    signals,
)
from policy.changes import changed, terms_of


def apply(state: CaseState, fact: AnyFact) -> CaseState:
    """The state after the fact."""
    after = receipt.duties_counted(by_hand.asked_counted(invited.checks_counted(_after(state, fact), fact.at)))
    commands = after.commands if fact.command_id is None else (*after.commands, fact.command_id)
    return changed(after, sequence=state.sequence + 1, commands=tuple(dict.fromkeys(commands)))


def takes_signals(state: CaseState) -> bool:
    """Whether another signal may still join: until the outcome is known."""
    return state.phase in receipt.OPEN_TO_SIGNALS


def _after(state: CaseState, fact: AnyFact) -> CaseState:
    if isinstance(fact, happened.PersonFact) and state.person(fact.person_id) is None:
        return state
    if state.terms is None and not isinstance(fact, _BEFORE_ROUTE):
        return state
    if state.phase is Phase.CLOSED and not isinstance(fact, _AFTER_CLOSING):
        return state
    return _EFFECTS[type(fact)](state, fact)


def _claimed(state: CaseState, fact: happened.CaseClaimed) -> CaseState:
    return changed(state, owner=fact.by)


def _assigned(state: CaseState, fact: happened.CaseAssigned) -> CaseState:
    return changed(state, owner=fact.to)


def _held(state: CaseState, fact: happened.HoldSet) -> CaseState:
    return changed(state, hold=Hold(by=fact.by, since=fact.at, until=fact.until))


def _released(state: CaseState, fact: happened.HoldReleased) -> CaseState:
    return changed(state, hold=None)


def _party_gave_up(state: CaseState, fact: happened.PartyGaveUp) -> CaseState:
    match fact.party:
        case Party.REGISTER:
            return identity.register_gave_up(state, fact)
        case Party.PARTNERS:
            # Feedback waits in its batch; its own deadline tells when that takes too long.
            return state
        case _:
            return attempts.message_gave_up(state, fact)


def _stalled(state: CaseState, fact: happened.Stalled) -> CaseState:
    def again(deadline: Deadline) -> Deadline:
        if (deadline.kind, deadline.cause) != (fact.deadline, fact.cause) or deadline.due_at > fact.at:
            return deadline
        return deadlines.raised(deadline, at=fact.at, terms=terms_of(state))

    tasks = tuple(task.model_copy(update={"deadline": again(task.deadline)}) for task in state.tasks)
    return changed(state, deadlines=tuple(map(again, state.deadlines)), tasks=tasks)


def _extended(state: CaseState, fact: happened.DeadlineExtended) -> CaseState:
    """The deadline is later, and nobody complains of it until then; what was raised stays in the trail."""

    def later(deadline: Deadline) -> Deadline:
        return deadline.model_copy(update={"due_at": fact.until, "extended": True, "raised": 0, "raised_at": None})

    if fact.task is None:
        own = tuple(later(one) if one.kind is fact.deadline else one for one in state.deadlines)
        return changed(state, deadlines=own)
    tasks = tuple(
        task.model_copy(update={"deadline": later(task.deadline)})
        if (task.kind, task.person_id) == (fact.task, fact.person_id)
        else task
        for task in state.tasks
    )
    return changed(state, tasks=tasks)


def _nothing_more(state: CaseState, fact: happened.SurvivorsOffered) -> CaseState:
    """It is in the trail; nothing follows from it."""
    return state


_AFTER_CLOSING = (happened.HoldSet, happened.HoldReleased)
"""What still changes a closed case."""
_BEFORE_ROUTE = (
    *_AFTER_CLOSING,
    happened.RouteChosen,
    happened.CaseClaimed,
    happened.CaseAssigned,
    happened.SignalJoined,
    happened.TraitRecorded,
)
"""What changes a case that has no terms yet."""

_Effect = Callable[[CaseState, Any], CaseState]

_EFFECTS: Mapping[type[AnyFact], _Effect] = {
    happened.RouteChosen: routing.route_chosen,
    happened.CasePickedUp: pausing.case_picked_up,
    happened.CaseClaimed: _claimed,
    happened.CaseAssigned: _assigned,
    happened.CasePaused: pausing.case_paused,
    happened.PauseEnded: pausing.pause_ended,
    happened.Stalled: _stalled,
    happened.DeadlineExtended: _extended,
    happened.CaseMerged: ending.merged,
    happened.CaseClosed: ending.closed,
    happened.HoldSet: _held,
    happened.HoldReleased: _released,
    happened.RegisterAnswered: identity.register_answered,
    happened.PartyGaveUp: _party_gave_up,
    happened.IdentityChecked: identity.identity_checked,
    happened.LifeEventReported: people.life_event_reported,
    happened.TraitRecorded: people.trait_recorded,
    happened.SurvivorsOffered: _nothing_more,
    happened.PassedOn: people.passed_on,
    happened.PersonRectified: people.rectified,
    happened.CorrectionTold: people.correction_told,
    happened.ObjectionMade: objections.objection_made,
    happened.ObjectionDecided: objections.objection_decided,
    happened.RepresentativeRecorded: people.representative_recorded,
    happened.RepresentativeEnded: people.representative_ended,
    happened.DisclosureAllowed: ending.disclosure_allowed,
    happened.DisclosureWithdrawn: ending.disclosure_withdrawn,
    happened.AttemptMade: reports.attempt_made,
    happened.AttemptCorrected: attempts.attempt_corrected,
    happened.ContactReceived: contact.contact_received,
    happened.MessageAsked: by_hand.message_asked,
    happened.ContactContinued: contact.contact_continued,
    happened.MailChecked: invited.mail_checked,
    happened.MessageReported: invited.message_reported,
    happened.AddressChecked: reports.address_checked,
    happened.CallbackAgreed: appointments.callback_agreed,
    happened.CallbackMoved: appointments.callback_moved,
    happened.CallbackCancelled: appointments.callback_cancelled,
    happened.CallbackKept: invited.callback_kept,
    happened.CallbackMissed: invited.callback_missed,
    happened.InvitationSent: invited.invitation_sent,
    happened.VisitPlanned: appointments.visit_planned,
    happened.VisitCancelled: appointments.visit_cancelled,
    happened.VisitsBlocked: appointments.visits_blocked,
    happened.VisitsAllowed: appointments.visits_allowed,
    happened.SignalJoined: signals.signal_joined,
    happened.SignalChanged: signals.signal_changed,
    happened.ThreatJudged: signals.threat_judged,
    happened.SignalSplitOff: signals.signal_split_off,
    happened.RepairSettled: people.repair_settled,
    happened.FeedbackOwed: ending.feedback_owed,
    happened.FeedbackDelivered: ending.feedback_delivered,
    happened.ReferralMade: referrals.referral_made,
    happened.ReferralAccepted: referrals.referral_accepted,
    happened.ReferralRefused: referrals.referral_refused,
    happened.ReferralExpired: referrals.referral_expired,
    happened.ReferralStarted: referrals.referral_started,
    happened.ReferralEnded: referrals.referral_ended,
    happened.OutcomeRecorded: settling.outcome_recorded,
    happened.FirstConversationHeld: settling.first_conversation_held,
    happened.HelpStarted: settling.help_began,
    happened.QuickFixChecked: settling.quick_fix_checked,
    happened.ApprovalAsked: settling.approval_asked,
    happened.ApprovalGiven: settling.approval_given,
    happened.ApprovalRefused: settling.approval_refused,
}
"""Every fact and what it does; a test holds this table against the list of facts."""
