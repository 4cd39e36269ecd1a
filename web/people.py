"""Sealed documents, opened for the rows that are shown and no others."""

from collections.abc import Iterable

from adapters.documents import Documents
from adapters.vault import Erased
from models.codes import DocumentKind
from models.ids import CommandId, PersonId, RowId
from models.personal import DeliveredSignal, KnownPerson, Note, Representative, Resident
from web.language import said
from web.services import Services

GONE = "(verwijderd)"
"""What stands where a name was, when its key was destroyed while the page was made."""


def residents(services: Services, people: Iterable[PersonId]) -> dict[PersonId, KnownPerson]:
    """The residents that can still be read, without where they live: see `web.addresses`."""
    with services.database.read() as session:
        found = Documents(services.vault).read_many(session, DocumentKind.PERSON, people)
    return {person: document.known() for person, document in found.items() if isinstance(document, Resident)}


def name_of(found: dict[PersonId, KnownPerson], person: PersonId) -> str:
    resident = found.get(person)
    return said(GONE) if resident is None else resident.name


def representative(services: Services, person: PersonId) -> Representative | None:
    """Who stands for the resident, if anybody does and it can still be read."""
    with services.database.read() as session:
        try:
            document = Documents(services.vault).read(session, DocumentKind.REPRESENTATIVE, person)
        except Erased:
            return None
    return document if isinstance(document, Representative) else None


def note_of(services: Services, command: CommandId) -> str:
    """What was written with a command; empty when nothing was, or when it can no longer be read."""
    with services.database.read() as session:
        try:
            document = Documents(services.vault).read(session, DocumentKind.NOTE, command)
        except Erased:
            return ""
    return document.text if isinstance(document, Note) else ""


def delivered(services: Services, rows: Iterable[RowId]) -> dict[RowId, DeliveredSignal]:
    """What the partners sent, by delivered row; an erased one says nothing."""
    with services.database.read() as session:
        found = Documents(services.vault).read_many(session, DocumentKind.ROW, rows)
    return {row: document for row, document in found.items() if isinstance(document, DeliveredSignal)}
