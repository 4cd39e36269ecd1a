"""A browser without a screen: pages, their forms, and pressing a button with everything that the form holds."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self

import httpx
from fastapi import FastAPI


@dataclass
class Form:
    """A form as it stands on a page, with what is filled in already."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Every field that could be filled in."""


class Browser:
    """Keeps cookies; does not follow redirects by itself, so that a test sees them."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app=app)
        self.token = ""
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def sign_in(self, staff: str) -> httpx.Response:
        page = await self.get("/aanmelden")
        token = forms_of(page.text)[0].fields["token"]
        return await self.client.post("/aanmelden", data={"token": token, "staff": staff})

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
