"""The weekly patterns of members of staff, and the moments at which they are free for a callback."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice

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
_LOOKS = (2, DAYS_AHEAD)
_LONGEST = timedelta(days=1)
"""No callback takes as long (`Terms.callback`): what began before is over, and is not looked through."""
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
        found = dict[StaffId, list[FreeMoment]]()
        with self._database.read() as session:
            patterns = _patterns(session, staff)
            away = _absences(session, staff, local(since).date())
            for days in _LOOKS:
                # Who works soon is mostly free soon: the rest of what colleagues promised is not read.
                lacking = [one for one in staff if one in patterns and len(found.get(one, ())) < each]
                busy = _promised(session, lacking, since, since + timedelta(days=days + 1)) if lacking else {}
                for one in lacking:
                    free = free_slots(
                        patterns[one],
                        since=since,
                        days=days,
                        minutes=minutes,
                        is_off=partial(_is_off, calendars=calendars, absent=away.get(one, ())),
                        busy=busy.get(one, ()),
                    )
                    found[one] = [FreeMoment(moment, one) for moment in islice(free, each)]
        return sorted(moment for moments in found.values() for moment in moments)


def _is_off(day: date, *, calendars: Calendars, absent: Sequence[tuple[date, date]]) -> bool:
    return is_office_free(day, calendars) or any(first <= day <= final for first, final in absent)


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
    wanted = select(AppointmentRow.staff, AppointmentRow.starts_at, AppointmentRow.ends_at).where(
        col(AppointmentRow.staff).in_(staff),
        col(AppointmentRow.starts_at) > since - _LONGEST,
        col(AppointmentRow.ends_at) > since,
        col(AppointmentRow.starts_at) < until,
    )
    found = dict[StaffId, list[tuple[datetime, datetime]]]()
    for one, starts_at, ends_at in session.exec(wanted):
        found.setdefault(StaffId(one), []).append((starts_at, ends_at))
    return found
