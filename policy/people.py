"""What somebody tells us of a person: died, moved, is represented."""

from models.case import CaseState
from models.codes import LifeEvent, Standing, TaskKind
from models.facts import (
    CorrectionTold,
    LifeEventReported,
    PassedOn,
    PersonRectified,
    RepairSettled,
    RepresentativeEnded,
    RepresentativeRecorded,
    TraitRecorded,
)
from policy.changes import with_person, with_trait, without_task_of
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


def representative_recorded(state: CaseState, fact: RepresentativeRecorded) -> CaseState:
    return with_person(
        state,
        fact.person_id,
        representative=fact.representative,
        representative_may_be_told=fact.may_be_told,
    )


def representative_ended(state: CaseState, fact: RepresentativeEnded) -> CaseState:
    return with_person(state, fact.person_id, representative=None, representative_may_be_told=False)


def rectified(state: CaseState, fact: PersonRectified) -> CaseState:
    person = state.person(fact.person_id)
    untold = not fact.partners_told or (person is not None and person.correction_to_tell)
    return with_person(state, fact.person_id, correction_to_tell=untold)


def correction_told(state: CaseState, fact: CorrectionTold) -> CaseState:
    return with_person(state, fact.person_id, correction_to_tell=False)


def repair_settled(state: CaseState, fact: RepairSettled) -> CaseState:
    return without_task_of(state, fact.person_id, TaskKind.REPAIR)
