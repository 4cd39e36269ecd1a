"""Free days of the Netherlands, from the `holidays` library. Only the policy book reads this: a workflow gets its free
days with its terms, so that a new release of the library cannot move a running deadline."""

from collections.abc import Callable, Mapping
from datetime import date

import holidays

from models.terms import Calendars
from policy.calendar import add_months

_SATURDAY = 5
_LIBERATION_DAY = (5, 5)
_LUSTRUM = 5


def legal_days(first: date, last: date) -> dict[date, str]:
    """The free days of the Algemene termijnenwet from `first` to `last`, both included, with their Dutch names.

    Good Friday and 5 May count every year; that most offices work then does not matter to a legal term.
    """
    # OPTIONAL brings Good Friday and the 5 May of ordinary years.
    known = holidays.country_holidays(
        "NL",
        years=range(first.year, last.year + 1),
        categories=(holidays.PUBLIC, holidays.OPTIONAL),
        language="nl",
    )
    return _within(first, last, dict(sorted(known.items())))


def office_days(first: date, last: date, closing: Mapping[date, str]) -> dict[date, str]:
    """The days on which the office is closed: the legal ones, 5 May only in lustrum years, and its closing days."""
    legal = {day: name for day, name in legal_days(first, last).items() if not _is_ordinary_liberation_day(day)}
    return dict(sorted((_within(first, last, closing) | legal).items()))


def calendars_from(day: date, closing: Mapping[date, str], extra: Mapping[date, str], *, months: int) -> Calendars:
    """The free days from a month before the month of `day` until so many months after its first day.

    `closing`: days on which only the office is closed. `extra`: days that the government declared free by law, on
    which nothing is counted on either calendar. A day keeps the name that the law gives it, else its `extra` one.
    Free days in a weekend are left out: nothing is counted then anyway, and every case carries this list.
    """
    # A term may count from an event before the route was chosen: help that was accepted before an escalation.
    first = add_months(day.replace(day=1), -1)
    last = add_months(first, 1 + months)
    legal = _within(first, last, extra) | legal_days(first, last)
    office = office_days(first, last, {**closing, **extra})
    return Calendars(
        shared=_on_weekdays(legal, lambda day: day in office),
        legal=_on_weekdays(legal, lambda day: day not in office),
        office=_on_weekdays(office, lambda day: day not in legal),
        horizon=last,
    )


def _within(first: date, last: date, days: Mapping[date, str]) -> dict[date, str]:
    return {day: name for day, name in days.items() if first <= day <= last}


def _is_ordinary_liberation_day(day: date) -> bool:
    return (day.month, day.day) == _LIBERATION_DAY and day.year % _LUSTRUM != 0


def _on_weekdays(days: Mapping[date, str], wanted: Callable[[date], bool]) -> dict[date, str]:
    return {day: name for day, name in days.items() if day.weekday() < _SATURDAY and wanted(day)}
