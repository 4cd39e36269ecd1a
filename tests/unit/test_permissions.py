"""Who may do what, and where."""

import pytest

from models.case import CaseState
from models.codes import Phase, ReferralParty, Role, Route
from models.ids import StaffId
from models.values import MunicipalityCode
from policy.permissions import Action, Staff, may, may_in_case, parties_of, role_may
from tests.builders import ZONNEDIJK, a_case_in, a_case_state, after, route_chosen, the_terms
from tests.unit.situations import SITUATIONS

ELSEWHERE = MunicipalityCode("1234")

# Every role and what it may do, in one table.
ALLOWED = {
    Role.CASEWORKER: {
        Action.SEE_CASE,
        Action.SEE_WORK_LIST,
        Action.MATCH_CALL,
        Action.WORK_ON_CASE,
        Action.REPORT_SIGNAL_CHANGE,
        Action.ANSWER_REFERRAL,
        Action.IMPORT_DELIVERY,
        Action.SEE_POLICY,
        Action.SEE_PARTNERS,
        Action.SEE_FIGURES,
        Action.REVIEW_OUTCOMES,
        Action.LOOK_TOGETHER,
    },
    Role.SUPERVISOR: set(Action)
    - {
        Action.SEE_OWN_SIGNALS,
        Action.SEND_OWN_SIGNALS,
        Action.TAKE_CALL,
        Action.SEE_LOOKS,
        Action.ADMINISTER,
    },
    Role.REFERRAL_PARTY: {
        Action.SEE_CASE,
        Action.SEE_WORK_LIST,
        Action.WORK_ON_CASE,
        Action.REPORT_SIGNAL_CHANGE,
        Action.ANSWER_REFERRAL,
    },
    Role.POLICY_OFFICER: {Action.SEE_POLICY, Action.APPLY_POLICY, Action.SEE_FIGURES, Action.LOOK_TOGETHER},
    Role.PRIVACY_OFFICER: {
        Action.SEE_LOOKS,
        Action.SEE_RETENTION,
        Action.APPROVE_DESTRUCTION,
        Action.HOLD_ERASURE,
    },
    Role.PARTNER: {Action.SEE_OWN_SIGNALS, Action.SEND_OWN_SIGNALS, Action.REPORT_SIGNAL_CHANGE},
    Role.ADMINISTRATOR: {Action.ADMINISTER},
    Role.SWITCHBOARD: {Action.TAKE_CALL},
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
    assert not may_in_case(somebody(role, ELSEWHERE), action, a_case_in(Phase.CONTACT))


def test_somebody_may_work_for_two_municipalities() -> None:
    regional = Staff(StaffId("noor"), "Noor", Role.CASEWORKER, frozenset({ZONNEDIJK, ELSEWHERE}))
    assert may(regional, Action.SEE_CASE, ZONNEDIJK)
    assert may(regional, Action.SEE_CASE, ELSEWHERE)


def test_only_a_supervisor_reads_why_visits_are_not_safe() -> None:
    assert [role for role in Role if role_may(role, Action.SEE_SAFETY_NOTE)] == [Role.SUPERVISOR]


# --- cases of a referral party --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "given"),
    [
        ("talking", False),
        ("referred", True),
        ("taken", True),
        ("started", True),
        ("came back", False),
        ("expired", False),
    ],
)
def test_a_party_sees_the_cases_that_were_given_to_it_and_no_others(situation: str, given: bool) -> None:
    state = SITUATIONS[situation]
    assert may_in_case(a_party(ReferralParty.VOLUNTEERS), Action.SEE_CASE, state) is given
    assert not may_in_case(a_party(ReferralParty.DEBT_COUNSELLING), Action.SEE_CASE, state)
    assert not may_in_case(a_party(None), Action.SEE_CASE, state)
    assert may_in_case(somebody(Role.CASEWORKER), Action.SEE_CASE, state)


def test_a_case_on_the_route_of_young_adults_was_given_to_the_youth_workers() -> None:
    terms = the_terms().model_copy(update={"route": Route.YOUNG_ADULT})
    young: CaseState = after(a_case_state(), route_chosen(terms=terms))
    assert parties_of(young) == {ReferralParty.YOUTH_WORKER}
    assert parties_of(a_case_state()) == set()
    assert may_in_case(a_party(ReferralParty.YOUTH_WORKER), Action.WORK_ON_CASE, young)


def test_a_party_may_no_more_in_its_cases_than_its_role_allows() -> None:
    assert not may_in_case(a_party(ReferralParty.VOLUNTEERS), Action.HOLD_ERASURE, SITUATIONS["referred"])


def somebody(role: Role, where: MunicipalityCode = ZONNEDIJK) -> Staff:
    return Staff(StaffId("noor"), "Noor", role, frozenset({where}))


def a_party(party: ReferralParty | None) -> Staff:
    return Staff(StaffId("lot"), "Lot", Role.REFERRAL_PARTY, frozenset({ZONNEDIJK}), party)
