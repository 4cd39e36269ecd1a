"""The day of the month on which a partner collects, as days of the calendar."""

from calendar import monthrange
from datetime import date, timedelta


def collected_by(day: date, collection_day: int) -> date:
    """The last collection on this day or before it."""
    here = _in_month_of(day, collection_day)
    return here if here <= day else _in_month_of(day.replace(day=1) - timedelta(days=1), collection_day)


def collected_after(day: date, collection_day: int) -> date:
    """The first collection after this day."""
    here = _in_month_of(day, collection_day)
    return here if here > day else _in_month_of(day.replace(day=1) + timedelta(days=31), collection_day)


def _in_month_of(day: date, collection_day: int) -> date:
    # In a shorter month the last day.
    return day.replace(day=min(collection_day, monthrange(day.year, day.month)[1]))
