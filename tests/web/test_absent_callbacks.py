"""Callbacks of whoever is away: moved in one press, and shown while nobody makes them."""

from datetime import date, time

from fastapi import FastAPI

from adapters.absences import Absence
from adapters.agenda import Agenda
from adapters.working_hours import WorkingHours
from models.case import Appointment, CaseState
from models.facts import CallbackAgreed
from models.ids import CaseId, CommandId, StaffId
from policy.slots import Hours
from tests.builders import at
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, OPENED, PHONE, RAVI, THEA, Town, a_case_in_conversation

TUESDAY = date(2027, 4, 6)
TEN, ELEVEN = at("2027-04-06 10:00"), at("2027-04-06 11:00")


def promised(town: Town, name: str, when: object = TEN, staff: StaffId = NOOR) -> CaseState:
    state = a_case_in_conversation(town)
    fact = {"at": OPENED, "by": NOOR, "person_id": state.resident, "phone_id": PHONE}
    agreed = CallbackAgreed.model_validate({**fact, "appointment_id": name, "due_at": when, "staff": staff})
    return town.happens(state, agreed)


def away(town: Town, staff: StaffId = NOOR, deputy: StaffId = THEA, day: date = TUESDAY) -> Absence:
    return town.stores.absences.record(staff=staff, first_day=day, last_day=day, deputy=deputy, by=staff)


def agreed(town: Town, state: CaseState) -> Appointment:
    found = town.reload(state).appointment_of(state.resident)
    assert found is not None
    return found


async def form(browser: Browser, absence: Absence) -> Form:
    path = f"/afwezig/{absence.id}/afspraken"
    return next(each for each in forms_of((await browser.get(path)).text) if each.action == path)


async def test_recording_an_absence_leads_to_what_was_promised_in_it(town: Town, noor: Browser) -> None:
    promised(town, "agreed-1")
    filled = next(each for each in forms_of((await noor.get("/afwezig")).text) if each.action == "/afwezig")
    answer = await noor.send(filled, first_day="2027-04-06", last_day="2027-04-06", deputy=THEA)
    (absence,) = town.stores.absences.of(NOOR, since=TUESDAY)
    assert answer.headers["location"] == f"/afwezig/{absence.id}/afspraken"
    page = (await noor.get(answer.headers["location"])).text
    assert "morgen 10:00" in page and "van den Beemd" in page


async def test_one_press_gives_every_callback_to_the_deputy_at_the_same_moment(town: Town, noor: Browser) -> None:
    first, second = promised(town, "agreed-1"), promised(town, "agreed-2", ELEVEN)
    absence = away(town)
    filled = await form(noor, absence)
    for _ in range(2):
        assert (await noor.send(filled)).status_code == 303
    assert [(agreed(town, each).due_at, agreed(town, each).staff) for each in (first, second)] == [
        (TEN, THEA),
        (ELEVEN, THEA),
    ]
    # Only who calls changed: that is no news for the resident.
    assert agreed(town, first).moves == 0
    assert "geen terugbelafspraken meer" in (await noor.get(f"/afwezig/{absence.id}/afspraken")).text


async def test_where_the_deputy_is_taken_another_moment_is_proposed(town: Town, noor: Browser) -> None:
    promised(town, "agreed-2", staff=THEA)
    state = promised(town, "agreed-1")
    WorkingHours(town.stores.database).replace(THEA, [Hours(2, time(9), time(12))], by=THEA)
    await noor.send(await form(noor, away(town)))
    moved = agreed(town, state)
    assert (moved.due_at, moved.staff, moved.moves) == (at("2027-04-07 09:00"), THEA, 1)


async def test_what_is_not_to_be_moved_stays(town: Town, noor: Browser) -> None:
    state = promised(town, "agreed-1")
    await noor.send(await form(noor, away(town)), **{"free_moment-agreed-1": ""})
    assert (agreed(town, state).staff, agreed(town, state).due_at) == (NOOR, TEN)


async def test_what_was_taken_meanwhile_is_shown_again_and_the_others_are_moved(town: Town, noor: Browser) -> None:
    first, second = promised(town, "agreed-1"), promised(town, "agreed-2", ELEVEN)
    absence = away(town)
    filled = await form(noor, absence)
    Agenda(town.stores.database).book(CommandId("other"), CaseId("case-9"), THEA, TEN, 15)
    answer = await noor.send(filled)
    assert (answer.status_code, "Thea Vos heeft dan al een terugbelafspraak" in answer.text) == (409, True)
    assert [agreed(town, each).staff for each in (first, second)] == [NOOR, THEA]


async def test_an_absence_of_another_municipality_does_not_exist(town: Town, app: FastAPI, noor: Browser) -> None:
    promised(town, "agreed-1")
    absence = away(town)
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert (await ravi.get(f"/afwezig/{absence.id}/afspraken")).status_code == 404
    assert (await noor.get("/afwezig/onbekend/afspraken")).status_code == 404


async def test_the_supervisor_sees_which_callbacks_of_today_nobody_makes(town: Town, thea: Browser) -> None:
    state = promised(town, "agreed-1", at("2027-04-05 14:00"))
    promised(town, "agreed-2", at("2027-04-05 15:00"), staff=THEA)
    assert "Vandaag zonder beller" not in (await thea.get("/vastgelopen")).text
    away(town, day=OPENED.date())
    page = (await thea.get("/vastgelopen")).text
    assert "Vandaag zonder beller" in page and "vandaag 14:00" in page and f"/zaak/{state.case_id}" in page
    assert "vandaag 15:00" not in page
    town.now = at("2027-04-05 14:01")
    assert "Vandaag zonder beller" not in (await thea.get("/vastgelopen")).text
