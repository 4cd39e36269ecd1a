"""Deadlines at the edges of time. Every expected moment was worked out by hand on a paper calendar, with the weekday on
which it begins and ends, so that a reader can check each row with nothing but a calendar of that year.

On the paper: Easter falls on 20 April 2025, 5 April 2026, 28 March 2027, 16 April 2028, 1 April 2029, 21 April 2030;
the clock goes forward on 30 March 2025 and back on 26 October 2025, at night.
"""

from datetime import UTC, date, datetime

import pytest

from models.codes import CalendarName, Channel, Daypart
from models.terms import PlanStep, Term, TermRule
from policy.deadlines import end_of_supply, moment_after, planned_moment
from tests.builders import at, the_terms

LEGAL, OFFICE, ALL = CalendarName.LEGAL, CalendarName.OFFICE, CalendarName.ALL
UNKNOWN = "daarna zijn nog geen vrije dagen vastgesteld"


def paper(text: str) -> datetime:
    """A moment as the tables write it: `Fri 2025-03-28 10:00`; `again` behind it: the second time that hour comes."""
    weekday, day, clock, *again = text.split()
    moment = at(f"{day} {clock}").replace(fold=len(again))
    assert f"{moment:%a}" == weekday, f"{day} is not a {weekday}"
    return moment


def working(days: int) -> Term:
    return Term(working_days=days)


def days(number: int) -> Term:
    return Term(days=number)


def months(number: int) -> Term:
    return Term(months=number)


def minutes(number: int) -> Term:
    return Term(minutes=number)


# (the rule that the row shows, start, term, calendar, end, the free days that moved it)
Row = tuple[str, str, Term, CalendarName, str, str]

WEEKENDS: list[Row] = [
    ("Friday's last minute is still Friday", "Fri 2025-03-07 23:59", working(1), LEGAL, "Mon 2025-03-10 23:59", ""),
    (
        "Saturday's first minute: Monday is day one",
        "Sat 2025-03-08 00:00",
        working(1),
        LEGAL,
        "Mon 2025-03-10 23:59",
        "",
    ),
    ("Sunday's last minute: Monday is day one", "Sun 2025-03-09 23:59", working(1), LEGAL, "Mon 2025-03-10 23:59", ""),
    (
        "Monday's first minute: Tuesday is day one",
        "Mon 2025-03-10 00:00",
        working(1),
        LEGAL,
        "Tue 2025-03-11 23:59",
        "",
    ),
    ("one minute before midnight", "Mon 2025-03-31 23:59", working(1), LEGAL, "Tue 2025-04-01 23:59", ""),
    ("midnight belongs to the new day", "Tue 2025-04-01 00:00", working(1), LEGAL, "Wed 2025-04-02 23:59", ""),
    ("five days: one weekend", "Wed 2025-03-05 09:00", working(5), LEGAL, "Wed 2025-03-12 23:59", ""),
    ("ten days: two weekends", "Mon 2025-09-01 09:00", working(10), OFFICE, "Mon 2025-09-15 23:59", ""),
    (
        "on the calendar of all days a weekend counts",
        "Fri 2025-03-07 09:00",
        working(3),
        ALL,
        "Mon 2025-03-10 23:59",
        "",
    ),
    ("at once is at once, on a free day too", "Fri 2025-04-18 03:00", Term(), OFFICE, "Fri 2025-04-18 03:00", ""),
]

EASTER: list[Row] = [
    (
        "before Easter",
        "Thu 2025-04-17 09:00",
        working(3),
        LEGAL,
        "Thu 2025-04-24 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
    ("begins on Good Friday", "Fri 2025-04-18 09:00", working(1), LEGAL, "Tue 2025-04-22 23:59", "Tweede paasdag"),
    ("begins on Easter Sunday", "Sun 2025-04-20 09:00", working(1), LEGAL, "Tue 2025-04-22 23:59", "Tweede paasdag"),
    ("begins on Easter Monday", "Mon 2025-04-21 09:00", working(1), LEGAL, "Tue 2025-04-22 23:59", ""),
    ("all days count at Easter too", "Thu 2025-04-17 09:00", working(4), ALL, "Mon 2025-04-21 23:59", ""),
    (
        "early Easter",
        "Thu 2026-04-02 09:00",
        working(1),
        LEGAL,
        "Tue 2026-04-07 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
    (
        "Easter Sunday is the day of the clock change",
        "Thu 2027-03-25 09:00",
        working(1),
        OFFICE,
        "Tue 2027-03-30 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
    (
        "the last minute before Good Friday",
        "Thu 2028-04-13 23:59",
        working(2),
        OFFICE,
        "Wed 2028-04-19 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
    (
        "Easter over the end of the month",
        "Thu 2029-03-29 09:00",
        working(1),
        LEGAL,
        "Tue 2029-04-03 23:59",
        "Goede vrijdag, Tweede paasdag",
    ),
]

KINGS_DAY: list[Row] = [
    ("2025: moved from Sunday to Saturday", "Fri 2025-04-25 09:00", working(1), LEGAL, "Mon 2025-04-28 23:59", ""),
    ("2025: Thursday, two days later", "Thu 2025-04-24 09:00", working(2), OFFICE, "Mon 2025-04-28 23:59", ""),
    ("2025: begins on Sunday the 27th", "Sun 2025-04-27 09:00", working(1), OFFICE, "Mon 2025-04-28 23:59", ""),
    ("2026: on a Monday", "Fri 2026-04-24 09:00", working(1), OFFICE, "Tue 2026-04-28 23:59", "Koningsdag"),
    ("2026: begins on the day itself", "Mon 2026-04-27 09:00", working(1), OFFICE, "Tue 2026-04-28 23:59", ""),
    ("2027: on a Tuesday", "Mon 2027-04-26 09:00", working(1), OFFICE, "Wed 2027-04-28 23:59", "Koningsdag"),
    ("2028: on a Thursday", "Wed 2028-04-26 09:00", working(1), LEGAL, "Fri 2028-04-28 23:59", "Koningsdag"),
    ("2029: on a Friday", "Thu 2029-04-26 09:00", working(1), LEGAL, "Mon 2029-04-30 23:59", "Koningsdag"),
    ("2030: on Saturday the 27th", "Fri 2030-04-26 09:00", working(1), LEGAL, "Mon 2030-04-29 23:59", ""),
    ("2031: moved from Sunday to Saturday", "Fri 2031-04-25 09:00", working(1), LEGAL, "Mon 2031-04-28 23:59", ""),
]

LIBERATION_DAY: list[Row] = [
    ("2020, lustrum: office", "Mon 2020-05-04 09:00", working(1), OFFICE, "Wed 2020-05-06 23:59", "Bevrijdingsdag"),
    ("2025, lustrum: office", "Fri 2025-05-02 09:00", working(1), OFFICE, "Tue 2025-05-06 23:59", "Bevrijdingsdag"),
    ("2025, lustrum: law", "Fri 2025-05-02 09:00", working(1), LEGAL, "Tue 2025-05-06 23:59", "Bevrijdingsdag"),
    ("2025: begins on the day itself", "Mon 2025-05-05 09:00", working(1), LEGAL, "Tue 2025-05-06 23:59", ""),
    ("2026: law", "Mon 2026-05-04 09:00", working(1), LEGAL, "Wed 2026-05-06 23:59", "Bevrijdingsdag"),
    ("2026: office", "Mon 2026-05-04 09:00", working(1), OFFICE, "Tue 2026-05-05 23:59", ""),
    ("2026: three days by law", "Thu 2026-04-30 09:00", working(3), LEGAL, "Wed 2026-05-06 23:59", "Bevrijdingsdag"),
    ("2028, a Friday: law", "Thu 2028-05-04 09:00", working(1), LEGAL, "Mon 2028-05-08 23:59", "Bevrijdingsdag"),
    ("2028, a Friday: office", "Thu 2028-05-04 09:00", working(1), OFFICE, "Fri 2028-05-05 23:59", ""),
    ("2029, a Saturday", "Fri 2029-05-04 09:00", working(1), LEGAL, "Mon 2029-05-07 23:59", ""),
    ("2030, lustrum, but a Sunday", "Fri 2030-05-03 09:00", working(1), OFFICE, "Mon 2030-05-06 23:59", ""),
    ("2031: law", "Fri 2031-05-02 09:00", working(1), LEGAL, "Tue 2031-05-06 23:59", "Bevrijdingsdag"),
    ("2031: office", "Fri 2031-05-02 09:00", working(1), OFFICE, "Mon 2031-05-05 23:59", ""),
]

ASCENSION: list[Row] = [
    ("law", "Wed 2025-05-28 09:00", working(1), LEGAL, "Fri 2025-05-30 23:59", "Hemelvaartsdag"),
    (
        "the office closes the day after",
        "Wed 2025-05-28 09:00",
        working(1),
        OFFICE,
        "Mon 2025-06-02 23:59",
        "Hemelvaartsdag, Dag na Hemelvaart",
    ),
    ("begins on the day itself: law", "Thu 2026-05-14 09:00", working(1), LEGAL, "Fri 2026-05-15 23:59", ""),
    (
        "begins on the day itself: office",
        "Thu 2026-05-14 09:00",
        working(1),
        OFFICE,
        "Mon 2026-05-18 23:59",
        "Dag na Hemelvaart",
    ),
    ("begins on the closing day: office", "Fri 2026-05-15 09:00", working(1), OFFICE, "Mon 2026-05-18 23:59", ""),
    (
        "5 May and Ascension side by side: law",
        "Tue 2027-05-04 09:00",
        working(1),
        LEGAL,
        "Fri 2027-05-07 23:59",
        "Bevrijdingsdag, Hemelvaartsdag",
    ),
    ("the same: the office works on 5 May", "Tue 2027-05-04 09:00", working(1), OFFICE, "Wed 2027-05-05 23:59", ""),
    (
        "the same: the second day at the office",
        "Tue 2027-05-04 09:00",
        working(2),
        OFFICE,
        "Mon 2027-05-10 23:59",
        "Hemelvaartsdag, Dag na Hemelvaart",
    ),
    (
        "over the end of the month",
        "Wed 2030-05-29 09:00",
        working(1),
        OFFICE,
        "Mon 2030-06-03 23:59",
        "Hemelvaartsdag, Dag na Hemelvaart",
    ),
]

WHIT_MONDAY: list[Row] = [
    ("2025", "Fri 2025-06-06 09:00", working(1), LEGAL, "Tue 2025-06-10 23:59", "Tweede pinksterdag"),
    ("2026, office", "Fri 2026-05-22 09:00", working(1), OFFICE, "Tue 2026-05-26 23:59", "Tweede pinksterdag"),
    (
        "2027, begins on a Saturday",
        "Sat 2027-05-15 09:00",
        working(1),
        LEGAL,
        "Tue 2027-05-18 23:59",
        "Tweede pinksterdag",
    ),
    (
        "2028, from before Ascension",
        "Wed 2028-05-24 09:00",
        working(6),
        OFFICE,
        "Tue 2028-06-06 23:59",
        "Hemelvaartsdag, Dag na Hemelvaart, Tweede pinksterdag",
    ),
]

YEAR_END: list[Row] = [
    (
        "ends in the old year",
        "Wed 2025-12-24 09:00",
        working(3),
        OFFICE,
        "Wed 2025-12-31 23:59",
        "Eerste kerstdag, Tweede kerstdag",
    ),
    (
        "ends in the new year",
        "Wed 2025-12-24 09:00",
        working(4),
        OFFICE,
        "Fri 2026-01-02 23:59",
        "Eerste kerstdag, Tweede kerstdag, Nieuwjaarsdag",
    ),
    (
        "the five last days of the year",
        "Mon 2025-12-22 09:00",
        working(5),
        OFFICE,
        "Wed 2025-12-31 23:59",
        "Eerste kerstdag, Tweede kerstdag",
    ),
    ("31 December counts", "Tue 2025-12-30 09:00", working(1), LEGAL, "Wed 2025-12-31 23:59", ""),
    ("the year's last minute", "Wed 2025-12-31 23:59", working(1), LEGAL, "Fri 2026-01-02 23:59", "Nieuwjaarsdag"),
    ("the year's first minute", "Thu 2026-01-01 00:00", working(1), LEGAL, "Fri 2026-01-02 23:59", ""),
    ("Christmas on Friday", "Thu 2026-12-24 09:00", working(1), LEGAL, "Mon 2026-12-28 23:59", "Eerste kerstdag"),
    ("New Year on Friday", "Thu 2026-12-31 09:00", working(1), LEGAL, "Mon 2027-01-04 23:59", "Nieuwjaarsdag"),
    ("Christmas in a weekend", "Fri 2027-12-24 09:00", working(1), OFFICE, "Mon 2027-12-27 23:59", ""),
    ("New Year on Saturday", "Fri 2027-12-31 09:00", working(1), OFFICE, "Mon 2028-01-03 23:59", ""),
    (
        "Christmas on Monday",
        "Fri 2028-12-22 09:00",
        working(1),
        LEGAL,
        "Wed 2028-12-27 23:59",
        "Eerste kerstdag, Tweede kerstdag",
    ),
    ("New Year on Monday", "Fri 2028-12-29 09:00", working(1), LEGAL, "Tue 2029-01-02 23:59", "Nieuwjaarsdag"),
    ("minutes over the year's end", "Wed 2025-12-31 23:45", minutes(30), ALL, "Thu 2026-01-01 00:15", ""),
    ("a month over the year's end", "Wed 2025-12-31 23:00", months(1), ALL, "Sat 2026-01-31 23:00", ""),
]

LEAP_DAY: list[Row] = [
    ("it counts", "Mon 2028-02-28 09:00", working(1), LEGAL, "Tue 2028-02-29 23:59", ""),
    ("the day after", "Tue 2028-02-29 09:00", working(1), LEGAL, "Wed 2028-03-01 23:59", ""),
    ("two days over it", "Mon 2028-02-28 10:00", days(2), ALL, "Wed 2028-03-01 10:00", ""),
    ("four weeks over it", "Mon 2028-02-28 10:00", days(28), ALL, "Mon 2028-03-27 10:00", ""),
    ("a month from 31 January", "Mon 2028-01-31 12:00", months(1), ALL, "Tue 2028-02-29 12:00", ""),
    ("a month from it", "Tue 2028-02-29 12:00", months(1), ALL, "Wed 2028-03-29 12:00", ""),
    ("a year from it", "Tue 2028-02-29 12:00", months(12), ALL, "Wed 2029-02-28 12:00", ""),
    ("four years from it", "Tue 2028-02-29 12:00", months(48), ALL, "Sun 2032-02-29 12:00", ""),
    ("a year to before it", "Sun 2027-02-28 12:00", months(12), ALL, "Mon 2028-02-28 12:00", ""),
]

SHORT_MONTHS: list[Row] = [
    ("31 January and a month", "Fri 2025-01-31 12:00", months(1), ALL, "Fri 2025-02-28 12:00", ""),
    ("31 January and a month, to a Saturday", "Sat 2026-01-31 08:00", months(1), ALL, "Sat 2026-02-28 08:00", ""),
    ("31 March and a month", "Mon 2025-03-31 12:00", months(1), ALL, "Wed 2025-04-30 12:00", ""),
    ("31 October and a month", "Fri 2025-10-31 12:00", months(1), ALL, "Sun 2025-11-30 12:00", ""),
    ("31 July and a month: no shorter", "Thu 2025-07-31 12:00", months(1), ALL, "Sun 2025-08-31 12:00", ""),
    ("28 February and a month: no longer", "Fri 2025-02-28 12:00", months(1), ALL, "Fri 2025-03-28 12:00", ""),
    ("30 December and two months", "Tue 2025-12-30 12:00", months(2), ALL, "Sat 2026-02-28 12:00", ""),
    ("six months to the end of February", "Sun 2025-08-31 17:00", months(6), ALL, "Sat 2026-02-28 17:00", ""),
    ("five years, to a day of clock change", "Mon 2025-03-31 09:00", months(60), ALL, "Sun 2030-03-31 09:00", ""),
    ("four weeks end on 5 May and stay there", "Mon 2025-04-07 09:00", days(28), ALL, "Mon 2025-05-05 09:00", ""),
]

CLOCK_FORWARD: list[Row] = [
    ("a Friday: over that weekend", "Fri 2025-03-28 10:00", working(1), LEGAL, "Mon 2025-03-31 23:59", ""),
    ("begins in that night", "Sun 2025-03-30 01:30", working(3), LEGAL, "Wed 2025-04-02 23:59", ""),
    ("ends on that day", "Sat 2025-03-29 23:59", working(1), ALL, "Sun 2025-03-30 23:59", ""),
    ("four weeks over it", "Mon 2025-03-10 09:00", days(28), ALL, "Mon 2025-04-07 09:00", ""),
    ("a day to the minute before the gap", "Sat 2025-03-29 01:59", days(1), ALL, "Sun 2025-03-30 01:59", ""),
    ("a day to the first minute of the gap", "Sat 2025-03-29 02:00", days(1), ALL, "Sun 2025-03-30 03:00", ""),
    ("a day to the middle of the gap", "Sat 2025-03-29 02:30", days(1), ALL, "Sun 2025-03-30 03:30", ""),
    ("a day to the minute after the gap", "Sat 2025-03-29 03:00", days(1), ALL, "Sun 2025-03-30 03:00", ""),
    ("four weeks to the gap", "Sun 2025-03-02 02:30", days(28), ALL, "Sun 2025-03-30 03:30", ""),
    ("two months to the gap", "Thu 2025-01-30 02:30", months(2), ALL, "Sun 2025-03-30 03:30", ""),
    ("from midnight to midnight", "Sun 2025-03-30 00:00", days(1), ALL, "Mon 2025-03-31 00:00", ""),
    ("24 hours from midnight", "Sun 2025-03-30 00:00", minutes(1440), ALL, "Mon 2025-03-31 01:00", ""),
    ("a minute over the gap", "Sun 2025-03-30 01:59", minutes(1), ALL, "Sun 2025-03-30 03:00", ""),
    ("ten minutes over the gap", "Sun 2025-03-30 01:55", minutes(10), ALL, "Sun 2025-03-30 03:05", ""),
    ("minutes over midnight", "Tue 2025-04-01 23:55", minutes(10), ALL, "Wed 2025-04-02 00:05", ""),
]

CLOCK_BACK: list[Row] = [
    ("ends on that day", "Fri 2025-10-24 09:00", working(2), ALL, "Sun 2025-10-26 23:59", ""),
    ("begins in the second 02:30", "Sun 2025-10-26 02:30 again", working(1), LEGAL, "Mon 2025-10-27 23:59", ""),
    ("four weeks over it", "Mon 2025-10-13 09:00", days(28), ALL, "Mon 2025-11-10 09:00", ""),
    ("a day to 02:30: the first", "Sat 2025-10-25 02:30", days(1), ALL, "Sun 2025-10-26 02:30", ""),
    ("a month to 02:30: the first", "Fri 2025-09-26 02:30", months(1), ALL, "Sun 2025-10-26 02:30", ""),
    ("a day from the second 02:30", "Sun 2025-10-26 02:30 again", days(1), ALL, "Mon 2025-10-27 02:30", ""),
    (
        "from the second 02:30 to the gap of March",
        "Sun 2025-10-26 02:30 again",
        days(154),
        ALL,
        "Sun 2026-03-29 03:30",
        "",
    ),
    ("from a second 02:30 to a first one", "Sun 2025-10-26 02:30 again", months(132), ALL, "Sun 2036-10-26 02:30", ""),
    ("at once in the second 02:30", "Sun 2025-10-26 02:30 again", Term(), ALL, "Sun 2025-10-26 02:30 again", ""),
    ("ten minutes over it", "Sun 2025-10-26 02:55", minutes(10), ALL, "Sun 2025-10-26 02:05 again", ""),
    ("an hour: the same clock", "Sun 2025-10-26 02:30", minutes(60), ALL, "Sun 2025-10-26 02:30 again", ""),
    ("two hours: one on the clock", "Sun 2025-10-26 01:30", minutes(120), ALL, "Sun 2025-10-26 02:30 again", ""),
    ("a minute out of the second hour", "Sun 2025-10-26 02:59 again", minutes(1), ALL, "Sun 2025-10-26 03:00", ""),
    ("24 hours from midnight", "Sun 2025-10-26 00:00", minutes(1440), ALL, "Sun 2025-10-26 23:00", ""),
    ("from midnight to midnight", "Sun 2025-10-26 00:00", days(1), ALL, "Mon 2025-10-27 00:00", ""),
]

EDGES = {
    "weekend": WEEKENDS,
    "Easter": EASTER,
    "King's Day": KINGS_DAY,
    "5 May": LIBERATION_DAY,
    "Ascension": ASCENSION,
    "Whit Monday": WHIT_MONDAY,
    "year end": YEAR_END,
    "leap day": LEAP_DAY,
    "short month": SHORT_MONTHS,
    "clock forward": CLOCK_FORWARD,
    "clock back": CLOCK_BACK,
}


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{edge}: {row[0]}") for edge, rows in EDGES.items() for row in rows]
)
def test_a_term_ends_where_the_paper_calendar_says(row: Row) -> None:
    _, start, term, calendar, end, moved = row
    terms = the_terms(paper(start).date())
    due_at, moved_by = moment_after(paper(start), term, calendar, terms.calendars)
    assert (due_at, ", ".join(free.name for free in moved_by)) == (_utc(end), moved)


def _utc(text: str) -> datetime:
    # In one zone Python compares wall clocks, and then both 02:30s are the same.
    return datetime.fromtimestamp(paper(text).timestamp(), UTC)


# What a case of March 2025 knows ends with 1 March 2028.
HORIZON: list[Row] = [
    ("its last day is known", "Tue 2028-02-29 09:00", working(1), LEGAL, "Wed 2028-03-01 23:59", ""),
    ("a day further", "Tue 2028-02-29 09:00", working(2), LEGAL, "Thu 2028-03-02 23:59", UNKNOWN),
    ("weekends are known", "Fri 2028-03-03 09:00", working(1), OFFICE, "Mon 2028-03-06 23:59", UNKNOWN),
    ("Good Friday is not", "Thu 2028-04-13 09:00", working(1), LEGAL, "Fri 2028-04-14 23:59", UNKNOWN),
    ("all days need no knowledge", "Tue 2028-02-29 09:00", working(2), ALL, "Thu 2028-03-02 23:59", ""),
    ("months need no knowledge", "Tue 2028-02-29 09:00", months(1), ALL, "Wed 2028-03-29 09:00", ""),
]


@pytest.mark.parametrize("row", HORIZON, ids=[row[0] for row in HORIZON])
def test_past_the_horizon_a_term_ends_where_a_calendar_without_feasts_says(row: Row) -> None:
    _, start, term, calendar, end, moved = row
    due_at, moved_by = moment_after(paper(start), term, calendar, the_terms(date(2025, 3, 1)).calendars)
    assert (due_at, ", ".join(free.name for free in moved_by)) == (_utc(end), moved)


# Counted back five legal days: (the rule that the row shows, the day on which the supply ends, announced, due)
BACK = [
    ("over the clock change", "Mon 2025-03-31", "Mon 2025-03-10 09:00", "Mon 2025-03-24 23:59"),
    ("over the clock change of autumn", "Tue 2025-10-28", "Mon 2025-10-06 09:00", "Tue 2025-10-21 23:59"),
    ("over Easter", "Thu 2025-04-24", "Tue 2025-04-01 09:00", "Tue 2025-04-15 23:59"),
    ("ends on King's Day, moved to Saturday", "Sat 2025-04-26", "Tue 2025-04-01 09:00", "Thu 2025-04-17 23:59"),
    ("over King's Day", "Mon 2026-05-04", "Wed 2026-04-01 09:00", "Fri 2026-04-24 23:59"),
    ("ends on 5 May, free by law", "Tue 2026-05-05", "Wed 2026-04-01 09:00", "Tue 2026-04-28 23:59"),
    ("over 5 May, free by law", "Wed 2026-05-06", "Wed 2026-04-01 09:00", "Tue 2026-04-28 23:59"),
    ("over Ascension", "Fri 2025-05-30", "Thu 2025-05-01 09:00", "Thu 2025-05-22 23:59"),
    ("the office's closing day counts by law", "Mon 2025-06-02", "Thu 2025-05-01 09:00", "Fri 2025-05-23 23:59"),
    ("over Whit Monday", "Tue 2025-06-10", "Thu 2025-05-01 09:00", "Mon 2025-06-02 23:59"),
    ("over Christmas and the year's end", "Fri 2026-01-02", "Mon 2025-12-01 09:00", "Tue 2025-12-23 23:59"),
    ("over the leap day", "Wed 2028-03-01", "Tue 2028-02-01 09:00", "Wed 2028-02-23 23:59"),
    ("announced in its last minute", "Mon 2025-03-31", "Mon 2025-03-24 23:59", "Mon 2025-03-24 23:59"),
    ("announced a minute late", "Mon 2025-03-31", "Tue 2025-03-25 00:00", "Tue 2025-03-25 00:00"),
    ("announced the day before", "Wed 2025-04-02", "Tue 2025-04-01 14:00", "Tue 2025-04-01 14:00"),
]


@pytest.mark.parametrize(("ends_on", "announced", "due"), [row[1:] for row in BACK], ids=[row[0] for row in BACK])
def test_contact_before_the_end_of_supply_is_due_where_the_paper_calendar_says(
    ends_on: str, announced: str, due: str
) -> None:
    last_day, announced_at = paper(f"{ends_on} 00:00").date(), paper(announced)
    found = end_of_supply(last_day, announced_at=announced_at, terms=the_terms(announced_at.date()))
    assert (found.due_at, found.term) == (_utc(due), working(5))


# Calls: (the rule that the row shows, working days to wait, after, daypart, planned for, the free days that moved it).
# Hours: morning 9 to 12, afternoon 13 to 17, evening 18 to 20.
CALLS = [
    ("no wait, in its hours", 0, "Mon 2025-04-28 14:00", Daypart.AFTERNOON, "Mon 2025-04-28 14:00", ""),
    ("no wait, on Saturday", 0, "Sat 2025-04-26 14:00", Daypart.AFTERNOON, "Mon 2025-04-28 13:00", ""),
    ("no wait, on King's Day", 0, "Mon 2026-04-27 10:00", Daypart.AFTERNOON, "Tue 2026-04-28 13:00", "Koningsdag"),
    (
        "no wait, on a closing day",
        0,
        "Fri 2025-05-30 10:00",
        Daypart.MORNING,
        "Mon 2025-06-02 09:00",
        "Dag na Hemelvaart",
    ),
    (
        "no wait, when the last hour before Easter is over",
        0,
        "Thu 2025-04-17 20:00",
        Daypart.EVENING,
        "Tue 2025-04-22 18:00",
        "Goede vrijdag, Tweede paasdag",
    ),
    (
        "no wait, at the last noon of the year",
        0,
        "Wed 2025-12-31 12:00",
        Daypart.MORNING,
        "Fri 2026-01-02 09:00",
        "Nieuwjaarsdag",
    ),
    ("a minute before that noon", 0, "Wed 2025-12-31 11:59", Daypart.MORNING, "Wed 2025-12-31 11:59", ""),
    ("a day, over the clock change", 1, "Fri 2025-03-28 19:00", Daypart.MORNING, "Mon 2025-03-31 09:00", ""),
    ("a day, from the second 02:30", 1, "Sun 2025-10-26 02:30 again", Daypart.EVENING, "Mon 2025-10-27 18:00", ""),
]


@pytest.mark.parametrize(
    ("wait", "after", "daypart", "planned", "moved"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS]
)
def test_a_call_is_planned_where_the_paper_calendar_says(
    wait: int, after: str, daypart: Daypart, planned: str, moved: str
) -> None:
    step = PlanStep(id="call", channel=Channel.CALL, wait=TermRule(term=working(wait), calendar=OFFICE, rule="Beleid."))
    found = planned_moment(step, after=paper(after), daypart=daypart, terms=the_terms(paper(after).date()))
    assert (found.due_at, ", ".join(free.name for free in found.moved_by)) == (_utc(planned), moved)
