"""The pages of the quality of a partner's signals."""

import csv
import io
import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from adapters.monitor import Quarter
from adapters.registry import Member
from adapters.signal_quality import Period, Table, quality
from models.codes import Outcome, Role
from models.ids import PartnerId, StaffId
from models.tables import DeliveryRow, PartnerCountRow
from policy.signal_quality import FIGURES, OWN_FIGURES, Figure
from policy.small_cells import LEAST
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.town import OPENED, WATERDORP, Town, closed_case

WOONSTEE, WIEKE = PartnerId("woonstee"), StaffId("wieke")
PAGES = ("/cijfers/partners", "/partner/kwaliteit")


@pytest.fixture
async def wieke(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    member = Member(WIEKE, "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=WOONSTEE)
    town.stores.registry.ensure(staff=[member])
    async with Browser(app) as browser:
        await browser.sign_in(WIEKE)
        yield browser


def tables(town: Town, figures: tuple[Figure, ...] = FIGURES) -> list[Table]:
    return quality(town.stores.database, Period(ZONNEDIJK, WOONSTEE, Quarter(2027, 2)), figures, least=LEAST)


def counted(town: Town, figure: str, line: str, *months: int) -> None:
    with town.stores.database.write() as session:
        for number, signals in enumerate(months, start=4):
            session.add(
                PartnerCountRow(
                    municipality=ZONNEDIJK.text,
                    partner_id=WOONSTEE,
                    month=f"2027-{number:02}",
                    figure=figure,
                    line=line,
                    signals=signals,
                )
            )


def many(town: Town) -> None:
    for line in ("unjustified", "repeat", "not_a_resident", "paid", "other"):
        counted(town, "ending", line, 21, 22, 23)
    counted(town, "phone", "none", 50, 60, 70)
    counted(town, "phone", "usable", 55, 50, 45)
    counted(town, "phone", "wrong", 0, 0, 4)
    counted(town, "paid", "0-3", 21, 22, 23)


async def test_page_and_file_say_what_was_counted(town: Town, noor: Browser) -> None:
    many(town)
    page = (await noor.get("/cijfers/partners?kwartaal=2027-2")).text
    answer = await noor.get("/cijfers/partners.csv?partner=woonstee&gemeente=9901&kwartaal=2027-2")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["cijfer"], row["regel"]) for row in rows] == [
        (t.title, line.name) for t in tables(town) for line in t.lines
    ]
    assert all(row["definitie"] in page and row["regel"].capitalize() in page for row in rows)
    assert {row["2027-05"] for row in rows if row["cijfer"] == "Hoe de signalen afliepen"} == {"22"}
    named = 'attachment; filename="kwaliteit-woonstee-9901-2027-2.csv"'
    assert answer.headers["content-disposition"] == named


async def test_a_few_signals_are_on_neither(town: Town, noor: Browser, wieke: Browser) -> None:
    for _ in range(9):
        closed_case(town)
    for browser, path in zip((noor, wieke), PAGES, strict=True):
        page = (await browser.get(path)).text
        counts = [cell.partition("<")[0] for cell in page.split('class="number">')[1:]]
        assert set(counts) == {"Kwartaal", "–"}
        assert (await browser.get(path + ".csv")).text.count("verborgen") == page.count(">–<")


async def test_signals_that_closed_and_those_that_are_open_are_there(town: Town, noor: Browser) -> None:
    for _ in range(11):
        closed_case(town)
    page = (await noor.get("/cijfers/partners")).text
    assert page.count('class="number">11<') == 3
    assert "kwartaal 2 van 2027" in page


async def test_the_partner_sees_its_own_and_nothing_of_what_was_tried(town: Town, wieke: Browser) -> None:
    many(town)
    page = (await wieke.get("/partner/kwaliteit")).text
    shown = [line.name.capitalize() for table in tables(town, OWN_FIGURES) for line in table.lines]
    assert all(f'<th scope="row">{name}</th>' in page for name in shown)
    answer = await wieke.get("/partner/kwaliteit.csv?kwartaal=2027-2")
    for hidden in ("betaald", "verkeerd", "drempel", "incassodag", Outcome.PAID_OR_ARRANGED):
        assert hidden not in page and hidden not in answer.text
    # What was paid is among the others.
    assert "overig;132;42;44;46" in answer.text


@pytest.mark.parametrize(
    "query", ["kwartaal=2027-5", "kwartaal=2027-3", "kwartaal=9999-4", "kwartaal=0000-1", "gemeente=9902", "gemeente=x"]
)
async def test_what_is_not_there_is_not_there(noor: Browser, wieke: Browser, query: str) -> None:
    for browser, path in zip((noor, wieke), PAGES, strict=True):
        for where in (path, path + ".csv"):
            assert (await browser.get(f"{where}?{query}")).status_code == 404
    assert (await noor.get("/cijfers/partners?partner=niemand")).status_code == 404


async def test_quarters_in_which_the_partner_delivered_are_chosen_from_a_list(
    town: Town, noor: Browser, wieke: Browser
) -> None:
    counted(town, "ending", "paid", 21)
    with town.stores.database.write() as session:
        on = at("2027-01-01 00:10")
        session.add(DeliveryRow(id="d", municipality="9901", partner_id=WOONSTEE, received_at=on, received_by="noor"))
    town.now = at("2027-10-01 09:00")
    for browser, path in zip((noor, wieke), PAGES, strict=True):
        page = (await browser.get(path + ("?partner=woonstee" if browser is noor else ""))).text
        found = re.findall(r'<option value="(\d{4}-\d)"', page)
        assert found == ["2027-4", "2027-2", "2027-1"]
        assert "Kwartaal 1 van 2027" in page


async def test_an_old_quarter_can_be_asked_and_stays_chosen(noor: Browser) -> None:
    page = (await noor.get("/cijfers/partners?kwartaal=2019-4")).text
    assert '<option value="2019-4" selected>Kwartaal 4 van 2019</option>' in page


async def test_who_works_for_no_partner_has_no_figures_of_one(town: Town, app: FastAPI) -> None:
    town.stores.registry.ensure(staff=[Member(WIEKE, "Wieke Postma", Role.PARTNER, (ZONNEDIJK,))])
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        assert (await somebody.get("/partner/kwaliteit")).status_code == 404


async def test_a_partner_chooses_no_other_partner(town: Town, wieke: Browser) -> None:
    many(town)
    own = (await wieke.get("/partner/kwaliteit.csv")).text
    assert (await wieke.get("/partner/kwaliteit.csv?partner=stroomnet")).text == own


async def test_the_pages_are_found_from_where_somebody_looks_for_them(
    town: Town, thea: Browser, wieke: Browser
) -> None:
    links = {
        "/cijfers": "/cijfers/partners?gemeente=9901&amp;kwartaal=2027-2",
        "/partners/woonstee": "/cijfers/partners?partner=woonstee&amp;gemeente=9901",
    }
    for page, link in links.items():
        assert f'href="{link}"' in (await thea.get(page)).text
        assert (await thea.get(link.replace("&amp;", "&"))).status_code == 200
    assert 'href="/partner/kwaliteit?gemeente=9901"' in (await wieke.get("/partner")).text


async def test_of_two_municipalities_each_has_its_own(town: Town, app: FastAPI) -> None:
    many(town)
    member = Member(WIEKE, "Wieke Postma", Role.PARTNER, (ZONNEDIJK, WATERDORP), partner=WOONSTEE)
    town.stores.registry.ensure(staff=[member])
    town.now = OPENED
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        assert ";132;" in (await somebody.get("/partner/kwaliteit.csv?gemeente=9901")).text
        assert ";132;" not in (await somebody.get("/partner/kwaliteit.csv?gemeente=9902")).text
