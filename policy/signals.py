"""Signals that come to a case, change, or leave it again."""

from datetime import datetime
from functools import reduce

from models.case import CaseSignal, CaseState
from models.codes import Phase, SignalChange, TaskKind
from models.facts import SignalChanged, SignalJoined, SignalSplitOff, ThreatJudged
from policy.attempts import told_anew
from policy.changes import (
    changed,
    is_settled,
    is_suspended,
    of_signal,
    outcome_of,
    picked_up,
    terms_of,
    unpaused,
    with_task,
    with_trait,
    without_person,
)
from policy.contact import hurry, resume, to_record, was_not_sought_elsewhere
from policy.ending import await_feedback
from policy.objections import recognised
from policy.receipt import is_urgent, signal_added
from policy.settling import await_first_conversations, moved_on
from policy.takeover import untold_by


def signal_joined(state: CaseState, fact: SignalJoined) -> CaseState:
    """Another signal. One that must not wait ends every waiting and hurries what is planned."""
    signal = fact.signal
    if state.signal(signal.signal_id) is not None:
        return state
    joined = reduce(
        lambda known, trait: with_trait(known, signal.person_id, trait, applies=True),
        signal.traits,
        recognised(signal_added(state, signal), signal, fact.at),
    )
    if state.phase is Phase.FEEDBACK:
        return await_feedback(joined, fact.at)
    if joined.subject != state.subject:
        # Everybody else had their outcome.
        joined = moved_on(joined, fact.at, subject=state.subject)
    if is_settled(joined, signal.person_id):
        # It is known how the signals before this one ended; whether this one changes that, somebody decides.
        joined = to_record(joined, signal.person_id, fact.at, code="signal.joined")
    if is_urgent(signal):
        return _hurried(joined, fact.at)
    if signal.taken_over_at is not None and joined.phase is Phase.WAITING:
        # It is worked on already, whatever it joins.
        return picked_up(joined)
    # At a warm handover the resident expects a call.
    return hurry(joined, fact.at) if signal.warm_handover else joined


def signal_changed(state: CaseState, fact: SignalChanged) -> CaseState:
    """Paid or withdrawn: without contact the case ends by itself, in a conversation a person decides. An announced end
    of supply hurries the case as a signal that brings it does."""
    signal = state.signal(fact.signal_id)
    if signal is None:
        return state
    match fact.change:
        case SignalChange.NEW_AMOUNT:
            return of_signal(state, fact.signal_id, amounts=signal.amounts + 1)
        case SignalChange.COLLECTION_PAUSED:
            return of_signal(state, fact.signal_id, collection_paused_until=fact.on, days=signal.days + 1)
        case SignalChange.END_OF_SUPPLY:
            return _supply_ends(state, signal, fact)
        case _:
            return _ended(state, signal, fact)


def _supply_ends(state: CaseState, signal: CaseSignal, fact: SignalChanged) -> CaseState:
    """Somebody must speak with the resident of it, also who did before. A later day than was known hurries nothing."""
    before = signal.end_of_supply_on
    if fact.on == before:
        return state
    named = {"end_of_supply_on": fact.on, "end_of_supply_told_at": fact.at, "days": signal.days + 1}
    ends = of_signal(state, fact.signal_id, **named)
    nearer = before is None or (fact.on is not None and fact.on < before)
    return _hurried(ends, fact.at) if nearer and not is_settled(state, signal.person_id) else ends


def _ended(state: CaseState, signal: CaseSignal, fact: SignalChanged) -> CaseState:
    told = of_signal(state, fact.signal_id, ended=fact.change)
    if state.phase is not Phase.IN_CONVERSATION or signal.person_id != told.subject or is_suspended(told):
        return told
    if outcome_of(told, told.subject) is not None:
        return told
    return to_record(told, told.subject, fact.at, code=f"signal.{fact.change}")


def threat_judged(state: CaseState, fact: ThreatJudged) -> CaseState:
    return await_first_conversations(changed(state, threatening=fact.threatening))


def may_leave(state: CaseState, signal: CaseSignal) -> bool:
    """Whether a signal can get a case of its own: the resident of this case keeps one at least."""
    others = [other for other in state.signals if other.signal_id != signal.signal_id]
    return any(other.person_id == state.resident for other in others)


def signal_split_off(state: CaseState, fact: SignalSplitOff) -> CaseState:
    """The signal was about somebody else. What was told to the wrong person must be made good."""
    gone = state.signal(fact.signal_id)
    if gone is None or not may_leave(state, gone) or state.phase is Phase.FEEDBACK:
        return state
    signals = tuple(signal for signal in state.signals if signal.signal_id != fact.signal_id)
    bare = _without_what_it_told(changed(state, signals=signals), gone, fact.at)
    if gone.person_id not in {signal.person_id for signal in signals}:
        bare = moved_on(without_person(bare, gone.person_id), fact.at, subject=state.subject)
    if not fact.wrong_person_told:
        return bare
    rule = terms_of(state).patience.repair
    return with_task(bare, TaskKind.REPAIR, rule, state.resident, fact.at, urgent=True, start_event="signal.split_off")


def _without_what_it_told(state: CaseState, gone: CaseSignal, at: datetime) -> CaseState:
    """What another system did about somebody else is nothing that was done with the people of this case."""
    theirs = untold_by(state, state.signals)
    if not theirs:
        return state
    attempts = tuple(one for one in state.attempts if one.step_id not in theirs)
    return was_not_sought_elsewhere(told_anew(changed(state, attempts=attempts), gone.person_id), at)


def _hurried(state: CaseState, at: datetime) -> CaseState:
    if state.phase is Phase.WAITING:
        return picked_up(state)
    awake = state if state.pause is None else resume(unpaused(state), at)
    return await_first_conversations(hurry(awake, at))
