"""The texts of a template in another language, without a mark at every word: whatever a reader would see between tags,
or in an attribute that is read, is looked up in the catalogue while the template is compiled.

A sentence with a value in it is written as `{% trans %}`, so that the value may stand elsewhere in the other language.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

READ_ATTRIBUTES = ("alt", "aria-label", "data-label", "placeholder", "title")
"""Attributes whose value is read by people; those of our own scripts begin with `data-text-`."""

_NAMES = "|".join((*READ_ATTRIBUTES, "data-text-[a-z-]+"))
_PART = re.compile(rf"""(?P<before>\s(?:{_NAMES})=")(?P<value>[^"]*)(?P<after>"?)""")
_WORD = re.compile(r"[^\W\d_]{2,}")


class Reader:
    """Reads a template from its beginning, and knows whether it stands inside a tag."""

    def __init__(self) -> None:
        self._in_tag = False

    def replaced(self, data: str, by: Callable[[str], str]) -> str:
        """A stretch of the template between two expressions, with each text in it replaced."""
        return "".join(self._replaced(data, by))

    def _replaced(self, data: str, by: Callable[[str], str]) -> Iterator[str]:
        while data:
            part, mark, data = data.partition(">" if self._in_tag else "<")
            yield _of_tag(part, by) if self._in_tag else _of_text(part, by)
            yield mark
            if mark:
                self._in_tag = not self._in_tag


def _of_tag(part: str, by: Callable[[str], str]) -> str:
    return _PART.sub(lambda found: f"{found['before']}{_of_text(found['value'], by)}{found['after']}", part)


def _of_text(part: str, by: Callable[[str], str]) -> str:
    """The white space around a text stays, that within it is one space."""
    text = " ".join(part.split())
    # A macro may write attributes alone, for a tag that is elsewhere.
    if '="' in text or _WORD.search(re.sub(r"&#?\w+;", "", text)) is None:
        return part
    start, end = len(part) - len(part.lstrip()), len(part.rstrip())
    return part[:start] + by(text) + part[end:]


def outside_trans(stream: Iterable[Token]) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it is a stretch of the template that no `{% trans %}` takes care of."""
    inside = False
    begins = False
    for token in stream:
        if begins and token.type == "name" and token.value in ("trans", "endtrans"):
            inside = token.value == "trans"
        begins = token.type == "block_begin"
        yield token, token.type == "data" and not inside


class InAnotherLanguage(Extension):
    """Compiles templates with their texts replaced by what `environment.text_of` makes of them."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        reader = Reader()
        text_of: Callable[[str], str] = getattr(self.environment, "text_of")  # noqa: B009
        for token, is_text in outside_trans(stream):
            yield Token(token.lineno, "data", reader.replaced(token.value, text_of)) if is_text else token
