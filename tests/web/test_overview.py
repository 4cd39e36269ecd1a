"""The supervisor's overview: its numbers, the cases behind each of them, and what it tells nobody."""

import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi import FastAPI
from sqlmodel import delete

from adapters.erasure import OF_A_CASE
from adapters.monitor import figures, quarter_of
from adapters.policy_book import PolicyFiles
from adapters.registry import Member
from models.codes import Party, Role
from models.facts import CaseClaimed
from models.ids import StaffId
from models.tables import CaseRow, StallCountRow, StatisticRow
from models.values import MunicipalityCode
from policy.calendar import local
from policy.small_cells import LEAST
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.policies import ZONNEDIJK as SENDER
from tests.web.policies import policy_folder
from tests.web.test_other_pages import _given_up, _late
from tests.web.town import (
    NOOR,
    OPENED,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    closed_case,
)

LISTS = ("/vastgelopen", "/overzicht/werk", "/overzicht/zaken")


async def numbers_of(browser: Browser, page: str = "/overzicht") -> list[tuple[str, int]]:
    """Every number with a list behind it: the list's address and the number."""
    text = (await browser.get(page)).text
    found = re.findall(r'<a href="((?:/vastgelopen|/overzicht/)[^"]+)">(\d+)<', text)
    return [(unescape(link), int(number)) for link, number in found]


async def total_of(browser: Browser, link: str) -> int:
    """How many the list says that it has."""
    answer = await browser.get(link)
    assert answer.status_code == 200, link
    found = re.search(r'<span class="count">\((\d+)\)</span></h[12]>', answer.text)
    return int(found[1]) if found else 0


def per_caseworker(town: Town, app: FastAPI) -> None:
    """The municipality decides to count what each caseworker has."""
    (folder := town.settings.data / "policies").mkdir()
    files = policy_folder(folder, m9901=SENDER + "supervision: {figures_per_caseworker: true}\n")
    policies = PolicyFiles(files, today=lambda: local(town.now).date())
    town.stores = replace(town.stores, policies=policies)
    app.state.services = town.services


def busy_town(town: Town) -> None:
    for number in range(3):
        _late(town, surname=f"Telaat{number}")
    _given_up(town, surname="Storing")
    a_case_in_contact(town, surname="Gewoon")
    talked = a_case_in_conversation(town, surname="Gesprek")
    town.happens(talked, CaseClaimed(at=OPENED, by=NOOR))
    _late_elsewhere(town)


def _late_elsewhere(town: Town) -> None:
    a_case_in_contact(town, municipality=WATERDORP, surname="Anderhof")


@pytest.mark.parametrize("now", ["2027-04-05 09:00", "2027-04-06 12:00", "2027-04-20 10:00", "2027-04-25 10:00"])
async def test_every_number_has_as_many_cases_behind_it(town: Town, thea: Browser, now: str) -> None:
    busy_town(town)
    town.now = at(now)
    numbers = await numbers_of(thea)
    assert {link.split("?")[0] for link, _ in numbers} == set(LISTS)
    assert len(numbers) > 12
    for link, number in numbers:
        assert await total_of(thea, link) == number, link


async def test_the_page_says_what_is_stuck_why_how_long_and_where(town: Town, thea: Browser) -> None:
    busy_town(town)
    town.now = at("2027-04-20 10:00")
    numbers = dict(await numbers_of(thea))
    here = "/vastgelopen?gemeente=9901"
    assert {link: number for link, number in numbers.items() if link.startswith("/vastgelopen")} == {
        here: 4,
        f"{here}&oorzaak=task_overdue": 3,
        f"{here}&oorzaak=party_budget_spent": 1,
        f"{here}&duur=7-27": 4,
        f"{here}&werkbakje=identity&van=iemand": 3,
        f"{here}&werkbakje=identity&van=niemand": 1,
    }


async def test_stalled_cases_are_chosen_by_all_that_is_counted(town: Town, thea: Browser) -> None:
    busy_town(town)
    town.now = at("2027-04-20 10:00")
    page = (await thea.get("/vastgelopen?duur=7-27&werkbakje=identity&van=iemand")).text
    assert "Telaat0" in page and "Storing" not in page
    assert "Zaken: 1 tot 4 weken, werkbakje gegevens, van een medewerker" in page
    nothing = (await thea.get("/vastgelopen?duur=0-1")).text
    assert "Er zijn hier geen vastgelopen zaken." in nothing and "Telaat0" not in nothing


@pytest.mark.parametrize(
    "link",
    [
        "/vastgelopen?duur=eeuwig",
        "/vastgelopen?van=iedereen",
        "/vastgelopen?werkbakje=kelder",
        "/vastgelopen?gemeente=9902",
        "/overzicht?gemeente=9902",
        "/overzicht?gemeente=x",
        "/overzicht?kwartaal=2027-3",
        "/overzicht/werk?gemeente=9902",
        "/overzicht/werk?soort=dutten",
        "/overzicht/werk?dag=2027-04-10",
        "/overzicht/werk?dag=morgen",
        "/overzicht/werk?dag=2027-04-06&wanneer=nu",
        "/overzicht/werk?wanneer=ooit",
        "/overzicht/zaken?gemeente=9902",
        "/overzicht/zaken?termijn=2026-04-06",
        "/overzicht/zaken?werkbakje=kelder",
    ],
)
async def test_what_is_no_choice_does_not_exist(town: Town, thea: Browser, link: str) -> None:
    assert (await thea.get(link)).status_code == 404


async def test_nothing_of_another_municipality_is_counted_or_listed(town: Town, thea: Browser) -> None:
    _late_elsewhere(town)
    town.now = at("2027-04-20 10:00")
    assert await numbers_of(thea) == []
    for link in LISTS:
        assert "Anderhof" not in (await thea.get(link)).text
    assert "Waterdorp" not in (await thea.get("/overzicht")).text


async def test_a_supervisor_of_several_municipalities_sees_them_beside_each_other(town: Town, thea: Browser) -> None:
    busy_town(town)
    town.stores.registry.ensure(staff=[Member(THEA, "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK, WATERDORP))])
    town.now = at("2027-04-20 10:00")
    page = (await thea.get("/overzicht")).text
    assert re.findall(r'<a href="/overzicht\?gemeente=(\d+)">\w+</a> (\d+)', page) == [("9901", "4"), ("9902", "0")]
    other = (await thea.get("/overzicht?gemeente=9902")).text
    assert "Waterdorp, stand van" in other and '<option value="9902" selected>' in other
    assert await numbers_of(thea, "/overzicht?gemeente=9902") != []
    assert "Anderhof" in (await thea.get("/overzicht/zaken?gemeente=9902")).text


async def test_outages_are_shown_as_they_stand(town: Town, thea: Browser) -> None:
    town.stores.health.failed(Party.REGISTER, waiting="case-1", code="register.timeout", at=OPENED)
    page = (await thea.get("/overzicht")).text
    told = dict(re.findall(r'<th scope="row">([^<]+)</th><td data-label="Stand">(.*?)</td>', page))
    assert set(told.values()) == {"Geen storing bekend.", told["Persoonsregister"]} and len(told) == len(Party)
    assert told["Persoonsregister"].startswith(
        "<strong>Storing.</strong> Persoonsregister niet bereikbaar sinds 09:00."
    )


# --- per caseworker -----------------------------------------------------------------------------------------------


async def test_nothing_is_counted_of_a_caseworker_unless_the_municipality_decided_so(town: Town, thea: Browser) -> None:
    busy_town(town)
    town.now = at("2027-04-20 10:00")
    page = (await thea.get("/overzicht")).text
    assert "Per medewerker" not in page and "Noor de Wit" not in page and "medewerker=" not in page
    for link in LISTS:
        assert (await thea.get(f"{link}?medewerker=noor")).status_code == 404


async def test_what_each_caseworker_has_where_the_municipality_decided_so(
    town: Town, app: FastAPI, thea: Browser
) -> None:
    busy_town(town)
    per_caseworker(town, app)
    town.now = at("2027-04-20 10:00")
    numbers = {link: number for link, number in await numbers_of(thea) if "medewerker=" in link}
    assert numbers == {
        "/overzicht/zaken?gemeente=9901&medewerker=noor": 4,
        "/vastgelopen?gemeente=9901&medewerker=noor": 3,
        "/overzicht/werk?wanneer=nu&gemeente=9901&medewerker=noor": 4,
        "/overzicht/werk?wanneer=te-laat&gemeente=9901&medewerker=noor": 4,
    }
    for link, number in numbers.items():
        assert await total_of(thea, link) == number
    for stranger in ("ravi", "niemand", "<b>"):
        assert (await thea.get(f"/vastgelopen?medewerker={stranger}")).status_code == 404


async def test_of_who_works_there_no_more_nothing_is_counted(town: Town, app: FastAPI, thea: Browser) -> None:
    busy_town(town)
    per_caseworker(town, app)
    town.stores.registry.ensure(staff=[Member(NOOR, "Noor de Wit", Role.CASEWORKER, (WATERDORP,))])
    assert "Niemand heeft een zaak of een taak." in (await thea.get("/overzicht")).text


# --- reach and months ---------------------------------------------------------------------------------------------


def _cells(page: str, title: str) -> list[tuple[str, ...]]:
    """The lines of the table under this heading, as text."""
    part = page.split(f"<h3>{title}</h3>")[1].split("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", part.split("<tbody>")[1], re.S)
    return [
        tuple(re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S))
        for row in rows
    ]


async def test_reach_and_first_attempts_are_those_of_the_figures(town: Town, thea: Browser) -> None:
    for _ in range(12):
        closed_case(town)
    page = (await thea.get("/overzicht?kwartaal=2027-2")).text
    told = {each.title: each for each in figures(town.stores.database, ZONNEDIJK, quarter_of(OPENED), least=LEAST)}
    first = told["Tijd tot de eerste contactpoging"]
    assert [cells[:2] for cells in _cells(page, first.title)] == [("0-3 dagen", "12"), ("Samen", "12")]
    reach = told["Bereik per kanaal en dagdeel"]
    # Nobody was not reached, so neither count is told: the figures say the same.
    assert reach.lines[0].counts == (None, None, 12)
    assert _cells(page, reach.title)[0][:3] == (reach.lines[0].name, "–niet getoond", "12")


async def test_few_cases_are_not_told(town: Town, thea: Browser) -> None:
    for _ in range(9):
        closed_case(town)
    page = (await thea.get("/overzicht")).text
    assert _cells(page, "Tijd tot de eerste contactpoging")[0][1] == "–niet getoond"
    assert 'data-label="Afgesloten"><span aria-hidden="true">–' in page


async def test_the_months_are_the_same_when_the_cases_are_gone(town: Town, thea: Browser) -> None:
    for _ in range(12):
        closed_case(town)
    before = _months((await thea.get("/overzicht")).text)
    with town.stores.database.write() as session:
        for gone in (*OF_A_CASE, CaseRow):
            session.execute(delete(gone))
    assert _months((await thea.get("/overzicht")).text) == before
    assert before[-1][:3] == ("April 2027", "12", "12") and len(before) == 12


async def test_months_before_stalls_were_counted_say_so(town: Town, thea: Browser) -> None:
    with town.stores.database.write() as session:
        session.add(StallCountRow(municipality="9901", month="2027-03", cases=15))
    months = _months((await thea.get("/overzicht")).text)
    assert [line[4] for line in months[-3:]] == ["niet geteld", "15", "0"]


def _months(page: str) -> list[tuple[str, ...]]:
    return _cells(page.replace("<h2>De laatste twaalf maanden</h2>", "<h3>Maanden</h3>"), "Maanden")


async def test_the_picture_says_the_same_as_its_table(town: Town, thea: Browser) -> None:
    with town.stores.database.write() as session:
        for month, many in (("2027-02", 20), ("2027-03", 31)):
            session.add_all(_statistic(month, number) for number in range(many))
    page = (await thea.get("/overzicht")).text
    told = re.findall(r'<text class="told"[^>]*>([^<]+)</text>', page.split('aria-label="Staafgrafiek: nieuwe')[1])
    months = _months(page)
    assert told == [cell for line in months for cell in (line[1], line[2])]
    assert (months[-3][2], months[-2][2]) == ("20", "31")


def _statistic(month: str, number: int) -> StatisticRow:
    return StatisticRow(
        id=f"{month}-{number}",
        municipality="9901",
        month=month,
        partner_types=[],
        signals=1,
        attempts={},
        reached=True,
        outcome="",
        acceptance="",
        month_opened=month,
    )


async def test_an_empty_town_has_an_overview(thea: Browser) -> None:
    page = (await thea.get("/overzicht")).text
    for told in ("Er zijn geen vastgelopen zaken.", "Er staan geen taken open.", "Er is nog niets geteld."):
        assert told in page


async def test_no_page_of_the_overview_holds_a_style_or_script_of_its_own(town: Town, thea: Browser) -> None:
    busy_town(town)
    page = (await thea.get("/overzicht")).text
    assert " style=" not in page and "<style" not in page and "<script>" not in page


def test_the_demonstrations_municipality_counts_nothing_of_a_caseworker(town: Town) -> None:
    policies = town.stores.policies
    assert not any(policies.policy(code).supervision.figures_per_caseworker for code in policies.municipalities())
    assert MunicipalityCode("9901") in policies.municipalities()


async def test_a_name_that_tries_to_be_markup_is_text(town: Town, app: FastAPI, thea: Browser) -> None:
    per_caseworker(town, app)
    evil = StaffId("evil")
    town.stores.registry.ensure(staff=[Member(evil, "<img src=x>", Role.CASEWORKER, (ZONNEDIJK,))])
    state = a_case_in_contact(town, surname="<b>Vet</b>")
    town.happens(state, CaseClaimed(at=OPENED, by=evil))
    for link in ("/overzicht", "/overzicht/zaken", "/overzicht/zaken?medewerker=evil"):
        page = (await thea.get(link)).text
        assert "<img src=x>" not in page and "<b>Vet</b>" not in page
