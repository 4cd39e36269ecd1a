"""The sealed documents of the main database: typed personal data under the key of their erasure unit."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from adapters.vault import Erased, Vault
from models.codes import DocumentKind
from models.ids import DocumentId, UnitId, derived
from models.personal import PersonalData
from models.tables import DocumentRow

_AT_ONCE = 1000
Subject = TypeVar("Subject", bound=str)


def document_of(kind: DocumentKind, subject: str) -> DocumentId:
    """The one document of this kind about this subject.

    Subjects: a row's id (ROW), a person's id in a case (PERSON, REGISTER), a command's id (NOTE, COMMAND), a step's id
    (MESSAGE).
    """
    return DocumentId(derived(kind, subject))


class Documents:
    """Keeps and opens documents in a transaction of the main database."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def keep(
        self, session: Session, unit: UnitId, kind: DocumentKind, subject: str, data: PersonalData, *, at: datetime
    ) -> DocumentId:
        """Seals the data in the unit, in place of what was there. Raises `Erased`."""
        sealed = self._vault.seal(unit, data)
        document = document_of(kind, subject)
        row = session.get(DocumentRow, document)
        if row is None:
            row = DocumentRow(id=document, unit_id=unit, kind=kind, subject_id=subject, created_at=at, sealed=sealed)
        row.unit_id, row.sealed = unit, sealed
        session.add(row)
        session.flush()
        return document

    def read(
        self, session: Session, kind: DocumentKind, subject: str, *, to_change: bool = False
    ) -> PersonalData | None:
        """What is kept; None when there is no such document. Raises `Erased`.

        `to_change`: nobody else changes it until the transaction ends.
        """
        row = session.get(DocumentRow, document_of(kind, subject), with_for_update=True if to_change else None)
        return None if row is None else self._vault.open(UnitId(row.unit_id), row.sealed)

    def read_many(
        self, session: Session, kind: DocumentKind, subjects: Iterable[Subject]
    ) -> dict[Subject, PersonalData]:
        """What is kept about each of these, a thousand with each question; what is erased is not among it."""
        named = {document_of(kind, subject): subject for subject in subjects}
        return {named[document]: data for _, opened in self._found(session, named) for document, data in opened.items()}

    def named(self, session: Session, documents: Iterable[DocumentId]) -> dict[DocumentId, PersonalData]:
        """These documents; one that is not there is not among them. Raises `Erased` when one can no longer be read."""
        return {document: data for found in self._found(session, documents) for document, data in _readable(*found)}

    def drop(self, session: Session, kind: DocumentKind, subject: str) -> None:
        """Deletes the document, if it is there."""
        row = session.get(DocumentRow, document_of(kind, subject))
        if row is not None:
            session.delete(row)
            session.flush()

    def _found(
        self, session: Session, documents: Iterable[DocumentId]
    ) -> Iterator[tuple[int, dict[DocumentId, PersonalData]]]:
        """In parts: how many are there, and those that can be read."""
        wanted = list(documents)
        for begin in range(0, len(wanted), _AT_ONCE):
            some = select(DocumentRow).where(col(DocumentRow.id).in_(wanted[begin : begin + _AT_ONCE]))
            sealed = {DocumentId(row.id): (UnitId(row.unit_id), row.sealed) for row in session.exec(some)}
            yield len(sealed), self._vault.open_many(sealed)


def _readable(number: int, opened: dict[DocumentId, PersonalData]) -> Iterable[tuple[DocumentId, PersonalData]]:
    if len(opened) < number:
        raise Erased
    return opened.items()
