"""The figures of a municipality: the same whatever was erased, and nothing small."""

import csv
import io

from sqlmodel import delete, select

from adapters.erasure import OF_A_CASE
from adapters.monitor import figures, quarter_of, read_quarter
from models.tables import CaseRow, StatisticRow
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.town import OPENED, WATERDORP, Town, closed_case

QUARTER = quarter_of(OPENED)


def closed_cases(town: Town, count: int) -> None:
    for _ in range(count):
        closed_case(town)


def table(town: Town, title: str) -> list[tuple[str, int | None]]:
    found = next(each for each in figures(town.stores.database, ZONNEDIJK, QUARTER) if each.title == title)
    return [(line.name, line.count) for line in found.lines]


def test_every_case_that_closed_is_counted(town: Town) -> None:
    closed_cases(town, 11)
    assert table(town, "Maand van openen") == [("2027-04", 11)]
    assert table(town, "Meldingen per soort partner") == [("Huur", 11)]
    assert table(town, "Enkelvoudig en meervoudig") == [("enkelvoudig", 11)]
    assert table(town, "Bereik") == [("bereikt", 11)]
    assert table(town, "Hulpacceptatie") == [("geen hulp aangenomen", 11)]
    assert table(town, "Buurt") == [("9990", 11)]


def test_few_cases_are_not_shown(town: Town) -> None:
    closed_cases(town, 9)
    shown = [line.count for each in figures(town.stores.database, ZONNEDIJK, QUARTER) for line in each.lines]
    assert shown and set(shown) == {None}


def test_figures_are_the_same_when_the_cases_are_gone(town: Town) -> None:
    closed_cases(town, 11)
    before = figures(town.stores.database, ZONNEDIJK, QUARTER)
    with town.stores.database.write() as session:
        for gone in (*OF_A_CASE, CaseRow):
            session.execute(delete(gone))
    assert figures(town.stores.database, ZONNEDIJK, QUARTER) == before


def test_another_quarter_and_another_municipality_have_their_own(town: Town) -> None:
    closed_cases(town, 11)
    with town.stores.database.read() as session:
        assert len(session.exec(select(StatisticRow)).all()) == 11
    following = quarter_of(at("2027-07-01 00:00"))
    assert all(not each.lines for each in figures(town.stores.database, ZONNEDIJK, following))
    assert all(not each.lines for each in figures(town.stores.database, WATERDORP, QUARTER))


def test_a_quarter_is_a_year_and_one_of_four() -> None:
    assert read_quarter("2027-2") == QUARTER
    assert QUARTER.months == ("2027-04", "2027-05", "2027-06")
    assert [read_quarter(text) for text in ("2027-5", "2027-0", "2027", "", "2027-02")] == [None] * 5


async def test_page_and_file_say_the_same(town: Town, thea: Browser) -> None:
    closed_cases(town, 11)
    page = (await thea.get("/cijfers?kwartaal=2027-2")).text
    answer = await thea.get("/cijfers.csv?kwartaal=2027-2")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert {row["cijfer"] for row in rows} == {
        each.title for each in figures(town.stores.database, ZONNEDIJK, QUARTER) if each.lines
    }
    assert all(row["definitie"] in page and row["regel"] in page for row in rows)
    assert answer.headers["content-disposition"] == 'attachment; filename="cijfers-9901-2027-2.csv"'


async def test_what_is_not_there_is_not_there(thea: Browser) -> None:
    for query in ("kwartaal=2027-5", "gemeente=9902", "gemeente=x"):
        assert (await thea.get(f"/cijfers?{query}")).status_code == 404
        assert (await thea.get(f"/cijfers.csv?{query}")).status_code == 404
