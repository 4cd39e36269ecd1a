"""Going from door to door: who may go where, and in which order."""

from datetime import datetime

import pytest

from models.case import CaseState
from models.codes import Phase
from models.facts import VisitsBlocked
from models.ids import CaseId
from models.personal import Address
from models.values import Postcode
from policy.visiting import Company, Stop, company_for, walked
from tests.builders import NEIGHBOUR, NOW, a_case_in, a_case_state, after, at
from tests.unit.examples import a_fact
from tests.unit.situations import a_case_of_two


def a_door(
    case: str, street: str = "Bosweg", number: int = 1, *, addition: str = "", postcode: str = "9990AB", **more: str
) -> Stop:
    where = Address(postcode=Postcode(postcode), number=number, addition=addition, street=street, town="Zonnedijk")
    return Stop(CaseId(case), where, more.get("neighbourhood", ""))


def agreed(case: str, moment: datetime) -> Stop:
    return Stop(CaseId(case), None, agreed_at=moment)


def way(*stops: Stop) -> list[tuple[bool, str, str, list[str]]]:
    return [
        (each.agreed, each.neighbourhood, each.area, [stop.case_id for stop in each.stops]) for each in walked(stops)
    ]


def test_without_doors_there_is_no_way() -> None:
    assert walked([]) == ()


def test_a_street_is_walked_house_by_house() -> None:
    doors = [
        a_door("d", number=10),
        a_door("b", number=9),
        a_door("c", number=9, addition="A"),
        a_door("a", "Akker", 40),
    ]
    assert way(*doors) == [(False, "", "9990", ["a", "b", "c", "d"])]


def test_capitals_make_no_other_street() -> None:
    assert way(a_door("b", "BOSWEG", 2), a_door("a", "Bosweg", 1), a_door("c", "bosweg", 3))[0][3] == ["a", "b", "c"]


def test_each_neighbourhood_comes_once_in_the_order_of_its_postcode() -> None:
    doors = [a_door("c", postcode="9991AA"), a_door("a", "Zeeweg", postcode="9990ZZ"), a_door("b", postcode="9991ZZ")]
    assert [(area, cases) for _, _, area, cases in way(*doors)] == [("9990", ["a"]), ("9991", ["b", "c"])]


def test_one_postcode_may_lie_in_two_neighbourhoods() -> None:
    doors = [a_door("a", neighbourhood="Noord"), a_door("b", neighbourhood="Haven"), a_door("c", neighbourhood="Noord")]
    assert [(name, cases) for _, name, _, cases in way(*doors)] == [("Haven", ["b"]), ("Noord", ["a", "c"])]


def test_what_was_agreed_comes_first_at_its_time() -> None:
    doors = [a_door("z"), agreed("late", at("2027-04-05 15:00")), agreed("early", at("2027-04-05 10:00"))]
    assert way(*doors) == [(True, "", "", ["early", "late"]), (False, "", "9990", ["z"])]


def test_who_hides_comes_last_and_in_no_neighbourhood() -> None:
    hidden = Stop(CaseId("a"), None, "Noord")
    assert way(hidden, a_door("b")) == [(False, "", "9990", ["b"]), (False, "", "", ["a"])]


def test_who_shares_an_address_shares_what_is_not_safe_there() -> None:
    state = a_case_of_two()
    assert company_for(state) is Company.IN_PAIRS
    assert company_for(after(state, a_fact(VisitsBlocked, person_id=NEIGHBOUR))) is Company.NOBODY_GOES


@pytest.mark.parametrize(("in_pairs", "company"), [(True, Company.IN_PAIRS), (False, Company.ALONE_MAY)])
def test_the_policy_says_whether_one_goes_alone(in_pairs: bool, company: Company) -> None:
    state = a_case_in(Phase.CONTACT)
    assert state.terms is not None
    terms = state.terms.model_copy(update={"visits_in_pairs": in_pairs})
    assert company_for(state.model_copy(update={"terms": terms})) is company


def test_before_there_are_terms_nobody_goes_alone() -> None:
    bare: CaseState = a_case_state(opened_at=NOW)
    assert (bare.terms, company_for(bare)) == (None, Company.IN_PAIRS)
