"""Whoever has personal data before them is written down, on every page, before they see any."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import col, select

from adapters.call_placing import NO_CASE
from adapters.call_requests import CallRequests
from adapters.documents import Documents
from adapters.partner_keys import PartnerKeys
from adapters.registry import Member
from models.codes import (
    CallRequestStatus,
    DocumentKind,
    FeedbackCode,
    LookPurpose,
    LookReason,
    Outcome,
    Role,
    RowStatus,
)
from models.facts import CallbackAgreed, FeedbackOwed
from models.ids import AppointmentId, CaseId, DeliveryId, PersonId, StaffId, UnitId, derived
from models.personal import CallRequest, RefusedRow
from models.tables import DeliveredRow, DeliveryRow, LookRow, ReviewRow
from models.values import PhoneNumber
from policy.looks import OPENED as CHOSEN
from policy.looks import counted_from
from tests.adapters.intake import a_row
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.situations import proposed
from tests.web.test_absent_callbacks import away, promised
from tests.web.test_access import ACTIONS, OF_A_SYSTEM, ONLY_SENT, PUBLIC, routes_of
from tests.web.test_amounts import WIEKE, WOONSTEE, ask, works_for
from tests.web.test_secret_address import a_hidden_case, with_right
from tests.web.test_uploads import a_file, sent
from tests.web.town import NOOR, OPENED, THEA, Town, a_case_in_contact, a_case_in_conversation, a_case_to_check
from web.witness import PURPOSES, SEEN_BY_NOBODY

PERSONAL = re.compile(r"Beemd|Zonnelaan|0612345678|06 12345678|beemd@|WO-1|Bakkerink")
SHOWS_NOBODY = {
    *("/beheer", "/beheer/medewerkers/{staff_id}/afmelden", "/beheer/medewerkers/{staff_id}/toegang"),
    *("/beheer/sleutels/{key}/stoppen", "/zaak/{case_id}/ingezien"),
    *("/inzage", "/inzage.csv", "/inzage/opvallend", "/inzage/zoekvragen"),
    *("/bewaren", "/bewaren/lijsten", "/bewaren/lijsten/{list_id}", "/bewaren/lijsten/{list_id}/akkoord"),
    *("/bewaren/{certificate_id}", "/afwezig"),
    *("/afwezig/{absence}/intrekken", "/werktijden"),
    *("/agenda", "/agenda/stoppen", "/toets/steekproef", "/cijfers", "/cijfers.csv", "/cijfers/partners"),
    *("/cijfers/partners.csv", "/beleid", "/partners", "/partners/{partner}", "/partners/{partner}/bijhouden"),
    *("/partners/{partner}/sleutels", "/partners/{partner}/sleutels/{key}/stoppen"),
    *("/aanleveringen", "/aanleveringen/{delivery_id}", "/aanleveringen/{delivery_id}/{what}"),
    *("/partner/kwaliteit", "/partner/kwaliteit.csv", "/partner/{batch}/ontvangen"),
    *("/terugkoppeling/{batch}/ontvangen", "/huisbezoek/kaartjes", "/overzicht"),
    *("/toelichting", "/terugbelverzoek/nakijken"),
    *("/gegevens", "/gegevens/register", "/gegevens/dpia", "/gegevens.csv", "/gegevens.json"),
}
"""Pages that open nothing. One that does all the same is not shown."""


def looks(town: Town, staff: str = NOOR) -> list[LookRow]:
    with town.stores.database.read() as session:
        wanted = select(LookRow).where(LookRow.staff_id == staff)
        return list(session.exec(wanted.order_by(col(LookRow.first_at), col(LookRow.purpose), col(LookRow.id))))


def seen(town: Town, staff: str = NOOR) -> list[tuple[str | None, str, int]]:
    return [(row.case_id, row.purpose, row.times) for row in looks(town, staff)]


def test_routes_of_says_for_what_it_shows_somebody_or_shows_nobody(app: FastAPI) -> None:
    asked = {route.path for route in routes_of(app)}
    pages = {path for path in PURPOSES if not path.startswith("/api/")}
    assert pages | SHOWS_NOBODY | SEEN_BY_NOBODY == asked - {path for _, path in PUBLIC}
    assert not pages & SHOWS_NOBODY
    assert {path for _, path in OF_A_SYSTEM} == SEEN_BY_NOBODY


async def test_every_page_that_shows_something_of_somebody_leaves_a_record(
    town: Town, app: FastAPI, noor: Browser
) -> None:
    """Generated from the routes: what is on the answer decides, and not what the page says of itself."""
    places = await _a_full_town(town, noor)
    readers = {THEA: Browser(app), WIEKE: Browser(app)}
    for staff, browser in readers.items():
        await browser.sign_in(staff)
    shown, recorded = set[str](), set[str]()
    for path in sorted(set(ACTIONS) - ONLY_SENT):
        staff = WIEKE if path.startswith("/partner/") or path == "/partner" else THEA
        before = sum(row.times for row in looks(town, staff))
        of_place = "?gemeente=9901" if path.startswith("/bedragen/") else ""
        answer = await readers[staff].get(path.format_map(places) + of_place)
        assert answer.status_code < 500, path
        if PERSONAL.search(answer.text):
            shown.add(path)
        after = looks(town, staff)
        if sum(row.times for row in after) > before:
            recorded.add(path)
            assert PURPOSES[path] in {row.purpose for row in after if row.last_at == town.now}
        town.now += timedelta(minutes=15)
    for browser in readers.values():
        await browser.client.aclose()
    assert shown - recorded == set()
    assert shown == {
        *(
            "/",
            "/zaak/{case_id}",
            "/zaak/{case_id}/inzageverzoek",
            "/bellen/{case_id}",
            "/huisbezoek/{case_id}",
            "/goedkeuren",
            "/toets",
        ),
        *("/toets/{review_id}", "/afwezig/{absence}/afspraken", "/terugbelverzoeken"),
        *("/aanleveringen/bestand/{upload_id}", "/overzicht/werk", "/overzicht/zaken"),
        *("/aanleveringen/{delivery_id}/geweigerd.csv", "/terugkoppeling", "/terugkoppeling/{batch}"),
        *("/bedragen/{partner}", "/bedragen/{partner}/vragen.csv", "/partner", "/partner/signalen.csv"),
        "/partner/bedragen.csv",
    }


async def test_a_list_of_many_names_is_as_many_records(town: Town, noor: Browser) -> None:
    cases = [a_case_to_check(town).case_id for _ in range(7)]
    assert (await noor.get("/")).text.count("Beemd") >= 7
    assert sorted(seen(town)) == sorted((case, LookPurpose.WORK_LIST, 1) for case in cases)


async def test_a_page_that_is_opened_again_is_counted_and_later_written_anew(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    for _ in range(3):
        await noor.get(f"/zaak/{state.case_id}")
    town.now += timedelta(minutes=15)
    await noor.get(f"/zaak/{state.case_id}")
    assert seen(town) == [(state.case_id, "case", 3), (state.case_id, "case", 1)]
    assert {(row.role, row.municipality, row.unit_id) for row in looks(town)} == {("caseworker", "9901", None)}


async def test_the_name_of_a_callback_that_comes_is_listed_on_another_call_and_not_opened(
    town: Town, noor: Browser
) -> None:
    called, agreed = a_case_in_contact(town), a_case_in_conversation(town, surname="Afspraak")
    callback = CallbackAgreed(
        at=town.now,
        person_id=agreed.resident,
        appointment_id=AppointmentId("a-1"),
        due_at=town.now + timedelta(minutes=10),
        phone_id=None,
        staff=NOOR,
    )
    town.happens(agreed, callback)
    assert "Afspraak" in (await noor.get(f"/bellen/{called.case_id}")).text
    assert sorted(seen(town)) == sorted([(called.case_id, "call", 1), (agreed.case_id, "beside", 1)])


async def test_a_search_is_of_the_cases_that_were_shown(town: Town, noor: Browser) -> None:
    state, _ = a_case_in_contact(town), a_case_in_contact(town, surname="Anders")
    await noor.client.post("/zoeken", data={"token": noor.secret, "achternaam": "Beemd", "straat": "Zonnelaan"})
    assert seen(town) == [(state.case_id, "search", 1)]


async def test_what_is_looked_at_for_many_cases_at_once_is_each_of_them(town: Town, noor: Browser) -> None:
    cases = [a_case_in_contact(town).case_id for _ in range(2)]
    answer = await noor.client.post("/samen", data={"token": noor.secret, "wat": "not_picked_up", "zaak": cases})
    assert answer.text.count("Beemd") >= 2
    assert sorted(seen(town)) == [(case, "many_cases", 1) for case in cases]


async def test_a_secret_address_is_looked_at_with_its_reason(town: Town, noor: Browser) -> None:
    with_right(town)
    state = a_hidden_case(town)
    await noor.client.post(f"/zaak/{state.case_id}/adres", data={"token": noor.secret, "reason": "letter"})
    (row,) = looks(town)
    assert (row.case_id, row.purpose, row.reason) == (state.case_id, "secret_address", LookReason.LETTER)


async def test_who_gave_no_reason_saw_the_case_and_not_the_address(town: Town, noor: Browser) -> None:
    with_right(town)
    state = a_hidden_case(town)
    answer = await noor.client.post(f"/zaak/{state.case_id}/adres", data={"token": noor.secret, "reason": ""})
    assert answer.status_code == 422
    assert [(row.purpose, row.reason) for row in looks(town)] == [("case", None)]


async def test_whoever_opens_a_door_opened_the_case(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.get(f"/huisbezoek/{state.case_id}")
    [(_, purpose, _)] = seen(town)
    assert purpose in CHOSEN


async def test_what_a_look_is_counted_by_tells_nobody_who_it_was(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.get(f"/zaak/{state.case_id}")
    (row,) = looks(town)
    begun = counted_from(row.first_at).isoformat()
    assert row.id != derived("look", state.case_id, NOOR, row.role, row.purpose, "", begun)


async def test_a_partners_system_leaves_its_records_too(town: Town, app: FastAPI) -> None:
    works_for(town, WOONSTEE)
    state = a_case_in_contact(town)
    _, key = PartnerKeys(town.stores.database).make(WIEKE, by=THEA, at=town.now, last_day=date(2027, 12, 31))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8000") as system:
        answer = await system.get(
            "/api/v1/gemeenten/9901/signalen?maand=2027-04", headers={"authorization": f"Bearer {key}"}
        )
    assert [one["kenmerk"] for one in answer.json()] == ["WO-1"]
    assert seen(town, WIEKE) == [(state.case_id, "own_signals", 1)]


async def test_a_long_file_is_written_down_while_it_is_sent(town: Town, noor: Browser) -> None:
    places = await _a_full_town(town, noor)
    before = len(looks(town))
    answer = await noor.get("/aanleveringen/{delivery_id}/geweigerd.csv".format_map(places))
    assert "Bakkerink" in answer.text
    assert [row.purpose for row in looks(town)[before:]] == ["delivery"]


async def test_nothing_is_shown_when_it_cannot_be_written_down(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    assert "Beemd" in (await noor.get(f"/zaak/{state.case_id}")).text
    with town.stores.database.write() as session:
        session.execute(text("ALTER TABLE look RENAME TO look_away"))
    for path in (f"/zaak/{state.case_id}", "/", f"/bellen/{state.case_id}"):
        answer = await noor.get(path)
        assert answer.status_code == 500 and "Beemd" not in answer.text, path
    assert (await noor.get("/beleid")).status_code == 200


async def test_a_page_that_has_no_purpose_is_not_shown(
    town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = a_case_in_contact(town)
    monkeypatch.delitem(PURPOSES, "/zaak/{case_id}")
    answer = await noor.get(f"/zaak/{state.case_id}")
    assert answer.status_code == 500 and "Beemd" not in answer.text
    assert looks(town) == []


async def test_what_opens_nothing_leaves_nothing(town: Town, noor: Browser) -> None:
    a_case_in_contact(town)
    for path in ("/beleid", "/cijfers", "/werktijden", "/zaak/nergens"):
        await noor.get(path)
    assert looks(town) == []


async def _a_full_town(town: Town, noor: Browser) -> Mapping[str, str]:
    """Something on every page, with where it is."""
    works_for(town, WOONSTEE)
    ask(town, a_case_in_conversation(town))
    asked = a_case_in_conversation(town)
    promised(town, "agreed-1")
    proposed(town)
    a_case_to_check(town)
    stores = town.stores
    stores.registry.ensure(staff=[Member(StaffId("karin"), "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,))])
    caller = CallRequest(surname="Bakkerink", phone=PhoneNumber("0687654321"))
    CallRequests(stores.database, stores.vault).keep(caller, ZONNEDIJK, by=StaffId("karin"), at=OPENED)
    [call] = CallRequests(stores.database, stores.vault).waiting([CallRequestStatus.NEW])
    CallRequests(stores.database, stores.vault).open(call.id, NO_CASE, was=call.claim)
    upload = (await sent(noor, a_file(a_row(kenmerk="WO-1", achternaam="Bakkerink")))).rpartition("/")[2]
    signal = asked.signals[0].signal_id
    town.happens(asked, FeedbackOwed(at=OPENED, signal_id=signal, code=FeedbackCode.NOT_PICKED_UP))
    batch = stores.feedback.owed(ZONNEDIJK, WOONSTEE, at=OPENED)
    assert batch is not None
    stores.feedback.delivered(batch.batch_id, at=OPENED)
    told = a_case_in_contact(town)
    town.happens(told, FeedbackOwed(at=OPENED, signal_id=told.signals[0].signal_id, code=FeedbackCode.NOT_PICKED_UP))
    return {
        "case_id": asked.case_id,
        "command_id": "c",
        "certificate_id": "c",
        "delivery_id": _a_refused_row(town),
        "absence": str(away(town).id),
        "batch": batch.batch_id,
        "upload_id": upload,
        "partner": WOONSTEE,
        "review_id": _a_review(town, told.case_id, told.resident),
        "list_id": "l",
        "item": "i",
    }


def _a_refused_row(town: Town) -> str:
    delivery, unit = DeliveryId("levering-geweigerd"), UnitId("signal-geweigerd")
    town.stores.vault.create(unit, ZONNEDIJK, OPENED)
    with town.stores.database.write() as session:
        session.add(
            DeliveryRow(
                id=delivery, municipality=ZONNEDIJK.text, partner_id=WOONSTEE, received_at=OPENED, received_by=NOOR
            )
        )
        session.flush()
        row = DeliveredRow(id="geweigerd", delivery_id=delivery, number=2, unit_id=unit, status=RowStatus.REFUSED)
        session.add(row)
        content = RefusedRow(cells={"achternaam": "Bakkerink"})
        Documents(town.stores.vault).keep(session, unit, DocumentKind.ROW, row.id, content, at=OPENED)
    return delivery


def _a_review(town: Town, case: CaseId, person: PersonId) -> str:
    """An outcome that Thea has to judge."""
    row = ReviewRow(
        id="review-1",
        case_id=case,
        municipality=ZONNEDIJK.text,
        month="2027-03",
        person_id=person,
        outcome=Outcome.SETTLES_IT_HIMSELF,
        recorded_by=NOOR,
        reviewer=THEA,
    )
    with town.stores.database.write() as session:
        session.add(row)
    return "review-1"
