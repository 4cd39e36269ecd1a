"""How looking at personal data is counted, and how long it stays known. Pure."""

from datetime import datetime, time, timedelta

from models.codes import LookPurpose
from policy.calendar import add_months, at_local, local
from policy.file_parts import FileAccessLog

OPENED = frozenset(
    {
        LookPurpose.CASE,
        LookPurpose.CALL,
        LookPurpose.AT_THE_DOOR,
        LookPurpose.RECORDING,
        LookPurpose.SECRET_ADDRESS,
        LookPurpose.ACCESS_REQUEST,
    }
)
"""When somebody chose this one case; in the others it stood in a list."""
OF_ONE_PERSON = frozenset(
    {
        LookPurpose.CALL,
        LookPurpose.VISIT,
        LookPurpose.AT_THE_DOOR,
        LookPurpose.SECRET_ADDRESS,
        LookPurpose.CALL_REQUEST,
        LookPurpose.APPROVAL,
        LookPurpose.ABSENCE,
        LookPurpose.DELIVERY,
        LookPurpose.AMOUNT,
        LookPurpose.FEEDBACK,
        LookPurpose.LETTERS,
        LookPurpose.OWN_SIGNALS,
        LookPurpose.STATISTICS,
        LookPurpose.ACCESS_REQUEST,
    }
)
"""Tells of one person of a case what they did or were asked, or whose signal it is: not for the others of it."""
MANY_IN_AN_HOUR = 30
"""Whoever opens more cases than this in one hour of the clock stands out: caseworkers make 20 to 40 contacts a day."""
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
