"""Who may ask what of the API of the pages: every route has the rule of its page, for each role and municipality."""

import uuid
from collections.abc import Iterator
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlmodel import select
from starlette.routing import BaseRoute, Route

from adapters.registry import Member
from models.codes import LookPurpose, Role
from models.ids import StaffId
from models.tables import LookRow
from models.values import MunicipalityCode
from policy.permissions import Action, role_may
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.town import NOOR, WATERDORP, Town, a_case_in_contact, a_case_to_check
from web.auth import Allowed, AllowedCase
from web.middleware import HEADERS
from web.staff_api.access import SECRET, identified
from web.staff_api.app import PATH, VERSION, create_staff_api
from web.witness import PURPOSES

SOMEBODY = StaffId("iemand")
FOR_ALL_STAFF = {("GET", "/ik")}
"""Says who somebody is: whoever is known may ask."""
ACTIONS = {
    ("GET", "/taken"): Action.SEE_WORK_LIST,
    ("GET", "/werkbakjes"): Action.SEE_WORK_LIST,
    ("GET", "/zaken/{zaakId}"): Action.SEE_CASE,
    ("GET", "/zaken/{zaakId}/mogelijkheden"): Action.SEE_CASE,
    ("POST", "/zaken/{zaakId}/opdrachten"): Action.SEE_CASE,
    ("GET", "/zaken/{zaakId}/opdrachten/{opdrachtId}"): Action.SEE_CASE,
    ("POST", "/zoekvragen"): Action.SEE_CASE,
    ("GET", "/belbeurten/volgende"): Action.WORK_ON_CASE,
    ("PUT", "/belbeurten/{zaakId}"): Action.WORK_ON_CASE,
    ("DELETE", "/belbeurten/{zaakId}"): Action.WORK_ON_CASE,
    ("GET", "/terugbelverzoeken"): Action.MATCH_CALL,
    ("POST", "/terugbelverzoeken"): Action.TAKE_CALL,
    ("GET", "/vastgelopen-zaken"): Action.SEE_STALLED,
    ("GET", "/cijfers"): Action.SEE_FIGURES,
    ("GET", "/aanleveringen"): Action.IMPORT_DELIVERY,
    ("GET", "/aanleveringen/{aanleveringId}"): Action.IMPORT_DELIVERY,
}
SHOWS_NOBODY = {
    *("/ik", "/werkbakjes"),
    *("/cijfers", "/aanleveringen", "/aanleveringen/{aanleveringId}"),
}
"""Routes that open nothing of a resident. One that does all the same is not answered."""
DONE = {
    ("POST", "/zaken/{zaakId}/opdrachten"): 201,
    ("GET", "/zaken/{zaakId}/opdrachten/{opdrachtId}"): 404,
    ("GET", "/aanleveringen/{aanleveringId}"): 404,
    ("DELETE", "/belbeurten/{zaakId}"): 204,
    ("POST", "/terugbelverzoeken"): 204,
}
"""What is answered to whoever may ask, where that is not 200; what they ask about may not be there."""
EVERY = sorted({*ACTIONS, *FOR_ALL_STAFF})
CHANGES = [way for way in EVERY if way[0] != "GET"]


def body_of(path: str) -> dict[str, Any]:
    """What is good enough to be looked at by whoever may ask."""
    return {
        "/zaken/{zaakId}/opdrachten": {"id": str(uuid.uuid4()), "soort": "claim_case"},
        "/zoekvragen": {"achternaam": "Beemd", "straat": "Zonnelaan"},
        "/terugbelverzoeken": {"achternaam": "Beemd", "telefoon": "06 1234 5678"},
    }.get(path, {})


async def ask(browser: Browser, way: tuple[str, str], case: str, headers: dict[str, str]) -> httpx.Response:
    method, path = way
    where = PATH + path.format(zaakId=case, opdrachtId="onbekend", aanleveringId="onbekend")
    body = {"json": body_of(path)} if method == "POST" else {}
    return await browser.client.request(method, where, headers=headers, **cast(Any, body))


def test_every_route_states_its_rule(app: FastAPI) -> None:
    routes = list(_routes(app))
    rules = {(method, route.path): route for route in routes for method in route.methods or ()}
    assert set(rules) == set(EVERY)
    for way, route in rules.items():
        calls = list(_calls(route.dependant))
        # Whoever asks is known before anything else of the question is looked at.
        assert calls[0] is identified, way
        actions = {call.action for call in calls if isinstance(call, Allowed | AllowedCase)}
        assert actions == ({ACTIONS[way]} if way in ACTIONS else set()), way
        assert any(isinstance(call, AllowedCase) for call in calls) == ("{zaakId}" in way[1]), way


def test_every_route_says_for_what_it_shows_somebody_or_shows_nobody() -> None:
    told = {path.removeprefix(PATH) for path in PURPOSES if path.startswith(f"{PATH}/")}
    assert told | SHOWS_NOBODY == {path for _, path in EVERY}
    assert not told & SHOWS_NOBODY


@pytest.mark.parametrize(
    ("way", "purpose"),
    [
        (("GET", "/taken"), LookPurpose.WORK_LIST),
        (("GET", "/zaken/{zaakId}"), LookPurpose.CASE),
        (("POST", "/zoekvragen"), LookPurpose.SEARCH),
    ],
)
async def test_who_looked_by_this_way_is_written_down(
    town: Town, noor: Browser, way: tuple[str, str], purpose: LookPurpose
) -> None:
    state = a_case_to_check(town)
    assert (await ask(noor, way, state.case_id, {SECRET: noor.secret})).status_code == 200
    with town.stores.database.read() as session:
        assert [(row.case_id, row.staff_id, row.purpose) for row in session.exec(select(LookRow))] == [
            (state.case_id, NOOR, purpose)
        ]


@pytest.mark.parametrize("way", EVERY)
async def test_a_stranger_is_told_to_sign_in_whatever_they_ask(town: Town, stranger: Browser, way: str) -> None:
    state = a_case_in_contact(town)
    answer = await ask(stranger, cast(Any, way), state.case_id, {})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert town.desk.presses == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("municipality", [ZONNEDIJK, WATERDORP])
async def test_each_role_has_here_what_it_has_on_the_pages(
    town: Town, app: FastAPI, role: Role, municipality: MunicipalityCode
) -> None:
    state = a_case_in_contact(town)
    town.stores.registry.ensure(staff=[Member(SOMEBODY, "Iemand", role, (municipality,))])
    async with Browser(app) as somebody:
        await somebody.sign_in(SOMEBODY)
        secret = {SECRET: somebody.secret}
        for way in EVERY:
            answer = await ask(somebody, way, state.case_id, secret)
            may = way in FOR_ALL_STAFF or role_may(role, ACTIONS[way])
            if "{zaakId}" in way[1]:
                # Of a case that was not given to them, a referral party sees nothing.
                may = may and municipality == ZONNEDIJK and role is not Role.REFERRAL_PARTY
            assert answer.status_code == (DONE.get(way, 200) if may else 404), way
            assert municipality == ZONNEDIJK or "Beemd" not in answer.text, way
    works_here = municipality == ZONNEDIJK and role in (Role.CASEWORKER, Role.SUPERVISOR)
    assert len(town.desk.presses) == works_here


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("secret", [None, "", "geraden", "0" * 64])
async def test_a_session_alone_changes_nothing(town: Town, noor: Browser, way: str, secret: str | None) -> None:
    state = a_case_in_contact(town)
    answer = await ask(noor, cast(Any, way), state.case_id, {} if secret is None else {SECRET: secret})
    assert answer.status_code == 403
    assert town.desk.presses == []


async def test_the_secret_of_another_session_does_not_do(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    answer = await ask(noor, ("POST", "/zaken/{zaakId}/opdrachten"), state.case_id, {SECRET: thea.secret})
    assert answer.status_code == 403


async def test_who_asks_hears_the_secret_that_their_forms_carry(town: Town, noor: Browser) -> None:
    me = (await noor.client.get(f"{PATH}/ik")).json()
    assert me == {
        "id": NOOR,
        "naam": "Noor de Wit",
        "rol": "caseworker",
        "gemeenten": ["9901"],
        "formuliergeheim": noor.secret,
    }


async def test_a_session_that_is_over_opens_nothing(town: Town, app: FastAPI) -> None:
    async with Browser(app) as noor:
        await noor.sign_in(NOOR)
        await noor.client.post("/afmelden", data={"token": noor.secret})
        assert (await noor.client.get(f"{PATH}/ik")).status_code == 401


@pytest.mark.parametrize("path", ["/ik", "/bestaat-niet", "/openapi.json", "/taken?pagina=0"])
async def test_every_answer_is_safe_and_says_its_version(noor: Browser, path: str) -> None:
    answer = await noor.client.get(PATH + path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert (answer.headers["cache-control"], answer.headers["api-version"]) == ("no-store", VERSION)
    # Everybody may read what the API is; nobody elsewhere may read an answer of it.
    assert answer.headers.get("access-control-allow-origin") == ("*" if path == "/openapi.json" else None)


async def test_an_error_of_ours_tells_nothing_about_anybody(
    town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Beemd, Zonnelaan 12")

    state = a_case_in_contact(town)
    monkeypatch.setattr(town.stores.cases, "journey", broken)
    answer = await noor.client.get(f"{PATH}/zaken/{state.case_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "Beemd" not in answer.text + "".join(capfd.readouterr())


def _routes(app: FastAPI) -> Iterator[APIRoute]:
    def flat(routes: list[BaseRoute]) -> Iterator[APIRoute]:
        for route in routes:
            match route:
                case APIRoute():
                    yield route
                case Route(path="/openapi.json"):
                    pass
                case _:
                    yield from flat(cast(Any, route).original_router.routes)

    return flat(create_staff_api(app.state).routes)


def _calls(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
