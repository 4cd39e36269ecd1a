"""What a partner's system may ask with its key: each thing once, of its own signals, and nothing of anybody else."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlmodel import select

from adapters.amount_questions import AmountQuestions, Asking
from adapters.blind import reference_entry
from adapters.partner_keys import KeyRefused, PartnerKeys
from adapters.registry import Member, Partner
from adapters.requests import forget_requests
from models.codes import FeedbackCode, PartnerType, Role, SignalChange
from models.commands import RecordSignalChange
from models.facts import FeedbackOwed
from models.ids import PartnerId, StaffId, UnitId
from models.tables import DeliveryRow, RequestRow, UploadRow
from models.values import Euro, MunicipalityCode
from models.vault_tables import UnitRow
from tests.builders import ZONNEDIJK
from tests.web.town import OPENED, THEA, WATERDORP, Town, a_case_in_contact, a_case_in_conversation
from web.partner_api.access import Asked
from web.partner_api.app import VERSION, create_api

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
SYSTEM, OTHERS = StaffId("koppeling-woonstee"), StaffId("koppeling-stroomnet")
HERE = "/api/v1/gemeenten/9901"
SIGNAL = {
    "kenmerk": "WO-7",
    "achternaam": "Beemd",
    "postcode": "9990 AB",
    "huisnummer": 12,
    "bedrag": 612.4,
    "signaaldatum": "2027-04-01",
    "crisis": False,
}


class Caller:
    """A partner's system."""

    def __init__(self, app: FastAPI, key: str | None) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.client = httpx.AsyncClient(transport=transport, base_url="https://signaalreis.example", headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(HERE + path)

    async def post(self, path: str, content: Any, request: str = "vraag-0001") -> httpx.Response:
        return await self.client.post(HERE + path, json=content, headers={"Idempotency-Key": request})


def works_for(
    town: Town, staff: StaffId, partner: PartnerId, places: tuple[MunicipalityCode, ...] = (ZONNEDIJK,)
) -> str:
    """The key of a system of this partner."""
    town.stores.registry.ensure(
        partners=[Partner(STROOMNET, "Stroomnet", PartnerType.ENERGY)],
        staff=[Member(staff, "De koppeling", Role.PARTNER, places, partner=partner)],
    )
    keys = PartnerKeys(town.stores.database)
    return keys.make(staff, by=THEA, at=town.now, last_day=date(2027, 12, 31))[1]


@pytest.fixture
async def woonstee(town: Town, app: FastAPI) -> AsyncIterator[Caller]:
    caller = Caller(app, works_for(town, SYSTEM, WOONSTEE))
    async with caller.client:
        yield caller


@pytest.fixture
async def stroomnet(town: Town, app: FastAPI) -> AsyncIterator[Caller]:
    caller = Caller(app, works_for(town, OTHERS, STROOMNET))
    async with caller.client:
        yield caller


# --- keys ---------------------------------------------------------------------------------------------------------


def test_every_route_states_what_a_key_may(app: FastAPI) -> None:
    api = create_api(app.state)
    routes = [route for part in api.routes for route in getattr(getattr(part, "original_router", None), "routes", [])]
    assert len(routes) >= 8
    for route in routes:
        assert isinstance(route, APIRoute)
        assert any(isinstance(each.call, Asked) for each in route.dependant.dependencies), route.path


@pytest.mark.parametrize("key", [None, "", "geraden", "0" * 43])
async def test_without_a_key_that_we_gave_nothing_is_answered(town: Town, app: FastAPI, key: str | None) -> None:
    a_case_in_contact(town)
    async with Caller(app, key).client as client:
        answer = await client.get(f"{HERE}/signalen?maand=2027-04")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["api-version"] == VERSION


async def test_a_key_ends_on_its_day_or_when_it_is_stopped(town: Town, app: FastAPI) -> None:
    town.stores.registry.ensure(staff=[Member(SYSTEM, "De koppeling", Role.PARTNER, (ZONNEDIJK,), partner=WOONSTEE)])
    keys = PartnerKeys(town.stores.database)
    _, short = keys.make(SYSTEM, by=THEA, at=town.now, last_day=date(2027, 4, 6))
    stopped, other = keys.make(SYSTEM, by=THEA, at=town.now, last_day=date(2027, 12, 31))

    async def status(key: str) -> int:
        caller = Caller(app, key)
        async with caller.client:
            return (await caller.get("/terugkoppelingen")).status_code

    assert [await status(short), await status(other)] == [200, 200]
    assert [one.used_on for one in keys.all()] == [date(2027, 4, 5)] * 2
    assert keys.stop(stopped, at=town.now) and not keys.stop("geen", at=town.now)
    town.now += timedelta(days=2)
    app.state.services = town.services
    assert [await status(short), await status(other)] == [401, 401]


def test_a_key_is_for_a_partner_and_for_a_year_at_most(town: Town) -> None:
    keys = PartnerKeys(town.stores.database)
    works_for(town, SYSTEM, WOONSTEE)
    for staff, last_day in ((THEA, date(2027, 5, 1)), (SYSTEM, date(2029, 1, 1)), (SYSTEM, date(2027, 4, 1))):
        with pytest.raises(KeyRefused):
            keys.make(staff, by=THEA, at=town.now, last_day=last_day)


async def test_a_key_opens_only_the_municipalities_of_today(town: Town, woonstee: Caller) -> None:
    elsewhere = "/api/v1/gemeenten/9902/terugkoppelingen"
    assert (await woonstee.client.get(elsewhere)).status_code == 404
    works_for(town, SYSTEM, WOONSTEE, (WATERDORP,))
    assert (await woonstee.client.get(elsewhere)).status_code == 200
    assert (await woonstee.get("/terugkoppelingen")).status_code == 404


# --- deliveries ---------------------------------------------------------------------------------------------------


async def test_signals_are_kept_and_their_delivery_begins(town: Town, woonstee: Caller) -> None:
    answer = await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    assert answer.status_code == 202
    where = answer.headers["location"]
    assert where == f"{HERE}/aanleveringen/{answer.json()['id']}"
    [started] = town.door.started
    assert started.upload is not None
    town.stores.uploads.store(started.upload, progress=lambda rows: None)
    found = (await woonstee.client.get(where)).json()
    assert (found["stand"], found["gelezen"], found["geweigerd"]) == ("ontvangen", 1, 0)


async def test_a_signal_that_cannot_be_read_is_named_by_its_place_and_field(town: Town, woonstee: Caller) -> None:
    wrong = {**SIGNAL, "kenmerk": "WO-8", "postcode": "12", "bedrag": "veel"}
    answer = await woonstee.post("/aanleveringen", {"signalen": [SIGNAL, wrong]})
    [started] = town.door.started
    assert started.upload is not None
    town.stores.uploads.store(started.upload, progress=lambda rows: None)
    [refused] = (await woonstee.client.get(answer.headers["location"] + "/geweigerde-signalen")).json()
    assert refused["signaal"] == 2
    assert {fault["veld"] for fault in refused["fouten"]} == {"postcode", "bedrag"}
    assert "veel" not in str(refused)


async def test_the_same_question_is_done_once_and_answered_the_same(town: Town, woonstee: Caller) -> None:
    first = await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    again = await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    assert (again.status_code, again.json()) == (202, first.json())
    assert len(town.door.started) == 1
    with town.stores.database.read() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == 1
        assert len(session.exec(select(UploadRow)).all()) == 1


async def test_the_same_name_for_another_question_is_refused(town: Town, woonstee: Caller) -> None:
    await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    answer = await woonstee.post("/aanleveringen", {"signalen": [{**SIGNAL, "bedrag": 1}]})
    assert answer.status_code == 422
    assert len(town.door.started) == 1


async def test_while_it_is_being_done_it_is_not_done_again(town: Town, woonstee: Caller) -> None:
    await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    with town.stores.database.write() as session:
        session.exec(select(RequestRow)).one().answer = None
    assert (await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})).status_code == 409
    town.now += timedelta(minutes=3)
    assert (await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})).status_code == 202
    with town.stores.database.read() as session:
        assert len(session.exec(select(DeliveryRow)).all()) == 1


async def test_when_it_could_not_begin_it_may_be_asked_again(town: Town, woonstee: Caller) -> None:
    town.door.away = True
    assert (await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})).status_code == 503
    town.door.away = False
    assert (await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})).status_code == 202


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"signalen": []}, "body.signalen"),
        ({"signalen": [{**SIGNAL, "naam": "x"}]}, "body.signalen.0.naam"),
        ({"signalen": [SIGNAL], "nog": 1}, "body.nog"),
        ([SIGNAL], "body"),
        ({"signalen": [{**SIGNAL, "bedrag": {"euro": 1}}]}, "body.signalen.0.bedrag"),
    ],
)
async def test_what_is_not_of_the_described_form_is_refused_whole(
    town: Town, woonstee: Caller, content: Any, place: str
) -> None:
    answer = await woonstee.post("/aanleveringen", content)
    assert answer.status_code == 400
    assert any(fault["plaats"].startswith(place) for fault in answer.json()["fouten"])
    assert "Beemd" not in answer.text
    assert town.door.started == []


@pytest.mark.parametrize("empty", [{}, {"kenmerk": "Totaal", "bedrag": 612.4}])
async def test_no_signal_is_passed_over_in_silence(town: Town, woonstee: Caller, empty: dict[str, Any]) -> None:
    answer = await woonstee.post("/aanleveringen", {"signalen": [SIGNAL, empty]})
    assert answer.status_code == 422
    assert [fault["plaats"] for fault in answer.json()["fouten"]] == ["body.signalen.1"]
    assert town.door.started == []


async def test_a_question_needs_a_name_of_its_own(woonstee: Caller) -> None:
    answer = await woonstee.client.post(f"{HERE}/aanleveringen", json={"signalen": [SIGNAL]})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["fouten"][0]["plaats"]


async def test_a_delivery_of_another_partner_does_not_exist(woonstee: Caller, stroomnet: Caller) -> None:
    where = (await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})).headers["location"]
    assert (await woonstee.client.get(where)).status_code == 200
    for path in (where, f"{where}/geweigerde-signalen", f"{HERE}/aanleveringen/bestaat-niet"):
        assert (await stroomnet.client.get(path)).status_code == 404


# --- changes ------------------------------------------------------------------------------------------------------


async def test_a_change_is_pressed_in_the_name_of_the_partner(town: Town, woonstee: Caller) -> None:
    state = a_case_in_contact(town)
    reference = (await woonstee.get("/signalen?maand=2027-04")).json()[0]["kenmerk"]
    index_reference(town, state.signals[0].unit_id, reference)
    said = {"mutaties": [{"kenmerk": reference, "soort": "Betaald"}, {"kenmerk": "WO-99", "soort": "ingetrokken"}]}
    answer = await woonstee.post("/mutaties", said)
    assert [one["uitkomst"] for one in answer.json()["uitkomsten"]] == ["vastgelegd", "niet gevonden"]
    [pressed] = town.desk.presses
    assert isinstance(pressed, RecordSignalChange)
    assert (pressed.change, pressed.by, pressed.role) == (SignalChange.PAID, SYSTEM, Role.PARTNER)
    assert (await woonstee.post("/mutaties", said)).json() == answer.json()
    assert (await woonstee.post("/mutaties", said, "vraag-0002")).status_code == 200
    assert town.reload(state).signals[0].ended is SignalChange.PAID


async def test_nobody_changes_the_signals_of_another_partner(town: Town, stroomnet: Caller) -> None:
    state = a_case_in_contact(town)
    index_reference(town, state.signals[0].unit_id, "WO-1")
    answer = await stroomnet.post("/mutaties", {"mutaties": [{"kenmerk": "WO-1", "soort": "betaald"}]})
    assert answer.json()["uitkomsten"] == [{"mutatie": 1, "uitkomst": "niet gevonden", "toelichting": ""}]
    assert town.desk.presses == []


async def test_a_change_that_cannot_be_read_says_what_must_stand_there(woonstee: Caller) -> None:
    said = {"mutaties": [{"kenmerk": "WO-1", "soort": "nieuw bedrag", "bedrag": "veel"}]}
    [told] = (await woonstee.post("/mutaties", said)).json()["uitkomsten"]
    assert told["uitkomst"] == "niet te lezen"
    assert told["toelichting"].startswith("bedrag: ")


# --- what was told ------------------------------------------------------------------------------------------------


async def test_a_result_is_there_when_a_batch_told_it(town: Town, woonstee: Caller, stroomnet: Caller) -> None:
    state = a_case_in_conversation(town)
    owed = FeedbackOwed(at=OPENED, signal_id=state.signals[0].signal_id, code=FeedbackCode.HANDLED)
    town.happens(state, owed)
    batch = town.stores.feedback.owed(ZONNEDIJK, WOONSTEE, at=OPENED)
    [signal] = (await woonstee.get("/signalen?maand=2027-04")).json()
    assert (signal["kenmerk"], signal["resultaat"]) == ("WO-1", None)
    assert batch is not None
    town.stores.feedback.delivered(batch.batch_id, at=OPENED)
    [signal] = (await woonstee.get("/signalen?maand=2027-04")).json()
    assert signal["resultaat"] == FeedbackCode.HANDLED
    [told] = (await woonstee.get("/terugkoppelingen")).json()
    content = (await woonstee.get(f"/terugkoppelingen/{told['id']}")).json()
    assert content == [{"kenmerk": "WO-1", "resultaat": "afgehandeld"}]
    assert (await stroomnet.get("/terugkoppelingen")).json() == []
    assert (await stroomnet.get(f"/terugkoppelingen/{told['id']}")).status_code == 404
    for caller, status in ((stroomnet, 404), (woonstee, 204), (woonstee, 204)):
        sent = await caller.client.put(f"{HERE}/terugkoppelingen/{told['id']}/ontvangst")
        assert sent.status_code == status
    assert (await woonstee.get("/terugkoppelingen")).json()[0]["ontvangstGemeldOp"] is not None


async def test_a_month_that_is_not_shown_on_the_page_is_not_here(woonstee: Caller) -> None:
    assert (await woonstee.get("/signalen?maand=2026-01")).status_code == 404
    assert (await woonstee.get("/signalen?maand=april")).status_code == 400


# --- what is owed now ---------------------------------------------------------------------------------------------


async def test_a_question_is_answered_once(town: Town, woonstee: Caller, stroomnet: Caller) -> None:
    state = a_case_in_conversation(town)
    index_reference(town, state.signals[0].unit_id, "WO-1")
    asked = AmountQuestions(town.stores.database, town.stores.vault)
    assert asked.ask(state.case_id, state.signals[0].signal_id, by=THEA, at=town.now) is Asking.ASKED
    [question] = (await woonstee.get("/bedragvragen")).json()
    assert question.keys() == {"id", "kenmerk"} and question["kenmerk"] == "WO-1"
    assert (await stroomnet.get("/bedragvragen")).json() == []
    where = f"{HERE}/bedragvragen/{question['id']}/antwoord"

    async def status(caller: Caller, amount: object, day: str = "2027-04-05") -> int:
        return (await caller.client.put(where, json={"bedrag": amount, "perDatum": day})).status_code

    assert await status(stroomnet, 10) == 404
    early = await woonstee.client.put(where, json={"bedrag": 10, "perDatum": "2027-04-01"})
    assert early.status_code == 422
    assert early.json()["detail"] == "Het antwoord is niet vastgelegd. perDatum: deze dag ligt vóór de signaaldatum"
    for amount, day in (("veel", "2027-04-05"), (10, "2027-04-06"), (10**400, "2027-04-05")):
        assert await status(woonstee, amount, day) == 422
    assert [await status(woonstee, 250.5), await status(woonstee, "250,50"), await status(woonstee, 1)] == [
        204,
        204,
        409,
    ]
    assert (await woonstee.get("/bedragvragen")).json() == []
    [[kept]] = asked.of_signals([state.signals[0].signal_id]).values()
    assert kept.answer is not None and kept.answer.amount == Euro("250.50")


# --- the description, errors, and what is kept --------------------------------------------------------------------


async def test_the_description_is_there_for_everybody_and_names_every_way(app: FastAPI) -> None:
    async with Caller(app, None).client as client:
        answer = await client.get("/api/v1/openapi.json")
    described = answer.json()
    assert answer.status_code == 200 and described["openapi"].startswith("3.")
    assert described["info"]["version"] == VERSION
    assert set(described["paths"]) == {
        "/gemeenten/{gemeentecode}/aanleveringen",
        "/gemeenten/{gemeentecode}/aanleveringen/{id}",
        "/gemeenten/{gemeentecode}/aanleveringen/{id}/geweigerde-signalen",
        "/gemeenten/{gemeentecode}/mutaties",
        "/gemeenten/{gemeentecode}/signalen",
        "/gemeenten/{gemeentecode}/bedragvragen",
        "/gemeenten/{gemeentecode}/bedragvragen/{id}/antwoord",
        "/gemeenten/{gemeentecode}/terugkoppelingen",
        "/gemeenten/{gemeentecode}/terugkoppelingen/{id}",
        "/gemeenten/{gemeentecode}/terugkoppelingen/{id}/ontvangst",
    }
    for ways in described["paths"].values():
        for way in ways.values():
            assert "application/problem+json" in way["responses"]["400"]["content"]
            assert way["security"] == [{"sleutel": []}]
    assert "HTTPValidationError" not in str(described)


async def test_an_error_of_ours_tells_nothing_about_anybody(
    town: Town, woonstee: Caller, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Beemd, Zonnelaan 12")

    monkeypatch.setattr("web.pages.partner.PartnerSignals.signals", broken)
    answer = await woonstee.get("/signalen?maand=2027-04")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.headers["api-version"] == VERSION
    assert "Beemd" not in answer.text and "Beemd" not in "".join(capfd.readouterr())


async def test_what_was_asked_is_forgotten_after_a_week(town: Town, woonstee: Caller) -> None:
    await woonstee.post("/aanleveringen", {"signalen": [SIGNAL]})
    stores = town.stores
    assert forget_requests(stores.database, stores.vault, at=OPENED + timedelta(days=6)) == 0
    assert forget_requests(stores.database, stores.vault, at=OPENED + timedelta(days=7)) == 1
    with stores.database.read() as session:
        assert session.exec(select(RequestRow)).all() == []
    with stores.vault.database.read() as session:
        [unit] = [row for row in session.exec(select(UnitRow)) if row.id.startswith("request-")]
    assert unit.wrapped_key is None


def index_reference(town: Town, unit: UnitId, reference: str) -> None:
    """The town's cases are made without intake, which makes their signals findable."""
    town.stores.vault.index(unit, ZONNEDIJK, [reference_entry(WOONSTEE, reference)])
