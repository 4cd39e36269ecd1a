"""From a page's content to HTML: one place for the frame around every page."""

import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from models.codes import Language
from policy.permissions import Action, Staff
from web import labels, words
from web.auth import form_token, scope, services_of
from web.charts import share
from web.figure_words import figure_text
from web.forms.form import NOTE_LIMIT
from web.forms.outcome import HELP_CHOICES, OTHER_CHOICES
from web.language import english_of, reading, said, said_of
from web.menu import menu
from web.outages import outages
from web.paging import Page
from web.queries import municipality_names
from web.template_texts import InAnotherLanguage

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
THEME = STATIC / "vendor"
"""Folder of the neutral theme, and of all that `frontend/build.py` brings."""


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(said, _said_of, newstyle=True)  # type: ignore[attr-defined]
    if language is not Language.DUTCH:
        environment.add_extension(InAnotherLanguage)
        environment.extend(text_of=english_of)
    dutch_here = Markup(' lang="nl"') if language is not Language.DUTCH else Markup("")
    environment.globals |= {
        "brand": "Signaalreis",
        "dutch": dutch_here,
        "fresh_id": lambda: str(uuid.uuid4()),
        "label": labels.label,
        "language": language.value,
        "said": said,
        "figure_text": figure_text,
        "help_choices": HELP_CHOICES,
        "other_choices": OTHER_CHOICES,
        "share": share,
    }
    environment.filters["dutch"] = partial(_as_dutch, dutch_here)
    environment.filters |= {"postcode": words.postcode, "phone": words.phone, "amount": words.amount}
    return environment


def _as_dutch(dutch_here: Markup, text: str) -> str:
    """A Dutch text amid that of the page, so that it is read aloud as Dutch."""
    return Markup("<span{}>{}</span>").format(dutch_here, text) if dutch_here else text


def _said_of(one: str, more: str, number: int) -> str:
    return said_of(number, one, more)


_TEMPLATES = {language: _environment(language) for language in Language}


def environment_of(language: Language) -> Environment:
    """Where the templates are compiled for this language."""
    return _TEMPLATES[language]


def dress(theme: str) -> None:
    """Every page after this wears the theme of this name: the class that its CSS file is about, without `-theme`."""
    for environment in _TEMPLATES.values():
        environment.globals["theme"] = theme


@dataclass(frozen=True)
class Pager:
    """Links to the other pages of a list, with the list's own filters kept."""

    number: int
    pages: int
    """0 when the list is too long to count."""
    total: str
    previous: str
    following: str


def pager(found: Page[Any], path: str, name: str = "pagina", **kept: str) -> Pager:
    def link(number: int) -> str:
        return f"{path}?{urlencode({**kept, name: number})}" if found.has(number) else ""

    pages = 0 if found.is_longer else found.pages
    return Pager(found.number, pages, words.counted(found.total), link(found.number - 1), link(found.number + 1))


def page(request: Request, template: str, staff: Staff, *, status: int = 200, **content: Any) -> HTMLResponse:
    """A page for somebody who is signed in, with the menu of what they may see and the outages of this moment."""
    services = services_of(request)
    now = services.now()
    places = municipality_names(services.database, scope(staff, Action.SEE_WORK_LIST))
    frame = {
        "staff": staff,
        "places": ", ".join(sorted(places.values())),
        "menu": menu(staff.role, request.url.path),
        "token": form_token(request, staff.staff_id),
        "outages": outages(services, now=now),
        "note_limit": NOTE_LIMIT,
        "back": _address(request),
    }
    return HTMLResponse(environment_of(reading()).get_template(template).render(frame | content), status)


def bare_page(template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """A page for anybody: no menu, nothing of anybody."""
    return HTMLResponse(environment_of(reading()).get_template(template).render({"back": ""} | content), status)


def _address(request: Request) -> str:
    """Where this page can be opened once more, in another language; empty for what was made by a form."""
    if request.method != "GET":
        return ""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
