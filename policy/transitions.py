"""How facts change a case: `apply` is the only function that makes a new state.

It is total: every fact can come in every phase, because facts are what happened, whether or not it suited us. A fact
that no longer matters (a register's answer after a caseworker decided) is counted and changes nothing else.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

from models.case import Attempt, CaseSignal, CaseState, Deadline, Person, PersonOutcome, Task
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DeadlineKind,
    Party,
    Phase,
    RegisterResult,
    StallCause,
    Standing,
    TaskKind,
)
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
from models.ids import PersonId, StepId
from models.terms import TermRule, Terms
from policy import deadlines
from policy.calendar import daypart_of
from policy.next_step import plan_step, step_id_of
from policy.plan import planned_daypart
from policy.retention import retention_of

_OPEN_TO_SIGNALS = frozenset({Phase.RECEIVED, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})


class RouteMissing(RuntimeError):
    """A fact that needs the case's terms came before its route was chosen."""


def apply(state: CaseState, fact: AnyFact) -> CaseState:
    """The state after the fact."""
    after = _after(state, fact)
    commands = after.commands if fact.command_id is None else (*after.commands, fact.command_id)
    return _with(after, sequence=state.sequence + 1, commands=tuple(dict.fromkeys(commands)))


def takes_signals(state: CaseState) -> bool:
    """Whether another signal may still join: until the outcome is known."""
    return state.phase in _OPEN_TO_SIGNALS


def _after(state: CaseState, fact: AnyFact) -> CaseState:
    match fact:
        case RouteChosen():
            return _route_chosen(state, fact)
        case RegisterAnswered():
            return _register_answered(state, fact)
        case PartyGaveUp():
            return _party_gave_up(state, fact)
        case IdentityChecked():
            return _identity_checked(state, fact)
        case AttemptMade():
            return _attempt_made(state, fact)
        case MailChecked():
            return _mail_checked(state, fact)
        case OutcomeRecorded():
            return _outcome_recorded(state, fact)
        case FirstConversationHeld():
            return _first_conversation_held(state, fact)
        case FeedbackOwed():
            return _of_signal(state, fact.signal_id, feedback=fact.code)
        case FeedbackDelivered():
            return _feedback_delivered(state, fact)
        case SignalJoined():
            return _signal_joined(state, fact.signal)
        case CaseClaimed():
            return _with(state, owner=fact.by)
        case Stalled():
            return _stalled(state, fact)
        case HoldSet():
            return _with(state, hold={"by": fact.by, "since": fact.at, "until": fact.until})
        case HoldReleased():
            return _with(state, hold=None)
        case CaseClosed():
            return _closed(state, fact)
        case _:  # pragma: no cover - closed by the type checker
            assert_never(fact)


def _with(state: CaseState, **changes: Any) -> CaseState:
    return CaseState.model_validate({**dict(state), **changes})


def _terms(state: CaseState) -> Terms:
    if state.terms is None:
        raise RouteMissing
    return state.terms


# --- route and identity -------------------------------------------------------------------------------------------


def _route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    chosen = _with(state, terms=fact.terms)
    if state.phase is not Phase.RECEIVED:
        return chosen
    return _retained(_noticed(_with(chosen, phase=Phase.IDENTITY_CHECK)))


def _register_answered(state: CaseState, fact: RegisterAnswered) -> CaseState:
    person = state.person(fact.person_id)
    if state.phase is not Phase.IDENTITY_CHECK or person is None or person.standing is not Standing.UNKNOWN:
        return state
    match fact.result:
        case RegisterResult.FOUND:
            return _begin_contact(_standing(state, fact.person_id, Standing.CONFIRMED), fact.at)
        case RegisterResult.DIED:
            return _standing(state, fact.person_id, Standing.DIED)
        case RegisterResult.NOT_A_RESIDENT:
            return _standing(state, fact.person_id, Standing.NOT_A_RESIDENT)
        case RegisterResult.NOT_FOUND | RegisterResult.SEVERAL:
            return _to_check(state, fact.person_id, fact.at, code=f"register.{fact.result}")


def _party_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    person = state.person(fact.person_id)
    if fact.party is Party.REGISTER and state.phase is Phase.IDENTITY_CHECK and person is not None:
        if person.standing is Standing.UNKNOWN:
            return _to_check(state, fact.person_id, fact.at, code="party.register", given_up=True)
    if fact.party is Party.MAIL and state.phase is Phase.CONTACT and _is_current(state, fact.step_id):
        return _mail_to_check(state, fact.person_id, fact.step_id, fact.at, code="party.mail", given_up=True)
    return state


def _identity_checked(state: CaseState, fact: IdentityChecked) -> CaseState:
    if state.phase is not Phase.IDENTITY_CHECK:
        return state
    checked = _without_task(_standing(state, fact.person_id, fact.standing), TaskKind.CHECK_IDENTITY)
    return _begin_contact(checked, fact.at) if fact.standing is Standing.CONFIRMED else checked


def _to_check(state: CaseState, person_id: PersonId, at: datetime, *, code: str, given_up: bool = False) -> CaseState:
    doubted = _standing(state, person_id, Standing.TO_CHECK)
    rule = _terms(state).identity_check
    return _with_task(doubted, TaskKind.CHECK_IDENTITY, rule, person_id, at, code=code, given_up=given_up)


# --- contact ------------------------------------------------------------------------------------------------------


def _begin_contact(state: CaseState, at: datetime) -> CaseState:
    return _plan_next(_with(state, phase=Phase.CONTACT, plan_next=0), at)


def _plan_next(state: CaseState, at: datetime) -> CaseState:
    """Plans the attempt that `plan_next` points at, or the end of the plan."""
    terms = _terms(state)
    bare = _without_task(_without(state, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END), TaskKind.CALL)
    step = plan_step(bare)
    if step is None:
        end = deadlines.deadline(
            DeadlineKind.PLAN_END,
            terms.plan.end,
            start_event="contact.last_step",
            started_at=at,
            calendars=terms.calendars,
            cause=None,
        )
        return _with(bare, deadlines=(*bare.deadlines, end))
    daypart = planned_daypart(bare) if step.channel is Channel.CALL else None
    planned = deadlines.planned_moment(step, after=at, daypart=daypart, terms=terms)
    if step.channel is Channel.MAIL:
        return _with(bare, deadlines=(*bare.deadlines, planned))
    patience = deadlines.deadline(
        DeadlineKind.TASK,
        terms.plan.patience,
        start_event="task.opened",
        started_at=planned.due_at,
        calendars=terms.calendars,
        cause=StallCause.TASK_OVERDUE,
    )
    task = Task(
        kind=TaskKind.CALL,
        person_id=bare.resident,
        queue=terms.queue,
        opens_at=planned.due_at,
        planned=planned,
        deadline=patience,
        step_id=step_id_of(bare, step.id),
        daypart=daypart,
    )
    return _with(bare, tasks=(*bare.tasks, task))


def _attempt_made(state: CaseState, fact: AttemptMade) -> CaseState:
    reached = fact.result is AttemptResult.CONVERSATION
    attempt = Attempt(
        step_id=fact.step_id,
        person_id=fact.person_id,
        channel=fact.channel,
        result=fact.result,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=reached,
    )
    # Without an address nothing was attempted; the plan goes on all the same.
    tried = fact.result is not AttemptResult.NO_ADDRESS
    made = _with(state, attempts=(*state.attempts, attempt)) if tried else state
    if reached or fact.result is AttemptResult.SENT:
        made = _notified(made, fact.person_id, fact.at)
    if state.phase is not Phase.CONTACT:
        return made
    if reached:
        return _in_conversation(made, fact)
    if not _is_current(state, fact.step_id):
        return made
    if fact.result is AttemptResult.UNKNOWN:
        return _mail_to_check(made, fact.person_id, fact.step_id, fact.at, code="mail.unknown")
    return _plan_next(_with(made, plan_next=state.plan_next + 1), fact.at)


def _in_conversation(state: CaseState, fact: AttemptMade) -> CaseState:
    talking = _with(_idle(state), phase=Phase.IN_CONVERSATION)
    return _with_task(talking, TaskKind.RECORD_OUTCOME, _terms(state).outcome_form, fact.person_id, fact.at)


def _mail_to_check(
    state: CaseState, person_id: PersonId, step_id: StepId, at: datetime, *, code: str, given_up: bool = False
) -> CaseState:
    waiting = _without(state, DeadlineKind.PLAN_STEP)
    return _with_task(
        waiting,
        TaskKind.CHECK_MAIL,
        _terms(state).mail_check,
        person_id,
        at,
        step_id=step_id,
        code=code,
        given_up=given_up,
    )


def _mail_checked(state: CaseState, fact: MailChecked) -> CaseState:
    told = _notified(state, fact.person_id, fact.at) if fact.sent else state
    settled = _without_task(told, TaskKind.CHECK_MAIL)
    if state.phase is not Phase.CONTACT or not _is_current(state, fact.step_id):
        return settled
    return _plan_next(_with(settled, plan_next=state.plan_next + 1), fact.at)


def _is_current(state: CaseState, step_id: StepId) -> bool:
    step = plan_step(state)
    return step is not None and step_id == step_id_of(state, step.id)


# --- outcome and feedback -----------------------------------------------------------------------------------------


def _outcome_recorded(state: CaseState, fact: OutcomeRecorded) -> CaseState:
    if state.phase in (Phase.FEEDBACK, Phase.CLOSED):
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
    others = tuple(other for other in state.outcomes if other.person_id != fact.person_id)
    recorded = _with(_idle(state), outcomes=(*others, result))
    if fact.acceptance is not Acceptance.PENDING:
        return _to_feedback(recorded, fact.at)
    pending = _with(recorded, phase=Phase.IN_CONVERSATION)
    return _with_task(
        pending,
        TaskKind.HOLD_FIRST_CONVERSATION,
        _terms(state).first_conversation,
        fact.person_id,
        fact.accepted_at or fact.at,
        kind_of_deadline=DeadlineKind.FIRST_CONVERSATION,
        cause=StallCause.NO_FIRST_CONVERSATION,
        start_event="help.accepted",
    )


def _first_conversation_held(state: CaseState, fact: FirstConversationHeld) -> CaseState:
    pending = next((result for result in state.outcomes if result.person_id == fact.person_id), None)
    if pending is None or pending.acceptance is not Acceptance.PENDING:
        return state
    accepted = pending.model_copy(
        update={
            "acceptance": Acceptance.ACCEPTED,
            "conversation_at": fact.conversation_at,
            "started_at": fact.started_at,
        }
    )
    outcomes = tuple(accepted if result is pending else result for result in state.outcomes)
    return _to_feedback(_with(_idle(state), outcomes=outcomes), fact.at)


def _to_feedback(state: CaseState, at: datetime) -> CaseState:
    terms = _terms(state)
    due = deadlines.deadline(
        DeadlineKind.FEEDBACK,
        terms.feedback,
        start_event="outcome.recorded",
        started_at=at,
        calendars=terms.calendars,
        cause=StallCause.FEEDBACK_NOT_DELIVERED,
    )
    # With the outcome known nobody writes to the resident any more, so the notice can no longer come from us.
    settled = _without(state, DeadlineKind.NOTICE)
    return _with(settled, phase=Phase.FEEDBACK, deadlines=(*settled.deadlines, due))


def _feedback_delivered(state: CaseState, fact: FeedbackDelivered) -> CaseState:
    told = _of_signal(state, fact.signal_id, feedback_delivered_at=fact.at)
    if all(signal.feedback_delivered_at is not None for signal in told.signals):
        return _without(told, DeadlineKind.FEEDBACK)
    return told


def _signal_joined(state: CaseState, signal: CaseSignal) -> CaseState:
    if any(known.signal_id == signal.signal_id for known in state.signals):
        return state
    people = state.people
    if state.person(signal.person_id) is None:
        people = (*people, Person(person_id=signal.person_id))
    joined = _with(state, signals=(*state.signals, signal), people=people)
    return joined if state.terms is None or state.phase is Phase.CLOSED else _retained(joined)


# --- stalls and the end -------------------------------------------------------------------------------------------


def _stalled(state: CaseState, fact: Stalled) -> CaseState:
    def again(deadline: Deadline) -> Deadline:
        if deadline.kind is not fact.deadline or deadline.due_at > fact.at:
            return deadline
        return deadlines.raised(deadline, at=fact.at, terms=_terms(state))

    tasks = tuple(task.model_copy(update={"deadline": again(task.deadline)}) for task in state.tasks)
    return _with(state, deadlines=tuple(map(again, state.deadlines)), tasks=tasks)


def _closed(state: CaseState, fact: CaseClosed) -> CaseState:
    dates = retention_of(state, closed_at=fact.at, terms=_terms(state))
    return _with(state, phase=Phase.CLOSED, closed_at=fact.at, deadlines=(), tasks=(), retention=dates)


# --- small parts of a state ---------------------------------------------------------------------------------------


def _standing(state: CaseState, person_id: PersonId, standing: Standing) -> CaseState:
    return _of_person(state, person_id, lambda person: person.model_copy(update={"standing": standing}))


def _notified(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    told = _of_person(
        state, person_id, lambda person: person.model_copy(update={"notified_at": person.notified_at or at})
    )
    if all(person.notified_at is not None for person in told.people):
        return _without(told, DeadlineKind.NOTICE)
    return told


def _of_person(state: CaseState, person_id: PersonId, change: Callable[[Person], Person]) -> CaseState:
    people = tuple(change(person) if person.person_id == person_id else person for person in state.people)
    return _with(state, people=people)


def _of_signal(state: CaseState, signal_id: str, **changes: Any) -> CaseState:
    signals = tuple(
        signal.model_copy(update=changes) if signal.signal_id == signal_id else signal for signal in state.signals
    )
    return _with(state, signals=signals)


def _idle(state: CaseState) -> CaseState:
    """No attempt planned and no task open."""
    return _with(_without(state, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END), tasks=())


def _without(state: CaseState, *kinds: DeadlineKind) -> CaseState:
    return _with(state, deadlines=tuple(deadline for deadline in state.deadlines if deadline.kind not in kinds))


def _without_task(state: CaseState, kind: TaskKind) -> CaseState:
    return _with(state, tasks=tuple(task for task in state.tasks if task.kind is not kind))


def _with_task(
    state: CaseState,
    kind: TaskKind,
    rule: TermRule,
    person_id: PersonId,
    at: datetime,
    *,
    code: str = "",
    step_id: StepId | None = None,
    given_up: bool = False,
    kind_of_deadline: DeadlineKind = DeadlineKind.TASK,
    cause: StallCause = StallCause.TASK_OVERDUE,
    start_event: str = "task.opened",
) -> CaseState:
    terms = _terms(state)
    due = deadlines.deadline(
        kind_of_deadline,
        rule,
        start_event=start_event,
        started_at=at,
        calendars=terms.calendars,
        cause=StallCause.PARTY_BUDGET_SPENT if given_up else cause,
    )
    if given_up:
        # What a party left undone stands still from this moment on, not only when the task is late.
        due = deadlines.raised(due, at=at, terms=terms)
    queue = terms.identity_queue if kind is TaskKind.CHECK_IDENTITY else terms.queue
    task = Task(kind=kind, person_id=person_id, queue=queue, opens_at=at, deadline=due, step_id=step_id, code=code)
    bare = _without_task(state, kind)
    return _with(bare, tasks=(*bare.tasks, task))


def _noticed(state: CaseState) -> CaseState:
    """GDPR art. 14: the resident must hear that data were received."""
    return _counted_from_receipt(state, DeadlineKind.NOTICE, _terms(state).notice, StallCause.NOTICE_NOT_GIVEN)


def _retained(state: CaseState) -> CaseState:
    """An open case whose data reach their age must be decided on by a person."""
    return _counted_from_receipt(
        state, DeadlineKind.RETENTION, _terms(state).open_case_retention, StallCause.RETENTION_REACHED
    )


def _counted_from_receipt(state: CaseState, kind: DeadlineKind, rule: TermRule, cause: StallCause) -> CaseState:
    known = state.deadline(kind)
    first = min(signal.received_at for signal in state.signals)
    if known is not None and known.started_at <= first:
        return state
    due = deadlines.deadline(
        kind,
        rule,
        start_event="signal.received",
        started_at=first,
        calendars=_terms(state).calendars,
        cause=cause,
    )
    bare = _without(state, kind)
    return _with(bare, deadlines=(*bare.deadlines, due))
