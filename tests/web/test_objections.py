"""What a caseworker is told of an objection: before it is decided, and when it is one of an earlier signal."""

from models.case import CaseState
from models.codes import Route
from models.facts import ObjectionMade, RouteChosen
from models.terms import ObjectionMark, Term
from policy.file_parts import FileObjectionMark
from policy.objections import recognised
from policy.terms import Policy, merged
from tests.builders import ZONNEDIJK, a_case_state, a_signal, the_terms
from tests.unit.test_terms import DEFAULT, SENDER
from tests.web.browser import Browser
from tests.web.situations import objected
from tests.web.town import OPENED, Town, a_route
from web.objections import what_stays
from web.policy_words.data import data_sections

STARTS_AGAIN = "begint een nieuw signaal later weer met contact"
MARK = ObjectionMark(term=Term(months=24), ground="Beleid: twee jaar.")


def recalled(town: Town) -> CaseState:
    """A case of somebody who was right to object at an earlier signal."""
    state = town.case()
    signal = state.signals[0].model_copy(update={"objected": True})
    return town.happens(recognised(state.model_copy(update={"signals": (signal,)}), signal, OPENED), a_route())


async def test_the_form_warns_that_a_new_signal_starts_contact_again(town: Town, noor: Browser) -> None:
    page = await noor.get(f"/zaak/{objected(town).case_id}")
    assert STARTS_AGAIN in page.text


async def test_where_a_mark_stays_the_form_says_for_how_long(town: Town, noor: Browser) -> None:
    terms = the_terms().model_copy(update={"objection_mark": MARK})
    state = town.case(RouteChosen(at=OPENED, route=Route.STANDARD, terms=terms))
    town.happens(state, ObjectionMade(at=OPENED, person_id=state.resident))
    page = await noor.get(f"/zaak/{state.case_id}")
    assert "blijft 24 maanden een versleuteld kenmerk" in page.text
    assert STARTS_AGAIN not in page.text


async def test_a_case_of_somebody_who_was_right_before_says_so_and_asks(town: Town, noor: Browser) -> None:
    page = await noor.get(f"/zaak/{recalled(town).case_id}")
    assert "kreeg eerder gelijk bij een bezwaar" in page.text
    assert 'id="doe-decide_objection" open' in page.text


def test_that_the_mark_goes_when_the_objection_does_not_hold_is_told() -> None:
    signal = a_signal(objected=True)
    state = recognised(a_case_state(signals=(signal,)), signal, OPENED)
    marking = state.model_copy(update={"terms": the_terms().model_copy(update={"objection_mark": MARK})})
    assert "dan gaat het kenmerk weg" in what_stays(marking, state.resident)


def _told(policy: Policy) -> list[str]:
    return [
        told.text
        for section in data_sections(policy)
        for told in section.sentences
        if told.place[0] == "objection_mark"
    ]


def test_the_policy_page_says_what_stays() -> None:
    plain = merged(DEFAULT, SENDER)
    marking = merged(DEFAULT, SENDER, {"objection_mark": {"months": 24, "ground": "Beleid: twee jaar."}})
    assert plain.terms(ZONNEDIJK, Route.STANDARD, OPENED.date()).objection_mark is None
    assert marking.terms(ZONNEDIJK, Route.STANDARD, OPENED.date()).objection_mark == MARK
    assert FileObjectionMark(months=24, ground="Beleid: twee jaar.").resolved() == MARK
    [nothing], [something] = _told(plain), _told(marking)
    assert ("blijft er niets" in nothing, "24 maanden" in something) == (True, True)
