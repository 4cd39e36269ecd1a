"""Signals that come to a case, change, or leave it again."""

from models.case import CaseState
from models.codes import Phase, SignalChange, TaskKind
from models.facts import SignalChanged, SignalJoined, SignalSplitOff, ThreatJudged
from policy.changes import changed, of_signal, outcome_of, terms_of, with_task, without_task_of
from policy.contact import hurry, to_record
from policy.pausing import picked_up
from policy.receipt import is_urgent, signal_added
from policy.settling import await_feedback, await_first_conversations


def signal_joined(state: CaseState, fact: SignalJoined) -> CaseState:
    """Another signal. An urgent one ends the waiting and hurries what is planned."""
    known = state.signal(fact.signal.signal_id) is not None
    if known or state.phase is Phase.CLOSED:
        return state
    joined = signal_added(state, fact.signal)
    if state.phase is Phase.FEEDBACK:
        return await_feedback(joined, fact.at)
    if not is_urgent(fact.signal):
        return joined
    if state.phase is Phase.WAITING:
        return picked_up(joined)
    return await_first_conversations(hurry(joined, fact.at))


def signal_changed(state: CaseState, fact: SignalChanged) -> CaseState:
    """Paid or withdrawn: without contact the case ends by itself, in a conversation a person decides."""
    if fact.change is SignalChange.NEW_AMOUNT or state.signal(fact.signal_id) is None:
        return state
    told = of_signal(state, fact.signal_id, ended=fact.change)
    if state.phase is not Phase.IN_CONVERSATION or outcome_of(told, told.subject) is not None:
        return told
    return to_record(told, told.subject, fact.at, code=f"signal.{fact.change}")


def threat_judged(state: CaseState, fact: ThreatJudged) -> CaseState:
    judged = changed(state, threatening=fact.threatening)
    return judged if state.terms is None or state.phase is Phase.CLOSED else await_first_conversations(judged)


def signal_split_off(state: CaseState, fact: SignalSplitOff) -> CaseState:
    """The signal was about somebody else. What was told to the wrong person must be made good."""
    gone = state.signal(fact.signal_id)
    if gone is None or len(state.signals) == 1 or state.phase is Phase.CLOSED:
        return state
    signals = tuple(signal for signal in state.signals if signal.signal_id != fact.signal_id)
    left = {state.resident, *(signal.person_id for signal in signals)}
    people = tuple(person for person in state.people if person.person_id in left)
    bare = changed(state, signals=signals, people=people)
    if gone.person_id not in left:
        bare = without_task_of(bare, gone.person_id, *TaskKind)
    if not fact.wrong_person_told:
        return bare
    rule = terms_of(state).patience.repair
    return with_task(bare, TaskKind.REPAIR, rule, state.resident, fact.at, urgent=True, start_event="signal.split_off")
