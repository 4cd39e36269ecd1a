"""The small parts of which changes to a case are made. Each takes a state and gives a new one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.case import CaseState, Person, Task
from models.codes import DeadlineKind, StallCause, Standing, TaskKind
from models.ids import PersonId, SignalId, StepId
from models.terms import TermRule, Terms
from policy import deadlines


class RouteMissing(RuntimeError):
    """Something needs the case's terms before its route was chosen."""


def terms_of(state: CaseState) -> Terms:
    """The terms that the case is held to. Raises `RouteMissing` in a case that was only just received."""
    if state.terms is None:
        raise RouteMissing
    return state.terms


def changed(state: CaseState, **changes: Any) -> CaseState:
    """The state with other values for these fields, checked by its own model."""
    return CaseState.model_validate({**dict(state), **changes})


def of_person(state: CaseState, person_id: PersonId, change: Callable[[Person], Person]) -> CaseState:
    people = tuple(change(person) if person.person_id == person_id else person for person in state.people)
    return changed(state, people=people)


def with_standing(state: CaseState, person_id: PersonId, standing: Standing) -> CaseState:
    return of_person(state, person_id, lambda person: person.model_copy(update={"standing": standing}))


def of_signal(state: CaseState, signal_id: SignalId, **changes: Any) -> CaseState:
    signals = tuple(
        signal.model_copy(update=changes) if signal.signal_id == signal_id else signal for signal in state.signals
    )
    return changed(state, signals=signals)


def with_deadline(
    state: CaseState,
    kind: DeadlineKind,
    rule: TermRule,
    *,
    start_event: str,
    started_at: datetime,
    cause: StallCause | None,
) -> CaseState:
    """With this deadline, instead of any of its kind."""
    due = deadlines.deadline(
        kind,
        rule,
        start_event=start_event,
        started_at=started_at,
        calendars=terms_of(state).calendars,
        cause=cause,
    )
    bare = without(state, kind)
    return changed(bare, deadlines=(*bare.deadlines, due))


def without(state: CaseState, *kinds: DeadlineKind) -> CaseState:
    return changed(state, deadlines=tuple(deadline for deadline in state.deadlines if deadline.kind not in kinds))


def with_task(
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
    """With this task for this person, instead of any of its kind; `given_up`: because a party did not answer."""
    terms = terms_of(state)
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
    bare = without_task_of(state, kind, person_id)
    return changed(bare, tasks=(*bare.tasks, task))


def without_task(state: CaseState, *kinds: TaskKind) -> CaseState:
    return changed(state, tasks=tuple(task for task in state.tasks if task.kind not in kinds))


def without_task_of(state: CaseState, kind: TaskKind, person_id: PersonId) -> CaseState:
    tasks = tuple(task for task in state.tasks if (task.kind, task.person_id) != (kind, person_id))
    return changed(state, tasks=tasks)


def without_plan(state: CaseState) -> CaseState:
    """No attempt planned, and nothing to do but holding first conversations that were agreed."""
    idle = without(state, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END)
    return without_task(idle, *(kind for kind in TaskKind if kind is not TaskKind.HOLD_FIRST_CONVERSATION))
