"""Calling one resident after another: who is next, what a call needs, and two people who want the same case."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import update

from adapters.at_work import TERM, CasesAtWork
from models.case import CaseState
from models.codes import AttemptResult, Channel
from models.commands import ClaimCase
from models.facts import AttemptMade, CallbackAgreed, CaseClaimed
from models.ids import SYSTEM, AppointmentId, CaseId, StaffId, StepId
from models.tables import TaskRow
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, OPENED, THEA, Town, a_case_in_contact, a_case_in_conversation, a_case_to_check
from web.paging import PAGE

NOTHING = "Er is nu niemand die u kunt bellen."


async def test_somebody_who_can_be_called_is_next(town: Town, noor: Browser) -> None:
    a_case_to_check(town)
    state = _to_call(town)
    assert _case_of(await noor.get("/bellen")) == state.case_id


async def test_without_anybody_to_call_it_says_so(town: Town, noor: Browser) -> None:
    a_case_to_check(town)
    assert NOTHING in (await noor.get("/bellen")).text


async def test_who_may_be_called_later_is_not_called_now_and_the_page_says_from_when(town: Town, noor: Browser) -> None:
    [task] = _to_call(town).tasks
    town.now = task.opens_at - timedelta(minutes=1)
    page = (await noor.get("/bellen")).text
    assert NOTHING in page and "De volgende kan vanaf vandaag" in page


async def test_a_call_without_conversation_leads_to_the_next_resident(town: Town, noor: Browser) -> None:
    first, second = _to_call(town, surname="Eerste"), _to_call(town, surname="Tweede")
    chosen = _case_of(await noor.get("/bellen"))
    other = second if chosen == first.case_id else first
    answer = await noor.send(await _call_form(noor, chosen), result=AttemptResult.VOICEMAIL)
    assert answer.headers["location"] == f"/bellen?na={chosen}"
    onwards = await noor.get(answer.headers["location"])
    assert _case_of(onwards) == other.case_id
    assert "Dit is de volgende" in (await noor.get(onwards.headers["location"])).text
    assert [attempt.result for attempt in town.stores.cases.load(CaseId(chosen)).attempts][-1:] == [
        AttemptResult.VOICEMAIL
    ]


async def test_who_is_passed_over_is_free_for_colleagues_and_does_not_come_back(
    town: Town, noor: Browser, thea: Browser
) -> None:
    states = {_to_call(town, surname=name).case_id for name in ("Eerste", "Tweede", "Derde")}
    answer, met = await noor.get("/bellen"), list[str]()
    while answer.headers["location"].startswith("/bellen/"):
        met.append(_case_of(answer))
        page = await noor.get(answer.headers["location"])
        assert "Vastgelegd" not in page.text
        [passing] = [form for form in forms_of(page.text) if form.action.endswith("/overslaan")]
        answer = await noor.get((await noor.send(passing)).headers["location"])
        if answer.status_code == 200:
            break
    assert (len(met), set(met)) == (3, states)
    assert NOTHING in answer.text and "Toch bellen wie u oversloeg" in answer.text
    assert _case_of(await thea.get("/bellen")) in states


async def test_it_says_how_many_wait_and_when_they_are_more_than_a_page(town: Town, noor: Browser) -> None:
    states = [_to_call(town) for _ in range(3)]
    assert "nog 2 te bellen" in (await noor.get(f"/bellen/{states[0].case_id}")).text
    states += [_to_call(town) for _ in range(PAGE)]
    assert f"nog meer dan {PAGE - 1} te bellen" in (await noor.get(f"/bellen/{states[0].case_id}")).text


async def test_a_conversation_leads_to_the_case_and_makes_it_the_callers_own(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    assert state.owner is None
    answer = await noor.send(await _call_form(noor, state.case_id), result=AttemptResult.CONVERSATION)
    assert answer.headers["location"].startswith(f"/zaak/{state.case_id}?vastgelegd=log_call&verder=bellen")
    assert town.reload(state).owner == NOOR
    assert "Bel de volgende" in (await noor.get(answer.headers["location"])).text


async def test_a_case_of_a_colleague_stays_theirs(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    town.happens(state, CaseClaimed(at=town.now, by=THEA))
    await noor.send(await _call_form(noor, state.case_id), result=AttemptResult.CONVERSATION)
    assert town.reload(state).owner == THEA
    assert [press for press in town.desk.presses if isinstance(press, ClaimCase)] == []


async def test_pressing_twice_records_one_call(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    form = await _call_form(noor, state.case_id)
    for _ in range(2):
        await noor.send(form, result=AttemptResult.NO_ANSWER)
    assert len(town.reload(state).attempts) == len(state.attempts) + 1


async def test_what_was_typed_is_kept_when_the_result_is_missing(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    answer = await noor.send(await _call_form(noor, state.case_id), note="Achter de voordeur blaft een hond.")
    assert answer.status_code == 422
    assert "Kies wat er aan de telefoon gebeurde." in answer.text
    assert "Achter de voordeur blaft een hond." in answer.text


async def test_amounts_are_shown_after_who_it_is_was_checked(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    page = (await noor.get(f"/bellen/{state.case_id}")).text
    before, _, after = page.partition('<details class="known"')
    assert "€" not in before and "€" in after
    assert "Zo begint u" in before and "Zo gaat u verder" in after


async def test_an_appointment_that_is_near_is_told_and_goes_first_at_its_minute(town: Town, noor: Browser) -> None:
    _to_call(town, surname="Gewoon")
    agreed = a_case_in_conversation(town, surname="Afspraak")
    moment = town.now + timedelta(minutes=20)
    key, who = AppointmentId("a-1"), agreed.resident
    callback = CallbackAgreed(at=town.now, person_id=who, appointment_id=key, due_at=moment, phone_id=None, staff=NOOR)
    town.happens(agreed, callback)
    for minutes in (20, 10, 2):
        town.now = moment - timedelta(minutes=minutes)
        before = await noor.get("/bellen")
        assert _case_of(before) != agreed.case_id
        assert "Terugbellen vandaag" in (await noor.get(before.headers["location"])).text
    town.now = moment
    assert _case_of(await noor.get("/bellen")) == agreed.case_id


# --- two people ----------------------------------------------------------------------------------------------------


async def test_nobody_is_given_the_case_that_a_colleague_is_calling_about(
    town: Town, noor: Browser, thea: Browser
) -> None:
    first, second = _to_call(town, surname="Eerste"), _to_call(town, surname="Tweede")
    chosen = _case_of(await noor.get("/bellen"))
    await noor.get(f"/bellen/{chosen}")
    other = second if chosen == first.case_id else first
    assert _case_of(await thea.get("/bellen")) == other.case_id
    assert "is nu bezig" in (await thea.get("/")).text
    assert "is nu met deze zaak bezig" in (await thea.get(f"/zaak/{chosen}")).text


async def test_a_case_that_a_colleague_has_is_taken_over_and_the_colleague_hears_so(
    town: Town, noor: Browser, thea: Browser
) -> None:
    state = _to_call(town)
    path = f"/bellen/{state.case_id}"
    mine = await _call_form(noor, state.case_id)
    assert (await _still(noor, path, mine)).status_code == 204
    page = (await thea.get(path)).text
    assert "is met deze zaak bezig" in page and "Hoe het ging" not in page
    [taking] = [form for form in forms_of(page) if form.action == f"{path}/overnemen"]
    await thea.send(taking)
    assert "Hoe het ging" in (await thea.get(path)).text
    told = (await _still(noor, path, mine)).json()["sentence"]
    assert "Thea" in told and "nam deze zaak over" in told


async def test_a_page_that_was_left_holds_nobody_up_for_long(town: Town, noor: Browser, thea: Browser) -> None:
    state = _to_call(town)
    await noor.get(f"/bellen/{state.case_id}")
    assert NOTHING in (await thea.get("/bellen")).text
    town.now += TERM
    assert _case_of(await thea.get("/bellen")) == state.case_id


async def test_a_page_that_slept_hears_that_something_was_recorded(town: Town, noor: Browser, thea: Browser) -> None:
    state = _to_call(town)
    form, path = await _call_form(noor, state.case_id), f"/bellen/{state.case_id}"
    town.now += TERM
    await thea.send(await _call_form(thea, state.case_id), result=AttemptResult.NO_ANSWER)
    told = await _still(noor, path, form)
    assert "is intussen iets vastgelegd" in told.json()["sentence"]
    assert set(CasesAtWork(town.stores.database).others([state.case_id], THEA, now=town.now)) == set()


async def test_a_page_that_slept_while_nothing_happened_goes_on(town: Town, noor: Browser, thea: Browser) -> None:
    state = _to_call(town)
    form = await _call_form(noor, state.case_id)
    town.now += 2 * TERM
    assert (await _still(noor, f"/bellen/{state.case_id}", form)).status_code == 204
    assert NOTHING in (await thea.get("/bellen")).text


async def test_a_party_calls_only_whom_it_was_given(town: Town, app: FastAPI) -> None:
    town.youth_worker(StaffId("yara"))
    state = _to_call(town)
    # Left with them when the case was taken back.
    town.happens(state, CaseClaimed(at=town.now, by=StaffId("yara")))
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        assert NOTHING in (await yara.get("/bellen")).text


async def test_the_queues_of_neighbourhoods_are_called_too(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    with town.stores.database.write() as session:
        session.execute(update(TaskRow).values(queue="team_north"))
    assert _case_of(await noor.get("/bellen")) == state.case_id


async def test_whoever_says_so_in_time_keeps_the_case(town: Town, noor: Browser, thea: Browser) -> None:
    state = _to_call(town)
    form = await _call_form(noor, state.case_id)
    for _ in range(3):
        town.now += TERM / 3
        await _still(noor, f"/bellen/{state.case_id}", form)
    assert NOTHING in (await thea.get("/bellen")).text


@pytest.mark.parametrize("two", ["begin", "take_over"])
def test_one_person_has_a_case_at_a_time(town: Town, two: str) -> None:
    state, at_work = _to_call(town), CasesAtWork(town.stores.database)
    at_work.begin(state.case_id, NOOR, now=town.now)
    now_at_work = getattr(at_work, two)(state.case_id, THEA, now=town.now)
    assert (now_at_work.staff, now_at_work.taken_from) == ((NOOR, None) if two == "begin" else (THEA, NOOR))
    assert set(at_work.others([state.case_id], now_at_work.staff, now=town.now)) == set()


async def test_only_whoever_has_a_case_lets_it_go(town: Town, noor: Browser) -> None:
    state = _to_call(town)
    await noor.get(f"/bellen/{state.case_id}")
    CasesAtWork(town.stores.database).stop(state.case_id, THEA)
    assert set(CasesAtWork(town.stores.database).others([state.case_id], THEA, now=town.now)) == {state.case_id}
    CasesAtWork(town.stores.database).stop(state.case_id, NOOR)
    assert CasesAtWork(town.stores.database).others([state.case_id], THEA, now=town.now) == {}


async def _call_form(browser: Browser, case: str) -> Form:
    page = await browser.get(f"/bellen/{case}")
    return next(form for form in forms_of(page.text) if form.fields.get("kind") == "log_call")


async def _still(browser: Browser, path: str, form: Form) -> httpx.Response:
    return await browser.client.post(f"{path}/bezig", data={name: form.fields[name] for name in ("token", "sequence")})


def _case_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    where = urlsplit(answer.headers["location"])
    assert parse_qs(where.query)["persoon"]
    return where.path.removeprefix("/bellen/")


def _to_call(town: Town, **resident: Any) -> CaseState:
    """A case whose first mail was sent; the town's clock stands where its first call can be made."""
    state = a_case_in_contact(town, **resident)
    mailed = AttemptMade(
        at=OPENED,
        by=SYSTEM,
        step_id=StepId(f"{state.case_id}.mail-1"),
        person_id=state.resident,
        channel=Channel.MAIL,
        result=AttemptResult.SENT,
    )
    after = town.happens(state, mailed)
    [task] = after.tasks
    town.now = max(town.now, task.opens_at)
    return after
