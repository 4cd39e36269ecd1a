"""The way out for letters: set in type at once, kept sealed, and waiting for the next print round."""

import base64
import hashlib
from collections.abc import Callable

from sqlmodel import Session

from activities.ports import MessageRefused, Printer
from adapters.database import Database
from adapters.documents import Documents
from adapters.letter_pdf import CannotBeSet, LetterPdf, letter_pdf
from adapters.print_rows import queue_lock
from adapters.vault import Vault
from models.codes import DocumentKind
from models.errors import CodedError
from models.ids import CaseId, unit_of_case
from models.personal import Letter, PrintedLetter
from models.tables import CaseRow, MessageRow, PrintLetterRow
from models.terms import Sender
from models.values import MunicipalityCode
from policy.calendar import local


class NotBooked(CodedError):
    """A letter is queued only when the ledger of messages has it."""

    retryable = False


class PrintQueue(Printer):
    """Port `activities.ports.Printer`. A letter is queued once under its reference, which is its step's id."""

    carrier = "print-queue"
    can_be_asked = True
    is_queue = True

    def __init__(self, database: Database, vault: Vault, *, sender: Callable[[MunicipalityCode], Sender]) -> None:
        self._database = database
        self._documents = Documents(vault)
        self._sender = sender

    def send(self, letter: Letter, *, reference: str) -> None:
        """Queues the letter. Raises `MessageRefused` when it cannot be printed, `NotBooked`, `Erased`."""
        if self.took(reference):
            return
        booked, municipality = self._about(reference)
        printed = _printed(letter, self._sender(municipality), booked)
        with self._database.write() as session:
            self._database.lock(session, queue_lock(municipality))
            if session.get(PrintLetterRow, reference) is None:
                self._queue(session, booked, municipality, printed)

    def took(self, reference: str) -> bool:
        """Whether a letter waits, or waited, under this reference. One that was taken back never did."""
        with self._database.read() as session:
            return session.get(PrintLetterRow, reference) is not None

    def _about(self, reference: str) -> tuple[MessageRow, MunicipalityCode]:
        with self._database.read() as session:
            booked = session.get(MessageRow, reference)
            case = None if booked is None else session.get(CaseRow, booked.case_id)
        if booked is None or case is None:
            raise NotBooked("letters.not_booked")
        return booked, MunicipalityCode(case.municipality)

    def _queue(self, session: Session, booked: MessageRow, municipality: MunicipalityCode, printed: LetterPdf) -> None:
        sealed = PrintedLetter(pdf=base64.b64encode(printed.content).decode())
        unit, at = unit_of_case(CaseId(booked.case_id)), booked.claimed_at
        self._documents.keep(session, unit, DocumentKind.PRINT, booked.step_id, sealed, at=at)
        session.add(
            PrintLetterRow(
                step_id=booked.step_id,
                case_id=booked.case_id,
                person_id=booked.person_id,
                municipality=municipality.text,
                queued_at=at,
                pages=printed.pages,
                sha256=hashlib.sha256(printed.content).hexdigest(),
            )
        )


def _printed(letter: Letter, sender: Sender, booked: MessageRow) -> LetterPdf:
    try:
        return letter_pdf(letter, sender=sender.name, on=local(booked.claimed_at).date())
    except CannotBeSet as error:
        code = error.code
    raise MessageRefused(code)
