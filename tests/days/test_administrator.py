"""The day of an administrator: who may come in, whose key works, and what does not answer; nothing of any case."""

import httpx
import pytest
from playwright.async_api import Error as PlaywrightError

from models.codes import Party
from simulation.deliveries import WOONSTEE
from simulation.office import Office
from tests.days.conftest import Comes
from tests.days.people import are_reported, residents

pytestmark = [pytest.mark.browser, pytest.mark.processes]

KEYS = f"/partners/{WOONSTEE.partner_id}/sleutels"


async def test_somebody_is_signed_out_everywhere_and_an_outage_is_seen(office: Office, comes: Comes) -> None:
    office.world.fault(Party.REGISTER, "down")
    [person] = people = residents(1)
    [case] = (await are_reported(office, people)).values()
    joris, bram = await comes("joris"), await comes("bram")
    assert "Werkvoorraad" in await joris.reads("/")
    read = await bram.reads("/beheer")
    assert "niet bereikbaar" in read and person.surname not in read and case[:8] not in read
    async with bram.page.expect_navigation():
        await bram.page.get_by_role("button", name="Overal afmelden: Joris Kramer").click()
    assert await bram.page.get_by_role("button", name="Overal afmelden: Joris Kramer").count() == 0
    # Whoever asks for a page is sent to sign in again; the provider may still know them.
    asked = await joris.page.request.get("/", max_redirects=0)
    assert (asked.status, asked.headers["location"].split("?")[0]) == (303, "/aanmelden")
    for path in (f"/zaak/{case}", "/", "/inzage", KEYS):
        answer = await bram.page.goto(path)
        assert answer is not None and answer.status in (403, 404), path


async def test_a_key_is_shown_once_used_and_stopped(office: Office, comes: Comes) -> None:
    hanna, bram = await comes("hanna"), await comes("bram")
    await hanna.page.goto(KEYS)
    await hanna.page.select_option("#van", label="Wieke Postma")
    await hanna.page.focus("#tot")
    await hanna.tabs_to("Maak een sleutel")
    async with hanna.page.expect_navigation():
        await hanna.page.keyboard.press("Enter")
    key = await hanna.page.input_value("#sleutel")
    # It has the focus and is chosen whole: one press copies it.
    assert await hanna.page.evaluate("getSelection().toString()") == key
    assert await _answer(office, key) == 200

    await hanna.page.reload()
    assert "Deze sleutel is al gemaakt en getoond." in await hanna.page.inner_text("main")
    await hanna.page.goto("/partners")
    # The browser asks whether to send the form again, and shows nothing of what came of it.
    with pytest.raises(PlaywrightError, match="ERR_CACHE_MISS"):
        await hanna.page.go_back()
    assert await hanna.page.locator("#sleutel").count() == 0
    assert key not in await hanna.page.content()

    await bram.page.goto("/beheer")
    stop = bram.page.locator("main form[action$='/stoppen'] button")
    assert await stop.count() == 1
    async with bram.page.expect_navigation():
        await stop.click()
    assert await _answer(office, key) == 401
    assert "gestopt" in await hanna.reads(KEYS)


async def _answer(office: Office, key: str) -> int:
    async with httpx.AsyncClient(base_url=office.address, headers={"authorization": f"Bearer {key}"}) as client:
        return (await client.get("/api/v1/gemeenten/9901/terugkoppelingen")).status_code
