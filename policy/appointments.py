"""What is agreed with the resident: a callback at a moment, a home visit."""

from datetime import timedelta

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
from policy.changes import changed, outcome_of, terms_of, with_person, with_task, without_plan, without_task_of
from policy.contact import begin_follow_up, to_record, visit_off, with_visit
from policy.next_step import plan_step, plan_step_id, step_id_of

_TALKABLE = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})


def callback_agreed(state: CaseState, fact: CallbackAgreed) -> CaseState:
    """The agreed moment takes the place of whatever was planned."""
    if state.phase not in _TALKABLE or outcome_of(state, fact.person_id) is not None:
        return state
    if fact.person_id == state.subject:
        state = changed(without_plan(state), phase=Phase.IN_CONVERSATION)
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
    return _with_appointment(state, known.model_copy(update={"due_at": fact.due_at, "staff": fact.staff}))


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
    bare = _without_appointment(state, fact.person_id)
    if fact.person_id != state.subject:
        return to_record(bare, fact.person_id, fact.at, code="callback.missed")
    return begin_follow_up(bare, fact.at)


def visit_planned(state: CaseState, fact: VisitPlanned) -> CaseState:
    """The visit takes the place of the next attempt; when the plan asks for a visit, it is that one."""
    person = state.person(fact.person_id)
    if state.phase not in _TALKABLE or person is None or person.visits_blocked:
        return state
    step = plan_step(state) if state.phase is Phase.CONTACT else None
    of_plan = step is not None and step.channel is Channel.VISIT and fact.person_id == state.subject
    visit = Visit(
        step_id=plan_step_id(state, step) if of_plan and step else step_id_of(state, f"visit-{state.sequence}"),
        person_id=fact.person_id,
        due_at=fact.due_at,
        companion=fact.companion,
        announced=fact.announced,
    )
    bare = without_task_of(without_plan(state), fact.person_id, TaskKind.RECORD_OUTCOME)
    return with_visit(bare, visit, fact.at)


def visit_cancelled(state: CaseState, fact: VisitCancelled) -> CaseState:
    return visit_off(state, fact.person_id, fact.at)


def visits_blocked(state: CaseState, fact: VisitsBlocked) -> CaseState:
    blocked = with_person(state, fact.person_id, visits_blocked=True)
    return visit_off(blocked, fact.person_id, fact.at)


def visits_allowed(state: CaseState, fact: VisitsAllowed) -> CaseState:
    return with_person(state, fact.person_id, visits_blocked=False)


def _with_appointment(state: CaseState, agreed: Appointment) -> CaseState:
    terms = terms_of(state).callback
    others = tuple(one for one in state.appointments if one.person_id != agreed.person_id)
    bare = without_task_of(state, agreed.person_id, TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL)
    return with_task(
        changed(bare, appointments=(*others, agreed)),
        TaskKind.CALLBACK,
        terms.patience,
        agreed.person_id,
        agreed.due_at,
        opens_at=agreed.due_at - timedelta(minutes=terms.reminder_minutes),
        staff=agreed.staff,
        appointment_id=agreed.appointment_id,
        urgent=True,
        kind_of_deadline=DeadlineKind.CALLBACK,
        cause=StallCause.CALLBACK_MISSED,
        start_event="callback.due",
    )


def _is_agreed(state: CaseState, person_id: PersonId, appointment_id: AppointmentId) -> bool:
    known = state.appointment_of(person_id)
    return known is not None and known.appointment_id == appointment_id


def _without_appointment(state: CaseState, person_id: PersonId) -> CaseState:
    appointments = tuple(one for one in state.appointments if one.person_id != person_id)
    return changed(without_task_of(state, person_id, TaskKind.CALLBACK), appointments=appointments)
