"""Signing in at a provider: what is asked of it, and which of its answers is believed."""

import base64
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from adapters.http_auth import BadAccess
from adapters.oidc import COMES_BACK_TO, NotBelieved, Provider, ProviderAway, Question
from models.ids import StaffId
from simulation.sign_in import COOKIE, DemoProvider, NotForProduction
from tests.adapters.test_mutual_tls import Authority
from tests.provider import ADDRESS, CLIENT, ListeningProvider, listening_provider

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def listening() -> Iterator[ListeningProvider]:
    with listening_provider() as provider:
        yield provider


@pytest.fixture
def provider(listening: ListeningProvider) -> ListeningProvider:
    listening.forget()
    listening.at = NOON
    return listening


def chosen(question: Question, who: str = "samira", *, verify: Path | None = None) -> dict[str, str]:
    """What the provider sends along when somebody chose who to be."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(question.url).query).items()}
    trusted = True if verify is None else ssl.create_default_context(cafile=verify)
    where = question.url.partition("?")[0]
    answer = httpx.post(where, data=asked | {"staff": who}, trust_env=False, verify=trusted)
    return sent_back(answer)


def sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303, answer.text
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == ADDRESS + COMES_BACK_TO
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def identified(
    ours: Provider, *, at: datetime = NOON, nonce: str | None = None, verify: Path | None = None
) -> dict[str, Any]:
    question = ours.question()
    code = chosen(question, verify=verify)["code"]
    found = ours.identify(code, nonce=nonce or question.nonce, verifier=question.verifier, at=at)
    return dict(found.claims)


def test_who_chose_is_who_comes_back(provider: ListeningProvider) -> None:
    said = identified(provider.web_app())
    assert (said["sub"], said["name"], said["municipalities"]) == ("samira", "Samira de Wit", ["9901"])
    assert said["roles"] == ["medewerkers", "consulent", "geheime-adressen"]


def test_a_question_holds_nothing_that_helps_whoever_reads_it_along(provider: ListeningProvider) -> None:
    first, second = (provider.web_app().question() for _ in range(2))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(first.url).query).items()}
    assert asked == {
        "response_type": "code",
        "client_id": "signaalreis",
        "redirect_uri": ADDRESS + COMES_BACK_TO,
        "scope": "openid profile",
        "state": first.state,
        "nonce": first.nonce,
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    assert first.verifier not in first.url
    assert {first.state, first.nonce, first.verifier}.isdisjoint({second.state, second.nonce, second.verifier})
    assert all(len(secret) >= 43 for secret in (first.state, first.nonce, first.verifier))


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ({"nonce": "een andere"}, "invalid-claim-nonce"),
        ({"nonce": None}, "missing-claim-nonce"),
        ({"aud": "iets-anders"}, "invalid-claim-aud"),
        ({"aud": ["signaalreis", "iets-anders"]}, "missing-claim-azp"),
        ({"aud": ["signaalreis", "iets-anders"], "azp": "iets-anders"}, "invalid-claim-azp"),
        ({"aud": None}, "missing-claim-aud"),
        ({"iss": "https://elders.example"}, "invalid-claim-iss"),
        ({"exp": int((NOON - timedelta(minutes=2)).timestamp())}, "expired-token-exp"),
        ({"exp": None}, "missing-claim-exp"),
        ({"iat": int((NOON + timedelta(minutes=5)).timestamp())}, "invalid-claim-iat"),
        ({"nbf": int((NOON + timedelta(minutes=5)).timestamp())}, "invalid-claim-nbf"),
        ({"sub": None}, "missing-claim-sub"),
    ],
)
def test_a_token_that_is_not_for_us_now_is_not_believed(
    provider: ListeningProvider, spoilt: dict[str, Any], code: str
) -> None:
    provider.spoilt = spoilt
    with pytest.raises(NotBelieved) as refused:
        identified(provider.web_app())
    assert refused.value.code.startswith(f"provider.id-token-{code.removesuffix('-exp')}")


def test_clocks_may_differ_by_a_minute(provider: ListeningProvider) -> None:
    assert identified(provider.web_app(), at=NOON - timedelta(seconds=59))["sub"] == "samira"
    assert identified(provider.web_app(), at=NOON + timedelta(minutes=5, seconds=59))["sub"] == "samira"
    with pytest.raises(NotBelieved):
        identified(provider.web_app(), at=NOON + timedelta(minutes=6, seconds=1))


def test_a_nonce_of_another_sign_in_is_not_believed(provider: ListeningProvider) -> None:
    with pytest.raises(NotBelieved, match="invalid-claim-nonce"):
        identified(provider.web_app(), nonce="van een ander")


def test_a_code_is_good_once(provider: ListeningProvider) -> None:
    ours = provider.web_app()
    question = ours.question()
    code = chosen(question)["code"]
    ours.identify(code, nonce=question.nonce, verifier=question.verifier, at=NOON)
    with pytest.raises(NotBelieved, match="token-http-400"):
        ours.identify(code, nonce=question.nonce, verifier=question.verifier, at=NOON)


def test_whoever_caught_a_code_cannot_use_it(provider: ListeningProvider) -> None:
    ours, theirs = provider.web_app().question(), provider.web_app().question()
    code = chosen(ours)["code"]
    with pytest.raises(NotBelieved, match="token-http-400"):
        provider.web_app().identify(code, nonce=ours.nonce, verifier=theirs.verifier, at=NOON)


def test_a_changed_key_is_asked_for_at_once(provider: ListeningProvider) -> None:
    ours = provider.web_app()
    assert identified(ours)["sub"] == "samira"
    provider.change_key()
    assert identified(ours)["sub"] == "samira"


def _unsigned(claims: dict[str, Any]) -> str:
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none", "typ": "JWT"}, claims)
    )
    return f"{head}.{body}."


@pytest.mark.parametrize(
    "forge",
    [
        lambda provider, claims: jwt.encode(
            {"alg": "RS256", "kid": provider.key.kid}, claims, RSAKey.generate_key(2048)
        ),
        # The public half of the key, taken for a shared secret.
        lambda provider, claims: jwt.encode(
            {"alg": "HS256", "kid": provider.key.kid}, claims, OctKey.import_key(CLIENT.secret * 4)
        ),
        lambda provider, claims: _unsigned(claims),
        lambda provider, claims: "geen.token",
    ],
    ids=["another key", "shared secret", "unsigned", "nonsense"],
)
def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    provider: ListeningProvider, monkeypatch: pytest.MonkeyPatch, forge: Any
) -> None:
    monkeypatch.setattr(provider, "id_token", lambda granted: forge(provider, provider.claims(granted)))
    with pytest.raises(NotBelieved, match="id-token-signature"):
        identified(provider.web_app())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"issuer": "https://elders.example"}, "discovery-other-issuer"),
        ({"token_endpoint": None}, "discovery-malformed"),
        ({"token_endpoint": "http://elders.example/token"}, "discovery-in-the-clear"),
        ({"end_session_endpoint": "javascript:alert(1)"}, "discovery-in-the-clear"),
    ],
)
def test_a_provider_that_says_strange_things_of_itself_is_not_used(
    provider: ListeningProvider, said: dict[str, Any], code: str
) -> None:
    provider.said_of_itself = said
    with pytest.raises(ProviderAway, match=code):
        provider.web_app().question()


def test_the_demonstrations_provider_is_believed_in_the_demonstration_alone(provider: ListeningProvider) -> None:
    with pytest.raises(ProviderAway, match="of-the-demonstration"):
        provider.web_app(demo=False).question()
    with pytest.raises(NotForProduction):
        DemoProvider(provider.issuer, CLIENT, demo=False)


def test_a_provider_that_is_down_is_away() -> None:
    ours = Provider(
        "http://127.0.0.1:1", client_id="x", client_secret="x", scope="openid", comes_back_to="x", demo=True
    )
    with pytest.raises(ProviderAway, match="unreachable") as away:
        ours.question()
    assert (away.value.__cause__, away.value.__context__) == (None, None)
    assert ours.signing_out("", back=ADDRESS) == ""


def test_a_provider_with_a_certificate_of_the_municipality_itself_is_known_by_who_signed_it(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "gemeente")
    with listening_provider(certificate=authority.signs("aanmelddienst")) as provider:
        provider.at = NOON
        assert identified(provider.web_app(authorities=authority.file), verify=authority.file)["sub"] == "samira"
        for strange in (provider.web_app(), provider.web_app(authorities=Authority(tmp_path, "elders").file)):
            with pytest.raises(ProviderAway, match="unreachable"):
                strange.question()
        with pytest.raises(BadAccess, match="no certificates can be read"):
            provider.web_app(authorities=tmp_path / "nergens.pem")


def test_a_secret_that_is_wrong_is_a_matter_of_the_settings(provider: ListeningProvider) -> None:
    with pytest.raises(ProviderAway, match="token-http-401"):
        identified(provider.web_app(secret="verkeerd"))


def test_signing_out_goes_by_the_provider_where_it_has_a_page_for_it(provider: ListeningProvider) -> None:
    back = f"{ADDRESS}/afgemeld"
    where = urlsplit(provider.web_app().signing_out("bewijs", back=back))
    assert parse_qs(where.query) == {
        "client_id": ["signaalreis"],
        "post_logout_redirect_uri": [back],
        "id_token_hint": ["bewijs"],
    }
    assert "id_token_hint" not in provider.web_app().signing_out("x" * 4001, back=back)
    provider.said_of_itself = {"end_session_endpoint": None}
    assert provider.web_app().signing_out("bewijs", back=back) == ""


# --- the demonstration's provider itself --------------------------------------------------------------------------


def asked(question: Question, **changes: str) -> httpx.Response:
    kept = {name: values[0] for name, values in parse_qs(urlsplit(question.url).query).items()} | changes
    return httpx.get(
        question.url.partition("?")[0], params={name: said for name, said in kept.items() if said}, trust_env=False
    )


def test_its_page_names_everybody_who_can_be_chosen(provider: ListeningProvider) -> None:
    page = asked(provider.web_app().question())
    assert page.status_code == 200
    for name in ("Samira de Wit", "Hanna Visser", "Joris Kramer", "Noah Bakker", "Mirjam Tol", "Wieke Postma"):
        assert name in page.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "te kort"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
    ],
)
def test_it_wants_a_challenge_and_a_code(provider: ListeningProvider, changes: dict[str, str], error: str) -> None:
    assert sent_back(asked(provider.web_app().question(), **changes))["error"] == error


@pytest.mark.parametrize("changes", [{"redirect_uri": "https://elders.example/"}, {"client_id": "iemand"}])
def test_it_sends_nobody_to_a_stranger(provider: ListeningProvider, changes: dict[str, str]) -> None:
    answer = asked(provider.web_app().question(), **changes)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_it_knows_who_is_signed_in_until_they_sign_out(provider: ListeningProvider) -> None:
    cookies = {COOKIE: provider.sign_in(provider.people[StaffId("hanna")])}
    url = provider.web_app().question().url
    assert "code" in sent_back(httpx.get(url, cookies=cookies, trust_env=False))
    # Unless it is asked to ask.
    assert httpx.get(f"{url}&prompt=login", cookies=cookies, trust_env=False).status_code == 200
    out = provider.web_app().signing_out("", back=f"{ADDRESS}/afgemeld")
    answer = httpx.get(out, cookies=cookies, trust_env=False)
    assert answer.headers["location"] == f"{ADDRESS}/afgemeld"
    assert httpx.get(url, cookies=cookies, trust_env=False).status_code == 200


def test_after_signing_out_it_sends_nobody_to_a_stranger(provider: ListeningProvider) -> None:
    out = provider.web_app().signing_out("", back="https://elders.example")
    assert httpx.get(out, trust_env=False).status_code == 200


def test_a_code_lasts_a_minute(provider: ListeningProvider) -> None:
    ours = provider.web_app()
    question = ours.question()
    code = chosen(question)["code"]
    provider.at = NOON + timedelta(minutes=1)
    with pytest.raises(NotBelieved, match="token-http-400"):
        ours.identify(code, nonce=question.nonce, verifier=question.verifier, at=NOON)
