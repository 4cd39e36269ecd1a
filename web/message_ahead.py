"""A message before it is sent: as the resident is going to read it, by the texts and addresses of this moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.documents import Documents
from adapters.vault import Erased
from models.case import CaseState
from models.codes import Channel, DocumentKind
from models.ids import PersonId
from models.personal import Letter, Mail, Message, Resident
from policy.by_hand import TEXTS
from policy.message_writing import Occasion, write
from web import words
from web.services import Services


@dataclass(frozen=True)
class Shown:
    """A message in words: to whom, about what, and its paragraphs."""

    to: str
    subject: str
    language: str
    paragraphs: Sequence[str]


def message_by_hand(services: Services, state: CaseState, person: PersonId, channel: Channel) -> Message | None:
    """What somebody who is written to now is going to read; None when there is no address for it, or it is not
    wanted."""
    resident, policies = _resident(services, person), services.policies
    if resident is None or state.terms is None:
        return None
    return write(
        policies.texts(state.municipality),
        channel,
        TEXTS[channel],
        resident,
        policies.sender(state.municipality),
        Occasion(route=state.terms.route, retention=state.terms.retention),
    )


def shown(message: Message, language: str) -> Shown | None:
    """None for a message that has no page of its own."""
    match message:
        case Mail():
            return Shown(message.address.text, message.subject, language, message.body.split("\n\n"))
        case Letter():
            place = message.address
            lines = f"{place.street} {place.number}{place.addition}, {words.postcode(place.postcode)} {place.town}"
            return Shown(f"{message.name}, {lines}", message.subject, message.language, message.body.split("\n\n"))
        case _:
            return None


def _resident(services: Services, person: PersonId) -> Resident | None:
    with services.database.read() as session:
        try:
            document = Documents(services.vault).read(session, DocumentKind.PERSON, person)
        except Erased:
            return None
    return document if isinstance(document, Resident) else None
