"""A message as a resident gets it: a text of the municipality, filled in. Pure.

One resident, no amounts, no partner's name. A resident who does not want a channel gets nothing over it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Template

from models.codes import Channel, Language, Route
from models.message_text import CannotWrite, MessageTexts, TextName
from models.personal import Letter, Mail, Message, Resident, TextMessage
from models.terms import RetentionRule, Sender
from policy.message_words import of_callback, of_retention, of_sender, of_visit

VOICEMAIL = TextName(Language.DUTCH, Channel.CALL, "voicemail")
"""What somebody says to a machine."""
OPENING = TextName(Language.DUTCH, Channel.CALL, "opening")
"""What somebody says to whoever answers the phone, until they know who that is."""
TALK = TextName(Language.DUTCH, Channel.CALL, "talk")
"""What they talk about with the resident."""
VISIT_OPENING = TextName(Language.DUTCH, Channel.VISIT, "opening")
"""What somebody says to whoever opens the door, until they know who that is."""
VISIT_TALK = TextName(Language.DUTCH, Channel.VISIT, "talk")
"""What they talk about with the resident."""
VISIT_CARD = TextName(Language.DUTCH, Channel.CARD, "visit-card")
"""What is put through the letter box of whoever is not at home."""


@dataclass(frozen=True)
class Occasion:
    """What a message is about, beside its resident."""

    route: Route | None = None
    reply_by: datetime | None = None
    """Until when the resident can answer before the step that follows."""
    retention: tuple[RetentionRule, ...] = ()
    """What the case's terms say."""
    moment: datetime | None = None
    """When a callback is."""


@dataclass(frozen=True)
class Filled:
    """Subject (none but in mails and letters) and text as they are read, and in which language."""

    language: Language
    subject: str
    body: str


_NO_OCCASION = Occasion()


def write(
    texts: MessageTexts,
    channel: Channel,
    template: str,
    resident: Resident,
    sender: Sender,
    occasion: Occasion = _NO_OCCASION,
) -> Message | None:
    """The message as it is sent, in the resident's language; None when the resident has no address or number for this
    channel, or does not want it. Raises `CannotWrite`."""
    wanted = TextName(resident.language, channel, template, occasion.route)
    # Found before anything else: a text that is not there is a mistake, whoever it is for.
    name, _ = texts.find(wanted)
    if channel in resident.unwanted:
        return None
    match channel:
        case Channel.MAIL:
            return _mail(resident, sender, _written(texts, wanted, name, resident, sender, occasion))
        case Channel.LETTER:
            return _letter(resident, _written(texts, wanted, name, resident, sender, occasion))
        case Channel.SMS:
            return _text_message(resident, _written(texts, wanted, name, resident, sender, occasion))
        case _:
            raise CannotWrite("message.unknown-template")


def filled(texts: MessageTexts, wanted: TextName, words: Mapping[str, str]) -> Filled:
    """The text with these words; `words` may name the shared parts otherwise than the files. Raises `CannotWrite`."""
    name, text = texts.find(wanted)
    parts = {part: Template(said).safe_substitute(words) for part, said in texts.parts_in(name.language).items()}
    every = {**parts, **words}
    try:
        return Filled(name.language, Template(text.subject).substitute(every), Template(text.body).substitute(every))
    except (KeyError, ValueError):
        pass
    # Not from the error: it may quote what was to be filled in.
    raise CannotWrite("message.nothing-to-fill-in")


def said(
    texts: MessageTexts,
    wanted: TextName,
    sender: Sender,
    moment: datetime | None = None,
    *,
    caller: str = "",
    name: str = "",
) -> Filled:
    """A text in which nothing depends on the resident but when they are called, and of an opening who seeks whom.
    Raises `CannotWrite`."""
    found, _ = texts.find(wanted)
    who = {"caller": caller, "name": name} if found.template == OPENING.template else {}
    return filled(texts, wanted, of_sender(sender) | of_callback(moment, found.channel, found.language) | who)


def _written(
    texts: MessageTexts, wanted: TextName, name: TextName, resident: Resident, sender: Sender, occasion: Occasion
) -> Filled:
    words = of_sender(sender) | _of_case(occasion.reply_by, occasion.retention, name.language)
    if name.channel is not Channel.SMS:
        # The number may be somebody else's by now.
        words["name"] = resident.name
    return filled(texts, wanted, words | of_callback(occasion.moment, name.channel, name.language))


def _of_case(reply_by: datetime | None, retention: Iterable[RetentionRule], language: Language) -> dict[str, str]:
    return of_visit(reply_by, language) | of_retention(retention, language)


def _mail(resident: Resident, sender: Sender, said: Filled) -> Mail | None:
    mailbox = resident.usable_mailbox()
    if mailbox is None:
        return None
    return Mail(address=mailbox.address, subject=said.subject, body=said.body, sender_name=sender.name)


def _letter(resident: Resident, said: Filled) -> Letter:
    return Letter(
        name=resident.on_envelope,
        address=resident.address,
        subject=said.subject,
        body=said.body,
        language=said.language,
    )


def _text_message(resident: Resident, said: Filled) -> TextMessage | None:
    phone = resident.usable_mobile()
    return None if phone is None else TextMessage(number=phone.number, body=said.body)
