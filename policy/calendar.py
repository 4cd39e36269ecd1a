"""Days that count and days that do not, on the Dutch wall clock. Pure: the free days come with the terms."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.codes import CalendarName, Daypart
from models.terms import Calendars, FreeDay

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_WEEKEND = {5: "zaterdag", 6: "zondag"}
_NOON, _EVENING = time(12), time(18)


def local(moment: datetime) -> datetime:
    """The moment on the wall clock in the Netherlands."""
    return moment.astimezone(AMSTERDAM)


def at_local(day: date, clock: time) -> datetime:
    """A wall-clock moment. In the hour that does not exist (clock forward) the clock's next hour; in the hour that
    comes twice (clock back) the first one."""
    # A clock read in the second of the two remembers that; on another day it means nothing, or an hour back.
    return datetime.combine(day, clock.replace(fold=0), AMSTERDAM).astimezone(ZoneInfo("UTC")).astimezone(AMSTERDAM)


def daypart_of(moment: datetime) -> Daypart:
    """National daypart: morning before 12:00, afternoon until 18:00, evening from 18:00, local time."""
    clock = local(moment).time()
    if clock < _NOON:
        return Daypart.MORNING
    return Daypart.AFTERNOON if clock < _EVENING else Daypart.EVENING


def free_day(day: date, name: CalendarName, calendars: Calendars) -> FreeDay | None:
    """Why nothing is counted on this day, or None if it counts. On the calendar of all days every day counts."""
    if name is CalendarName.ALL:
        return None
    if day.weekday() in _WEEKEND:
        return FreeDay(day=day, name=_WEEKEND[day.weekday()])
    own = calendars.legal if name is CalendarName.LEGAL else calendars.office
    called = calendars.shared.get(day) or own.get(day)
    return FreeDay(day=day, name=called) if called else None


def add_working_days(
    start: date, count: int, name: CalendarName, calendars: Calendars
) -> tuple[date, tuple[FreeDay, ...]]:
    """The `count`-th counting day after `start`, and the free days other than weekends that were passed over.

    With `count` 0 the answer is `start` itself if it counts, else the next day that does. Past the calendars' horizon
    only weekends are known; the answer then says so with a free day named after the horizon.
    """
    day, left, passed = start, count, list[FreeDay]()
    while True:
        free = free_day(day, name, calendars)
        if free is None and left == 0:
            break
        if free is not None and day.weekday() not in _WEEKEND and (day > start or count == 0):
            passed.append(free)
        day += timedelta(days=1)
        if left and free_day(day, name, calendars) is None:
            left -= 1
    if day > calendars.horizon and name is not CalendarName.ALL:
        passed.append(FreeDay(day=calendars.horizon, name="daarna zijn nog geen vrije dagen vastgesteld"))
    return day, tuple(passed)


def subtract_working_days(end: date, count: int, name: CalendarName, calendars: Calendars) -> date:
    """The `count`-th counting day before `end`; with `count` 0 `end` itself if it counts, else the last one before."""
    day, left = end, count
    while left or free_day(day, name, calendars) is not None:
        day -= timedelta(days=1)
        if left and free_day(day, name, calendars) is None:
            left -= 1
    return day


def working_days_until(start: date, end: date, name: CalendarName, calendars: Calendars) -> int:
    """How many counting days lie after `start`, up to and including `end`; 0 when `end` is not later."""
    days = ((start + timedelta(days=number)) for number in range(1, (end - start).days + 1))
    return sum(1 for day in days if free_day(day, name, calendars) is None)


def years_between(birth: date, day: date) -> int:
    """Age in whole years; who was born on 29 February has a birthday on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the last day of the month where that day does not exist."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
