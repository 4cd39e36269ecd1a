"""The provider that says who somebody is: OpenID Connect, an authorization code with PKCE, and an ID token that is
checked here. Errors carry codes; what a provider writes may name somebody."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jwt import JWTClaimsRegistry
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from adapters.http_auth import trusting
from adapters.secrets import read_given
from config import Settings
from models.errors import CodedError

COMES_BACK_TO = "/aanmelden/terug"
"""The page of ours to which the provider sends the browser; it must know the whole address."""
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_KEPT_SECONDS = 3600.0
"""So long it is believed where the provider's parts and keys are; an unknown key is asked for at once."""
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures with a key of which the provider alone has the secret half."""
_ASKED_AGAIN_SECONDS = 60.0
"""Anybody can show a token with a key that nobody knows; the provider is not asked about them more often than this."""
_CHECKED = frozenset({"iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce"})
_LEEWAY = timedelta(minutes=1)
"""How much the provider's clock may differ from ours."""
_LONGEST_HINT = 4000
"""A longer ID token does not fit in an address everywhere."""
_NO_FILE = Path()
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class ProviderAway(CodedError):
    """The provider does not answer, or not as it should: nobody can sign in at the moment."""


class NotBelieved(CodedError):
    """The provider's answer does not prove who this is: whoever it is may begin again."""

    retryable = False


@dataclass(frozen=True)
class Question:
    """Where the browser is sent, and what the answer must fit."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identified:
    """What the provider says of somebody, and its ID token."""

    claims: Mapping[str, Any]
    proof: str


class _Parts(BaseModel):
    """What the provider says of itself."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    demonstration: bool = Field(default=False, alias="signaalreis_demonstration")

    def addresses(self) -> list[str]:
        ends = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.end_session_endpoint)
        return [address for address in ends if address is not None]


@dataclass(frozen=True)
class _Known:
    parts: _Parts
    keys: KeySet
    since: float

    @property
    def age(self) -> float:
        """Seconds."""
        return time.monotonic() - self.since


class Provider:
    """One provider, where we are known as `client_id`. Threads may share it: at worst two ask it the same.

    `demo`: whether the demonstration's provider, which lets one choose who to be, is believed. `authorities`: who signs
    its certificate, when the system does not know them.
    """

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        client_secret: str,
        scope: str,
        comes_back_to: str,
        demo: bool,
        authorities: Path = _NO_FILE,
    ) -> None:
        """Raises `BadAccess` when there are no authorities in the file."""
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._comes_back_to = comes_back_to
        self._demo = demo
        self._asking = OAuth2Client(
            None, client_id, scope=scope, redirect_uri=comes_back_to, code_challenge_method="S256"
        )
        # The environment's proxies are not for parties that are named in the configuration.
        self._http = httpx.Client(
            timeout=_TIMEOUT, verify=trusting(authorities), trust_env=False, follow_redirects=False
        )
        self._known: _Known | None = None

    def close(self) -> None:
        self._http.close()

    def question(self, *, anew: bool = False) -> Question:
        """A sign-in that begins; `anew`: the provider is to ask who it is, also when it knows. Raises
        `ProviderAway`."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        more = {"nonce": nonce} | ({"prompt": "login"} if anew else {})
        url, _ = self._asking.create_authorization_url(
            self._now_known().parts.authorization_endpoint, state=state, code_verifier=verifier, **more
        )
        return Question(url, state, nonce, verifier)

    def identify(self, code: str, *, nonce: str, verifier: str, at: datetime) -> Identified:
        """Who came back with this code. Raises `ProviderAway` and `NotBelieved`."""
        given = self._redeemed(code, verifier)
        proof = given.get("id_token")
        if not isinstance(proof, str):
            raise NotBelieved("provider.no-id-token")
        token = self._verified(proof)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": self._issuer},
                "aud": {"essential": True, "value": self._client_id},
            },
            params={"nonce": nonce, "client_id": self._client_id, "access_token": given.get("access_token")},
        )
        if fault := _fault(lambda: claims.validate(now=int(at.timestamp()), leeway=int(_LEEWAY.total_seconds()))):
            raise NotBelieved(f"provider.id-token-{fault}")
        return Identified(dict(claims), proof)

    def accepts(self, token: str, *, audience: str, at: datetime) -> Mapping[str, Any]:
        """What an access token says of whoever shows it, when the provider made it for `audience`. An ID token is none:
        that is made for us as a client. Raises `ProviderAway` and `NotBelieved`."""
        known = self._now_known()
        found = _decoded(token, known.keys)
        if found is None and known.age > _ASKED_AGAIN_SECONDS:
            found = _decoded(token, self._asked().keys)
        if found is None:
            raise NotBelieved("provider.access-token-signature")
        claims = JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=int(_LEEWAY.total_seconds()),
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        if fault := _fault(lambda: claims.validate(found.claims)):
            raise NotBelieved(f"provider.access-token-{fault}")
        return found.claims

    def signing_out(self, proof: str, *, back: str) -> str:
        """Where the browser is sent to end the provider's own session, and to come `back` from there; empty when this
        provider has no such page, or does not answer."""
        try:
            page = self._now_known().parts.end_session_endpoint
        except ProviderAway:
            return ""
        if page is None:
            return ""
        said = {"client_id": self._client_id, "post_logout_redirect_uri": back}
        hint = {"id_token_hint": proof} if 0 < len(proof) <= _LONGEST_HINT else {}
        return f"{page}{'&' if urlsplit(page).query else '?'}{urlencode(said | hint)}"

    def _redeemed(self, code: str, verifier: str) -> dict[str, Any]:
        parts = self._now_known().parts
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._comes_back_to,
            "code_verifier": verifier,
        }
        auth: httpx.BasicAuth | None = None
        ways = parts.token_endpoint_auth_methods_supported
        if "client_secret_basic" in ways or "client_secret_post" not in ways:
            # Both are form-encoded first (RFC 6749, 2.3.1).
            auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._client_secret, safe=""))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        answer = self._exchange("POST", parts.token_endpoint, form, auth)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise NotBelieved("provider.token-http-400")
        return _document(answer, "token")

    def _verified(self, proof: str) -> jwt.Token:
        # The provider may have changed its keys since it was asked for them: it is asked once more.
        token = _decoded(proof, self._now_known().keys) or _decoded(proof, self._asked().keys)
        if token is None:
            raise NotBelieved("provider.id-token-signature")
        return token

    def _now_known(self) -> _Known:
        known = self._known
        return known if known is not None and known.age < _KEPT_SECONDS else self._asked()

    def _asked(self) -> _Known:
        """What the provider says of itself at this moment."""
        where = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        parts = self._parts(_document(self._exchange("GET", where), "discovery"))
        keys = _keys(_document(self._exchange("GET", parts.jwks_uri), "keys"))
        self._known = _Known(parts, keys, time.monotonic())
        return self._known

    def _parts(self, document: dict[str, Any]) -> _Parts:
        try:
            parts = _Parts.model_validate(document)
        except ValidationError:
            parts = None
        if parts is None:
            raise ProviderAway("provider.discovery-malformed")
        if parts.issuer != self._issuer:
            raise ProviderAway("provider.discovery-other-issuer")
        if not all(_is_safe(address) for address in parts.addresses()):
            raise ProviderAway("provider.discovery-in-the-clear")
        if parts.demonstration and not self._demo:
            raise ProviderAway("provider.of-the-demonstration")
        return parts

    def _exchange(
        self, method: str, url: str, form: dict[str, str] | None = None, auth: httpx.BasicAuth | None = None
    ) -> httpx.Response:
        try:
            return self._http.request(method, url, data=form, auth=auth, headers={"accept": "application/json"})
        # Raised below, so that it carries no context: httpx's own exceptions hold the request.
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            pass
        raise ProviderAway("provider.unreachable")


def provider_of(settings: Settings) -> Provider:
    """As the settings name it. Raises `SecretUnusable` and `BadAccess`."""
    return Provider(
        settings.issuer,
        client_id=settings.signin_client_id,
        client_secret=read_given(settings.signin_client_secret),
        scope=settings.signin_scope,
        comes_back_to=settings.address + COMES_BACK_TO,
        demo=settings.demo,
        authorities=settings.signin_authorities_file,
    )


def _document(answer: httpx.Response, what: str) -> dict[str, Any]:
    if not answer.is_success:
        raise ProviderAway(f"provider.{what}-http-{answer.status_code}")
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ProviderAway(f"provider.{what}-malformed")
    return found


def _decoded(proof: str, keys: KeySet) -> jwt.Token | None:
    """None when none of these keys signed it."""
    try:
        return jwt.decode(proof, keys, algorithms=_ALGORITHMS)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError):
        # A header of which nothing can be made is no proof either.
        return None


def _fault(validate: Callable[[], object]) -> str:
    """What is wrong with the claims of a token, as a part of a code; empty when nothing is."""
    try:
        validate()
    except JoseError as error:
        claim = getattr(error, "claim", "")
        return "-".join(filter(None, (error.error.replace("_", "-"), claim if claim in _CHECKED else "")))
    except (TypeError, ValueError, AttributeError):
        # Of another kind than they should be.
        return "malformed"
    return ""


def _keys(document: dict[str, Any]) -> KeySet:
    """Those with which something is signed; of kinds that we do not know there may be others."""
    found = list[Key]()
    listed = document.get("keys")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") not in ("RSA", "EC") or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(import_key(one))
        except (JoseError, ValueError):
            continue
    if not found:
        raise ProviderAway("provider.no-keys")
    return KeySet(found)


def _is_safe(address: str) -> bool:
    url = urlsplit(address)
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in _THIS_MACHINE)
