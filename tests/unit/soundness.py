"""What must hold of a case whatever happens to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.case import CaseState
from models.codes import (
    Acceptance,
    DeadlineKind,
    Objection,
    Phase,
    ReferralStatus,
    Standing,
    TaskKind,
)
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    CasePickedUp,
    FeedbackDelivered,
    FeedbackOwed,
    OutcomeRecorded,
    PartyGaveUp,
    PauseEnded,
    ReferralExpired,
    RegisterAnswered,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from models.ids import SYSTEM, PersonId, unit_of_case
from models.steps import AskRegister, ChooseRoute, Rest, SendInvitation, SendMessage, WaitUntil
from policy.changes import is_suspended, outcome_of
from policy.disclosure import feedback_for
from policy.next_step import meanwhile, next_step
from policy.receipt import notice_owed
from policy.step_names import is_beside_plan, is_notice
from policy.takeover import goes_on_at
from policy.transitions import apply

_GONE = frozenset({Standing.DIED, Standing.NOT_A_RESIDENT})
_SEEKING = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})


class Watch:
    """Holds everything that happens to a case against what must hold."""

    def happened(self, before: CaseState, fact: AnyFact, after: CaseState, now: datetime) -> None:
        assert after.sequence == before.sequence + 1
        assert after.resident == before.resident
        check_parts(after)
        check_next_step(after, now)
        check_told_twice(after, fact)
        if after.phase is Phase.CLOSED and before.phase is not Phase.CLOSED:
            check_ending(before, after)

    def begins(self, state: CaseState, step: AskRegister | SendMessage | SendInvitation, now: datetime) -> None:
        person = state.person(step.person_id)
        assert person is not None, "somebody outside the case is asked about or written to"
        assert person.standing not in _GONE
        if isinstance(step, SendMessage):
            assert person.objection not in (Objection.MADE, Objection.UPHELD)
            assert state.pause is None or is_notice(step.step_id)

    def waits(self, state: CaseState, now: datetime) -> None:
        check_raised(state, now)
        check_followed(state, now)


def only_counted(state: CaseState, fact: AnyFact) -> bool:
    """Whether the fact changes nothing but the count."""
    return apply(state, fact) == state.model_copy(update={"sequence": state.sequence + 1})


def check_next_step(state: CaseState, now: datetime) -> None:
    """Exactly one next step, and a wait ends in the future."""
    step = next_step(state, now=now)
    if state.phase is Phase.CLOSED:
        assert step == Rest()
        assert state.all_deadlines() == ()
        assert {one.unit_id for one in state.retention} >= {signal.unit_id for signal in state.signals}
    elif state.phase is Phase.RECEIVED:
        assert step == ChooseRoute()
    else:
        assert state.deadline(DeadlineKind.RETENTION) is not None
        for answer in (step, meanwhile(state, now=now)):
            assert not isinstance(answer, WaitUntil) or answer.due_at > now


def check_parts(state: CaseState) -> None:
    """What belongs together is there together, and once."""
    people = {person.person_id for person in state.people}
    assert _once([deadline.kind for deadline in state.deadlines])
    assert _once([(task.kind, task.person_id) for task in state.tasks])
    assert _once([one.person_id for one in state.outcomes])
    assert _once([one.person_id for one in state.appointments])
    assert _once([one.step_id for one in state.attempts])
    assert set(_people_of(state)) <= people
    assert _of(state, TaskKind.CALLBACK) == {one.person_id for one in state.appointments}
    assert _of(state, TaskKind.VISIT) == ({state.visit.person_id} if state.visit else set())
    assert _of(state, TaskKind.APPROVE) == {one.command.person_id for one in state.proposals}
    assert _of(state, TaskKind.ACCEPT_REFERRAL) == _referred(state, ReferralStatus.MADE)
    assert _of(state, TaskKind.START_REFERRAL) == _referred(state, ReferralStatus.ACCEPTED)
    if state.phase is not Phase.CLOSED:
        pending = [one for one in state.outcomes if one.acceptance is Acceptance.PENDING]
        held = {one.person_id for one in pending if one.conversation_at is not None}
        assert _of(state, TaskKind.START_HELP) == held
        assert _of(state, TaskKind.HOLD_FIRST_CONVERSATION) == {one.person_id for one in pending} - held
        check_of_the_law(state)
    kinds = {deadline.kind for deadline in state.deadlines}
    assert (DeadlineKind.MATCHING in kinds) is (state.phase is Phase.WAITING)
    assert (DeadlineKind.PAUSE in kinds) is (state.pause is not None)
    assert DeadlineKind.FEEDBACK not in kinds or state.phase is Phase.FEEDBACK
    if kinds & {DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END} or _of(state, TaskKind.CALL):
        assert state.phase is Phase.CONTACT
        assert not is_suspended(state)


def check_told_twice(after: CaseState, fact: AnyFact) -> None:
    """What came about by itself counts once, however often it is told."""
    if isinstance(fact, OF_THE_SYSTEM) and fact.by == SYSTEM:
        again = apply(after, fact)
        assert again == after.model_copy(update={"sequence": after.sequence + 1}), f"told twice: {fact.kind}"


OF_THE_SYSTEM = (
    RouteChosen,
    CasePickedUp,
    PauseEnded,
    Stalled,
    CaseClosed,
    RegisterAnswered,
    PartyGaveUp,
    AttemptMade,
    SignalJoined,
    FeedbackOwed,
    FeedbackDelivered,
    ReferralExpired,
    OutcomeRecorded,
)
"""What can come about without a person."""


def check_ending(before: CaseState, after: CaseState) -> None:
    """Each unit has its date, everybody their outcome, and whoever had to hear of us did, as far as possible."""
    assert _once([one.unit_id for one in after.retention])
    units = {signal.unit_id for signal in after.signals} | {unit_of_case(after.case_id)}
    assert {one.unit_id for one in after.retention} == units
    if after.merged_into is not None:
        return
    assert {one.person_id for one in after.outcomes} == {person.person_id for person in after.people}
    assert all(one.acceptance is not Acceptance.PENDING for one in after.outcomes)
    assert not notice_owed(before)
    told = {one.person_id: (feedback_for(one.outcome), one.at) for one in after.outcomes}
    for signal in after.signals:
        code, since = told[signal.person_id]
        assert signal.feedback_delivered_at is not None
        assert signal.feedback is code or signal.feedback_delivered_at <= since, "the partner heard something else"


def check_of_the_law(state: CaseState) -> None:
    """Nothing loses a term that the law sets, and work without an owner is known."""
    objecting = {person.person_id for person in state.people if person.objection is Objection.MADE}
    assert _of(state, TaskKind.DECIDE_OBJECTION) == objecting
    for result in state.outcomes:
        task = state.task_of(TaskKind.HOLD_FIRST_CONVERSATION, result.person_id)
        if task is not None:
            assert task.deadline.started_at == (result.accepted_at or result.at)
            assert task.deadline.raised or task.deadline.due_at <= task.deadline.started_at + timedelta(
                days=28, hours=1
            )
    ours = any(task.staff is None and task.kind not in _NOBODYS for task in state.tasks)
    assert (state.deadline(DeadlineKind.ASSIGNMENT) is not None) is (ours and state.owner is None)


_NOBODYS = {TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL, TaskKind.APPROVE}


def check_raised(state: CaseState, now: datetime) -> None:
    """Nothing that passed unmet is left unsaid."""
    for deadline in state.all_deadlines():
        assert deadline.due_at > now or deadline.cause is None, f"not raised: {deadline.kind}"


def check_followed(state: CaseState, now: datetime) -> None:
    """Somebody has work in it, or the system will act: complaints alone move nothing."""
    step = next_step(state, now=now)
    if not isinstance(step, WaitUntil):
        return
    # A letter of the plan waits for whoever looks who the person is.
    held = {DeadlineKind.PLAN_STEP} if TaskKind.CHECK_IDENTITY in _work_of(state, state.subject) else set()
    assert not any(one.due_at <= now for one in state.deadlines if one.kind in _ACTED_ON - held)
    check_notices(state, now)
    subject = state.subject
    match state.phase:
        case Phase.WAITING:
            assert state.deadline(DeadlineKind.MATCHING) is not None
        case Phase.FEEDBACK:
            # The notice of a case that was taken over waits for the next working day.
            begins = goes_on_at(state)
            told_later = begins is not None and now < begins
            assert told_later or state.tasks or any(signal.feedback_delivered_at is None for signal in state.signals)
        case _ if is_suspended(state):
            assert state.pause is not None or TaskKind.DECIDE_OBJECTION in _work_of(state, subject)
        case Phase.IDENTITY_CHECK:
            assert outcome_of(state, subject) is None
            assert TaskKind.CHECK_IDENTITY in _work_of(state, subject)
        case Phase.CONTACT:
            assert outcome_of(state, subject) is None
            # A visit may have been planned while a message was under way of which nobody knows what became.
            attempts = _next_attempts(state)
            assert len(attempts) == 1 or (len(attempts) == 2 and _of(state, TaskKind.VISIT))
        case _:
            agreed = _of(state, TaskKind.HOLD_FIRST_CONVERSATION) | _of(state, TaskKind.START_HELP)
            assert _work_of(state, subject) & _CONVERSATION or agreed


def check_notices(state: CaseState, now: datetime) -> None:
    """Who was to hear by now that data were received, was written to."""
    letter = state.deadline(DeadlineKind.NOTICE_LETTER)
    if letter is not None and letter.due_at <= now:
        for person_id in notice_owed(state):
            assert {TaskKind.CHECK_MAIL, TaskKind.CHECK_IDENTITY} & _work_of(state, person_id)


_ACTED_ON = {DeadlineKind.MATCHING, DeadlineKind.PAUSE, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END}


def _next_attempts(state: CaseState) -> list[object]:
    """What the plan has come to: a moment, or work; a message of its own in doubt holds it."""
    acts = [one.kind for one in state.deadlines if one.kind in (DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END)]
    work = [task for task in state.tasks if task.kind in (TaskKind.CALL, TaskKind.VISIT)]
    doubts = [
        task
        for task in state.tasks
        if task.kind is TaskKind.CHECK_MAIL and task.step_id is not None and not is_beside_plan(task.step_id)
    ]
    return [*acts, *work, *doubts]


_CONVERSATION = {
    TaskKind.RECORD_OUTCOME,
    TaskKind.CALLBACK,
    TaskKind.VISIT,
    TaskKind.ACCEPT_REFERRAL,
    TaskKind.START_REFERRAL,
    TaskKind.DECIDE_REFERRAL,
}


def _work_of(state: CaseState, person_id: PersonId) -> set[TaskKind]:
    return {task.kind for task in state.tasks if task.person_id == person_id}


def _of(state: CaseState, kind: TaskKind) -> set[PersonId]:
    return {task.person_id for task in state.tasks if task.kind is kind}


def _referred(state: CaseState, status: ReferralStatus) -> set[PersonId]:
    return {one.person_id for one in state.referrals if one.status is status}


def _people_of(state: CaseState) -> Iterator[PersonId]:
    yield from (signal.person_id for signal in state.signals)
    yield from (task.person_id for task in state.tasks)
    yield from (one.person_id for one in state.appointments)
    yield from (one.person_id for one in state.outcomes)
    yield from (one.command.person_id for one in state.proposals)
    yield from (state.visit.person_id,) if state.visit else ()


def _once(things: list[object]) -> bool:
    return len(set(things)) == len(things)
