"""What is said of a place where data are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from policy.permissions import Action


class Who(StrEnum):
    """Whose data they are."""

    RESIDENT = "inwoner"
    STAFF = "medewerker"
    CONTACT = "contactpersoon van een partner"
    CALLER = "beller"
    NOBODY = "niemand"


class Purpose(StrEnum):
    """For what data are there."""

    HELP = "help"
    PARTNERS = "partners"
    WORK = "work"
    LOOKS = "looks"
    PROOF = "proof"
    SIGN_IN = "sign_in"
    FIGURES = "figures"
    QUALITY = "quality"
    RUNNING = "running"


class Source(StrEnum):
    """From whom they come."""

    PARTNER = "de signaalpartner, in een aanlevering"
    REGISTER = "het persoonsregister (BRP)"
    STAFF = "een medewerker, die het vastlegt"
    SYSTEM = "het systeem zelf"
    CALLER = "de beller, door de telefooncentrale genoteerd"
    MUNICIPALITY = "de gemeente, op haar lijsten"
    SIGN_IN = "de aanmelddienst van de gemeente"
    SEVERAL = "de signaalpartner, het persoonsregister, of een medewerker die het hoorde"


class Term(StrEnum):
    """By which rule they go; `web/privacy/terms.py` says how long that is."""

    CASE = "case"
    SIGNAL = "signal"
    ROW = "row"
    UPLOAD = "upload"
    CALL = "call"
    REQUEST = "request"
    SEARCH = "search"
    LOOK = "look"
    SESSION = "session"
    SIGNING_IN = "signing_in"
    AT_WORK = "at_work"
    DIGEST = "digest"
    DRAFT = "draft"
    STAFF = "staff"
    KEY = "key"
    PARTNER = "partner"
    PROOF = "proof"
    COUNTS = "counts"
    RUNNING = "running"
    MARK = "mark"
    TRAIL = "trail"


@dataclass(frozen=True)
class Of:
    """A field that is about somebody else than its place is, or about nobody."""

    text: str
    who: Who


@dataclass(frozen=True)
class Place:
    """A table, or a kind of sealed document. `fields`: what each column is that `ANYWHERE` does not tell already."""

    title: str
    who: Who
    why: Purpose
    source: Source
    seen: tuple[Action, ...]
    """Who may do this, may see it; nobody where there is none."""
    term: Term
    fields: Mapping[str, str | Of]


def nobody(text: str) -> Of:
    return Of(text, Who.NOBODY)


def staff(text: str) -> Of:
    return Of(text, Who.STAFF)


ANYWHERE: Mapping[str, str | Of] = {
    "id": "nummer van de regel",
    "municipality": nobody("code van de gemeente"),
    "partner_id": nobody("de partner"),
    "partner_type": nobody("soort partner"),
    "month": nobody("maand"),
    "unit_id": "nummer van de eenheid die als geheel wordt vernietigd",
    "case_id": "nummer van de zaak",
    "person_id": "nummer van de persoon in de zaak",
    "signal_id": "nummer van het signaal",
    "row_id": "nummer van de regel in de aanlevering",
    "step_id": "nummer van de stap",
    "command_id": "nummer van de handeling",
    "fact_id": "nummer van de gebeurtenis",
    "document_id": "nummer van het verzegelde stuk",
    "delivery_id": nobody("nummer van de aanlevering"),
    "batch_id": nobody("nummer van de zending"),
    "erase_at": nobody("wanneer het weg moet zijn"),
}
"""Columns that mean the same in every table."""
