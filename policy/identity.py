"""Who the resident is: what the persons register says, and what a caseworker finds."""

from datetime import datetime

from models.case import CaseState
from models.codes import Phase, RegisterResult, Standing, TaskKind, Trait
from models.facts import IdentityChecked, PartyGaveUp, RegisterAnswered
from models.ids import PersonId
from policy.changes import with_identity_check, with_standing, with_trait, without_task_of
from policy.contact import begin_contact

DECIDED = frozenset({Standing.CONFIRMED, Standing.DIED, Standing.NOT_A_RESIDENT})
"""What a check may find; everything else is no answer."""

_STANDINGS = {
    RegisterResult.FOUND: Standing.CONFIRMED,
    RegisterResult.FOUND_SECRET: Standing.CONFIRMED,
    RegisterResult.DIED: Standing.DIED,
    RegisterResult.NOT_A_RESIDENT: Standing.NOT_A_RESIDENT,
    RegisterResult.NOT_FOUND: Standing.TO_CHECK,
    RegisterResult.SEVERAL: Standing.TO_CHECK,
    RegisterResult.MOVED_WITHIN: Standing.CONFIRMED,
    RegisterResult.ABROAD: Standing.NOT_A_RESIDENT,
    RegisterResult.RESIDENCE_UNKNOWN: Standing.TO_CHECK,
    RegisterResult.NOT_AT_ADDRESS: Standing.TO_CHECK,
    RegisterResult.NEAR: Standing.TO_CHECK,
}


def register_answered(state: CaseState, fact: RegisterAnswered) -> CaseState:
    if not _is_awaited(state, fact.person_id):
        return state
    secret = fact.secret or fact.result is RegisterResult.FOUND_SECRET
    known = with_trait(state, fact.person_id, Trait.SECRET_ADDRESS, applies=True) if secret else state
    standing, code = _STANDINGS[fact.result], f"register.{fact.result}"
    if fact.guardianship and standing is Standing.CONFIRMED and not _is_represented(known, fact.person_id):
        # Somebody decides for them: who that is must be known before anybody is written to.
        standing, code = Standing.TO_CHECK, "register.guardianship"
    return _found(known, fact.person_id, standing, fact.at, code=code)


def register_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    if not _is_awaited(state, fact.person_id):
        return state
    return _found(state, fact.person_id, Standing.TO_CHECK, fact.at, code="party.register", given_up=True)


def identity_checked(state: CaseState, fact: IdentityChecked) -> CaseState:
    person = state.person(fact.person_id)
    known = person is not None and person.standing in DECIDED
    if state.phase is not Phase.IDENTITY_CHECK or known or fact.standing not in DECIDED:
        return state
    return _found(state, fact.person_id, fact.standing, fact.at)


def _is_represented(state: CaseState, person_id: PersonId) -> bool:
    person = state.person(person_id)
    return person is not None and person.representative is not None


def _is_awaited(state: CaseState, person_id: PersonId) -> bool:
    # A caseworker may have decided before the register answered.
    person = state.person(person_id)
    return state.phase is Phase.IDENTITY_CHECK and person is not None and person.standing is Standing.UNKNOWN


def _found(
    state: CaseState, person_id: PersonId, standing: Standing, at: datetime, *, code: str = "", given_up: bool = False
) -> CaseState:
    known = with_standing(state, person_id, standing)
    if person_id != state.subject:
        # The contact plan is about the subject; others concerned never start or stop it.
        return known
    if standing is Standing.TO_CHECK:
        return with_identity_check(known, person_id, at, code=code, given_up=given_up)
    settled = without_task_of(known, person_id, TaskKind.CHECK_IDENTITY)
    return begin_contact(settled, at) if standing is Standing.CONFIRMED else settled
