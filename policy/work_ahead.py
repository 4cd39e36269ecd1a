"""Which working days lie ahead, and on which of them work is to be done. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.codes import CalendarName, TaskKind
from models.terms import Calendars, FreeDay
from policy.calendar import add_working_days, at_local

DAYS_AHEAD = 10
AT_ITS_MOMENT = frozenset({TaskKind.CALLBACK, TaskKind.VISIT})
"""Work that has a moment of its own; other work is to be done by its due moment."""


@dataclass(frozen=True)
class WorkDay:
    """A day of the office, with what falls on the free days before it: nobody works then."""

    day: date
    begins_at: datetime | None
    """None for the first day: whatever came before is to be done then too."""
    ends_at: datetime
    """The next midnight."""


@dataclass(frozen=True)
class Ahead:
    """The working days that come, and the free days between them (without weekends)."""

    days: tuple[WorkDay, ...]
    free: tuple[FreeDay, ...]

    def on(self, day: date) -> WorkDay | None:
        return next((each for each in self.days if each.day == day), None)


def work_days(today: date, calendars: Calendars, *, number: int = DAYS_AHEAD) -> Ahead:
    """The next working days on the office's calendar; the first one is today where that is one."""
    days, free = list[WorkDay](), dict[date, FreeDay]()
    first, _ = add_working_days(today, 0, CalendarName.OFFICE, calendars)
    for count in range(number):
        day, passed = add_working_days(first, count, CalendarName.OFFICE, calendars)
        days.append(WorkDay(day, days[-1].ends_at if days else None, at_local(day + timedelta(days=1), time(0))))
        free |= {each.day: each for each in passed}
    return Ahead(tuple(days), tuple(free[day] for day in sorted(free)))


def months_back(today: date, number: int) -> tuple[str, ...]:
    """The months until that of today (`2027-04`), the oldest first."""
    index = today.year * 12 + today.month - 1
    return tuple(f"{each // 12:04}-{each % 12 + 1:02}" for each in range(index - number + 1, index + 1))
