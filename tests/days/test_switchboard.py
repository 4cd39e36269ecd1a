"""The day of the town's switchboard: who phones is written down, and hears nothing of whether there is a case; a
caseworker calls back."""

import pytest

from models.codes import TaskKind
from simulation.office import Office
from simulation.people import SyntheticPerson
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, Somebody, are_reported, residents, state

pytestmark = [pytest.mark.browser, pytest.mark.processes]


async def test_a_request_that_fits_one_case_becomes_a_callback_by_itself(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, [resident := residents(1)[0]])).values()
    await office.wait_until(AFTERNOON)
    karin = await comes("karin")
    told = await _notes(karin, resident)
    stranger = await _notes(karin, residents(2)[1])
    assert told == stranger, "what the switchboard reads tells whether there is a case"
    await office.wait_until(AFTERNOON)
    task = state(office, case).task(TaskKind.CALLBACK)
    assert task is not None
    await office.wait_until(task.deadline.due_at)
    samira = await comes("samira")
    await samira.page.goto(f"/bellen/{case}")
    assert "Terugbellen" in await samira.page.inner_text("main")


async def test_a_request_that_fits_no_case_for_certain_is_matched_by_a_caseworker(office: Office, comes: Comes) -> None:
    [case] = (await are_reported(office, [resident := residents(1)[0]])).values()
    await office.wait_until(AFTERNOON)
    karin, samira = await comes("karin"), await comes("samira")
    await _notes(karin, resident, phone="06 12345 998", note="Belt met de telefoon van een vriendin.")
    await office.wait_until(AFTERNOON)
    assert "Belt met de telefoon van een vriendin." in await samira.reads("/terugbelverzoeken")
    await samira.page.click("text=Zoek de zaak")
    await samira.page.fill("#telefoon", "")
    await samira.page.fill("#straat", str(resident.address.street))
    await samira.page.click("main form.search button")
    async with samira.page.expect_navigation():
        await samira.page.click("text=Dit is de zaak: terugbellen")
    await office.settle()
    assert state(office, case).task(TaskKind.CALLBACK) is not None
    assert "Er wachten nu geen terugbelverzoeken." in await samira.reads("/terugbelverzoeken")


async def _notes(karin: Somebody, caller: SyntheticPerson, *, phone: str = "", note: str = "") -> str:
    """Karin writes down who wants to be called; what her page then says."""
    await karin.page.goto("/terugbelverzoek")
    await karin.page.fill("#achternaam", caller.surname)
    await karin.page.fill("#telefoon", phone or (caller.phone.text if caller.phone else ""))
    await karin.page.fill("#notitie", note)
    await karin.page.click("main form button")
    await karin.page.wait_for_selector(".notice.done")
    return await karin.page.inner_text("main")
