"""The home visits of a day, asked in SQL: what is somebody's own or nobody's, and who takes what along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from adapters.database import Database
from models.case import CaseState
from models.codes import TaskKind
from models.ids import StaffId
from models.tables import CaseRow, TaskRow, VisitTakenRow
from models.terms import QueueKey
from policy.calendar import at_local
from policy.changes import QUEUE_OF_PARTY
from policy.deadlines import END_OF_DAY
from web.paging import PAGE, within
from web.work_queries import Reader


@dataclass(frozen=True)
class DueVisit:
    """A visit that is to be made: its task, its case, and who takes it along when anybody does."""

    task: TaskRow
    state: CaseState
    taken: VisitTakenRow | None


@dataclass(frozen=True)
class DayOfVisits:
    """What one person sees of a day."""

    round: tuple[DueVisit, ...]
    """What they take along themselves, or a colleague with them."""
    free: tuple[DueVisit, ...]
    """What they can take along: their own cases and nobody's, what has waited longest first."""
    of_colleagues: tuple[DueVisit, ...]
    more: bool
    """Whether there are others to take along than these."""
    queues: tuple[QueueKey, ...]
    """In which queues there is something for this person."""


def day_of_visits(
    database: Database, reader: Reader, day: date, *, today: date, queue: QueueKey | None = None
) -> DayOfVisits:
    """`queue`: to take along from this one alone. Each part is `PAGE` at most."""
    until = at_local(day, END_OF_DAY)
    is_mine = _is_of(reader.me)
    on_the_day = col(VisitTakenRow.day) == day
    # Each part is found from its small end: what is taken along by who takes it, the rest by an index of the task.
    mine = _some(database, reader, (is_mine, on_the_day), outer=False)
    others = _some(database, reader, (~is_mine, on_the_day), outer=False)
    taken = select(VisitTakenRow.case_id).where(col(VisitTakenRow.day) >= today)
    open_to_me = (*_reachable(reader), col(TaskRow.opens_at) <= until, col(TaskRow.case_id).not_in(taken))
    of_queue = () if queue is None else (col(TaskRow.queue) == queue,)
    free = _some(database, reader, (*open_to_me, *of_queue), outer=True)
    return DayOfVisits(mine[:PAGE], free[:PAGE], others[:PAGE], len(free) > PAGE, _queues(database, reader, open_to_me))


def next_visit_on(database: Database, reader: Reader, *, after: datetime) -> datetime | None:
    """When the next visit opens that this person could take along, after this moment."""
    found = (
        select(TaskRow.opens_at)
        .where(*_of_visits(reader), *_reachable(reader), col(TaskRow.opens_at) > after)
        .order_by(col(TaskRow.opens_at), col(TaskRow.id))
        .limit(1)
    )
    with database.read() as session:
        return session.exec(found).first()


def _some(
    database: Database, reader: Reader, which: Sequence[ColumnElement[bool]], *, outer: bool
) -> tuple[DueVisit, ...]:
    found = (
        select(TaskRow, CaseRow.state, CaseRow.terms, VisitTakenRow)
        .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
        .join(VisitTakenRow, col(VisitTakenRow.case_id) == col(TaskRow.case_id), isouter=outer)
        .where(*_of_visits(reader), *which)
        .order_by(col(TaskRow.opens_at), col(TaskRow.id))
        .limit(PAGE + 1)
    )
    with database.read() as session:
        rows = session.exec(found).all()
    return tuple(DueVisit(task, _state(state, terms), taken) for task, state, terms, taken in rows)


def _queues(database: Database, reader: Reader, which: Sequence[ColumnElement[bool]]) -> tuple[QueueKey, ...]:
    found = select(TaskRow.queue).where(*_of_visits(reader), *which).distinct().order_by(TaskRow.queue)
    with database.read() as session:
        return tuple(session.exec(found).all())


def _state(state: dict[str, Any], terms: dict[str, Any] | None) -> CaseState:
    return CaseState.model_validate({**state, "terms": terms})


def _of_visits(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    limits = [within(TaskRow.municipality, reader.scope), col(TaskRow.kind) == TaskKind.VISIT]
    if reader.queue is not None:
        limits.append(col(TaskRow.queue) == reader.queue)
    return tuple(limits)


def _reachable(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Their own and nobody's, but what lies with a party that they are not of."""
    own = col(TaskRow.owner).in_([reader.me, *reader.away])
    of_parties = col(TaskRow.queue).in_(list(QUEUE_OF_PARTY.values()))
    mine = or_(own, col(TaskRow.owner).is_(None))
    return (mine,) if reader.queue is not None else (mine, own | ~of_parties)


def _is_of(staff: StaffId) -> ColumnElement[bool]:
    """Taken along by this person, or with them."""
    return or_(col(VisitTakenRow.staff) == staff, col(VisitTakenRow.companion).is_not_distinct_from(staff))
