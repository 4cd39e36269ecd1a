"""What partners say of their signals afterwards: paid, withdrawn, another amount; by their own reference, once."""

from datetime import date

import httpx
import pytest
from sqlmodel import select

from adapters.blind import reference_entry
from models.case import CaseState
from models.codes import SignalChange
from models.ids import PartnerId, UnitId
from models.tables import SignalRow
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, forms_of
from tests.web.town import RAVI, WATERDORP, Town, a_case_in_contact, closed_case

HERE = "/aanleveringen/mutaties"
WOONSTEE = PartnerId("woonstee")


def known_as(town: Town, state: CaseState, reference: str) -> CaseState:
    """The partner calls the arrears so."""
    unit = UnitId(state.signals[0].unit_id)
    town.stores.vault.index(unit, state.municipality, [reference_entry(WOONSTEE, reference)])
    return state


async def send(browser: Browser, *rows: str, header: str = "kenmerk;soort;bedrag") -> httpx.Response:
    page = (await browser.get(HERE)).text
    form = next(form for form in forms_of(page) if form.action == HERE)
    fields = {"token": form.fields["token"], "partner": WOONSTEE, "gemeente": ZONNEDIJK.text}
    content = "\n".join([header, *rows]).encode()
    return await browser.client.post(HERE, data=fields, files={"bestand": ("mutaties.csv", content)})


async def test_each_change_is_recorded_with_the_signal_of_that_reference(town: Town, noor: Browser) -> None:
    paid, withdrawn, grown = (known_as(town, a_case_in_contact(town), f"WO-{number}") for number in (1, 2, 3))
    page = (await send(noor, "WO-1;betaald;", "wo 2;Ingetrokken;", "WO-3;nieuw bedrag;1.234,56")).text
    assert "vastgelegd" in page and "niet gevonden" not in page
    ended = [town.reload(state).signals[0].ended for state in (paid, withdrawn, grown)]
    assert ended == [SignalChange.PAID, SignalChange.WITHDRAWN, None]
    with town.stores.database.read() as session:
        amounts = [
            session.exec(select(SignalRow.amount_cents).where(SignalRow.case_id == state.case_id)).one()
            for state in (paid, grown)
        ]
    assert amounts == [41_250, 123_456]


async def test_the_same_list_twice_changes_once(town: Town, noor: Browser) -> None:
    state = known_as(town, a_case_in_contact(town), "WO-1")
    for _ in range(2):
        assert (
            "niet"
            not in (await send(noor, "WO-1;nieuw bedrag;500,00")).text.split("Signaalpartner")[0].split("klaar")[1]
        )
    assert town.reload(state).signals[0].amounts == 1


async def test_an_amount_that_returns_to_what_it_was_is_news_again(town: Town, noor: Browser) -> None:
    state = known_as(town, a_case_in_contact(town), "WO-1")
    for amount in ("500,00", "600,00", "600,00", "500,00", "600,00"):
        await send(noor, f"WO-1;nieuw bedrag;{amount}")
    assert town.reload(state).signals[0].amounts == 4
    with town.stores.database.read() as session:
        assert session.exec(select(SignalRow.amount_cents)).one() == 60_000


async def test_a_day_that_returns_to_what_it_was_is_news_again(town: Town, noor: Browser) -> None:
    state = known_as(town, a_case_in_contact(town), "WO-1")
    for day in ("01-05-2027", "01-06-2027", "01-05-2027", "01-06-2027"):
        await send(noor, f"WO-1;incasso stil tot;;{day}", header="kenmerk;soort;bedrag;datum")
    [signal] = town.reload(state).signals
    assert (signal.days, signal.collection_paused_until) == (4, date(2027, 6, 1))


async def test_a_day_that_a_partner_names_is_kept_and_shown(town: Town, noor: Browser) -> None:
    paused, ends = (known_as(town, a_case_in_contact(town), f"WO-{number}") for number in (1, 2))
    rows = ("WO-1;incasso stil tot;;01-05-2027", "WO-2;einde levering;;2027-05-10")
    for _ in range(2):
        page = (await send(noor, *rows, header="kenmerk;soort;bedrag;datum")).text
        assert "niet vastgelegd" not in page
    assert town.reload(paused).signals[0].collection_paused_until == date(2027, 5, 1)
    assert town.reload(ends).signals[0].end_of_supply_on == date(2027, 5, 10)
    assert len(town.desk.presses) == 2
    assert "Incasso staat stil tot en met 1 mei 2027" in (await noor.get(f"/zaak/{paused.case_id}")).text
    assert "Levering stopt op 10 mei 2027" in (await noor.get(f"/zaak/{ends.case_id}")).text
    with town.stores.database.read() as session:
        row = session.exec(select(SignalRow).where(SignalRow.case_id == ends.case_id)).one()
    assert row.end_of_supply_on == date(2027, 5, 10)


@pytest.mark.parametrize("row", ["WO-1;einde levering;;", "WO-1;incasso stil tot;;31-02-2027"])
async def test_a_day_that_is_none_is_named(town: Town, noor: Browser, row: str) -> None:
    known_as(town, a_case_in_contact(town), "WO-1")
    page = (await send(noor, row, header="kenmerk;soort;bedrag;datum")).text
    assert "datum: een bestaande dag" in page
    assert town.desk.presses == []


async def test_what_is_closed_of_elsewhere_or_never_was_is_equally_unknown(town: Town, noor: Browser) -> None:
    known_as(town, closed_case(town), "WO-1")
    known_as(town, a_case_in_contact(town, municipality=WATERDORP), "WO-2")
    page = (await send(noor, "WO-1;betaald;", "WO-2;betaald;", "WO-9;betaald;")).text
    assert page.count("niet gevonden in een lopende zaak") == 4
    assert town.desk.presses == []


async def test_a_row_that_cannot_be_read_is_named_and_holds_up_no_other(town: Town, noor: Browser) -> None:
    state = known_as(town, a_case_in_contact(town), "WO-1")
    page = (await send(noor, "WO-1;verhuisd;", ";betaald;", "WO-1;nieuw bedrag;veel", "WO-1;betaald;")).text
    for sentence in ("soort: een van betaald, ingetrokken", "kenmerk: een kenmerk", "bedrag: een bedrag heeft"):
        assert sentence in page
    assert town.reload(state).signals[0].ended is SignalChange.PAID


async def test_a_case_that_says_no_is_shown_with_its_reason(town: Town, noor: Browser) -> None:
    known_as(town, a_case_in_contact(town), "WO-1")
    page = (await send(noor, "WO-1;betaald;", "WO-1;ingetrokken;")).text
    assert "Dit signaal was al betaald of ingetrokken." in page


@pytest.mark.parametrize("header", ["kenmerk;bedrag", "a;b;c", ""])
async def test_a_list_without_our_columns_is_refused(town: Town, noor: Browser, header: str) -> None:
    answer = await send(noor, "WO-1;betaald;", header=header)
    assert answer.status_code == 422 and "De kopregel is: kenmerk;soort;bedrag." in answer.text


async def test_nobody_changes_signals_of_another_municipality(town: Town, noor: Browser) -> None:
    state = known_as(town, a_case_in_contact(town), "WO-1")
    await noor.sign_in(RAVI)
    assert (await send(noor, "WO-1;betaald;")).status_code == 404
    assert town.reload(state).signals[0].ended is None
