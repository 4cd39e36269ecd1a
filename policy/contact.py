"""The contact plan: attempts, one after the other, until somebody is reached or the plan is done."""

from collections import Counter
from datetime import datetime

from models.case import Attempt, CaseState, Task
from models.codes import AttemptResult, Channel, Daypart, DeadlineKind, Phase, StallCause, TaskKind
from models.facts import AttemptMade, MailChecked, PartyGaveUp
from models.ids import PersonId, StepId
from models.terms import PlanStep
from policy import deadlines
from policy.calendar import daypart_of
from policy.changes import changed, terms_of, with_deadline, with_task, without, without_plan, without_task
from policy.next_step import plan_step, step_id_of
from policy.receipt import notified


def begin_contact(state: CaseState, at: datetime) -> CaseState:
    return plan_next(changed(state, phase=Phase.CONTACT, plan_next=0), at)


def plan_next(state: CaseState, at: datetime) -> CaseState:
    """Plans the attempt that `state.plan_next` points at, counted from `at`; or the end of the plan."""
    cleared = without(state, DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END)
    bare = without_task(cleared, TaskKind.CALL, TaskKind.CHECK_MAIL)
    step = plan_step(bare)
    if step is None:
        return with_deadline(
            bare,
            DeadlineKind.PLAN_END,
            terms_of(bare).plan.end,
            start_event="contact.last_step",
            started_at=at,
            cause=None,
        )
    if step.channel is Channel.MAIL:
        planned = deadlines.planned_moment(step, after=at, daypart=None, terms=terms_of(bare))
        return changed(bare, deadlines=(*bare.deadlines, planned))
    return changed(bare, tasks=(*bare.tasks, _call(bare, step, at)))


def planned_daypart(state: CaseState) -> Daypart:
    """The daypart in which the resident was called least often, in the plan's order.

    Calls that were made at another daypart than planned count where they were made.
    """
    called = Counter(attempt.daypart for attempt in state.attempts if attempt.channel is Channel.CALL)
    return min(terms_of(state).plan.dayparts, key=lambda daypart: called[daypart])


def attempt_made(state: CaseState, fact: AttemptMade) -> CaseState:
    made = _remembered(state, fact)
    if state.phase is not Phase.CONTACT:
        return made
    if fact.result is AttemptResult.CONVERSATION:
        return _in_conversation(made, fact)
    if not _is_current(state, fact.step_id):
        return made
    if fact.result is AttemptResult.UNKNOWN:
        return _mail_to_check(made, fact.person_id, fact.step_id, fact.at, code="mail.unknown")
    return _go_on(made, fact.at)


def mail_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    if state.phase is not Phase.CONTACT or not _is_current(state, fact.step_id):
        return state
    return _mail_to_check(state, fact.person_id, fact.step_id, fact.at, code="party.mail", given_up=True)


def mail_checked(state: CaseState, fact: MailChecked) -> CaseState:
    told = notified(state, fact.person_id, fact.at) if fact.sent else state
    asked = state.task(TaskKind.CHECK_MAIL)
    return _go_on(told, fact.at) if asked is not None and asked.step_id == fact.step_id else told


def _call(state: CaseState, step: PlanStep, at: datetime) -> Task:
    terms, daypart = terms_of(state), planned_daypart(state)
    planned = deadlines.planned_moment(step, after=at, daypart=daypart, terms=terms)
    patience = deadlines.deadline(
        DeadlineKind.TASK,
        terms.plan.patience,
        start_event="task.opened",
        started_at=planned.due_at,
        calendars=terms.calendars,
        cause=StallCause.TASK_OVERDUE,
    )
    return Task(
        kind=TaskKind.CALL,
        person_id=state.resident,
        queue=terms.queue,
        opens_at=planned.due_at,
        planned=planned,
        deadline=patience,
        step_id=step_id_of(state, step.id),
        daypart=daypart,
    )


def _remembered(state: CaseState, fact: AttemptMade) -> CaseState:
    if fact.result is AttemptResult.NO_ADDRESS:
        # Without an address nothing was attempted; the plan goes on all the same.
        return state
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
    made = changed(state, attempts=(*state.attempts, attempt))
    return notified(made, fact.person_id, fact.at) if reached or fact.result is AttemptResult.SENT else made


def _go_on(state: CaseState, at: datetime) -> CaseState:
    return plan_next(changed(state, plan_next=state.plan_next + 1), at)


def _in_conversation(state: CaseState, fact: AttemptMade) -> CaseState:
    talking = changed(without_plan(state), phase=Phase.IN_CONVERSATION)
    return with_task(talking, TaskKind.RECORD_OUTCOME, terms_of(state).outcome_form, fact.person_id, fact.at)


def _mail_to_check(
    state: CaseState, person_id: PersonId, step_id: StepId, at: datetime, *, code: str, given_up: bool = False
) -> CaseState:
    waiting = without_task(without(state, DeadlineKind.PLAN_STEP), TaskKind.CALL)
    return with_task(
        waiting,
        TaskKind.CHECK_MAIL,
        terms_of(state).mail_check,
        person_id,
        at,
        step_id=step_id,
        code=code,
        given_up=given_up,
    )


def _is_current(state: CaseState, step_id: StepId) -> bool:
    step = plan_step(state)
    return step is not None and step_id == step_id_of(state, step.id)
