"""The rows of the print queue. Everything that changes which letters are in a batch holds `queue_lock`."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.ids import BatchId, CaseId
from models.tables import PrintBatchRow, PrintLetterRow
from models.values import MunicipalityCode


def queue_lock(municipality: MunicipalityCode) -> str:
    """The name of the lock on a municipality's print queue."""
    return f"prints/{municipality.text}"


def waiting(session: Session, municipality: MunicipalityCode, *, until: datetime, at_most: int) -> list[PrintLetterRow]:
    """Letters that were queued by this moment and are in no batch, the oldest first."""
    wanted = (
        select(PrintLetterRow)
        .where(
            PrintLetterRow.municipality == municipality.text,
            col(PrintLetterRow.batch_id).is_(None),
            col(PrintLetterRow.queued_at) <= until,
        )
        .order_by(col(PrintLetterRow.queued_at), col(PrintLetterRow.step_id))
        .limit(at_most)
    )
    return list(session.exec(wanted))


def open_batch(session: Session, municipality: MunicipalityCode) -> PrintBatchRow | None:
    """The oldest batch that the printer has not taken."""
    wanted = (
        select(PrintBatchRow)
        .where(PrintBatchRow.municipality == municipality.text, col(PrintBatchRow.handed_over_at).is_(None))
        .order_by(col(PrintBatchRow.closed_at), col(PrintBatchRow.id))
    )
    return session.exec(wanted).first()


def in_batch(session: Session, batch: BatchId) -> list[PrintLetterRow]:
    """The letters of a batch in their order, but those that were erased since."""
    wanted = select(PrintLetterRow).where(PrintLetterRow.batch_id == batch).order_by(col(PrintLetterRow.position))
    return list(session.exec(wanted))


def is_on_its_way(session: Session, case: CaseId) -> bool:
    """Whether a letter of the case is in a batch that the printer has not taken."""
    wanted = (
        select(PrintLetterRow.step_id)
        .join(PrintBatchRow, col(PrintBatchRow.id) == col(PrintLetterRow.batch_id))
        .where(PrintLetterRow.case_id == case, col(PrintBatchRow.handed_over_at).is_(None))
    )
    return session.exec(wanted).first() is not None


def take_out(session: Session, case: CaseId) -> None:
    """Letters of the case that wait leave the queue."""
    session.execute(
        delete(PrintLetterRow).where(col(PrintLetterRow.case_id) == case, col(PrintLetterRow.batch_id).is_(None))
    )
