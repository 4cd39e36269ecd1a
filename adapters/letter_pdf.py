"""A letter as PDF/UA: tagged, in its language, with a title, the address where an envelope's window shows it.

The fonts are those inside the typst package; what the machine has installed is never used, so the same letter is the
same bytes everywhere.
"""

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import typst
from pypdf import PdfReader

from models.codes import Language
from models.errors import CodedError
from models.personal import Address, Letter
from policy.message_words import date_in_words

_TEMPLATE = Path(__file__).with_name("letter.typ")
_WRAPPED = 80
"""Whoever writes a text wraps its lines beyond this width; a shorter line ends where its author wants it to."""
_HEADING = 80
_REGIONS = {Language.DUTCH: "NL", Language.ENGLISH: "GB"}


class CannotBeSet(CodedError):
    """The letter holds characters that its font does not have: a reader would get boxes instead of a name."""

    retryable = False


class LetterPdf(NamedTuple):
    """A letter ready to print."""

    content: bytes
    pages: int


def letter_pdf(letter: Letter, *, sender: str, on: date) -> LetterPdf:
    """The letter of this (local) day; the same arguments give the same bytes. Raises `CannotBeSet`."""
    try:
        content = typst.compile(
            str(_TEMPLATE),
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(_data(letter, sender, on))},
        )
    except typst.TypstError:
        content = None
    if content is None:
        # Outside the except block: the compiler's error repeats the text.
        raise CannotBeSet("letters.cannot-be-set")
    return LetterPdf(content, len(PdfReader(io.BytesIO(content)).pages))


def address_lines(name: str, address: Address) -> list[str]:
    """What the window shows: nothing but who it is for and where."""
    house = f"{address.street} {address.number}{_addition(address.addition)}".strip()
    code = address.postcode.text
    return [name, house, f"{code[:4]} {code[4:]}  {address.town.upper()}".rstrip()]


def _addition(text: str) -> str:
    return f"-{text}" if text[:1].isdigit() else text


def _data(letter: Letter, sender: str, on: date) -> dict[str, object]:
    return {
        "sender": sender,
        "address": address_lines(letter.name, letter.address),
        "date": date_in_words(on, letter.language),
        "language": letter.language.value,
        "region": _REGIONS[letter.language],
        "subject": letter.subject,
        "parts": [part._asdict() for part in _parts(letter.body)],
    }


class _Part(NamedTuple):
    """A paragraph, with the question above it if it answers one."""

    heading: str | None
    lines: list[str]


def _parts(body: str) -> Iterator[_Part]:
    for text in body.strip().split("\n\n"):
        first, *rest = text.strip().split("\n")
        if rest and first.endswith("?") and len(first) <= _HEADING:
            yield _Part(first, _unwrapped(rest))
        else:
            yield _Part(None, _unwrapped([first, *rest]))


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines as their author means them: a sentence that was wrapped is one line again."""
    meant: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on:
            meant[-1] += f" {line}"
        else:
            meant.append(line)
        goes_on = len(line) > _WRAPPED
    return meant
