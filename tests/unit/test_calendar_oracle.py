"""Our days against others' arithmetic: numpy counts working days, the Gregorian Easter and the European clock rule are
worked out here. Nothing of `policy/` or of the `holidays` library helps to make an expected answer."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.codes import CalendarName
from models.terms import Calendars, Term
from policy.calendar import (
    AMSTERDAM,
    add_working_days,
    free_day,
    local,
    subtract_working_days,
    working_days_until,
)
from policy.deadlines import moment_after
from policy.free_days import calendars_from, legal_days, office_days

YEARS = range(2024, 2041)
FIRST, LAST = date(2024, 1, 1), date(2040, 12, 31)
NAMES = st.sampled_from(CalendarName)


def _easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones, Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, left = divmod(century, 4)
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _law(year: int) -> set[date]:
    """Algemene termijnenwet art. 3, and the two Sundays of the feasts."""
    kings_day = date(year, 4, 27)
    if kings_day.isoweekday() == 7:
        kings_day = date(year, 4, 26)
    of_easter = {_easter(year) + timedelta(days=days) for days in (-2, 0, 1, 39, 49, 50)}
    return of_easter | {date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}


def _office(year: int) -> set[date]:
    return _law(year) if year in (2025, 2030, 2035, 2040) else _law(year) - {date(year, 5, 5)}


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2027, date(2027, 3, 28)),
        (2035, date(2035, 3, 25)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_the_easter_of_these_tests_is_that_of_the_church_tables(year: int, easter: date) -> None:
    assert _easter(year) == easter


@pytest.mark.parametrize("year", YEARS)
def test_the_free_days_of_a_year_are_those_of_the_law_and_the_office(year: int) -> None:
    whole = date(year, 1, 1), date(year, 12, 31)
    assert set(legal_days(*whole)) == _law(year)
    assert set(office_days(*whole, {})) == _office(year)


# --- working days against numpy -----------------------------------------------------------------------------------


class _Case:
    """One set of calendars, ours and numpy's, with the closing and extra days of some municipality."""

    def __init__(self, closing: Mapping[date, str], extra: Mapping[date, str]) -> None:
        self.ours: Calendars = calendars_from(FIRST, closing, extra, months=12 * len(YEARS))
        law = {day for year in YEARS for day in _law(year)} | set(extra)
        office = {day for year in YEARS for day in _office(year)} | set(extra) | set(closing)
        self._numpy = {
            CalendarName.LEGAL: _busdays(law),
            CalendarName.OFFICE: _busdays(office),
            CalendarName.ALL: np.busdaycalendar(weekmask="1111111"),
        }

    def __repr__(self) -> str:
        return f"{self.ours.office}"

    def counts(self, day: date, name: CalendarName) -> bool:
        return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=self._numpy[name]))

    def ahead(self, start: date, count: int, name: CalendarName) -> date:
        # From a free day the first working day is number one; only a count of nothing rolls forward by itself.
        return self._offset(start, "backward" if count else "forward", count, name)

    def back(self, end: date, count: int, name: CalendarName) -> date:
        return self._offset(end, "forward" if count else "backward", -count, name)

    def between(self, start: date, end: date, name: CalendarName) -> int:
        """After `start`, up to and including `end`; numpy counts its first day and not its last."""
        after = np.datetime64(start, "D") + 1, np.datetime64(end, "D") + 1
        return int(np.busday_count(*after, busdaycal=self._numpy[name])) if start < end else 0

    def _offset(self, day: date, roll: Literal["forward", "backward"], count: int, name: CalendarName) -> date:
        found = np.busday_offset(np.datetime64(day, "D"), count, roll=roll, busdaycal=self._numpy[name])
        return date.fromisoformat(str(found))


def _busdays(free: set[date]) -> np.busdaycalendar:
    return np.busdaycalendar(holidays=[np.datetime64(day, "D") for day in sorted(free)])


def _named(name: str) -> st.SearchStrategy[dict[date, str]]:
    return st.dictionaries(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.just(name), max_size=12)


PLAIN = _Case({}, {})
CASES = st.one_of(st.just(PLAIN), st.builds(_Case, _named("Dicht"), _named("Vrij bij besluit")))
NEAR = st.dates(date(2025, 1, 1), date(2027, 12, 31))
DAYS = st.one_of(NEAR, st.dates(date(2024, 2, 1), date(2039, 12, 31)))
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 120))


@pytest.mark.parametrize("name", CalendarName)
def test_every_day_of_seventeen_years_counts_or_not_as_numpy_says(name: CalendarName) -> None:
    days = [FIRST + timedelta(days=ahead) for ahead in range((LAST - FIRST).days + 1)]
    ours = {day for day in days if free_day(day, name, PLAIN.ours) is None}
    assert ours == {day for day in days if PLAIN.counts(day, name)}


@pytest.mark.parametrize("count", [0, 1, 3, 5])
@pytest.mark.parametrize("name", CalendarName)
def test_from_every_day_of_two_years_the_end_is_numpys(name: CalendarName, count: int) -> None:
    for day in (date(2025, 1, 1) + timedelta(days=ahead) for ahead in range(730)):
        assert add_working_days(day, count, name, PLAIN.ours)[0] == PLAIN.ahead(day, count, name)
        assert subtract_working_days(day, count, name, PLAIN.ours) == PLAIN.back(day, count, name)


@given(CASES, DAYS, COUNTS, NAMES)
def test_counting_ahead_ends_where_numpy_ends(case: _Case, start: date, count: int, name: CalendarName) -> None:
    assert add_working_days(start, count, name, case.ours)[0] == case.ahead(start, count, name)


@given(CASES, DAYS, st.integers(0, 15), NAMES)
def test_counting_back_ends_where_numpy_ends(case: _Case, end: date, count: int, name: CalendarName) -> None:
    assert subtract_working_days(end, count, name, case.ours) == case.back(end, count, name)


@given(CASES, NEAR, st.integers(-40, 400), NAMES)
def test_as_many_days_count_between_two_days_as_numpy_counts(
    case: _Case, start: date, length: int, name: CalendarName
) -> None:
    end = start + timedelta(days=length)
    assert working_days_until(start, end, name, case.ours) == case.between(start, end, name)


@given(CASES, DAYS, COUNTS, NAMES)
def test_no_count_ends_on_a_free_day(case: _Case, day: date, count: int, name: CalendarName) -> None:
    assert case.counts(add_working_days(day, count, name, case.ours)[0], name)
    assert case.counts(subtract_working_days(day, min(count, 15), name, case.ours), name)


@given(CASES, DAYS, COUNTS, NAMES)
def test_the_free_days_that_are_named_are_all_that_were_passed(
    case: _Case, start: date, count: int, name: CalendarName
) -> None:
    end, passed = add_working_days(start, count, name, case.ours)
    first = start if count == 0 else start + timedelta(days=1)
    days = (first + timedelta(days=ahead) for ahead in range((end - first).days))
    assert [free.day for free in passed] == [day for day in days if day.isoweekday() < 6 and not case.counts(day, name)]


@given(CASES, DAYS, st.integers(0, 30), COUNTS, NAMES)
def test_who_starts_later_ends_no_earlier(case: _Case, start: date, later: int, count: int, name: CalendarName) -> None:
    ends = [add_working_days(start + timedelta(days=days), count, name, case.ours)[0] for days in (0, later)]
    assert ends == sorted(ends)


@given(CASES, DAYS, st.integers(1, 60), NAMES)
def test_one_working_day_more_ends_later(case: _Case, start: date, count: int, name: CalendarName) -> None:
    ends = [add_working_days(start, number, name, case.ours)[0] for number in (count, count + 1)]
    assert ends[0] < ends[1]
    # From a free day "at once" and "after one working day" are the same day.
    assert add_working_days(start, 0, name, case.ours)[0] <= ends[0]


@given(CASES, DAYS, st.integers(1, 60), NAMES)
def test_counting_until_the_end_gives_the_count_again(case: _Case, start: date, count: int, name: CalendarName) -> None:
    end, _ = add_working_days(start, count, name, case.ours)
    assert working_days_until(start, end, name, case.ours) == count


@given(CASES, DAYS, st.integers(0, 15), NAMES)
def test_counting_back_mirrors_counting_ahead(case: _Case, day: date, count: int, name: CalendarName) -> None:
    start, _ = add_working_days(day, 0, name, case.ours)
    end, _ = add_working_days(start, count, name, case.ours)
    assert subtract_working_days(end, count, name, case.ours) == start


# --- months and days against the European clock rule --------------------------------------------------------------

UTC_HOUR_OF_CHANGE = time(1)
SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


def _change(year: int, month: int) -> datetime:
    """The last Sunday of March or October, 01:00 UTC (Directive 2000/84/EC)."""
    last = date(year, month, 31)
    sunday = last - timedelta(days=last.isoweekday() % 7)
    return datetime.combine(sunday, UTC_HOUR_OF_CHANGE, UTC)


def _wall(moment: datetime) -> datetime:
    """The moment on the Dutch clock."""
    summer = _change(moment.year, 3) <= moment < _change(moment.year, 10)
    return moment.astimezone(SUMMER if summer else WINTER)


def _first_moment_of(day: date, clock: time) -> datetime:
    """The first moment at which the Dutch clock shows this; in the hour that it skips, an hour later on the clock."""
    as_summer, as_winter = (datetime.combine(day, clock, zone).astimezone(UTC) for zone in (SUMMER, WINTER))
    return as_summer if _wall(as_summer).time() == clock else as_winter


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


CHANGES = [_change(year, month) for year in range(2025, 2036) for month in (3, 10)]
MINUTE = timedelta(minutes=1)
MOMENTS = st.one_of(
    st.integers(0, 12 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE),
    st.tuples(st.sampled_from(CHANGES), st.integers(-180, 180)).map(lambda near: near[0] + near[1] * MINUTE),
)
LANDING_ON_A_CHANGE = st.tuples(st.sampled_from(CHANGES), st.sampled_from(CHANGES), st.integers(-180, 180)).map(
    lambda drawn: (drawn[0] + drawn[2] * MINUTE, abs((drawn[1] - drawn[0]).days))
)
IN_THE_SECOND_HOUR = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


@given(st.one_of(st.tuples(MOMENTS, st.integers(1, 400)), LANDING_ON_A_CHANGE.filter(lambda drawn: drawn[1] > 0)))
@example((IN_THE_SECOND_HOUR, 154))  # to the hour that is skipped
@example((datetime(2025, 3, 29, 1, 30, tzinfo=UTC), 1))
def test_days_later_the_dutch_clock_shows_the_same(drawn: tuple[datetime, int]) -> None:
    start, days = drawn
    _expect(start, Term(days=days), _wall(start).date() + timedelta(days=days))


@given(MOMENTS, st.integers(1, 140))
@example(IN_THE_SECOND_HOUR, 132)  # eleven years later that hour comes twice again
@example(datetime(2025, 1, 30, 1, 30, tzinfo=UTC), 2)
def test_months_later_the_dutch_clock_shows_the_same(start: datetime, months: int) -> None:
    _expect(start, Term(months=months), _months_on(_wall(start).date(), months))


def _expect(start: datetime, term: Term, day: date) -> None:
    due_at, moved_by = moment_after(start, term, CalendarName.ALL, PLAIN.ours)
    assert due_at == _first_moment_of(day, _wall(start).time())
    assert due_at > start
    assert moved_by == ()
    shown, clock = local(due_at).replace(tzinfo=None), datetime.combine(day, _wall(start).time())
    assert shown - clock == timedelta(hours=_skipped(clock))


def _skipped(clock: datetime) -> bool:
    """Whether the Dutch clock never shows this."""
    return clock.date() == _change(clock.year, 3).date() and clock.hour == 2


@given(MOMENTS, st.integers(0, 3000))
def test_minutes_run_on_whatever_the_clock_does(start: datetime, minutes: int) -> None:
    begun = start.astimezone(AMSTERDAM)
    due_at, _ = moment_after(begun, Term(minutes=minutes), CalendarName.ALL, PLAIN.ours)
    assert due_at - start == timedelta(minutes=minutes)


@given(MOMENTS)
def test_the_dutch_clock_is_that_of_the_european_rule(moment: datetime) -> None:
    assert local(moment).isoformat() == _wall(moment).isoformat()
