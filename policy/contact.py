"""The contact plan: attempts, one after the other, until somebody is reached or the plan is done."""

from collections import Counter
from datetime import datetime

from models.case import Attempt, CaseState, Task, Visit
from models.codes import (
    REACHED,
    AttemptResult,
    Channel,
    Daypart,
    DeadlineKind,
    Phase,
    PlanName,
    StallCause,
    TaskKind,
)
from models.facts import (
    AttemptCorrected,
    AttemptMade,
    ContactContinued,
    ContactReceived,
    MailChecked,
    PartyGaveUp,
)
from models.ids import PersonId, StepId
from models.terms import PlanStep
from policy import deadlines
from policy.calendar import daypart_of
from policy.changes import (
    changed,
    outcome_of,
    terms_of,
    with_deadline,
    with_person,
    with_task,
    without,
    without_plan,
    without_task_of,
)
from policy.next_step import is_suspended, plan_of, plan_step, plan_step_id, step_id_of
from policy.receipt import is_notice, notified

_UNDECIDED = frozenset({AttemptResult.UNKNOWN, AttemptResult.CALLED_OFF})
"""Nobody can tell whether the message left, or why it did not: a person looks."""


def begin_contact(state: CaseState, at: datetime) -> CaseState:
    """The resident is known: contact is sought by the plan, unless they came to us already."""
    if _was_reached(state, state.subject):
        talking = changed(state, phase=Phase.IN_CONVERSATION)
        return to_record(talking, state.subject, at)
    return plan_next(changed(state, phase=Phase.CONTACT), at)


def begin_follow_up(state: CaseState, at: datetime) -> CaseState:
    """Contact is sought again, after there was some."""
    begun = changed(
        without_plan(state), phase=Phase.CONTACT, plan=PlanName.FOLLOW_UP, plan_run=state.plan_run + 1, plan_next=0
    )
    return plan_next(without_task_of(begun, state.subject, TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL), at)


def plan_next(state: CaseState, at: datetime, *, hurried: bool = False) -> CaseState:
    """Plans the attempt that `state.plan_next` points at, counted from `at`; or the end of the plan.

    Nothing is planned while the case rests. `hurried`: without the wait before it.
    """
    bare = _past_blocked_visits(without_plan(state))
    if is_suspended(bare):
        return bare
    step = plan_step(bare)
    if step is None:
        return with_deadline(
            bare,
            DeadlineKind.PLAN_END,
            plan_of(bare).end,
            start_event="contact.last_step",
            started_at=at,
            cause=None,
        )
    match step.channel:
        case Channel.CALL:
            return changed(bare, tasks=(*bare.tasks, _call(bare, step, at, hurried=hurried)))
        case Channel.VISIT:
            return _with_planned_visit(bare, step, at, hurried=hurried)
        case _:
            planned = deadlines.planned_moment(step, after=at, daypart=None, terms=terms_of(bare), hurried=hurried)
            return changed(bare, deadlines=(*bare.deadlines, planned))


def planned_daypart(state: CaseState) -> Daypart:
    """The daypart in which the resident was called least often, in the plan's order.

    Calls that were made at another daypart than planned count where they were made.
    """
    called = Counter(attempt.daypart for attempt in state.attempts if attempt.channel is Channel.CALL)
    return min(plan_of(state).dayparts, key=lambda daypart: called[daypart])


def attempt_made(state: CaseState, fact: AttemptMade) -> CaseState:
    made = _remembered(state, fact)
    if fact.channel is Channel.VISIT:
        made = _without_visit(made, fact.person_id)
    if fact.result in REACHED:
        return talking(made, fact.person_id, fact.at, code=f"attempt.{fact.result}")
    if fact.result in _UNDECIDED:
        return _message_to_check(made, fact.person_id, fact.step_id, fact.at, code=f"message.{fact.result}")
    if _is_current(state, fact.step_id):
        return _go_on(made, fact.at)
    if fact.channel is Channel.VISIT and fact.person_id == state.subject:
        return _after_visit(made, fact.at)
    return made


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
    return begin_follow_up(state, fact.at)


def attempt_corrected(state: CaseState, fact: AttemptCorrected) -> CaseState:
    """The attempt gets its true result, and the case goes where that leads."""
    if all(attempt.step_id != fact.step_id for attempt in state.attempts):
        return state
    reached = fact.result in REACHED
    attempts = tuple(
        attempt.model_copy(update={"result": fact.result, "reached": reached})
        if attempt.step_id == fact.step_id
        else attempt
        for attempt in state.attempts
    )
    right = _told_anew(changed(state, attempts=attempts), fact.person_id)
    if reached:
        return talking(right, fact.person_id, fact.at, code=f"attempt.{fact.result}")
    if _was_reached(right, fact.person_id) or not _is_talked_with(state, fact.person_id):
        return right
    seeking = without_task_of(changed(right, phase=Phase.CONTACT), fact.person_id, TaskKind.RECORD_OUTCOME)
    return _go_on(seeking, fact.at) if _is_at(seeking, fact.step_id) else plan_next(seeking, fact.at)


def talking(state: CaseState, person_id: PersonId, at: datetime, *, code: str) -> CaseState:
    """Somebody was spoken to. What was planned falls away; what was agreed with them stays."""
    if state.phase not in (Phase.CONTACT, Phase.IN_CONVERSATION):
        return state
    if outcome_of(state, person_id) is not None:
        return state
    if person_id == state.subject:
        state = changed(_unpaused(without_plan(state)), phase=Phase.IN_CONVERSATION)
    return to_record(state, person_id, at, code=code)


def to_record(state: CaseState, person_id: PersonId, at: datetime, *, code: str = "") -> CaseState:
    """The outcome form is to be filled in, unless something was agreed with the person that comes first."""
    if state.appointment_of(person_id) is not None or _has_referral_under_way(state, person_id):
        return state
    return with_task(state, TaskKind.RECORD_OUTCOME, terms_of(state).patience.outcome_form, person_id, at, code=code)


def message_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    planned = state.phase is Phase.CONTACT and _is_current(state, fact.step_id)
    if not planned and not is_beside_plan(fact.step_id):
        return state
    return _message_to_check(state, fact.person_id, fact.step_id, fact.at, code=f"party.{fact.party}", given_up=True)


def mail_checked(state: CaseState, fact: MailChecked) -> CaseState:
    result = AttemptResult.SENT if fact.sent else AttemptResult.REFUSED
    attempts = tuple(
        attempt.model_copy(update={"result": result}) if attempt.step_id == fact.step_id else attempt
        for attempt in state.attempts
    )
    known = changed(state, attempts=attempts)
    if is_beside_plan(fact.step_id) and all(attempt.step_id != fact.step_id for attempt in attempts):
        # It was given up before it was an attempt; now somebody says what became of it.
        known = changed(known, attempts=(*attempts, _looked_into(state, fact, result)))
    told = notified(known, fact.person_id, fact.at) if fact.sent else known
    asked = state.task_of(TaskKind.CHECK_MAIL, fact.person_id)
    if asked is None or asked.step_id != fact.step_id:
        return told
    settled = without_task_of(told, fact.person_id, TaskKind.CHECK_MAIL)
    return _go_on(settled, fact.at) if state.phase is Phase.CONTACT and _is_at(state, fact.step_id) else settled


def resume(state: CaseState, at: datetime) -> CaseState:
    """The case goes on where it rested."""
    match state.phase:
        case Phase.CONTACT:
            return plan_next(state, at)
        case Phase.IN_CONVERSATION if outcome_of(state, state.subject) is None:
            return to_record(state, state.subject, at)
        case _:
            return state


def hurry(state: CaseState, at: datetime) -> CaseState:
    """The next attempt is made at once, when there is one."""
    if state.phase is not Phase.CONTACT or state.task(TaskKind.CHECK_MAIL) is not None:
        return state
    return plan_next(state, at, hurried=True) if plan_step(state) is not None else state


def is_beside_plan(step_id: StepId) -> bool:
    """Whether a message is none of the plan's: a notice, or the announcement of a visit."""
    return is_notice(step_id) or step_id.endswith(".announced")


# --- calls and visits ---------------------------------------------------------------------------------------------


def _call(state: CaseState, step: PlanStep, at: datetime, *, hurried: bool) -> Task:
    terms, daypart = terms_of(state), planned_daypart(state)
    planned = deadlines.planned_moment(step, after=at, daypart=daypart, terms=terms, hurried=hurried)
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


def with_visit(state: CaseState, visit: Visit, at: datetime) -> CaseState:
    """With this visit planned, and the task to make it."""
    rule = terms_of(state).patience.visit
    tasked = with_task(
        state, TaskKind.VISIT, rule, visit.person_id, visit.due_at, step_id=visit.step_id, opens_at=visit.due_at
    )
    return changed(tasked, visit=visit)


def _with_planned_visit(state: CaseState, step: PlanStep, at: datetime, *, hurried: bool) -> CaseState:
    planned = deadlines.planned_moment(step, after=at, daypart=None, terms=terms_of(state), hurried=hurried)
    visit = Visit(
        step_id=plan_step_id(state, step),
        person_id=state.subject,
        due_at=planned.due_at,
        companion=None,
        announced=False,
    )
    return with_visit(state, visit, at)


def _without_visit(state: CaseState, person_id: PersonId) -> CaseState:
    if state.visit is None or state.visit.person_id != person_id:
        return state
    return changed(without_task_of(state, person_id, TaskKind.VISIT), visit=None)


def _after_visit(state: CaseState, at: datetime) -> CaseState:
    """A visit that stood beside the plan reached nobody: the plan goes on, or begins again."""
    if state.phase is Phase.IN_CONVERSATION and outcome_of(state, state.subject) is None:
        return begin_follow_up(state, at)
    return plan_next(state, at) if state.phase is Phase.CONTACT else state


def visit_off(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    """The visit will not be; when the plan asked for it, the plan goes on."""
    visit = state.visit
    if visit is None or visit.person_id != person_id:
        return state
    bare = _without_visit(state, person_id)
    if state.phase is not Phase.CONTACT:
        return resume(bare, at)
    return _go_on(bare, at) if _is_at(state, visit.step_id) else plan_next(bare, at)


def _past_blocked_visits(state: CaseState) -> CaseState:
    """At a step that may be made: nobody visits where that is not safe."""
    person = state.person(state.subject)
    while person is not None and person.visits_blocked:
        step = plan_step(state)
        if step is None or step.channel is not Channel.VISIT:
            break
        state = changed(state, plan_next=state.plan_next + 1)
    return state


# --- attempts -----------------------------------------------------------------------------------------------------


def _remembered(state: CaseState, fact: AttemptMade) -> CaseState:
    if fact.result in (AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF) and not is_beside_plan(fact.step_id):
        # Nothing was attempted; the plan goes on all the same.
        return state
    reached = fact.result in REACHED
    attempt = Attempt(
        step_id=fact.step_id,
        person_id=fact.person_id,
        channel=fact.channel,
        result=fact.result,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=reached,
    )
    made = changed(state, attempts=(*state.attempts, attempt))
    return notified(made, fact.person_id, fact.at) if reached or fact.result is AttemptResult.SENT else made


def _looked_into(state: CaseState, fact: MailChecked, result: AttemptResult) -> Attempt:
    announced = fact.step_id.endswith(".announced")
    return Attempt(
        step_id=fact.step_id,
        person_id=fact.person_id,
        channel=Channel.LETTER if announced else terms_of(state).notice.channel,
        result=result,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=False,
    )


def _told_anew(state: CaseState, person_id: PersonId) -> CaseState:
    """When the person first heard of us, by the attempts as they are now."""
    told = [
        attempt.at
        for attempt in state.attempts
        if attempt.person_id == person_id and (attempt.reached or attempt.result is AttemptResult.SENT)
    ]
    return with_person(state, person_id, notified_at=min(told, default=None))


def _go_on(state: CaseState, at: datetime) -> CaseState:
    return plan_next(changed(state, plan_next=state.plan_next + 1), at)


def _message_to_check(
    state: CaseState, person_id: PersonId, step_id: StepId, at: datetime, *, code: str, given_up: bool = False
) -> CaseState:
    if _is_current(state, step_id):
        state = without(without_task_of(state, person_id, TaskKind.CALL), DeadlineKind.PLAN_STEP)
    elif not is_beside_plan(step_id):
        return state
    return with_task(
        state,
        TaskKind.CHECK_MAIL,
        terms_of(state).patience.message_check,
        person_id,
        at,
        step_id=step_id,
        code=code,
        given_up=given_up,
    )


def _unpaused(state: CaseState) -> CaseState:
    return changed(without(state, DeadlineKind.PAUSE), pause=None)


def _was_reached(state: CaseState, person_id: PersonId) -> bool:
    return any(attempt.reached for attempt in state.attempts if attempt.person_id == person_id)


def _is_talked_with(state: CaseState, person_id: PersonId) -> bool:
    """Whether the case is in conversation with its subject and nothing followed from it yet."""
    return (
        state.phase is Phase.IN_CONVERSATION
        and person_id == state.subject
        and outcome_of(state, person_id) is None
        and state.appointment_of(person_id) is None
        and not _has_referral_under_way(state, person_id)
    )


def _has_referral_under_way(state: CaseState, person_id: PersonId) -> bool:
    kinds = (TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL)
    return any(state.task_of(kind, person_id) is not None for kind in kinds)


def _is_current(state: CaseState, step_id: StepId) -> bool:
    return state.phase is Phase.CONTACT and _is_at(state, step_id)


def _is_at(state: CaseState, step_id: StepId) -> bool:
    step = plan_step(state)
    return step is not None and step_id == plan_step_id(state, step)
