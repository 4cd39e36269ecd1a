"""The day of somebody at a partner: what became of the signals, what is asked, and how good they are."""

import pytest

from models.codes import AttemptResult, Outcome
from models.commands import LogCall, RecordOutcome
from simulation.deliveries import WOONSTEE
from simulation.desk import Desk
from simulation.office import Office
from simulation.scenarios import moment
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, Somebody, are_reported, residents

pytestmark = [pytest.mark.browser, pytest.mark.processes]


async def test_signals_questions_and_results(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, people := residents(2))
    await office.wait_until(AFTERNOON)
    wieke = await comes("wieke")
    read = await wieke.reads("/partner")
    assert [await _result(wieke, reference) for reference in cases] == ["in behandeling"] * 2
    assert people[0].surname not in read

    await Desk(office.town, cases["W-1"]).press(office.now, LogCall, result=AttemptResult.CONVERSATION)
    samira = await comes("samira")
    await samira.page.goto(f"/zaak/{cases['W-1']}")
    async with samira.page.expect_navigation():
        await samira.page.click("text=Vraag het actuele bedrag")
    await wieke.page.goto("/partner")
    answer = wieke.page.locator("form.answer")
    await answer.locator("[name=amount]").fill("312,50")
    await answer.get_by_role("button").click()
    await wieke.page.wait_for_selector("main .notice.done")
    assert "€ 312,50" in (await samira.reads(f"/zaak/{cases['W-1']}")).replace("\xa0", " ")

    desk = Desk(office.town, cases["W-2"])
    await desk.press(office.now, LogCall, result=AttemptResult.CONVERSATION)
    await desk.press(office.now, RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF, note="Betaalt vanavond.")
    await wieke.page.goto("/partner")
    assert await _result(wieke, "W-2") == "in behandeling"
    await office.wait_until(moment("2027-04-06 06:00"))
    assert await office.town.feedback_batch(WOONSTEE.partner_id, office.now) == 1
    await wieke.page.goto("/partner")
    assert await _result(wieke, "W-2") == "afgehandeld"
    assert "Betaalt vanavond." not in await wieke.page.inner_text("body")
    await wieke.page.click("button:has-text('Ontvangen')")
    await wieke.page.wait_for_selector("text=Bevestigd")
    assert "Kwaliteit" in await wieke.reads("/partner/kwaliteit")


async def _result(partner: Somebody, reference: str) -> str:
    row = partner.page.locator("table:has(th:text-is('Aan u gemeld')) tr", has_text=reference)
    return await row.locator("[data-label=Resultaat]").inner_text()
