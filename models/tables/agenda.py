"""When members of staff work, are away, and are taken by a callback."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlmodel import Field

from models.tables.base import Moment, Row


class WorkingHoursRow(Row, table=True):
    """A block of somebody's weekly pattern, on the wall clock."""

    __tablename__ = "working_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("closes > opens", name="times"),
    )

    staff: str = Field(primary_key=True, sa_column_args=(ForeignKey("staff.id"),))
    weekday: int = Field(primary_key=True)
    """0 is Monday."""
    opens: str = Field(primary_key=True)
    """`09:00`."""
    closes: str
    """`17:00`; `24:00` for midnight."""


class AbsenceRow(Row, table=True):
    """Days on which a member of staff is away, and who looks after their work."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    id: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    first_day: date
    last_day: date
    deputy: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))


class CalendarFeedRow(Row, table=True):
    """The address at which somebody's calendar reads their callbacks. Only a hash of it is kept."""

    __tablename__ = "calendar_feed"

    staff: str = Field(primary_key=True, sa_column_args=(ForeignKey("staff.id"),))
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)


class AppointmentRow(Row, table=True):
    """When a member of staff is taken by a callback. Booked before the case hears of it, so that nobody is promised
    twice; the press that booked it keeps or frees it."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_agenda", "staff", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    staff: str
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    command_id: str = Field(index=True)
    """The press that booked it."""
