"""Who may read who looked: on the case whoever may see it, of the municipality its privacy officer."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from adapters.looks import Looker, Looks
from adapters.registry import Member
from models.codes import LookPurpose, LookReason, Role
from models.ids import CaseId, StaffId, unit_of_case
from models.values import MunicipalityCode
from policy.looks import MANY_IN_AN_HOUR
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.town import (
    NOOR,
    OPENED,
    RAVI,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
)
from web.paging import PAGE

PIA = StaffId("pia")


@pytest.fixture
async def pia(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """The privacy officer of Zonnedijk."""
    town.stores.registry.ensure(staff=[Member(PIA, "Pia Groen", Role.PRIVACY_OFFICER, (ZONNEDIJK,))])
    async with Browser(app) as browser:
        await browser.sign_in(PIA)
        yield browser


def looked(
    town: Town,
    case: str,
    staff: StaffId = NOOR,
    purpose: LookPurpose = LookPurpose.CASE,
    reason: LookReason | None = None,
    municipality: MunicipalityCode = ZONNEDIJK,
) -> None:
    stores, unit = town.stores, unit_of_case(CaseId(case))
    stores.vault.create(unit, municipality, OPENED)
    looker = Looker(staff, Role.CASEWORKER, purpose, reason)
    Looks(stores.database, stores.vault, stores.policies).record(looker, [unit], at=town.now)


def rows_of(page: str) -> list[list[str]]:
    """The cells of every row of the page's last table, without the head."""
    body = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    if not body:
        return []
    cells = (
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", body[-1], re.DOTALL)
    )
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


# --- on the case --------------------------------------------------------------------------------------------------


async def test_a_case_tells_who_opened_it_and_its_lists_when_asked(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_to_check(town)
    await noor.get(f"/zaak/{state.case_id}")
    await noor.get(f"/zaak/{state.case_id}")
    await noor.get("/")
    town.now += timedelta(hours=1)
    await thea.get(f"/bellen/{state.case_id}")
    here = f"/zaak/{state.case_id}/ingezien"
    assert f'href="{here}"' in (await thea.get(f"/zaak/{state.case_id}")).text
    page = (await thea.get(here)).text
    opened = [
        ["vandaag 10:00", "Thea Vos", "teamleider", "Bellen", "1"],
        ["vandaag 10:00", "Thea Vos", "teamleider", "De zaak geopend", "1"],
        ["vandaag 09:00", "Noor de Wit", "medewerker", "De zaak geopend", "2"],
    ]
    assert sorted(rows_of(page)) == sorted(opened) and "Beemd" not in page
    lists = rows_of((await thea.get(f"{here}?lijsten=true")).text)
    assert ["vandaag 09:00", "Noor de Wit", "medewerker", "Werkvoorraad", "1"] in lists and len(lists) == 4


async def test_a_long_log_comes_in_parts(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    for _ in range(PAGE + 3):
        looked(town, state.case_id)
        town.now += timedelta(minutes=15)
    here = f"/zaak/{state.case_id}/ingezien"
    first = (await noor.get(here)).text
    assert len(rows_of(first)) == PAGE and f'href="{here}?pagina=2"' in first
    second = (await noor.get(f"{here}?pagina=2")).text
    assert len(rows_of(second)) == 3 and f'href="{here}?pagina=1"' in second


# --- of the municipality ------------------------------------------------------------------------------------------


async def test_the_log_is_limited_by_its_address(town: Town, pia: Browser) -> None:
    one, other = a_case_in_contact(town).case_id, a_case_in_contact(town).case_id
    looked(town, one)
    looked(town, other, THEA, LookPurpose.SECRET_ADDRESS, LookReason.VISIT)
    town.now += timedelta(days=1)
    looked(town, one, THEA, LookPurpose.CALL)

    async def shown(query: str = "") -> list[list[str]]:
        return rows_of((await pia.get(f"/inzage{query}")).text)

    looked(town, other, RAVI, LookPurpose.WORK_LIST)
    call = ["vandaag 09:00", "Thea Vos", "medewerker", one[:8], "Bellen", "1"]
    address = ["gisteren 09:00", "Thea Vos", "medewerker", other[:8], "Geheim adres bekeken Voor een huisbezoek", "1"]
    opened = ["gisteren 09:00", "Noor de Wit", "medewerker", one[:8], "De zaak geopend", "1"]
    assert (await shown())[0] == call and sorted((await shown())[1:]) == sorted([address, opened])
    listed = ["vandaag 09:00", "Ravi Blom", "medewerker", other[:8], "Werkvoorraad", "1"]
    assert sorted(await shown("?lijsten=true&van=2027-04-06")) == sorted([call, listed])
    assert await shown("?doel=work_list") == [listed]
    assert await shown(f"?zaak={one}") == [call, opened]
    assert await shown("?wie=noor&doel=&van=&tot=&zaak=") == [opened]
    assert await shown("?doel=secret_address") == [address]
    assert await shown("?van=2027-04-06") == [call]
    assert sorted(await shown("?tot=2027-04-05")) == sorted([address, opened])
    assert await shown("?van=2027-04-07&tot=2027-04-05") == []


@pytest.mark.parametrize("query", ["van=gisteren", "doel=nieuwsgierig", "zaak=Jansen", "tot=0001-01-01", "pagina=0"])
async def test_what_cannot_be_asked_is_no_page(pia: Browser, query: str) -> None:
    assert (await pia.get(f"/inzage?{query}")).status_code == 404


async def test_a_privacy_officer_sees_nothing_of_residents_or_of_elsewhere(
    town: Town, app: FastAPI, pia: Browser, noor: Browser
) -> None:
    mine, theirs = a_case_in_contact(town).case_id, a_case_in_contact(town, municipality=WATERDORP).case_id
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        await ravi.get(f"/zaak/{theirs}")
        await ravi.client.post("/zoeken", data={"token": ravi.secret, "achternaam": "Beemd", "straat": "Zonnelaan"})
    await noor.get(f"/zaak/{mine}")
    for path in ("/inzage", "/inzage/opvallend", "/inzage/zoekvragen", "/inzage.csv", "/bewaren", "/gegevens"):
        page = (await pia.get(path)).text
        assert not re.search("Beemd|Zonnelaan|Ravi", page), path
        assert f'href="/zaak/{mine}"' not in page and theirs not in page
    assert (await pia.get(f"/zaak/{mine}")).status_code == 404
    assert len(rows_of((await pia.get("/inzage")).text)) == 1


async def test_many_cases_in_an_hour_stand_out_and_lists_do_not(town: Town, pia: Browser) -> None:
    for number in range(MANY_IN_AN_HOUR + 1):
        looked(town, f"00000000-0000-4000-8000-1{number:011}")
        looked(town, f"00000000-0000-4000-8000-1{number:011}", THEA, LookPurpose.WORK_LIST)
        if number < MANY_IN_AN_HOUR:
            looked(town, f"00000000-0000-4000-8000-1{number:011}", StaffId("sam"))
    page = (await pia.get("/inzage/opvallend")).text
    first = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert first is not None
    assert re.findall(r"<td[^>]*>([^<]+)</td>", first[1]) == ["Noor de Wit", "vandaag 09:00", "31"]


async def test_who_opened_a_case_without_any_work_in_it_stands_out(town: Town, pia: Browser) -> None:
    worked = a_case_in_conversation(town).case_id
    looked(town, worked)
    looked(town, worked, THEA)
    looked(town, worked, StaffId("sam"), LookPurpose.WORK_LIST)
    rows = rows_of((await pia.get("/inzage/opvallend")).text)
    assert [(row[1], row[3]) for row in rows] == [("Thea Vos", worked[:8])]


async def test_who_searched_is_told_and_not_for_what(town: Town, pia: Browser, noor: Browser) -> None:
    a_case_in_contact(town)
    sent = {"token": noor.secret, "achternaam": "van den Beemt", "straat": "Zonnelaan"}
    await noor.client.post("/zoeken", data=sent)
    page = (await pia.get("/inzage/zoekvragen")).text
    assert [row[:2] + row[3:] for row in rows_of(page)] == [["vandaag 09:00", "Noor de Wit", "1"]]
    assert set(rows_of(page)[0][2].split(", ")) == {"achternaam", "straat"}
    assert "Beemt" not in page and "Zonnelaan" not in page


async def test_the_log_leaves_as_records_of_the_standard(town: Town, pia: Browser) -> None:
    one, other = a_case_in_contact(town).case_id, a_case_in_contact(town).case_id
    looked(town, one)
    looked(town, one)
    looked(town, other, reason=LookReason.LETTER, purpose=LookPurpose.SECRET_ADDRESS)
    town.now += timedelta(days=1)
    looked(town, one)
    answer = await pia.get("/inzage.csv?van=2027-04-05&tot=2027-04-06")
    assert answer.headers["content-disposition"].endswith('"inzage-2027-04-05-2027-04-06.csv"')
    records = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert len(records) == 3
    subjects = [record["dpl.core.data_subject_id"] for record in records]
    # The same for the same case, and not the case's number.
    assert sorted(map(subjects.count, set(subjects))) == [1, 2]
    assert one not in answer.text and other not in answer.text
    assert sorted(record["signaalreis.times"] for record in records) == ["1", "1", "2"]
    for record in records:
        assert re.fullmatch("[0-9a-f]{32}", record["trace_id"]) and re.fullmatch("[0-9a-f]{16}", record["span_id"])
        assert record["dpl.core.processing_activity_id"] and record["dpl.core.data_subject_id_type"]
        assert record["status_code"] == "1" and int(record["start_time"]) <= int(record["end_time"])
    [letter] = [record for record in records if record["name"] == "inzage.secret_address"]
    assert letter["start_time"] == str(int(OPENED.timestamp() * 1000))
    assert (letter["signaalreis.reason"], letter["signaalreis.user_id"]) == ("letter", "noor")


async def test_an_export_leaves_nobody_out(town: Town, pia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.look_queries._AT_ONCE", 7)
    for number in range(21):
        looked(town, f"00000000-0000-4000-8000-1{number:011}")
    lines = (await pia.get("/inzage.csv")).text.splitlines()
    assert len(lines) == 22 and len({line.split(";")[9] for line in lines[1:]}) == 21
