"""The texts of messages as one can read them on the page of the policy: placeholders say what is filled in."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.codes import Channel, Language
from models.message_text import MessageTexts, TextName
from models.terms import Sender
from policy.message_words import of_sender
from policy.message_writing import filled
from web import labels
from web.language import said
from web.policy_words.sentence import TEXTS

_KINDS = {
    Channel.MAIL: "E-mail",
    Channel.LETTER: "Brief",
    Channel.SMS: "Sms",
    Channel.CALL: "Telefoon",
    Channel.VISIT: "Aan de deur",
    Channel.CARD: "Kaartje",
}
_FILLED_IN = {
    Language.DUTCH: {
        "name": "[naam]",
        "caller": "[uw naam]",
        "moment": "[dag en tijd]",
        "visit": "[vanaf welke dag wij komen]",
        "answer": "[tot wanneer de inwoner kan antwoorden]",
        "kept": "[hoe lang wij de gegevens bewaren]",
    },
    Language.ENGLISH: {
        "name": "[name]",
        "caller": "[your name]",
        "moment": "[day and time]",
        "visit": "[from which day we come]",
        "answer": "[until when the resident can answer]",
        "kept": "[how long we keep the data]",
    },
}


@dataclass(frozen=True)
class Shown:
    """One text under its title; `language` is what a browser calls it."""

    title: str
    language: str
    subject: str
    body: str


def shown(texts: MessageTexts, sender: Sender) -> tuple[Shown, ...]:
    """Every text, by kind and name; the Dutch one first."""
    return tuple(_each(texts, sender))


def _each(texts: MessageTexts, sender: Sender) -> Iterator[Shown]:
    kinds = list(_KINDS)
    for name in sorted(
        texts.texts, key=lambda one: (kinds.index(one.channel), one.template, one.route or "", one.language != "nl")
    ):
        text = filled(texts, name, of_sender(sender) | _FILLED_IN[name.language])
        yield Shown(_title(name), name.language.value, text.subject, text.body)


def _title(name: TextName) -> str:
    route = f", {labels.label(name.route).lower()}" if name.route is not None else ""
    called = said(TEXTS.get(name.template, name.template))
    return f"{said(_KINDS[name.channel])}: {called}{route} ({said(labels.LANGUAGES[name.language])})"
