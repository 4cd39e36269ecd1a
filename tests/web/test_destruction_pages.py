"""Destruction lists on the pages: seen, agreed to by two people, and a case taken off by a hold."""

import argparse
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import update

from adapters.command_desk import Answer
from adapters.destruction_lists import DestructionLists
from adapters.erasure import Eraser
from adapters.note_doubts import DoubtEnd, NoteDoubts
from adapters.registry import Member
from command_line import installation, retention
from models.case import CaseState
from models.codes import Role
from models.commands import SetHold
from models.destruction import ListFate, OnList
from models.facts import HoldSet
from models.ids import StaffId
from models.tables import CaseRow, SignalRow
from policy.calendar import at_local
from policy.deadlines import END_OF_DAY
from policy.destruction import ListTerms
from policy.note_check import LEFT_OUT
from tests.builders import ZONNEDIJK, at
from tests.fakes import FakeExecutions
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import LISTS, made_list
from tests.web.test_other_pages import given_certificate
from tests.web.town import THEA, WATERDORP, Town, closed_case
from web.note_doubts import KEPT

PIM = StaffId("pim")
"""The privacy officer."""
END = at_local(date(2027, 12, 31), END_OF_DAY)
TOO_SHORT = "De gegevens gaan pas weg op 05-10-2027. Een uitstel dat eerder afloopt, verandert niets."
NOT_YET = "U bent al akkoord. Een ander moet ook akkoord zijn."


@pytest_asyncio.fixture
async def pim(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    town.stores.registry.ensure(staff=[Member(PIM, "Pim Post", Role.PRIVACY_OFFICER, (ZONNEDIJK,))])
    async with Browser(app) as browser:
        await browser.sign_in(PIM)
        yield browser


def a_list_with_a_case(town: Town, terms: ListTerms = LISTS) -> tuple[CaseState, str]:
    """A closed case that goes on 5 October, and where its list of 20 September is shown."""
    state = closed_case(town)
    return state, f"/bewaren/lijsten/{made_list(town, terms)}"


async def agrees(browser: Browser, where: str, **more: str) -> tuple[int, str]:
    """Presses the button; the answer and its text."""
    await browser.get(where)
    return await presses(browser, where, **more)


async def presses(browser: Browser, where: str, **more: str) -> tuple[int, str]:
    """The same, on a page that is open."""
    data = {"token": browser.secret, "seen": "ja", **more}
    answer = await browser.client.post(f"{where}/akkoord", data=data)
    return answer.status_code, answer.text


async def test_a_list_says_what_goes_by_case_and_rule_and_names_nobody(town: Town, thea: Browser) -> None:
    state, where = a_list_with_a_case(town)
    page = (await thea.get(where)).text
    for told in (
        "Vernietigingslijst 2027-38",
        f'<a href="/zaak/{state.case_id}">',
        "de hele zaak, met 1 signaal",
        "Contact, geen hulp",
        "di 5 oktober 09:00",
        "Gaat weg op deze datum",
        "nog niemand",
    ):
        assert told in page
    assert "Beemd" not in page
    assert f'href="{where}"' in (await thea.get("/bewaren/lijsten")).text
    assert f'href="{where}"' in (await thea.get("/bewaren")).text


async def test_where_no_lists_are_made_the_page_says_so(thea: Browser) -> None:
    assert "Uw gemeente werkt niet met lijsten" in (await thea.get("/bewaren/lijsten")).text


async def test_two_people_agree_and_the_time_to_come_back_begins(town: Town, thea: Browser, pim: Browser) -> None:
    _, where = a_list_with_a_case(town)
    assert "Akkoord met deze lijst" in (await thea.get(where)).text
    assert (await agrees(thea, where))[0] == 303
    page = (await thea.get(where)).text
    assert NOT_YET in page and "Akkoord met deze lijst" not in page
    assert "Thea Vos (teamleider), 20 september 2027 om 05:30" in page
    town.now += timedelta(days=1)
    assert (await agrees(pim, where))[0] == 303
    page = (await pim.get(where)).text
    assert "de bedenktijd loopt tot 28 september 2027 om 05:30" in page and "Er zijn al genoeg mensen akkoord." in page
    assert re.findall(r'data-label="(?:Akkoord|Stand)">([^<]+)', (await pim.get("/bewaren/lijsten")).text) == [
        "2 van 2",
        "Akkoord, bedenktijd loopt",
    ]


async def test_the_same_person_does_not_count_twice_however_they_press(town: Town, app: FastAPI, thea: Browser) -> None:
    _, where = a_list_with_a_case(town)
    async with Browser(app) as tab:
        await thea.get(where)
        await tab.sign_in(THEA)
        answers = [await presses(window, where) for window in (thea, thea, tab)]
        assert [status for status, _ in answers] == [303, 409, 409]
        assert all(NOT_YET in text for status, text in answers if status == 409)
    assert "<dd>1 van 2<br>" in (await thea.get(where)).text


async def test_who_did_not_say_that_they_looked_has_not_agreed(town: Town, thea: Browser) -> None:
    _, where = a_list_with_a_case(town)
    status, text = await agrees(thea, where, seen="")
    assert (status, "Bevestig eerst dat u de lijst hebt bekeken." in text) == (422, True)
    assert "<dd>0 van 2<br>" in (await thea.get(where)).text


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.POLICY_OFFICER, Role.ADMINISTRATOR])
async def test_others_may_not_agree(town: Town, app: FastAPI, role: Role) -> None:
    _, where = a_list_with_a_case(town)
    town.stores.registry.ensure(staff=[Member(PIM, "Pim", role, (ZONNEDIJK,))])
    async with Browser(app) as browser:
        await browser.sign_in(PIM)
        assert (await agrees(browser, where))[0] == 404


async def test_a_list_of_elsewhere_is_not_there(town: Town, app: FastAPI) -> None:
    state, where = a_list_with_a_case(town)
    town.stores.registry.ensure(staff=[Member(PIM, "Pim", Role.SUPERVISOR, (WATERDORP,))])
    async with Browser(app) as browser:
        await browser.sign_in(PIM)
        assert (await agrees(browser, where))[0] == 404
        assert (await browser.get(where)).status_code == 404
        answer = await browser.client.post(f"{where}/{state.case_id}", data={"token": browser.secret})
        assert answer.status_code == 404
        assert where not in (await browser.get("/bewaren/lijsten")).text


# --- taking a case off --------------------------------------------------------------------------------------------


async def holds(browser: Browser, where: str, state: CaseState, **typed: str) -> tuple[int, str]:
    page = (await browser.get(f"{where}/{state.case_id}")).text
    [command] = re.findall(r'name="command_id" value="([^"]+)"', page)
    filled = {"until_on": "2027-12-31", "note": "Er loopt een zaak.", **typed}
    data = {"token": browser.secret, "command_id": command, **filled}
    answer = await browser.client.post(f"{where}/{state.case_id}", data=data)
    return answer.status_code, answer.text


async def test_a_hold_during_the_cooling_off_takes_a_case_off_and_wins(town: Town, thea: Browser, pim: Browser) -> None:
    state, where = a_list_with_a_case(town)
    await agrees(thea, where)
    await agrees(pim, where)
    assert (await holds(pim, where, state))[0] == 303
    [command] = town.desk.presses
    assert isinstance(command, SetHold) and (command.by, command.until) == (PIM, END)
    page = (await thea.get(where)).text
    assert "Van de lijst: uitgesteld tot en met vr 31 december" in page and "Uitstellen<span" not in page
    eraser = Eraser(town.stores.database, town.stores.vault, {ZONNEDIJK: LISTS}.get)
    assert eraser.due_units(at("2027-12-31 12:00")) == []
    found = {order.on_list for order in eraser.due_units(at("2028-01-01 12:00"))}
    assert found == {OnList(fate=ListFate.ON_NO_LIST)}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"until_on": ""}, "Vul in tot en met welke dag de vernietiging wordt uitgesteld."),
        ({"note": ""}, "Geef een reden voor het uitstel."),
        ({"until_on": "2027-10-04"}, TOO_SHORT),
        ({"note": "De moeder is ziek."}, "‘ziek’"),
    ],
)
async def test_an_unfinished_hold_keeps_what_was_typed(
    town: Town, thea: Browser, typed: dict[str, str], sentence: str
) -> None:
    state, where = a_list_with_a_case(town)
    status, text = await holds(thea, where, state, **{"note": "Er loopt een zaak.", **typed})
    assert status in (409, 422) and sentence in text
    assert ("Er loopt een zaak." in text) is ("note" not in typed)
    assert town.reload(state).hold is None
    corrected = hold_of(text, where, state, until_on="2027-12-31", note="Er loopt een zaak.")
    assert (await thea.send(corrected)).status_code == 303
    assert town.reload(state).hold is not None


def hold_of(page: str, where: str, state: CaseState, **typed: str) -> Form:
    """The form of a hold as it stands on a page, filled in anew."""
    [form] = [form for form in forms_of(page) if form.action == f"{where}/{state.case_id}"]
    return Form(form.action, {**form.fields, **typed})


async def test_who_corrects_what_the_case_refused_presses_anew(town: Town, thea: Browser) -> None:
    state, where = a_list_with_a_case(town)
    town.desk.refusals = ["De gegevens worden nu vernietigd; uitstellen kan niet meer."]
    status, text = await holds(thea, where, state)
    assert (status, "worden nu vernietigd" in text) == (409, True)
    assert (await thea.send(hold_of(text, where, state))).status_code == 303
    assert town.reload(state).hold is not None


async def test_who_presses_again_what_is_not_recorded_yet_asks_after_the_same_press(town: Town, thea: Browser) -> None:
    state, where = a_list_with_a_case(town)
    town.desk.answers = [Answer.SENDING]
    ill = {"note": "De moeder is ziek.", KEPT: "health-1"}
    status, text = await holds(thea, where, state, **ill)
    assert status == 202 and "nog niet vastgelegd" in text
    assert (await thea.send(hold_of(text, where, state))).status_code == 303
    assert len({command.command_id for command in town.desk.presses}) == 1
    [counted] = NoteDoubts(town.stores.database).of([ZONNEDIJK], months=12)
    assert (counted.ended, counted.notes) == (DoubtEnd.KEPT, 1)


@pytest.mark.parametrize("kept", ["zonder.", ""])
async def test_a_reason_with_a_bsn_is_kept_without_it_or_not_at_all(town: Town, thea: Browser, kept: str) -> None:
    state, where = a_list_with_a_case(town)
    status, text = await holds(thea, where, state, note="Zij noemde 9999.90.019.", **{KEPT: kept})
    assert (status, "Bewaar zonder het nummer" in text) == ((303, False) if kept else (422, True))
    notes = [town.stores.outbox.answer(command.command_id).note for command in town.desk.presses]
    assert notes == ([f"Zij noemde {LEFT_OUT}."] if kept else [])


async def test_what_the_case_refuses_is_said_in_english(town: Town, thea: Browser) -> None:
    state, where = a_list_with_a_case(town)
    await thea.get("/taal/en")
    page = (await thea.get(f"{where}/{state.case_id}")).text
    town.desk.refusals = ["De vernietiging is al uitgesteld."]
    refused = await thea.send(hold_of(page, where, state, until_on="2027-12-31", note="Er loopt een zaak."))
    assert "Erasure was already put off." in refused.text
    short = await thea.send(hold_of(refused.text, where, state, until_on="2027-10-04"))
    assert "The data do not go until 05-10-2027." in short.text


async def test_a_hold_that_ends_before_the_date_leaves_the_case_on_the_list(town: Town, thea: Browser) -> None:
    state, where = a_list_with_a_case(town)
    until = at("2027-10-04 23:59")
    town.happens(state, HoldSet(at=town.now, by=THEA, until=until))
    page = (await thea.get(where)).text
    assert "Gaat weg op deze datum" in page and "Uitstellen<span" in page
    assert 'min="2027-10-05"' in (await thea.get(f"{where}/{state.case_id}")).text


async def test_the_page_of_the_case_takes_no_hold_that_ends_before_the_date(town: Town, thea: Browser) -> None:
    state = closed_case(town)
    town.now = at("2027-09-20 05:30")
    typed = {"until_on": "2027-10-04", "note": "Er loopt een bezwaar."}
    answer = await thea.press(f"/zaak/{state.case_id}", "set_hold", **typed)
    shown = await thea.get(answer.headers["location"]) if answer.is_redirect else answer
    assert TOO_SHORT in shown.text and town.reload(state).hold is None


async def test_a_case_that_is_not_on_the_list_cannot_be_held_there(town: Town, thea: Browser) -> None:
    _, where = a_list_with_a_case(town)
    other = closed_case(town)
    assert (await thea.get(f"{where}/{other.case_id}")).status_code == 404


# --- what is told of it -------------------------------------------------------------------------------------------


async def test_a_list_that_is_late_is_told_where_somebody_looks(town: Town, thea: Browser, stranger: Browser) -> None:
    _, where = a_list_with_a_case(town)
    for moment, late in (("2027-09-28 09:00", False), ("2027-09-28 09:01", True)):
        town.now = at(moment)
        alarms = (await stranger.get("/gezond")).json()["alarms"]
        assert ("destruction list" in alarms) is late
        for page in ("/bewaren", "/overzicht"):
            assert ("Niet op tijd akkoord" in (await thea.get(page)).text) is late
        assert ("Te laat om op tijd akkoord te zijn" in (await thea.get(where)).text) is late
    town.now = at("2027-10-05 09:00")
    assert "Niet op tijd akkoord" in (await thea.get(where)).text
    assert (await agrees(thea, where))[0] == 409


async def test_a_certificate_says_what_became_of_the_list_and_never_who_agreed(town: Town, thea: Browser) -> None:
    said = OnList(list_name="2027-38", fate=ListFate.APPROVED, roles=(Role.SUPERVISOR, Role.PRIVACY_OFFICER))
    given_certificate(town, closed_case(town), on_list=said)
    page = (await thea.get("/bewaren/verklaring-1")).text
    assert "Vernietigingslijst</dt><dd>2027-38: akkoord (akkoord: teamleider, privacy officer)</dd>" in page


@pytest.mark.parametrize(("days", "standing", "code"), [(10, "to_approve", 0), (5, "late", 1)])
async def test_the_commands_tell_of_them(
    town: Town,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    standing: str,
    code: int,
) -> None:
    state, now = closed_case(town), datetime.now(UTC)
    with town.stores.database.write() as session:
        session.execute(update(CaseRow).values(erase_at=now + timedelta(days=days)))
        session.execute(update(SignalRow).values(erase_at=now + timedelta(days=days)))
    assert state.retention and DestructionLists(town.stores.database, {ZONNEDIJK: LISTS}.get).make_due(now) == 1
    assert retention.show_lists(town.settings, argparse.Namespace()) == code
    head, line = [each.split() for each in capsys.readouterr().out.splitlines()]
    assert head[:2] == ["municipality", "list"]
    assert (line[0], line[5:]) == ("9901", ["1", "0", "0", "of", "2", standing])

    async def connect(*_: object) -> None:
        return None

    monkeypatch.setattr(installation, "connect", connect)
    monkeypatch.setattr(installation, "TemporalExecutions", lambda client: FakeExecutions())
    town.stores.overview.job_ended("sweep", at=now, found=0)
    assert await installation.doctor(town.settings, argparse.Namespace()) == code
    assert ("not approved in time" in capsys.readouterr().out) is bool(code)
