"""In which language somebody reads the pages: Dutch, and English for whoever asks for it.

The Dutch text is the source, and the key by which its English is found in the catalogues of `web/english` (the form of
gettext). What has no English there is shown in Dutch. docs/adr/0041-pages-in-english.md
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po
from starlette.types import ASGIApp, Receive, Scope, Send

from models.codes import Language

COOKIE = "taal"
FOLDER = Path(__file__).parent / "english"

_reading: ContextVar[Language] = ContextVar("reading", default=Language.DUTCH)


def reading() -> Language:
    """The language of whoever the page is for."""
    return _reading.get()


@contextmanager
def reads(language: Language) -> Iterator[None]:
    """Everything said meanwhile is said in this language."""
    before = _reading.set(language)
    try:
        yield
    finally:
        _reading.reset(before)


def said(text: str, /, **values: object) -> str:
    """This Dutch text as its reader reads it, with `{name}` replaced by the value of that name.

    The text is a constant, never something that somebody typed. Where a sentence holds a value, the whole sentence with
    the name of the value is the text: a sentence of parts cannot be put in another order.
    """
    found = text if reading() is Language.DUTCH else english_of(text)
    return found.format(**values) if values else found


def said_of(number: int, one: str, more: str, /, **values: object) -> str:
    """`said` with the form for one or for more; the number is `{number}` in both."""
    return said(one if number == 1 else more, number=number, **values)


def english_of(text: str) -> str:
    """The English of a Dutch text; the text itself where it has none."""
    return english().get(text, text)


@cache
def english() -> Mapping[str, str]:
    """The English of every Dutch text, of all catalogues together. Raises `ValueError` where two of them differ."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.po")):
        for dutch, text in texts_of(path):
            if found.setdefault(dutch, text) != text:
                raise ValueError(f"{path.name}: {dutch!r} has other English in another catalogue")
    return MappingProxyType(found)


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """The Dutch texts of a catalogue with their English, which is empty where nobody wrote it yet."""
    with path.open("rb") as file:
        for message in read_po(file):
            # Where a catalogue begins stands a message without text: its header.
            if message.id:
                yield str(message.id), str(message.string)


_NO_PAGES = re.compile(r"/api/.*|.*\.(?:csv|ics|json|pdf)")
"""What programs read, or is kept: that is in Dutch, whoever asks."""


class InTheirLanguage:
    """Whoever asks for a page gets it in the language of their cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _NO_PAGES.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        with reads(_of_cookie(scope)):
            await self._app(scope, receive, send)


def _of_cookie(scope: Scope) -> Language:
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        cookie = SimpleCookie(sent.decode("latin-1")).get(COOKIE)
    except CookieError:
        return Language.DUTCH
    return Language.ENGLISH if cookie is not None and cookie.value == Language.ENGLISH else Language.DUTCH
