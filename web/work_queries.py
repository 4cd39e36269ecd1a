"""The work list and the open proposals, asked in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_
from sqlmodel import col, select

from adapters.absences import Absences
from adapters.database import Database
from models.case import CaseState, Task
from models.codes import Queue, Role, TaskKind
from models.ids import CaseId, StaffId, derived
from models.tables import AtWorkRow, CaseRow, ProposalRow, TaskRow
from models.terms import QueueKey
from policy.changes import QUEUE_OF_PARTY
from policy.permissions import Staff
from web.paging import PAGE, Page, Scope, within


class Whose(StrEnum):
    """Which part of the work a list shows."""

    MINE = "mij"
    TEAM = "team"


WorkFilter = Whose | QueueKey
"""A queue stands for the work in it that nobody took yet."""


@dataclass(frozen=True)
class Reader:
    """For whom a work list is made: only these municipalities, and for a referral party only its own queue.

    `away`: the colleagues whose work the reader looks after today.
    """

    me: StaffId
    scope: Scope
    queue: QueueKey | None = None
    away: tuple[StaffId, ...] = ()


@dataclass(frozen=True)
class Work:
    """A task with what the list needs of its case."""

    task: TaskRow
    state: dict[str, Any]
    urgent: bool


@dataclass(frozen=True)
class Batch:
    """What one person proposed at once; `key` is the batch, or the only proposal."""

    key: str
    proposals: tuple[ProposalRow, ...]


def reader(database: Database, staff: Staff, scope: Scope, *, today: date) -> Reader:
    party = QUEUE_OF_PARTY[staff.party] if staff.party is not None else Queue.SYSTEM
    return Reader(
        me=staff.staff_id,
        scope=scope,
        queue=party if staff.role is Role.REFERRAL_PARTY else None,
        away=Absences(database).stands_in_for(staff.staff_id, today),
    )


def work(database: Database, reader: Reader, chosen: WorkFilter, *, now: datetime, page: int) -> Page[Work]:
    """Tasks open now: what goes before other work, then what is late, then by the priority of their routes, then by
    due moment; after them what opens later."""
    later, late = col(TaskRow.opens_at) > now, col(CaseRow.stalled_since)
    urgent = or_(col(TaskRow.urgent), col(CaseRow.urgent))
    order = (
        case((later, 2), (urgent, 0), else_=1),
        late.is_(None) | later,
        case((later, 0), else_=col(TaskRow.priority)),
        case((later, col(TaskRow.opens_at)), else_=func.coalesce(late, col(TaskRow.due_at))),
        ~urgent,
        col(TaskRow.id),
    )
    which = _work(reader, chosen)
    with database.read() as session:
        total = session.exec(select(func.count()).select_from(TaskRow).where(*which)).one()
        rows = session.exec(
            select(TaskRow, CaseRow.state, CaseRow.urgent)
            .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
            .where(*which)
            .order_by(*order)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        ).all()
    return Page(tuple(Work(task, dict(state), task.urgent or hurries) for task, state, hurries in rows), page, total)


def calls(database: Database, reader: Reader, *, now: datetime, until: datetime) -> tuple[Work, ...]:
    """Who is to be called, in the order of the work list: what is the reader's or nobody's. What can be called about
    now, and of the reader's own appointments also those until then. Without the cases that a colleague has before
    them, and `PAGE` at most."""
    soon = (col(TaskRow.kind) == TaskKind.CALLBACK) & _own(reader) & (col(TaskRow.opens_at) <= until)
    taken = select(AtWorkRow.case_id).where(col(AtWorkRow.staff) != reader.me, col(AtWorkRow.until) > now)
    late, urgent = col(CaseRow.stalled_since), or_(col(TaskRow.urgent), col(CaseRow.urgent))
    found = (
        select(TaskRow, CaseRow.state, CaseRow.urgent)
        .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
        .where(*_to_call(reader), or_(col(TaskRow.opens_at) <= now, soon), col(TaskRow.case_id).not_in(taken))
        .order_by(
            # An appointment has its minute; nothing else has.
            col(TaskRow.kind) != TaskKind.CALLBACK,
            ~urgent,
            late.is_(None),
            col(TaskRow.priority),
            func.coalesce(late, col(TaskRow.due_at)),
            col(TaskRow.id),
        )
        .limit(PAGE)
    )
    with database.read() as session:
        rows = session.exec(found).all()
    return tuple(Work(task, dict(state), task.urgent or hurries) for task, state, hurries in rows)


def next_call_from(database: Database, reader: Reader, *, now: datetime) -> datetime | None:
    """From when somebody is to be called next, of what may be called about by the reader; None when nobody is."""
    found = select(func.min(col(TaskRow.opens_at))).where(*_to_call(reader), col(TaskRow.opens_at) > now)
    with database.read() as session:
        return session.exec(found).one()


def _own(reader: Reader) -> ColumnElement[bool]:
    return col(TaskRow.owner).in_([reader.me, *reader.away])


def _to_call(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Calls that this reader can make: a party only what lies with it, others nothing that lies with a party."""
    of_parties = col(TaskRow.queue).in_(list(QUEUE_OF_PARTY.values()))
    reachable = col(TaskRow.queue) == reader.queue if reader.queue is not None else _own(reader) | ~of_parties
    return (
        within(TaskRow.municipality, reader.scope),
        col(TaskRow.kind).in_((TaskKind.CALL, TaskKind.CALLBACK)),
        or_(_own(reader), col(TaskRow.owner).is_(None)),
        reachable,
    )


def task_of(row: TaskRow, state: CaseState) -> Task | None:
    """The task in the case's state, which knows more than its row; None when the case moved on meanwhile."""
    return next(
        (task for task in state.tasks if row.id == derived("task", row.case_id, task.kind, task.person_id)), None
    )


def work_counts(database: Database, reader: Reader, *, now: datetime) -> dict[WorkFilter, int]:
    """How much is open now in each part of the work; a queue without work is not among them."""
    is_open = col(TaskRow.opens_at) <= now
    counted = select(func.count()).select_from(TaskRow)
    nobodys = (*_work(reader, Whose.TEAM), col(TaskRow.owner).is_(None), is_open)
    by_queue = select(TaskRow.queue, func.count()).where(*nobodys).group_by(col(TaskRow.queue))
    with database.read() as session:
        queues = {queue: number for queue, number in session.exec(by_queue)}
        people = {chosen: session.exec(counted.where(*_work(reader, chosen), is_open)).one() for chosen in Whose}
    return dict[WorkFilter, int]([*people.items(), *queues.items()])


def _work(reader: Reader, chosen: WorkFilter) -> tuple[ColumnElement[bool], ...]:
    limits = [within(TaskRow.municipality, reader.scope)]
    if reader.queue is not None:
        limits.append(col(TaskRow.queue) == reader.queue)
    match chosen:
        case Whose.MINE:
            return *limits, col(TaskRow.owner).in_([reader.me, *reader.away])
        case Whose.TEAM:
            return tuple(limits)
        case queue:
            return *limits, col(TaskRow.queue) == queue, col(TaskRow.owner).is_(None)


def case_rows(database: Database, ids: Iterable[CaseId], scope: Scope) -> list[CaseRow]:
    """The open ones of these cases, in the order in which they were opened."""
    which = (col(CaseRow.id).in_(list(ids)), col(CaseRow.closed_at).is_(None), within(CaseRow.municipality, scope))
    with database.read() as session:
        return list(session.exec(select(CaseRow).where(*which).order_by(col(CaseRow.opened_at), col(CaseRow.id))))


# --- proposals ----------------------------------------------------------------------------------------------------

_key = func.coalesce(col(ProposalRow.batch_id), col(ProposalRow.id))


def batches(database: Database, scope: Scope, *, page: int) -> Page[Batch]:
    """What waits for a second person, the oldest first."""
    limited = within(ProposalRow.municipality, scope)
    with database.read() as session:
        total = session.exec(select(func.count(func.distinct(_key))).where(limited)).one()
        keys = session.exec(
            select(_key)
            .where(limited)
            .group_by(_key)
            .order_by(func.min(col(ProposalRow.at)), _key)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        ).all()
        rows = session.exec(select(ProposalRow).where(limited, _key.in_(keys)).order_by(col(ProposalRow.at))).all()
    found = {key: tuple(row for row in rows if key in (row.batch_id, row.id)) for key in keys}
    return Page(tuple(Batch(key, proposals) for key, proposals in found.items()), page, total)


def batch(database: Database, scope: Scope, key: str) -> Batch | None:
    """One of them; None when nothing of it waits any more."""
    with database.read() as session:
        rows = session.exec(
            select(ProposalRow)
            .where(within(ProposalRow.municipality, scope), _key == key)
            .order_by(col(ProposalRow.at), col(ProposalRow.id))
        ).all()
    return Batch(key, tuple(rows)) if rows else None
