"""The provider with which the demonstration's staff sign in: OpenID Connect as a municipality's own provider speaks it,
but for the password. Whoever comes chooses who to be, so it starts in no installation that serves residents.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import APIRouter, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.oidc import COMES_BACK_TO
from config import DEMO_ISSUER_PATH
from simulation import pages
from simulation.staff import COLLEAGUES, Colleague

SIGNED_OUT = "/afgemeld"
"""The page of the web app to which whoever signed out is sent."""
COOKIE = "buitenwereld-aanmelddienst"
_CODE_LASTS = timedelta(minutes=1)
_TOKEN_LASTS = timedelta(minutes=5)
_KEPT = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
)


class NotForProduction(Exception):
    """This provider believes everybody: it is for the demonstration."""

    def __init__(self) -> None:
        super().__init__("the provider that lets one choose who to be is for the demonstration only")


@dataclass(frozen=True)
class Client:
    """The web app, as this provider knows it."""

    id: str
    secret: str
    address: str

    @property
    def comes_back_to(self) -> str:
        return self.address + COMES_BACK_TO


@dataclass(frozen=True)
class Granted:
    """What a code stands for."""

    who: Colleague
    comes_back_to: str
    nonce: str
    challenge: str
    until: datetime


def real_clock() -> datetime:
    return datetime.now(UTC)


class DemoProvider:
    """Who is signed in here, and which codes are out. Both are forgotten when it ends."""

    def __init__(
        self,
        issuer: str,
        client: Client,
        *,
        demo: bool,
        people: Sequence[Colleague] = COLLEAGUES,
        now: Callable[[], datetime] = real_clock,
    ) -> None:
        """Raises `NotForProduction` unless this is the demonstration."""
        if not demo:
            raise NotForProduction
        self.issuer = issuer
        self.client = client
        self.people = {person.member.id: person for person in people}
        self._now = now
        self._signed_in: dict[str, Colleague] = {}
        self._codes: dict[str, Granted] = {}

    @cached_property
    def key(self) -> RSAKey:
        """With which it signs; making one takes a moment, so it is made when somebody asks for it."""
        return RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)

    def change_key(self) -> None:
        """Signs with another key from now on."""
        self.__dict__.pop("key", None)

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/aanmelden",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/sleutels",
            "end_session_endpoint": f"{self.issuer}/afmelden",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            # Nobody but a demonstration believes what stands in here.
            "signaalreis_demonstration": True,
        }

    def signed_in(self, cookie: str) -> Colleague | None:
        return self._signed_in.get(cookie)

    def sign_in(self, who: Colleague) -> str:
        """The cookie of a new session here."""
        cookie = secrets.token_urlsafe(32)
        self._signed_in[cookie] = who
        return cookie

    def sign_out(self, cookie: str) -> None:
        self._signed_in.pop(cookie, None)

    def grant(self, who: Colleague, asked: dict[str, str]) -> str:
        """A code for somebody who is signed in."""
        code, now = secrets.token_urlsafe(32), self._now()
        self._codes = {code: granted for code, granted in self._codes.items() if granted.until > now}
        self._codes[code] = Granted(
            who, asked["redirect_uri"], asked.get("nonce", ""), asked["code_challenge"], now + _CODE_LASTS
        )
        return code

    def redeem(self, code: str, *, comes_back_to: str, verifier: str) -> Granted | None:
        """What a code stands for, once; None when it stands for nothing, or whoever shows it did not ask for it."""
        granted = self._codes.pop(code, None)
        if granted is None or granted.until <= self._now() or granted.comes_back_to != comes_back_to:
            return None
        return granted if granted.challenge == create_s256_code_challenge(verifier) else None

    def claims(self, granted: Granted) -> dict[str, Any]:
        """What it says of somebody."""
        now, member = self._now(), granted.who.member
        return {
            "iss": self.issuer,
            "aud": self.client.id,
            "sub": member.id,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LASTS).timestamp()),
            "nonce": granted.nonce,
            "name": member.name,
            "roles": list(granted.who.roles),
            "municipalities": [code.text for code in member.municipalities],
        }

    def id_token(self, granted: Granted) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, self.claims(granted), self.key)


def router(provider: DemoProvider) -> APIRouter:
    """Everything below the issuer's address."""
    routes = APIRouter(prefix=DEMO_ISSUER_PATH)

    @routes.get("/.well-known/openid-configuration")
    async def about() -> JSONResponse:
        return JSONResponse(provider.about())

    @routes.get("/sleutels")
    def keys() -> JSONResponse:
        return JSONResponse({"keys": [provider.key.as_dict(private=False)]})

    @routes.get("/aanmelden")
    async def asks(request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in _KEPT}
        if (refused := _refused(provider, asked)) is not None:
            return refused
        known = provider.signed_in(request.cookies.get(COOKIE, ""))
        who = None if asked["prompt"] == "login" else known
        return HTMLResponse(_choice(provider, asked)) if who is None else _back(provider, asked, who)

    @routes.post("/aanmelden")
    async def chosen(request: Request) -> Response:
        form = await _form(request)
        asked = {name: form.get(name, "") for name in _KEPT}
        if (refused := _refused(provider, asked)) is not None:
            return refused
        who = next((person for id, person in provider.people.items() if id == form.get("staff")), None)
        if who is None:
            return HTMLResponse(pages.page("Aanmelden", "<p>Zo iemand werkt hier niet.</p>"), 400)
        answer = _back(provider, asked, who)
        answer.set_cookie(COOKIE, provider.sign_in(who), path=DEMO_ISSUER_PATH, httponly=True, samesite="lax")
        return answer

    @routes.post("/token")
    async def token(request: Request) -> JSONResponse:
        if not _is_the_client(provider.client, request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, 401, {"WWW-Authenticate": "Basic"})
        form = await _form(request)
        if form.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        granted = provider.redeem(
            form.get("code", ""),
            comes_back_to=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
        if granted is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        tokens = {"access_token": secrets.token_urlsafe(32), "id_token": provider.id_token(granted)}
        return JSONResponse(tokens | {"token_type": "Bearer", "expires_in": 300}, headers={"Cache-Control": "no-store"})

    @routes.get("/afmelden")
    async def ends(request: Request) -> Response:
        provider.sign_out(request.cookies.get(COOKIE, ""))
        wanted = request.query_params.get("post_logout_redirect_uri", "")
        if wanted != provider.client.address + SIGNED_OUT:
            return HTMLResponse(pages.page("Afgemeld", "<p>U bent afgemeld.</p>"))
        return RedirectResponse(wanted, 303)

    return routes


def _refused(provider: DemoProvider, asked: dict[str, str]) -> Response | None:
    """What is wrong with a question; None when nothing is. Where the web app itself is unknown nobody is sent back."""
    client = provider.client
    if asked["client_id"] != client.id or asked["redirect_uri"] != client.comes_back_to:
        return HTMLResponse(pages.page("Aanmelden", "<p>Deze toepassing is hier niet bekend.</p>"), 400)
    if asked["response_type"] != "code":
        return _sent_back(asked, error="unsupported_response_type")
    if "openid" not in asked["scope"].split():
        return _sent_back(asked, error="invalid_scope")
    if asked["code_challenge_method"] != "S256" or len(asked["code_challenge"]) != _CHALLENGE_LENGTH:
        return _sent_back(asked, error="invalid_request")
    return None


_CHALLENGE_LENGTH = len(base64.urlsafe_b64encode(hashlib.sha256().digest()).rstrip(b"="))


def _back(provider: DemoProvider, asked: dict[str, str], who: Colleague) -> Response:
    return _sent_back(asked, code=provider.grant(who, asked))


def _sent_back(asked: dict[str, str], **said: str) -> Response:
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said | {'state': asked['state']})}", 303)


def _choice(provider: DemoProvider, asked: dict[str, str]) -> str:
    kept = "".join(f'<input type="hidden" name="{name}" value="{escape(asked[name])}">' for name in _KEPT)
    buttons = "".join(
        f'<p><button name="staff" value="{escape(id)}"><strong>{escape(person.member.name)}</strong><br>'
        f"{escape(person.does)}</button></p>"
        for id, person in provider.people.items()
    )
    action = urlsplit(provider.issuer).path + "/aanmelden"
    return pages.page(
        "Aanmelden",
        "<p>Dit is een demonstratie met verzonnen mensen. Bij een echte gemeente staat hier de aanmelding van de "
        f'gemeente zelf. Kies wie u bent.</p><form method="post" action="{escape(action)}">{kept}{buttons}</form>',
    )


def _is_the_client(client: Client, shown: str) -> bool:
    scheme, _, text = shown.partition(" ")
    try:
        id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return False
    return scheme == "Basic" and unquote(id) == client.id and secrets.compare_digest(unquote(secret), client.secret)


async def _form(request: Request) -> dict[str, str]:
    sent = parse_qs((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True)
    return {name: values[0] for name, values in sent.items()}
