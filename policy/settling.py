"""How it ends: an outcome for the person, feedback for each signal, and the case closes."""

from datetime import datetime
from functools import reduce

from models.case import CaseState, PersonOutcome
from models.codes import Acceptance, DeadlineKind, Phase, StallCause, TaskKind
from models.facts import CaseClosed, FeedbackDelivered, FeedbackOwed, FirstConversationHeld, OutcomeRecorded
from models.terms import TermRule
from policy.changes import (
    changed,
    of_signal,
    terms_of,
    with_deadline,
    with_task,
    without,
    without_plan,
    without_task_of,
)
from policy.retention import retention_of

_WITHOUT_OUTCOME_YET = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})


def outcome_recorded(state: CaseState, fact: OutcomeRecorded) -> CaseState:
    if state.phase not in _WITHOUT_OUTCOME_YET:
        return state
    result = PersonOutcome(
        person_id=fact.person_id,
        outcome=fact.outcome,
        acceptance=fact.acceptance,
        at=fact.at,
        by=fact.by,
        help_kind=fact.help_kind,
        accepted_at=fact.accepted_at,
        conversation_at=fact.conversation_at,
        started_at=fact.started_at,
    )
    return _settled(without_plan(state), result, fact.at)


def first_conversation_held(state: CaseState, fact: FirstConversationHeld) -> CaseState:
    pending = next((result for result in _pending(state) if result.person_id == fact.person_id), None)
    if pending is None:
        return state
    accepted = {
        "acceptance": Acceptance.ACCEPTED,
        "conversation_at": fact.conversation_at,
        "started_at": fact.started_at,
    }
    return _settled(state, pending.model_copy(update=accepted), fact.at)


def await_first_conversations(state: CaseState) -> CaseState:
    """With the legal term for every pending acceptance, by the signals as they are now."""
    return reduce(_await_first_conversation, _pending(state), state)


def await_feedback(state: CaseState, at: datetime) -> CaseState:
    """The partners have something to hear, from this moment on."""
    return with_deadline(
        state,
        DeadlineKind.FEEDBACK,
        terms_of(state).feedback,
        start_event="outcome.recorded",
        started_at=at,
        cause=StallCause.FEEDBACK_NOT_DELIVERED,
    )


def feedback_owed(state: CaseState, fact: FeedbackOwed) -> CaseState:
    told = any(
        signal.signal_id == fact.signal_id and signal.feedback_delivered_at is not None for signal in state.signals
    )
    if state.phase is not Phase.FEEDBACK or told:
        return state
    return of_signal(state, fact.signal_id, feedback=fact.code)


def feedback_delivered(state: CaseState, fact: FeedbackDelivered) -> CaseState:
    owed = any(
        signal.signal_id == fact.signal_id and signal.feedback is not None and signal.feedback_delivered_at is None
        for signal in state.signals
    )
    if not owed:
        return state
    told = of_signal(state, fact.signal_id, feedback_delivered_at=fact.at)
    return without(told, DeadlineKind.FEEDBACK) if _all_told(told) else told


def closed(state: CaseState, fact: CaseClosed) -> CaseState:
    if state.phase is not Phase.FEEDBACK or not _all_told(state):
        # Decided on an older state; partners are still owed something.
        return state
    dates = retention_of(state, closed_at=fact.at, terms=terms_of(state))
    return changed(state, phase=Phase.CLOSED, closed_at=fact.at, deadlines=(), tasks=(), retention=dates)


def _settled(state: CaseState, result: PersonOutcome, at: datetime) -> CaseState:
    others = tuple(other for other in state.outcomes if other.person_id != result.person_id)
    bare = without_task_of(state, TaskKind.HOLD_FIRST_CONVERSATION, result.person_id)
    recorded = changed(bare, outcomes=(*others, result))
    if result.acceptance is Acceptance.PENDING:
        return _await_first_conversation(changed(recorded, phase=Phase.IN_CONVERSATION), result)
    if _pending(recorded):
        # Somebody else concerned said yes to help: the case waits for that conversation.
        return recorded
    return await_feedback(changed(without(recorded, DeadlineKind.NOTICE), phase=Phase.FEEDBACK), at)


def _await_first_conversation(state: CaseState, result: PersonOutcome) -> CaseState:
    return with_task(
        state,
        TaskKind.HOLD_FIRST_CONVERSATION,
        _conversation_rule(state),
        result.person_id,
        result.accepted_at or result.at,
        kind_of_deadline=DeadlineKind.FIRST_CONVERSATION,
        cause=StallCause.NO_FIRST_CONVERSATION,
        start_event="help.accepted",
    )


def _conversation_rule(state: CaseState) -> TermRule:
    # Nobody has judged yet whether the situation is threatening by law. A partner's crisis flag is what comes
    # nearest, and the shorter term is never the wrong one.
    terms = terms_of(state)
    crisis = any(signal.crisis for signal in state.signals)
    return terms.threatening_conversation if crisis else terms.first_conversation


def _pending(state: CaseState) -> tuple[PersonOutcome, ...]:
    return tuple(result for result in state.outcomes if result.acceptance is Acceptance.PENDING)


def _all_told(state: CaseState) -> bool:
    return all(signal.feedback_delivered_at is not None for signal in state.signals)
