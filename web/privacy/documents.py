"""The sealed documents: what each is, and what each of its fields says of somebody."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from models.personal import (
    AmountAnswer,
    CallRequest,
    CommandDraft,
    DeliveredSignal,
    Letter,
    Mail,
    Note,
    PersonalData,
    PrintedLetter,
    RefusedRow,
    RegisterRecord,
    Representative,
    Resident,
    TextMessage,
    UploadedFile,
)
from policy.permissions import Action
from web.privacy.place import Of, Place, Purpose, Source, Term, Who, nobody

_CASE = (Action.SEE_CASE,)


def _sealed(
    title: str, source: Source, term: Term, *, seen: tuple[Action, ...] = _CASE, who: Who = Who.RESIDENT
) -> Place:
    return Place(title, who, Purpose.HELP, source, seen, term, {})


DOCUMENTS: Mapping[type[BaseModel], Place] = {
    Resident: _sealed("De inwoner, zoals de zaak hem kent", Source.SEVERAL, Term.CASE),
    RegisterRecord: _sealed("Wat het persoonsregister antwoordde", Source.REGISTER, Term.CASE),
    DeliveredSignal: _sealed("Een signaal, zoals de partner het stuurde", Source.PARTNER, Term.SIGNAL),
    RefusedRow: _sealed(
        "Een geweigerde regel van een aanlevering", Source.PARTNER, Term.ROW, seen=(Action.IMPORT_DELIVERY,)
    ),
    Note: _sealed("Toelichting van een medewerker", Source.STAFF, Term.CASE),
    Mail: _sealed("Een mail aan de inwoner", Source.SYSTEM, Term.CASE),
    Letter: _sealed("Een brief aan de inwoner", Source.SYSTEM, Term.CASE),
    PrintedLetter: _sealed(
        "Een brief als PDF, tot de drukker hem heeft", Source.SYSTEM, Term.CASE, seen=(Action.SEE_PRINT_ROUNDS,)
    ),
    TextMessage: _sealed("Een sms aan de inwoner", Source.SYSTEM, Term.CASE),
    Representative: _sealed("Wie de inwoner vertegenwoordigt", Source.STAFF, Term.CASE),
    AmountAnswer: _sealed("Wat de partner antwoordde over het actuele bedrag", Source.PARTNER, Term.SIGNAL),
    UploadedFile: _sealed("Een bestand van een partner", Source.PARTNER, Term.UPLOAD, seen=(Action.IMPORT_DELIVERY,)),
    CallRequest: _sealed(
        "Wat iemand zei die teruggebeld wil worden",
        Source.CALLER,
        Term.CALL,
        seen=(Action.MATCH_CALL,),
        who=Who.CALLER,
    ),
    CommandDraft: _sealed("Een ingedrukte knop met wat erbij is getypt", Source.STAFF, Term.DRAFT),
}

_NUMBER = "telefoonnummer"
_MAIL = "mailadres"
FIELDS: Mapping[str, str | Of] = {
    "Resident.person_id": "nummer van de persoon in de zaak",
    "Resident.initials": "voorletters",
    "Resident.prefix": "tussenvoegsel",
    "Resident.surname": "achternaam",
    "Resident.birth_date": "geboortedatum",
    "Resident.addressed_as": "aanschrijfnaam uit het register",
    "Resident.phones": "telefoonnummers",
    "Resident.mailboxes": "mailadressen",
    "Resident.language": "taal",
    "Resident.unwanted": "waarover de inwoner geen berichten wil",
    "Resident.bsn": "burgerservicenummer (BSN)",
    "Resident.address": "adres",
    "Phone.id": nobody("nummer van het gegeven"),
    "Phone.number": _NUMBER,
    "Phone.source": nobody("van wie het komt"),
    "Phone.state": "of het klopt",
    "Phone.preferred": "of dit het eerst is",
    "Mailbox.address": _MAIL,
    "Mailbox.source": nobody("van wie het komt"),
    "Mailbox.state": "of het klopt",
    "Mailbox.preferred": "of dit het eerst is",
    "Address.postcode": "postcode",
    "Address.number": "huisnummer",
    "Address.addition": "toevoeging",
    "Address.street": "straat",
    "Address.town": "plaats",
    "RegisterRecord.asked_at": "wanneer gevraagd",
    "RegisterRecord.people": "wie het kan zijn",
    "RegisterRecord.result": "wat eruit volgt",
    "RegisterRecord.since": "sinds wanneer dit het antwoord is",
    "RegisteredPerson.initials": "voorletters",
    "RegisteredPerson.first_names": "voornamen",
    "RegisteredPerson.prefix": "tussenvoegsel",
    "RegisteredPerson.surname": "achternaam",
    "RegisteredPerson.addressed_as": "aanschrijfnaam",
    "RegisteredPerson.salutation": "aanhef",
    "RegisteredPerson.born": "geboortedatum",
    "RegisteredPerson.address": "adres",
    "RegisteredPerson.lives": "soort verblijf",
    "RegisteredPerson.since": "sinds wanneer op het adres",
    "RegisteredPerson.municipality": "woonplaats",
    "RegisteredPerson.died": "of de persoon is overleden",
    "RegisteredPerson.secret": "of het adres geheim is",
    "RegisteredPerson.guardianship": "of er een curator is",
    "DeliveredSignal.partner_reference": "kenmerk bij de partner",
    "DeliveredSignal.customer_number": "klantnummer",
    "DeliveredSignal.resident": "de inwoner",
    "DeliveredSignal.amount": "bedrag van de achterstand",
    "DeliveredSignal.origin_date": "sinds wanneer er achterstand is",
    "DeliveredSignal.signal_date": "datum van het signaal",
    "DeliveredSignal.crisis": "of het een crisissignaal is",
    "DeliveredSignal.warm_handover": "of de partner warm overdraagt",
    "DeliveredSignal.entrepreneur": "of de inwoner ondernemer is",
    "DeliveredSignal.legal_form": "rechtsvorm",
    "DeliveredSignal.end_of_supply_on": "wanneer de levering stopt",
    "DeliveredSignal.own_steps": "wat de partner zelf deed, in eigen woorden",
    "DeliveredSignal.received_on": "wanneer het bij een ander systeem kwam",
    "DeliveredSignal.past": "wat een ander systeem eerder deed",
    "PastAttempt.channel": "waarover contact is gezocht",
    "PastAttempt.result": "wat ervan kwam",
    "PastAttempt.at": "wanneer",
    "RefusedRow.cells": "alle cellen van de regel, zoals zij kwamen",
    "Note.text": "vrije tekst; het systeem waarschuwt voor een BSN en voor woorden over gezondheid en zo",
    "Mail.address": _MAIL,
    "Mail.subject": nobody("onderwerp"),
    "Mail.body": "tekst van de mail",
    "Mail.calendar": "de afspraak als agendabestand",
    "Mail.sender_name": nobody("van wie"),
    "CalendarPart.uid": "nummer van de afspraak",
    "CalendarPart.sequence": nobody("volgnummer"),
    "CalendarPart.cancelled": "of de afspraak vervalt",
    "CalendarPart.starts_at": "wanneer",
    "CalendarPart.minutes": nobody("hoe lang"),
    "CalendarPart.made_at": nobody("wanneer gemaakt"),
    "CalendarPart.summary": nobody("titel, zonder waarover"),
    "CalendarPart.description": nobody("uitleg, zonder waarover"),
    "Letter.name": "naam",
    "Letter.address": "adres",
    "Letter.subject": nobody("onderwerp"),
    "Letter.body": "tekst van de brief",
    "Letter.language": "taal",
    "PrintedLetter.pdf": "de hele brief",
    "TextMessage.number": _NUMBER,
    "TextMessage.body": "tekst van de sms",
    "Representative.name": "naam van de vertegenwoordiger",
    "Representative.phone": "telefoonnummer van de vertegenwoordiger",
    "Representative.mailbox": "mailadres van de vertegenwoordiger",
    "AmountAnswer.amount": "wat nog openstaat",
    "AmountAnswer.as_of": "op welke dag",
    "UploadedFile.content": "het hele bestand",
    "CallRequest.surname": "achternaam van de beller",
    "CallRequest.phone": "telefoonnummer van de beller",
    "CallRequest.daypart": "gewenst dagdeel",
    "CallRequest.wanted": "gewenst moment, in eigen woorden",
    "CallRequest.note": "notitie van de centrale",
    "CommandDraft.command_id": nobody("nummer van de handeling"),
    "CommandDraft.command": "de handeling als codes en nummers",
    "CommandDraft.note": "getypte toelichting",
    "CommandDraft.particulars": "wat verder is getypt",
    "Particulars.amount": "nieuw bedrag",
    "Particulars.phone": "nieuw telefoonnummer",
    "Particulars.mailbox": "nieuw mailadres",
    "Particulars.preferred": "of dit het eerst is",
    "Particulars.address": "nieuw adres",
    "Particulars.language": "taal",
    "Particulars.wish": "waarover geen berichten",
    "Particulars.name": "naam van de vertegenwoordiger",
    "Particulars.initials": "verbeterde voorletters",
    "Particulars.prefix": "verbeterd tussenvoegsel",
    "Particulars.surname": "verbeterde achternaam",
    "Particulars.birth_date": "verbeterde geboortedatum",
}
"""What a field says, by its model and its name. What a model holds of another model stands there."""


def sealed_models() -> tuple[type[BaseModel], ...]:
    """Every model that is sealed as a document of its own."""
    return get_args(get_args(PersonalData)[0])


def fields_of(model: type[BaseModel]) -> Iterator[str]:
    """Every field of a document and of what it holds, as `Model.field`."""
    for part in _parts(model, {}):
        for name in part.model_fields:
            if name != "kind":
                yield f"{part.__name__}.{name}"


def _parts(kind: Any, found: dict[type[BaseModel], None]) -> dict[type[BaseModel], None]:
    """The models in an annotation, each once, in the order in which they are met."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in found:
            found[kind] = None
            for field in kind.model_fields.values():
                _parts(field.annotation, found)
        return found
    for inner in get_args(kind):
        _parts(inner, found)
    return found
