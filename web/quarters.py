"""The quarter that a page of figures tells of: which one was asked, which can be chosen, and how they are called."""

from collections.abc import Iterable
from datetime import datetime

from adapters.monitor import Quarter, quarter_of, read_quarter
from web.language import said

FIRST = Quarter(2000, 1)


class NoSuchQuarter(Exception):
    """What was asked is no quarter, or one that is yet to come."""


def asked(text: str, *, now: datetime) -> Quarter:
    """From "2027-2"; that of today when none is asked. Raises `NoSuchQuarter`."""
    this = quarter_of(now)
    quarter = read_quarter(text) if text else this
    if quarter is None or not FIRST <= quarter <= this:
        raise NoSuchQuarter
    return quarter


def choices(having: Iterable[Quarter], chosen: Quarter, *, now: datetime) -> list[tuple[str, str]]:
    """By name, the newest first: those that have something to show, this one, and the one that was asked."""
    return [(str(each), name_of(each)) for each in sorted({*having, chosen, quarter_of(now)}, reverse=True)]


def name_of(quarter: Quarter) -> str:
    return said("kwartaal {number} van {year}", number=quarter.number, year=quarter.year)
