"""The day of a caseworker: calls by keyboard, a callback that comes due, an outcome, and a proposal."""

import pytest

from models.codes import AttemptResult, HelpKind, Outcome, TaskKind
from models.ids import CaseId
from policy.calendar import local
from simulation.office import Office
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, Somebody, are_reported, notes, residents, state

pytestmark = [pytest.mark.browser, pytest.mark.processes]

RESULTS = {
    "1": AttemptResult.CONVERSATION,
    "2": AttemptResult.SAYS_PAID,
    "3": AttemptResult.WANTS_NO_HELP,
    "4": AttemptResult.VOICEMAIL,
    "5": AttemptResult.NO_ANSWER,
    "6": AttemptResult.WRONG_PERSON,
    "7": AttemptResult.WRONG_NUMBER,
    "8": AttemptResult.HUNG_UP,
}
"""What each key stands for in a call."""


async def test_every_result_is_a_key(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, people := residents(len(RESULTS)))
    assert {mail.recipient for mail in office.world.mails()} == {one.email.text for one in people if one.email}
    await office.wait_until(AFTERNOON)
    samira = await comes("samira")
    assert await samira.page.locator("table.work:not(.later) tbody tr").count() == len(cases)
    await samira.tabs_to("Bellen")
    async with samira.page.expect_navigation():
        await samira.page.keyboard.press("Enter")
    called = {key: await _calls(samira, key, f"Notitie {key}.") for key in RESULTS}
    assert {*called.values()} == {*cases.values()}
    for key, case in called.items():
        assert state(office, case).attempts[-1].result is RESULTS[key]
        assert notes(office, case) == [f"Notitie {key}."]
    assert "Er is nu niemand die u kunt bellen" in await samira.reads("/bellen")


async def test_from_a_conversation_to_an_outcome(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, people := residents(1))).values()
    mailbox = people[0].email
    assert mailbox is not None
    await office.wait_until(AFTERNOON)
    samira = await comes("samira")
    await samira.page.goto("/bellen")
    await _calls(samira, "1", "Staat in een winkel, belt liever later.")
    await samira.page.goto(f"/zaak/{case}")
    moment = await samira.page.locator("#doe-make_callback [name=free_moment] option").nth(1).get_attribute("value")
    await samira.fills_in(f"/zaak/{case}", "make_callback", free_moment=str(moment), note="Liever later vandaag.")
    await office.settle()
    assert len(office.world.mails_to(mailbox.text)) == 2
    task = state(office, case).task(TaskKind.CALLBACK)
    assert task is not None
    assert "Er is nu niemand die u kunt bellen" in await samira.reads("/bellen")

    await office.wait_until(task.deadline.due_at)
    assert "Terugbellen" in await samira.reads("/")
    await samira.page.goto("/bellen")
    assert await _calls(samira, "1", "Wil een regeling met Woonstee.") == case
    day = f"{local(office.now):%Y-%m-%d}"
    await samira.fills_in(
        f"/zaak/{case}",
        "record_outcome",
        outcome=Outcome.ADVICE_OR_QUICK_FIX,
        engaged="ja",
        help_kind=HelpKind.PAYMENT_PLAN,
        agreed_on=day,
        conversation_on=day,
        within_30_days="ja",
        note="Regeling in zes termijnen.",
    )
    assert [result.outcome for result in state(office, case).outcomes] == [Outcome.ADVICE_OR_QUICK_FIX]
    assert "Regeling in zes termijnen." in await samira.reads(f"/zaak/{case}")


async def test_what_takes_two_waits_for_the_second(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, residents(3))
    await office.wait_until(AFTERNOON)
    samira = await comes("samira")
    chosen = [cases["W-1"], cases["W-3"]]
    for case in chosen:
        await samira.page.check(f"input[name=zaak][value='{case}']")
    await samira.page.click("text=Niet opgepakt …")
    await samira.page.select_option("main select", label="Geen capaciteit")
    await samira.page.fill("main textarea", "Deze maand is er geen tijd.")
    await samira.page.click("main form button")
    await samira.page.wait_for_selector("text=Vastgelegd voor 2 zaken.")
    assert [bool(state(office, case).proposals) for case in cases.values()] == [True, False, True]
    assert "Dit is uw eigen voorstel" in await samira.reads("/goedkeuren")


async def _calls(somebody: Somebody, key: str, note: str) -> CaseId:
    """Makes the call on the page with the keyboard alone, and goes on to the next; the case it was about."""
    page, case = somebody.page, somebody.case_shown()
    await page.keyboard.press(key)
    await page.keyboard.press("n")
    await page.keyboard.type(note)
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    await page.wait_for_selector(".notice.done, h1:text-is('Bellen')")
    if "/zaak/" in page.url:
        await somebody.tabs_to("Bel de volgende")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
    return case
