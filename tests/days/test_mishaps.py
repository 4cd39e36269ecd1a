"""What goes wrong before a screen: nothing that was typed is lost, and nothing is recorded twice."""

from datetime import timedelta

import pytest

from models.codes import AttemptResult, Channel, Outcome
from models.ids import CaseId
from simulation.office import Office
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, are_reported, notes, residents, state

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NOTE = "Drie regels\nover <b>wat</b>\n& wie"


def calls(office: Office, case: CaseId) -> list[AttemptResult]:
    return [attempt.result for attempt in state(office, case).attempts if attempt.channel is Channel.CALL]


async def test_a_double_click_and_the_back_button_record_one_call(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, residents(1))).values()
    await office.wait_until(AFTERNOON)
    samira = await comes("samira")
    page = samira.page
    await page.goto(f"/bellen/{case}")
    await page.check(f"form.result input[value={AttemptResult.VOICEMAIL}]")
    await page.fill("form.result textarea", NOTE)
    await page.dblclick("text=Vastleggen en verder")
    await page.wait_for_selector("h1:text-is('Bellen')")
    assert calls(office, case) == [AttemptResult.VOICEMAIL] and notes(office, case) == [NOTE]

    await page.go_back()
    assert "voicemail ingesproken" in await page.inner_text(".journey")
    await page.reload()
    await page.go_forward()
    await office.settle()
    assert calls(office, case) == [AttemptResult.VOICEMAIL]


async def test_a_session_that_ended_keeps_what_was_typed(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, residents(1))).values()
    await office.wait_until(AFTERNOON)
    samira = await comes("samira")
    page = samira.page
    await page.goto(f"/bellen/{case}")
    await page.check(f"form.result input[value={AttemptResult.NO_ANSWER}]")
    await page.fill("form.result textarea", NOTE)
    office.now += timedelta(minutes=61)
    await page.click("text=Vastleggen en verder")
    await page.wait_for_selector("text=het is niet weg")
    assert calls(office, case) == []

    async with page.context.expect_page() as opening:
        await page.click("text=Meld u opnieuw aan in een nieuw venster")
    beside = await opening.value
    # The provider knows her still.
    await beside.wait_for_selector("h1:text-is('Werkvoorraad')")
    async with page.expect_navigation():
        await page.click("button:has-text('Alsnog versturen')")
    await office.settle()
    assert calls(office, case) == [AttemptResult.NO_ANSWER] and notes(office, case) == [NOTE]


async def test_of_two_caseworkers_the_second_hears_so_and_keeps_the_note(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, residents(1))).values()
    await office.wait_until(AFTERNOON)
    samira, joris = await comes("samira"), await comes("joris")
    for somebody in (samira, joris):
        await somebody.page.goto(f"/bellen/{case}")
    assert "Samira de Wit is met deze zaak bezig" in await joris.page.inner_text("main")
    await samira.page.fill("form.result textarea", NOTE)
    await joris.page.click("text=Neem over")
    await joris.page.wait_for_selector("form.result")
    await samira.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await samira.page.wait_for_selector("text=Joris Kramer nam deze zaak over")
    assert await samira.page.input_value("form.result textarea") == NOTE

    await samira.fills_in(f"/zaak/{case}", "log_call", result=AttemptResult.CONVERSATION, note="Gaat betalen.")
    await joris.page.goto(f"/zaak/{case}")
    await samira.fills_in(f"/zaak/{case}", "record_outcome", outcome=Outcome.SETTLES_IT_HIMSELF)
    form = await joris.form("record_outcome")
    await form.locator(f'[value="{Outcome.PAID_OR_ARRANGED}"]').check()
    await form.locator("textarea").fill(NOTE)
    await form.get_by_role("button").last.click()
    await joris.page.wait_for_selector("text=Niet vastgelegd.")
    assert await joris.page.input_value("#doe-record_outcome textarea") == NOTE
    assert [result.outcome for result in state(office, case).outcomes] == [Outcome.SETTLES_IT_HIMSELF]
