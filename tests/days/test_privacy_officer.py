"""The day of a privacy officer: who looked, at what nobody needs to look, and when data go; nobody whom it is about."""

from pathlib import Path

import pytest

from models.codes import LookPurpose
from models.ids import CaseId
from simulation.office import Office
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, Somebody, are_reported, residents

pytestmark = [pytest.mark.browser, pytest.mark.processes]


async def test_who_looked_is_seen_and_taken_along_and_nobody_is_named(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, people := residents(2))
    await office.wait_until(AFTERNOON)
    first, second = cases.values()
    samira, joris, farida = await comes("samira"), await comes("joris"), await comes("farida")
    await samira.fills_in(f"/zaak/{first}", "claim_case")
    assert people[1].surname in await joris.reads(f"/zaak/{second}")

    await farida.page.click("nav >> text=Wie keek mee")
    # Their work lists named both residents; only one case did each open.
    assert await _looks(farida) == {("Samira", first), ("Joris", second)}
    await farida.page.check("input[name=lijsten]")
    async with farida.page.expect_navigation():
        await farida.page.get_by_role("button", name="Toon").click()
    both = {(who, case) for who in ("Samira", "Joris") for case in (first, second)}
    assert await _looks(farida) == both
    await _chooses(farida, "#doel", LookPurpose.CASE)
    assert await _looks(farida) == {("Samira", first), ("Joris", second)}
    await _chooses(farida, "#wie", "joris")
    assert await _looks(farida) == {("Joris", second)}
    await farida.page.click("nav >> text=Opvallend")
    # Joris has no work in it; Samira took the one that she opened.
    assert await _looks(farida) == {("Joris", second)}

    await farida.page.goto("/inzage")
    async with farida.page.expect_download() as downloading:
        await farida.page.click("text=Download deze dagen")
    records = Path(await (await downloading.value).path()).read_text("utf-8-sig").splitlines()
    assert len(records) > 2
    read = [*records, *[await farida.reads(path) for path in ("/inzage", "/inzage/zoekvragen", "/bewaren")]]
    assert [person.surname for person in people for page in read if person.surname in page] == []


async def test_a_case_is_not_opened_and_what_goes_when_is_read(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, residents(1))).values()
    farida = await comes("farida")
    for path in (f"/zaak/{case}", "/", "/zoeken", "/beheer"):
        answer = await farida.page.goto(path)
        assert answer is not None and answer.status in (403, 404), path
    await farida.page.goto("/bewaren")
    await farida.page.fill("#tot", "2028-04-05")
    async with farida.page.expect_navigation():
        await farida.page.get_by_role("button", name="Toon").click()
    assert "Vooruitblik tot en met 5 april 2028" in await farida.page.inner_text("body")


async def _chooses(farida: Somebody, field: str, value: str) -> None:
    await farida.page.select_option(field, value)
    async with farida.page.expect_navigation():
        await farida.page.get_by_role("button", name="Toon").click()


async def _looks(farida: Somebody) -> set[tuple[str, CaseId]]:
    """Who looked at which case, by the rows of the list."""
    rows = await farida.page.locator("main table").last.locator("tbody tr").all()
    found = set[tuple[str, CaseId]]()
    for row in rows:
        who = await row.locator("[data-label=Wie]").inner_text()
        link = row.locator("[data-label=Zaak] a")
        address = await link.get_attribute("href") or ""
        found.add((who.split()[0], CaseId(address.split("zaak=")[-1].split("&")[0])))
    return found
