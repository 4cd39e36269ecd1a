"""Somebody's callbacks in their own calendar: when, and never whom."""

from icalendar import Calendar

from adapters.registry import Member
from models.codes import Role
from tests.builders import at
from tests.web.browser import Browser, forms_of
from tests.web.situations import callback_agreed
from tests.web.town import NOOR, Town


async def an_address(browser: Browser) -> str:
    """A new one, as a path."""
    form = next(each for each in forms_of((await browser.get("/agenda")).text) if each.action == "/agenda")
    shown = (await browser.send(form)).text
    address = shown.split("<code>")[1].split("</code>")[0]
    return address.removeprefix("http://127.0.0.1:8000")


async def test_a_calendar_program_reads_when_somebody_calls_without_signing_in(
    town: Town, noor: Browser, stranger: Browser
) -> None:
    state = callback_agreed(town)
    answer = await stranger.get(await an_address(noor))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert (event["SUMMARY"], event.decoded("DTSTART")) == ("Terugbelafspraak", at("2027-04-06 10:00"))
    assert event["URL"] == f"http://127.0.0.1:8000/zaak/{state.case_id}"


async def test_nothing_in_it_says_who_is_called_or_why(town: Town, noor: Browser, stranger: Browser) -> None:
    callback_agreed(town)
    said = (await stranger.get(await an_address(noor))).text.casefold()
    assert "vevent" in said
    secrets = ("beemd", "0612345678", "612345678", "zonnelaan", "9990ab", "noor", "schuld", "woonstee", "vroegsignal")
    assert [word for word in secrets if word in said] == []


async def test_a_new_address_makes_the_old_one_worthless_and_stopping_makes_every_one(
    noor: Browser, stranger: Browser
) -> None:
    old, new = await an_address(noor), await an_address(noor)
    assert [(await stranger.get(each)).status_code for each in (old, new)] == [404, 200]
    stop = next(each for each in forms_of((await noor.get("/agenda")).text) if each.action == "/agenda/stoppen")
    assert (await noor.send(stop)).status_code == 303
    assert (await stranger.get(new)).status_code == 404
    assert (await stranger.get("/agenda/geraden.ics")).status_code == 404


async def test_the_address_is_shown_once_and_only_its_hash_is_kept(town: Town, noor: Browser) -> None:
    token = (await an_address(noor)).removeprefix("/agenda/").removesuffix(".ics")
    assert token not in (await noor.get("/agenda")).text
    kept = town.settings.data / "main.db"
    wal = town.settings.data / "main.db-wal"
    assert token.encode() not in kept.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


async def test_an_address_of_somebody_who_works_here_no_more_leads_nowhere(
    town: Town, noor: Browser, stranger: Browser
) -> None:
    address = await an_address(noor)
    town.stores.registry.ensure(staff=[Member(NOOR, "Noor de Wit", Role.CASEWORKER, ())])
    assert (await stranger.get(address)).status_code == 404


async def test_a_calendar_has_only_ones_own_callbacks(town: Town, thea: Browser, stranger: Browser) -> None:
    callback_agreed(town)
    assert Calendar.from_ical((await stranger.get(await an_address(thea))).text).walk("VEVENT") == []
