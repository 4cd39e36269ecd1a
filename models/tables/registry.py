"""Municipalities, partners with what is agreed with them, and staff."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, false
from sqlmodel import Field

from models.tables.base import Moment, Row


class MunicipalityRow(Row, table=True):
    __tablename__ = "municipality"

    code: str = Field(primary_key=True)
    name: str


class PartnerRow(Row, table=True):
    __tablename__ = "partner"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    type: str


class AgreementRow(Row, table=True):
    """Between which days a partner may deliver signals to a municipality (convenant)."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_pair", "partner_id", "municipality"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="days"),
    )

    id: str = Field(primary_key=True)
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    from_day: date
    until_day: date | None = None
    """The last day; None while it has no end."""


class PartnerProfileRow(Row, table=True):
    """What a municipality knows of working with a partner."""

    __tablename__ = "partner_profile"
    __table_args__ = (CheckConstraint("collection_day BETWEEN 1 AND 31", name="collection_day"),)

    partner_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(primary_key=True, sa_column_args=(ForeignKey("municipality.code"),))
    arrangements: str = ""
    """Which arrangements the partner offers, in a few lines."""
    collection_day: int | None = None
    """The day of the month on which it collects; in a shorter month the last day."""
    confirmed_on: date | None = None
    """When somebody last made sure that all of this is still so."""
    confirmed_by: str | None = None


class PartnerContactRow(Row, table=True):
    """Somebody, or a desk, at a partner, by work address. Never a resident."""

    __tablename__ = "partner_contact"
    __table_args__ = (Index("ix_partner_contact_pair", "partner_id", "municipality"),)

    id: str = Field(primary_key=True)
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    subject: str
    name: str
    route: str
    address: str
    """The number, mail address or portal."""
    preferred: bool = False
    hours: str = ""


class PartnerKeyRow(Row, table=True):
    """A key with which a partner's system asks. Whose it is, says what it may. Only a hash of it is kept."""

    __tablename__ = "partner_key"

    id: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    key_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    last_day: date
    """The last day on which it opens anything."""
    used_on: date | None = None
    """The latest day on which it did."""
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)


class StaffRow(Row, table=True):
    """A member of staff. Roles by municipality; the demo's staff are invented."""

    __tablename__ = "staff"

    id: str = Field(primary_key=True)
    name: str
    role: str
    municipalities: list[str] = Field(sa_type=JSON)
    party: str | None = None
    """The referral party that somebody works for."""
    sees_secret_addresses: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether they may see an address that is secret, after saying why."""
    partner_id: str | None = None
    """The signal partner that somebody works for."""
