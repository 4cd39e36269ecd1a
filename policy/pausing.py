"""A case that waits: for the end of its matching period, or because somebody let it rest."""

from models.case import CaseState, Deadline, Pause
from models.codes import CalendarName, DeadlineKind, MatchingMode, Phase, TaskKind
from models.facts import CasePaused, CasePickedUp, PauseEnded, RouteChosen
from models.terms import Term
from policy import deadlines
from policy.changes import changed, picked_up, terms_of, unpaused, without_plan, without_task_of
from policy.contact import plan_next, resume
from policy.receipt import is_urgent

_RESTABLE = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
_RESTING = (TaskKind.CHECK_IDENTITY, TaskKind.RECORD_OUTCOME)


def route_chosen(state: CaseState, fact: RouteChosen) -> CaseState:
    """The case gets its terms; a new one waits for the end of its matching period, unless it must not wait."""
    if fact.terms is None:
        return state
    chosen = changed(state, terms=fact.terms)
    if state.phase is Phase.RECEIVED:
        at_once = fact.terms.matching.mode is MatchingMode.AT_ONCE or any(map(is_urgent, state.signals))
        return changed(chosen, phase=Phase.IDENTITY_CHECK) if at_once else _waiting(chosen)
    if state.phase is Phase.CONTACT and state.task_of(TaskKind.CHECK_MAIL, state.subject) is None:
        # The next attempt is one of the new plan.
        return plan_next(chosen, fact.at)
    return chosen


def case_picked_up(state: CaseState, fact: CasePickedUp) -> CaseState:
    return picked_up(state)


def case_paused(state: CaseState, fact: CasePaused) -> CaseState:
    """Nobody seeks contact with the subject, and nothing is to be recorded of them."""
    if state.phase not in _RESTABLE:
        return state
    resting = unpaused(without_task_of(without_plan(state), state.subject, *_RESTING))
    until = Deadline(
        kind=DeadlineKind.PAUSE,
        rule="De zaak rust tot deze dag.",
        start_event="case.paused",
        started_at=fact.at,
        due_at=fact.until,
        term=Term(),
        calendar=CalendarName.ALL,
    )
    pause = Pause(by=fact.by, since=fact.at, until=fact.until)
    return changed(resting, pause=pause, deadlines=(*resting.deadlines, until))


def pause_ended(state: CaseState, fact: PauseEnded) -> CaseState:
    return state if state.pause is None else resume(unpaused(state), fact.at)


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
