"""How long cases stand still, in bands. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from policy.calendar import at_local, local


class StalledFor(StrEnum):
    """How long a case stands still, in days by the wall clock."""

    DAYS_0_1 = "0-1"
    DAYS_2_6 = "2-6"
    DAYS_7_27 = "7-27"
    LONGER = "28+"


_FROM: Mapping[StalledFor, int] = {
    StalledFor.DAYS_0_1: 0,
    StalledFor.DAYS_2_6: 2,
    StalledFor.DAYS_7_27: 7,
    StalledFor.LONGER: 28,
}


def began_between(band: StalledFor, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Since when a case of this band stands still: later than the first moment, not later than the second; None is no
    limit."""
    order = tuple(StalledFor)
    later = order[order.index(band) + 1 :]
    return _days_before(now, _FROM[later[0]]) if later else None, _days_before(now, _FROM[band]) if _FROM[
        band
    ] else None


def _days_before(now: datetime, days: int) -> datetime:
    here = local(now)
    return at_local(here.date() - timedelta(days=days), here.time())
