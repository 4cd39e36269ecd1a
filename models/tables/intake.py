"""What partners send: deliveries, their rows, and the signals that these become."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, false
from sqlmodel import Field

from models.codes import Recurrence
from models.tables.base import Moment, Row


class RequestRow(Row, table=True):
    """Something that a partner's system asked us to do, so that asked again it is done once. What was asked is known
    in the vault, by a unit of its own."""

    __tablename__ = "request"

    id: str = Field(primary_key=True)
    unit_id: str
    made_at: datetime = Field(sa_type=Moment, index=True)
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """None while it is being done."""


class CallRequestRow(Row, table=True):
    """Somebody asked the switchboard to be called back. What they said is a sealed document of a unit of its own."""

    __tablename__ = "call_request"
    __table_args__ = (
        Index("ix_call_request_status", "status", "municipality", "received_at"),
        CheckConstraint("calls >= 1", name="calls"),
    )

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    unit_id: str
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    calls: int = 1
    """How often the same caller asked while it waited."""
    status: str
    command_id: str | None = None
    """What the case that fits was asked; whoever deals with the request next says that they read it with this."""
    asked_case: str | None = None
    """The case that was chosen, while it has yet to answer."""
    asked_person: str | None = None
    """Whom of it."""
    why: str = ""
    """Why a caseworker must look, in a sentence of ours."""
    erase_at: datetime = Field(sa_type=Moment, index=True)


class UploadRow(Row, table=True):
    """A partner's file that somebody looks at before it counts. The file is a sealed document of its own unit."""

    __tablename__ = "upload"

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    unit_id: str
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    header: int
    """Number of the row with the names of the columns."""
    mapping: dict[str, int] = Field(sa_type=JSON)
    """Our column -> its place in the file, from 0."""
    delivery_id: str | None = None
    """Once somebody confirmed it."""
    erase_at: datetime = Field(sa_type=Moment, index=True)


class ColumnMappingRow(Row, table=True):
    """Which column is which in files of a partner with one kind of header. The id is a keyed hash of all three."""

    __tablename__ = "column_mapping"

    id: str = Field(primary_key=True)
    mapping: dict[str, int] = Field(sa_type=JSON)
    confirmed_at: datetime = Field(sa_type=Moment)


class DeliveryRow(Row, table=True):
    """A file of a partner. Its name is not kept: people put names in file names."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_received", "municipality", "received_at", "id"),)

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    report: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """What became of its rows, counted when it was finished: rows go, this stays."""
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_by: str | None = None


class DeliveredRow(Row, table=True):
    """One row of a delivery, sealed as it came. With the signal it becomes it is one erasure unit."""

    __tablename__ = "delivered_row"
    __table_args__ = (
        Index("ix_delivered_row_delivery_id_number", "delivery_id", "number", unique=True),
        CheckConstraint("number >= 1", name="number"),
    )

    id: str = Field(primary_key=True)
    delivery_id: str = Field(sa_column_args=(ForeignKey("delivery.id"),))
    number: int
    unit_id: str = Field(index=True)
    status: str
    errors: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    """Refusals as {field, reason}; a reason names the form a field must have, never the value it has."""
    case_id: str | None = Field(default=None, index=True)
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When a unit without a case goes (a refused row)."""
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the signal came in, if that was at another system; its delivery then says when it was taken over."""


class SignalRow(Row, table=True):
    __tablename__ = "signal"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount"),
        Index("ix_signal_received", "municipality", "received_at", "id"),
        Index("ix_signal_partner", "partner_id", "municipality", "received_at"),
    )

    id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    row_id: str = Field(sa_column_args=(ForeignKey("delivered_row.id"),))
    municipality: str
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    partner_type: str
    case_id: str | None = Field(default=None, index=True)
    person_id: str
    status: str
    amount_cents: int
    origin_date: date | None = None
    days_in_arrears: int | None = None
    signal_date: date
    received_at: datetime = Field(sa_type=Moment)
    crisis: bool
    warm_handover: bool
    legal_entity: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    end_of_supply_on: date | None = None
    recurrence: str = Recurrence.NOT_COMPARED
    """As it was found when the signal came in."""
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When the signal's own unit goes; known once its case is closed."""
