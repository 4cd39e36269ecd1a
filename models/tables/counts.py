"""Counts without a person. They stay when cases are erased, and lead back to nobody."""

from sqlalchemy import JSON, Index
from sqlmodel import Field

from models.tables.base import Row


class StatisticRow(Row, table=True):
    """Counts without a person, written when a case closes; they stay when the case is erased."""

    __tablename__ = "statistic"
    __table_args__ = (
        Index("ix_statistic_month", "municipality", "month"),
        # What is counted over the months stands in these, so that no row is read for it.
        Index("ix_statistic_closed", "municipality", "month", "reached", "first_attempt", "unjustified"),
        Index("ix_statistic_opened", "municipality", "month_opened"),
    )

    id: str = Field(primary_key=True)
    """Random, so that nothing leads from it to the case."""
    municipality: str
    month: str
    partner_types: list[str] = Field(sa_type=JSON)
    signals: int
    successive: int = 0
    not_compared: int = 0
    """Signals of which nobody could tell whether the address was reported before."""
    attempts: dict[str, int] = Field(sa_type=JSON)
    reached: bool
    outcome: str
    acceptance: str
    month_opened: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Empty, like the following ones, of a case that closed before this was counted."""
    partners: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reach: dict[str, list[int]] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """`policy.closing_counts.reach`: sought and reached, by kind of contact and daypart."""
    first_attempt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    unjustified: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why its resident's signals were not justified; empty when they were, or when nobody said."""


class AreaCountRow(Row, table=True):
    """How many cases of a neighbourhood closed in a month: sums, with no row for each case."""

    __tablename__ = "area_count"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    """The four digits of the postcode."""
    cases: int = 0
    reached: int = 0
    accepted: int = 0


class PartnerCountRow(Row, table=True):
    """How many signals of a partner, received in a month, count in a line of a figure (`policy.signal_quality`): sums,
    with no row for each signal."""

    __tablename__ = "partner_count"

    municipality: str = Field(primary_key=True)
    partner_id: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    signals: int = 0


class NoteDoubtRow(Row, table=True):
    """How often in a month a note was kept, or its number left out, after it was said that something may not belong in
    it: sums, with nothing of what it was."""

    __tablename__ = "note_doubt"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    """`models.codes.NoteSubject`, or `bsn`."""
    ended: str = Field(primary_key=True)
    """`kept`, `left_out`."""
    notes: int = 0


class StallCountRow(Row, table=True):
    """How often cases began to stand still in a month: sums, with no row for each case."""

    __tablename__ = "stall_count"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    cases: int = 0
