"""What partners and the national statistics are told of signals, and what partners are asked."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false
from sqlalchemy import text as sql
from sqlmodel import Field

from models.tables.base import Moment, Row

_STILL_ASKED = sql("answered_at IS NULL AND NOT dropped")
_UNANSWERED = sql("answered_at IS NULL")
_STILL_OWED = sql("delivered_at IS NULL")


class FeedbackRow(Row, table=True):
    """What a partner is owed for one signal."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_owed", "municipality", "partner_id", "delivered_at"),
        # What is still owed is little beside what was ever told.
        Index(
            "ix_feedback_still_owed",
            "municipality",
            "partner_id",
            "delivered_at",
            sqlite_where=_STILL_OWED,
            postgresql_where=_STILL_OWED,
        ),
        CheckConstraint("delivered_at IS NULL OR batch_id IS NOT NULL", name="delivered"),
    )

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    case_id: str = Field(index=True)
    municipality: str
    partner_id: str
    code: str
    owed_at: datetime = Field(sa_type=Moment)
    batch_id: str | None = Field(default=None, index=True)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    told_code: str | None = None
    """What the partner took last; it stays when another code is owed since."""
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class FeedbackBatchRow(Row, table=True):
    """A batch that a partner took. Nothing in it leads to a signal, so it stays when they go."""

    __tablename__ = "feedback_batch"
    __table_args__ = (
        Index("ix_feedback_batch_told", "municipality", "partner_id", "delivered_at"),
        CheckConstraint("(received_at IS NULL) = (received_by IS NULL)", name="received"),
    )

    id: str = Field(primary_key=True)
    municipality: str
    partner_id: str
    signals: int
    delivered_at: datetime = Field(sa_type=Moment)
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    """When somebody said that the partner has read it."""
    received_by: str | None = None
    """The member of staff who said so, of the partner or of the municipality."""


class AmountQuestionRow(Row, table=True):
    """Somebody asks the partner of a signal what is owed now. It is the signal's, in whichever case that is, and goes
    with it; so does the answer, a sealed document of the signal's unit."""

    __tablename__ = "amount_question"
    __table_args__ = (
        # However many ask at once, a signal has one open question.
        Index(
            "ix_amount_question_open",
            "signal_id",
            unique=True,
            sqlite_where=_STILL_ASKED,
            postgresql_where=_STILL_ASKED,
        ),
        Index(
            "ix_amount_question_list",
            "municipality",
            "partner_id",
            "asked_at",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
    )

    id: str = Field(primary_key=True)
    signal_id: str = Field(index=True, sa_column_args=(ForeignKey("signal.id"),))
    municipality: str
    partner_id: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str | None = None
    """Who wrote the answer down: of the partner itself, or of the municipality that heard it."""
    dropped: bool = False
    """The question became idle before it was answered: paid, withdrawn, an objection, or the case ended."""
    unlisted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It left the partner's list too: at the partner's first batch moment after it became idle."""


class CbsDeliveryRow(Row, table=True):
    """When a signal last went to the national statistics."""

    __tablename__ = "cbs_delivery"

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    delivered_at: datetime = Field(sa_type=Moment)
