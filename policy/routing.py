"""The route of a case: the terms it is held to from now on, and what that changes in what was planned."""

from models.case import CaseState, Deadline
from models.codes import AttemptResult, CalendarName, DeadlineKind, MatchingMode, Phase
from models.facts import RouteChosen
from models.terms import Term
from policy import deadlines
from policy.changes import changed, terms_of
from policy.contact import plan_next
from policy.moving import moved, with_queues_of
from policy.next_step import WRITTEN, plan_of
from policy.receipt import is_urgent
from policy.triage import key_of

_NOT_WRITTEN = frozenset({AttemptResult.REFUSED, AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF})


def route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    """The case gets its terms. A new one waits for the end of its matching period, unless it must not wait. In a
    running one another route begins with its own plan, unless somebody moved the case to another version of the policy:
    then, as on the same route, it goes on where it was. What was agreed with the resident stays."""
    if fact.terms is None:
        return state
    if state.phase is Phase.FEEDBACK:
        # It is known how it ended: only what is still owed goes by the new terms.
        return changed(state, terms=fact.terms)
    triaged = fact.triaged or key_of(state)
    known = changed(state, triaged=triaged, owner=state.owner or fact.terms.known_by)
    chosen = changed(known, terms=fact.terms)
    if state.terms is None:
        at_once = fact.terms.matching.mode is MatchingMode.AT_ONCE or any(map(is_urgent, state.signals))
        return changed(chosen, phase=Phase.IDENTITY_CHECK) if at_once else _waiting(chosen)
    if fact.command_id is not None or fact.terms.route is state.terms.route:
        return moved(known, fact.terms, fact.at)
    other = with_queues_of(chosen, state.terms)
    if state.phase is not Phase.CONTACT:
        return other
    return plan_next(changed(other, plan_run=state.plan_run + 1, plan_next=_first_to_make(other)), fact.at)


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
