"""The route of a case: the terms it is held to from now on, and what that changes in what was planned."""

from models.case import CaseState, Deadline, Task
from models.codes import AttemptResult, CalendarName, DeadlineKind, MatchingMode, Phase, TaskKind
from models.facts import RouteChosen
from models.terms import Term, Terms
from policy import deadlines
from policy.changes import changed, terms_of
from policy.contact import plan_next
from policy.next_step import WRITTEN, plan_of
from policy.receipt import is_urgent
from policy.triage import key_of

_NOT_WRITTEN = frozenset({AttemptResult.REFUSED, AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF})


def route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    """The case gets its terms. A new one waits for the end of its matching period, unless it must not wait; in a
    running one another route begins with its own plan. What was agreed with the resident stays."""
    if fact.terms is None:
        return state
    if state.phase is Phase.FEEDBACK:
        # It is known how it ended: only what is still owed goes by the new terms.
        return changed(state, terms=fact.terms)
    triaged = fact.triaged or key_of(state)
    chosen = changed(state, terms=fact.terms, triaged=triaged, owner=state.owner or fact.terms.known_by)
    if state.terms is None:
        at_once = fact.terms.matching.mode is MatchingMode.AT_ONCE or any(map(is_urgent, state.signals))
        return changed(chosen, phase=Phase.IDENTITY_CHECK) if at_once else _waiting(chosen)
    moved = _with_queues_of(chosen, state.terms)
    if state.phase is not Phase.CONTACT or fact.terms == state.terms:
        return moved
    if fact.terms.route is not state.terms.route:
        begun = changed(moved, plan_run=state.plan_run + 1, plan_next=_first_to_make(moved))
        return plan_next(begun, fact.at)
    if state.task_of(TaskKind.CHECK_MAIL, state.subject) is not None:
        # What became of the message decides how the plan goes on.
        return moved
    return plan_next(moved, fact.at)


def _first_to_make(state: CaseState) -> int:
    """Where the plan begins: nobody gets its first messages again who was written to already."""
    written = any(
        attempt.channel in WRITTEN and attempt.result not in _NOT_WRITTEN
        for attempt in state.attempts
        if attempt.person_id == state.subject
    )
    if not written:
        return 0
    steps = plan_of(state).steps
    # A plan that only writes goes on with its second message, when it has one.
    return next((place for place, step in enumerate(steps) if step.channel not in WRITTEN), min(1, len(steps) - 1))


def _with_queues_of(state: CaseState, before: Terms) -> CaseState:
    """Open work goes to the team of the new route; what lies with another party stays there."""
    terms = terms_of(state)
    queues = {before.identity_queue: terms.identity_queue, before.queue: terms.queue}

    def moved(task: Task) -> Task:
        return task.model_copy(update={"queue": queues.get(task.queue, task.queue)})

    return changed(state, tasks=tuple(map(moved, state.tasks)))


def _waiting(state: CaseState) -> CaseState:
    due = Deadline(
        kind=DeadlineKind.MATCHING,
        rule="Beleid: signalen van een periode worden samen opgepakt.",
        start_event="case.opened",
        started_at=state.opened_at,
        due_at=deadlines.matching_moment(state.opened_at, terms_of(state).matching),
        term=Term(),
        calendar=CalendarName.ALL,
    )
    return changed(state, phase=Phase.WAITING, deadlines=(*state.deadlines, due))
