"""What staff see of what partners hear, and that a partner's receipt is written down once."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI

from adapters.partner_directory import PartnerDirectory
from adapters.registry import Member, Partner
from models.case import CaseState
from models.codes import FeedbackCode, Outcome, PartnerType, Role
from models.facts import FeedbackOwed
from models.ids import BatchId, PartnerId, StaffId
from models.tables import FeedbackBatchRow, FeedbackRow
from models.values import MunicipalityCode
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import OPENED, RAVI, THEA, WATERDORP, Town, a_case_in_conversation

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
WIEKE = StaffId("wieke")


async def test_nothing_to_tell_and_nothing_told(noor: Browser) -> None:
    page = (await noor.get("/terugkoppeling")).text
    assert "Er is nu niets te melden." in page
    assert "Er is nog niets gemeld." in page
    assert "Zonnedijk: elke 2 minuten." in page


async def test_a_signal_stands_among_what_is_to_be_told_until_it_is_told(town: Town, noor: Browser) -> None:
    state = _owed(town)
    page = (await noor.get("/terugkoppeling")).text
    assert ("WO-1" in page, "niet opgepakt" in page, "Ja, tot de zending" in page) == (True, True, True)
    batch = _collected(town)
    assert "Nee, is onderweg." in (await noor.get("/terugkoppeling")).text
    town.stores.feedback.delivered(batch, at=OPENED)
    page = (await noor.get("/terugkoppeling")).text
    assert "Er is nu niets te melden." in page
    assert f'href="/terugkoppeling/{batch}"' in page
    told = (await noor.get(f"/terugkoppeling/{batch}")).text
    assert ("WO-1" in told, "niet opgepakt" in told, "nog niet bevestigd" in told) == (True, True, True)
    hidden = (state.case_id, "Beemd", "Zonnelaan", Outcome.NOT_PICKED_UP_OTHER.value)
    assert [word for word in hidden if word in page + told] == []


async def test_who_collects_first_stands_first(town: Town, noor: Browser) -> None:
    town.stores.registry.ensure(partners=[Partner(STROOMNET, "Stroomnet", PartnerType.ENERGY)])
    directory = PartnerDirectory(town.stores.database)
    directory.describe(ZONNEDIJK, WOONSTEE, arrangements="", collection_day=4)
    directory.describe(ZONNEDIJK, STROOMNET, arrangements="", collection_day=5)
    _owed(town)
    other = _owed(town)
    with town.stores.database.write() as session:
        session.get_one(FeedbackRow, other.signals[0].signal_id).partner_id = STROOMNET
    page = (await noor.get("/terugkoppeling")).text
    # It is 5 April: the fourth is a month away, the fifth is today.
    assert re.findall(r'incasso">([^<]+)<', page) == ["vandaag", "di 4 mei"]
    assert page.index("Stroomnet") < page.index("Woonstee")


async def test_a_policy_without_minutes_says_the_hour(app: FastAPI) -> None:
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert "Waterdorp: elke dag om 06:00." in (await ravi.get("/terugkoppeling")).text


async def test_erased_signals_leave_the_number_of_the_batch(town: Town, noor: Browser) -> None:
    state = _owed(town)
    batch = _told(town)
    town.stores.vault.destroy([state.signals[0].unit_id])
    page = (await noor.get(f"/terugkoppeling/{batch}")).text
    assert ("WO-1" in page, "verwijderd" in page, "Signalen: 1." in page) == (False, True, True)


async def test_a_supervisor_writes_down_that_a_partner_has_a_batch(town: Town, noor: Browser, thea: Browser) -> None:
    _owed(town)
    batch = _told(town)
    assert "ontvangen</button>" not in (await noor.get("/terugkoppeling")).text
    (form,) = [form for form in forms_of((await thea.get("/terugkoppeling")).text) if form.action.endswith("ontvangen")]
    assert (await thea.send(form)).headers["location"] == "/terugkoppeling"
    assert _received(town, batch) == (OPENED, THEA)
    page = (await thea.get("/terugkoppeling")).text
    assert "vandaag 09:00, door Thea Vos" in page
    assert "ontvangen</button>" not in page


async def test_a_caseworker_cannot_write_it_down(town: Town, noor: Browser) -> None:
    _owed(town)
    batch = _told(town)
    assert (await noor.send(await _form(noor, f"/terugkoppeling/{batch}/ontvangen"))).status_code == 404
    assert _received(town, batch) == (None, None)


async def test_a_partner_says_that_it_has_a_batch_and_the_first_time_counts(town: Town, app: FastAPI) -> None:
    _owed(town)
    batch = _told(town)
    _works_for(town, WOONSTEE)
    async with Browser(app) as wieke:
        await wieke.sign_in(WIEKE)
        page = (await wieke.get("/partner")).text
        (form,) = [form for form in forms_of(page) if form.action.endswith("ontvangen")]
        assert (await wieke.send(form)).headers["location"] == "/partner"
        town.now = OPENED + timedelta(hours=1)
        assert (await wieke.send(form)).status_code == 303
        assert "Bevestigd: vandaag 09:00" in (await wieke.get("/partner")).text
    assert _received(town, batch) == (OPENED, WIEKE)


async def test_a_partner_does_not_see_who_of_the_municipality_wrote_it_down(town: Town, app: FastAPI) -> None:
    _owed(town)
    batch = _told(town)
    _works_for(town, WOONSTEE)
    async with Browser(app) as thea, Browser(app) as wieke:
        await thea.sign_in(THEA)
        await thea.send(await _form(thea, f"/terugkoppeling/{batch}/ontvangen"))
        await wieke.sign_in(WIEKE)
        page = (await wieke.get("/partner")).text
    assert ("Bevestigd: vandaag 09:00" in page, "Thea" in page) == (True, False)


@pytest.mark.parametrize("partner", [None, WOONSTEE, STROOMNET])
@pytest.mark.parametrize("municipality", [ZONNEDIJK, WATERDORP])
async def test_a_batch_of_another_partner_or_municipality_does_not_exist(
    town: Town, app: FastAPI, partner: PartnerId | None, municipality: MunicipalityCode
) -> None:
    _owed(town)
    batch = _told(town)
    own = (partner, municipality) == (WOONSTEE, ZONNEDIJK)
    _works_for(town, partner, municipality)
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        if partner is not None:
            assert (f"/partner/{batch}" in (await somebody.get("/partner")).text) == own
        answer = await somebody.send(await _form(somebody, f"/partner/{batch}/ontvangen"))
        assert answer.status_code == (303 if own else 404)
        assert (await somebody.send(await _form(somebody, "/partner/geen/ontvangen"))).status_code == 404
        assert (await somebody.get(f"/terugkoppeling/{batch}")).status_code == 404
        assert (await somebody.get("/terugkoppeling")).status_code == 404
    assert _received(town, batch) == ((OPENED, WIEKE) if own else (None, None))


async def test_staff_of_another_municipality_see_and_write_nothing_of_a_batch(town: Town, app: FastAPI) -> None:
    _owed(town)
    batch = _told(town)
    town.stores.registry.ensure(staff=[Member(RAVI, "Ravi Blom", Role.SUPERVISOR, (WATERDORP,))])
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        page = (await ravi.get("/terugkoppeling")).text
        assert ("Er is nog niets gemeld." in page, batch in page) == (True, False)
        assert (await ravi.get(f"/terugkoppeling/{batch}")).status_code == 404
        assert (await ravi.send(await _form(ravi, f"/terugkoppeling/{batch}/ontvangen"))).status_code == 404
    assert _received(town, batch) == (None, None)


async def _form(browser: Browser, action: str) -> Form:
    """A form that the page of this reader need not have, with the secret of theirs."""
    return Form(action, {"token": browser.secret})


def _owed(town: Town) -> CaseState:
    state = a_case_in_conversation(town)
    signal = state.signals[0].signal_id
    return town.happens(state, FeedbackOwed(at=OPENED, signal_id=signal, code=FeedbackCode.NOT_PICKED_UP))


def _collected(town: Town) -> BatchId:
    batch = town.stores.feedback.owed(ZONNEDIJK, WOONSTEE, at=OPENED)
    assert batch is not None
    return batch.batch_id


def _told(town: Town) -> BatchId:
    batch = _collected(town)
    town.stores.feedback.delivered(batch, at=OPENED)
    return batch


def _received(town: Town, batch: BatchId) -> tuple[object, object]:
    with town.stores.database.read() as session:
        row = session.get_one(FeedbackBatchRow, batch)
    return row.received_at, row.received_by


def _works_for(town: Town, partner: PartnerId | None, municipality: MunicipalityCode = ZONNEDIJK) -> None:
    town.stores.registry.ensure(
        partners=[Partner(STROOMNET, "Stroomnet", PartnerType.ENERGY)],
        staff=[Member(WIEKE, "Wieke Postma", Role.PARTNER, (municipality,), partner=partner)],
    )
