"""How the case ends: every partner hears what became of its signal, and then it closes; or it goes into another one."""

from datetime import datetime
from functools import reduce

from models.case import CaseState
from models.codes import DeadlineKind, Phase, StallCause
from models.facts import (
    CaseClosed,
    CaseMerged,
    DisclosureAllowed,
    DisclosureWithdrawn,
    FeedbackDelivered,
    FeedbackOwed,
)
from models.ids import PersonId
from policy.changes import (
    changed,
    of_signal,
    terms_of,
    with_deadline,
    with_person,
    without,
    without_plan,
    without_referrals,
)
from policy.retention import retention_of, retention_of_merged


def await_feedback(state: CaseState, at: datetime) -> CaseState:
    """The partners have something to hear, from this moment on."""
    if all(signal.feedback_delivered_at is not None for signal in state.signals):
        return state
    return with_deadline(
        state,
        DeadlineKind.FEEDBACK,
        terms_of(state).feedback,
        start_event="outcome.recorded",
        started_at=at,
        cause=StallCause.FEEDBACK_NOT_DELIVERED,
    )


def feedback_open_again(state: CaseState) -> CaseState:
    """What the partners have not heard yet follows from what is known now."""
    signals = tuple(
        signal if signal.feedback_delivered_at is not None else signal.model_copy(update={"feedback": None})
        for signal in state.signals
    )
    return changed(without(state, DeadlineKind.FEEDBACK), signals=signals)


def disclosure_allowed(state: CaseState, fact: DisclosureAllowed) -> CaseState:
    return owed_anew(with_person(state, fact.person_id, disclosure=fact.ground), fact.person_id)


def disclosure_withdrawn(state: CaseState, fact: DisclosureWithdrawn) -> CaseState:
    return owed_anew(with_person(state, fact.person_id, disclosure=None), fact.person_id)


def owed_anew(state: CaseState, person: PersonId) -> CaseState:
    """What waits for a batch is looked at again; what was told stays told."""
    signals = tuple(
        signal.model_copy(update={"feedback": None})
        if signal.person_id == person and signal.feedback_delivered_at is None
        else signal
        for signal in state.signals
    )
    return changed(state, signals=signals)


def feedback_owed(state: CaseState, fact: FeedbackOwed) -> CaseState:
    known = state.signal(fact.signal_id)
    if state.phase is not Phase.FEEDBACK or known is None or known.feedback_delivered_at is not None:
        return state
    return of_signal(state, fact.signal_id, feedback=fact.code)


def feedback_delivered(state: CaseState, fact: FeedbackDelivered) -> CaseState:
    known = state.signal(fact.signal_id)
    if known is None or known.feedback_delivered_at is not None:
        return state
    if fact.code is not None and known.feedback is not fact.code:
        # It was corrected while it left: the partner has yet to hear how it really ended.
        return of_signal(state, fact.signal_id, feedback=None)
    if known.feedback is None:
        return state
    told = of_signal(state, fact.signal_id, feedback_delivered_at=fact.at)
    return without(told, DeadlineKind.FEEDBACK) if _all_told(told) else told


def closed(state: CaseState, fact: CaseClosed) -> CaseState:
    if state.phase is not Phase.FEEDBACK or not _all_told(state) or state.tasks:
        # Decided on an older state; something is still to be done.
        return state
    dates = retention_of(state, closed_at=fact.at, terms=terms_of(state))
    return changed(state, phase=Phase.CLOSED, closed_at=fact.at, deadlines=(), retention=dates)


def merged(state: CaseState, fact: CaseMerged) -> CaseState:
    """The signals live on in the other case; what happened in this one is kept for its own term."""
    if state.phase is Phase.FEEDBACK:
        return state
    dates = retention_of_merged(state, terms=terms_of(state))
    everybody = (person.person_id for person in state.people)
    return changed(
        reduce(without_referrals, everybody, without_plan(state)),
        phase=Phase.CLOSED,
        closed_at=fact.at,
        merged_into=fact.into,
        deadlines=(),
        tasks=(),
        appointments=(),
        proposals=(),
        pause=None,
        signals=(),
        retention=dates,
    )


def _all_told(state: CaseState) -> bool:
    return all(signal.feedback_delivered_at is not None for signal in state.signals)
