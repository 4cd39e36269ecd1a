"""What a supervisor sees of a municipality's work: counts, and which rows are behind each of them.

Everything is counted in SQL from indexes that hold all that is asked. A list of cases or of work takes the conditions
of its number, so that the two cannot disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column, select, true

from adapters.database import Database
from models.codes import StallCause, TaskKind
from models.ids import StaffId
from models.tables import CaseRow, StallCountRow, StatisticRow, TaskRow
from models.terms import QueueKey
from models.values import MunicipalityCode
from policy.calendar import at_local
from policy.monitor import NOBODY, Closed
from policy.stalled_ages import StalledFor, began_between
from policy.work_ahead import AT_ITS_MOMENT, Ahead, WorkDay

STALLED_INDEX = "INDEXED BY ix_case_stalled"
"""For SQLite, which knows how few cases stand still only after an ANALYZE, and nobody does one there; without it, it
reads every open case of the municipality."""
_OPEN_INDEX, _AHEAD_INDEX = "INDEXED BY ix_case_open", "INDEXED BY ix_task_ahead"
_WAITS = "wait."


class Holder(StrEnum):
    """Whether a member of staff has it."""

    SOMEBODY = "iemand"
    NOBODY = "niemand"


class Moment(StrEnum):
    """When work is to be done, besides on one of the days that come."""

    NOW = "nu"
    """It can be done now."""
    LATE = "te-laat"
    LATER = "later"
    """After the days that are looked ahead."""


@dataclass(frozen=True)
class LiesWith:
    """With whom something lies; what is None may be anything."""

    queue: QueueKey | None = None
    holder: Holder | None = None
    staff: StaffId | None = None

    def conditions(self, queue: Any, owner: Any) -> tuple[ColumnElement[bool], ...]:
        wanted = list[ColumnElement[bool]]()
        if self.queue is not None:
            wanted.append(queue == self.queue)
        if self.holder is not None:
            wanted.append(owner.is_(None) if self.holder is Holder.NOBODY else owner.is_not(None))
        if self.staff is not None:
            wanted.append(owner == self.staff)
        return tuple(wanted)


ANYBODY = LiesWith()


@dataclass(frozen=True)
class StalledWhich:
    """Which stalled cases; what is None may be anything."""

    cause: StallCause | None = None
    age: StalledFor | None = None
    lies: LiesWith = ANYBODY

    def conditions(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        wanted = list(self.lies.conditions(_case.queue, _case.owner))
        if self.cause is not None:
            wanted.append(_case.stall_cause == self.cause)
        if self.age is not None:
            after, up_to = began_between(self.age, now)
            wanted += [_case.stalled_since > after] if after is not None else []
            wanted += [_case.stalled_since <= up_to] if up_to is not None else []
        return tuple(wanted)


@dataclass(frozen=True)
class WorkWhich:
    """Which work; what is None may be anything."""

    kind: TaskKind | None = None
    when: WorkDay | Moment | None = None
    lies: LiesWith = ANYBODY

    def conditions(self, ahead: Ahead, now: datetime) -> tuple[ColumnElement[bool], ...]:
        wanted = list(self.lies.conditions(_task.queue, _task.owner))
        if self.kind is not None:
            wanted.append(_task.kind == self.kind)
        match self.when:
            case None:
                pass
            case Moment.NOW:
                wanted.append(_task.opens_at <= now)
            case Moment.LATE:
                wanted.append(_task.due_at <= now)
            case Moment.LATER:
                wanted += [_task.due_at > now, work_moment() >= ahead.days[-1].ends_at]
            case WorkDay() as day:
                wanted += [_task.due_at > now, work_moment() < day.ends_at]
                wanted += [work_moment() >= day.begins_at] if day.begins_at is not None else []
        return tuple(wanted)


@dataclass(frozen=True)
class CasesWhich:
    """Which open cases; `term_on`: those without work for anybody, of which the next term passes on this day."""

    term_on: WorkDay | None = None
    lies: LiesWith = ANYBODY

    def conditions(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        wanted = list(self.lies.conditions(_case.queue, _case.owner))
        if (day := self.term_on) is not None:
            wanted += [*_waits(now), _case.due_at < day.ends_at]
            wanted += [_case.due_at >= day.begins_at] if day.begins_at is not None else []
        return tuple(wanted)


@dataclass(frozen=True)
class StalledCount:
    """How many stalled cases are alike."""

    cause: StallCause
    age: StalledFor
    queue: QueueKey
    holder: Holder
    cases: int


@dataclass(frozen=True)
class WorkCount:
    """How much work is alike. `place`: which of the days that come it is for; -1 when it is late, and the number of
    days when it is for later."""

    queue: QueueKey
    kind: TaskKind
    holder: Holder
    is_open: bool
    place: int
    tasks: int


@dataclass(frozen=True)
class OfStaff:
    """What one member of staff has."""

    cases: int = 0
    stalled: int = 0
    work_now: int = 0
    late: int = 0


class Supervision:
    """Of one municipality at a time, unless it says otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stalled(self, municipality: MunicipalityCode, *, now: datetime) -> list[StalledCount]:
        """Every stalled case, by what can be chosen of it."""
        bands = [
            (_case.stalled_since > began_between(band, now)[0], band.value)
            for band in StalledFor
            if began_between(band, now)[0] is not None
        ]
        inner = (
            select(
                _case.stall_cause.label("cause"),
                case(*bands, else_=StalledFor.LONGER.value).label("age"),
                _case.queue.label("queue"),
                _case.owner.is_(None).label("nobodys"),
            )
            .with_hint(CaseRow, STALLED_INDEX, "sqlite")
            .where(*of_municipalities([municipality]), *stands_still())
        )
        return [
            StalledCount(StallCause(cause), StalledFor(age), queue or "", _holder(nobodys), cases)
            for cause, age, queue, nobodys, cases in self._grouped(inner)
            if cause
        ]

    def stalled_of(self, scope: Sequence[MunicipalityCode]) -> Mapping[str, int]:
        """How many cases stand still, by municipality."""
        wanted = (
            select(_case.municipality, func.count())
            .with_hint(CaseRow, STALLED_INDEX, "sqlite")
            .where(*of_municipalities(scope), *stands_still())
            .group_by(_case.municipality)
        )
        return {municipality: cases for municipality, cases in self._asked(wanted)}

    def open_cases(self, municipality: MunicipalityCode) -> Mapping[tuple[QueueKey, Holder], int]:
        """How many cases are open, by the queue that they lie in and whether somebody has them."""
        inner = self._open(municipality, _case.queue.label("queue"), _case.owner.is_(None).label("nobodys"))
        return {(queue or "", _holder(nobodys)): cases for queue, nobodys, cases in self._grouped(inner)}

    def terms_ahead(self, municipality: MunicipalityCode, ahead: Ahead, *, now: datetime) -> Mapping[int, int]:
        """In how many open cases without work for anybody the next term passes on the days ahead, by their place."""
        places = [(_case.due_at < day.ends_at, place) for place, day in enumerate(ahead.days)]
        inner = self._open(municipality, case(*places, else_=len(places)).label("place")).where(*_waits(now))
        return {place: cases for place, cases in self._grouped(inner) if place < len(places)}

    def work(self, municipality: MunicipalityCode, ahead: Ahead, *, now: datetime) -> list[WorkCount]:
        """All work for people, by what can be chosen of it."""
        days = [(work_moment() < day.ends_at, place) for place, day in enumerate(ahead.days)]
        inner = (
            select(
                _task.queue.label("queue"),
                _task.kind.label("kind"),
                _task.owner.is_(None).label("nobodys"),
                (_task.opens_at <= now).label("is_open"),
                case((_task.due_at <= now, -1), *days, else_=len(days)).label("place"),
            )
            .with_hint(TaskRow, _AHEAD_INDEX, "sqlite")
            .where(_task.municipality == municipality.text)
        )
        return [
            WorkCount(queue, TaskKind(kind), _holder(nobodys), bool(is_open), place, tasks)
            for queue, kind, nobodys, is_open, place, tasks in self._grouped(inner)
        ]

    def of_staff(self, municipality: MunicipalityCode, *, now: datetime) -> Mapping[StaffId, OfStaff]:
        """What each member of staff has who has anything. Whether that may be counted is the municipality's policy."""
        cases = self._grouped(self._open(municipality, _case.owner.label("owner")).where(_case.owner.is_not(None)))
        stalled = (
            select(_case.owner.label("owner"))
            .with_hint(CaseRow, STALLED_INDEX, "sqlite")
            .where(*of_municipalities([municipality]), *stands_still(), _case.owner.is_not(None))
        )
        tasks = (
            select(_task.owner.label("owner"), (_task.opens_at <= now).label("n"), (_task.due_at <= now).label("late"))
            .with_hint(TaskRow, _AHEAD_INDEX, "sqlite")
            .where(_task.municipality == municipality.text, _task.owner.is_not(None))
        )
        found: dict[str, dict[str, int]] = {}
        for name, counted in (("cases", cases), ("stalled", self._grouped(stalled))):
            for owner, number in counted:
                found.setdefault(owner, {})[name] = number
        for owner, is_open, is_late, number in self._grouped(tasks):
            its = found.setdefault(owner, {})
            its["work_now"] = its.get("work_now", 0) + (number if is_open else 0)
            its["late"] = its.get("late", 0) + (number if is_late else 0)
        return {StaffId(owner): OfStaff(**its) for owner, its in found.items()}

    def opened(self, municipality: MunicipalityCode, months: Sequence[str]) -> Mapping[str, int]:
        """How many cases were opened in each of these months, whatever became of them: what is open is counted now, and
        what closed left its month behind (`StatisticRow`)."""
        newest_first = sorted(months, reverse=True)
        whens = [(_case.opened_at >= _begin(month), month) for month in newest_first]
        still_open = self._open(municipality, case(*whens, else_="").label("month"))
        closed = select(_counted.month_opened.label("month")).where(
            _counted.municipality == municipality.text, _counted.month_opened.in_(list(months))
        )
        found = dict[str, int]()
        for month, cases in (*self._grouped(still_open), *self._grouped(closed)):
            if month:
                found[month] = found.get(month, 0) + cases
        return found

    def closed(self, municipality: MunicipalityCode, months: Iterable[str]) -> list[tuple[Closed, int]]:
        """The cases that closed in these months as far as trends and the first attempt count them, with how many are
        alike."""
        inner = select(
            _counted.month.label("month"),
            _counted.reached.label("reached"),
            _counted.first_attempt.label("first_attempt"),
            _counted.unjustified.label("unjustified"),
        ).where(_counted.municipality == municipality.text, _counted.month.in_(list(months)))
        return [
            (_like(month=month, reached=reached, first_attempt=first, unjustified=unjustified), cases)
            for month, reached, first, unjustified, cases in self._grouped(inner)
        ]

    def reach(self, municipality: MunicipalityCode, months: Iterable[str]) -> list[tuple[Closed, int]]:
        """The same as far as reach by kind of contact and daypart counts them."""
        each = func.json_each(_counted.reach).table_valued("key", "value")
        sought, reached = (
            func.sum(cast(each.c.value.op("->>")(literal_column(place)), Integer)) for place in ("0", "1")
        )
        wanted = (
            select(_counted.unjustified, each.c.key, sought, reached)
            .select_from(StatisticRow)
            .join(each, true())
            .where(_counted.municipality == municipality.text, _counted.month.in_(list(months)))
            .group_by(_counted.unjustified, each.c.key)
        )
        return [
            (_like(unjustified=unjustified, reach={key: (int(tried), int(met))}), 1)
            for unjustified, key, tried, met in self._asked(wanted)
        ]

    def stalls(self, municipality: MunicipalityCode, months: Iterable[str]) -> Mapping[str, int]:
        """How often a case began to stand still, of the months in which any did."""
        wanted = select(_stalls.month, _stalls.cases).where(
            _stalls.municipality == municipality.text, _stalls.month.in_(list(months))
        )
        return {month: cases for month, cases in self._asked(wanted)}

    def _open(self, municipality: MunicipalityCode, *columns: Any) -> Any:
        return (
            select(*columns)
            .with_hint(CaseRow, _OPEN_INDEX, "sqlite")
            .where(*of_municipalities([municipality]), _case.closed_at.is_(None))
        )

    def _grouped(self, inner: Any) -> list[Any]:
        """How many rows have the same columns, after these columns."""
        # What is counted by is named once, below: PostgreSQL takes an expression with other parameters for another.
        rows = inner.subquery("counted")
        return self._asked(select(*rows.c, func.count()).group_by(*rows.c))

    def _asked(self, wanted: Any) -> list[Any]:
        with self._database.read() as session:
            return list(session.execute(wanted))


_case: Any = CaseRow
_task: Any = TaskRow
_counted: Any = StatisticRow
_stalls: Any = StallCountRow


def of_municipalities(scope: Sequence[MunicipalityCode]) -> tuple[ColumnElement[bool], ...]:
    return (_case.municipality.in_([code.text for code in scope]),)


def stands_still() -> tuple[ColumnElement[bool], ...]:
    return _case.closed_at.is_(None), _case.stalled_since.is_not(None)


def work_moment() -> ColumnElement[datetime]:
    """The moment by which a day is found for work: of its own, else when it is due."""
    own = _task.kind.in_([kind.value for kind in sorted(AT_ITS_MOMENT)])
    return case((own, _task.opens_at), else_=_task.due_at)


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _case.next_code.startswith(_WAITS, autoescape=True), _case.due_at > now


def _holder(nobodys: object) -> Holder:
    return Holder.NOBODY if nobodys else Holder.SOMEBODY


def _begin(month: str) -> datetime:
    return at_local(date(int(month[:4]), int(month[5:]), 1), time(0))


def _like(**known: Any) -> Closed:
    return Closed(**{**vars(NOBODY), **known})
