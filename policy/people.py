"""What somebody tells us of a person: died, moved, objects, is represented."""

from models.case import CaseState
from models.codes import LifeEvent, Objection, Standing, TaskKind
from models.facts import (
    LifeEventReported,
    ObjectionDecided,
    ObjectionMade,
    PassedOn,
    RepairSettled,
    RepresentativeEnded,
    RepresentativeRecorded,
    TraitRecorded,
)
from policy.changes import (
    is_objecting,
    outcome_of,
    terms_of,
    was_reached,
    with_person,
    with_task,
    with_trait,
    without_contact,
    without_task_of,
)
from policy.contact import resume, to_record
from policy.ending import owed_anew
from policy.identity import gone

_GONE = {LifeEvent.DIED: Standing.DIED, LifeEvent.MOVED_AWAY: Standing.NOT_A_RESIDENT}


def trait_recorded(state: CaseState, fact: TraitRecorded) -> CaseState:
    return with_trait(state, fact.person_id, fact.trait, applies=fact.applies)


def life_event_reported(state: CaseState, fact: LifeEventReported) -> CaseState:
    """Whoever died or moved away is not contacted any more; the outcome follows by itself."""
    person = state.person(fact.person_id)
    died = person is not None and person.standing is Standing.DIED
    if fact.event is LifeEvent.MOVED_WITHIN or died:
        return state
    return gone(state, fact.person_id, _GONE[fact.event])


def passed_on(state: CaseState, fact: PassedOn) -> CaseState:
    return without_task_of(state, fact.person_id, TaskKind.PASS_ON)


def objection_made(state: CaseState, fact: ObjectionMade) -> CaseState:
    """Until it is decided nobody seeks contact."""
    if is_objecting(state, fact.person_id):
        return state
    objecting = with_person(state, fact.person_id, objection=Objection.MADE)
    return with_task(
        owed_anew(without_contact(objecting, fact.person_id), fact.person_id),
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
    if fact.upheld or outcome_of(decided, fact.person_id) is not None:
        return owed_anew(decided, fact.person_id)
    if fact.person_id == state.subject:
        return decided if decided.pause is not None else resume(decided, fact.at)
    return to_record(decided, fact.person_id, fact.at) if was_reached(decided, fact.person_id) else decided


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
