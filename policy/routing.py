"""The route of a case: the terms it is held to from now on, and what that changes in what was planned."""

from datetime import datetime

from models.case import CaseState, Deadline
from models.codes import CalendarName, DeadlineKind, MatchingMode, Phase, PlanName, Route, TaskKind
from models.facts import RouteChosen
from models.terms import Term, Terms
from policy import deadlines
from policy.changes import changed, terms_of
from policy.contact import is_at, plan_next
from policy.moving import moved, with_queues_of
from policy.objections import asked_at_route
from policy.receipt import is_urgent
from policy.takeover import is_as_it_came, is_taken_over, last_attempt
from policy.triage import key_of

_SAFER = frozenset({Route.SECRET_ADDRESS})
"""Routes whose plan replaces any other: it leaves out what may harm somebody."""


def route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    """The case gets its terms. A new one waits for the end of its matching period, unless it must not wait.

    In a running one a more pressing route begins with its own plan; on any other the plan that is followed goes on, if
    the subject was tried by it. What was agreed with the resident stays.
    """
    if fact.terms is None:
        return state
    if state.terms is None:
        return changed(_begun(state, fact, fact.terms), routes=1)
    again = _again(state, fact, fact.terms, state.terms)
    # The same said twice is one choice.
    return again if again == state else changed(again, routes=state.routes + 1)


def _begun(state: CaseState, fact: RouteChosen, terms: Terms) -> CaseState:
    triaged = fact.triaged or key_of(state)
    chosen = asked_at_route(changed(state, terms=terms, triaged=triaged, owner=state.owner or terms.known_by), fact.at)
    running = is_taken_over(state.signals)
    at_once = running or terms.matching.mode is MatchingMode.AT_ONCE or any(map(is_urgent, state.signals))
    return changed(chosen, phase=Phase.IDENTITY_CHECK) if at_once else _waiting(chosen)


def _again(state: CaseState, fact: RouteChosen, terms: Terms, before: Terms) -> CaseState:
    triaged = fact.triaged or state.triaged
    if fact.command_id is not None:
        # Somebody moved the case to another version of the policy: it goes on where it was.
        return moved(changed(state, triaged=triaged), terms, fact.at)
    pressing = _is_more_pressing(terms, before)
    if not pressing and (_was_tried(state) or terms.plan == before.plan):
        kept = terms.model_copy(update={"plan": before.plan, "follow_up": before.follow_up})
        return with_queues_of(changed(state, terms=kept, triaged=triaged), before)
    dropped = state.visit is not None and not state.visit.announced and is_at(state, state.visit.step_id)
    routed = with_queues_of(changed(state, terms=terms, triaged=triaged), before)
    if state.phase is not Phase.CONTACT:
        return routed
    begun = changed(routed, plan=PlanName.FIRST, plan_run=state.plan_run + 1, plan_next=0)
    bare = changed(begun, visit=None) if dropped else begun
    if is_as_it_came(state, fact.at):
        # More of it came over after it: nothing new that hurries.
        return _planned(bare, state, last_attempt(state, fact.at), hurried=False)
    return _planned(bare, state, fact.at, hurried=pressing)


def _is_more_pressing(terms: Terms, before: Terms) -> bool:
    """Whether the new route's plan begins: nobody starts over because a reason fell away."""
    if terms.route is before.route:
        return False
    return terms.priority < before.priority or terms.route in _SAFER


def _was_tried(state: CaseState) -> bool:
    """Whether the plan was begun with whose turn it is; what another person of the household had is not theirs."""
    tried = any(attempt.person_id == state.subject for attempt in state.attempts)
    return tried or state.plan_next > 0 or state.visit is not None


def _planned(state: CaseState, before: CaseState, at: datetime, *, hurried: bool) -> CaseState:
    """With the plan's first attempt. A call that was open already stays as late as it is."""
    planned = plan_next(state, at, hurried=hurried)
    known, call = before.task_of(TaskKind.CALL, before.subject), planned.task_of(TaskKind.CALL, state.subject)
    if known is None or call is None or known.opens_at > at:
        return planned
    due = min(known.deadline, call.deadline, key=lambda deadline: deadline.raised_at or deadline.due_at)
    still = call.model_copy(update={"opens_at": known.opens_at, "deadline": due, "planned": known.planned})
    return changed(planned, tasks=tuple(still if task is call else task for task in planned.tasks))


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
