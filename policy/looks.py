"""How looking at personal data is counted, and how long it stays known. Pure."""

from datetime import datetime, time, timedelta

from policy.calendar import add_months, at_local, local
from policy.file_parts import FileAccessLog

TOGETHER = timedelta(minutes=15)
"""Who looks at a case again within this is counted on the same line; a screen that renews itself fills no log."""


def counted_from(at: datetime) -> datetime:
    """The beginning of the quarter of an hour in which a look is counted."""
    return at - timedelta(minutes=at.minute % (TOGETHER.seconds // 60), seconds=at.second, microseconds=at.microsecond)


def kept_until(at: datetime, kept: FileAccessLog) -> tuple[datetime, datetime]:
    """Until when it is known who looked, and until when that somebody did: midnight, local time."""
    day = local(at).date()
    return (
        at_local(add_months(day, kept.staff_months), time()),
        at_local(add_months(day, kept.months), time()),
    )
