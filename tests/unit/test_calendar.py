"""Days that count, on the Dutch wall clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import CalendarName, Daypart
from models.terms import Calendars, FreeDay
from policy.calendar import (
    add_months,
    add_working_days,
    at_local,
    daypart_of,
    free_day,
    local,
    subtract_working_days,
    working_days_until,
    years_between,
)
from tests.builders import at, the_terms

CALENDARS = the_terms(date(2025, 3, 1)).calendars
DAYS = st.dates(date(2025, 3, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("moment", "daypart"),
    [
        ("2027-04-05 00:00", Daypart.MORNING),
        ("2027-04-05 11:59:59", Daypart.MORNING),
        ("2027-04-05 12:00", Daypart.AFTERNOON),
        ("2027-04-05 17:59:59", Daypart.AFTERNOON),
        ("2027-04-05 18:00", Daypart.EVENING),
        ("2027-04-05 23:59:59", Daypart.EVENING),
    ],
)
def test_a_daypart_begins_at_midnight_at_noon_and_at_six(moment: str, daypart: Daypart) -> None:
    assert daypart_of(at(moment)) is daypart


def test_a_daypart_is_that_of_the_dutch_clock_whatever_zone_the_moment_has() -> None:
    assert daypart_of(datetime(2027, 7, 1, 10, 0, tzinfo=UTC)) is Daypart.AFTERNOON
    assert daypart_of(datetime(2027, 1, 1, 10, 59, tzinfo=UTC)) is Daypart.MORNING


def test_the_local_day_begins_before_the_day_in_utc() -> None:
    assert local(datetime(2025, 3, 31, 22, 0, tzinfo=UTC)).date() == date(2025, 4, 1)


def test_an_hour_that_does_not_exist_becomes_the_next_one() -> None:
    assert at_local(date(2025, 3, 30), time(2, 30)).isoformat() == "2025-03-30T03:30:00+02:00"


def test_an_hour_that_comes_twice_is_the_first_one() -> None:
    assert at_local(date(2025, 10, 26), time(2, 30)).isoformat() == "2025-10-26T02:30:00+02:00"


def test_a_clock_read_in_the_hour_that_came_twice_is_an_ordinary_clock_on_another_day() -> None:
    again = local(datetime(2025, 10, 26, 1, 30, tzinfo=UTC)).time()
    assert at_local(date(2026, 3, 29), again).isoformat() == "2026-03-29T03:30:00+02:00"
    assert at_local(date(2036, 10, 26), again).isoformat() == "2036-10-26T02:30:00+02:00"


@pytest.mark.parametrize(
    ("day", "legal", "office"),
    [
        (date(2025, 3, 28), None, None),
        (date(2025, 3, 29), "zaterdag", "zaterdag"),
        (date(2025, 3, 30), "zondag", "zondag"),
        (date(2025, 4, 18), "Goede vrijdag", "Goede vrijdag"),
        (date(2025, 4, 26), "zaterdag", "zaterdag"),  # King's Day, because the 27th is a Sunday
        (date(2025, 5, 5), "Bevrijdingsdag", "Bevrijdingsdag"),
        (date(2025, 5, 30), None, "Dag na Hemelvaart"),
        (date(2026, 5, 5), "Bevrijdingsdag", None),
    ],
)
def test_each_calendar_has_its_own_free_days(day: date, legal: str | None, office: str | None) -> None:
    names = [free.name if free else None for free in (_free(day, CalendarName.LEGAL), _free(day, CalendarName.OFFICE))]
    assert names == [legal, office]
    assert _free(day, CalendarName.ALL) is None


@given(DAYS, st.integers(0, 30), st.sampled_from(CalendarName))
def test_a_number_of_working_days_ends_on_a_counting_day(day: date, count: int, name: CalendarName) -> None:
    end, _ = add_working_days(day, count, name, CALENDARS)
    assert free_day(end, name, CALENDARS) is None


@given(DAYS, st.integers(1, 30), st.sampled_from(CalendarName))
def test_exactly_that_many_days_count_between_start_and_end(day: date, count: int, name: CalendarName) -> None:
    end, _ = add_working_days(day, count, name, CALENDARS)
    between = [day + timedelta(days=ahead) for ahead in range(1, (end - day).days + 1)]
    assert sum(free_day(each, name, CALENDARS) is None for each in between) == count


@given(DAYS, st.integers(0, 20), st.sampled_from([CalendarName.LEGAL, CalendarName.OFFICE]))
def test_the_free_days_that_are_named_were_really_passed(day: date, count: int, name: CalendarName) -> None:
    end, passed = add_working_days(day, count, name, CALENDARS)
    assert all(day <= free.day < end and free.day.weekday() < 5 for free in passed)
    assert len({free.day for free in passed}) == len(passed)


def test_past_the_horizon_the_answer_says_that_free_days_are_unknown() -> None:
    near = Calendars(shared={}, legal={}, office={}, horizon=date(2025, 4, 2))
    end, passed = add_working_days(date(2025, 4, 1), 2, CalendarName.OFFICE, near)
    assert end == date(2025, 4, 3)
    assert passed == (FreeDay(day=date(2025, 4, 2), name="daarna zijn nog geen vrije dagen vastgesteld"),)
    assert add_working_days(date(2025, 4, 1), 1, CalendarName.OFFICE, near)[1] == ()
    assert add_working_days(date(2025, 4, 1), 9, CalendarName.ALL, near)[1] == ()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(DAYS, st.integers(0, 120))
def test_months_never_skip_a_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def _free(day: date, name: CalendarName) -> FreeDay | None:
    return free_day(day, name, CALENDARS)


@given(DAYS, st.integers(0, 30), st.sampled_from(CalendarName))
def test_counting_back_from_a_day_undoes_counting_ahead_to_it(day: date, count: int, name: CalendarName) -> None:
    start, _ = add_working_days(day, 0, name, CALENDARS)
    end, _ = add_working_days(start, count, name, CALENDARS)
    assert subtract_working_days(end, count, name, CALENDARS) == start
    assert working_days_until(start, end, name, CALENDARS) == count


@pytest.mark.parametrize(
    ("start", "end", "name", "count"),
    [
        (date(2025, 4, 17), date(2025, 4, 22), CalendarName.LEGAL, 1),
        (date(2025, 4, 17), date(2025, 4, 22), CalendarName.ALL, 5),
        (date(2025, 4, 21), date(2025, 4, 17), CalendarName.LEGAL, 0),
        (date(2025, 4, 17), date(2025, 4, 17), CalendarName.LEGAL, 0),
    ],
)
def test_a_countdown_counts_the_working_days_that_are_left(
    start: date, end: date, name: CalendarName, count: int
) -> None:
    assert working_days_until(start, end, name, CALENDARS) == count


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
        (date(2000, 4, 5), date(2025, 4, 4), 24),
        (date(2000, 4, 5), date(2025, 4, 5), 25),
    ],
)
def test_who_was_born_on_the_leap_day_has_a_birthday_on_the_first_of_march(birth: date, day: date, age: int) -> None:
    assert years_between(birth, day) == age
