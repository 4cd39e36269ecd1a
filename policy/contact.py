"""The contact plan: attempts, one after the other, until somebody is reached or the plan is done."""

from collections import Counter
from datetime import datetime

from models.case import Attempt, CaseState, Deadline, Task, Visit
from models.codes import (
    NOT_SENT,
    AttemptResult,
    Channel,
    Daypart,
    DeadlineKind,
    Phase,
    PlanName,
    StallCause,
    Standing,
    TaskKind,
)
from models.facts import ContactContinued, ContactReceived
from models.ids import PersonId, StepId
from models.terms import PlanStep
from policy import deadlines
from policy.calendar import daypart_of
from policy.changes import (
    changed,
    is_suspended,
    outcome_of,
    picked_up,
    terms_of,
    unpaused,
    was_reached,
    with_deadline,
    with_identity_check,
    with_task,
    without_plan,
    without_task_of,
)
from policy.next_step import WRITTEN, plan_of, plan_step, plan_step_id
from policy.receipt import is_urgent, notified
from policy.step_names import announcement_of, step_id_of
from policy.takeover import began_elsewhere, goes_on_at, is_as_it_came, last_attempt, made_elsewhere, not_before

_COMES_FIRST = (TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL, TaskKind.DECIDE_REFERRAL)
_UNDER_WAY = (TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL)


# --- where contact goes -------------------------------------------------------------------------------------------


def begin_contact(state: CaseState, at: datetime) -> CaseState:
    """The subject is known: contact is sought by the plan, unless they came to us already."""
    subject = state.subject
    if was_reached(state, subject) or state.appointment_of(subject) is not None:
        return to_record(changed(state, phase=Phase.IN_CONVERSATION), subject, at)
    return plan_next(_with_call_first(changed(state, phase=Phase.CONTACT)), last_attempt(state, at))


def begin_follow_up(state: CaseState, at: datetime) -> CaseState:
    """Contact is sought again, after there was some."""
    begun = changed(
        without_plan(state), phase=Phase.CONTACT, plan=PlanName.FOLLOW_UP, plan_run=state.plan_run + 1, plan_next=0
    )
    return plan_next(without_task_of(begun, state.subject, TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL), at)


def seek_again(state: CaseState, person_id: PersonId, at: datetime, *, code: str) -> CaseState:
    """Somebody was not there as agreed. Who is waited for elsewhere, or is not the subject, is not sought by a plan."""
    if person_id != state.subject or has_referral_under_way(state, person_id):
        return to_record(state, person_id, at, code=code)
    return plan_next(state, at) if state.phase is Phase.CONTACT else begin_follow_up(state, at)


def talking(state: CaseState, person_id: PersonId, at: datetime, *, code: str) -> CaseState:
    """Somebody was spoken to: nothing waits any longer. What was planned falls away; what was agreed stays."""
    if state.phase is Phase.FEEDBACK or outcome_of(state, person_id) is not None:
        return state
    if person_id == state.subject:
        state = unpaused(without_plan(state))
    match state.phase:
        case Phase.WAITING:
            return picked_up(state)
        case Phase.IDENTITY_CHECK:
            return _identity_asked_again(state, at)
        case Phase.CONTACT if person_id == state.subject:
            state = changed(state, phase=Phase.IN_CONVERSATION)
    return to_record(state, person_id, at, code=code)


def to_record(state: CaseState, person_id: PersonId, at: datetime, *, code: str = "") -> CaseState:
    """The outcome form is to be filled in, unless something comes first: what was agreed, or a referral."""
    visited = state.visit is not None and state.visit.person_id == person_id
    agreed = visited or state.appointment_of(person_id) is not None
    if agreed or any(state.task_of(kind, person_id) is not None for kind in _COMES_FIRST):
        return state
    known = state.task_of(TaskKind.RECORD_OUTCOME, person_id)
    if known is not None:
        # It is due when it was: talking on does not put it off.
        news = known.model_copy(update={"code": code})
        return changed(state, tasks=tuple(news if task is known else task for task in state.tasks))
    return with_task(state, TaskKind.RECORD_OUTCOME, terms_of(state).patience.outcome_form, person_id, at, code=code)


def resume(state: CaseState, at: datetime) -> CaseState:
    """The case goes on where it rested."""
    match state.phase:
        case Phase.IDENTITY_CHECK:
            return _identity_asked_again(state, at)
        case Phase.CONTACT:
            return plan_next(state, at)
        case Phase.IN_CONVERSATION if outcome_of(state, state.subject) is None:
            return to_record(state, state.subject, at)
        case _:
            return state


def contact_received(state: CaseState, fact: ContactReceived) -> CaseState:
    """The resident came to us: that counts as reached."""
    attempt = Attempt(
        step_id=step_id_of(state, f"in-{state.sequence}"),
        person_id=fact.person_id,
        channel=fact.channel,
        result=AttemptResult.CONVERSATION,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=True,
        incoming=True,
    )
    made = notified(changed(state, attempts=(*state.attempts, attempt)), fact.person_id, fact.at)
    return talking(made, fact.person_id, fact.at, code="contact.received")


def contact_continued(state: CaseState, fact: ContactContinued) -> CaseState:
    if state.phase is not Phase.IN_CONVERSATION or fact.person_id != state.subject:
        return state
    settled = outcome_of(state, fact.person_id) is not None or state.appointment_of(fact.person_id) is not None
    if settled or has_referral_under_way(state, fact.person_id):
        return state
    return begin_follow_up(state, fact.at)


def has_referral_under_way(state: CaseState, person_id: PersonId) -> bool:
    return any(state.task_of(kind, person_id) is not None for kind in _UNDER_WAY)


def _identity_asked_again(state: CaseState, at: datetime) -> CaseState:
    """A case that rested while a caseworker had to look: they still have to."""
    person = state.person(state.subject)
    asked = person is not None and person.standing is Standing.TO_CHECK
    if not asked or is_suspended(state) or state.task_of(TaskKind.CHECK_IDENTITY, state.subject) is not None:
        return state
    return with_identity_check(state, state.subject, at)


# --- the plan -----------------------------------------------------------------------------------------------------


def plan_next(state: CaseState, at: datetime, *, hurried: bool = False) -> CaseState:
    """Plans the attempt that `state.plan_next` points at, counted from `at`; or the end of the plan.

    Nothing is planned while the case rests or a visit was planned. `hurried`: without the wait before it.
    """
    if state.visit is not None:
        return state
    bare = _past_what_was_done(without_plan(state), at)
    if is_suspended(bare):
        return bare
    step = plan_step(bare)
    hurried = hurried or is_pressing(bare)
    if step is None:
        ended = with_deadline(
            bare,
            DeadlineKind.PLAN_END,
            plan_of(bare).end,
            start_event="contact.last_step",
            started_at=at,
            cause=None,
        )
        begins = goes_on_at(ended)
        return changed(ended, deadlines=tuple(_of_plan_not_before(due, begins) for due in ended.deadlines))
    match step.channel:
        case Channel.CALL:
            return changed(bare, tasks=(*bare.tasks, _call(bare, step, at, hurried=hurried)))
        case Channel.VISIT:
            return _with_planned_visit(bare, step, at, hurried=hurried)
        case _:
            planned = _planned_moment(bare, step, at, daypart=None, hurried=hurried)
            return changed(bare, deadlines=(*bare.deadlines, planned))


def step_made(state: CaseState, at: datetime) -> CaseState:
    """The plan's present step is done: on to the next, counted from the latest attempt, whenever written down."""
    latest = max((one.at for one in state.attempts if one.person_id == state.subject), default=at)
    return plan_next(changed(state, plan_next=state.plan_next + 1), max(at, latest))


def counted_from(state: CaseState, at: datetime) -> CaseState:
    """The plan's next attempt waits anew, from a message that was sent beside the plan."""
    return plan_next(state, at) if state.phase is Phase.CONTACT and _is_planned(state) else state


def went_on_elsewhere(state: CaseState, at: datetime) -> CaseState:
    """What another system did is known now: what is planned, and not done yet, goes on after it. A call that is to be
    made already stays, and so does what a case of our own plans, unless it is a message that was sent there."""
    if state.phase is not Phase.CONTACT:
        return state
    visit = state.visit
    if visit is not None and is_as_it_came(state, at) and not _is_told(state, visit):
        return plan_next(without_visit(state), last_attempt(state, at))
    call = state.task_of(TaskKind.CALL, state.subject)
    if not _is_planned(state) or (call is not None and call.opens_at <= at):
        return state
    goes_on = began_elsewhere(state) or _was_made_elsewhere(state, at)
    return plan_next(state, last_attempt(state, at)) if goes_on else state


def was_not_sought_elsewhere(state: CaseState, at: datetime) -> CaseState:
    """What another system did proved to be about somebody else. The plan begins with what was struck off, unless it was
    gone on with here."""
    here = {plan_step_id(state, step) for step in plan_of(state).steps}
    if state.phase is not Phase.CONTACT or not _is_planned(state) or any(one.step_id in here for one in state.attempts):
        return state
    return plan_next(changed(state, plan_next=0), last_attempt(state, at))


def _is_told(state: CaseState, visit: Visit) -> bool:
    """Whether the resident knows of the visit, or somebody agreed on it by hand."""
    by_plan = any(visit.step_id == plan_step_id(state, step) for step in plan_of(state).steps)
    return not by_plan or any(one.step_id == announcement_of(visit) for one in state.attempts)


def hurry(state: CaseState, at: datetime) -> CaseState:
    """The next attempt is made at once, when there is one that waits; when all calls were made, they begin again."""
    if state.phase is not Phase.CONTACT or not _waits_for_its_day(state, at):
        return state
    if not _has_call_ahead(state) and (first := _first_call(state)) is not None:
        state = changed(state, plan_run=state.plan_run + 1, plan_next=first)
    return plan_next(state, at, hurried=True) if plan_step(state) is not None else state


def planned_daypart(state: CaseState) -> Daypart:
    """The daypart in which the subject was called least often, in the plan's order.

    Calls that were made at another daypart than planned count where they were made.
    """
    called = Counter(
        attempt.daypart
        for attempt in state.attempts
        if attempt.channel is Channel.CALL and attempt.person_id == state.subject
    )
    return min(plan_of(state).dayparts, key=lambda daypart: called[daypart])


def is_at(state: CaseState, step_id: StepId) -> bool:
    """Whether the plan's next attempt is this one."""
    step = plan_step(state)
    return step is not None and step_id == plan_step_id(state, step)


def _waits_for_its_day(state: CaseState, at: datetime) -> bool:
    # What is to be done already would only be put off; a message in doubt waits for a person.
    call = state.task_of(TaskKind.CALL, state.subject)
    return _waits_by_itself(state) or (call is not None and call.opens_at > at)


def _waits_by_itself(state: CaseState) -> bool:
    return any(state.deadline(kind) is not None for kind in (DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END))


def _is_planned(state: CaseState) -> bool:
    return _waits_by_itself(state) or state.task_of(TaskKind.CALL, state.subject) is not None


def _planned_moment(
    state: CaseState, step: PlanStep, at: datetime, *, daypart: Daypart | None, hurried: bool
) -> Deadline:
    """When the step is to be made. In a case that was taken over not before it goes on; a call or visit that is
    hurried does not wait for that."""
    terms, begins = terms_of(state), goes_on_at(state)
    planned = deadlines.planned_moment(step, after=at, daypart=daypart, terms=terms, hurried=hurried)
    if begins is None or planned.due_at >= begins or (hurried and step.channel not in WRITTEN):
        return planned
    return deadlines.planned_moment(step, after=begins, daypart=daypart, terms=terms, hurried=not step.announced)


def _of_plan_not_before(due: Deadline, begins: datetime | None) -> Deadline:
    return not_before(due, begins) if due.kind is DeadlineKind.PLAN_END else due


def _call(state: CaseState, step: PlanStep, at: datetime, *, hurried: bool) -> Task:
    terms, daypart = terms_of(state), planned_daypart(state)
    planned = _planned_moment(state, step, at, daypart=daypart, hurried=hurried)
    patience = deadlines.deadline(
        DeadlineKind.TASK,
        plan_of(state).patience,
        start_event="task.opened",
        started_at=planned.due_at,
        calendars=terms.calendars,
        cause=StallCause.TASK_OVERDUE,
    )
    return Task(
        kind=TaskKind.CALL,
        person_id=state.subject,
        queue=terms.queue,
        opens_at=planned.due_at,
        planned=planned,
        deadline=patience,
        step_id=plan_step_id(state, step),
        daypart=daypart,
    )


def with_visit(state: CaseState, visit: Visit) -> CaseState:
    """With this visit planned, and the task to make it."""
    rule = terms_of(state).patience.visit
    tasked = with_task(
        state, TaskKind.VISIT, rule, visit.person_id, visit.due_at, step_id=visit.step_id, opens_at=visit.due_at
    )
    return changed(tasked, visit=visit)


def without_visit(state: CaseState) -> CaseState:
    return changed(without_task_of(state, state.subject, TaskKind.VISIT), visit=None)


def _with_planned_visit(state: CaseState, step: PlanStep, at: datetime, *, hurried: bool) -> CaseState:
    planned = _planned_moment(state, step, at, daypart=None, hurried=hurried)
    visit = Visit(
        step_id=plan_step_id(state, step),
        person_id=state.subject,
        due_at=planned.due_at,
        companion=None,
        announced=step.announced and not hurried,
    )
    return with_visit(state, visit)


def _with_call_first(state: CaseState) -> CaseState:
    """At a warm handover the partner has contact and asks for pick-up: the first call comes before any message."""
    if not any(one.warm_handover for one in state.signals if one.person_id == state.subject):
        return state
    first = _first_call(state)
    return state if first is None else changed(state, plan_next=first)


def _first_call(state: CaseState) -> int | None:
    """Where the plan calls for the first time."""
    steps = plan_of(state).steps
    return next((place for place, step in enumerate(steps) if step.channel is Channel.CALL), None)


def _has_call_ahead(state: CaseState) -> bool:
    return any(step.channel is Channel.CALL for step in plan_of(state).steps[state.plan_next :])


def is_pressing(state: CaseState) -> bool:
    """Whether the subject has yet to be called for the first time and should not wait for it."""
    called = any(one.channel is Channel.CALL for one in state.attempts if one.person_id == state.subject)
    mine = (one for one in state.signals if one.person_id == state.subject)
    return (
        _has_call_ahead(state)
        and not called
        and any(is_urgent(one) or (one.warm_handover and one.ended is None) for one in mine)
    )


def _past_what_was_done(state: CaseState, at: datetime) -> CaseState:
    """At a step that may be made: nobody visits where that is not safe, and nobody gets the same message again from the
    plan of another route or from another system."""
    while (step := plan_step(state)) is not None and (
        _is_blocked(state, step) or _was_sent_before(state, step) or _was_made_elsewhere(state, at)
    ):
        state = changed(state, plan_next=state.plan_next + 1)
    return state


def _is_blocked(state: CaseState, step: PlanStep) -> bool:
    person = state.person(state.subject)
    return step.channel is Channel.VISIT and person is not None and person.visits_blocked


def _was_made_elsewhere(state: CaseState, at: datetime) -> bool:
    """Whether the plan's present step stands for an attempt of another system.

    The last message of a plan says that it ends: only a plan that was done there as a whole has sent it.
    """
    steps = plan_of(state).steps
    is_last = state.plan_next == len(steps) - 1 and steps[-1].channel in WRITTEN
    places = range(len(steps)) if is_last else (state.plan_next,)
    return state.plan is PlanName.FIRST and all(_is_struck_off(state, place, at) for place in places)


def _is_struck_off(state: CaseState, place: int, at: datetime) -> bool:
    """Whether another system sought the subject over the step's channel as often as the plan does up to that step.

    In a plan that began here, because of something new, calls and visits are made; messages are not sent again.
    """
    steps = plan_of(state).steps
    channel = steps[place].channel
    often = sum(1 for step in steps[: place + 1] if step.channel is channel)
    as_planned_there = state.plan_run == 0 and began_elsewhere(state)
    counts = channel in WRITTEN or as_planned_there or is_as_it_came(state, at)
    return counts and made_elsewhere(state, channel) >= often


def _was_sent_before(state: CaseState, step: PlanStep) -> bool:
    """Whether an earlier plan sent this text. The last message of a plan says that it ends: that is always sent."""
    steps = plan_of(state).steps
    if not step.template or state.plan is not PlanName.FIRST or step is steps[-1]:
        return False
    of_this_run = {plan_step_id(state, each) for each in steps}
    return any(
        attempt.template == step.template and attempt.result not in NOT_SENT and attempt.step_id not in of_this_run
        for attempt in state.attempts
        if attempt.person_id == state.subject
    )
