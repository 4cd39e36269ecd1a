"""A mail or letter to many residents at once: who gets it, who does not and why, how it reads, and once."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import httpx
import pytest

from models.case import CaseState
from models.codes import AttemptResult, Channel, Trait
from models.commands import WriteByHand
from models.facts import AttemptMade, CaseClaimed, CasePaused, TraitRecorded
from models.ids import StepId
from models.steps import SendMessage
from policy.next_step import next_step
from tests.builders import at
from tests.web.browser import Browser, Form, form_of, forms_of
from tests.web.situations import settled
from tests.web.town import NOOR, OPENED, THEA, WATERDORP, Town, a_case_in_contact

LATER = at("2027-04-08 09:00")
"""More than two working days after everything that happened at `OPENED`."""


def mailed(town: Town, sent_at: datetime = OPENED, **resident: Any) -> CaseState:
    """A case whose plan sent its first mail, and waits for a call."""
    state = a_case_in_contact(town, **resident)
    sent = AttemptMade(
        at=sent_at,
        step_id=StepId(f"{state.case_id}.mail-1"),
        person_id=state.resident,
        channel=Channel.MAIL,
        result=AttemptResult.SENT,
        template="first-mail",
    )
    return town.happens(state, sent)


async def look(browser: Browser, deed: str, *cases: CaseState, asked: str = "", **typed: str) -> httpx.Response:
    """Ticks the cases on a list and presses the button of the deed."""
    page = await browser.get(f"/?{asked}")
    on_page = re.findall(r'name="op_pagina" value="([^"]+)"', page.text)
    ticked = [state.case_id for state in cases]
    fields = {**_of(page, "/samen").fields, "op_pagina": on_page, "zaak": ticked, "wat": deed, **typed}
    return await browser.client.post("/samen", data=fields)


def _of(page: httpx.Response, action: str) -> Form:
    return next(form for form in forms_of(page.text) if form.action == action)


async def confirm(browser: Browser, page: httpx.Response, deed: str, *cases: CaseState) -> httpx.Response:
    form = _of(page, f"/samen/{deed}")
    return await browser.client.post(form.action, data={**form.fields, "zaak": [state.case_id for state in cases]})


def taking_part(page: httpx.Response) -> list[str]:
    return re.findall(r'name="zaak" value="([^"]+)" checked', page.text)


def left_out(page: httpx.Response) -> dict[str, str]:
    """Who does not take part, with the reason."""
    found = re.findall(
        r'data-label="Inwoner"><a[^>]*>[^<]*?(\w+)</a></td><td data-label="Waarom niet">([^<]*)', page.text
    )
    return {who: unescape(why) for who, why in found}


async def test_the_letter_is_shown_as_its_residents_read_it_before_it_leaves(town: Town, noor: Browser) -> None:
    state = mailed(town, surname="Zomer")
    town.now = LATER
    page = await look(noor, "letter", state)
    assert taking_part(page) == [state.case_id] and town.desk.presses == []
    assert "Zo leest A.B. van den Zomer het" in page.text
    assert "Aan " in page.text and "Zonnelaan 12A, 9990 AB Zonnedijk" in page.text
    assert "Geachte" in page.text or "Beste" in page.text


async def test_who_does_not_take_part_is_named_with_the_reason(town: Town, noor: Browser) -> None:
    recent = mailed(town, surname="Kort")
    paused = mailed(town, surname="Rust")
    secret = mailed(town, surname="Geheim")
    over = settled(town)
    had = mailed(town, surname="Gehad")
    first = a_case_in_contact(town, surname="Vanzelf")
    town.happens(paused, CasePaused(at=OPENED, by=NOOR, until=at("2027-05-01 09:00")))
    trait = TraitRecorded(at=OPENED, by=NOOR, person_id=secret.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    town.happens(secret, trait)
    letter = await look(noor, "letter", recent)
    assert left_out(letter) == {"Kort": "De laatste contactpoging is te kort geleden."}
    town.now = LATER
    letter = await look(noor, "letter", paused, secret, over)
    assert left_out(letter)["Rust"] == "De zaak rust."
    assert left_out(letter)["Geheim"] == "Het adres is geheim: er gaat geen brief."
    assert left_out(letter)["Beemd"] == "Het resultaat is al vastgelegd."
    assert "Geen van deze zaken kan meedoen." in letter.text
    mail = await look(noor, "mail", had, first)
    assert left_out(mail) == {
        "Gehad": "De inwoner kreeg deze mail al.",
        "Vanzelf": "Deze mail gaat vanzelf, volgens het contactplan.",
    }


async def test_who_has_no_address_or_wants_nothing_is_left_out(town: Town, noor: Browser) -> None:
    none = mailed(town, surname="Zonder", unwanted=(Channel.LETTER,))
    town.now = LATER
    page = await look(noor, "letter", none)
    assert left_out(page) == {"Zonder": "De inwoner wil geen brieven, of de gegevens zijn verwijderd."}


async def test_each_case_is_told_to_write_and_the_page_says_so(town: Town, noor: Browser) -> None:
    cases = [mailed(town), mailed(town)]
    town.now = LATER
    done = await confirm(noor, await look(noor, "letter", *cases), "letter", *cases)
    assert "Vastgelegd voor 2 zaken." in done.text
    assert [(one.channel, one.person_id) for one in town.desk.presses if isinstance(one, WriteByHand)] == [
        (Channel.LETTER, state.resident) for state in cases
    ]
    steps = [next_step(town.reload(state), now=LATER) for state in cases]
    assert [(step.channel, step.template) for step in steps if isinstance(step, SendMessage)] == [
        (Channel.LETTER, "first-letter")
    ] * 2


async def test_the_same_batch_pressed_twice_writes_once(town: Town, noor: Browser) -> None:
    state = mailed(town)
    town.now = LATER
    page = await look(noor, "letter", state)
    for _ in range(2):
        assert "Vastgelegd voor 1 zaak." in (await confirm(noor, page, "letter", state)).text
    assert town.reload(state).sequence == state.sequence + 1


async def test_of_two_colleagues_at_once_one_writes_and_the_other_hears_why_not(
    town: Town, noor: Browser, thea: Browser
) -> None:
    state = mailed(town, surname="Samen")
    town.now = LATER
    hers, his = await look(noor, "letter", state), await look(thea, "letter", state)
    assert taking_part(hers) == taking_part(his) == [state.case_id]
    await confirm(noor, hers, "letter", state)
    second = await confirm(thea, his, "letter", state)
    assert "Vastgelegd voor 0 zaken." in second.text
    assert left_out(second) == {"Samen": "Er gaat al een bericht naar de inwoner."}
    assert len(town.desk.presses) == 1


async def test_all_that_the_filters_found_take_part_also_from_other_pages(
    town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.work_queries.PAGE", 2)
    cases = [mailed(town) for _ in range(4)]
    town.happens(cases[0], CaseClaimed(at=OPENED, by=THEA))
    town.now = LATER
    page = await look(noor, "letter", asked="van=niemand", welke="alles")
    assert set(taking_part(page)) == {state.case_id for state in cases[1:]}
    on_page = await look(noor, "letter", asked="van=niemand", welke="pagina")
    assert len(taking_part(on_page)) == 2
    assert taking_part(await look(noor, "letter", asked="van=niemand")) == []
    form = _of(on_page, "/samen/letter")
    assert form.fields["van"] == "niemand"
    done = await confirm(noor, on_page, "letter", cases[1])
    assert '<a href="/?wie=team&amp;van=niemand">Naar de werkvoorraad</a>' in done.text


async def test_never_more_than_two_hundred_at_once(town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.bulk.AT_MOST", 2)
    for _ in range(3):
        mailed(town)
    town.now = LATER
    page = await look(noor, "letter", welke="alles")
    assert len(taking_part(page)) == 2
    assert "De lijst is langer: dit zijn de eerste 2 zaken." in page.text


async def test_cases_of_elsewhere_are_no_part_of_it(town: Town, noor: Browser) -> None:
    theirs, own = mailed(town, municipality=WATERDORP), mailed(town)
    town.now = LATER
    page = await look(noor, "letter", theirs)
    assert taking_part(page) == [] and left_out(page) == {}
    page = await look(noor, "letter", own)
    done = await confirm(noor, page, "letter", own, theirs)
    assert "1 zaak is intussen afgesloten, of niet meer van u te zien." in done.text
    assert town.reload(theirs).asked is None


async def test_one_case_is_written_to_from_its_own_page(town: Town, noor: Browser) -> None:
    state = mailed(town)
    town.now = LATER
    path = f"/zaak/{state.case_id}"
    form = form_of((await noor.get(path)).text, "write_by_hand")
    answer = await noor.send(form, channel="letter")
    assert answer.status_code == 303
    assert "Het bericht gaat weg." in (await noor.get(answer.headers["location"])).text
    assert town.reload(state).asked is not None
    assert "write_by_hand" not in {one.fields.get("kind") for one in forms_of((await noor.get(path)).text)}


@pytest.mark.parametrize("told", [{"wie": "kelder"}, {"buurt": "99"}])
async def test_a_list_that_there_is_not_is_not_there(town: Town, noor: Browser, told: dict[str, str]) -> None:
    mailed(town)
    assert (await look(noor, "letter", welke="alles", **told)).status_code == 404
