"""What may not belong in a note is told before it is kept; nothing typed is lost, and what is overruled is counted."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlmodel import select

from adapters.note_doubts import Count, DoubtEnd, NoteDoubts
from adapters.registry import Member
from models.case import CaseState
from models.codes import Role
from models.ids import CommandId, StaffId
from models.tables import CallRequestRow
from policy.note_check import LEFT_OUT
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, form_of, forms_of
from tests.web.situations import a_door, proposed
from tests.web.test_staff_api import press, send
from tests.web.town import NOOR, OPENED, THEA, WATERDORP, Town, a_case_in_contact
from tests.web.windows import a_page, signed_in
from web.note_doubts import KEPT

BSN = "9999.90.019"
WITH_NUMBER = f"Zij noemde {BSN} aan de telefoon."
ILL = "De moeder is ziek."
CALLED = {"result": "voicemail"}


def counts(town: Town) -> list[tuple[str, DoubtEnd, int]]:
    return [(one.subject, one.ended, one.notes) for one in NoteDoubts(town.stores.database).of([ZONNEDIJK], months=12)]


def notes(town: Town, state: CaseState) -> list[str]:
    found = (town.stores.outbox.answer(CommandId(pressed.command_id)) for pressed in town.desk.presses)
    return [kept.note for kept in found if kept.case_id == state.case_id]


async def _call(noor: Browser, state: CaseState, **typed: str) -> tuple[Form, httpx.Response]:
    form = await noor.form(f"/zaak/{state.case_id}", "log_call")
    return form, await noor.send(form, **CALLED, **typed)


@pytest.mark.parametrize("note", [WITH_NUMBER, ILL])
async def test_a_note_in_doubt_comes_back_with_everything_that_was_typed(town: Town, noor: Browser, note: str) -> None:
    state = a_case_in_contact(town)
    _, answer = await _call(noor, state, note=note)
    back = form_of(answer.text, "log_call")
    assert (answer.status_code, back.fields["note"], back.fields["result"]) == (422, note, "voicemail")
    assert "Toch bewaren" in answer.text and "autofocus" in answer.text
    assert town.desk.presses == [] and counts(town) == []


async def test_it_is_said_which_words_and_never_which_number(town: Town, noor: Browser) -> None:
    _, answer = await _call(noor, a_case_in_contact(town), note=f"{WITH_NUMBER} {ILL}")
    refusal = answer.text.split('id="weigering-log_call"')[1].split("</p>")[0]
    assert "BSN" in refusal and "gezondheid: ‘ziek’" in refusal
    assert BSN not in refusal


async def test_one_press_more_keeps_it_and_counts_it_without_what_it_was(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form, answer = await _call(noor, state, note=ILL)
    assert KEPT in form_of(answer.text, "log_call").names
    for _ in range(2):
        assert (await noor.send(form, **CALLED, note=ILL, note_kept="health-1")).status_code == 303
    assert notes(town, state)[0] == ILL
    assert counts(town) == [("health", DoubtEnd.KEPT, 1)]


async def test_the_first_button_leaves_a_number_out(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form, answer = await _call(noor, state, note=f"{WITH_NUMBER} {ILL}")
    assert answer.text.index("Bewaar zonder het nummer") < answer.text.index("Toch bewaren")
    assert (await noor.send(form, **CALLED, note=f"{WITH_NUMBER} {ILL}", note_kept="zonder.health-1")).is_redirect
    assert notes(town, state) == [f"Zij noemde {LEFT_OUT} aan de telefoon. {ILL}"]
    assert sorted(counts(town)) == [("bsn", DoubtEnd.LEFT_OUT, 1), ("health", DoubtEnd.KEPT, 1)]


async def test_who_writes_more_of_it_after_agreeing_is_asked_again(town: Town, noor: Browser) -> None:
    _, answer = await _call(noor, a_case_in_contact(town), note=f"{ILL} Zij is depressief.", note_kept="health-1")
    assert answer.status_code == 422 and "‘depressief’" in answer.text


async def test_an_ordinary_note_is_kept_at_once(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    _, answer = await _call(noor, state, note="Belt terug op 06 1234 5678.")
    assert answer.status_code == 303 and notes(town, state) == ["Belt terug op 06 1234 5678."]
    assert counts(town) == []


@pytest.mark.parametrize("way", ["bellen", "huisbezoek"])
async def test_a_call_and_a_door_say_so_too(town: Town, noor: Browser, way: str) -> None:
    state = a_door(town, "Thuis", at_moment=OPENED) if way == "huisbezoek" else a_case_in_contact(town)
    kind, result = ("log_visit", "nobody_home") if way == "huisbezoek" else ("log_call", "no_answer")
    form = form_of((await noor.get(f"/{way}/{state.case_id}")).text, kind)
    answer = await noor.send(form, result=result, note=ILL, companion=THEA)
    back = form_of(answer.text, kind)
    assert (answer.status_code, back.fields["note"], back.fields["result"]) == (422, ILL, result)
    assert (await noor.send(back, note_kept="health-1")).status_code == 303
    assert counts(town) == [("health", DoubtEnd.KEPT, 1)]


async def test_a_note_for_many_cases_is_asked_and_counted_once(town: Town, noor: Browser) -> None:
    cases = [a_case_in_contact(town), a_case_in_contact(town)]
    data = {"token": noor.secret, "wat": "assign", "zaak": [state.case_id for state in cases]}
    page = await noor.client.post("/samen", data=data)
    form = next(form for form in forms_of(page.text) if form.action == "/samen/assign")
    sent = {**form.fields, "zaak": [state.case_id for state in cases], "to": THEA, "note": ILL}
    refused = await noor.client.post(form.action, data=sent)
    assert (refused.status_code, town.desk.presses) == (422, [])
    assert ILL in refused.text and "Toch bewaren" in refused.text
    for _ in range(2):
        await noor.client.post(form.action, data={**sent, KEPT: "health-1"})
    assert [state.owner for state in map(town.reload, cases)] == [THEA, THEA]
    assert counts(town) == [("health", DoubtEnd.KEPT, 1)]


async def test_whoever_decides_on_a_proposal_is_asked_and_decides_the_same(town: Town, noor: Browser) -> None:
    state = proposed(town)
    page = await noor.get("/goedkeuren")
    form = next(form for form in forms_of(page.text) if form.action.startswith("/goedkeuren/"))
    refused = await noor.send(form, agreed="nee", note=ILL)
    back = next(form for form in forms_of(refused.text) if form.action.startswith("/goedkeuren/"))
    assert (refused.status_code, back.fields["note"], back.fields["agreed"]) == (422, ILL, "nee")
    await noor.send(back, note_kept="health-1")
    assert town.reload(state).proposals == ()
    assert counts(town) == [("health", DoubtEnd.KEPT, 1)]


@pytest.fixture
async def karin(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """At the switchboard."""
    town.stores.registry.ensure(staff=[Member(StaffId("karin"), "Karin", Role.SWITCHBOARD, (ZONNEDIJK,))])
    async with Browser(app) as browser:
        await browser.sign_in("karin")
        yield browser


async def test_what_the_switchboard_writes_down_is_looked_at(town: Town, karin: Browser) -> None:
    said = {"achternaam": "Beemd", "telefoon": "06 12345678", "wanneer": "na de therapie", "notitie": WITH_NUMBER}
    form = next(form for form in forms_of((await karin.get("/terugbelverzoek")).text) if form.names > {"notitie"})
    refused = await karin.send(form, **said)
    back = next(form for form in forms_of(refused.text) if form.names > {"notitie"})
    assert refused.status_code == 422 and {name: back.fields[name] for name in said} == said
    assert (await karin.send(back, note_kept="zonder.health-1")).status_code == 303
    with town.stores.database.read() as session:
        assert len(session.exec(select(CallRequestRow)).all()) == 1


async def test_the_api_names_what_to_agree_to_and_says_nothing_back(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    fields = {"result": "voicemail", "person_id": state.resident}
    said: dict[str, Any] = {"velden": fields, "toelichting": f"{WITH_NUMBER} {ILL}"}
    refused = await press(noor, state, "log_call", **said)
    assert (refused.status_code, refused.json()["akkoord"]) == (422, "bsn-1_health-1")
    assert refused.json()["fouten"] == [
        {"plaats": "body.toelichting", "reden": "hier staat misschien iets wat er niet hoort"}
    ]
    assert BSN not in refused.text and "ziek" not in refused.text
    kept = await press(noor, state, "log_call", **said, akkoord=refused.json()["akkoord"])
    assert kept.status_code == 201
    assert sorted(counts(town)) == [("bsn", DoubtEnd.KEPT, 1), ("health", DoubtEnd.KEPT, 1)]


async def test_who_reads_english_is_told_in_english_and_a_system_in_dutch(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.get("/taal/en")
    _, answer = await _call(noor, state, note=ILL)
    assert "Your text may be about health: ‘ziek’." in answer.text and "Keep it all the same" in answer.text
    fields = {"result": "voicemail", "person_id": state.resident}
    refused = await press(noor, state, "log_call", velden=fields, toelichting=ILL)
    assert refused.json()["detail"].startswith("Uw tekst gaat misschien over gezondheid.")


async def test_an_api_problem_that_asks_nothing_has_nothing_to_agree_to(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    assert "akkoord" not in (await press(noor, state, "log_call", velden={"person_id": state.resident})).json()


async def test_a_call_request_over_the_api_is_looked_at(town: Town, karin: Browser) -> None:
    said = {"achternaam": "Beemd", "telefoon": "06 12345678", "notitie": ILL}
    refused = await send(karin, "/terugbelverzoeken", said)
    assert (refused.status_code, refused.json()["akkoord"]) == (422, "health-1")
    assert (await send(karin, "/terugbelverzoeken", {**said, "akkoord": "health-1"})).status_code == 204


async def test_what_is_typed_is_looked_at_and_not_kept(town: Town, noor: Browser) -> None:
    answer = await noor.client.post("/toelichting", data={"token": noor.secret, "tekst": f"{WITH_NUMBER} {ILL}"})
    number, words, why = answer.json()["sentences"]
    assert "BSN" in number and "‘ziek’" in words and why.startswith("Zulke gegevens")
    nothing = await noor.client.post("/toelichting", data={"token": noor.secret, "tekst": "Belt terug."})
    assert nothing.json() == {"sentences": []}
    assert counts(town) == []


def test_counts_of_municipalities_are_summed_and_the_oldest_months_left_out(town: Town) -> None:
    kept = NoteDoubts(town.stores.database)
    for municipality, month in ((ZONNEDIJK, "2027-03"), (ZONNEDIJK, "2027-04"), (WATERDORP, "2027-04")):
        kept.add(municipality, month, ["health"], DoubtEnd.KEPT)
    kept.add(ZONNEDIJK, "2027-04", [], DoubtEnd.KEPT)
    assert kept.of([ZONNEDIJK, WATERDORP], months=1) == [Count("2027-04", "health", DoubtEnd.KEPT, 2)]
    assert kept.of([WATERDORP], months=9) == [Count("2027-04", "health", DoubtEnd.KEPT, 1)]


@pytest.mark.browser
def test_it_is_said_while_typing(town: Town, chromium: Chromium, address: str) -> None:
    state = a_case_in_contact(town)
    with a_page(chromium, address, signed_in(town, NOOR)) as page:
        page.goto(f"/bellen/{state.case_id}")
        page.fill("textarea[name=note]", WITH_NUMBER)
        told = page.locator("#twijfel-log_call")
        told.wait_for(state="visible")
        assert "BSN" in told.inner_text()
        page.fill("textarea[name=note]", "Belt terug.")
        told.wait_for(state="hidden")
        assert town.desk.presses == []


@pytest.mark.browser
def test_at_the_door_the_button_that_was_pressed_counts(town: Town, chromium: Chromium, address: str) -> None:
    state = a_door(town, "Thuis", at_moment=OPENED)
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": key, "value": its, "url": address} for key, its in signed_in(town, NOOR).items()])
    page = context.new_page()
    _at_the_door(page, state)
    page.click("text=Vastleggen en verder")
    page.click("form[data-door] >> text=Toch bewaren")
    page.wait_for_url("**/huisbezoek?vastgelegd=log_visit")
    context.close()
    assert notes(town, state) == [ILL]


def _at_the_door(page: Page, state: CaseState) -> None:
    page.goto(f"/huisbezoek/{state.case_id}")
    page.check("input[name=result][value=nobody_home]")
    page.select_option("#log_visit-companion", THEA)
    page.fill("#log_visit-note", ILL)
