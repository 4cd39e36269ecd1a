"""The work list and the open proposals, asked in SQL."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from adapters.absences import Absences
from adapters.database import Database
from models.case import CaseState, Task
from models.codes import Queue, Role, TaskKind
from models.ids import CaseId, StaffId, derived
from models.tables import AtWorkRow, CaseRow, ProposalRow, TaskRow
from models.terms import QueueKey
from policy.changes import QUEUE_OF_PARTY
from policy.permissions import Staff
from policy.work_order import goes_first
from web import paging
from web.paging import PAGE, Page, Scope, every, hinted, within
from web.work_counts import Conditions, Count, Part, by_value, counts_of, found_by, number
from web.work_filters import NOBODY, Facet, Filters, conditions


class Whose(StrEnum):
    """Which part of the work a list shows."""

    MINE = "mij"
    TEAM = "team"


EVERYTHING = Filters()
_NOBODYS = col(TaskRow.owner).is_(None)
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


def work(
    database: Database,
    reader: Reader,
    chosen: WorkFilter,
    filters: Filters = EVERYTHING,
    *,
    now: datetime,
    page: int,
) -> Page[Work]:
    """Tasks open now: what goes before other work, then what is late, then by the priority of their routes, then by
    due moment; after them what opens later."""
    asked, first = _asked(reader, chosen, filters, now), (page - 1) * PAGE
    # As far as the page goes that is asked for, so that it is known whether it goes over into what opens later.
    most = max(paging.COUNTED, first + PAGE)
    with database.read() as session:
        open_now = number(session, asked, _is_open(now), most=most)
        total = open_now + number(session, asked, ~_is_open(now))
        ids = _ids_in_order(session, chosen, filters, asked, now, first=first, length=PAGE, open_now=open_now)
        rows = session.exec(
            select(TaskRow, CaseRow.state)
            .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
            .where(col(TaskRow.id).in_(ids))
        ).all()
    found = {task.id: _shown(task, dict(state)) for task, state in rows}
    return Page(tuple(found[task] for task in ids if task in found), page, min(total, paging.COUNTED + 1))


def cases_found(
    database: Database, reader: Reader, chosen: WorkFilter, filters: Filters, *, now: datetime, most: int
) -> tuple[list[CaseId], bool]:
    """The cases of the work that a list shows, in its order, `most` at most; and whether there are more."""
    asked, tasks = _asked(reader, chosen, filters, now), most * len(TaskKind)
    with database.read() as session:
        open_now = number(session, asked, _is_open(now), most=tasks)
        ids = _ids_in_order(session, chosen, filters, asked, now, first=0, length=tasks, open_now=open_now)
        of_task = dict(session.exec(select(TaskRow.id, TaskRow.case_id).where(col(TaskRow.id).in_(ids))).all())
    cases = list(dict.fromkeys(CaseId(of_task[task]) for task in ids))
    return cases[:most], len(cases) > most


def _ids_in_order(
    session: Session,
    chosen: WorkFilter,
    filters: Filters,
    asked: Part,
    now: datetime,
    *,
    first: int,
    length: int,
    open_now: int,
) -> list[str]:
    """The tasks from the first one on. An index answers alone which they are, in order, so that work of other pages and
    of others costs little; of one person's work there is so little that it is sorted."""
    is_theirs = chosen is Whose.MINE or bool(filters.owner and filters.owner != NOBODY)
    wanted = select(TaskRow.id).where(within(TaskRow.municipality, asked.scope), *asked.found, *asked.asked)
    now_first = wanted.where(_is_open(now)).order_by(col(TaskRow.rank), col(TaskRow.sorts_at), col(TaskRow.id))
    later = wanted.where(~_is_open(now)).order_by(col(TaskRow.opens_at), col(TaskRow.rank), col(TaskRow.id))
    if not is_theirs:
        now_first = now_first.with_hint(TaskRow, "INDEXED BY ix_task_in_order", "sqlite")
        later = later.with_hint(TaskRow, "INDEXED BY ix_task_later", "sqlite")
    ids = list(session.exec(now_first.limit(length).offset(first))) if first < open_now else []
    if len(ids) < length:
        ids += session.exec(later.limit(length - len(ids)).offset(max(0, first - open_now)))
    return ids


def _is_open(now: datetime) -> ColumnElement[bool]:
    return col(TaskRow.opens_at) <= now


def _asked(reader: Reader, chosen: WorkFilter, filters: Filters, now: datetime) -> Part:
    """What a list shows, found by whichever of what is asked leaves least of the work."""
    of_party = _of_party(reader)
    narrowed = tuple(conditions(filters, now=now))
    index, found = _leaves_least(reader, chosen, filters, now)
    return Part(reader.scope, index, found, (*of_party, *narrowed))


def calls(database: Database, reader: Reader, *, now: datetime, until: datetime) -> tuple[Work, ...]:
    """Who is to be called, in the order of the work list: what is the reader's or nobody's. What can be called about
    now, and of the reader's own appointments also those until then. Without the cases that a colleague has before
    them, and `PAGE` at most."""
    taken = select(AtWorkRow.case_id).where(col(AtWorkRow.staff) != reader.me, col(AtWorkRow.until) > now)
    arms = [
        _arm(
            part.index_now,
            # An appointment has its minute; nothing else has.
            0 if part.kind is TaskKind.CALLBACK else 1,
            (*part.which, col(TaskRow.case_id).not_in(taken)),
            is_open=col(TaskRow.opens_at) <= (until if part.is_own and part.kind is TaskKind.CALLBACK else now),
            by=_BY_RANK,
            most=PAGE,
        )
        for part in _to_call(reader)
    ]
    with database.read() as session:
        rows = session.exec(_in_order(arms, offset=0)).all()
    return tuple(_shown(task, state) for task, state in rows)


def next_call_from(database: Database, reader: Reader, *, now: datetime) -> datetime | None:
    """From when somebody is to be called next, of what may be called about by the reader; None when nobody is."""
    firsts = [
        hinted(select(col(TaskRow.opens_at)), TaskRow, part.index_later)
        .where(*part.which, col(TaskRow.opens_at) > now)
        .order_by(col(TaskRow.opens_at))
        .limit(1)
        for part in _to_call(reader)
    ]
    with database.read() as session:
        first: datetime | None = session.scalar(rows_of(func.min(every(firsts).subquery().c.opens_at)))
    return first


def task_of(row: TaskRow, state: CaseState) -> Task | None:
    """The task in the case's state, which knows more than its row; None when the case moved on meanwhile."""
    return next(
        (task for task in state.tasks if row.id == derived("task", row.case_id, task.kind, task.person_id)), None
    )


def _leaves_least(reader: Reader, chosen: WorkFilter, filters: Filters, now: datetime) -> tuple[str, Conditions]:
    """Of what is asked."""
    if chosen is Whose.MINE:
        return "ix_task_by_owner", (col(TaskRow.owner).in_([reader.me, *reader.away]),)
    if chosen is not Whose.TEAM:
        return "ix_task_nobodys", (col(TaskRow.queue) == chosen, _NOBODYS)
    # Of nobody is much of the work.
    others = filters.without(Facet.OWNER) if filters.owner == NOBODY else filters
    for facet in _LEAVES_LEAST:
        if others.of(facet):
            return found_by(facet, filters, now=now)
    return ("ix_task_counted", _of_party(reader)) if reader.queue is not None else ("ix_task_open", ())


def work_counts(
    database: Database, reader: Reader, filters: Filters = EVERYTHING, *, now: datetime
) -> dict[WorkFilter, int]:
    """How much is open now in each part of the work, of what the filters ask, one more than `COUNTED` when there is
    more; a queue without work is not among them."""
    mine = _asked(reader, Whose.MINE, filters.without(Facet.OWNER), now)
    team = _asked(reader, Whose.TEAM, filters, now)
    asked = tuple(conditions(filters.without(Facet.QUEUE, Facet.OWNER), now=now))
    nobodys = Part(reader.scope, "ix_task_nobodys", (_NOBODYS,), (*_of_party(reader), *asked, _is_open(now)))
    queues = Counter[str]()
    with database.read() as session:
        people = {Whose.MINE: number(session, mine, _is_open(now)), Whose.TEAM: number(session, team, _is_open(now))}
        for queue, amount in by_value(session, nobodys, col(TaskRow.queue)):
            queues[queue or ""] += amount
    return {part: min(amount, paging.COUNTED + 1) for part, amount in [*people.items(), *(+queues).items()]}


def facet_counts(
    database: Database, reader: Reader, chosen: WorkFilter, filters: Filters, facet: Facet, *, now: datetime
) -> dict[str, Count]:
    """How much work there is, now and later, with each value of a facet, of what the other filters ask."""
    part = _asked(reader, chosen, filters.without(facet), now)
    with database.read() as session:
        return counts_of(session, part, facet, now=now)


def owns_work(database: Database, scope: Scope, staff: StaffId) -> bool:
    """Whether any work of these municipalities is this person's."""
    which = (col(TaskRow.owner) == staff, within(TaskRow.municipality, scope))
    with database.read() as session:
        return session.exec(select(TaskRow.id).where(*which).limit(1)).first() is not None


def case_rows(database: Database, ids: Iterable[CaseId], scope: Scope) -> list[CaseRow]:
    """The open ones of these cases, in the order in which they were opened."""
    which = (col(CaseRow.id).in_(list(ids)), col(CaseRow.closed_at).is_(None), within(CaseRow.municipality, scope))
    with database.read() as session:
        return list(session.exec(select(CaseRow).where(*which).order_by(col(CaseRow.opened_at), col(CaseRow.id))))


# --- calls, in parts that an index has in order -------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Work of one owner, or of one municipality: an index has it by rank, another by when it opens."""

    index: str
    which: tuple[ColumnElement[bool], ...]
    kind: TaskKind | None = None
    is_own: bool = False

    @property
    def index_now(self) -> str:
        return f"ix_task_{self.index}_now"

    @property
    def index_later(self) -> str:
        return f"ix_task_{self.index}_later"


_BY_RANK = (col(TaskRow.rank), col(TaskRow.sorts_at), col(TaskRow.id))
_BY_OPENING = (col(TaskRow.opens_at), col(TaskRow.rank), col(TaskRow.id))


_LEAVES_LEAST = (Facet.AREA, Facet.OWNER, Facet.QUEUE, Facet.KIND, Facet.DUE, Facet.ROUTE)
"""By which filter work is found. None by kind of partner: no index has those together of whom others signal too."""


def _to_call(reader: Reader) -> list[_Part]:
    """Calls that this reader can make: a party only what lies with it, others nothing that lies with a party."""
    of_parties = col(TaskRow.queue).in_(list(QUEUE_OF_PARTY.values()))
    of_party = _of_party(reader)
    return [
        part
        for kind in (TaskKind.CALL, TaskKind.CALLBACK)
        for of_kind in [col(TaskRow.kind) == kind]
        for part in (
            *(_Part("owner", (*which, of_kind, *of_party), kind, is_own=True) for which in _own(reader)),
            *(
                _Part(
                    "call",
                    (col(TaskRow.municipality) == code.text, of_kind, _NOBODYS, *(of_party or (~of_parties,))),
                    kind,
                )
                for code in reader.scope
            ),
        )
    ]


def _of_party(reader: Reader) -> Conditions:
    return () if reader.queue is None else (col(TaskRow.queue) == reader.queue,)


def _own(reader: Reader) -> list[tuple[ColumnElement[bool], ...]]:
    """What is the reader's and of whom they look after, by owner."""
    owners = dict.fromkeys([reader.me, *reader.away])
    return [(col(TaskRow.owner) == owner, within(TaskRow.municipality, reader.scope)) for owner in owners]


def _arm(
    index: str,
    place: int,
    which: tuple[ColumnElement[bool], ...],
    *,
    is_open: ColumnElement[bool],
    by: tuple[Any, Any, Any],
    most: int,
) -> Any:
    """The first tasks of a part, with what they are put in order by among those of other parts: those of a lower
    `place` first."""
    ranked = by is _BY_RANK
    keys: Any = rows_of(
        literal(place).label("place"),
        (col(TaskRow.rank) if ranked else literal(0)).label("rank"),
        (col(TaskRow.sorts_at) if ranked else col(TaskRow.opens_at)).label("moment"),
        (literal(0) if ranked else col(TaskRow.rank)).label("among"),
        col(TaskRow.id).label("id"),
    )
    return hinted(keys, TaskRow, index).where(*which, is_open).order_by(*by).limit(most)


def _in_order(arms: Sequence[Any], *, offset: int) -> Any:
    """A page of the tasks that these found, with the states of their cases."""
    found = every(arms).subquery("found")
    order = (found.c.place, found.c.rank, found.c.moment, found.c.among, found.c.id)
    shown = rows_of(found).order_by(*order).limit(PAGE).offset(offset).subquery("shown")
    return (
        select(TaskRow, CaseRow.state)
        .join(shown, shown.c.id == col(TaskRow.id))
        .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
        .order_by(shown.c.place, shown.c.rank, shown.c.moment, shown.c.among, shown.c.id)
    )


def _shown(task: TaskRow, state: dict[str, Any]) -> Work:
    return Work(task, dict(state), goes_first(task.rank))


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
