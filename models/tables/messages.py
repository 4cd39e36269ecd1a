"""What is sent to residents, by mail, as text message or on paper, and what was heard of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from models.tables.base import Moment, Row


class MessageRow(Row, table=True):
    """A mail, letter or text message: claimed before it is handed over, settled after.

    A claim without a fate is a message that may or may not have left.
    """

    __tablename__ = "message"
    __table_args__ = (CheckConstraint("(fate IS NULL) = (settled_at IS NULL)", name="settled"),)

    step_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    channel: str
    template: str
    document_id: str
    claimed_at: datetime = Field(sa_type=Moment)
    handed_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it was last handed over, on the clock of the wall: a look-up is believed by how long that is ago."""
    carrier: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """To whom it was handed; empty: before that was written down."""
    fate: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class MessageReportRow(Row, table=True):
    """What was heard of a message after it left, until its case has taken it."""

    __tablename__ = "message_report"
    __table_args__ = (Index("ix_message_report_untold", "told_at", "heard_at"),)

    id: str = Field(primary_key=True)
    step_id: str
    case_id: str = Field(index=True)
    person_id: str
    report: str
    heard_at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class PrintBatchRow(Row, table=True):
    """Letters that went to the printer together. Counts and hashes only, so it stays when its letters are erased."""

    __tablename__ = "print_batch"
    __table_args__ = (Index("ix_print_batch_municipality", "municipality", "closed_at"),)

    id: str = Field(primary_key=True)
    municipality: str
    closed_at: datetime = Field(sa_type=Moment)
    letters: int
    withdrawn: int
    """Letters that were taken out when this batch was closed."""
    sha256: str
    """Over the hashes of its letters, in their order."""
    handed_over_at: datetime | None = Field(default=None, sa_type=Moment)


class PrintLetterRow(Row, table=True):
    """A letter that waits for the printer, lies in a batch, or was posted. The letter itself is a sealed document of
    its case until the printer has it."""

    __tablename__ = "print_letter"
    __table_args__ = (
        Index("ix_print_letter_waiting", "municipality", "batch_id", "queued_at"),
        CheckConstraint("(batch_id IS NULL) = (position IS NULL)", name="position"),
        UniqueConstraint("batch_id", "position", name="uq_print_letter_position"),
    )

    step_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    municipality: str
    queued_at: datetime = Field(sa_type=Moment)
    pages: int
    sha256: str
    batch_id: str | None = Field(default=None, sa_column_args=(ForeignKey("print_batch.id"),))
    position: int | None = None
