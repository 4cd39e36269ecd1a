"""Free moments for a callback, at the edges of days, clocks and calendars."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from policy.calendar import local
from policy.slots import MIDNIGHT, Busy, Hours, free_slots, is_office_free, works_at
from tests.builders import at, the_terms

MONDAY, SUNDAY = date(2027, 4, 5), date(2027, 3, 28)
MORNING = Hours(0, time(9), time(10))


def never(day: date) -> bool:
    return False


def slots(
    *pattern: Hours,
    since: datetime,
    days: int = 0,
    minutes: int = 15,
    is_off: Callable[[date], bool] = never,
    busy: tuple[Busy, ...] = (),
) -> list[str]:
    found = free_slots(pattern, since=since, days=days, minutes=minutes, is_off=is_off, busy=busy)
    return [f"{local(moment):%a %H:%M}" for moment in found]


def test_a_block_is_cut_into_callbacks_and_nothing_runs_past_its_end() -> None:
    assert slots(MORNING, since=at("2027-04-05 08:00"), minutes=25) == ["Mon 09:00", "Mon 09:25"]


def test_what_has_begun_is_not_offered_and_the_next_week_comes_after() -> None:
    since = at("2027-04-05 09:31")
    assert slots(MORNING, since=since) == ["Mon 09:45"]
    assert slots(MORNING, since=since, days=7, minutes=30) == ["Mon 09:00", "Mon 09:30"]


def test_a_moment_that_touches_a_promise_is_taken_and_one_beside_it_is_free() -> None:
    promised = (at("2027-04-05 09:20"), at("2027-04-05 09:30"))
    assert slots(MORNING, since=at("2027-04-05 08:00"), busy=(promised,)) == ["Mon 09:00", "Mon 09:30", "Mon 09:45"]


def test_blocks_that_overlap_offer_nothing_twice() -> None:
    half = Hours(0, time(9, 30), time(10, 30))
    offered = slots(MORNING, half, since=at("2027-04-05 08:00"))
    assert offered == ["Mon 09:00", "Mon 09:15", "Mon 09:30", "Mon 09:45", "Mon 10:00", "Mon 10:15"]


def test_an_evening_until_midnight_ends_with_its_day() -> None:
    evening = Hours(0, time(23), MIDNIGHT)
    assert slots(evening, since=at("2027-04-05 12:00"), days=1, minutes=30) == ["Mon 23:00", "Mon 23:30"]
    assert works_at([evening], at("2027-04-05 23:45"), minutes=15)
    assert not works_at([evening], at("2027-04-05 23:50"), minutes=15)


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        ("2027-03-28", ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]),
        (
            "2027-10-31",
            ["Sun 01:00", "Sun 01:30", "Sun 02:00", "Sun 02:30", "Sun 02:00", "Sun 02:30", "Sun 03:00", "Sun 03:30"],
        ),
    ],
    ids=["forward", "back"],
)
def test_the_night_of_a_clock_change_has_an_hour_less_or_more(day: str, offered: list[str]) -> None:
    assert slots(Hours(6, time(1), time(4)), since=at(f"{day} 00:00"), minutes=30) == offered


def test_a_day_off_offers_nothing_whoever_is_off() -> None:
    calendars = the_terms().calendars
    # Easter Monday by law, and the day after Ascension Day by the office's own choice.
    assert is_office_free(date(2027, 3, 29), calendars)
    assert is_office_free(date(2027, 5, 7), calendars)
    assert not is_office_free(date(2027, 4, 4), calendars)
    assert slots(MORNING, since=at("2027-03-29 00:00"), is_off=lambda day: is_office_free(day, calendars)) == []


@pytest.mark.parametrize(
    ("hours", "sound"),
    [
        (MORNING, True),
        (Hours(6, time(23), MIDNIGHT), True),
        (Hours(0, time(10), time(9)), False),
        (Hours(0, time(9), time(9)), False),
        (Hours(7, time(9), time(10)), False),
        (Hours(-1, time(9), time(10)), False),
    ],
)
def test_a_block_ends_after_it_began_on_a_day_of_the_week(hours: Hours, *, sound: bool) -> None:
    assert hours.is_sound is sound


def test_outside_the_pattern_is_outside() -> None:
    assert works_at([MORNING], at("2027-04-05 09:45"), minutes=15)
    assert not works_at([MORNING], at("2027-04-05 08:59"), minutes=15)
    assert not works_at([MORNING], at("2027-04-06 09:15"), minutes=15)


# --- any week, any clock ---------------------------------------------------------------------------------------------

_clock = some.times(max_value=time(23, 59)).map(lambda clock: clock.replace(second=0, microsecond=0))
_hours = some.builds(Hours, some.integers(0, 6), _clock, _clock).filter(lambda hours: hours.is_sound)
# Around both clock changes, the end of a year and any other day.
_since = some.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
) | some.sampled_from(
    [
        datetime(2027, 3, 27, 22, tzinfo=UTC),
        datetime(2027, 10, 30, 21, tzinfo=UTC),
        datetime(2027, 12, 31, 22, tzinfo=UTC),
    ]
)


@given(
    pattern=some.lists(_hours, max_size=4),
    since=_since,
    minutes=some.integers(5, 120),
    off=some.sets(some.integers(0, 6)),
    promised=some.lists(some.tuples(some.integers(0, 10_000), some.integers(1, 300)), max_size=5),
)
def test_whatever_is_offered_is_free_in_order_and_within_the_pattern(
    pattern: list[Hours], since: datetime, minutes: int, off: set[int], promised: list[tuple[int, int]]
) -> None:
    busy = [(since + timedelta(minutes=start), since + timedelta(minutes=start + length)) for start, length in promised]
    length = timedelta(minutes=minutes)
    found = list(
        free_slots(pattern, since=since, days=7, minutes=minutes, is_off=lambda day: day.weekday() in off, busy=busy)
    )
    assert all(after - before >= length for before, after in pairwise(found))
    for moment in found:
        assert moment >= since
        assert works_at(pattern, moment, minutes=minutes)
        assert local(moment).weekday() not in off
        assert all(moment + length <= begins or ends <= moment for begins, ends in busy)


@given(pattern=some.lists(_hours, min_size=1, max_size=3), since=_since)
def test_with_nothing_in_the_way_every_block_of_the_week_offers_its_beginning(
    pattern: list[Hours], since: datetime
) -> None:
    ahead = since + timedelta(days=1)
    blocks = [
        block.on(day)
        for day in (local(ahead).date() + timedelta(days=number) for number in range(6))
        for block in pattern
        if block.weekday == day.weekday()
    ]
    found = list(free_slots(pattern, since=since, days=8, minutes=5, is_off=never))
    for opens, closes in blocks:
        if closes - opens >= timedelta(minutes=10):
            assert any(opens <= moment < opens + timedelta(minutes=10) for moment in found)
