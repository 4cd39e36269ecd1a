"""What is agreed with the resident: a callback at a moment, a home visit."""

from datetime import UTC, datetime, timedelta

from models.case import Appointment, CaseState, Visit
from models.codes import Channel, DeadlineKind, Phase, StallCause, TaskKind
from models.facts import (
    CallbackAgreed,
    CallbackCancelled,
    CallbackKept,
    CallbackMissed,
    CallbackMoved,
    VisitCancelled,
    VisitPlanned,
    VisitsAllowed,
    VisitsBlocked,
)
from models.ids import AppointmentId, PersonId
from policy.changes import (
    changed,
    is_objecting,
    outcome_of,
    terms_of,
    unpaused,
    with_person,
    with_task,
    without_plan,
    without_task_of,
)
from policy.contact import is_at, plan_next, resume, seek_again, step_made, to_record, with_visit, without_visit
from policy.next_step import plan_step, plan_step_id
from policy.step_names import step_id_of

_TALKABLE = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})
_COME_LATER = (TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL)
"""What waits for how that goes which was agreed."""


def callback_agreed(state: CaseState, fact: CallbackAgreed) -> CaseState:
    """The agreed moment takes the place of whatever was planned."""
    if not _may_be_sought(state, fact.person_id):
        return state
    if fact.person_id == state.subject:
        state = changed(unpaused(without_plan(state)), phase=Phase.IN_CONVERSATION)
    agreed = Appointment(
        appointment_id=fact.appointment_id,
        person_id=fact.person_id,
        due_at=fact.due_at,
        phone_id=fact.phone_id,
        staff=fact.staff,
    )
    return _with_appointment(state, agreed)


def callback_moved(state: CaseState, fact: CallbackMoved) -> CaseState:
    known = state.appointment_of(fact.person_id)
    if known is None or known.appointment_id != fact.appointment_id:
        return state
    moved = {"due_at": fact.due_at, "staff": fact.staff}
    # Who calls is no news for the resident.
    news = {} if known.due_at == fact.due_at else {"moves": known.moves + 1}
    return _with_appointment(state, known.model_copy(update=moved | news))


def callback_cancelled(state: CaseState, fact: CallbackCancelled) -> CaseState:
    if not _is_agreed(state, fact.person_id, fact.appointment_id):
        return state
    return to_record(_without_appointment(state, fact.person_id), fact.person_id, fact.at, code="callback.cancelled")


def callback_kept(state: CaseState, fact: CallbackKept) -> CaseState:
    if not _is_agreed(state, fact.person_id, fact.appointment_id):
        return state
    return to_record(_without_appointment(state, fact.person_id), fact.person_id, fact.at, code="callback.kept")


def callback_missed(state: CaseState, fact: CallbackMissed) -> CaseState:
    """The resident was not there: contact is sought again by the follow-up plan."""
    if not _is_agreed(state, fact.person_id, fact.appointment_id):
        return state
    return seek_again(_without_appointment(state, fact.person_id), fact.person_id, fact.at, code="callback.missed")


def visit_planned(state: CaseState, fact: VisitPlanned) -> CaseState:
    """The visit takes the place of the next attempt; when the plan asks for a visit, it is that one."""
    person = state.person(fact.person_id)
    blocked = person is not None and person.visits_blocked
    if blocked or fact.person_id != state.subject or not _may_be_sought(state, fact.person_id):
        return state
    step = plan_step(state) if state.phase is Phase.CONTACT else None
    of_plan = step is not None and step.channel is Channel.VISIT
    visit = Visit(
        step_id=plan_step_id(state, step) if of_plan and step else step_id_of(state, f"visit-{state.sequence}"),
        person_id=fact.person_id,
        due_at=fact.due_at,
        companion=fact.companion,
        announced=fact.announced,
        agreed=True,
    )
    bare = without_task_of(unpaused(without_plan(state)), fact.person_id, *_COME_LATER)
    return with_visit(bare, visit)


def visit_cancelled(state: CaseState, fact: VisitCancelled) -> CaseState:
    return _visit_off(state, fact.person_id, fact.at)


def visits_blocked(state: CaseState, fact: VisitsBlocked) -> CaseState:
    blocked = with_person(state, fact.person_id, visits_blocked=True)
    return _visit_off(blocked, fact.person_id, fact.at)


def visits_allowed(state: CaseState, fact: VisitsAllowed) -> CaseState:
    return with_person(state, fact.person_id, visits_blocked=False)


def _with_appointment(state: CaseState, agreed: Appointment) -> CaseState:
    terms = terms_of(state).callback
    others = tuple(one for one in state.appointments if one.person_id != agreed.person_id)
    bare = without_task_of(state, agreed.person_id, *_COME_LATER)
    return with_task(
        changed(bare, appointments=(*others, agreed)),
        TaskKind.CALLBACK,
        terms.patience,
        agreed.person_id,
        agreed.due_at,
        # In UTC: on a local clock Python takes minutes off the wall clock, also where that has a gap.
        opens_at=agreed.due_at.astimezone(UTC) - timedelta(minutes=terms.reminder_minutes),
        staff=agreed.staff,
        appointment_id=agreed.appointment_id,
        urgent=True,
        kind_of_deadline=DeadlineKind.CALLBACK,
        cause=StallCause.CALLBACK_MISSED,
        start_event="callback.due",
    )


def _may_be_sought(state: CaseState, person_id: PersonId) -> bool:
    """Whether something may be agreed with this person or planned for them."""
    known = outcome_of(state, person_id) is not None
    return state.phase in _TALKABLE and not known and not is_objecting(state, person_id)


def _visit_off(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    """The visit will not be; when the plan asked for it, the plan goes on."""
    visit = state.visit
    if visit is None or visit.person_id != person_id:
        return state
    bare = without_visit(state)
    if state.phase is not Phase.CONTACT:
        return resume(bare, at)
    return step_made(bare, at) if is_at(state, visit.step_id) else plan_next(bare, at)


def _is_agreed(state: CaseState, person_id: PersonId, appointment_id: AppointmentId) -> bool:
    known = state.appointment_of(person_id)
    return known is not None and known.appointment_id == appointment_id


def _without_appointment(state: CaseState, person_id: PersonId) -> CaseState:
    appointments = tuple(one for one in state.appointments if one.person_id != person_id)
    return changed(without_task_of(state, person_id, TaskKind.CALLBACK), appointments=appointments)
