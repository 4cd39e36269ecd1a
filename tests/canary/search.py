"""Searching bytes for the marks of `tests.canary.marks`, in every form in which software writes a text down."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from tests.canary.marks import BORN, BSNS, NAME, PHONE, POSTCODE, STREET

_TEXTS = (NAME, STREET, "Merelmark", POSTCODE, BORN)
_BEGINNINGS = (*BSNS, PHONE)
"""Too short to be looked for as digits or in Base64 (a moment in nanoseconds may hold them), long enough in other
forms."""
_NOBODYS = re.compile(
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    rb'|"[0-9]+\.[0-9]+s"'
)
"""Ids, moments and how long a timer runs: there are so many that some would hold somebody's number once their
separators are gone."""
_SEPARATED = re.compile(rb"(?<=[0-9])[-./ ()]{1,2}(?=[0-9])")
_DIGITS = re.compile(rb"[0-9]{9,}")
_CONTEXT = 60
_NINE_DIGITS_IN_BASE64 = 13


def forms(text: str) -> Iterator[bytes]:
    """The text as it may lie in a file."""
    utf8 = text.encode()
    yield utf8
    yield text.encode("latin-1")
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield json.dumps(text)[1:-1].encode()
    yield json.dumps(text)[1:-1].replace("\\", "\\\\").encode()
    yield quote(text, safe="").encode()
    yield html.escape(text.encode("ascii", "xmlcharrefreplace").decode()).encode()
    yield utf8.hex().encode()


def base64_forms(text: str) -> Iterator[bytes]:
    """The characters that stand in Base64 wherever the text begins within three bytes; capitals matter here."""
    for cased in _cases(text):
        raw = cased.encode()
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + raw)
            # Characters that share bits with what stands before or after the text say nothing.
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            yield encoded[first:last]
            yield base64.urlsafe_b64encode(b"\0" * before + raw)[first:last]


def _cases(text: str) -> set[str]:
    return {text, text.lower(), text.upper()}


_SMALL = sorted({form.lower() for text in _TEXTS for cased in _cases(text) for form in forms(cased)})
_SMALL_DIGITS = sorted({form for text in _BEGINNINGS for form in forms(text) if not form.isdigit() or len(form) > 9})
_EXACT = sorted({form for text in _TEXTS for form in base64_forms(text)})
_EXACT_DIGITS = sorted({form for text in _BEGINNINGS for form in base64_forms(text)})


def findings(places: Mapping[str, bytes], *, numbers: Iterable[str]) -> list[str]:
    """Each place with a mark, and what stands around it. `numbers` are BSNs and phone numbers, nine digits each."""
    wanted = _Numbers(numbers)
    return [f"{name}: {found!r}" for name, data in places.items() for found in _found(data, wanted)]


def found_in(places: Mapping[str, bytes], *, numbers: Iterable[str]) -> set[str]:
    """The names of the places with a mark."""
    wanted = _Numbers(numbers)
    return {name for name, data in places.items() if any(_found(data, wanted))}


class _Numbers:
    """Whole numbers of people, of nine digits."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._plain = {number.encode() for number in numbers}
        self._base64 = {form for number in self._plain for form in base64_forms(number.decode())}

    def among(self, digits: bytes) -> bool:
        return any(digits[start : start + 9] in self._plain for start in range(len(digits) - 8))

    def in_base64(self, encoded: bytes) -> bool:
        return any(form in encoded for form in self._base64)


def _found(data: bytes, numbers: _Numbers) -> Iterator[bytes]:
    small = data.lower()
    for needles, haystack in ((_SMALL, small), (_SMALL_DIGITS, small), (_EXACT, data)):
        for needle in needles:
            place = haystack.find(needle)
            if place >= 0:
                yield _around(data, place, place + len(needle))
    for needle in _EXACT_DIGITS:
        for place in _places(data, needle):
            if numbers.in_base64(data[place : place + _NINE_DIGITS_IN_BASE64]):
                yield _around(data, place, place + len(needle))
    for text in (data, _SEPARATED.sub(b"", _NOBODYS.sub(b" ", data))):
        for run in _DIGITS.finditer(text):
            if numbers.among(run.group()):
                yield _around(text, run.start(), run.end())


def _places(data: bytes, needle: bytes) -> Iterator[int]:
    place = data.find(needle)
    while place >= 0:
        yield place
        place = data.find(needle, place + 1)


def _around(data: bytes, start: int, end: int) -> bytes:
    return data[max(start - _CONTEXT, 0) : end + _CONTEXT]
