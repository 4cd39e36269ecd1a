"""Outcomes that colleagues judge."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlmodel import Field

from models.tables.base import Moment, Row


class ReviewDrawRow(Row, table=True):
    """The sample of a month was drawn, once: how many outcomes were in it."""

    __tablename__ = "review_draw"

    municipality: str = Field(primary_key=True, sa_column_args=(ForeignKey("municipality.code"),))
    month: str = Field(primary_key=True)
    drawn_at: datetime = Field(sa_type=Moment)
    cases: int


class ReviewRow(Row, table=True):
    """An outcome of a sample, and what the colleague said who judged it."""

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_work", "municipality", "judged_at", "reviewer"),
        CheckConstraint("(said IS NULL) = (judged_at IS NULL)", name="judged"),
        CheckConstraint("said IS NOT NULL OR reason IS NULL", name="reason"),
        CheckConstraint("reviewer <> recorded_by", name="colleague"),
    )

    id: str = Field(primary_key=True)
    """Derived from the fact that recorded the outcome."""
    case_id: str = Field(index=True)
    municipality: str
    month: str
    """In which the outcome was recorded."""
    person_id: str
    outcome: str
    recorded_by: str
    reviewer: str | None = None
    """None while it was given to nobody."""
    said: str | None = None
    """The outcome that the reviewer would have recorded."""
    reason: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=Moment)


class ReviewCountRow(Row, table=True):
    """How often outcomes of a month were judged so: sums, with no row for each case."""

    __tablename__ = "review_count"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    said: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    """Empty where the reviewer agreed."""
    cases: int = 0
