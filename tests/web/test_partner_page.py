"""What a partner sees of its own signals, and that it sees nothing else."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from adapters.registry import Member, Partner
from models.case import CaseState
from models.codes import FeedbackCode, Outcome, PartnerType, Role
from models.facts import FeedbackOwed
from models.ids import PartnerId, StaffId
from models.tables import FeedbackRow, SignalRow
from models.values import MunicipalityCode
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.town import OPENED, WATERDORP, Town, a_case_in_contact, a_case_in_conversation, closed_case

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
WIEKE = StaffId("wieke")
NO_SIGNALS = "In deze maand kwamen geen signalen van u binnen."


@pytest.fixture
async def wieke(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """Somebody of the partner whose signals the town's cases are about."""
    _works_for(town, WOONSTEE, (ZONNEDIJK,))
    async with Browser(app) as browser:
        await browser.sign_in(WIEKE)
        yield browser


async def test_a_signal_is_in_progress_until_a_batch_told_its_result(town: Town, wieke: Browser) -> None:
    state = a_case_in_conversation(town)
    assert _shown(await _page(wieke)) == ("WO-1", "vandaag", "in behandeling", "")
    signal = state.signals[0].signal_id
    town.happens(state, FeedbackOwed(at=OPENED, signal_id=signal, code=FeedbackCode.HANDLED))
    assert _shown(await _page(wieke)) == ("WO-1", "vandaag", "in behandeling", "")
    batch = town.stores.feedback.owed(ZONNEDIJK, WOONSTEE, at=OPENED)
    assert batch is not None
    assert _shown(await _page(wieke)) == ("WO-1", "vandaag", "in behandeling", "")
    town.stores.feedback.delivered(batch.batch_id, at=OPENED)
    assert _shown(await _page(wieke)) == ("WO-1", "vandaag", "afgehandeld", "vandaag")


async def test_a_correction_shows_when_it_was_told_too(town: Town, wieke: Browser) -> None:
    state = closed_case(town)
    with town.stores.database.write() as session:
        session.execute(
            update(FeedbackRow)
            .where(col(FeedbackRow.signal_id) == state.signals[0].signal_id)
            .values(code=FeedbackCode.DIED, batch_id=None, delivered_at=None)
        )
    assert _shown(await _page(wieke)) == ("WO-1", "vandaag", "afgehandeld", "vandaag")


async def test_cases_in_every_stage_before_the_batch_look_alike(town: Town, wieke: Browser) -> None:
    """Nothing on the page depends on what was tried, planned or agreed."""
    pages = set()
    for make in (a_case_in_contact, a_case_in_conversation):
        state = make(town)
        pages.add((await _page(wieke)).partition("<h2>")[0].replace(state.case_id, ""))
        _move(town, state, OPENED - timedelta(days=400))
    assert len(pages) == 1


async def test_the_page_holds_nothing_about_the_resident(town: Town, wieke: Browser) -> None:
    state = closed_case(town)
    # The token of the form is drawn by lot, and may hold any few digits.
    page = re.sub(r'name="token" value="[^"]*"', "", await _page(wieke))
    hidden = (
        state.case_id,
        state.resident,
        "Beemd",
        "Zonnelaan",
        "9990",
        "0612345678",
        "412",
        Outcome.SETTLES_IT_HIMSELF,
    )
    assert [word for word in hidden if word in page] == []


async def test_signals_are_shown_by_month(town: Town, wieke: Browser) -> None:
    _move(town, a_case_in_contact(town), OPENED - timedelta(days=31))
    assert NO_SIGNALS in await _page(wieke)
    assert "WO-1" in await _page(wieke, "?maand=2027-03")
    assert NO_SIGNALS in await _page(wieke, "?maand=2027-02")


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        ("2027-03-31T21:59:59+00:00", "2027-03"),
        ("2027-03-31T22:00:00+00:00", "2027-04"),
        ("2027-02-28T22:59:59+00:00", "2027-02"),
        ("2027-02-28T23:00:00+00:00", "2027-03"),
    ],
)
async def test_a_month_begins_at_midnight_in_the_netherlands(
    town: Town, wieke: Browser, moment: str, month: str
) -> None:
    _move(town, a_case_in_contact(town), datetime.fromisoformat(moment))
    shown = [name for name in ("2027-02", "2027-03", "2027-04") if "WO-1" in await _page(wieke, f"?maand={name}")]
    assert shown == [month]


async def test_no_month_is_shown_of_which_some_outcomes_may_be_erased(town: Town, wieke: Browser) -> None:
    """Signals stay for six months after they came in, or years when help followed: what is left would tell which."""
    assert _months(await _page(wieke)) == ["2027-04", "2027-03", "2027-02", "2027-01", "2026-12", "2026-11"]
    assert (await wieke.get("/partner?maand=2026-10")).status_code == 404
    assert (await wieke.get("/partner/signalen.csv?maand=2026-10")).status_code == 404
    assert (await wieke.get("/partner?maand=2027-05")).status_code == 404


async def test_counts_below_ten_are_hidden_with_what_they_could_be_computed_from(town: Town, wieke: Browser) -> None:
    for _ in range(11):
        closed_case(town)
    assert _counts(await _page(wieke)) == ["–"] * 7 + ["11"]
    for _ in range(3):
        a_case_in_contact(town)
    assert _counts(await _page(wieke)) == ["–"] * 7 + ["14"]
    assert (await _page(wieke, "?maand=2027-03")).count("WO-1") == 0


async def test_a_long_month_comes_in_pages_and_the_download_has_it_whole(town: Town, wieke: Browser) -> None:
    for _ in range(51):
        a_case_in_contact(town)
    assert (await _page(wieke)).count("WO-1") == 50
    assert "maand=2027-04&amp;pagina=2" in await _page(wieke)
    assert (await _page(wieke, "?gemeente=9901&maand=2027-04&pagina=2")).count("WO-1") == 1
    assert (await wieke.get("/partner/signalen.csv")).text.count("WO-1") == 51


async def test_the_download_says_what_the_page_says(town: Town, wieke: Browser) -> None:
    closed_case(town)
    a_case_in_contact(town)
    answer = await wieke.get("/partner/signalen.csv?gemeente=9901&maand=2027-04")
    assert answer.headers["content-disposition"] == 'attachment; filename="signalen-9901-2027-04.csv"'
    header, *rows = answer.content.decode("utf-8-sig").splitlines()
    assert header == "kenmerk;ontvangen;resultaat;teruggekoppeld"
    assert sorted(rows) == ["WO-1;05-04-2027;afgehandeld;05-04-2027", "WO-1;05-04-2027;in behandeling;"]


async def test_an_erased_signal_is_gone(town: Town, wieke: Browser) -> None:
    state = closed_case(town)
    town.stores.vault.destroy([state.signals[0].unit_id])
    assert "WO-1" not in await _page(wieke)


# --- what is not theirs does not exist ----------------------------------------------------------------------------


@pytest.mark.parametrize("partner", [WOONSTEE, STROOMNET])
@pytest.mark.parametrize("municipality", [ZONNEDIJK, WATERDORP])
async def test_only_signals_of_the_own_partner_in_the_own_municipality_are_there(
    town: Town, app: FastAPI, partner: PartnerId, municipality: MunicipalityCode
) -> None:
    closed_case(town)
    _works_for(town, partner, (municipality,))
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        for place in ("", "?gemeente=9901", "?gemeente=9902", "?gemeente=0000"):
            own = place in ("", f"?gemeente={municipality.text}")
            seen = own and (partner, municipality) == (WOONSTEE, ZONNEDIJK)
            for path in ("/partner", "/partner/signalen.csv"):
                answer = await somebody.get(path + place)
                assert answer.status_code == (200 if own else 404)
                assert ("WO-1" in answer.text, "afgehandeld;" in answer.text) == (seen, seen and "csv" in path)


async def test_of_two_municipalities_each_has_its_own_list(town: Town, app: FastAPI) -> None:
    closed_case(town)
    town.happens(town.case(municipality=WATERDORP))
    _works_for(town, WOONSTEE, (ZONNEDIJK, WATERDORP))
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        assert (await somebody.get("/partner?gemeente=9901")).text.count("WO-1") == 1


async def test_staff_who_work_for_no_partner_see_no_signals(town: Town, app: FastAPI) -> None:
    closed_case(town)
    _works_for(town, None, (ZONNEDIJK,))
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        for path in ("/partner", "/partner/signalen.csv", "/partner?gemeente=9901"):
            assert (await somebody.get(path)).status_code == 404


async def test_whoever_handles_signals_has_no_page_of_a_partner(town: Town, noor: Browser, thea: Browser) -> None:
    town.stores.registry.ensure(
        staff=[Member(StaffId("thea"), "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK,), partner=WOONSTEE)]
    )
    for browser in (noor, thea):
        assert (await browser.get("/partner")).status_code == 404


async def test_a_partner_has_no_page_of_whoever_handles_signals(town: Town, wieke: Browser) -> None:
    state = closed_case(town)
    for path in ("/", f"/zaak/{state.case_id}", "/aanleveringen", "/vastgelopen", "/bewaren", "/beleid"):
        assert (await wieke.get(path)).status_code == 404


def _works_for(town: Town, partner: PartnerId | None, municipalities: tuple[MunicipalityCode, ...]) -> None:
    town.stores.registry.ensure(
        partners=[Partner(STROOMNET, "Stroomnet", PartnerType.ENERGY)],
        staff=[Member(WIEKE, "Wieke Postma", Role.PARTNER, municipalities, partner=partner)],
    )


def _move(town: Town, state: CaseState, received_at: datetime) -> None:
    with town.stores.database.write() as session:
        session.get_one(SignalRow, state.signals[0].signal_id).received_at = received_at


async def _page(browser: Browser, query: str = "") -> str:
    answer = await browser.get(f"/partner{query}")
    assert answer.status_code == 200
    return answer.text


def _shown(page: str) -> tuple[str, ...]:
    """The cells of the list's first line."""
    labels = ("Uw kenmerk", "Ontvangen", "Resultaat", "Aan u gemeld")
    return tuple(page.split(f'<td data-label="{label}">')[1].split("</td>")[0] for label in labels)


def _counts(page: str) -> list[str]:
    """The newest month's counts and their total."""
    row = page.partition("Aantallen per maand")[2].partition("<tbody>")[2].partition("</tr>")[0]
    return [cell.split("<")[0] for cell in row.split('class="number">')[1:]]


def _months(page: str) -> list[str]:
    select = page.partition('name="maand"')[2].partition("</select>")[0]
    return [part.split('"')[0] for part in select.split('value="')[1:]]
