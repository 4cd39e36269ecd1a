"""A secret address is on no page, until somebody with that right says why they must see it."""

import re

import pytest

from adapters.address_looks import AddressLooks, Look
from adapters.registry import Member
from models.case import CaseState
from models.codes import LookReason, RegisterResult, Role, Trait
from models.facts import SignalJoined, TraitRecorded
from models.ids import PersonId, StaffId
from models.personal import Address, RegisteredPerson, RegisterRecord
from models.values import Postcode
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, forms_of
from tests.web.test_access import ACTIONS, ONLY_SENT, filled
from tests.web.town import NOOR, OPENED, RAVI, WATERDORP, Town, a_case_in_contact, a_case_to_check

HOME = Address(postcode=Postcode("9990XZ"), number=87, addition="K", street="Schuilpad", town="Zonnedijk")
TRACES = re.compile(r"Schuilpad|9990\s*XZ|\b87\s*K\b")
MAY = "Waarom wilt u het adres zien?"


def hidden(town: Town, state: CaseState) -> CaseState:
    secret = TraitRecorded(at=OPENED, by=NOOR, person_id=state.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    return town.happens(state, secret)


def a_hidden_case(town: Town) -> CaseState:
    return hidden(town, a_case_in_contact(town, address=HOME))


def with_right(town: Town, staff: StaffId = NOOR, role: Role = Role.CASEWORKER) -> None:
    where = WATERDORP if staff == RAVI else ZONNEDIJK
    town.stores.registry.ensure(staff=[Member(staff, "Noor de Wit", role, (where,), sees_secret_addresses=True)])


async def look(browser: Browser, state: CaseState, reason: str = "visit") -> tuple[int, str]:
    page = (await browser.get(f"/zaak/{state.case_id}")).text
    form = next(form for form in forms_of(page) if form.action.endswith("/adres"))
    answer = await browser.send(type(form)(form.action, {**form.fields, "reason": reason}))
    return answer.status_code, answer.text


async def test_without_the_right_no_page_shows_where_somebody_lives_who_hides(town: Town, thea: Browser) -> None:
    state = a_hidden_case(town)
    checking = hidden(town, a_case_to_check(town, address=HOME))
    told = RegisteredPerson(surname="Beemd", address=HOME, lives="Adres", municipality="Zonnedijk", since="mei 2019")
    record = RegisterRecord(asked_at=OPENED, people=(told,), result=RegisterResult.NEAR)
    town.stores.cases.keep_register(checking.case_id, checking.resident, record)
    seen = 0
    for case in (state, checking):
        for path in sorted(set(ACTIONS) - ONLY_SENT):
            where = filled(path, case.case_id)
            answer = await thea.get(where)
            seen += answer.status_code == 200
            assert TRACES.search(answer.text) is None, where
    assert seen > 10
    page = (await thea.get(f"/zaak/{checking.case_id}")).text
    assert "Wie is dit?" in page and "mei 2019" not in page
    assert "Alleen collega’s met dat recht" in page and MAY not in page


async def test_the_address_of_whoever_does_not_hide_is_there(town: Town, noor: Browser) -> None:
    page = (await noor.get(f"/zaak/{a_case_in_contact(town, address=HOME).case_id}")).text
    assert "Schuilpad 87 K" in page and "9990 XZ Zonnedijk" in page


async def test_who_lives_with_somebody_who_hides_is_hidden_too(town: Town, noor: Browser) -> None:
    state = a_hidden_case(town)
    other = PersonId("neighbour")
    town.person(state.case_id, other, surname="Ander", address=HOME)
    joined = SignalJoined(at=OPENED, signal=town.signal(state.case_id, other))
    town.happens(state, joined)
    page = (await noor.get(f"/zaak/{state.case_id}?persoon={other}")).text
    assert "Ander" in page and TRACES.search(page) is None


async def test_with_the_right_and_a_reason_it_is_on_one_answer_and_that_is_kept(town: Town, noor: Browser) -> None:
    state = a_hidden_case(town)
    with_right(town)
    before = (await noor.get(f"/zaak/{state.case_id}")).text
    assert MAY in before and TRACES.search(before) is None
    status, page = await look(noor, state)
    assert status == 200 and "Schuilpad 87 K" in page and "geef het aan niemand door" in page
    [kept] = AddressLooks(town.stores.database).of(state.case_id, state.resident)
    assert kept == Look(NOOR, OPENED, LookReason.VISIT)
    after = (await noor.get(f"/zaak/{state.case_id}")).text
    assert TRACES.search(after) is None
    assert "Wie zag dit adres (1)" in after and "Noor de Wit" in after and "voor een huisbezoek" in after


@pytest.mark.parametrize("reason", ["", "nieuwsgierig"])
async def test_without_a_reason_nothing_is_shown_and_nothing_kept(town: Town, noor: Browser, reason: str) -> None:
    state = a_hidden_case(town)
    with_right(town)
    status, page = await look(noor, state, reason)
    assert status == 422 and TRACES.search(page) is None
    assert "Kies eerst waarom u het adres wilt zien." in page
    assert AddressLooks(town.stores.database).of(state.case_id, state.resident) == []


async def test_who_has_no_right_or_works_elsewhere_cannot_ask(town: Town, noor: Browser) -> None:
    state = a_hidden_case(town)
    page = await noor.get(f"/zaak/{state.case_id}")
    token = forms_of(page.text)[0].fields["token"]
    sent = {"token": token, "shown": state.resident, "reason": "visit"}
    refused = await noor.client.post(f"/zaak/{state.case_id}/adres", data=sent)
    assert refused.status_code == 404
    with_right(town)
    elsewhere = hidden(town, a_case_in_contact(town, address=HOME, municipality=WATERDORP))
    assert (await noor.client.post(f"/zaak/{elsewhere.case_id}/adres", data=sent)).status_code == 404
    assert AddressLooks(town.stores.database).of(state.case_id, state.resident) == []


async def test_an_address_that_is_not_secret_needs_no_look(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town, address=HOME)
    with_right(town)
    token = forms_of((await noor.get(f"/zaak/{state.case_id}")).text)[0].fields["token"]
    answer = await noor.client.post(f"/zaak/{state.case_id}/adres", data={"token": token, "reason": "visit"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/zaak/{state.case_id}")
    assert AddressLooks(town.stores.database).of(state.case_id, state.resident) == []
