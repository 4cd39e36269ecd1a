"""The weekly patterns of members of staff, and the moments at which they are free for a callback."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from adapters.absences import AbsenceRefused, check_may
from adapters.database import Database
from models.ids import StaffId
from models.tables import AbsenceRow, AppointmentRow, WorkingHoursRow
from models.terms import Calendars
from policy.calendar import local
from policy.slots import MIDNIGHT, Hours, free_slots, is_office_free

DAYS_AHEAD = 14
"""How far ahead free moments are looked for."""
_MIDNIGHT = "24:00"


class HoursRefused(Exception):
    """The pattern cannot be kept; `sentence` tells the caseworker why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, order=True)
class FreeMoment:
    """Somebody can call then."""

    starts_at: datetime
    staff: StaffId


class WorkingHours:
    """Kept in the main database. Who has no pattern is offered no moments, and may be chosen all the same."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, staff: StaffId) -> tuple[Hours, ...]:
        with self._database.read() as session:
            return _patterns(session, [staff]).get(staff, ())

    def replace(self, staff: StaffId, pattern: Iterable[Hours], *, by: StaffId) -> None:
        """Somebody's whole pattern: one's own, or as a supervisor somebody else's of the municipality.

        Raises `HoursRefused`.
        """
        blocks = sorted(set(pattern))
        if not all(block.is_sound for block in blocks):
            raise HoursRefused("Een werktijd eindigt later dan zij begint.")
        if len({(block.weekday, block.opens) for block in blocks}) < len(blocks):
            raise HoursRefused("Op één dag begint twee keer een werktijd op dezelfde tijd.")
        with self._database.write() as session:
            self._database.lock(session, f"hours/{staff}")
            try:
                check_may(session, staff, by)
            except AbsenceRefused as refused:
                raise HoursRefused(refused.sentence) from None
            session.execute(delete(WorkingHoursRow).where(col(WorkingHoursRow.staff) == staff))
            session.add_all(_row(staff, block) for block in blocks)

    def free(
        self, staff: Sequence[StaffId], *, since: datetime, minutes: int, calendars: Calendars, each: int
    ) -> list[FreeMoment]:
        """The next moments at which these members of staff are free, at most so many of each, the first one first."""
        last = since + timedelta(days=DAYS_AHEAD + 1)
        with self._database.read() as session:
            patterns = _patterns(session, staff)
            away = _absences(session, staff, local(since).date())
            busy = _promised(session, staff, since, last)
        found = list[FreeMoment]()
        for one in staff:
            absent = away.get(one, ())

            def is_off(day: date, absent: Sequence[tuple[date, date]] = absent) -> bool:
                return is_office_free(day, calendars) or any(first <= day <= final for first, final in absent)

            free = free_slots(
                patterns.get(one, ()),
                since=since,
                days=DAYS_AHEAD,
                minutes=minutes,
                is_off=is_off,
                busy=busy.get(one, ()),
            )
            found += [FreeMoment(moment, one) for moment, _ in zip(free, range(each), strict=False)]
        return sorted(found)


def _row(staff: StaffId, block: Hours) -> WorkingHoursRow:
    closes = _MIDNIGHT if block.closes == MIDNIGHT else f"{block.closes:%H:%M}"
    return WorkingHoursRow(staff=staff, weekday=block.weekday, opens=f"{block.opens:%H:%M}", closes=closes)


def _patterns(session: Session, staff: Sequence[StaffId]) -> Mapping[StaffId, tuple[Hours, ...]]:
    wanted = (
        select(WorkingHoursRow)
        .where(col(WorkingHoursRow.staff).in_(staff))
        .order_by(col(WorkingHoursRow.weekday), col(WorkingHoursRow.opens))
    )
    found = dict[StaffId, tuple[Hours, ...]]()
    for row in session.exec(wanted):
        closes = MIDNIGHT if row.closes == _MIDNIGHT else time.fromisoformat(row.closes)
        block = Hours(row.weekday, time.fromisoformat(row.opens), closes)
        found[StaffId(row.staff)] = (*found.get(StaffId(row.staff), ()), block)
    return found


def _absences(session: Session, staff: Sequence[StaffId], since: date) -> Mapping[StaffId, list[tuple[date, date]]]:
    wanted = select(AbsenceRow).where(col(AbsenceRow.staff).in_(staff), col(AbsenceRow.last_day) >= since)
    found = dict[StaffId, list[tuple[date, date]]]()
    for row in session.exec(wanted):
        found.setdefault(StaffId(row.staff), []).append((row.first_day, row.last_day))
    return found


def _promised(
    session: Session, staff: Sequence[StaffId], since: datetime, until: datetime
) -> Mapping[StaffId, list[tuple[datetime, datetime]]]:
    wanted = select(AppointmentRow).where(
        col(AppointmentRow.staff).in_(staff),
        col(AppointmentRow.ends_at) > since,
        col(AppointmentRow.starts_at) < until,
    )
    found = dict[StaffId, list[tuple[datetime, datetime]]]()
    for row in session.exec(wanted):
        found.setdefault(StaffId(row.staff), []).append((row.starts_at, row.ends_at))
    return found
