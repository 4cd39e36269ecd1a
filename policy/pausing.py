"""A case that rests because somebody let it, and one that is picked up after its matching period."""

from models.case import CaseState, Deadline, Pause
from models.codes import CalendarName, DeadlineKind, Phase, TaskKind
from models.facts import CasePaused, CasePickedUp, PauseEnded
from models.terms import Term
from policy.changes import changed, picked_up, unpaused, without_plan, without_task_of
from policy.contact import resume

_RESTABLE = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
_RESTING = (TaskKind.CHECK_IDENTITY, TaskKind.RECORD_OUTCOME)


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
