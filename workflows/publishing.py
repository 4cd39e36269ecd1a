"""What SQL is told of a case: the state, the facts that made it, and its next step for the lists."""

from collections.abc import Sequence
from datetime import datetime

from activities.limits import PARTY_OF_CHANNEL
from activities.records import CaseRecord, NextAction, RecordedFact
from models.case import CaseState, Deadline
from models.codes import Party, Queue
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    CasePickedUp,
    FeedbackDelivered,
    FeedbackOwed,
    InvitationSent,
    MessageReported,
    OutcomeRecorded,
    PartyGaveUp,
    PauseEnded,
    ReferralExpired,
    RegisterAnswered,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from models.ids import FactId, derived
from models.steps import AskRegister, Rest, SendInvitation, SendMessage, Step, WaitUntil
from models.terms import QueueKey
from policy.next_step import next_step, stall_of
from policy.receipt import is_urgent as is_urgent_signal
from policy.step_names import is_question_again


def record_of(before: CaseState, facts: Sequence[AnyFact], after: CaseState, *, now: datetime) -> CaseRecord:
    """What is written of a change. The terms are large: they go along only when they changed, or when everything is
    published again."""
    bare = [fact.model_copy(update={"terms": None}) if isinstance(fact, RouteChosen) else fact for fact in facts]
    recorded = tuple(
        RecordedFact(fact_id=fact_id_of(before, fact, place=before.sequence + index), fact=short)
        for index, (fact, short) in enumerate(zip(facts, bare, strict=True))
    )
    return CaseRecord(
        record_id=f"{before.case_id}.{before.sequence}",
        phase_before=before.phase,
        state=after.model_copy(update={"terms": None}),
        facts=recorded,
        next=next_action(after, now=now),
        terms=after.terms if not facts or after.terms != before.terms else None,
    )


def fact_id_of(before: CaseState, fact: AnyFact, *, place: int) -> FactId:
    """The id under which the fact is written once, whatever came before it.

    A worker may die when SQL has a fact and the workflow does not know it yet. The workflow then decides again, maybe
    after a command that came meanwhile: the fact has another place then, but it is the same fact.
    """
    return FactId(derived("fact", before.case_id, fact.kind, fact.command_id or _subject(before, fact, place)))


def _subject(before: CaseState, fact: AnyFact, place: int) -> str:
    """What sets the fact apart from others of its kind in the case. Its moment does not: that moves when it is
    decided again."""
    match fact:
        case RouteChosen():
            return f"{fact.route}/{fact.terms.version if fact.terms else ''}/{before.routes}"
        case RegisterAnswered(step_id=question) if question is not None and is_question_again(question):
            return question
        case RegisterAnswered():
            return fact.person_id
        case OutcomeRecorded():
            return f"{fact.person_id}/{fact.outcome}"
        case PauseEnded():
            return before.pause.since.isoformat() if before.pause is not None else ""
        case ReferralExpired():
            return fact.referral_id
        case AttemptMade() | PartyGaveUp() | InvitationSent():
            return fact.step_id
        case MessageReported():
            return f"{fact.step_id}/{fact.report}/{fact.report_id}"
        case SignalJoined():
            # One that was split off may come back.
            return f"{fact.signal.signal_id}/{fact.signal.joined_at.isoformat()}"
        case FeedbackOwed():
            # By the outcomes that it follows from: after a correction the same is owed anew.
            settled = max((result.at for result in before.outcomes), default=fact.at)
            return f"{fact.signal_id}/{fact.code}/{settled.isoformat()}"
        case FeedbackDelivered():
            return f"{fact.signal_id}/{fact.batch_id}"
        case Stalled():
            return f"{fact.cause}/{fact.deadline}/{_passed(before, fact)}"
        case CaseClosed() | CasePickedUp():
            return ""
        case _:
            # Everything else is a person's command, and has its id.
            return str(place)


def _passed(before: CaseState, stalled: Stalled) -> str:
    """When the deadline that is raised was due; it is raised again at a later moment."""
    due = (
        deadline.due_at
        for deadline in before.all_deadlines()
        if (deadline.cause, deadline.kind) == (stalled.cause, stalled.deadline)
    )
    return min(due, default=stalled.at).isoformat()


def next_action(state: CaseState, *, now: datetime) -> NextAction | None:
    """What the lists show of a case's next step; None when it is closed."""
    step = next_step(state, now=now)
    if isinstance(step, Rest):
        return None
    stall = stall_of(state)
    code, queue, deadline = _shown(state, step)
    return NextAction(
        code=code,
        queue=queue,
        due_at=deadline.due_at if deadline is not None else now,
        wake_at=_wake_at(state, step, now),
        deadline=deadline,
        stall=stall.cause if stall else None,
        stalled_since=stall.since if stall else None,
        urgent=is_urgent(state),
        priority=2 if state.terms is None else state.terms.priority,
        party=_asked(step),
    )


def is_urgent(state: CaseState) -> bool:
    """Whether the case goes before others: threatening, in a crisis, near the end of supply, or come back."""
    if state.threatening is not None:
        return state.threatening
    return any(map(is_urgent_signal, state.signals)) or any(task.urgent for task in state.tasks)


def _shown(state: CaseState, step: Step) -> tuple[str, QueueKey, Deadline | None]:
    task = min(state.tasks, key=lambda task: (not task.urgent, task.opens_at), default=None)
    if task is not None:
        return f"task.{task.kind}", task.queue, task.deadline
    queue = state.terms.queue if state.terms is not None else Queue.SYSTEM
    if isinstance(step, WaitUntil):
        return f"wait.{step.deadline.kind}", queue, step.deadline
    return f"act.{step.kind}", queue, None


def _asked(step: Step) -> Party | None:
    match step:
        case AskRegister():
            return Party.REGISTER
        case SendMessage() | SendInvitation():
            return PARTY_OF_CHANNEL[step.channel]
        case _:
            return None


def _wake_at(state: CaseState, step: Step, now: datetime) -> datetime:
    if isinstance(step, WaitUntil):
        return step.deadline.due_at
    # The system acts at once; while it does, its next timer is the first deadline still to come.
    return min((deadline.due_at for deadline in state.all_deadlines() if deadline.due_at > now), default=now)
