"""Going from door to door: which visits, who takes which along, what a door needs, and two people at one door."""

import re
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from adapters.address_looks import AddressLooks
from adapters.registry import Member
from adapters.visits_taken import Taken, VisitsTaken
from models.case import CaseState
from models.codes import AttemptResult, Channel, LookReason, Role
from models.commands import BlockVisits, ClaimCase, LogVisit
from models.facts import CaseClaimed, VisitPlanned, VisitsBlocked
from models.ids import CaseId, StaffId
from policy.calendar import local
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import a_door, with_a_housemate
from tests.web.test_secret_address import HOME, TRACES, hidden, with_right
from tests.web.town import NOOR, RAVI, THEA, WATERDORP, Town, a_case_in_contact
from web.paging import PAGE

MORNING = at("2027-04-06 08:30")
TEN = at("2027-04-06 10:00")
YESTERDAY = at("2027-04-05 14:00")
LIST = "/huisbezoek"


# --- which visits -------------------------------------------------------------------------------------------------


async def test_the_way_goes_by_what_was_agreed_then_by_neighbourhood_street_and_house(
    town: Town, noor: Browser
) -> None:
    a_door(town, "Laatste", "Akkerweg", 3, postcode="9991AA", at_moment=YESTERDAY)
    a_door(town, "Derde", "Zonnelaan", 20, at_moment=YESTERDAY)
    a_door(town, "Tweede", "Zonnelaan", 3, at_moment=YESTERDAY)
    a_door(town, "Eerste", "Zonnelaan", 40, at_moment=TEN)
    page = await _morning(town, noor)
    assert _order(page, "Eerste", "Tweede", "Derde", "Laatste")
    assert _order(page, "Op een afgesproken tijd", "Zonnedijk, postcode 9990", "Zonnedijk, postcode 9991")


async def test_a_visit_of_another_day_stands_on_that_day(town: Town, noor: Browser) -> None:
    a_door(town, "Morgen", at_moment=TEN + timedelta(days=1))
    today = await _morning(town, noor)
    assert "Morgen" not in today and "Het volgende huisbezoek kan vanaf morgen 10:00" in today
    assert "A.B. van den Morgen" in (await noor.get(f"{LIST}?dag=2027-04-07")).text


@pytest.mark.parametrize(
    ("asked", "status", "shown"),
    [("2027-01-01", 200, "vandaag"), ("2099-01-01", 200, "za 5 juni"), ("vandaag", 404, ""), ("2027-13-01", 404, "")],
)
async def test_a_day_that_cannot_be_looked_at_is_another_or_none(
    town: Town, noor: Browser, asked: str, status: int, shown: str
) -> None:
    town.now = MORNING
    answer = await noor.get(f"{LIST}?dag={asked}")
    assert answer.status_code == status
    assert shown == "" or f"<h1>Huisbezoek {shown}</h1>" in answer.text


async def test_a_case_of_a_colleague_is_not_offered(town: Town, noor: Browser) -> None:
    town.happens(a_door(town, "Thuis", at_moment=YESTERDAY), CaseClaimed(at=YESTERDAY, by=THEA))
    town.happens(a_door(town, "Eigen", at_moment=YESTERDAY), CaseClaimed(at=YESTERDAY, by=NOOR))
    page = await _morning(town, noor)
    assert ("Thuis" in page, "Eigen" in page, "uw zaak" in page) == (False, True, True)


async def test_visits_of_another_municipality_are_not_there(town: Town, app: FastAPI, noor: Browser) -> None:
    state = a_door(town, "Hier", at_moment=YESTERDAY)
    town.now = MORNING
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert "Hier" not in (await ravi.get(LIST)).text
        token = forms_of((await ravi.get("/")).text)[0].fields["token"]
        assert (await ravi.get(f"{LIST}/{state.case_id}")).status_code == 404
        sent = {"token": token, "zaak": state.case_id, "companion": ""}
        for path in ("meenemen", f"{state.case_id}/overnemen", f"{state.case_id}/teruggeven", f"{state.case_id}/adres"):
            assert (await ravi.client.post(f"{LIST}/{path}", data=sent)).status_code == 404, path
    assert _taken(town, state) is None


async def test_a_neighbourhood_has_the_name_that_the_municipality_gives_it(town: Town, app: FastAPI) -> None:
    a_door(town, "Noorder", postcode="9911AB", municipality=WATERDORP, at_moment=YESTERDAY)
    town.now = MORNING
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert "Noord, Zonnedijk, postcode 9911" in (await ravi.get(LIST)).text


async def test_of_very_many_those_that_wait_longest_are_shown_and_it_says_so(town: Town, noor: Browser) -> None:
    for number in range(PAGE + 1):
        a_door(town, f"Nummer{number:02}", number=number + 1, at_moment=YESTERDAY + timedelta(minutes=number))
    page = await _morning(town, noor)
    assert (page.count('name="zaak"'), "Nummer00" in page, f"Nummer{PAGE}" in page) == (PAGE, True, False)
    assert "Er zijn er meer." in page


# --- who takes which along ----------------------------------------------------------------------------------------


async def test_what_one_takes_along_a_colleague_sees_and_is_not_offered(
    town: Town, noor: Browser, thea: Browser
) -> None:
    mine, other = (a_door(town, name, at_moment=YESTERDAY) for name in ("Mijne", "Andere"))
    answer = await _take(town, noor, mine)
    assert answer.headers["location"] == f"{LIST}?dag=2027-04-06&mee=1"
    assert _section(await _list(noor), "ronde").count("A.B. van den Mijne") == 1
    page = await _list(thea)
    # Thea comes along.
    assert "met Noor de Wit" in _section(page, "ronde")
    assert ("Mijne" in _section(page, "mee"), "Andere" in _section(page, "mee")) == (False, True)
    _sam(town)
    VisitsTaken(town.stores.database).take_over(
        mine.case_id, Taken(StaffId("sam"), None, local(MORNING).date()), now=MORNING
    )
    page = await _list(thea)
    assert "Sam Bos" in _section(page, "collegas") and "Mijne" in _section(page, "collegas")
    assert "Zonnelaan" not in _section(page, "collegas")
    assert _taken(town, other) is None


async def test_of_two_who_choose_one_door_the_first_has_it_and_the_second_hears_so(
    town: Town, noor: Browser, thea: Browser
) -> None:
    door, free = a_door(town, "Deur", at_moment=YESTERDAY), a_door(town, "Vrij", at_moment=YESTERDAY)
    _sam(town)
    town.now = MORNING
    form = _taking((await thea.get(LIST)).text)
    await _take(town, noor, door, companion="sam")
    answer = await _send(thea, form, zaak=[door.case_id, free.case_id], companion="sam")
    assert answer.headers["location"] == f"{LIST}?dag=2027-04-06&mee=1&bezet=1"
    told = (await thea.get(answer.headers["location"])).text
    assert "U neemt 1 bezoek mee." in told and "Eén bezoek nam een collega intussen al mee." in told
    assert [getattr(_taken(town, each), "staff", None) for each in (door, free)] == [NOOR, THEA]


async def test_pressing_twice_takes_it_once_and_loses_nothing(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    for _ in range(2):
        answer = await _take(town, noor, door)
        assert answer.headers["location"].endswith("mee=1")
    assert _taken(town, door) == Taken(NOOR, THEA, local(MORNING).date())


@pytest.mark.parametrize(
    ("companion", "told"),
    [
        ("", "Een huisbezoek doet u met zijn tweeën: kies wie er meegaat."),
        ("noor", "Deze collega kan niet mee naar elk van deze bezoeken."),
        ("ravi", "Deze collega kan niet mee naar elk van deze bezoeken."),
    ],
)
async def test_where_two_must_go_somebody_who_can_comes_along(
    town: Town, noor: Browser, companion: str, told: str
) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    answer = await _take(town, noor, door, companion=companion)
    assert (answer.status_code, told in answer.text, _taken(town, door)) == (422, True, None)
    # What was ticked still is.
    assert _taking(answer.text).fields["zaak"] == door.case_id


async def test_nothing_chosen_takes_nothing(town: Town, noor: Browser) -> None:
    a_door(town, "Deur", at_moment=YESTERDAY)
    town.now = MORNING
    answer = await _send(noor, _taking((await noor.get(LIST)).text), zaak=[], companion="thea")
    assert answer.status_code == 422 and "Kies eerst welke bezoeken u meeneemt." in answer.text


async def test_who_has_it_gives_it_back_and_who_needs_it_takes_it_over(
    town: Town, noor: Browser, thea: Browser
) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    _sam(town)
    await _take(town, noor, door, companion="sam")
    page = (await thea.get(f"{LIST}/{door.case_id}")).text
    assert "Noor de Wit gaat vandaag langs" in page
    assert "Zonnelaan 12" not in page and 'name="result"' not in page
    over = next(form for form in forms_of(page) if form.action.endswith("/overnemen"))
    assert (await thea.send(over, companion="")).status_code == 422
    assert (await thea.send(over, companion="sam")).headers["location"] == f"{LIST}/{door.case_id}"
    assert "U nam dit bezoek over van Noor de Wit." in (await thea.get(f"{LIST}/{door.case_id}")).text
    assert "Thea Vos gaat vandaag langs" in (await noor.get(f"{LIST}/{door.case_id}")).text
    back = next(f for f in forms_of((await thea.get(f"{LIST}/{door.case_id}")).text) if f.action.endswith("geven"))
    await thea.send(back)
    assert _taken(town, door) is None
    assert "Nog niemand neemt dit bezoek mee" in (await noor.get(f"{LIST}/{door.case_id}")).text


async def test_a_visit_that_is_agreed_for_another_day_is_nobodys_again(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    friday = local(town.now).date() + timedelta(days=3)
    VisitsTaken(town.stores.database).take([door.case_id], Taken(NOOR, None, friday), now=town.now, today=friday)
    kept = town.happens(door, CaseClaimed(at=town.now, by=NOOR))
    assert _taken(town, door) is not None
    moved = VisitPlanned(
        at=town.now,
        by=THEA,
        person_id=door.resident,
        due_at=town.now + timedelta(days=1),
        companion=None,
        announced=False,
    )
    town.happens(kept, moved)
    assert _taken(town, door) is None


async def test_who_takes_a_visit_along_at_its_page_goes_on_the_day_that_was_agreed(town: Town, noor: Browser) -> None:
    friday = at("2027-04-09 14:00")
    door = a_door(town, "Deur", at_moment=friday)
    page = await _at_the_door(town, noor, door)
    assert "Afgesproken: vr 9 april." in page
    taking = next(form for form in forms_of(page) if form.action == f"{LIST}/meenemen")
    await noor.send(taking, companion=THEA)
    taken = VisitsTaken(town.stores.database).of([door.case_id], today=local(town.now).date())[door.case_id]
    assert (taken.staff, taken.day) == (NOOR, friday.date())


async def test_who_takes_over_a_visit_of_another_day_goes_on_that_day(town: Town, noor: Browser, thea: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    _sam(town)
    later = local(town.now).date() + timedelta(days=3)
    VisitsTaken(town.stores.database).take([door.case_id], Taken(NOOR, None, later), now=town.now, today=later)
    page = (await thea.get(f"{LIST}/{door.case_id}")).text
    over = next(form for form in forms_of(page) if form.action.endswith("/overnemen"))
    await thea.send(over, companion="sam")
    found = _taken(town, door)
    assert found is not None and (found.staff, found.day) == (THEA, later)


async def test_a_colleague_at_the_case_sees_who_goes(town: Town, noor: Browser, thea: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    assert "Noor de Wit gaat vandaag langs, samen met Thea Vos." in (await thea.get(f"/zaak/{door.case_id}")).text


# --- where nobody goes --------------------------------------------------------------------------------------------


async def test_where_it_is_not_safe_for_one_nobody_visits_the_other(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    door = town.happens(state, _planned(state))
    other = next(person.person_id for person in door.people if person.person_id != door.resident)
    before = await _morning(town, noor)
    assert "Zonnelaan 12" in before
    town.happens(door, VisitsBlocked(at=town.now, by=NOOR, person_id=other))
    page = await _list(noor)
    assert "bij iemand op dit adres mogen geen huisbezoeken" in page
    assert "Zonnelaan" not in page and 'name="zaak"' not in page
    assert (await _take(town, noor, door, form=_taking(before))).status_code == 422
    at_the_door = (await noor.get(f"{LIST}/{door.case_id}")).text
    assert "Ga niet langs" in at_the_door and "Zonnelaan" not in at_the_door and 'name="result"' not in at_the_door


async def test_a_secret_address_is_on_no_page_until_somebody_with_the_right_goes_there(
    town: Town, noor: Browser
) -> None:
    state = a_case_in_contact(town, address=HOME)
    door = hidden(town, town.happens(state, _planned(state)))
    page = await _morning(town, noor)
    assert "alleen een collega met dat recht kan langsgaan" in page and TRACES.search(page) is None
    with_right(town)
    await _take(town, noor, door)
    assert TRACES.search(await _list(noor)) is None
    page = (await noor.get(f"{LIST}/{door.case_id}")).text
    assert TRACES.search(page) is None
    asked = next(form for form in forms_of(page) if form.action.endswith("/adres"))
    assert TRACES.search((await noor.send(asked)).text) is not None
    [look] = AddressLooks(town.stores.database).of(door.case_id, door.resident)
    assert (look.staff, look.reason) == (NOOR, LookReason.VISIT)
    assert TRACES.search((await noor.get(f"{LIST}/{door.case_id}")).text) is None


# --- at the door --------------------------------------------------------------------------------------------------


async def test_amounts_are_shown_after_who_it_is_was_checked(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    page = await _at_the_door(town, noor, door)
    before, _, after = page.partition('<details class="known"')
    assert "€" not in before and "Woonstee" not in before and "€" in after
    assert "Dit is mijn pas" in before and "Zo gaat u verder" in after
    # An address is text: a map would tell somebody else where we go.
    assert re.search(r"geo:|maps|openstreetmap", page) is None


async def test_a_visit_without_conversation_leads_to_the_next_door(town: Town, noor: Browser) -> None:
    doors = [a_door(town, name, number=number, at_moment=YESTERDAY) for name, number in (("B", 2), ("A", 1), ("C", 3))]
    for door in doors:
        await _take(town, noor, door)
    answer = await _record(noor, doors[0], result=AttemptResult.CARD_LEFT)
    # House 3 comes after house 2; house 1 was passed by.
    assert answer.headers["location"] == f"{LIST}/{doors[2].case_id}?vastgelegd=log_visit"
    assert "Het huisbezoek is vastgelegd. Dit is de volgende." in (await noor.get(answer.headers["location"])).text
    [attempt] = [one for one in town.reload(doors[0]).attempts if one.channel is Channel.VISIT]
    assert (attempt.result, _taken(town, doors[0])) == (AttemptResult.CARD_LEFT, None)
    [press] = [press for press in town.desk.presses if isinstance(press, LogVisit)]
    assert press.companion == THEA
    assert (
        (await _record(noor, doors[2], result=AttemptResult.NOBODY_HOME))
        .headers["location"]
        .startswith(f"{LIST}/{doors[1].case_id}")
    )
    last = await _record(noor, doors[1], result=AttemptResult.NOBODY_HOME)
    assert last.headers["location"] == f"{LIST}?vastgelegd=log_visit"
    assert "Uw ronde is klaar." in (await noor.get(last.headers["location"])).text


async def test_a_conversation_leads_to_the_case_and_makes_it_the_visitors_own(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    answer = await _record(noor, door, result=AttemptResult.CONVERSATION)
    assert answer.headers["location"] == f"/zaak/{door.case_id}?vastgelegd=log_visit&verder=huisbezoek"
    assert "Naar uw andere huisbezoeken" in (await noor.get(answer.headers["location"])).text
    assert town.reload(door).owner == NOOR
    assert [type(press) for press in town.desk.presses] == [LogVisit, ClaimCase]


async def test_pressing_twice_records_one_visit(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    form = await _door_form(noor, door)
    for _ in range(2):
        answer = await noor.send(form, result=AttemptResult.NOBODY_HOME)
        assert answer.status_code == 303
    assert len(_visits(town, door)) == 1


async def test_of_two_at_one_door_the_second_hears_that_it_was_recorded_and_keeps_what_was_typed(
    town: Town, noor: Browser, thea: Browser
) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    hers = await _door_form(thea, door)
    await _record(noor, door, result=AttemptResult.NOBODY_HOME)
    answer = await thea.send(hers, result=AttemptResult.CARD_LEFT, companion=NOOR, note="Briefje door de bus.")
    assert answer.status_code == 422
    assert "al vastgelegd of afgezegd" in answer.text and "Briefje door de bus." in answer.text
    assert len(_visits(town, door)) == 1
    # Who was there once more says so with the form that came back.
    again = next(form for form in forms_of(answer.text) if form.fields.get("kind") == "log_visit")
    assert again.fields["visit"] == ""
    assert (await thea.send(again, result=AttemptResult.CARD_LEFT)).status_code == 303
    assert len(_visits(town, door)) == 2


async def test_without_a_result_everything_typed_comes_back(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    answer = await noor.send(await _door_form(noor, door), note="Hond blaft.", companion=THEA)
    assert answer.status_code == 422
    assert "Kies wat er aan de deur gebeurde." in answer.text and "Hond blaft." in answer.text
    form = next(form for form in forms_of(answer.text) if form.fields.get("kind") == "log_visit")
    assert form.fields["companion"] == THEA


async def test_who_was_away_too_long_finds_the_form_again(town: Town, app: FastAPI) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    async with Browser(app, stays=False) as noor:
        town.now = MORNING
        await noor.sign_in(NOOR)
        form = await _door_form(noor, door)
        town.now += timedelta(hours=13)
        kept = await noor.send(form, result=AttemptResult.CARD_LEFT, companion=THEA, note="Niet open gedaan.")
        assert (kept.status_code, _visits(town, door)) == (403, [])
        [again] = forms_of(kept.text)
        assert again.fields["note"] == "Niet open gedaan."
        session = noor.services.sessions.begin(NOOR, at=town.now)
        noor.client.cookies.set("signaalreis", session, domain=noor.client.base_url.host)
        assert (await noor.send(again)).status_code == 303
    assert _visits(town, door) == [AttemptResult.CARD_LEFT]


async def test_where_it_turns_out_unsafe_nobody_goes_any_more(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    await _take(town, noor, door)
    page = (await noor.get(f"{LIST}/{door.case_id}")).text
    unsafe = next(form for form in forms_of(page) if form.fields.get("kind") == "block_visits")
    assert (await noor.send(unsafe)).status_code == 422
    answer = await noor.send(unsafe, note="Er werd gedreigd.")
    assert answer.headers["location"] == f"{LIST}?vastgelegd=block_visits"
    assert [type(press) for press in town.desk.presses] == [BlockVisits]
    after = town.reload(door)
    assert (after.visit, after.people[0].visits_blocked, _taken(town, door)) == (None, True, None)
    assert "Ga niet langs" in (await noor.get(f"{LIST}/{door.case_id}")).text


async def test_a_door_takes_no_other_command(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    form = await _door_form(noor, door)
    assert (await noor.send(form, kind="claim_case")).status_code == 403
    assert town.desk.presses == []


async def test_a_visit_that_nobody_took_can_be_taken_at_the_door(town: Town, noor: Browser) -> None:
    door = a_door(town, "Deur", at_moment=YESTERDAY)
    page = await _at_the_door(town, noor, door)
    taking = next(form for form in forms_of(page) if form.action == f"{LIST}/meenemen")
    assert (await noor.send(taking, companion=THEA)).headers["location"] == f"{LIST}/{door.case_id}"
    assert (
        "U gaat vandaag langs, <strong>samen met Thea Vos</strong>." in (await noor.get(f"{LIST}/{door.case_id}")).text
    )


# --- paper --------------------------------------------------------------------------------------------------------


async def test_a_card_tells_nobody_anything(town: Town, noor: Browser) -> None:
    a_door(town, "Deur", at_moment=YESTERDAY)
    page = (await noor.get(f"{LIST}/kaartjes")).text
    assert page.count("Wij waren bij u aan de deur") == 4
    assert "Beemd" not in page and "Deur</" not in page


# --- small parts --------------------------------------------------------------------------------------------------


def _planned(state: CaseState) -> VisitPlanned:
    return VisitPlanned(
        at=YESTERDAY, by=NOOR, person_id=state.resident, due_at=YESTERDAY, companion=None, announced=False
    )


async def _list(browser: Browser) -> str:
    return (await browser.get(LIST)).text


async def _morning(town: Town, browser: Browser) -> str:
    town.now = MORNING
    return await _list(browser)


async def _at_the_door(town: Town, browser: Browser, door: CaseState) -> str:
    town.now = MORNING
    return (await browser.get(f"{LIST}/{door.case_id}")).text


def _section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def _order(page: str, *texts: str) -> bool:
    places = [page.index(text) for text in texts]
    return places == sorted(places)


def _taking(page: str) -> Form:
    return next(form for form in forms_of(page) if form.action == f"{LIST}/meenemen")


async def _take(
    town: Town, browser: Browser, door: CaseState, *, companion: str = "thea", form: Form | None = None
) -> httpx.Response:
    town.now = MORNING
    token = forms_of((await browser.get("/")).text)[0].fields["token"]
    filled = Form(f"{LIST}/meenemen", {"token": token, "dag": "2027-04-06", "bakje": ""}) if form is None else form
    return await _send(browser, filled, zaak=[door.case_id], companion=companion)


async def _send(browser: Browser, form: Form, *, zaak: list[CaseId], companion: str) -> httpx.Response:
    fields = {name: value for name, value in form.fields.items() if name != "zaak"}
    return await browser.client.post(form.action, data={**fields, "companion": companion, "zaak": list(zaak)})


async def _door_form(browser: Browser, door: CaseState) -> Form:
    page = (await browser.get(f"{LIST}/{door.case_id}")).text
    return next(form for form in forms_of(page) if form.fields.get("kind") == "log_visit")


async def _record(browser: Browser, door: CaseState, **typed: str) -> httpx.Response:
    answer = await browser.send(await _door_form(browser, door), **typed)
    assert answer.status_code == 303, answer.text
    return answer


def _visits(town: Town, door: CaseState) -> list[AttemptResult]:
    return [one.result for one in town.reload(door).attempts if one.channel is Channel.VISIT]


def _taken(town: Town, door: CaseState) -> Taken | None:
    return VisitsTaken(town.stores.database).of([door.case_id], today=local(MORNING).date()).get(door.case_id)


def _sam(town: Town) -> None:
    town.stores.registry.ensure(staff=[Member(StaffId("sam"), "Sam Bos", Role.CASEWORKER, (ZONNEDIJK,))])
