"""Stalled cases, retention, deliveries and health."""

import re
from datetime import timedelta

from models.case import CaseState
from models.codes import DeadlineKind, PartnerType, Party, Recurrence, RowStatus, SignalStatus, StallCause
from models.destruction import OnList
from models.facts import CaseClaimed, HoldSet, PartyGaveUp, Stalled
from models.ids import DeliveryId, StepId, UnitId, resident_of
from models.steps import RaiseStall
from models.tables import DeliveredRow, DeliveryRow, SignalRow
from models.vault_tables import CertificateRow
from policy.next_step import next_step
from policy.sweep_watch import LATE_AFTER
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, THEA, Town, a_case_to_check, a_route, closed_case, next_case

# --- stalled cases ------------------------------------------------------------------------------------------------


async def test_stalled_cases_are_counted_by_cause_and_explain_themselves(town: Town, thea: Browser) -> None:
    _late(town, surname="Telaat")
    _given_up(town, surname="Storing")
    _given_up(town, surname="Ookstoring")
    town.now = at("2027-04-09 12:00")
    page = (await thea.get("/vastgelopen")).text
    counts = re.findall(r"oorzaak=(\w+)\"[^>]*>.*?<td class=\"number\">(\d+)</td>", page)
    assert counts == [("party_budget_spent", "2"), ("task_overdue", "1")]
    assert [name for name in ("Telaat", "Storing", "Ookstoring") if name in page] == ["Telaat", "Storing", "Ookstoring"]
    assert "Noor de Wit" in page
    assert "2 werkdagen na het begin van de taak (ma 5 april 09:00)" in page


async def test_a_stalled_case_says_whose_attention_it_has(town: Town, thea: Browser) -> None:
    state = _late(town, surname="Telaat")
    _given_up(town, surname="Storing")
    page = (await thea.get("/vastgelopen")).text
    assert re.findall(r'data-label="Ligt nu">([^<]+)<br><span class="soft">(\d) keer gemeld', page) == [
        ("bij het team", "1"),
        ("bij de eigenaar", "1"),
    ]
    assert "Dit ligt nu bij de eigenaar." in (await thea.get(f"/zaak/{state.case_id}")).text


async def test_stalled_cases_are_chosen_by_cause(town: Town, thea: Browser) -> None:
    _late(town, surname="Telaat")
    _given_up(town, surname="Storing")
    page = (await thea.get("/vastgelopen?oorzaak=task_overdue")).text
    assert "Telaat" in page and "Storing" not in page
    assert (await thea.get("/vastgelopen?oorzaak=geen_zin")).status_code == 404


async def test_the_longest_stalled_case_comes_first(town: Town, thea: Browser) -> None:
    _late(town, surname="Korter")
    _given_up(town, surname="Langer")
    town.now = at("2027-04-09 12:00")
    page = (await thea.get("/vastgelopen")).text
    assert page.index("Langer") < page.index("Korter")


# --- retention ----------------------------------------------------------------------------------------------------


async def test_the_retention_page_says_what_goes_when_and_why(town: Town, thea: Browser) -> None:
    closed_case(town)
    a_case_to_check(town)
    page = (await thea.get("/bewaren")).text
    assert page.count("di 5 oktober 09:00") == 2
    assert "6 maanden na ontvangst van het signaal" in page
    assert "Beemd" not in page


async def test_what_goes_until_a_day_is_counted_by_municipality_and_rule(town: Town, thea: Browser) -> None:
    closed_case(town)
    page = (await thea.get("/bewaren?tot=2027-10-04")).text
    assert "Vooruitblik tot en met 4 oktober 2027" in page and "Tot en met die dag wordt niets vernietigd." in page
    page = (await thea.get("/bewaren?tot=2027-10-05")).text
    line = page[page.index("Vooruitblik") : page.index("Afgesloten zaken")]
    cells = ["Zonnedijk", "Contact, geen hulp", "1", "1", "0", "0"]
    assert re.findall(r'<td data-label="[^"]+"[^>]*>([^<]+)</td>', line) == cells
    for day in ("gisteren", "9999-12-31", "2027-13-01"):
        assert (await thea.get(f"/bewaren?tot={day}")).status_code == 404


async def test_a_hold_shows_until_when(town: Town, thea: Browser) -> None:
    state = a_case_to_check(town)
    town.happens(state, HoldSet(at=OPENED, by=THEA, until=at("2027-12-31 23:59")))
    assert "uitgesteld tot en met vr 31 december" in (await thea.get("/bewaren")).text


async def test_a_certificate_can_be_found_and_read(town: Town, thea: Browser) -> None:
    given_certificate(town, closed_case(town))
    page = (await thea.get("/bewaren")).text
    assert 'href="/bewaren/verklaring-1"' in page
    proof = (await thea.get("/bewaren/verklaring-1")).text
    for told in ("Gemeente Zonnedijk", "5 april 2027 om 09:00", "case-weg", "Verwijderde rijen</dt><dd>14"):
        assert told in proof
    head = town.stores.certificates.head()
    assert f"Plaats in de keten</dt><dd>1, met kenmerk <code>{head.hash}</code>" in proof
    assert (await thea.get("/bewaren/verklaring-2")).status_code == 404


# --- deliveries ---------------------------------------------------------------------------------------------------


async def test_a_delivery_counts_its_rows_and_names_what_was_refused(town: Town, noor: Browser) -> None:
    _delivery(town)
    listed = (await noor.get("/aanleveringen")).text
    assert re.findall(r'data-label="(Rijen|geweigerd|al bekend)" class="number">(\d+)<', listed) == [
        ("Rijen", "3"),
        ("geweigerd", "2"),
        ("al bekend", "1"),
    ]
    page = (await noor.get("/aanleveringen/levering-1")).text
    errors = re.findall(r'<td data-label="(?:Rij|Veld|Reden)"[^>]*>(.*?)</td>', page)
    assert errors == ["2", "bedrag", "een bedrag heeft de vorm 1234,56", "3", "postcode", "verplicht"]
    assert (await noor.get("/aanleveringen/levering-2")).status_code == 404


async def test_a_delivery_tells_which_addresses_were_reported_before(town: Town, noor: Browser) -> None:
    _delivery(town)
    with town.stores.database.write() as session:
        session.get_one(DeliveredRow, "rij-4").status = RowStatus.JOINED
        session.add(_signal(recurrence=Recurrence.SUCCESSIVE))
    page = (await noor.get("/aanleveringen/levering-1")).text
    told = dict(re.findall(r'<tr><th scope="row">(.*?)</th><td class="number">(\d+)</td></tr>', page))
    assert {title: told[title] for title in told if "eerder" in title or "na te gaan" in title} == {
        "niet eerder gemeld": "0",
        "eerder gemeld": "1",
        "niet na te gaan: er zijn gegevens vernietigd": "0",
    }


# --- health -------------------------------------------------------------------------------------------------------


async def test_health_tells_only_whether(stranger: Browser) -> None:
    answer = await stranger.get("/gezond")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "alarms": []})


async def test_a_sweep_that_is_late_is_told_where_somebody_looks(town: Town, stranger: Browser, thea: Browser) -> None:
    town.stores.overview.job_ended("sweep", at=OPENED, found=0)
    for after, late in ((LATE_AFTER, False), (LATE_AFTER + timedelta(seconds=1), True)):
        town.now = OPENED + after
        answer = await stranger.get("/gezond")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "alarms": ["sweep"] if late else []})
        assert ("De dagelijkse opruiming loopt niet" in (await thea.get("/bewaren")).text) is late
    assert "voor het laatst klaar: gisteren 09:00" in (await thea.get("/bewaren")).text


async def test_health_tells_when_a_database_is_gone(town: Town, stranger: Browser) -> None:
    town.stores.vault.database.close()
    (town.settings.data / "vault.db").rename(town.settings.data / "weg.db")
    (town.settings.data / "vault.db").mkdir()
    answer = await stranger.get("/gezond")
    assert (answer.status_code, answer.json()) == (503, {"status": "storing"})


# --- small parts --------------------------------------------------------------------------------------------------


def _late(town: Town, **resident: str) -> CaseState:
    state = a_case_to_check(town, **resident)
    state = town.happens(state, CaseClaimed(at=OPENED, by=NOOR))
    passed = state.tasks[0].deadline.due_at
    step = next_step(state, now=passed)
    assert isinstance(step, RaiseStall)
    return town.happens(state, Stalled(at=passed, cause=StallCause.TASK_OVERDUE, deadline=DeadlineKind.TASK))


def _given_up(town: Town, surname: str) -> CaseState:
    case_id = next_case(town)
    step = StepId(f"{case_id}.register")
    gave_up = PartyGaveUp(at=OPENED, party=Party.REGISTER, step_id=step, person_id=resident_of(case_id))
    return town.case(a_route(), gave_up, surname=surname)


def given_certificate(town: Town, state: CaseState, *, on_list: OnList | None = None) -> None:
    row = CertificateRow(
        id="verklaring-1",
        municipality=ZONNEDIJK.text,
        case_id="weg",
        units=["case-weg", "signal-weg"],
        rule=state.retention[-1].model_dump(mode="json"),
        rows=14,
        executions=2,
        erased_at=OPENED,
        on_list=None if on_list is None else on_list.model_dump(mode="json"),
    )
    town.stores.certificates.add(row)


def _delivery(town: Town) -> None:
    refusals = (
        [{"field": "bedrag", "reason": "een bedrag heeft de vorm 1234,56"}],
        [{"field": "postcode", "reason": "verplicht"}],
    )
    with town.stores.database.write() as session:
        session.add(
            DeliveryRow(
                id=DeliveryId("levering-1"),
                municipality=ZONNEDIJK.text,
                partner_id="woonstee",
                received_at=OPENED,
                received_by=NOOR,
            )
        )
        session.flush()
        for number, errors in enumerate([*refusals, []], start=2):
            session.add(
                DeliveredRow(
                    id=f"rij-{number}",
                    delivery_id="levering-1",
                    number=number,
                    unit_id=UnitId(f"unit-{number}"),
                    status=RowStatus.REFUSED if errors else RowStatus.REPEATED,
                    errors=errors,
                )
            )


def _signal(*, recurrence: Recurrence) -> SignalRow:
    """What the delivery's last row became."""
    return SignalRow(
        id="signaal-4",
        unit_id=UnitId("unit-4"),
        row_id="rij-4",
        municipality=ZONNEDIJK.text,
        partner_id="woonstee",
        partner_type=PartnerType.RENT,
        person_id="inwoner",
        status=SignalStatus.PICKED_UP,
        amount_cents=100,
        signal_date=OPENED.date(),
        received_at=OPENED,
        crisis=False,
        warm_handover=False,
        recurrence=recurrence,
    )
