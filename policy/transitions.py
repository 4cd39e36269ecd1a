"""How facts change a case: `apply` is the only function that makes a new state.

It is total: every fact can come in every phase, because facts are what happened, whether or not it suited us. A fact
that no longer matters (a register's answer after a caseworker decided) is counted and changes nothing else.
What each fact does stands by subject in `receipt`, `identity`, `contact` and `settling`.
"""

from typing import assert_never

from models.case import CaseState, Deadline, Hold
from models.codes import DeadlineKind, Party, Phase, TaskKind
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClaimed,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    FirstConversationHeld,
    HoldReleased,
    HoldSet,
    IdentityChecked,
    MailChecked,
    OutcomeRecorded,
    PartyGaveUp,
    RegisterAnswered,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from policy import contact, deadlines, identity, receipt, settling
from policy.changes import changed, terms_of


def apply(state: CaseState, fact: AnyFact) -> CaseState:
    """The state after the fact."""
    after = _after(state, fact)
    commands = after.commands if fact.command_id is None else (*after.commands, fact.command_id)
    return changed(after, sequence=state.sequence + 1, commands=tuple(dict.fromkeys(commands)))


def takes_signals(state: CaseState) -> bool:
    """Whether another signal may still join: until the outcome is known."""
    return state.phase in receipt.OPEN_TO_SIGNALS


def _after(state: CaseState, fact: AnyFact) -> CaseState:
    match fact:
        case RouteChosen():
            return _route_chosen(state, fact)
        case SignalJoined():
            return _signal_joined(state, fact)
        case CaseClaimed():
            return changed(state, owner=fact.by)
        case Stalled():
            return _stalled(state, fact)
        case HoldSet():
            return changed(state, hold=Hold(by=fact.by, since=fact.at, until=fact.until))
        case HoldReleased():
            return changed(state, hold=None)
        case FeedbackOwed():
            return settling.feedback_owed(state, fact)
        case FeedbackDelivered():
            return settling.feedback_delivered(state, fact)
        case CaseClosed():
            return settling.closed(state, fact)
        case _ if state.person(fact.person_id) is None:
            return state
        case RegisterAnswered():
            return identity.register_answered(state, fact)
        case PartyGaveUp():
            return _party_gave_up(state, fact)
        case IdentityChecked():
            return identity.identity_checked(state, fact)
        case AttemptMade():
            return contact.attempt_made(state, fact)
        case MailChecked():
            return contact.mail_checked(state, fact)
        case OutcomeRecorded():
            return settling.outcome_recorded(state, fact)
        case FirstConversationHeld():
            return settling.first_conversation_held(state, fact)
        case _:  # pragma: no cover - closed by the type checker
            assert_never(fact)


def _route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    if fact.terms is None or state.phase is Phase.CLOSED:
        return state
    chosen = changed(state, terms=fact.terms)
    if state.phase is Phase.RECEIVED:
        return receipt.duties_counted(changed(chosen, phase=Phase.IDENTITY_CHECK))
    if state.phase is Phase.CONTACT and state.task(TaskKind.CHECK_MAIL) is None:
        # The next attempt is one of the new plan.
        return contact.plan_next(chosen, fact.at)
    return chosen


def _party_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    if fact.party is Party.REGISTER:
        return identity.register_gave_up(state, fact)
    if fact.party is Party.MAIL:
        return contact.mail_gave_up(state, fact)
    # Feedback waits in its batch; its own deadline tells when that takes too long.
    return state


def _signal_joined(state: CaseState, fact: SignalJoined) -> CaseState:
    known = any(signal.signal_id == fact.signal.signal_id for signal in state.signals)
    if known or state.phase is Phase.CLOSED:
        return state
    joined = receipt.signal_added(state, fact.signal)
    if state.phase is Phase.FEEDBACK and joined.deadline(DeadlineKind.FEEDBACK) is None:
        return settling.await_feedback(joined, fact.at)
    return settling.await_first_conversations(joined) if fact.signal.crisis else joined


def _stalled(state: CaseState, fact: Stalled) -> CaseState:
    def again(deadline: Deadline) -> Deadline:
        if deadline.kind is not fact.deadline or deadline.due_at > fact.at:
            return deadline
        return deadlines.raised(deadline, at=fact.at, terms=terms_of(state))

    tasks = tuple(task.model_copy(update={"deadline": again(task.deadline)}) for task in state.tasks)
    return changed(state, deadlines=tuple(map(again, state.deadlines)), tasks=tasks)
