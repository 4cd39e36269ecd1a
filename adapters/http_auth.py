"""How we show a party over HTTP who we are: nothing, an API key, OAuth2 client credentials, a client certificate.

One JSON file for each party holds all of it, so that what is secret stands in no setting and no environment.
"""

import ssl
import time
from collections.abc import Generator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from activities.ports import NotAuthorised, PartyUnavailable
from models.codes import Party

_EARLY = 30.0
"""Seconds before a token's end from which it is not used any more: it must outlive the question on its way."""

_TokenFlow = Generator[httpx.Request, httpx.Response, "_Token"]


class BadAccess(Exception):
    """A file with access to a party that cannot be used; the message names the file, never what stands in it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ApiKey(_Part):
    """A key in a header of the party's choice."""

    header: str = "X-API-KEY"
    key: SecretStr


class ClientCredentials(_Part):
    """OAuth2 client credentials (RFC 6749, 4.4)."""

    token_url: str
    client_id: str
    client_secret: SecretStr
    credentials: Literal["basic", "body"] = "basic"
    """Where the token's server wants id and secret: in the Authorization header, or in the form."""
    scope: str = ""
    extra: dict[str, str] = {}
    """What else the server wants in the form, such as `resourceServer`."""


class Certificate(_Part):
    """A client certificate, shown to the party and to the server of its tokens."""

    certificate: Path
    key: Path
    authorities: Path | None = None
    """Who may have signed the party's own certificate; None: those that the system trusts."""


class Access(_Part):
    """Everything about one party; what is left out is not shown."""

    api_key: ApiKey | None = None
    oauth2: ClientCredentials | None = None
    certificate: Certificate | None = None
    headers: dict[str, str] = {}
    """Sent with every question, such as `x-doelbinding` and `x-verwerking`."""

    def all_headers(self) -> dict[str, str]:
        key = self.api_key
        return self.headers | ({key.header: key.key.get_secret_value()} if key else {})

    def auth(self, party: Party) -> httpx.Auth | None:
        return BearerTokens(party, self.oauth2) if self.oauth2 else None

    def verify(self) -> ssl.SSLContext:
        """For httpx. Raises `BadAccess`."""
        if self.certificate is None:
            return _anybodys()
        authorities = self.certificate.authorities
        try:
            context = ssl.create_default_context(cafile=str(authorities) if authorities else None)
            context.load_cert_chain(self.certificate.certificate, self.certificate.key)
        except (OSError, ssl.SSLError):
            raise BadAccess(f"{self.certificate.certificate}: no certificate with this key can be read") from None
        return context


@cache
def _anybodys() -> ssl.SSLContext:
    """For every party without a certificate of ours: reading the authorities takes longer than most questions."""
    return httpx.create_ssl_context(trust_env=False)


def trusting(authorities: Path) -> ssl.SSLContext:
    """For httpx, with a party whose certificate was signed by one of these; `Path()`: by one that the system trusts.
    Raises `BadAccess`."""
    if authorities == Path():
        return _anybodys()
    try:
        return ssl.create_default_context(cafile=str(authorities))
    except (OSError, ssl.SSLError):
        raise BadAccess(f"{authorities}: no certificates can be read") from None


OPEN = Access()
"""For who asks nothing of us."""


def access_from(file: Path) -> Access:
    """What the file says; `OPEN` for `Path()`, which is how a setting says "no file". Raises `BadAccess`."""
    if file == Path():
        return OPEN
    try:
        return Access.model_validate_json(file.read_bytes())
    except OSError:
        raise BadAccess(f"{file}: cannot be read") from None
    except ValidationError as error:
        places = ", ".join(".".join(map(str, wrong["loc"])) or "the whole" for wrong in error.errors())
        raise BadAccess(f"{file}: wrong or missing: {places}") from None


class _TokenAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: str = Field(min_length=1, pattern=r"^[\x21-\x7e]+$")
    expires_in: float = Field(default=300.0, ge=0, allow_inf_nan=False)


@dataclass(frozen=True)
class _Token:
    text: str
    over_at: float


class BearerTokens(httpx.Auth):
    """A token with each question, kept until shortly before its end; one that is refused is replaced once.

    Raises `NotAuthorised` (the server of tokens says no) and `PartyUnavailable` (anything else), with codes such as
    `register.token-http-401` and `register.token-malformed`. Threads may share it: at worst two get a token each.
    """

    requires_response_body = True

    def __init__(self, party: Party, credentials: ClientCredentials) -> None:
        self._party = party
        self._credentials = credentials
        self._token: _Token | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        kept = self._token
        usable = kept if kept is not None and time.monotonic() < kept.over_at else None
        token = usable or (yield from self._fetched())
        request.headers["Authorization"] = f"Bearer {token.text}"
        response = yield request
        # A token that was made for this question is not refused for its age.
        if response.status_code == httpx.codes.UNAUTHORIZED and usable is not None:
            token = yield from self._fetched()
            request.headers["Authorization"] = f"Bearer {token.text}"
            yield request

    def _fetched(self) -> _TokenFlow:
        response = yield self._question()
        if response.status_code in (400, 401, 403):
            raise NotAuthorised(f"{self._party}.token-http-{response.status_code}")
        if not response.is_success:
            raise PartyUnavailable(f"{self._party}.token-http-{response.status_code}")
        answer = _read(response)
        if answer is None:
            raise PartyUnavailable(f"{self._party}.token-malformed")
        token = _Token(answer.access_token, time.monotonic() + answer.expires_in - _EARLY)
        self._token = token
        return token

    def _question(self) -> httpx.Request:
        ours = self._credentials
        form = {"grant_type": "client_credentials", **({"scope": ours.scope} if ours.scope else {}), **ours.extra}
        secret = ours.client_secret.get_secret_value()
        if ours.credentials == "body":
            return httpx.Request(
                "POST", ours.token_url, data=form | {"client_id": ours.client_id, "client_secret": secret}
            )
        question = httpx.Request("POST", ours.token_url, data=form)
        return next(httpx.BasicAuth(ours.client_id, secret).auth_flow(question))


def _read(response: httpx.Response) -> _TokenAnswer | None:
    try:
        return _TokenAnswer.model_validate_json(response.content)
    except ValidationError:
        return None
