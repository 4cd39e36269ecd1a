"""When somebody is free for a callback: by their weekly pattern, absences, free days, and what was promised already.

Patterns are on the wall clock of the Netherlands, moments and lengths on the running clock: where the clock changes, a
day has an hour more or less, and a callback still takes as long as it takes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.terms import Calendars
from policy.calendar import at_local, local

MIDNIGHT = time(0)
"""As the end of a block: the end of that day."""

Busy = tuple[datetime, datetime]
"""From when until when somebody is taken."""


@dataclass(frozen=True, order=True)
class Hours:
    """A block of work in every week; `weekday` 0 is Monday. A block that ends at midnight ends with its day."""

    weekday: int
    opens: time
    closes: time

    @property
    def is_sound(self) -> bool:
        return 0 <= self.weekday <= 6 and (self.closes == MIDNIGHT or self.opens < self.closes)

    def on(self, day: date) -> Busy:
        """From when until when it is on that day."""
        last = day + timedelta(days=1) if self.closes == MIDNIGHT else day
        return at_local(day, self.opens).astimezone(UTC), at_local(last, self.closes).astimezone(UTC)


def is_office_free(day: date, calendars: Calendars) -> bool:
    """Whether it is a holiday, or the office is closed. Whether a weekend is work, a pattern says."""
    return day in calendars.shared or day in calendars.office


def free_slots(
    pattern: Iterable[Hours],
    *,
    since: datetime,
    days: int,
    minutes: int,
    is_off: Callable[[date], bool],
    busy: Sequence[Busy] = (),
) -> Iterator[datetime]:
    """The moments at which a callback of so many minutes can begin, the first one first, in UTC.

    From `since` on, over that day and the `days` after it; blocks are cut into pieces of a callback's length.
    """
    length, first, blocks = timedelta(minutes=minutes), local(since).date(), sorted(pattern)
    last = at_local(first, MIDNIGHT).astimezone(UTC)
    for day in (first + timedelta(days=number) for number in range(days + 1)):
        if is_off(day):
            continue
        for block in blocks:
            if block.weekday != day.weekday():
                continue
            for moment in _pieces(block.on(day), length):
                # Blocks may overlap: nothing is offered twice.
                if moment >= max(last, since.astimezone(UTC)) and _is_free(moment, moment + length, busy):
                    last = moment + length
                    yield moment


def works_at(pattern: Iterable[Hours], moment: datetime, *, minutes: int) -> bool:
    """Whether a callback of so many minutes lies within somebody's hours."""
    day, ends_at = local(moment).date(), moment.astimezone(UTC) + timedelta(minutes=minutes)
    blocks = (block.on(day) for block in pattern if block.weekday == day.weekday())
    return any(opens <= moment and ends_at <= closes for opens, closes in blocks)


def _pieces(block: Busy, length: timedelta) -> Iterator[datetime]:
    moment, closes = block
    while moment + length <= closes:
        yield moment
        moment += length


def _is_free(starts_at: datetime, ends_at: datetime, busy: Sequence[Busy]) -> bool:
    return all(ends_at <= begins or ends <= starts_at for begins, ends in busy)
