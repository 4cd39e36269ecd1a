"""Lists of what is going to be erased, and who agreed to them. Ids and rules: they stay when the data are gone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlmodel import Field

from models.tables.base import Moment, Row


class DestructionListRow(Row, table=True):
    """The list of a week. How it is agreed to is that of the day on which it was made."""

    __tablename__ = "destruction_list"
    __table_args__ = (
        Index("ix_destruction_list_name", "municipality", "name", unique=True),
        Index("ix_destruction_list_made", "municipality", "made_at", "id"),
        Index("ix_destruction_list_ends", "municipality", "ends_at"),
        CheckConstraint("people >= 1", name="people"),
    )

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    name: str
    """The year and week that it was made for."""
    made_at: datetime = Field(sa_type=Moment)
    people: int
    cooling_off_days: int
    longest_wait_days: int
    cases: int = 0
    """How many cases are on it, wholly or with some of their signals."""
    others: int = 0
    """How many other units."""
    first_due_at: datetime | None = Field(default=None, sa_type=Moment)
    ends_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the last of it goes, whoever agrees."""
    cooling_off_until: datetime | None = Field(default=None, sa_type=Moment)
    """None while not enough people agreed."""


class DestructionItemRow(Row, table=True):
    """A unit on a list. It counts for the date that it had then: a hold that was set since takes it off."""

    __tablename__ = "destruction_item"
    __table_args__ = (Index("ix_destruction_item_shown", "list_id", "due_at", "case_id"),)

    list_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("destruction_list.id"),))
    unit_id: str = Field(primary_key=True, index=True)
    case_id: str | None = Field(default=None, index=True)
    rule: str
    """`OutcomeClass`; of a row without a case `WithoutCase`."""
    due_at: datetime = Field(sa_type=Moment)


class DestructionApprovalRow(Row, table=True):
    """Somebody agreed to a list."""

    __tablename__ = "destruction_approval"
    __table_args__ = (Index("ix_destruction_approval_staff", "list_id", "staff_id", unique=True),)

    list_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("destruction_list.id"),))
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """From 1, in the order in which they agreed."""
    staff_id: str | None = None
    """None once its own term is over."""
    role: str
    at: datetime = Field(sa_type=Moment)
