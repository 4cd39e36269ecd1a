"""The legal and the office's free days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import CalendarName
from policy.calendar import add_working_days
from policy.free_days import calendars_from, legal_days, office_days

YEARS = st.integers(2020, 2060)


def test_the_legal_days_of_2027_are_those_of_the_law() -> None:
    assert {day.isoformat(): name for day, name in _of(2027).items() if day.weekday() != 6} == {
        "2027-01-01": "Nieuwjaarsdag",
        "2027-03-26": "Goede vrijdag",
        "2027-03-29": "Tweede paasdag",
        "2027-04-27": "Koningsdag",
        "2027-05-05": "Bevrijdingsdag",
        "2027-05-06": "Hemelvaartsdag",
        "2027-05-17": "Tweede pinksterdag",
        "2027-12-25": "Eerste kerstdag",
    }


@pytest.mark.parametrize(
    ("year", "day"), [(2024, 27), (2025, 26), (2026, 27), (2027, 27), (2031, 26), (2036, 26), (2042, 26)]
)
def test_kings_day_is_27_april_or_the_saturday_before_a_sunday(year: int, day: int) -> None:
    assert [found.day for found, name in _of(year).items() if name == "Koningsdag"] == [day]


@given(YEARS)
def test_the_days_of_easter_keep_their_distance(year: int) -> None:
    day = {name: found for found, name in _of(year).items()}
    monday = day["Tweede paasdag"]
    assert monday.weekday() == 0
    assert day["Goede vrijdag"] == monday - timedelta(days=3)
    assert day["Hemelvaartsdag"] == monday + timedelta(days=38)
    assert day["Tweede pinksterdag"] == monday + timedelta(days=49)


@given(YEARS)
def test_the_fixed_days_are_there_every_year(year: int) -> None:
    fixed = {
        date(year, 1, 1): "Nieuwjaarsdag",
        date(year, 5, 5): "Bevrijdingsdag",
        date(year, 12, 25): "Eerste kerstdag",
        date(year, 12, 26): "Tweede kerstdag",
    }
    found = _of(year)
    assert all(day in found for day in fixed)
    # Ascension fell on 5 May in 2016 and does again in 2157: then the day carries both names.
    assert {day: found[day] for day in fixed} == fixed


@pytest.mark.parametrize(("year", "free"), [(2024, False), (2025, True), (2026, False), (2030, True)])
def test_5_may_is_free_at_the_office_only_in_lustrum_years(year: int, free: bool) -> None:
    whole = date(year, 1, 1), date(year, 12, 31)
    assert (date(year, 5, 5) in office_days(*whole, {})) is free
    assert date(year, 5, 5) in legal_days(*whole)


def test_only_days_between_first_and_last_are_given() -> None:
    assert list(legal_days(date(2025, 4, 18), date(2025, 4, 20))) == [date(2025, 4, 18), date(2025, 4, 20)]
    closing = {date(2025, 1, 2): "Brug", date(2025, 4, 17): "Brug", date(2025, 12, 24): "Brug"}
    found = office_days(date(2025, 4, 17), date(2025, 4, 18), closing)
    assert found == {date(2025, 4, 17): "Brug", date(2025, 4, 18): "Goede vrijdag"}


def test_a_closing_day_on_a_legal_day_keeps_the_legal_name() -> None:
    found = office_days(date(2025, 4, 18), date(2025, 4, 18), {date(2025, 4, 18): "Dicht"})
    assert found == {date(2025, 4, 18): "Goede vrijdag"}


def test_a_case_gets_the_days_of_the_month_before_and_of_three_years_from_its_own() -> None:
    calendars = calendars_from(date(2025, 5, 20), {date(2025, 5, 30): "Dag na Hemelvaart"}, {}, months=36)
    assert calendars.horizon == date(2028, 5, 1)
    assert min(calendars.shared) == date(2025, 4, 18)
    assert max(calendars.shared) == date(2028, 4, 27)
    assert calendars.legal == {date(2026, 5, 5): "Bevrijdingsdag", date(2027, 5, 5): "Bevrijdingsdag"}
    assert calendars.office == {date(2025, 5, 30): "Dag na Hemelvaart"}


def test_a_day_that_the_government_declares_free_is_free_on_both_calendars() -> None:
    extra = {date(2025, 6, 20): "Vrij bij besluit"}
    calendars = calendars_from(date(2025, 6, 1), {}, extra, months=6)
    assert calendars.shared[date(2025, 6, 20)] == "Vrij bij besluit"
    assert date(2025, 6, 20) not in calendars.legal | calendars.office


def test_a_closing_day_that_the_government_declares_free_takes_the_name_of_the_law() -> None:
    day = date(2025, 5, 30)
    calendars = calendars_from(day, {day: "Dag na Hemelvaart"}, {day: "Vrij bij besluit"}, months=1)
    assert calendars.shared[day] == "Vrij bij besluit"
    assert (calendars.legal, calendars.office) == ({}, {})


def test_5_may_declared_free_in_an_ordinary_year_closes_the_office_too() -> None:
    day = date(2026, 5, 5)
    calendars = calendars_from(day, {}, {day: "Vrij bij besluit"}, months=1)
    assert calendars.shared[day] == "Bevrijdingsdag"
    assert calendars.legal == {}


def test_a_day_declared_free_outside_the_calendars_or_in_a_weekend_is_left_out() -> None:
    extra = {date(2025, 2, 28): "Te vroeg", date(2025, 4, 12): "Zaterdag", date(2025, 6, 2): "Te laat"}
    assert calendars_from(date(2025, 4, 1), {}, extra, months=2) == calendars_from(date(2025, 4, 1), {}, {}, months=2)


def test_free_days_in_a_weekend_are_left_out() -> None:
    calendars = calendars_from(date(2025, 4, 1), {}, {}, months=12)
    assert all(day.weekday() < 5 for day in calendars.shared)
    assert date(2025, 4, 26) not in calendars.shared


def test_a_term_from_before_the_route_was_chosen_still_passes_over_that_months_free_days() -> None:
    # Thursday 29 March 2029; Good Friday is the 30th, Easter Monday 2 April.
    calendars = calendars_from(date(2029, 4, 3), {}, {}, months=36)
    end, passed = add_working_days(date(2029, 3, 29), 3, CalendarName.LEGAL, calendars)
    assert end == date(2029, 4, 5)
    assert [free.name for free in passed] == ["Goede vrijdag", "Tweede paasdag"]


def _of(year: int) -> dict[date, str]:
    return legal_days(date(year, 1, 1), date(year, 12, 31))
