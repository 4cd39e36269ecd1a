"""Keys of a partner's systems: shown once, whatever is pressed again; and nobody decides on keys of elsewhere."""

import logging
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from fastapi import FastAPI

from adapters.partner_keys import PartnerKey, PartnerKeys
from adapters.registry import Member
from models.codes import Role
from models.ids import PartnerId, StaffId, fresh
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form
from tests.web.town import THEA, WATERDORP, Town

WIEKE, KOPPELING, ELSEWHERE, TESSA = (StaffId(name) for name in ("wieke", "koppeling", "elders", "tessa"))
HERE = "/partners/woonstee/sleutels"
YEAR = "2028-04-04"


@pytest.fixture(autouse=True)
def of_partners(town: Town) -> None:
    woonstee = PartnerId("woonstee")
    town.stores.registry.ensure(
        staff=[
            Member(WIEKE, "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=woonstee),
            Member(KOPPELING, "Koppeling Woonstee", Role.PARTNER, (ZONNEDIJK,), partner=woonstee),
            Member(ELSEWHERE, "Els Elders", Role.PARTNER, (ZONNEDIJK, WATERDORP), partner=woonstee),
        ]
    )


async def makes(browser: Browser, **typed: str) -> httpx.Response:
    said = {"token": browser.secret, "press_id": fresh(), "van": "wieke", "tot": YEAR, **typed}
    return await browser.client.post(HERE, data=said)


def shown(answer: httpx.Response) -> str:
    """The key on a page; empty when there is none."""
    found = re.search(r'id="sleutel" value="([^"]+)"', answer.text)
    return unescape(found[1]) if found else ""


def keys(town: Town) -> list[PartnerKey]:
    return PartnerKeys(town.stores.database).all()


def opens(town: Town, key: str) -> StaffId | None:
    return PartnerKeys(town.stores.database).whose(key, at=town.now)


async def test_a_key_is_made_shown_and_never_again(town: Town, thea: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await makes(thea)
    key = shown(answer)
    assert (answer.status_code, opens(town, key)) == (200, WIEKE)
    assert answer.headers["cache-control"] == "no-store"
    [made] = keys(town)
    assert (made.made_by, made.last_day) == (THEA, date(2028, 4, 4))
    assert shown(await thea.get(HERE)) == "" and key not in (await thea.get(HERE)).text
    assert key not in caplog.text and made.id in (await thea.get(HERE)).text


async def test_the_same_press_again_makes_no_second_one_and_tells_nothing(town: Town, thea: Browser) -> None:
    press = fresh()
    key = shown(await makes(thea, press_id=press))
    again = await makes(thea, press_id=press, van="koppeling")
    assert key and shown(again) == "" and key not in again.text
    assert "Deze sleutel is al gemaakt en getoond." in again.text
    assert len(keys(town)) == 1


async def test_who_works_in_other_municipalities_too_is_not_offered(town: Town, thea: Browser) -> None:
    page = (await thea.get(HERE)).text
    assert "Wieke Postma" in page and "Koppeling Woonstee" in page and "Els Elders" not in page
    for whose in ("elders", "noor", "", "niemand"):
        assert (await makes(thea, van=whose)).status_code == 404
    assert keys(town) == []


@pytest.mark.parametrize("day", ["", "ooit", "2027-04-04", "2028-04-06"])
async def test_a_day_that_cannot_be_makes_nothing(town: Town, thea: Browser, day: str) -> None:
    answer = await makes(thea, tot=day, van="koppeling")
    assert (answer.status_code, shown(answer), keys(town)) == (422, "", [])
    assert "Niet gemaakt." in answer.text and '<option value="koppeling" selected' in answer.text


async def test_a_key_without_the_number_of_its_form_is_not_made(town: Town, thea: Browser) -> None:
    assert (await makes(thea, press_id="1")).status_code == 422
    assert keys(town) == []


async def test_a_replaced_key_works_on_for_two_weeks(town: Town, thea: Browser) -> None:
    old = shown(await makes(thea, van="koppeling"))
    [made] = keys(town)
    answer = await makes(thea, vervangt=made.id, van="")
    new = shown(answer)
    assert "De oude sleutel werkt nog tot en met 19 april 2027." in answer.text
    assert {opens(town, key) for key in (old, new)} == {KOPPELING} and old != new
    town.now += timedelta(days=15)
    assert (opens(town, old), opens(town, new)) == (None, KOPPELING)
    assert "verlopen" in (await thea.get(HERE)).text


async def test_a_key_that_is_replaced_by_the_same_press_again_stays_as_it_was(town: Town, thea: Browser) -> None:
    press = fresh()
    await makes(thea, press_id=press)
    await makes(thea, press_id=press, vervangt=press)
    assert [key.last_day for key in keys(town)] == [date(2028, 4, 4)]


@pytest.mark.parametrize("over", ["stopped", "expired"])
async def test_what_opens_nothing_any_more_is_not_replaced(town: Town, thea: Browser, over: str) -> None:
    await makes(thea, tot="2027-04-10")
    [made] = keys(town)
    if over == "stopped":
        PartnerKeys(town.stores.database).stop(made.id, at=town.now)
    town.now += timedelta(days=6)
    await thea.sign_in(THEA)
    answer = await makes(thea, vervangt=made.id, van="", tot="2027-12-31")
    assert (answer.status_code, shown(answer)) == (409, "")
    assert "Deze sleutel werkt niet meer." in answer.text and len(keys(town)) == 1


async def test_a_key_is_replaced_once_also_from_a_second_tab(town: Town, thea: Browser) -> None:
    await makes(thea)
    [made] = keys(town)
    answers = [await makes(thea, vervangt=made.id, van="") for _ in range(2)]
    assert [bool(shown(answer)) for answer in answers] == [True, False]
    assert "Deze sleutel is al gemaakt en getoond." in answers[1].text and len(keys(town)) == 2
    page = (await thea.get(HERE)).text
    assert page.count("Is vervangen.") == 1 and f'name="vervangt" value="{made.id}"' not in page


async def test_a_key_is_stopped(town: Town, thea: Browser) -> None:
    key = shown(await makes(thea))
    [made] = keys(town)
    assert (await thea.send(Form(f"{HERE}/{made.id}/stoppen", {"token": thea.secret}))).status_code == 303
    town.now += timedelta(minutes=1)
    assert opens(town, key) is None
    page = (await thea.get(HERE)).text
    assert "gestopt vandaag 09:00" in page and "Deze partner heeft geen sleutel die werkt." in page


@pytest.fixture
async def tessa(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """The supervisor of Waterdorp."""
    town.stores.registry.ensure(staff=[Member(TESSA, "Tessa Bos", Role.SUPERVISOR, (WATERDORP,))])
    async with Browser(app) as browser:
        await browser.sign_in(TESSA)
        yield browser


async def test_nobody_of_elsewhere_sees_replaces_or_stops_them(town: Town, thea: Browser, tessa: Browser) -> None:
    key = shown(await makes(thea))
    [made] = keys(town)
    assert made.id[:8] not in (await tessa.get(HERE)).text
    assert (await makes(tessa, vervangt=made.id, van="")).status_code == 404
    assert (await tessa.send(Form(f"{HERE}/{made.id}/stoppen", {"token": tessa.secret}))).status_code == 404
    assert keys(town) == [made] and opens(town, key) == WIEKE


@pytest.mark.parametrize("path", ["/partners/niemand/sleutels", "/partners/watwerk/sleutels"])
async def test_a_partner_that_is_not_there_has_no_keys(thea: Browser, path: str) -> None:
    assert (await thea.get(path)).status_code == 404


async def test_caseworkers_see_partners_and_decide_on_no_keys(noor: Browser) -> None:
    assert HERE not in (await noor.get("/partners/woonstee")).text
    assert (await noor.get(HERE)).status_code == 404


async def test_supervisors_do(thea: Browser) -> None:
    assert f'href="{HERE}"' in (await thea.get("/partners/woonstee")).text
