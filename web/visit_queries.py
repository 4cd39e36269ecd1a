"""The home visits of a day, asked in SQL: what is somebody's own or nobody's, and who takes what along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from adapters.database import Database
from models.case import CaseState
from models.codes import TaskKind
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
    """In which queues there is something for this person; asked only where there is more than is shown."""


def day_of_visits(
    database: Database, reader: Reader, day: date, *, today: date, queue: QueueKey | None = None
) -> DayOfVisits:
    """`queue`: to take along from this one alone. Each part is `PAGE` at most."""
    until, on_the_day = at_local(day, END_OF_DAY), col(VisitTakenRow.day) == day
    mine = or_(col(VisitTakenRow.staff) == reader.me, col(VisitTakenRow.companion).is_not_distinct_from(reader.me))
    taken = select(VisitTakenRow.case_id).where(col(VisitTakenRow.day) >= today)
    open_to_me = (*_reachable(reader), col(TaskRow.opens_at) <= until, col(TaskRow.case_id).not_in(taken))
    free = _free(database, reader, (*open_to_me, *(() if queue is None else (col(TaskRow.queue) == queue,))))
    more = len(free) > PAGE
    return DayOfVisits(
        round=_taken(database, reader, on_the_day, mine),
        free=free[:PAGE],
        of_colleagues=_taken(database, reader, on_the_day, ~mine),
        more=more,
        queues=_queues(database, reader, open_to_me) if more or queue is not None else (),
    )


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


def _taken(database: Database, reader: Reader, *which: ColumnElement[bool]) -> tuple[DueVisit, ...]:
    """Asked by what was taken, which is little, and not by the visits that are open."""
    found = (
        select(VisitTakenRow, CaseRow.state, CaseRow.terms)
        .join(CaseRow, col(CaseRow.id) == col(VisitTakenRow.case_id))
        .where(within(CaseRow.municipality, reader.scope), *which)
        .order_by(col(VisitTakenRow.at), col(VisitTakenRow.case_id))
        .limit(PAGE)
    )
    with database.read() as session:
        taken = {row.case_id: (row, _state(state, terms)) for row, state, terms in session.exec(found)}
        tasks = session.exec(select(TaskRow).where(col(TaskRow.case_id).in_(list(taken)))).all()
    visits = [each for each in tasks if each.kind == TaskKind.VISIT and reader.queue in (None, each.queue)]
    return tuple(
        DueVisit(task, taken[task.case_id][1], taken[task.case_id][0])
        for task in sorted(visits, key=lambda each: (each.opens_at, each.id))
    )


def _free(database: Database, reader: Reader, which: Sequence[ColumnElement[bool]]) -> tuple[DueVisit, ...]:
    """One more than are shown."""
    found = (
        select(TaskRow, CaseRow.state, CaseRow.terms)
        .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
        .where(*_of_visits(reader), *which)
        .order_by(col(TaskRow.opens_at), col(TaskRow.id))
        .limit(PAGE + 1)
    )
    with database.read() as session:
        rows = session.exec(found).all()
    return tuple(DueVisit(task, _state(state, terms), None) for task, state, terms in rows)


def _queues(database: Database, reader: Reader, which: Sequence[ColumnElement[bool]]) -> tuple[QueueKey, ...]:
    found = select(TaskRow.queue).where(*_of_visits(reader), *which).distinct().order_by(TaskRow.queue)
    with database.read() as session:
        return tuple(session.exec(found).all())


def _state(state: Mapping[str, Any], terms: Mapping[str, Any] | None) -> CaseState:
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
