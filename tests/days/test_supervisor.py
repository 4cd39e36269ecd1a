"""The day of a supervisor: what stands still, who is away, what takes two, whose work it is, and the figures."""

import pytest

from models.codes import NotPickedUpReason, Outcome, Party, Role
from models.commands import RecordOutcome
from models.ids import BatchId, StaffId
from simulation.desk import Desk
from simulation.office import Office
from simulation.scenarios import moment
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, are_reported, residents, state

pytestmark = [pytest.mark.browser, pytest.mark.processes]


async def test_what_stands_still_is_seen_and_given_to_somebody(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, residents(1))).values()
    hanna = await comes("hanna")
    assert "Er zijn geen vastgelopen zaken." in await hanna.reads("/vastgelopen")
    await office.wait_until(moment("2027-04-13 10:00"))
    assert "Taak is te laat" in await hanna.reads("/vastgelopen")
    await hanna.page.click(f"main table a[href='/zaak/{case}']")
    await hanna.page.wait_for_selector("h2:has-text('Vastgelopen: taak is te laat')")
    await hanna.fills_in(f"/zaak/{case}", "assign_case", to="joris")
    assert state(office, case).owner == "joris"
    joris = await comes("joris")
    assert await joris.reads("/?wie=mij") and await joris.page.locator(f"main a[href='/zaak/{case}']").count() == 1


async def test_somebody_else_agrees(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, residents(2))
    await office.wait_until(AFTERNOON)
    for case in cases.values():
        await Desk(office.town, case, staff=StaffId("joris"), role=Role.CASEWORKER).press(
            office.now,
            RecordOutcome,
            outcome=Outcome.NOT_PICKED_UP_OTHER,
            reason=NotPickedUpReason.NO_CAPACITY,
            batch_id=BatchId("samen"),
            note="Deze maand is er geen tijd.",
        )
    hanna = await comes("hanna")
    assert "Deze maand is er geen tijd." in await hanna.reads("/goedkeuren")
    await hanna.page.click("text=Alle 2 goedkeuren")
    await hanna.page.wait_for_selector("text=Vastgelegd voor 2 zaken.")
    assert "Er wachten nu geen voorstellen." in await hanna.reads("/goedkeuren")
    assert {state(office, case).outcomes[-1].outcome for case in cases.values()} == {Outcome.NOT_PICKED_UP_OTHER}


async def test_an_outage_is_on_every_page_until_it_is_over(office: Office, comes: Comes) -> None:
    hanna = await comes("hanna")
    office.world.fault(Party.REGISTER, "down")
    await are_reported(office, residents(1))
    for path in ("/", "/vastgelopen", "/cijfers"):
        assert "Storing." in await hanna.reads(path)
    office.world.heal(Party.REGISTER)
    await office.wait_until(moment("2027-04-05 12:00"))
    assert "Storing." not in await hanna.reads("/")


async def test_the_figures_are_tables_that_can_be_read(office: Office, comes: Comes) -> None:
    hanna = await comes("hanna")
    for path in ("/cijfers", "/cijfers/partners"):
        await hanna.page.goto(path)
        assert await hanna.page.locator("main h1").count() == 1
