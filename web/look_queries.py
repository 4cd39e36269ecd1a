"""Who looked and who searched, asked in SQL: a page at a time, whatever the log holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, exists, func, literal_column
from sqlmodel import col, select

from adapters.database import Database
from models.codes import LookPurpose
from models.ids import CaseId, StaffId
from models.tables import AuditProcessRow, CaseRow, CaseSearchRow, LookRow, TaskRow
from policy.calendar import at_local
from policy.looks import MANY_IN_AN_HOUR, OPENED
from web.paging import PAGE, Scope, within

Found = TypeVar("Found", covariant=True)
_AT_ONCE = 1_000
_DAY = timedelta(days=1)
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Part(Generic[Found]):
    """A page of a list that is too long to be counted."""

    rows: tuple[Found, ...]
    number: int
    more: bool


@dataclass(frozen=True)
class Period:
    """From the first day up to and including the last, local time."""

    first: date
    last: date

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        return at_local(max(self.first, _EARLIEST), time()), at_local(min(self.last, _LATEST) + _DAY, time())


@dataclass(frozen=True)
class Wanted:
    """Which looks are asked for; what is not said is not limited."""

    period: Period
    case: str = ""
    """How the case's number begins."""
    staff: str = ""
    purpose: LookPurpose | None = None
    lists: bool = True
    """Also where a case stood in a list with others; asked for a purpose, that alone counts."""


@dataclass(frozen=True)
class ManyCases:
    """Somebody opened this many cases in the hour that began then (UTC)."""

    staff_id: str
    hour: datetime
    cases: int


def of_case(database: Database, case: CaseId, scope: Scope, *, lists: bool, page: int) -> Part[LookRow]:
    """Who saw this case, the latest first. `lists`: also where it stood in a list with others."""
    which = [LookRow.case_id == case, within(LookRow.municipality, scope)]
    if not lists:
        which.append(col(LookRow.purpose).in_(sorted(OPENED)))
    return _part(database, which, page)


def looks(database: Database, scope: Scope, wanted: Wanted, *, page: int) -> Part[LookRow]:
    """The latest first."""
    return _part(database, _which(scope, wanted), page)


def all_looks(database: Database, scope: Scope, period: Period) -> Iterator[LookRow]:
    """Every look of a period, none left out, in the order of their ids; a thousand are in memory at once."""
    which, after = _which(scope, Wanted(period)), ""
    while True:
        wanted = select(LookRow).where(*which, col(LookRow.id) > after).order_by(col(LookRow.id)).limit(_AT_ONCE)
        with database.read() as session:
            rows = session.exec(wanted).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id


def lookers(database: Database, scope: Scope, period: Period) -> list[StaffId]:
    """Everybody who looked in a period."""
    wanted = select(LookRow.staff_id).where(*_which(scope, Wanted(period)), col(LookRow.staff_id).is_not(None))
    with database.read() as session:
        return [StaffId(staff) for staff in session.exec(wanted.distinct().limit(_AT_ONCE)) if staff]


def many_cases(database: Database, scope: Scope, period: Period) -> Part[ManyCases]:
    """Whoever opened more than `MANY_IN_AN_HOUR` cases in one hour of the clock, most cases first."""
    moment = col(LookRow.first_at)
    # PostgreSQL takes two parameters for two different hours, also when they say the same.
    hour: Any = (
        func.strftime(literal_column("'%Y-%m-%d %H'"), moment)
        if database.is_sqlite
        else func.to_char(moment, literal_column("'YYYY-MM-DD HH24'"))
    )
    number = func.count(col(LookRow.case_id).distinct())
    wanted = (
        select(LookRow.staff_id, hour, number)
        .where(*_which(scope, Wanted(period)), _opened(), col(LookRow.staff_id).is_not(None))
        .group_by(col(LookRow.staff_id), hour)
        .having(number > MANY_IN_AN_HOUR)
        .order_by(number.desc(), hour, col(LookRow.staff_id))
        .limit(PAGE + 1)
    )
    with database.read() as session:
        found = session.exec(wanted).all()
    rows = [ManyCases(staff or "", datetime.fromisoformat(f"{hour}:00+00:00"), cases) for staff, hour, cases in found]
    return Part(tuple(rows[:PAGE]), 1, len(rows) > PAGE)


def without_work(database: Database, scope: Scope, period: Period, *, page: int) -> Part[LookRow]:
    """Cases that somebody opened whose they are not, in which they have nothing to do and recorded nothing, ever; the
    latest first."""
    theirs = select(CaseRow.id).where(CaseRow.id == LookRow.case_id, CaseRow.owner == LookRow.staff_id)
    to_do = select(TaskRow.id).where(TaskRow.case_id == LookRow.case_id, TaskRow.owner == LookRow.staff_id)
    did = select(AuditProcessRow.fact_id).where(
        AuditProcessRow.case_id == LookRow.case_id, AuditProcessRow.by == LookRow.staff_id
    )
    nothing = [~exists(each.correlate(LookRow)) for each in (theirs, to_do, did)]
    known = (col(LookRow.staff_id).is_not(None), col(LookRow.case_id).is_not(None))
    return _part(database, [*_which(scope, Wanted(period)), _opened(), *known, *nothing], page)


def searches(database: Database, scope: Scope, period: Period, *, page: int) -> Part[CaseSearchRow]:
    """The latest first."""
    begin, end = period.bounds
    which = (within(CaseSearchRow.municipality, scope), col(CaseSearchRow.at) >= begin, col(CaseSearchRow.at) < end)
    wanted = select(CaseSearchRow).where(*which).order_by(col(CaseSearchRow.at).desc(), col(CaseSearchRow.id))
    with database.read() as session:
        rows = session.exec(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return Part(tuple(rows[:PAGE]), page, len(rows) > PAGE)


def _opened() -> ColumnElement[bool]:
    return col(LookRow.purpose).in_(sorted(OPENED))


def _which(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    begin, end = wanted.period.bounds
    which = [within(LookRow.municipality, scope), col(LookRow.last_at) >= begin, col(LookRow.last_at) < end]
    if wanted.case:
        which.append(col(LookRow.case_id).startswith(wanted.case, autoescape=True))
    if wanted.staff:
        which.append(col(LookRow.staff_id) == wanted.staff)
    if wanted.purpose is not None:
        which.append(col(LookRow.purpose) == wanted.purpose)
    elif not wanted.lists:
        which.append(_opened())
    return which


def _part(database: Database, which: Sequence[Any], page: int) -> Part[LookRow]:
    wanted = select(LookRow).where(*which).order_by(col(LookRow.last_at).desc(), col(LookRow.id))
    with database.read() as session:
        rows = session.exec(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return Part(tuple(rows[:PAGE]), page, len(rows) > PAGE)
