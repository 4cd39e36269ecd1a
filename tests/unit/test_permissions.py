"""Who may do what, and where."""

import pytest

from models.codes import Role
from models.ids import StaffId
from models.values import MunicipalityCode
from policy.permissions import Action, Staff, may, role_may
from tests.builders import ZONNEDIJK

ELSEWHERE = MunicipalityCode("1234")

# Every role and what it may do, in one table.
ALLOWED = {
    Role.CASEWORKER: {Action.SEE_CASE, Action.SEE_WORK_LIST, Action.WORK_ON_CASE, Action.IMPORT_DELIVERY},
    Role.SUPERVISOR: {
        Action.SEE_CASE,
        Action.SEE_WORK_LIST,
        Action.SEE_STALLED,
        Action.SEE_RETENTION,
        Action.IMPORT_DELIVERY,
        Action.WORK_ON_CASE,
        Action.HOLD_ERASURE,
    },
    Role.REFERRAL_PARTY: set(),
    Role.POLICY_OFFICER: set(),
    Role.PRIVACY_OFFICER: set(),
    Role.PARTNER: set(),
    Role.ADMINISTRATOR: set(),
    Role.SWITCHBOARD: set(),
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_the_table_says(role: Role, action: Action) -> None:
    allowed = action in ALLOWED[role]
    assert role_may(role, action) is allowed
    assert may(somebody(role), action, ZONNEDIJK) is allowed


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_nobody_may_do_anything_in_a_municipality_they_do_not_work_for(role: Role, action: Action) -> None:
    assert not may(somebody(role), action, ELSEWHERE)


def test_somebody_may_work_for_two_municipalities() -> None:
    regional = Staff(StaffId("noor"), "Noor", Role.CASEWORKER, frozenset({ZONNEDIJK, ELSEWHERE}))
    assert may(regional, Action.SEE_CASE, ZONNEDIJK)
    assert may(regional, Action.SEE_CASE, ELSEWHERE)


def somebody(role: Role) -> Staff:
    return Staff(StaffId("noor"), "Noor", role, frozenset({ZONNEDIJK}))
