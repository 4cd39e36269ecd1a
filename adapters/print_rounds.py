"""Print rounds: which letters go to the printer together, and what became of each batch.

A batch is closed in one transaction with the last look at every letter in it. From then on it never changes: the
printer knows it by its id, and whoever was killed half way hands the same bytes over again.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.message_reports import MessageReports
from adapters.print_batch import InBatch, hash_over, manifest, packed
from adapters.print_rows import in_batch, open_batch, queue_lock, waiting
from adapters.vault import Vault
from models.case import CaseState
from models.codes import Channel, DocumentKind, MessageReport
from models.errors import CodedError
from models.ids import BatchId, PersonId, StepId, fresh
from models.personal import Letter, PrintedLetter, Resident
from models.tables import CaseRow, PrintBatchRow, PrintLetterRow
from models.values import MunicipalityCode
from policy.letters import may_leave

AT_MOST = 400
"""Letters in one batch, so that it fits in memory and in one request; the rest goes in the next."""


class LetterMissing(CodedError):
    """A letter of the batch has no sealed document, or other bytes than when the batch was closed."""

    retryable = False


@dataclass(frozen=True)
class Round:
    """A batch, for lists."""

    batch: BatchId
    municipality: MunicipalityCode
    closed_at: datetime
    letters: int
    withdrawn: int
    handed_over_at: datetime | None


class PrintRounds:
    """Port `activities.ports.PrintRounds`, and what the page of print rounds reads."""

    def __init__(self, database: Database, vault: Vault, reports: MessageReports) -> None:
        self._database = database
        self._documents = Documents(vault)
        self._reports = reports

    def close(self, municipality: MunicipalityCode, *, at: datetime) -> BatchId | None:
        """The batch that the printer has not taken yet, else a new one of what waits; None when nothing does.

        A letter that may not leave any more is taken back in the same transaction, and its case is going to hear it.
        """
        with self._database.write() as session:
            self._database.lock(session, queue_lock(municipality))
            known = open_batch(session, municipality)
            if known is not None:
                return BatchId(known.id)
            batch = BatchId(fresh())
            looked_at = waiting(session, municipality, until=at, at_most=AT_MOST)
            self._database.lock(session, *(f"case/{case}" for case in {letter.case_id for letter in looked_at}))
            leaving = [letter for letter in looked_at if self._may_leave(session, letter)]
            for letter in looked_at:
                if letter not in leaving:
                    self._withdraw(session, letter, key=batch, at=at)
            if not leaving:
                return None
            _freeze(session, batch, municipality, leaving, withdrawn=len(looked_at) - len(leaving), at=at)
            return batch

    def content(self, batch: BatchId) -> bytes:
        """The batch as the printer gets it; the same bytes each time. Raises `LetterMissing` or `Erased`."""
        with self._database.read() as session:
            row = session.get_one(PrintBatchRow, batch)
            letters = [_listed(letter) for letter in in_batch(session, batch)]
            pdfs = [self._pdf(session, letter) for letter in letters]
        if hash_over([letter.sha256 for letter in letters]) != row.sha256:
            raise LetterMissing("letters.batch_changed")
        listed = manifest(batch, MunicipalityCode(row.municipality), letters)
        return packed(listed, list(zip(letters, pdfs, strict=True)))

    def handed_over(self, batch: BatchId, *, at: datetime) -> int:
        """The printer has the batch: every case is going to hear it, and the printed letters are kept no longer. How
        many letters it has; said twice, the first moment stays."""
        with self._database.write() as session:
            row = session.get_one(PrintBatchRow, batch)
            self._database.lock(session, queue_lock(MunicipalityCode(row.municipality)))
            session.refresh(row)
            if row.handed_over_at is None:
                row.handed_over_at = at
                for letter in in_batch(session, batch):
                    self._reports.keep(letter.step_id, MessageReport.POSTED, at=at, within=session)
                    self._documents.drop(session, DocumentKind.PRINT, letter.step_id)
            return row.letters

    def latest(self, municipalities: Sequence[MunicipalityCode], limit: int) -> list[Round]:
        """The newest batches."""
        wanted = (
            select(PrintBatchRow)
            .where(col(PrintBatchRow.municipality).in_([code.text for code in municipalities]))
            .order_by(col(PrintBatchRow.closed_at).desc(), col(PrintBatchRow.id))
            .limit(limit)
        )
        with self._database.read() as session:
            return [_round(row) for row in session.exec(wanted)]

    def find(self, batch: str) -> Round | None:
        with self._database.read() as session:
            row = session.get(PrintBatchRow, batch)
        return None if row is None else _round(row)

    def waiting(self, municipality: MunicipalityCode, *, at: datetime) -> int:
        """How many letters wait for the next round."""
        with self._database.read() as session:
            return len(waiting(session, municipality, until=at, at_most=10_000))

    def manifest(self, batch: BatchId, municipality: MunicipalityCode) -> bytes:
        """What is in the batch, but letters that were erased since."""
        with self._database.read() as session:
            return manifest(batch, municipality, [_listed(letter) for letter in in_batch(session, batch)])

    def _may_leave(self, session: Session, letter: PrintLetterRow) -> bool:
        case = session.get(CaseRow, letter.case_id)
        if case is None:
            return False
        state = CaseState.model_validate(case.state)
        return may_leave(state, PersonId(letter.person_id), StepId(letter.step_id)) and self._lives_there(
            session, letter
        )

    def _lives_there(self, session: Session, letter: PrintLetterRow) -> bool:
        """Whether the address on the letter is still the one that is known, and the resident still wants letters."""
        written = self._documents.read(session, DocumentKind.MESSAGE, letter.step_id)
        resident = self._documents.read(session, DocumentKind.PERSON, letter.person_id)
        return (
            isinstance(written, Letter)
            and isinstance(resident, Resident)
            and written.address == resident.address
            and Channel.LETTER not in resident.unwanted
        )

    def _withdraw(self, session: Session, letter: PrintLetterRow, *, key: BatchId, at: datetime) -> None:
        session.delete(letter)
        self._documents.drop(session, DocumentKind.PRINT, letter.step_id)
        self._reports.keep(letter.step_id, MessageReport.WITHDRAWN, at=at, key=key, within=session)

    def _pdf(self, session: Session, letter: InBatch) -> bytes:
        printed = self._documents.read(session, DocumentKind.PRINT, letter.reference)
        if not isinstance(printed, PrintedLetter):
            raise LetterMissing("letters.not_kept")
        return base64.b64decode(printed.pdf)


def _freeze(
    session: Session,
    batch: BatchId,
    municipality: MunicipalityCode,
    letters: Sequence[PrintLetterRow],
    *,
    withdrawn: int,
    at: datetime,
) -> None:
    row = PrintBatchRow(
        id=batch,
        municipality=municipality.text,
        closed_at=at,
        letters=len(letters),
        withdrawn=withdrawn,
        sha256=hash_over([letter.sha256 for letter in letters]),
    )
    session.add(row)
    session.flush()
    for position, letter in enumerate(letters, start=1):
        letter.batch_id, letter.position = batch, position


def _listed(letter: PrintLetterRow) -> InBatch:
    return InBatch(letter.step_id, letter.position or 0, letter.pages, letter.sha256)


def _round(row: PrintBatchRow) -> Round:
    return Round(
        batch=BatchId(row.id),
        municipality=MunicipalityCode(row.municipality),
        closed_at=row.closed_at,
        letters=row.letters,
        withdrawn=row.withdrawn,
        handed_over_at=row.handed_over_at,
    )
