"""How the installation itself fares: parties that are down, what waits for them, recurring jobs."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Moment, Row


class PartyRow(Row, table=True):
    """An outside party and since when it is down."""

    __tablename__ = "party"

    name: str = Field(primary_key=True)
    down_since: datetime | None = Field(default=None, sa_type=Moment)
    code: str | None = None


class PartyWaitRow(Row, table=True):
    """Something that waits for a party and goes on by itself."""

    __tablename__ = "party_wait"

    party: str = Field(primary_key=True)
    waiting: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)


class JobRow(Row, table=True):
    """When a recurring job last ended, and the number it found."""

    __tablename__ = "job"

    name: str = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=Moment)
    found: int


class DigestRow(Row, table=True):
    """A mail to an address of a municipality's supervisors, of one day. Neither its words nor its address are kept."""

    __tablename__ = "digest"

    reference: str = Field(primary_key=True)
    municipality: str
    handed_at: datetime = Field(sa_type=Moment, index=True)
    """Written before it is handed over."""
    fate: str | None = None
    """`activities.records.MessageFate`; None while nobody knows."""
