"""The pages of partners, and what of them stands on a case."""

from datetime import date

import pytest
from fastapi import FastAPI

from adapters.partner_directory import Contact, PartnerDirectory, PartnerFacts
from models.codes import PartnerRoute, PartnerSubject, ReferralParty
from models.facts import ReferralMade
from models.ids import PartnerId, ReferralId, StaffId
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, OPENED, RAVI, WATERDORP, Town, a_case_in_contact, a_case_in_conversation

WOONSTEE = PartnerId("woonstee")
PAGE = "/partners/woonstee"


def deed_of(html: str, deed: str) -> Form:
    return next(form for form in forms_of(html) if form.fields.get("deed") == deed)


async def does(browser: Browser, deed: str, **typed: str) -> int:
    form = deed_of((await browser.get(PAGE)).text, deed)
    return (await browser.send(form, **typed)).status_code


def facts(town: Town) -> PartnerFacts:
    return PartnerDirectory(town.stores.database).of(ZONNEDIJK, [WOONSTEE])[0]


def described(town: Town) -> None:
    directory = PartnerDirectory(town.stores.database)
    directory.describe(ZONNEDIJK, WOONSTEE, arrangements="Tot 12 maanden <spreiden>.", collection_day=27)
    desk = Contact("1", PartnerSubject.SIGNALS, "Team Incasso", PartnerRoute.PHONE, "088 200 3001", True, "ma-do")
    board = Contact("2", PartnerSubject.AGREEMENT, "Directie", PartnerRoute.PORTAL, "https://portaal.example")
    for contact in (desk, board):
        directory.keep_contact(ZONNEDIJK, WOONSTEE, contact)


async def test_a_supervisor_keeps_what_is_known_of_a_partner(town: Town, thea: Browser) -> None:
    assert "nog nooit bevestigd" in (await thea.get("/partners")).text
    assert await does(thea, "describe", arrangements="Uitstel na overleg.", collection_day="27") == 303
    typed = {"subject": "signals", "name": "Team Incasso", "route": "phone", "address": "0882003001"}
    assert await does(thea, "contact", **typed, preferred="ja") == 303
    assert await does(thea, "agree", from_day="2027-01-01", until_day="2027-12-31") == 303
    assert await does(thea, "confirm") == 303
    known = facts(town)
    assert (known.arrangements, known.collection_day) == ("Uitstel na overleg.", 27)
    assert [(contact.name, contact.preferred) for contact in known.contacts] == [("Team Incasso", True)]
    assert known.confirmed_on == date(2027, 4, 5)
    page = (await thea.get(PAGE)).text
    for text in ("Bevestigd op 5 april 2027 door Thea Vos", "1 januari 2027 tot en met 31 december 2027", "27e"):
        assert text in page
    assert "Te controleren" not in (await thea.get("/partners")).text
    assert await does(thea, "drop_contact") == 303
    assert facts(town).contacts == ()


@pytest.mark.parametrize(
    ("deed", "typed"),
    [
        ("describe", {"collection_day": "32", "arrangements": "Blijft staan."}),
        ("describe", {"collection_day": "soms", "arrangements": "Blijft staan."}),
        ("contact", {"subject": "", "route": "phone", "name": "Blijft staan.", "address": "0"}),
        ("agree", {"from_day": "2027-02-30"}),
        ("agree", {"from_day": ""}),
        ("agree", {"from_day": "2027-02-03", "until_day": "2027-02-02"}),
    ],
)
async def test_a_refusal_says_why_and_loses_nothing(
    town: Town, thea: Browser, deed: str, typed: dict[str, str]
) -> None:
    before = facts(town)
    answer = await thea.send(deed_of((await thea.get(PAGE)).text, deed), **typed)
    assert answer.status_code == 422
    assert "Niet vastgelegd." in answer.text
    for value in typed.values():
        assert value in answer.text
    assert facts(town) == before


async def test_a_caseworker_reads_and_changes_nothing(town: Town, noor: Browser) -> None:
    described(town)
    page = (await noor.get(PAGE)).text
    assert "Team Incasso" in page and not [form for form in forms_of(page) if "deed" in form.fields]
    token = forms_of(page)[0].fields["token"]
    sent = {"token": token, "deed": "confirm", "municipality": ZONNEDIJK.text}
    assert (await noor.client.post(PAGE + "/bijhouden", data=sent)).status_code == 404
    assert facts(town).confirmed_on is None


async def test_a_supervisor_changes_nothing_of_elsewhere(town: Town, thea: Browser) -> None:
    form = deed_of((await thea.get(PAGE)).text, "confirm")
    assert (await thea.send(form, municipality=WATERDORP.text)).status_code == 404
    assert (await thea.send(form, deed="nothing")).status_code == 404
    assert (await thea.get("/partners/niemand")).status_code == 404


async def test_another_municipality_sees_nothing_of_it(town: Town, app: FastAPI) -> None:
    described(town)
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert "Team Incasso" not in (await ravi.get(PAGE)).text


async def test_a_case_and_its_call_say_whom_to_ask(town: Town, noor: Browser) -> None:
    described(town)
    state = a_case_in_contact(town)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    beside, call = page.split('id="signalen"')[1], page.split('id="doe-log_call"')[1].split("<form")[0]
    for part in (beside, call):
        assert "Team Incasso" in part and 'href="tel:0882003001"' in part and "rond de 27e van de maand" in part
        assert "Tot 12 maanden &lt;spreiden&gt;." in part
    assert "Directie" not in page


async def test_a_case_shows_no_empty_box_of_a_partner_nobody_described(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    assert 'href="/partners/woonstee"' not in (await noor.get(f"/zaak/{state.case_id}")).text


async def test_a_referral_party_sees_no_partners_on_its_case(town: Town, app: FastAPI) -> None:
    described(town)
    state = a_case_in_conversation(town)
    party = ReferralParty.YOUTH_WORKER
    made = ReferralMade(at=OPENED, by=NOOR, person_id=state.resident, referral_id=ReferralId("to"), party=party)
    town.happens(state, made)
    town.youth_worker(StaffId("yara"))
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = await yara.get(f"/zaak/{state.case_id}")
    assert page.status_code == 200
    assert "Team Incasso" not in page.text
