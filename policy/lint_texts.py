"""What is wrong with the texts of messages: in one file, in all of them, and with this sender. Sentences are Dutch."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Template

from models.codes import Channel, InvitationKind, Language
from models.message_text import MessageText, MessageTexts, TextName
from models.terms import Sender
from policy.by_hand import TEXTS as BY_HAND
from policy.message_words import of_callback, of_sender
from policy.message_writing import OPENING, TALK, VISIT_CARD, VISIT_OPENING, VISIT_TALK, VOICEMAIL, filled

SMS_LENGTH = 160
"""A longer text message is cut in pieces."""
WITH_SUBJECT = frozenset({Channel.MAIL, Channel.LETTER})
CHECKED_BY = ("page", "phone")
"""By what a resident can check that a message is real."""

_OF_SENDER = frozenset({"municipality", *CHECKED_BY})
_OF_TEMPLATE = {
    "visit-letter": frozenset({"visit", "answer"}),
    "notice-letter": frozenset({"kept"}),
    OPENING.template: frozenset({"caller", "name"}),
    **{kind.value: frozenset({"moment"}) for kind in InvitationKind},
}
_MUST = {"notice-letter": "kept", **{kind.value: "moment" for kind in InvitationKind}}
_NEEDED = (
    TextName(Language.DUTCH, Channel.LETTER, "visit-letter"),
    *(TextName(Language.DUTCH, channel, text) for channel, text in BY_HAND.items()),
    *(TextName(Language.DUTCH, channel, kind) for channel in (Channel.MAIL, Channel.SMS) for kind in InvitationKind),
    VOICEMAIL,
    OPENING,
    TALK,
    VISIT_OPENING,
    VISIT_TALK,
    VISIT_CARD,
)
"""What the system writes or shows whatever the policy says."""

_ABOUT_DEBT = re.compile(
    r"schuld|achterstand|betal|betaal|rekening|\bgeld\b|geldzorg|geldprobl|incasso|deurwaarder|vroegsignal|aanmaning"
    r"|\bdebt|arrear|\bpay|\bpaid\b|\bbills?\b|\bmoney|\bowe|bailiff|financ",
    re.IGNORECASE,
)
_A_LONG_MOMENT = datetime(2027, 12, 29, 10, 30, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"\$(\$|\{(\w*)\}|(\w*))")


def with_a_moment() -> frozenset[str]:
    """The texts about a callback, which no plan can send."""
    return frozenset(kind.value for kind in InvitationKind)


def word_of_debt(text: str) -> str | None:
    """A word by which others learn what a message is about."""
    found = _ABOUT_DEBT.search(text)
    return None if found is None else found.group()


def faults_of_part(text: MessageText) -> Iterator[tuple[int, str]]:
    """The lines of a shared part that cannot be, each with what is wrong."""
    yield from _unknown(text.body, 1, _OF_SENDER)


def faults_of_text(name: TextName, text: MessageText, texts: MessageTexts) -> Iterator[tuple[int, str]]:
    """The lines of a text that cannot be, each with what is wrong."""
    parts = texts.parts_in(name.language)
    known = _OF_SENDER | _OF_TEMPLATE.get(name.template, frozenset()) | set(parts)
    if name.channel in WITH_SUBJECT:
        known |= {"name"}
        yield from _unknown(text.subject, 1, _OF_SENDER)
    unknown = [*_unknown(text.body, text.body_line, known)]
    yield from unknown
    if unknown:
        return
    if name.template == TALK.template:
        # Said to the resident alone, who knows by then who is calling or at the door.
        return
    whole = Template(text.body).safe_substitute(parts)
    for needed in (*CHECKED_BY, *filter(None, [_MUST.get(name.template)])):
        if needed not in _placeholders(whole):
            yield text.body_line, f"${needed} ontbreekt: {_WHY[needed]}"
    yield from _of_debt(name, text, parts)


_WHY = {
    "page": "noem de pagina waarop een inwoner kan nagaan dat het bericht echt is",
    "phone": "noem het nummer waarmee een inwoner kan nagaan dat het bericht echt is",
    "kept": "zeg hoe lang de gegevens blijven",
    "moment": "zeg wanneer u belt",
}


def missing(texts: MessageTexts) -> Iterator[str]:
    """What must be there and is not, as the file that it would be."""
    for name in _NEEDED:
        if name not in texts.texts:
            yield f"nl/{name.channel}/{name.template}.txt"
    for name in sorted(texts.texts, key=_order):
        if name.route is not None and TextName(Language.DUTCH, name.channel, name.template) not in texts.texts:
            yield f"nl/{name.channel}/{name.template}.txt"


def without_english(texts: MessageTexts) -> tuple[str, ...]:
    """The texts that whoever chose English gets in Dutch."""
    return tuple(
        f"{name.channel}/{name.template}"
        for name in sorted(texts.texts, key=_order)
        if name.language is Language.DUTCH
        and name.route is None
        and TextName(Language.ENGLISH, name.channel, name.template) not in texts.texts
    )


def faults_of_sender(texts: MessageTexts, sender: Sender) -> Iterator[tuple[tuple[str, ...], str]]:
    """What others would learn from who a message comes from, and text messages that become too long by it."""
    for field, seen in (("name", sender.name), ("page", sender.page)):
        if (word := word_of_debt(seen)) is not None:
            said = f"hier staat {word!r}, en anderen kunnen dit zien: kies woorden die niets over schulden zeggen"
            yield ("sender", field), said
    for name in sorted(texts.texts, key=_order):
        if name.channel is Channel.SMS and len(_longest(texts, name, sender)) > SMS_LENGTH:
            said = (
                f"met deze name, page en phone is de sms {name.template} langer dan {SMS_LENGTH} tekens: maak ze korter"
            )
            yield ("sender",), said


def _longest(texts: MessageTexts, name: TextName, sender: Sender) -> str:
    return filled(texts, name, of_sender(sender) | of_callback(_A_LONG_MOMENT, Channel.SMS, name.language)).body


def _of_debt(name: TextName, text: MessageText, parts: dict[str, str]) -> Iterator[tuple[int, str]]:
    if name.channel in WITH_SUBJECT:
        seen = [(1, text.subject)]
    else:
        seen = [*enumerate((Template(line).safe_substitute(parts) for line in text.body.splitlines()), text.body_line)]
    for line, said in seen:
        if (word := word_of_debt(said)) is not None:
            yield line, f"hier staat {word!r}, en anderen kunnen dit zien: kies woorden die niets over schulden zeggen"
        if name.channel is Channel.SMS and not said.isascii():
            yield line, "een sms heeft alleen gewone letters en tekens: met andere past er minder in"


def _unknown(text: str, first: int, known: frozenset[str] | set[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), first):
        for found in _PLACEHOLDER.finditer(line):
            name = found.group(2) or found.group(3)
            if found.group(1) != "$" and name not in known:
                allowed = ", ".join(f"${each}" for each in sorted(known))
                yield number, f"{found.group()} kan hier niet worden ingevuld; wel: {allowed}"


def _placeholders(text: str) -> set[str]:
    return {found.group(2) or found.group(3) for found in _PLACEHOLDER.finditer(text)}


def _order(name: TextName) -> tuple[str, ...]:
    return name.order
