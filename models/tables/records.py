"""What happened to a case and who saw or asked what: the audit, the outbox, sealed documents, and marks of what was
erased."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlmodel import Field

from models.tables.base import Moment, Row

_NAMED = text("by NOT IN ('system', 'forgotten')")


class DocumentRow(Row, table=True):
    """A typed document of personal data, sealed under its unit's key."""

    __tablename__ = "document"

    id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    kind: str
    subject_id: str = Field(index=True)
    """What it belongs to: a person, a step, a command, a row."""
    created_at: datetime = Field(sa_type=Moment)
    sealed: bytes = Field(sa_type=LargeBinary)


class CommandRow(Row, table=True):
    """The outbox: a pressed button waits here, sealed, until the case accepted or refused it."""

    __tablename__ = "command"
    __table_args__ = (
        Index("ix_command_unsettled", "settled_at", "created_at"),
        CheckConstraint("status IN ('waiting', 'accepted', 'refused')", name="status"),
        CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name="settled"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    kind: str
    by: str
    document_id: str
    created_at: datetime = Field(sa_type=Moment)
    status: str
    """`waiting`, `accepted`, `refused`."""
    refusal: str | None = Field(default=None, sa_type=Text)
    attempts: int = 0
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class AuditProcessRow(Row, table=True):
    """What happened, without the person; kept after erasure. One row a fact, written once by the fact's id."""

    __tablename__ = "audit_process"
    __table_args__ = (Index("ix_audit_process_named", "at", sqlite_where=_NAMED, postgresql_where=_NAMED),)

    fact_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    sequence: int
    kind: str
    at: datetime = Field(sa_type=Moment)
    by: str
    """`FORGOTTEN` once its term is over; nothing else of a row can ever be changed."""
    phase_before: str
    phase_after: str


class AuditPersonRow(Row, table=True):
    """The part of an audit entry that is about the person; erased with the case."""

    __tablename__ = "audit_person"

    fact_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str | None = None
    note_id: str | None = None
    fact: dict[str, Any] = Field(sa_type=JSON)
    """The fact as it was recorded: ids and codes, without the terms."""


class AddressLookRow(Row, table=True):
    """Somebody saw a secret address."""

    __tablename__ = "address_look"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    staff_id: str
    at: datetime = Field(sa_type=Moment)
    reason: str


class AccessRequestRow(Row, table=True):
    """A resident asked for all that is held of them, and got it. It goes with the case that it was asked at; that
    somebody looked stays in the log of looks."""

    __tablename__ = "access_request"
    __table_args__ = (Index("ix_access_request_person", "case_id", "person_id"),)

    id: str = Field(primary_key=True)
    case_id: str
    person_id: str
    asked_on: date
    identity: str
    """How was made sure who asks."""
    answered_at: datetime = Field(sa_type=Moment)
    answered_by: str


class LookRow(Row, table=True):
    """Somebody had personal data before them: once for each case, person and purpose in a quarter of an hour, with how
    many times. It stays when the case is erased, and holds no more of it than its number."""

    __tablename__ = "look"
    __table_args__ = (
        Index("ix_look_municipality", "municipality", "last_at"),
        Index("ix_look_case_id", "case_id", "last_at"),
        Index("ix_look_staff_id", "municipality", "staff_id", "last_at"),
        Index("ix_look_first_at", "first_at"),
        CheckConstraint("(case_id IS NULL) <> (unit_id IS NULL)", name="subject"),
        CheckConstraint("times >= 1", name="times"),
    )

    id: str = Field(primary_key=True)
    """Follows from all that is counted together."""
    municipality: str
    case_id: str | None = None
    unit_id: str | None = None
    """What was opened, when it is in no case: a row that was refused, a file, somebody who asks to be called back."""
    staff_id: str | None = None
    """None once its own term is over."""
    role: str
    purpose: str
    reason: str | None = None
    """Why a secret address was looked at."""
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    times: int = 1
    staff_until: datetime = Field(sa_type=Moment, index=True)
    erase_at: datetime = Field(sa_type=Moment, index=True)


class CaseSearchRow(Row, table=True):
    """Somebody looked for whoever called: which kinds of data they had, and how many cases that gave. Never what was
    typed."""

    __tablename__ = "case_search"
    __table_args__ = (
        Index("ix_case_search_municipality", "municipality", "at"),
        CheckConstraint("hits >= 0", name="hits"),
    )

    id: str = Field(primary_key=True)
    municipality: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Where was searched; who searches in several leaves a row in each. Empty in rows from before it was kept."""
    staff_id: str
    at: datetime = Field(sa_type=Moment, index=True)
    kinds: list[str] = Field(sa_type=JSON)
    hits: int
    """More than are shown at once when nothing was shown."""


class CaseSearchHitRow(Row, table=True):
    """A case that such a search showed; it goes with the case."""

    __tablename__ = "case_search_hit"

    search_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("case_search.id"),))
    case_id: str = Field(primary_key=True, index=True)


class CertificateMarkRow(Row, table=True):
    """The hash of a certificate of erasure, kept apart from the vault's chain: what is taken from the chain's end, or
    made anew, is found by it. Append-only."""

    __tablename__ = "certificate_mark"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hash: str
