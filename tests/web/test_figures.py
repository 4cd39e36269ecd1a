"""The figures of a municipality: the same whatever was erased, and nothing small."""

import argparse
import csv
import io
import re

import pytest
from sqlmodel import delete, select

from adapters.delivery_store import UnknownMunicipality
from adapters.erasure import OF_A_CASE
from adapters.monitor import as_csv, figures, monitor, open_now, quarter_of, read_quarter
from command_line.figures import show_figures
from models.codes import Phase
from models.tables import AreaCountRow, CaseRow, StatisticRow
from policy.open_cases import STAGES
from policy.small_cells import LEAST
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.town import OPENED, WATERDORP, Town, a_case_in_contact, a_case_in_conversation, closed_case
from web import labels

QUARTER = quarter_of(OPENED)


def closed_cases(town: Town, count: int) -> None:
    for _ in range(count):
        closed_case(town)


def table(town: Town, title: str) -> list[tuple[str, *tuple[int | None, ...]]]:
    found = next(each for each in figures(town.stores.database, ZONNEDIJK, QUARTER, least=LEAST) if each.title == title)
    return [(line.name, *line.counts) for line in (*found.lines, found.total) if line is not None]


def test_every_case_that_closed_is_counted(town: Town) -> None:
    closed_cases(town, 11)
    assert table(town, "Maand van openen") == [("2027-04", 11), ("totaal", 11)]
    assert table(town, "Meldingen per soort partner") == [("Huur", 11), ("totaal", 11)]
    assert table(town, "Enkelvoudig en meervoudig") == [("enkelvoudig", 11), ("totaal", 11)]
    assert table(town, "Hulpacceptatie") == [("geen hulp aangenomen", 11), ("totaal", 11)]
    # Nobody was not reached: that would be told by the sums.
    assert table(town, "Bereik per buurt") == [("9990", None, None, 11), ("totaal", None, None, 11)]


def test_few_cases_are_not_shown(town: Town) -> None:
    closed_cases(town, 9)
    shown = [
        line.counts for each in figures(town.stores.database, ZONNEDIJK, QUARTER, least=LEAST) for line in each.lines
    ]
    assert shown and {count for counts in shown for count in counts} == {None}


def test_figures_are_the_same_when_the_cases_are_gone(town: Town) -> None:
    closed_cases(town, 11)
    before = figures(town.stores.database, ZONNEDIJK, QUARTER, least=LEAST)
    with town.stores.database.write() as session:
        for gone in (*OF_A_CASE, CaseRow):
            session.execute(delete(gone))
    assert figures(town.stores.database, ZONNEDIJK, QUARTER, least=LEAST) == before


def test_another_quarter_and_another_municipality_have_their_own(town: Town) -> None:
    closed_cases(town, 11)
    with town.stores.database.read() as session:
        assert len(session.exec(select(StatisticRow)).all()) == 11
    following = quarter_of(at("2027-07-01 00:00"))
    assert all(not each.lines for each in figures(town.stores.database, ZONNEDIJK, following, least=LEAST))
    assert all(not each.lines for each in figures(town.stores.database, WATERDORP, QUARTER, least=LEAST))


def test_a_quarter_is_a_year_and_one_of_four() -> None:
    assert read_quarter("2027-2") == QUARTER
    assert QUARTER.months == ("2027-04", "2027-05", "2027-06")
    assert [read_quarter(text) for text in ("2027-5", "2027-0", "2027", "", "2027-02")] == [None] * 5


async def test_page_and_file_say_the_same(town: Town, thea: Browser) -> None:
    closed_cases(town, 11)
    a_case_in_contact(town)
    page = (await thea.get("/cijfers?kwartaal=2027-2")).text
    answer = await thea.get("/cijfers.csv?kwartaal=2027-2")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    tables = monitor(town.stores.database, town.stores.policies, ZONNEDIJK, QUARTER, at=town.now)
    assert answer.content.decode() == "\ufeff" + as_csv(tables)
    assert {row["cijfer"] for row in rows} == {each.title for each in tables if each.lines}
    assert all(row["definitie"] in page and row["regel"] in page.lower() + page for row in rows)
    assert {row["periode"] for row in rows} == {"kwartaal 2027-2", "stand van 2027-04-05 09:00"}
    assert answer.headers["content-disposition"] == 'attachment; filename="cijfers-9901-2027-2.csv"'


def test_open_cases_are_counted_by_stage_and_age(town: Town) -> None:
    for _ in range(12):
        a_case_in_contact(town)
        a_case_in_conversation(town)
    closed_cases(town, 11)
    a_case_in_contact(town, municipality=WATERDORP)
    found = open_now(town.stores.database, ZONNEDIJK, at=town.now, least=LEAST)
    assert [(line.name, line.counts[-1]) for line in found.lines] == [("Contact zoeken", 12), ("In gesprek", 12)]
    assert found.total is not None and found.total.counts[-1] == 24
    assert found.period == "stand van 2027-04-05 09:00"


def test_a_case_grows_older_at_midnight(town: Town) -> None:
    for number in range(40):
        state = a_case_in_contact(town)
        with town.stores.database.write() as session:
            session.get_one(CaseRow, state.case_id).opened_at = at(_OPENED_ON[number // 10])

    def by_age(moment: str) -> tuple[int | None, ...]:
        found = open_now(town.stores.database, ZONNEDIJK, at=at(moment), least=LEAST)
        assert found.total is not None
        return found.total.counts

    assert by_age("2027-04-28 23:59") == (10, 10, 10, 10, 40)
    assert by_age("2027-04-29 00:00")[-1] == 40
    assert by_age("2027-04-29 00:00") != by_age("2027-04-28 23:59")


_OPENED_ON = ("2027-04-01 12:00", "2027-03-01 12:00", "2027-01-01 12:00", "2026-10-01 12:00")


async def test_the_page_says_that_open_cases_are_those_of_a_moment(town: Town, thea: Browser) -> None:
    page = (await thea.get("/cijfers")).text
    assert "Stand van 5 april 2027 om 09:00" in page and "Er zijn geen open zaken." in page


def test_a_stage_is_called_as_it_is_elsewhere() -> None:
    assert {stage: labels.label(stage) for stage in Phase if stage is not Phase.CLOSED} == STAGES


def test_the_command_line_prints_the_same_file(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    closed_cases(town, 11)
    asked = argparse.Namespace(municipality="9901", quarter=QUARTER)
    assert show_figures(town.settings, asked) == 0
    printed = [row for row in capsys.readouterr().out.removeprefix("\ufeff").splitlines() if "stand van" not in row]
    page = as_csv(figures(town.stores.database, ZONNEDIJK, QUARTER, least=LEAST)).splitlines()
    assert printed == page and len(page) > 10


def test_the_command_line_knows_no_other_municipality(town: Town) -> None:
    with pytest.raises(UnknownMunicipality, match="9999"):
        show_figures(town.settings, argparse.Namespace(municipality="9999", quarter=QUARTER))


async def test_quarters_of_which_something_is_counted_are_chosen_from_a_list(town: Town, thea: Browser) -> None:
    closed_cases(town, 11)
    with town.stores.database.write() as session:
        session.add(AreaCountRow(municipality="9902", month="2026-08", area="9990", cases=12))
        session.add(AreaCountRow(municipality="9901", month="2026-12", area="9990", cases=12))
    town.now = at("2027-10-01 09:00")
    for page in ("/cijfers", "/cijfers?kwartaal=2027-4"):
        options = re.findall(r'<option value="(\d{4}-\d)"( selected)?>([^<]+)<', (await thea.get(page)).text)
        assert options == [
            ("2027-4", " selected", "Kwartaal 4 van 2027"),
            ("2027-2", "", "Kwartaal 2 van 2027"),
            ("2026-4", "", "Kwartaal 4 van 2026"),
        ]
    # An address that somebody kept goes on to work.
    assert '<option value="2019-4" selected>Kwartaal 4 van 2019<' in (await thea.get("/cijfers?kwartaal=2019-4")).text


@pytest.mark.parametrize("quarter", ["2027-5", "2027-3", "9999-1", "1999-4", "0000-1", "tweede", "2027-02-extra"])
@pytest.mark.parametrize("page", ["/cijfers", "/cijfers.csv", "/cijfers/partners", "/cijfers/partners.csv"])
async def test_a_quarter_that_is_none_or_yet_to_come_is_said_to_be_so(thea: Browser, page: str, quarter: str) -> None:
    answer = await thea.get(f"{page}?kwartaal={quarter}")
    assert (answer.status_code, "Dit kwartaal is er niet" in answer.text) == (404, True)
    assert "kies een kwartaal uit de lijst" in answer.text


async def test_what_is_not_there_is_not_there(thea: Browser) -> None:
    for query in ("gemeente=9902", "gemeente=x"):
        assert (await thea.get(f"/cijfers?{query}")).status_code == 404
        assert (await thea.get(f"/cijfers.csv?{query}")).status_code == 404
