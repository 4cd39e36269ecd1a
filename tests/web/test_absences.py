"""Who is away, and who looks after their work."""

from collections.abc import Mapping
from datetime import date

import pytest
from fastapi import FastAPI

from adapters.registry import Member
from models.codes import Role
from models.ids import StaffId
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, OPENED, RAVI, THEA, WATERDORP, Town

TODAY = OPENED.date()
WHEN = {"first_day": "2027-04-06", "last_day": "2027-04-09"}


def recorded(town: Town, staff: StaffId) -> list[tuple[date, date, StaffId]]:
    return [(one.first_day, one.last_day, one.deputy) for one in town.stores.absences.of(staff, since=date(2027, 1, 1))]


async def form(browser: Browser) -> Form:
    return next(each for each in forms_of((await browser.get("/afwezig")).text) if each.action == "/afwezig")


async def withdrawal(browser: Browser) -> list[Form]:
    return [each for each in forms_of((await browser.get("/afwezig")).text) if each.action.endswith("/intrekken")]


async def test_somebody_records_their_own_absence(town: Town, noor: Browser) -> None:
    empty = await form(noor)
    assert "staff" not in empty.names
    answer = await noor.send(empty, **WHEN, deputy=THEA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/afwezig")
    assert recorded(town, NOOR) == [(date(2027, 4, 6), date(2027, 4, 9), THEA)]
    page = (await noor.get("/afwezig")).text
    assert "morgen" in page and "vr 9 april" in page and "(nu weg)" not in page


async def test_a_button_pressed_twice_records_once(town: Town, noor: Browser) -> None:
    filled = await form(noor)
    for _ in range(2):
        assert (await noor.send(filled, **WHEN, deputy=THEA)).status_code == 303
    assert len(recorded(town, NOOR)) == 1


async def test_a_supervisor_records_and_withdraws_it_for_somebody_else(town: Town, thea: Browser) -> None:
    await thea.send(await form(thea), **WHEN, staff=NOOR, deputy=THEA)
    assert recorded(town, NOOR) == [(date(2027, 4, 6), date(2027, 4, 9), THEA)]
    [withdraw] = await withdrawal(thea)
    for _ in range(2):
        assert (await thea.send(withdraw)).status_code == 303
    assert recorded(town, NOOR) == []


async def test_a_caseworker_does_so_for_nobody_else(town: Town, noor: Browser) -> None:
    answer = await noor.send(await form(noor), **WHEN, staff=THEA, deputy=NOOR)
    assert (answer.status_code, "Alleen een teamleider" in answer.text) == (409, True)
    assert recorded(town, THEA) == []
    town.stores.absences.record(staff=THEA, first_day=TODAY, last_day=TODAY, deputy=NOOR, by=THEA)
    assert "(nu weg)" in (await noor.get("/afwezig")).text
    assert await withdrawal(noor) == []
    [hers] = town.stores.absences.of(THEA, since=TODAY)
    refused = await noor.send(Form(f"/afwezig/{hers.id}/intrekken", {"token": (await form(noor)).fields["token"]}))
    assert (refused.status_code, len(recorded(town, THEA))) == (409, 1)


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"first_day": ""}, 422, "Vul de eerste dag in."),
        ({"last_day": "9 april"}, 422, "Vul de laatste dag in."),
        ({"first_day": "2027-04-01", "last_day": "2027-04-02"}, 422, "Deze dagen zijn al voorbij."),
        ({"deputy": ""}, 422, "Kies wie waarneemt."),
        ({"last_day": "2027-04-05"}, 409, "De laatste dag ligt voor de eerste."),
        ({"deputy": NOOR}, 409, "Kies een ander die waarneemt."),
        ({"deputy": RAVI}, 409, "Kies een waarnemer die voor dezelfde gemeente werkt."),
    ],
)
async def test_a_refusal_says_why_and_keeps_what_was_typed(
    town: Town, noor: Browser, typed: Mapping[str, str], status: int, sentence: str
) -> None:
    filled = {**WHEN, "deputy": THEA, **typed}
    answer = await noor.send(await form(noor), **filled)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    again = next(each for each in forms_of(answer.text) if each.action == "/afwezig")
    assert {name: again.fields.get(name, "") for name in WHEN} == {name: filled[name] for name in WHEN}
    assert recorded(town, NOOR) == []


async def test_somebody_of_another_municipality_is_not_named(town: Town, noor: Browser) -> None:
    member = Member(StaffId("wim"), "Wim Water", Role.CASEWORKER, (WATERDORP,))
    both = Member(StaffId("bo"), "Bo Beide", Role.CASEWORKER, (ZONNEDIJK, WATERDORP))
    town.stores.registry.ensure(staff=[member, both])
    for staff, deputy in ((RAVI, StaffId("wim")), (StaffId("bo"), StaffId("bo2"))):
        if deputy == "bo2":
            town.stores.registry.ensure(staff=[Member(deputy, "Bo Twee", Role.CASEWORKER, (ZONNEDIJK, WATERDORP))])
        town.stores.absences.record(staff=staff, first_day=TODAY, last_day=TODAY, deputy=deputy, by=staff)
    page = (await noor.get("/afwezig")).text
    assert "Ravi Blom" not in page and "Wim Water" not in page
    assert page.count("(nu weg)") == 1 and "Bo Beide" in page


async def test_a_referral_party_knows_its_own_people_only(town: Town, app: FastAPI) -> None:
    town.youth_worker(StaffId("yara"))
    town.stores.absences.record(staff=NOOR, first_day=TODAY, last_day=TODAY, deputy=THEA, by=NOOR)
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = (await yara.get("/afwezig")).text
    assert "Er is niemand afwezig gemeld." in page
    assert "Noor de Wit" not in page and "Thea Vos" not in page
