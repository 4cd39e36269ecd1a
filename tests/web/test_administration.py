"""The administrator's page: who is signed in, ending that, and how the installation fares. Nothing of any case."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from sqlmodel import select

from adapters.partner_keys import PartnerKeys
from adapters.registry import Member
from models.codes import Party, Role
from models.ids import PartnerId, StaffId
from models.tables import LookRow
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form
from tests.web.town import NOOR, RAVI, THEA, WATERDORP, Town, a_case_to_check

BRAM, WIEKE, BOTH = StaffId("bram"), StaffId("wieke"), StaffId("beide")


@pytest.fixture
async def bram(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """The administrator of Zonnedijk."""
    town.stores.registry.ensure(
        staff=[
            Member(BRAM, "Bram Hoekstra", Role.ADMINISTRATOR, (ZONNEDIJK,)),
            Member(BOTH, "Bea van Twee", Role.CASEWORKER, (ZONNEDIJK, WATERDORP)),
            Member(WIEKE, "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=PartnerId("woonstee")),
        ]
    )
    async with Browser(app) as browser:
        await browser.sign_in(BRAM)
        yield browser


async def press(bram: Browser, action: str) -> int:
    return (await bram.send(Form(action, {"token": bram.secret}))).status_code


async def test_the_page_tells_who_works_here_and_nothing_of_cases(town: Town, bram: Browser, noor: Browser) -> None:
    state = a_case_to_check(town)
    town.stores.health.failed(Party.MAIL, waiting=state.case_id, code="smtp.timeout", at=town.now)
    town.stores.overview.job_ended("sweep", at=town.now, found=0)
    page = (await bram.get("/beheer")).text
    assert "Noor de Wit" in page and "Ravi Blom" not in page and "Bea van Twee" not in page
    assert page.count("niet bereikbaar</strong>") == 1 and "main_0" in page and "vault_0" in page
    assert "Beemd" not in page and state.case_id[:8] not in page
    with town.stores.database.read() as session:
        assert session.exec(select(LookRow)).first() is None


async def test_somebodys_sessions_are_ended_with_one_press(town: Town, bram: Browser, noor: Browser) -> None:
    assert (await noor.get("/")).status_code == 200
    assert await press(bram, "/beheer/medewerkers/noor/afmelden") == 303
    assert (await noor.get("/")).status_code == 303
    await noor.sign_in(NOOR)
    assert (await noor.get("/")).status_code == 200


async def test_whoever_left_does_nothing_any_more(town: Town, bram: Browser, noor: Browser) -> None:
    for _ in range(2):
        status = await press(bram, "/beheer/medewerkers/noor/toegang")
    assert status == 404
    await noor.sign_in(NOOR)
    assert 'href="/zaak/' not in (await noor.get("/")).text
    member = town.stores.registry.member(NOOR)
    assert member is not None and member.municipalities == ()
    assert "Noor de Wit" not in (await bram.get("/beheer")).text


async def test_a_leavers_keys_open_nothing(town: Town, bram: Browser) -> None:
    keys = PartnerKeys(town.stores.database)
    _, key = keys.make(WIEKE, by=THEA, at=town.now, last_day=date(2027, 12, 31))
    assert keys.whose(key, at=town.now) == WIEKE
    await press(bram, "/beheer/medewerkers/wieke/toegang")
    assert keys.whose(key, at=town.now) is None


async def test_a_key_is_stopped(town: Town, bram: Browser) -> None:
    keys = PartnerKeys(town.stores.database)
    id, key = keys.make(WIEKE, by=THEA, at=town.now, last_day=date(2027, 12, 31))
    assert key not in (await bram.get("/beheer")).text
    assert await press(bram, f"/beheer/sleutels/{id}/stoppen") == 303
    town.now += timedelta(minutes=1)
    assert keys.whose(key, at=town.now) is None
    assert "gestopt vandaag 09:00" in (await bram.get("/beheer")).text


@pytest.mark.parametrize("who", [RAVI, BOTH, BRAM, "niemand"])
async def test_nobody_of_elsewhere_and_not_oneself_is_put_out(town: Town, bram: Browser, who: str) -> None:
    assert await press(bram, f"/beheer/medewerkers/{who}/toegang") == 404
    assert (await bram.get("/beheer")).status_code == 200
    known = town.stores.registry.member(StaffId(who))
    assert known is None or known.municipalities


async def test_a_key_of_elsewhere_does_not_exist(town: Town, bram: Browser) -> None:
    town.stores.registry.ensure(
        staff=[Member(WIEKE, "Wieke Postma", Role.PARTNER, (WATERDORP,), partner=PartnerId("woonstee"))]
    )
    id, key = PartnerKeys(town.stores.database).make(WIEKE, by=THEA, at=town.now, last_day=date(2027, 12, 31))
    assert await press(bram, f"/beheer/sleutels/{id}/stoppen") == 404
    assert PartnerKeys(town.stores.database).whose(key, at=town.now) == WIEKE


async def test_others_cannot_press_these(town: Town, bram: Browser, thea: Browser) -> None:
    for path in ("/beheer/medewerkers/noor/afmelden", "/beheer/medewerkers/noor/toegang", "/beheer/sleutels/x/stoppen"):
        assert (await thea.send(Form(path, {"token": thea.secret}))).status_code == 404
