"""A system of the municipality asks with an access token of the provider: whose it is, and for whom it was made."""

import base64
import hmac
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from adapters.registry import Member
from models.codes import Role
from tests.builders import ZONNEDIJK
from tests.provider import CLIENT, ListeningProvider, listening_provider
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, RAVI, THEA, Town, a_case_in_contact
from web.staff_api.access import SECRET
from web.staff_api.app import PATH

OURS = "signaalreis-api"


@pytest.fixture(scope="module")
def listening() -> Iterator[ListeningProvider]:
    with listening_provider() as provider:
        yield provider


@pytest.fixture
def provider(listening: ListeningProvider, town: Town, built: FastAPI) -> ListeningProvider:
    """Whose tokens this test's town takes."""
    listening.forget()
    listening.at = OPENED
    town.provider = listening.web_app()
    town.settings = replace(town.settings, api_audience=OURS)
    built.state.services = town.services
    return listening


async def ask(app: FastAPI, token: str, path: str = "/ik", scheme: str = "Bearer", **sent: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"{scheme} {token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="https://signaalreis.example", headers=headers
    ) as client:
        return await client.request("POST" if sent else "GET", PATH + path, **sent)


async def test_a_token_is_of_whoever_it_names(town: Town, app: FastAPI, provider: ListeningProvider) -> None:
    state = a_case_in_contact(town)
    token = provider.access_token(NOOR, OURS)
    me = (await ask(app, token)).json()
    assert (me["id"], me["rol"], me["gemeenten"], me["formuliergeheim"]) == (NOOR, "caseworker", ["9901"], "")
    # Nothing else is needed to change something: no browser sends a token by itself.
    command = {"id": str(uuid.uuid4()), "soort": "claim_case"}
    assert (await ask(app, token, f"/zaken/{state.case_id}/opdrachten", json=command)).status_code == 201
    assert [press.by for press in town.desk.presses] == [NOOR]
    assert (await ask(app, provider.access_token(RAVI, OURS), f"/zaken/{state.case_id}")).status_code == 404


async def test_what_somebody_may_do_says_the_list_and_not_the_token(
    town: Town, app: FastAPI, provider: ListeningProvider
) -> None:
    claims = {"roles": ["signaalreis-teamleider", "supervisor"], "municipalities": ["9901", "9902"]}
    token = provider.access_token(RAVI, OURS, **claims)
    me = (await ask(app, token)).json()
    assert (me["rol"], me["gemeenten"]) == ("caseworker", ["9902"])
    town.stores.registry.ensure(staff=[Member(RAVI, "Ravi Blom", Role.CASEWORKER, (ZONNEDIJK,))])
    assert (await ask(app, token)).json()["gemeenten"] == ["9901"]


async def test_who_is_on_no_list_may_nothing(app: FastAPI, provider: ListeningProvider) -> None:
    assert (await ask(app, provider.access_token("onbekend", OURS))).status_code == 401


@pytest.mark.parametrize(
    "spoilt",
    [
        {"aud": "een-ander"},
        {"aud": CLIENT.id},
        {"aud": [CLIENT.id, "een-ander"]},
        {"aud": None},
        {"aud": 7},
        {"iss": "https://elders.example"},
        {"iss": None},
        {"exp": int((OPENED - timedelta(minutes=2)).timestamp())},
        {"exp": None},
        {"exp": "morgen"},
        {"nbf": int((OPENED + timedelta(minutes=5)).timestamp())},
        {"sub": None},
        {"sub": "../noor"},
        {"sub": ["noor"]},
    ],
    ids=json.dumps,
)
async def test_a_token_that_is_not_for_us_now_opens_nothing(
    app: FastAPI, provider: ListeningProvider, spoilt: dict[str, Any]
) -> None:
    answer = await ask(app, provider.access_token(NOOR, OURS, **spoilt))
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "noor" not in answer.text


async def test_a_token_that_the_provider_did_not_sign_opens_nothing(app: FastAPI, provider: ListeningProvider) -> None:
    good = provider.access_token(NOOR, OURS)
    claims = jwt.decode(good, provider.key).claims
    forged = [
        jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, RSAKey.generate_key(2048)),
        # Signed with the public key as if it were a shared secret.
        _signed_with_a_secret(claims, provider.key.as_pem(private=False)),
        jwt.encode({"alg": "none"}, claims, OctKey.import_key(b"x" * 32), algorithms=["none"]),
        good.rpartition(".")[0] + ".",
        *(_headed(header, good) for header in ({"alg": "RS256", "crit": 5}, {"alg": "RS256", "crit": [{}]}, ["alg"])),
        "geraden",
        "",
    ]
    assert [(await ask(app, token)).status_code for token in forged] == [401] * len(forged)
    assert (await ask(app, good, scheme="Basic")).status_code == 401


def _headed(header: object, good: str) -> str:
    """With another header than it was signed with, of which nothing can be made."""
    return ".".join((base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode(), *good.split(".")[1:]))


def _signed_with_a_secret(claims: dict[str, Any], secret: bytes) -> str:
    parts = ({"alg": "HS256", "typ": "at+jwt"}, claims)
    content = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.new(secret, content, "sha256").digest()).rstrip(b"=")
    return (content + b"." + signature).decode()


async def test_without_an_audience_of_our_own_no_token_opens_anything(
    town: Town, app: FastAPI, provider: ListeningProvider
) -> None:
    town.settings = replace(town.settings, api_audience="")
    app.state.services = town.services
    for audience in (OURS, "", CLIENT.id):
        assert (await ask(app, provider.access_token(NOOR, audience))).status_code == 401


async def test_with_a_token_the_session_does_not_count(
    app: FastAPI, provider: ListeningProvider, thea: Browser
) -> None:
    bearer = {"Authorization": f"Bearer {provider.access_token(NOOR, OURS)}"}
    assert (await thea.client.get(f"{PATH}/ik")).json()["id"] == THEA
    assert (await thea.client.get(f"{PATH}/ik", headers=bearer)).json()["id"] == NOOR
    wrong = {"Authorization": "Bearer geraden", SECRET: thea.secret}
    assert (await thea.client.get(f"{PATH}/ik", headers=wrong)).status_code == 401


async def test_a_token_opens_no_page(app: FastAPI, stranger: Browser, provider: ListeningProvider) -> None:
    bearer = {"Authorization": f"Bearer {provider.access_token(NOOR, OURS)}"}
    assert (await stranger.client.get("/", headers=bearer)).status_code == 303


async def test_a_provider_that_is_away_is_said_so(town: Town, app: FastAPI, provider: ListeningProvider) -> None:
    token = provider.access_token(NOOR, OURS)
    provider.said_of_itself = {"issuer": "https://elders.example"}
    answer = await ask(app, token)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


async def test_a_token_with_a_strange_key_asks_the_provider_once_a_minute(
    town: Town, app: FastAPI, provider: ListeningProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("adapters.oidc.time.monotonic", lambda: clock[0])
    asked, about = list[dict[str, Any]](), provider.about

    def counted() -> dict[str, Any]:
        asked.append(about())
        return asked[-1]

    monkeypatch.setattr(provider, "about", counted)
    assert (await ask(app, provider.access_token(NOOR, OURS))).status_code == 200
    provider.change_key()
    token = provider.access_token(NOOR, OURS)
    for seconds, status, times in ((10, 401, 1), (49, 401, 1), (2, 200, 2), (1, 200, 2)):
        clock[0] += seconds
        assert ((await ask(app, token)).status_code, len(asked)) == (status, times)
