"""The lists behind the numbers of the overview, asked in SQL by the conditions of their number."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from adapters.database import Database
from adapters.supervision import CasesWhich, WorkWhich, work_moment
from models.tables import CaseRow, TaskRow
from models.values import MunicipalityCode
from policy.work_ahead import Ahead
from web.paging import PAGE, Page
from web.work_queries import Work


def work(
    database: Database, municipality: MunicipalityCode, which: WorkWhich, ahead: Ahead, *, now: datetime, page: int
) -> Page[Work]:
    """Work for people, what is to be done first on top."""
    chosen = (col(TaskRow.municipality) == municipality.text, *which.conditions(ahead, now))
    order = (work_moment(), col(TaskRow.id))
    # The index answers which are on the page; only their cases are read.
    shown = select(TaskRow.id).where(*chosen).order_by(*order).limit(PAGE).offset((page - 1) * PAGE).subquery("shown")
    with database.read() as session:
        total = session.exec(select(func.count()).select_from(TaskRow).where(*chosen)).one()
        rows = session.exec(
            select(TaskRow, CaseRow.state, CaseRow.urgent)
            .join(shown, shown.c.id == col(TaskRow.id))
            .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
            .order_by(*order)
        ).all()
    return Page(tuple(Work(task, dict(state), task.urgent or hurries) for task, state, hurries in rows), page, total)


def cases(
    database: Database, municipality: MunicipalityCode, which: CasesWhich, *, now: datetime, page: int
) -> Page[CaseRow]:
    """Open cases, the oldest on top; those with a term on a day, the first term on top."""
    chosen: tuple[Any, ...] = (
        col(CaseRow.municipality) == municipality.text,
        col(CaseRow.closed_at).is_(None),
        *which.conditions(now),
    )
    order = (col(CaseRow.opened_at) if which.term_on is None else col(CaseRow.due_at), col(CaseRow.id))
    shown = select(CaseRow.id).where(*chosen).order_by(*order).limit(PAGE).offset((page - 1) * PAGE).subquery("shown")
    with database.read() as session:
        total = session.exec(select(func.count()).select_from(CaseRow).where(*chosen)).one()
        rows = session.exec(select(CaseRow).join(shown, shown.c.id == col(CaseRow.id)).order_by(*order)).all()
    return Page(tuple(rows), page, total)
