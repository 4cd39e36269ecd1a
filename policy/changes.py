"""The small parts of which changes to a case are made. Each takes a state and gives a new one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from models.case import CaseState, Person, PersonOutcome, Task
from models.codes import (
    Acceptance,
    DeadlineKind,
    Objection,
    Phase,
    Queue,
    ReferralParty,
    ReferralStatus,
    StallCause,
    Standing,
    TaskKind,
    Trait,
)
from models.ids import AppointmentId, PersonId, ReferralId, SignalId, StaffId, StepId
from models.terms import QueueKey, TermRule, Terms
from policy import deadlines
from policy.step_names import is_invitation, is_notice

QUEUE_OF_PARTY = {
    ReferralParty.YOUTH_WORKER: Queue.YOUTH_WORKERS,
    ReferralParty.DEBT_COUNSELLING: Queue.DEBT_COUNSELLING,
    ReferralParty.NEIGHBOURHOOD_TEAM: Queue.NEIGHBOURHOOD_TEAM,
    ReferralParty.VOLUNTEERS: Queue.VOLUNTEERS,
}


class RouteMissing(RuntimeError):
    """Something needs the case's terms before its route was chosen."""


def terms_of(state: CaseState) -> Terms:
    """The terms that the case is held to. Raises `RouteMissing` in a case that was only just received."""
    if state.terms is None:
        raise RouteMissing
    return state.terms


def changed(state: CaseState, **changes: Any) -> CaseState:
    """The state with other values for these fields, checked by its own model."""
    return CaseState.model_validate(vars(state) | changes)


# --- people and signals -------------------------------------------------------------------------------------------


def of_person(state: CaseState, person_id: PersonId, change: Callable[[Person], Person]) -> CaseState:
    people = tuple(change(person) if person.person_id == person_id else person for person in state.people)
    return changed(state, people=people)


def with_person(state: CaseState, person_id: PersonId, **changes: Any) -> CaseState:
    return of_person(state, person_id, lambda person: person.model_copy(update=changes))


def with_standing(state: CaseState, person_id: PersonId, standing: Standing) -> CaseState:
    return with_person(state, person_id, standing=standing)


def with_trait(state: CaseState, person_id: PersonId, trait: Trait, *, applies: bool) -> CaseState:
    """What leads to another route is so, or is not so after all; the route itself is chosen anew."""

    def known(person: Person) -> Person:
        found = {*person.traits, trait} if applies else {*person.traits} - {trait}
        return person.model_copy(update={"traits": tuple(each for each in Trait if each in found)})

    return of_person(state, person_id, known)


def of_signal(state: CaseState, signal_id: SignalId, **changes: Any) -> CaseState:
    signals = tuple(
        signal.model_copy(update=changes) if signal.signal_id == signal_id else signal for signal in state.signals
    )
    return changed(state, signals=signals)


def outcome_of(state: CaseState, person_id: PersonId) -> PersonOutcome | None:
    return next((result for result in state.outcomes if result.person_id == person_id), None)


def is_settled(state: CaseState, person_id: PersonId) -> bool:
    """Whether it is known how it ended for somebody; help that has yet to begin is not the end."""
    result = outcome_of(state, person_id)
    return result is not None and result.acceptance is not Acceptance.PENDING


def was_reached(state: CaseState, person_id: PersonId) -> bool:
    """Whether somebody was ever spoken to."""
    return any(attempt.reached for attempt in state.attempts if attempt.person_id == person_id)


def is_objecting(state: CaseState, person_id: PersonId) -> bool:
    """Whether somebody's objection waits for a decision: until then nobody seeks contact with them."""
    person = state.person(person_id)
    return person is not None and person.objection is Objection.MADE


# --- resting ------------------------------------------------------------------------------------------------------


def is_suspended(state: CaseState) -> bool:
    """Whether nobody seeks contact now: the case rests, or its subject objects to the use of their data."""
    return state.pause is not None or is_objecting(state, state.subject)


def unpaused(state: CaseState) -> CaseState:
    return changed(without(state, DeadlineKind.PAUSE), pause=None)


def picked_up(state: CaseState) -> CaseState:
    """The waiting is over; nothing happens to a case that did not wait."""
    if state.phase is not Phase.WAITING:
        return state
    return changed(without(state, DeadlineKind.MATCHING), phase=Phase.IDENTITY_CHECK)


# --- deadlines ----------------------------------------------------------------------------------------------------


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
    left = tuple(deadline for deadline in state.deadlines if deadline.kind not in kinds)
    return state if left == state.deadlines else changed(state, deadlines=left)


# --- tasks --------------------------------------------------------------------------------------------------------


def with_task(
    state: CaseState,
    kind: TaskKind,
    rule: TermRule,
    person_id: PersonId,
    at: datetime,
    *,
    code: str = "",
    queue: QueueKey | None = None,
    opens_at: datetime | None = None,
    urgent: bool = False,
    staff: StaffId | None = None,
    step_id: StepId | None = None,
    referral_id: ReferralId | None = None,
    appointment_id: AppointmentId | None = None,
    given_up: bool = False,
    kind_of_deadline: DeadlineKind = DeadlineKind.TASK,
    cause: StallCause | None = StallCause.TASK_OVERDUE,
    start_event: str = "task.opened",
) -> CaseState:
    """With this task for this person, instead of any of its kind, its deadline counted from `at`.

    `opens_at`: when it shows, if not at `at`. `given_up`: because a party did not answer.
    """
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
    own = terms.identity_queue if kind is TaskKind.CHECK_IDENTITY else terms.queue
    task = Task(
        kind=kind,
        person_id=person_id,
        queue=queue or own,
        opens_at=opens_at or at,
        deadline=due,
        step_id=step_id,
        code=code,
        urgent=urgent,
        staff=staff,
        referral_id=referral_id,
        appointment_id=appointment_id,
    )
    bare = without_task_of(state, person_id, kind)
    return changed(bare, tasks=(*bare.tasks, task))


def with_identity_check(
    state: CaseState, person_id: PersonId, at: datetime, *, code: str = "", given_up: bool = False
) -> CaseState:
    """With the task to find out who this is."""
    rule = terms_of(state).patience.identity_check
    return with_task(state, TaskKind.CHECK_IDENTITY, rule, person_id, at, code=code, given_up=given_up)


def without_task_of(state: CaseState, person_id: PersonId, *kinds: TaskKind) -> CaseState:
    tasks = tuple(task for task in state.tasks if task.person_id != person_id or task.kind not in kinds)
    return changed(state, tasks=tasks)


_REFERRED = (TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL)
_OF_PERSON = (TaskKind.CALLBACK, TaskKind.CHECK_ADDRESS, TaskKind.CHECK_IDENTITY, TaskKind.RECORD_OUTCOME)


def without_plan(state: CaseState) -> CaseState:
    """No attempt planned, and no message of the plan in doubt."""
    idle = without(state, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END)
    return changed(idle, tasks=tuple(task for task in state.tasks if not _is_of_plan(task)), visit=None)


def without_contact(state: CaseState, person_id: PersonId) -> CaseState:
    """Nothing planned or agreed with this person, and nothing to be recorded of them."""
    idle = without_plan(state) if person_id == state.subject else state
    appointments = tuple(one for one in state.appointments if one.person_id != person_id)
    return changed(without_task_of(idle, person_id, *_OF_PERSON), appointments=appointments)


def without_person(state: CaseState, person_id: PersonId) -> CaseState:
    """The case is not about this person any more; what was done stays."""
    bare = without_task_of(without_contact(state, person_id), person_id, *TaskKind)
    return changed(
        bare,
        people=tuple(person for person in state.people if person.person_id != person_id),
        outcomes=tuple(result for result in state.outcomes if result.person_id != person_id),
        referrals=tuple(one for one in state.referrals if one.person_id != person_id),
        proposals=tuple(one for one in state.proposals if one.command.person_id != person_id),
    )


def without_referrals(state: CaseState, person_id: PersonId) -> CaseState:
    """What is under way to another party is called off, and nothing is decided about what came back."""
    under_way = (ReferralStatus.MADE, ReferralStatus.ACCEPTED)
    referrals = tuple(
        one.model_copy(update={"status": ReferralStatus.WITHDRAWN})
        if one.person_id == person_id and one.status in under_way
        else one
        for one in state.referrals
    )
    return changed(without_task_of(state, person_id, *_REFERRED, TaskKind.DECIDE_REFERRAL), referrals=referrals)


def _is_of_plan(task: Task) -> bool:
    if task.kind is TaskKind.CHECK_MAIL:
        return task.step_id is None or not (is_notice(task.step_id) or is_invitation(task.step_id))
    return task.kind in (TaskKind.CALL, TaskKind.VISIT)
