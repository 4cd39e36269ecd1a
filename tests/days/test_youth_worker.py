"""The day of a youth worker: sees what was referred and nothing else, takes it, begins, and gives it back."""

import pytest

from models.codes import AttemptResult, ReferralStatus
from models.commands import LogCall
from policy.calendar import local
from simulation.desk import Desk
from simulation.office import Office
from tests.days.conftest import Comes
from tests.days.people import AFTERNOON, are_reported, residents, state

pytestmark = [pytest.mark.browser, pytest.mark.processes]


async def test_from_a_referral_to_its_end(office: Office, comes: Comes) -> None:
    cases = await are_reported(office, residents(2))
    given, other = cases.values()
    await office.wait_until(AFTERNOON)
    noah = await comes("noah")
    assert await noah.page.locator("main a[href^='/zaak/']").count() == 0
    assert "Niet gevonden" in await noah.reads(f"/zaak/{given}")

    await Desk(office.town, given).press(office.now, LogCall, result=AttemptResult.CONVERSATION)
    samira = await comes("samira")
    await samira.fills_in(f"/zaak/{given}", "refer", party="youth_worker", consent="ja", note="Woont net op zichzelf.")
    await noah.page.goto("/")
    links = noah.page.locator("main a[href^='/zaak/']")
    assert [await link.get_attribute("href") for link in await links.all()] == [f"/zaak/{given}"]
    assert "Niet gevonden" in await noah.reads(f"/zaak/{other}")

    await noah.fills_in(f"/zaak/{given}", "answer_referral", accepted="ja")
    await noah.fills_in(f"/zaak/{given}", "start_referral", started_on=f"{local(office.now):%Y-%m-%d}")
    [referral] = state(office, given).referrals
    assert referral.status is ReferralStatus.STARTED
    await noah.fills_in(f"/zaak/{given}", "end_referral", note="Heeft nu zelf overzicht.")
    [referral] = state(office, given).referrals
    assert referral.status is ReferralStatus.ENDED
    assert "Heeft nu zelf overzicht." in await samira.reads(f"/zaak/{given}")


async def test_what_cannot_be_done_goes_back_with_a_reason(office: Office, comes: Comes) -> None:
    [given] = (await are_reported(office, residents(1))).values()
    await office.wait_until(AFTERNOON)
    await Desk(office.town, given).press(office.now, LogCall, result=AttemptResult.CONVERSATION)
    samira, noah = await comes("samira"), await comes("noah")
    await samira.fills_in(f"/zaak/{given}", "refer", party="youth_worker", consent="ja")
    await noah.fills_in(
        f"/zaak/{given}",
        "answer_referral",
        done="h1:text-is('Werkvoorraad')",
        accepted="nee",
        note="Is ouder dan wij helpen.",
    )
    assert "Is ouder dan wij helpen." in await samira.reads(f"/zaak/{given}")
    assert await noah.reads("/") and await noah.page.locator("main a[href^='/zaak/']").count() == 0
