"""A browser without a screen: pages, their forms, and pressing a button with everything that the form holds.

Signing in puts a session into the database, as if somebody came back from the provider; whoever wants the whole way is
in `test_sign_in.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from types import TracebackType
from typing import Self

import httpx
from fastapi import FastAPI
from sqlmodel import col, update
from starlette.requests import Request

from adapters.sessions import hashed
from models.ids import StaffId
from models.tables import WebSessionRow
from web.auth import cookie_name, form_token
from web.services import Services

_OFTEN = timedelta(minutes=30)


@dataclass
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Every field that could be filled in."""


class Browser:
    """Keeps cookies; does not follow redirects by itself, so that a test sees them."""

    def __init__(self, app: FastAPI, *, stays: bool = True) -> None:
        """`stays`: whoever signed in is always seen as having done so just now, also when a test moves the clock."""
        transport = httpx.ASGITransport(app=app)
        self.token = ""
        self._app = app
        self._seen: datetime | None = None
        hooks = {"request": [self._keep]} if stays else {}
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", event_hooks=hooks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    @property
    def services(self) -> Services:
        services: Services = self._app.state.services
        return services

    @property
    def session(self) -> str:
        """What it shows for its session; empty when nobody is signed in."""
        return self.client.cookies.get(self._cookie("signaalreis"), default="") or ""

    async def sign_in(self, staff: str) -> None:
        """As somebody of the list, in a browser that begins anew."""
        services = self.services
        self._seen = services.now()
        session = services.sessions.begin(StaffId(staff), at=self._seen, instead_of=self.session)
        self.client.cookies.clear()
        for name, value in (("signaalreis", session), ("signaalreis-browser", secrets.token_urlsafe(32))):
            self.client.cookies.set(self._cookie(name), value, domain=self.client.base_url.host)

    @property
    def secret(self) -> str:
        """That of the forms of whoever is signed in, for a form that none of their pages has."""
        services = self.services
        staff = services.sessions.whose(self.session, at=services.now())
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        scope = {"type": "http", "app": self._app, "headers": [(b"cookie", cookies.encode())]}
        return form_token(Request(scope), staff or "")

    def _cookie(self, name: str) -> str:
        return cookie_name(name, demo=self.services.settings.demo)

    async def _keep(self, request: httpx.Request) -> None:
        now = self.services.now()
        if not self.session or (self._seen is not None and abs(now - self._seen) < _OFTEN):
            return
        self._seen = now
        with self.services.database.write() as session:
            row = update(WebSessionRow).where(col(WebSessionRow.id_hash) == hashed(self.session))
            session.execute(row.values(begun_at=now, last_seen_at=now))

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def form(self, path: str, kind: str) -> Form:
        """The form of this kind of command on a page."""
        page = await self.get(path)
        return form_of(page.text, kind)

    async def send(self, form: Form, **typed: str) -> httpx.Response:
        return await self.client.post(form.action, data=form.fields | typed)

    async def press(self, path: str, kind: str, **typed: str) -> httpx.Response:
        """Opens the page, fills in the form and presses its button."""
        return await self.send(await self.form(path, kind), **typed)


def forms_of(html: str) -> list[Form]:
    reader = _Forms()
    reader.feed(html)
    return reader.found


def form_of(html: str, kind: str) -> Form:
    return next(form for form in forms_of(html) if form.fields.get("kind") == kind)


def kinds_of(html: str) -> set[str]:
    """The kinds of command that a page offers."""
    return {form.fields["kind"] for form in forms_of(html) if "kind" in form.fields}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given["action"]))
            return
        if not self.found:
            return
        form, name = self.found[-1], given.get("name", "")
        if name:
            form.names.add(name)
        if tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            form.fields[name] = given.get("value", "")
        elif tag == "textarea":
            self._area, form.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            form.fields[self._select] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            # A browser drops the line break right after the opening tag.
            text = self.found[-1].fields[self._area]
            self.found[-1].fields[self._area] = text.removeprefix("\n")
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.found[-1].fields[self._area] += data
