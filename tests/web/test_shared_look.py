"""Looking at signals together: whoever is in the room may see everything on the page."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from sqlmodel import select

from adapters.partner_directory import PartnerDirectory
from adapters.registry import Member, Partner
from models.case import CaseState
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DisclosureGround,
    FeedbackCode,
    NotPickedUpReason,
    Outcome,
    PartnerType,
    Role,
    SignalChange,
)
from models.facts import AttemptMade, CaseClosed, FeedbackDelivered, FeedbackOwed, OutcomeRecorded, SignalChanged
from models.ids import BatchId, PartnerId, PersonId, StaffId, StepId
from models.tables import DeliveredRow, SignalRow
from policy.disclosure import code_for, feedback_for
from policy.file_disclosure import FileDisclosure
from policy.shared_look import MOST
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, forms_of
from tests.web.town import NOOR, OPENED, RAVI, WATERDORP, Town, a_case_in_contact, a_case_in_conversation
from web.labels import label

WOONSTEE, PIA = PartnerId("woonstee"), StaffId("pia")
HERE = "/samen-kijken"
TOLD = at("2027-04-20 17:00")
DEFAULT = yaml.safe_load(Path("policy/municipalities/default.yaml").read_text())["disclosure"]
SIGNED = FileDisclosure.model_validate({**DEFAULT, "signed_by": "A. Voorbeeld", "signed_on": "2027-01-04"}).resolved()
TRACES = re.compile(
    r"gebeld|voicemail|gesprek|huisbezoek|contactpoging|opgenomen|bereikt|brief|detentie", re.IGNORECASE
)


@pytest.fixture(autouse=True)
def later(town: Town) -> Iterator[None]:
    town.now = at("2027-05-03 09:00")
    yield


def tried(town: Town, state: CaseState, times: int) -> CaseState:
    """So many calls, each on a day of its own."""
    calls = (
        AttemptMade(
            at=OPENED + timedelta(days=day, hours=day),
            by=NOOR,
            person_id=state.resident,
            step_id=StepId(f"{state.case_id}.call-{day}"),
            channel=Channel.CALL,
            result=AttemptResult.VOICEMAIL,
        )
        for day in range(times)
    )
    return town.happens(state, *calls)


def told(town: Town, outcome: Outcome, code: FeedbackCode, *, times: int = 2, closes: datetime = TOLD) -> CaseState:
    """A case that ended so after so many calls, and whose partner was told this."""
    state = tried(town, a_case_in_conversation(town), times)
    signal = state.signals[0].signal_id
    reason = NotPickedUpReason.DETENTION if outcome is Outcome.NOT_PICKED_UP_OTHER else None
    return town.happens(
        state,
        OutcomeRecorded(
            at=OPENED + timedelta(days=times),
            by=NOOR,
            person_id=state.resident,
            outcome=outcome,
            acceptance=Acceptance.NOT_ACCEPTED,
            reason=reason,
        ),
        FeedbackOwed(at=OPENED, signal_id=signal, code=code),
        FeedbackDelivered(at=TOLD, signal_id=signal, batch_id=BatchId(f"batch-{state.case_id}")),
        CaseClosed(at=closes),
    )


async def looked(browser: Browser, *states: CaseState, **fields: str) -> str:
    answer = await sent(browser, [state.signals[0].signal_id for state in states], **fields)
    assert answer[0] == 200
    return answer[1]


async def sent(browser: Browser, signals: list[str], **fields: str) -> tuple[int, str]:
    token = forms_of((await browser.get(HERE)).text)[0].fields["token"]
    asked = {"token": token, "maand": "2027-04", "partner": WOONSTEE, "gemeente": "9901"}
    answer = await browser.client.post(HERE, data={**asked, **fields, "signaal": signals})
    return answer.status_code, answer.text


def column(page: str, side: str) -> list[str]:
    """What stands on one side, of all signals."""
    cells = re.findall(rf'<td data-label="{side}">(.*?)</td>', page.partition('id="gewoon"')[0])
    return [html.unescape(cell) for cell in cells if cell]


def signals_of(page: str) -> str:
    """The page without what is the same for everybody."""
    return page.partition("<h1>")[2].partition('id="gewoon"')[0]


# --- what is shown ------------------------------------------------------------------------------------------------


async def test_both_sides_stand_beside_each_other(town: Town, noor: Browser) -> None:
    PartnerDirectory(town.stores.database).describe(ZONNEDIJK, WOONSTEE, arrangements="", collection_day=27)
    state = a_case_in_conversation(town)
    changed = SignalChanged(
        at=at("2027-04-12 10:00"), by=NOOR, signal_id=state.signals[0].signal_id, change=SignalChange.NEW_AMOUNT
    )
    town.happens(state, changed)
    page = await looked(noor, state)
    assert column(page, "Partner") == [
        "Achterstand ontstaan",
        "Incassodag",
        "Signaal gemaakt",
        "Gemeld: het bedrag is veranderd",
        "Incassodag",
    ]
    assert column(page, "Gemeente") == ["Signaal ontvangen", "In behandeling"]
    assert "94 dagen eerder" in page and "dag 0" in page and "7 dagen later" in page


@pytest.mark.parametrize("change", SignalChange)
async def test_whatever_a_partner_says_afterwards_stands_on_its_side(
    town: Town, noor: Browser, change: SignalChange
) -> None:
    state = a_case_in_conversation(town)
    town.happens(state, SignalChanged(at=TOLD, by=NOOR, signal_id=state.signals[0].signal_id, change=change))
    said = label(change)
    assert column(await looked(noor, state), "Partner")[-1] == f"Gemeld: {said[0].lower()}{said[1:]}"


async def test_what_a_partner_said_of_another_signal_of_the_case_is_not_there(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    other = town.signal(state.case_id, PersonId("22222222-2222-4333-8444-555555555555"))
    town.happens(state, SignalChanged(at=TOLD, by=NOOR, signal_id=other.signal_id, change=SignalChange.PAID))
    assert "betaald" not in signals_of(await looked(noor, state))


@pytest.mark.parametrize("ground", [None, *DisclosureGround])
@pytest.mark.parametrize("outcome", Outcome)
async def test_of_every_outcome_the_municipality_shows_what_the_disclosure_table_lets_the_partner_know(
    town: Town, noor: Browser, outcome: Outcome, ground: DisclosureGround | None
) -> None:
    code = code_for(outcome, PartnerType.RENT, ground, SIGNED)
    page = await looked(noor, told(town, outcome, code))
    assert column(page, "Gemeente") == ["Signaal ontvangen", f"Aan de partner gemeld: {code.value}"]
    assert TRACES.findall(signals_of(page).replace(code.value, "")) == []


async def test_outcomes_that_are_told_alike_look_alike_whatever_was_done(town: Town, noor: Browser) -> None:
    """Among them what is not picked up: how often and when somebody tried has no way to the page."""
    pages: dict[FeedbackCode, set[str]] = defaultdict(set)
    for times, outcome in enumerate(Outcome):
        state = told(town, outcome, feedback_for(outcome), times=times, closes=TOLD + timedelta(days=times))
        pages[feedback_for(outcome)].add(signals_of(await looked(noor, state)))
    assert {code: len(found) for code, found in pages.items()} == dict.fromkeys(pages, 1)


async def test_what_is_not_told_yet_looks_alike_in_every_stage(town: Town, noor: Browser) -> None:
    known = a_case_in_conversation(town)
    known = town.happens(
        known,
        OutcomeRecorded(
            at=OPENED,
            by=NOOR,
            person_id=known.resident,
            outcome=Outcome.NOT_PICKED_UP_OTHER,
            acceptance=Acceptance.NOT_ACCEPTED,
            reason=NotPickedUpReason.DETENTION,
        ),
        FeedbackOwed(at=OPENED, signal_id=known.signals[0].signal_id, code=FeedbackCode.NOT_PICKED_UP),
    )
    states = (a_case_in_contact(town), tried(town, a_case_in_conversation(town), 5), known)
    assert len({signals_of(await looked(noor, state)) for state in states}) == 1


async def test_a_signal_is_a_letter_and_nobody(town: Town, noor: Browser) -> None:
    states = [told(town, Outcome.DIED, FeedbackCode.DIED), a_case_in_contact(town)]
    page = await looked(noor, *states)
    assert re.findall(r"<h2[^>]*>Signaal (\w)</h2>", page) == ["A", "B"]
    with town.stores.database.read() as session:
        ids = [*session.exec(select(SignalRow.id)), *session.exec(select(DeliveredRow.id))]
        ids += [row.unit_id for row in session.exec(select(SignalRow))]
    for state in states:
        ids += [state.case_id, state.case_id[:8], state.resident]
    nobody = ("Beemd", "Zonnelaan", "9990", "0612345678", "beemd@", "WO-1", "412", "Twee keer gebeld", "2-6", *ids)
    assert [word for word in nobody if word in page] == []


async def test_the_list_shows_no_more_than_the_look(town: Town, noor: Browser) -> None:
    states = [told(town, Outcome.NEVER_REACHED, FeedbackCode.HANDLED), a_case_in_conversation(town)]
    page = (await noor.get(f"{HERE}?maand=2027-04")).text
    assert page.count('name="signaal"') == 2
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert ("afgehandeld" in rows, "in behandeling" in rows) == (True, True)
    assert TRACES.findall(rows) == []
    for word in ("Beemd", "WO-1", "412", *(state.case_id for state in states)):
        assert word not in page


async def test_what_the_municipality_usually_does_is_the_same_for_every_signal(town: Town, noor: Browser) -> None:
    states = [told(town, Outcome.DIED, FeedbackCode.DIED), a_case_in_contact(town)]
    usual = {(await looked(noor, state)).partition('id="gewoon"')[2] for state in states}
    assert len(usual) == 1
    assert "Dag 0" in usual.pop()


# --- what is chosen -----------------------------------------------------------------------------------------------


async def test_the_list_is_of_one_result(town: Town, noor: Browser) -> None:
    told(town, Outcome.DIED, FeedbackCode.DIED)
    told(town, Outcome.NEVER_REACHED, FeedbackCode.HANDLED)
    for _ in range(3):
        a_case_in_contact(town)
    found = {
        result: (await noor.get(f"{HERE}?maand=2027-04&resultaat={result}")).text.count('name="signaal"')
        for result in ("", "in behandeling", "afgehandeld", "inwoner is overleden", "onterecht signaal")
    }
    assert list(found.values()) == [5, 3, 1, 1, 0]


async def test_a_form_of_the_page_brings_the_chosen_signals(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form = next(one for one in forms_of((await noor.get(f"{HERE}?maand=2027-04")).text) if "signaal" in one.names)
    answer = await noor.send(form, signaal=state.signals[0].signal_id)
    assert "Signaal A" in answer.text
    assert f"{HERE}?partner=woonstee&amp;gemeente=9901&amp;maand=2027-04" in answer.text


async def test_too_many_or_none_are_refused_and_stay_chosen(town: Town, noor: Browser) -> None:
    states = [a_case_in_contact(town) for _ in range(MOST + 1)]
    ids: list[str] = [state.signals[0].signal_id for state in states]
    status, page = await sent(noor, ids)
    assert (status, page.count(" checked")) == (422, MOST + 1)
    assert f"Kies 1 tot en met {MOST} signalen." in page
    assert (await sent(noor, []))[0] == 422
    assert (await sent(noor, ids[:MOST] + ids[:1]))[0] == 200


async def test_what_the_partner_does_not_see_any_more_is_not_looked_at(town: Town, noor: Browser) -> None:
    """That it is still there would tell that help followed."""
    state = a_case_in_contact(town)
    ids: list[str] = [state.signals[0].signal_id]
    with town.stores.database.write() as session:
        session.get_one(SignalRow, ids[0]).received_at = OPENED - timedelta(days=300)
    assert (await sent(noor, ids))[0] == 422
    assert (await noor.get(f"{HERE}?maand=2026-06")).status_code == 404


async def test_an_erased_signal_is_gone(town: Town, noor: Browser) -> None:
    gone, left = a_case_in_contact(town), a_case_in_contact(town)
    town.stores.vault.destroy([gone.signals[0].unit_id])
    assert (await noor.get(f"{HERE}?maand=2027-04")).text.count('name="signaal"') == 1
    assert re.findall("Signaal [A-Z]<", await looked(noor, gone, left)) == ["Signaal A<"]


async def test_signals_of_another_partner_or_municipality_are_not_there(
    town: Town, app: FastAPI, noor: Browser
) -> None:
    town.stores.registry.ensure(partners=[Partner(PartnerId("stroomnet"), "Stroomnet", PartnerType.ENERGY)])
    elsewhere = town.happens(town.case(municipality=WATERDORP))
    state = a_case_in_contact(town)
    ids: list[str] = [elsewhere.signals[0].signal_id]
    assert (await sent(noor, ids))[0] == 422
    assert (await sent(noor, ids, gemeente="9902"))[0] == 404
    assert (await sent(noor, [state.signals[0].signal_id], partner="stroomnet"))[0] == 422
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        assert (await sent(ravi, ids, gemeente="9902"))[0] == 200


@pytest.mark.parametrize(
    "query", ["partner=niemand", "gemeente=9902", "gemeente=x", "maand=2027-06", "maand=x", "resultaat=x", "pagina=0"]
)
async def test_what_is_not_there_is_not_there(noor: Browser, query: str) -> None:
    assert (await noor.get(f"{HERE}?{query}")).status_code == 404


async def test_a_policy_officer_looks_who_sees_no_case(town: Town, app: FastAPI) -> None:
    state = a_case_in_contact(town)
    town.stores.registry.ensure(staff=[Member(PIA, "Pia Loper", Role.CASEWORKER, (ZONNEDIJK,))])
    async with Browser(app) as pia:
        await pia.sign_in(PIA)
        town.stores.registry.ensure(staff=[Member(PIA, "Pia Loper", Role.POLICY_OFFICER, (ZONNEDIJK,))])
        assert "Signaal A" in await looked(pia, state)
        assert (await pia.get(f"/zaak/{state.case_id}")).status_code == 404
        assert f'href="{HERE}?gemeente=9901"' in (await pia.get("/cijfers")).text


async def test_the_partner_itself_does_not_choose(town: Town, app: FastAPI) -> None:
    member = Member(StaffId("wieke"), "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=WOONSTEE)
    town.stores.registry.ensure(staff=[member])
    async with Browser(app) as wieke:
        await wieke.sign_in("wieke")
        assert (await wieke.get(HERE)).status_code == 404


async def test_a_form_without_the_sessions_secret_shows_nothing(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    assert (await sent(noor, [state.signals[0].signal_id], token="guessed"))[0] == 403
