"""Who the resident is: what the persons register says, and what a caseworker finds."""

from datetime import datetime

from models.case import CaseState
from models.codes import Phase, RegisterResult, Standing, TaskKind, Trait
from models.facts import IdentityChecked, PartyGaveUp, RegisterAnswered
from models.ids import PersonId, StepId
from policy.asking import is_doubted, question_of
from policy.changes import (
    with_identity_check,
    with_person,
    with_standing,
    with_trait,
    without_contact,
    without_referrals,
    without_task_of,
)
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
    again = _is_again(state, fact.step_id, fact.person_id)
    if not again and not _is_awaited(state, fact.person_id):
        return state
    secret = fact.secret or fact.result is RegisterResult.FOUND_SECRET
    known = with_trait(state, fact.person_id, Trait.SECRET_ADDRESS, applies=True) if secret else state
    standing, code = _STANDINGS[fact.result], f"register.{fact.result}"
    if fact.guardianship and standing is Standing.CONFIRMED and not _is_represented(known, fact.person_id):
        # Somebody decides for them: who that is must be known before anybody is written to.
        standing, code = Standing.TO_CHECK, "register.guardianship"
    if again:
        return _found_again(known, fact, standing, code=code)
    return _found(known, fact.person_id, standing, fact.at, code=code)


def register_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    if _is_again(state, fact.step_id, fact.person_id):
        asked = _counted(state, fact.person_id)
        return _doubted(asked, fact.person_id, fact.at, code="party.register", given_up=True)
    if not _is_awaited(state, fact.person_id):
        return state
    return _found(state, fact.person_id, Standing.TO_CHECK, fact.at, code="party.register", given_up=True)


def identity_checked(state: CaseState, fact: IdentityChecked) -> CaseState:
    person = state.person(fact.person_id)
    if fact.standing not in DECIDED:
        return state
    if person is not None and person.standing is Standing.CONFIRMED and is_doubted(state, fact.person_id):
        settled = without_task_of(state, fact.person_id, TaskKind.CHECK_IDENTITY)
        if fact.standing is Standing.CONFIRMED:
            return with_person(settled, fact.person_id, confirmed_at=fact.at)
        return gone(settled, fact.person_id, fact.standing)
    known = person is not None and person.standing in DECIDED
    if state.phase is not Phase.IDENTITY_CHECK or known:
        return state
    return _found(state, fact.person_id, fact.standing, fact.at)


def gone(state: CaseState, person_id: PersonId, standing: Standing) -> CaseState:
    """Whoever died or moved away is not contacted any more; the outcome follows by itself."""
    known = with_standing(state, person_id, standing)
    bare = without_referrals(without_contact(known, person_id), person_id)
    # Whether the arrears of somebody who died were solved is not for us to ask.
    return without_task_of(bare, person_id, TaskKind.CHECK_QUICK_FIX) if standing is Standing.DIED else bare


# --- asked again --------------------------------------------------------------------------------------------------


def _is_again(state: CaseState, step_id: StepId | None, person_id: PersonId) -> bool:
    """Whether this answers the question that was asked last about somebody who was confirmed before."""
    person = state.person(person_id)
    return person is not None and step_id == question_of(state, person)


def _found_again(state: CaseState, fact: RegisterAnswered, standing: Standing, *, code: str) -> CaseState:
    state = _counted(state, fact.person_id)
    person = state.person(fact.person_id)
    if person is None or person.standing is not Standing.CONFIRMED:
        # Somebody heard meanwhile that they died or moved away.
        return state
    talking = state.phase is Phase.IN_CONVERSATION
    match standing:
        case Standing.CONFIRMED:
            return with_person(state, fact.person_id, confirmed_at=fact.at)
        case Standing.NOT_A_RESIDENT if not talking:
            return gone(state, fact.person_id, standing)
        case Standing.DIED:
            return gone(state, fact.person_id, standing)
    if person.confirmed_at is not None and fact.since is not None and fact.since <= person.confirmed_at:
        # A colleague saw this answer and knew better.
        return with_person(state, fact.person_id, confirmed_at=fact.at)
    return _doubted(state, fact.person_id, fact.at, code=code)


def _counted(state: CaseState, person_id: PersonId) -> CaseState:
    person = state.person(person_id)
    asked = 0 if person is None else person.asked_again
    return with_person(state, person_id, asked_again=asked + 1)


def _doubted(state: CaseState, person_id: PersonId, at: datetime, *, code: str, given_up: bool = False) -> CaseState:
    """Somebody has to look; what was known stays until they did."""
    person = state.person(person_id)
    if person is None or person.standing is not Standing.CONFIRMED or is_doubted(state, person_id):
        return state
    return with_identity_check(state, person_id, at, code=code, given_up=given_up)


# --- asked for the first time -------------------------------------------------------------------------------------


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
    if standing is Standing.CONFIRMED:
        known = with_person(known, person_id, confirmed_at=at)
    if person_id != state.subject:
        # The contact plan is about the subject; others concerned never start or stop it.
        return known
    if standing is Standing.TO_CHECK:
        return with_identity_check(known, person_id, at, code=code, given_up=given_up)
    settled = without_task_of(known, person_id, TaskKind.CHECK_IDENTITY)
    return begin_contact(settled, at) if standing is Standing.CONFIRMED else settled
