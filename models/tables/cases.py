"""The read model of cases, and what lists of work are made of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy import text as sql
from sqlmodel import Field

from models.tables.base import Moment, Row

_STANDS_STILL = sql("closed_at IS NULL AND stalled_since IS NOT NULL")
_IS_OPEN = sql("closed_at IS NULL")
_IS_CLOSED = sql("closed_at IS NOT NULL")
_NOBODYS = sql("owner IS NULL")


_ASKED = ("queue", "owner", "kind", "route", "area", "term_at", "opens_at", "partner_types")
"""Of a task, what a work list may ask."""


def _of_tasks(name: str, *columns: str, nobodys: bool = False) -> Index:
    where = _NOBODYS if nobodys else None
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def _counted_by(name: str, *first: str, nobodys: bool = False) -> Index:
    """Everything that a list asks stands in it, so that counting reads no row of the table."""
    others = (column for column in _ASKED if column not in first)
    return _of_tasks(name, "municipality", *first, *others, nobodys=nobodys)


class CaseRow(Row, table=True):
    """The read model of a case: the workflow is the truth while it is open."""

    __tablename__ = "case"
    __table_args__ = (
        # In the order of the supervisor's list, whose reader may see one municipality or several: an index that begins
        # with the municipality gives several of them one after the other, so that all had to be sorted. Few cases stand
        # still, so passing over others' in this order costs little; what the list asks of a case stands in the index,
        # so that only the rows of the page are read. `closed_at` is always empty here, but older SQLite looks in the
        # row unless it stands in the index too.
        Index(
            "ix_case_stalled",
            "stalled_since",
            "id",
            "municipality",
            "stall_cause",
            "closed_at",
            "queue",
            "owner",
            sqlite_where=_STANDS_STILL,
            postgresql_where=_STANDS_STILL,
        ),
        # All that is counted of open cases stands in it, so that none of their long rows is read.
        Index(
            "ix_case_open",
            "municipality",
            "queue",
            "owner",
            "opened_at",
            "next_code",
            "due_at",
            "phase",
            "closed_at",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_case_wake", "closed_at", "wake_at"),
        Index(
            "ix_case_oldest_data",
            "municipality",
            "oldest_signal_at",
            "id",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_case_erased_first",
            "municipality",
            "erase_at",
            "id",
            sqlite_where=_IS_CLOSED,
            postgresql_where=_IS_CLOSED,
        ),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    id: str = Field(primary_key=True)
    unit_id: str
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    phase: str
    opened_at: datetime = Field(sa_type=Moment)
    oldest_signal_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the first of its signals came in."""
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    sequence: int = 0
    owner: str | None = None
    queue: str | None = None
    next_code: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    wake_at: datetime | None = Field(default=None, sa_type=Moment)
    stall_cause: str | None = None
    stalled_since: datetime | None = Field(default=None, sa_type=Moment)
    urgent: bool = False
    priority: int = Field(default=2, sa_column_kwargs={"server_default": "2"})
    """How soon the route's work is to be done: 1 first, 4 last."""
    outcome: str | None = None
    outcome_class: str | None = None
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When the last of the case's data go; known once it is closed."""
    hold_until: datetime | None = Field(default=None, sa_type=Moment)
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """`models.case.CaseState` without its terms."""
    terms: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class CaseSignalRow(Row, table=True):
    __tablename__ = "case_signal"

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    case_id: str = Field(index=True)
    person_id: str
    joined_at: datetime = Field(sa_type=Moment)


class TaskRow(Row, table=True):
    """Work that waits for a person; kept equal to the open tasks of the case's state."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_of_kind", "kind", "opens_at", "id"),
        # All that is counted of work.
        Index("ix_task_ahead", "municipality", "queue", "kind", "owner", "opens_at", "due_at"),
        # What is counted beside a list and its filters: up to a limit, so each choice begins an index.
        _counted_by("ix_task_counted", "queue", "owner", "kind"),
        _counted_by("ix_task_by_owner", "owner", "opens_at"),
        _counted_by("ix_task_by_kind", "kind"),
        _counted_by("ix_task_by_route", "route"),
        _counted_by("ix_task_by_area", "area"),
        _counted_by("ix_task_by_term", "term_at"),
        _counted_by("ix_task_by_partner", "partner_types"),
        _counted_by("ix_task_open", "opens_at"),
        _counted_by("ix_task_nobodys", "queue", "opens_at", nobodys=True),
        # In the order of the work list, whose reader may see one municipality or several; what its filters ask stands
        # in the index, so that passing over others' work reads no row of the table.
        Index(
            "ix_task_in_order",
            *("rank", "sorts_at", "id", "municipality", "opens_at"),
            *("queue", "owner", "kind", "route", "area", "term_at", "partner_types"),
        ),
        Index(
            "ix_task_later",
            *("opens_at", "rank", "id", "municipality"),
            *("queue", "owner", "kind", "route", "area", "term_at", "partner_types"),
        ),
        # What is one's own, and who is to be called: by rank what is open now, else by when it opens. Owners and
        # municipalities are asked one by one, see `web.work_queries`.
        _of_tasks("ix_task_owner_now", "owner", "rank", "sorts_at", "id", "opens_at", "municipality"),
        _of_tasks("ix_task_owner_later", "owner", "opens_at", "rank", "id", "municipality"),
        _of_tasks("ix_task_call_now", "municipality", "kind", "rank", "sorts_at", "id", "opens_at", nobodys=True),
        _of_tasks("ix_task_call_later", "municipality", "kind", "opens_at", "queue", nobodys=True),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    municipality: str
    kind: str
    code: str
    queue: str
    owner: str | None = None
    daypart: str | None = None
    urgent: bool = False
    priority: int = Field(default=2, sa_column_kwargs={"server_default": "2"})
    """How soon the route's work is to be done: 1 first, 4 last."""
    opens_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    route: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Of the case; empty before one was chosen."""
    area: str | None = None
    """The neighbourhood (`policy.closing_counts.area`); empty when it may not or cannot be known, None in a task from
    before it was kept. It goes with the task."""
    rank: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Before which other work it goes, once it is open (`policy.work_order`): the lowest first."""
    sorts_at: datetime | None = Field(default=None, sa_type=Moment)
    """Among work of one rank: since when the case stands still, else when the task is due."""
    term_at: datetime | None = Field(default=None, sa_type=Moment)
    """Until when it is, or was, in time. A reminder moves `due_at` and not this."""
    partner_types: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Of which kinds of partner the case has signals, each between two of these: `+Energie+Huur+`. Few combinations
    exist, so an index finds each."""


class ProposalRow(Row, table=True):
    """What waits for a second person; kept equal to the open proposals of the case's state."""

    __tablename__ = "proposal"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    municipality: str = Field(index=True)
    person_id: str
    batch_id: str | None = Field(default=None, index=True)
    outcome: str
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=Moment)


class AttemptRow(Row, table=True):
    __tablename__ = "contact_attempt"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    step_id: str
    channel: str
    contact_kind: str
    """National EnumContactsoort."""
    result: str
    reached: bool
    incoming: bool = False
    at: datetime = Field(sa_type=Moment)
    daypart: str
