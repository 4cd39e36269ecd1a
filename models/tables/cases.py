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


def _of_tasks(name: str, *columns: str, nobodys: bool = False) -> Index:
    where = _NOBODYS if nobodys else None
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class CaseRow(Row, table=True):
    """The read model of a case: the workflow is the truth while it is open."""

    __tablename__ = "case"
    __table_args__ = (
        # The figures count every open case. That they do in the index, without its long row.
        Index(
            "ix_case_open",
            "municipality",
            "phase",
            "opened_at",
            "closed_at",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
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
            sqlite_where=_STANDS_STILL,
            postgresql_where=_STANDS_STILL,
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
        # Each part of the work list has two orders: of what is open now, by rank, and of what opens later. An index
        # gives each as it is shown, so that no page sorts more than itself, however much work there is. Both
        # municipality and owner are asked one by one, see `web.work_queries`.
        _of_tasks("ix_task_team_now", "municipality", "rank", "ranked_at", "id", "opens_at"),
        _of_tasks("ix_task_team_later", "municipality", "opens_at", "rank", "id"),
        _of_tasks("ix_task_queue_now", "municipality", "queue", "rank", "ranked_at", "id", "opens_at"),
        _of_tasks("ix_task_queue_later", "municipality", "queue", "opens_at", "rank", "id"),
        _of_tasks("ix_task_free_now", "municipality", "queue", "rank", "ranked_at", "id", "opens_at", nobodys=True),
        _of_tasks("ix_task_free_later", "municipality", "queue", "opens_at", "rank", "id", nobodys=True),
        _of_tasks("ix_task_owner_now", "owner", "rank", "ranked_at", "id", "opens_at", "municipality"),
        _of_tasks("ix_task_owner_later", "owner", "opens_at", "rank", "id", "municipality"),
        _of_tasks("ix_task_call_now", "municipality", "kind", "rank", "ranked_at", "id", "opens_at", nobodys=True),
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
    rank: int
    """Its place among open work (`policy.work_order`), the lowest first."""
    ranked_at: datetime = Field(sa_type=Moment)
    """Its place among work of one rank: since when its case stands still, else when it is due."""


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
