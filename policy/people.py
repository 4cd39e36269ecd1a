"""What somebody tells us of a person: died, moved, objects, is represented."""

from models.case import CaseState
from models.codes import LifeEvent, Objection, Phase, Standing, TaskKind
from models.facts import (
    LifeEventReported,
    ObjectionDecided,
    ObjectionMade,
    PassedOn,
    RepairSettled,
    RepresentativeEnded,
    RepresentativeRecorded,
)
from policy.changes import (
    terms_of,
    with_person,
    with_standing,
    with_task,
    without_contact,
    without_task_of,
)
from policy.contact import resume
from policy.identity import identity_asked_again
from policy.settling import without_referrals

_GONE = {LifeEvent.DIED: Standing.DIED, LifeEvent.MOVED_AWAY: Standing.NOT_A_RESIDENT}
_OVER = frozenset({Phase.FEEDBACK, Phase.CLOSED})


def life_event_reported(state: CaseState, fact: LifeEventReported) -> CaseState:
    """Whoever died or moved away is not contacted any more; the outcome follows by itself."""
    if fact.event is LifeEvent.MOVED_WITHIN or state.phase is Phase.CLOSED:
        return state
    gone = with_standing(state, fact.person_id, _GONE[fact.event])
    return without_referrals(without_contact(gone, fact.person_id), fact.person_id)


def passed_on(state: CaseState, fact: PassedOn) -> CaseState:
    return without_task_of(state, fact.person_id, TaskKind.PASS_ON)


def objection_made(state: CaseState, fact: ObjectionMade) -> CaseState:
    """Until it is decided nobody seeks contact."""
    if state.phase in _OVER or state.terms is None:
        return state
    objecting = with_person(state, fact.person_id, objection=Objection.MADE)
    return with_task(
        without_contact(objecting, fact.person_id),
        TaskKind.DECIDE_OBJECTION,
        terms_of(state).patience.objection,
        fact.person_id,
        fact.at,
        start_event="objection.made",
    )


def objection_decided(state: CaseState, fact: ObjectionDecided) -> CaseState:
    if state.task_of(TaskKind.DECIDE_OBJECTION, fact.person_id) is None:
        return state
    decided = with_person(
        without_task_of(state, fact.person_id, TaskKind.DECIDE_OBJECTION),
        fact.person_id,
        objection=Objection.UPHELD if fact.upheld else Objection.REJECTED,
    )
    if fact.upheld or fact.person_id != state.subject:
        return decided
    return identity_asked_again(resume(decided, fact.at), fact.at)


def representative_recorded(state: CaseState, fact: RepresentativeRecorded) -> CaseState:
    return with_person(
        state,
        fact.person_id,
        representative=fact.representative,
        representative_may_be_told=fact.may_be_told,
    )


def representative_ended(state: CaseState, fact: RepresentativeEnded) -> CaseState:
    return with_person(state, fact.person_id, representative=None, representative_may_be_told=False)


def repair_settled(state: CaseState, fact: RepairSettled) -> CaseState:
    return without_task_of(state, fact.person_id, TaskKind.REPAIR)
