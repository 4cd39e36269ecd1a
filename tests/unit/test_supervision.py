"""What a supervisor's overview is made of: bands, the working days that come, and the months that were."""

from datetime import date, datetime, timedelta

import pytest

from models.terms import Calendars
from policy.free_days import calendars_from
from policy.monitor import FIGURES, FIRST_ATTEMPTS, NOBODY, REACH, REACH_BY_MONTH, Closed, table_of, tables
from policy.small_cells import LEAST
from policy.stalled_ages import StalledFor, began_between
from policy.trends import Trend, trends
from policy.work_ahead import months_back, work_days
from tests.builders import at

NOW = at("2027-04-20 10:00")


def band_of(began: datetime, now: datetime = NOW) -> StalledFor:
    """The only band of which the limits let this moment in."""
    [found] = [band for band in StalledFor if _is_within(began, *began_between(band, now))]
    return found


def _is_within(began: datetime, after: datetime | None, up_to: datetime | None) -> bool:
    return (after is None or began > after) and (up_to is None or began <= up_to)


@pytest.mark.parametrize(
    ("began", "band"),
    [
        ("2027-04-20 10:00", StalledFor.DAYS_0_1),
        ("2027-04-18 10:01", StalledFor.DAYS_0_1),
        ("2027-04-18 10:00", StalledFor.DAYS_2_6),
        ("2027-04-13 10:01", StalledFor.DAYS_2_6),
        ("2027-04-13 10:00", StalledFor.DAYS_7_27),
        # The clock went forward on 28 March: the same hour on the wall.
        ("2027-03-23 10:01", StalledFor.DAYS_7_27),
        ("2027-03-23 10:00", StalledFor.LONGER),
        ("2026-01-01 00:00", StalledFor.LONGER),
    ],
)
def test_a_stalled_case_is_in_the_band_of_its_days(began: str, band: StalledFor) -> None:
    assert band_of(at(began)) is band


# --- the days that come -------------------------------------------------------------------------------------------


def the_calendars(today: date, **closing: str) -> Calendars:
    days = {date.fromisoformat(day.removeprefix("d").replace("_", "-")): name for day, name in closing.items()}
    return calendars_from(today, days, {}, months=2)


def test_ten_working_days_come_and_the_free_ones_are_named() -> None:
    today = date(2027, 4, 20)
    ahead = work_days(today, the_calendars(today, d2027_04_29="Personeelsdag"))
    assert [day.day.isoformat() for day in ahead.days] == [
        "2027-04-20",
        "2027-04-21",
        "2027-04-22",
        "2027-04-23",
        "2027-04-26",
        "2027-04-28",
        "2027-04-30",
        "2027-05-03",
        "2027-05-04",
        "2027-05-05",
    ]
    assert [(free.day.isoformat(), free.name) for free in ahead.free] == [
        ("2027-04-27", "Koningsdag"),
        ("2027-04-29", "Personeelsdag"),
    ]


def test_what_falls_on_a_free_day_is_for_the_working_day_after_it() -> None:
    ahead = work_days(date(2027, 4, 23), the_calendars(date(2027, 4, 23)), number=3)
    assert [(day.day.isoformat(), day.begins_at, day.ends_at) for day in ahead.days] == [
        ("2027-04-23", None, at("2027-04-24 00:00")),
        ("2027-04-26", at("2027-04-24 00:00"), at("2027-04-27 00:00")),
        ("2027-04-28", at("2027-04-27 00:00"), at("2027-04-29 00:00")),
    ]


def test_on_a_free_day_the_first_day_is_the_next_working_day() -> None:
    saturday = date(2027, 4, 24)
    ahead = work_days(saturday, the_calendars(saturday), number=1)
    assert [(day.day, day.begins_at) for day in ahead.days] == [(date(2027, 4, 26), None)]


def test_a_day_is_found_among_those_that_come() -> None:
    ahead = work_days(date(2027, 4, 20), the_calendars(date(2027, 4, 20)))
    assert ahead.on(date(2027, 4, 26)) == ahead.days[4]
    assert (ahead.on(date(2027, 4, 25)), ahead.on(date(2027, 4, 27))) == (None, None)


def test_days_end_at_midnight_also_when_the_clock_changes() -> None:
    ahead = work_days(date(2027, 10, 29), the_calendars(date(2027, 10, 29)), number=2)
    friday, monday = ahead.days
    assert monday.begins_at == friday.ends_at == at("2027-10-30 00:00")
    # Saturday, Sunday of 25 hours, Monday.
    assert monday.ends_at.timestamp() - friday.ends_at.timestamp() == timedelta(hours=73).total_seconds()


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2027, 4, 30), ("2027-02", "2027-03", "2027-04")),
        (date(2027, 1, 1), ("2026-11", "2026-12", "2027-01")),
    ],
)
def test_months_go_back_over_the_year(today: date, months: tuple[str, ...]) -> None:
    assert months_back(today, 3) == months


# --- figures of cases that were counted before --------------------------------------------------------------------


def closed(month: str = "2027-04", **changes: object) -> Closed:
    return Closed(**{**vars(NOBODY), "month": month, **changes})


GROUPS = [
    (closed(reached=True, first_attempt="0-3"), 12),
    (closed(reached=False, first_attempt="4-7"), 30),
    (closed("2027-05", reached=True, first_attempt="0-3"), 4),
    (closed("2027-06", reached=False, first_attempt="none"), 11),
    (closed(reached=True, unjustified="legal_entity"), 50),
]
ONE_BY_ONE = [case for case, many in GROUPS for _ in range(many)]


@pytest.mark.parametrize("title", [REACH_BY_MONTH, FIRST_ATTEMPTS])
def test_a_figure_of_groups_is_the_figure_of_their_cases(title: str) -> None:
    [told] = [each for each in tables(ONE_BY_ONE, period="kwartaal 2027-2") if each.title == title]
    assert table_of(title, GROUPS, period="kwartaal 2027-2") == told and told.lines


def test_reach_of_sums_is_reach_of_their_attempts() -> None:
    cases = [closed(reach={"Telefoon/Ochtend": (2, 1), "Mail/Avond": (1, 0)}) for _ in range(20)]
    sums = [
        (closed("", reach={"Telefoon/Ochtend": (40, 20)}), 1),
        (closed("", reach={"Mail/Avond": (20, 0)}), 1),
        (closed("", reach={"Mail/Avond": (9, 9)}, unjustified="legal_entity"), 1),
    ]
    [told] = [each for each in tables(cases, period="p") if each.title == REACH]
    assert table_of(REACH, sums, period="p") == told


def test_no_figure_that_is_told_of_groups_divides_another() -> None:
    assert [each.title for each in FIGURES if each.title in (REACH, REACH_BY_MONTH, FIRST_ATTEMPTS)] == [
        each.title for each in FIGURES if each.title in (REACH, REACH_BY_MONTH, FIRST_ATTEMPTS) and not each.divides
    ]


# --- months -------------------------------------------------------------------------------------------------------

MONTHS = ("2027-04", "2027-05", "2027-06", "2027-07")


def test_what_closed_in_a_month_is_told_as_the_figures_of_its_quarter_tell_it() -> None:
    found = trends(MONTHS, opened={}, closed=GROUPS, stalls={})
    of_quarter = {line.name: line.counts for line in table_of(REACH_BY_MONTH, GROUPS, period="").lines}
    assert {each.month: (each.reached, each.closed) for each in found[:3]} == {
        month: (counts[0], counts[2]) for month, counts in of_quarter.items()
    }
    assert (found[3].closed, found[3].reached) == (0, 0)


def test_a_quarter_hides_nothing_of_another() -> None:
    small = (closed("2027-07", reached=True), 3)
    with_it = trends(MONTHS, opened={}, closed=[*GROUPS, small], stalls={})
    assert with_it[:3] == trends(MONTHS, opened={}, closed=GROUPS, stalls={})[:3]
    assert with_it[3].closed is None


def test_a_small_month_is_hidden_with_the_one_that_would_give_it_away() -> None:
    opened = {"2027-04": LEAST - 1, "2027-05": 40, "2027-06": 30, "2027-07": 50}
    assert [each.opened for each in trends(MONTHS, opened=opened, closed=[], stalls={})] == [None, 40, None, 50]


def test_nothing_is_told_of_stalls_before_they_were_counted() -> None:
    found = trends(MONTHS, opened={}, closed=[], stalls={"2027-05": 20, "2027-07": 3})
    assert [(each.stalls_known, each.stood_still) for each in found] == [
        (False, 0),
        (True, 20),
        (True, 0),
        (True, None),
    ]
    assert found[0] == Trend("2027-04", 0, 0, 0, 0, False)
