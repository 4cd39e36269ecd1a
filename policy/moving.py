"""A running case under another version of the policy: which moments move, and why a case cannot be moved.

Nothing else changes a case's terms while its route stays the same: it keeps those that it began with.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, assert_never

from models.case import CaseState, Deadline, Task
from models.codes import AttemptResult, Daypart, DeadlineKind, Phase, PlanName, StallCause, TaskKind
from models.ids import PersonId
from models.terms import Calendars, ContactPlan, TermRule, Terms
from policy import deadlines
from policy.calendar import add_months
from policy.changes import changed, outcome_of, terms_of
from policy.contact import is_pressing, plan_next, planned_daypart
from policy.next_step import plan_of, plan_step, plan_step_id
from policy.receipt import duties_counted, end_of_supply
from policy.settling import conversation_rule, quick_fix_ends

_OVER = frozenset({Phase.FEEDBACK, Phase.CLOSED})
_UNDECIDED = frozenset({AttemptResult.UNKNOWN, AttemptResult.CALLED_OFF})
"""Such an attempt is made once more under the same name."""
WOULD_BE_OVER = "Een termijn die nog niet voorbij is, zou dat door het nieuwe beleid al zijn: {rule}"


class Shift(NamedTuple):
    """A moment that moves. `before` is None for one that is new, `after` for one that falls away."""

    kind: DeadlineKind
    task: TaskKind | None
    """Whose deadline it is; None for one of the case itself."""
    planned: bool
    """Whether it is the moment for which the task was planned."""
    before: datetime | None
    after: datetime | None
    rule: str
    """By which it comes about, or came about when it falls away."""


def moved(state: CaseState, terms: Terms, at: datetime) -> CaseState:
    """The case under these terms from the moment `at` on, at the same step of its plan.

    Every deadline is counted anew from its own start. Moments that somebody chose stay: the end of a pause or of a
    matching period, a callback, a visit. A deadline that was put off stays as well, unless the terms give even more
    time: whoever put it off chose that day. So does one that was raised, with its reminders, unless its new moment is
    still to come: it is not late any more then. Work that a party left undone stays stalled. A plan without the step
    (`refusal_of_move` does not let it come to that) goes on with as many steps as were made, counted from `at`.

    Raises `RouteMissing`.
    """
    before, place = terms_of(state), _place(state, terms)
    bounded = min(state.plan_next, len(_plan_in(terms, state).steps))
    under = changed(
        state,
        terms=terms.model_copy(update={"calendars": _with_past_days(terms, before)}),
        plan_next=bounded if place is None else place,
    )
    queued = with_queues_of(under, before)
    tasks = tuple(_task(task, state, queued, at) for task in queued.tasks)
    own = tuple(_own(known, state, queued, at) for known in queued.deadlines)
    counted = changed(queued, tasks=tasks, deadlines=own)
    if place is None and state.phase is Phase.CONTACT:
        counted = plan_next(counted, at)
    return duties_counted(counted)


def preview(state: CaseState, terms: Terms, at: datetime) -> tuple[Shift, ...]:
    """What would move, the earliest first. Raises `RouteMissing`."""
    before, after = _moments(state), _moments(moved(state, terms, at))
    keys = list(dict.fromkeys((*before, *after)))
    shifts = (_shift(key, before.get(key), after.get(key)) for key in keys)
    return tuple(sorted((one for one in shifts if one.before != one.after), key=_by_moment))


def refusal_of_state(state: CaseState) -> str | None:
    """Why the case cannot be moved to any other terms now."""
    if state.terms is None:
        return "Er is nog geen route gekozen."
    if state.phase in _OVER:
        return "De uitkomst is al bekend."
    in_doubt = state.task(TaskKind.CHECK_MAIL) is not None
    return "Een medewerker zoekt nog uit of een bericht is verstuurd." if in_doubt else None


def refusal_of_move(state: CaseState, terms: Terms, at: datetime) -> str | None:
    """Why the case cannot be moved to these terms at this moment; None if it can."""
    refusal = refusal_of_state(state)
    if refusal is not None:
        return refusal
    if follows(state, terms):
        return "De zaak volgt dit beleid al."
    return _refusal_of_plan(state, terms) or _refusal_of_moments(state, terms, at)


def follows(state: CaseState, terms: Terms) -> bool:
    """Whether the case is held to these terms already, whenever they were chosen."""
    return state.terms is not None and _undated(state.terms) == _undated(terms)


def with_queues_of(state: CaseState, before: Terms) -> CaseState:
    """The subject's open work goes to the team of the new route. What somebody promised, or lies with another party,
    stays with them; so does what is to be done for others."""
    terms = terms_of(state)

    def given(task: Task) -> Task:
        if task.person_id != state.subject or task.referral_id is not None or task.staff is not None:
            return task
        if task.kind is TaskKind.CHECK_IDENTITY:
            return task.model_copy(update={"queue": terms.identity_queue})
        return task.model_copy(update={"queue": terms.queue}) if task.queue == before.queue else task

    return changed(state, tasks=tuple(map(given, state.tasks)))


def rule_of(kind: DeadlineKind, task: TaskKind | None, state: CaseState) -> TermRule | None:
    """By which rule of the case's terms a deadline of this kind is counted from its start.

    `task`: whose deadline it is; None for one of the case itself. The answer is None for a moment that is not counted
    so: somebody chose it, or it is planned or counted back.
    """
    if task is not None:
        return _rule_of_task(task, state)
    terms = terms_of(state)
    match kind:
        case DeadlineKind.PLAN_END:
            return plan_of(state).end
        case DeadlineKind.NOTICE_LETTER:
            return terms.notice.letter
        case DeadlineKind.NOTICE:
            return terms.notice.within
        case DeadlineKind.ASSIGNMENT:
            return terms.patience.assignment
        case DeadlineKind.FEEDBACK:
            return terms.feedback
        case DeadlineKind.RETENTION:
            return terms.open_case_retention
        case DeadlineKind.MATCHING | DeadlineKind.PAUSE | DeadlineKind.PLAN_STEP | DeadlineKind.END_OF_SUPPLY:
            return None
        case DeadlineKind.CALLBACK_REMINDER | DeadlineKind.REGISTER:
            return None
        case DeadlineKind.TASK | DeadlineKind.REFERRAL | DeadlineKind.CALLBACK | DeadlineKind.FIRST_CONVERSATION:
            # Only tasks have these.
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(kind)


def _rule_of_task(kind: TaskKind, state: CaseState) -> TermRule:
    terms = terms_of(state)
    patience, referral = terms.patience, terms.referral
    match kind:
        case TaskKind.CHECK_IDENTITY:
            return patience.identity_check
        case TaskKind.CALL:
            return plan_of(state).patience
        case TaskKind.VISIT:
            return patience.visit
        case TaskKind.CALLBACK:
            return terms.callback.patience
        case TaskKind.CHECK_MAIL | TaskKind.CHECK_ADDRESS:
            return patience.message_check
        case TaskKind.RECORD_OUTCOME:
            return patience.outcome_form
        case TaskKind.HOLD_FIRST_CONVERSATION:
            return conversation_rule(state)
        case TaskKind.APPROVE:
            return patience.approval
        case TaskKind.CHECK_QUICK_FIX:
            return patience.quick_fix
        case TaskKind.ACCEPT_REFERRAL:
            return referral.acceptance
        case TaskKind.START_REFERRAL | TaskKind.START_HELP:
            return referral.start
        case TaskKind.DECIDE_REFERRAL:
            return referral.decision
        case TaskKind.DECIDE_OBJECTION:
            return patience.objection
        case TaskKind.PASS_ON:
            return patience.pass_on
        case TaskKind.REPAIR:
            return patience.repair
        case _:  # pragma: no cover - closed by the type checker
            assert_never(kind)


# --- the plan -----------------------------------------------------------------------------------------------------


def _plan_in(terms: Terms, state: CaseState) -> ContactPlan:
    return terms.plan if state.plan is PlanName.FIRST else terms.follow_up


def _place(state: CaseState, terms: Terms) -> int | None:
    """Where the plan of these terms has the step that the case is at; None when it does not have it."""
    steps, present = _plan_in(terms, state).steps, plan_step(state)
    if present is None:
        return len(steps)
    if state.plan_next == 0 and state.phase is not Phase.CONTACT:
        # The plan has yet to begin.
        return 0
    same = (place for place, step in enumerate(steps) if (step.id, step.channel) == (present.id, present.channel))
    return next(same, None)


def _refusal_of_plan(state: CaseState, terms: Terms) -> str | None:
    place = _place(state, terms)
    if place is None:
        return "Het nieuwe contactplan heeft de stap niet waar de zaak nu is."
    made = {attempt.step_id for attempt in state.attempts if attempt.result not in _UNDECIDED}
    to_come = _plan_in(terms, state).steps[place:]
    # What was done under this name would not be done again, and the plan would wait for it for ever.
    again = any(plan_step_id(state, step) in made for step in to_come)
    return "Het nieuwe contactplan begint opnieuw met een stap die al is gedaan." if again else None


def _planned(known: Deadline, task: Task | None, before: CaseState, under: CaseState) -> Deadline:
    """The plan's moment, from the attempt before it; without a wait when it was planned so."""
    was, step = plan_step(before), plan_step(under)
    if was is None or step is None:
        return known
    daypart = None if task is None else task.daypart
    plain, hurried = (
        deadlines.planned_moment(was, after=known.started_at, daypart=daypart, terms=terms_of(before), hurried=hurry)
        for hurry in (False, True)
    )
    at_once = known.due_at != plain.due_at or (plain == hurried and is_pressing(under))
    return deadlines.planned_moment(
        step,
        after=known.started_at,
        daypart=None if task is None else _daypart(task, before, under),
        terms=terms_of(under),
        hurried=at_once,
    )


def _daypart(task: Task, before: CaseState, under: CaseState) -> Daypart | None:
    # Calls made since it was planned would lead to another one.
    return task.daypart if plan_of(before).dayparts == plan_of(under).dayparts else planned_daypart(under)


# --- moments ------------------------------------------------------------------------------------------------------


def _own(known: Deadline, before: CaseState, under: CaseState, at: datetime) -> Deadline:
    """A deadline of the case itself, by the terms of `under`."""
    if known.kind is DeadlineKind.PLAN_STEP:
        return _planned(known, None, before, under)
    if known.kind is DeadlineKind.END_OF_SUPPLY:
        return _of_both(known, end_of_supply(under, terms_of(under)) or known, at)
    rule = rule_of(known.kind, None, under)
    return known if rule is None else _of_both(known, _counted(known, rule, known.started_at, under), at)


def _task(task: Task, before: CaseState, under: CaseState, at: datetime) -> Task:
    """The task with its deadline, and the moment at which it shows, by the terms of `under`."""
    planned = None if task.planned is None else _planned(task.planned, task, before, under)
    started_at, opens_at = _start(task, planned, under)
    fresh = _counted(task.deadline, _rule_of_task(task.kind, under), started_at, under)
    due = _of_both(task.deadline, fresh, at)
    if due is task.deadline:
        return task
    daypart = None if planned is None else _daypart(task, before, under)
    return task.model_copy(update={"deadline": due, "planned": planned, "opens_at": opens_at, "daypart": daypart})


def _start(task: Task, planned: Deadline | None, under: CaseState) -> tuple[datetime, datetime]:
    """From when the task's deadline is counted, and when the task shows."""
    started_at = task.deadline.started_at
    if planned is not None:
        return planned.due_at, planned.due_at
    if task.kind is TaskKind.CALLBACK:
        return started_at, started_at.astimezone(UTC) - timedelta(minutes=terms_of(under).callback.reminder_minutes)
    result = outcome_of(under, task.person_id)
    if task.kind is TaskKind.CHECK_QUICK_FIX and result is not None:
        ends_at = quick_fix_ends(result, terms_of(under))
        return ends_at, ends_at
    return started_at, task.opens_at


def _counted(known: Deadline, rule: TermRule, started_at: datetime, under: CaseState) -> Deadline:
    return deadlines.deadline(
        known.kind,
        rule,
        start_event=known.start_event,
        started_at=started_at,
        calendars=terms_of(under).calendars,
        cause=known.cause,
    )


def _of_both(known: Deadline, fresh: Deadline, at: datetime) -> Deadline:
    """The deadline as it is, or as it would be by the new terms; see `moved`."""
    if known.cause is StallCause.PARTY_BUDGET_SPENT:
        return known
    if known.raised_at is not None and fresh.due_at <= at:
        return known
    if known.extended and fresh.due_at <= known.due_at:
        return known
    return fresh.model_copy(update={"extended": known.extended})


def _with_past_days(terms: Terms, before: Terms) -> Calendars:
    """The free days of the new terms, and of the time before those begin the ones that the case knew."""
    if terms.chosen_on is None:
        return terms.calendars
    begins = add_months(terms.chosen_on.replace(day=1), -1)
    new, old = terms.calendars, before.calendars

    def joined(known: Mapping[date, str], fresh: Mapping[date, str]) -> dict[date, str]:
        return {day: name for day, name in known.items() if day < begins} | dict(fresh)

    return Calendars(
        shared=joined(old.shared, new.shared),
        legal=joined(old.legal, new.legal),
        office=joined(old.office, new.office),
        horizon=new.horizon,
    )


def _undated(terms: Terms) -> Terms:
    """What the terms ask of a case: not when they were chosen, nor who knows the resident."""
    nothing = Calendars(shared={}, legal={}, office={}, horizon=date.min)
    return terms.model_copy(update={"chosen_on": None, "known_by": None, "calendars": nothing})


# --- what moves ---------------------------------------------------------------------------------------------------

_Key = tuple[DeadlineKind, TaskKind | None, PersonId | None, bool]


def _moments(state: CaseState) -> Mapping[_Key, Deadline]:
    return dict(_each_moment(state))


def _each_moment(state: CaseState) -> Iterator[tuple[_Key, Deadline]]:
    for known in state.deadlines:
        yield (known.kind, None, None, False), known
    for task in state.tasks:
        yield (task.deadline.kind, task.kind, task.person_id, False), task.deadline
        if task.planned is not None:
            yield (task.planned.kind, task.kind, task.person_id, True), task.planned


def _shift(key: _Key, before: Deadline | None, after: Deadline | None) -> Shift:
    kind, task, _, planned = key
    rule = next(known.rule for known in (after, before) if known is not None)
    return Shift(kind, task, planned, _due(before), _due(after), rule)


def _due(known: Deadline | None) -> datetime | None:
    return None if known is None else known.due_at


def _by_moment(shift: Shift) -> datetime:
    return min(moment for moment in (shift.before, shift.after) if moment is not None)


def _refusal_of_moments(state: CaseState, terms: Terms, at: datetime) -> str | None:
    for shift in preview(state, terms, at):
        ahead = shift.before is None or shift.before > at
        if ahead and shift.after is not None and shift.after <= at:
            return WOULD_BE_OVER.format(rule=shift.rule)
    return None
