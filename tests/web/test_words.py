"""Moments, terms and amounts in Dutch."""

from datetime import date, timedelta

import pytest

from models.case import Deadline
from models.codes import CalendarName, DeadlineKind, StallCause
from models.terms import FreeDay, Term
from models.values import Euro, PhoneNumber, Postcode
from tests.builders import at
from web import words

NOW = at("2027-03-28 09:00")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2027-03-27 23:59", "gisteren 23:59"),
        ("2027-03-28 17:00", "vandaag 17:00"),
        ("2027-03-29 00:00", "morgen 00:00"),
        ("2027-03-30 17:00", "di 30 maart 17:00"),
        ("2028-01-03 09:00", "ma 3 januari 2028 09:00"),
    ],
)
def test_a_moment_is_told_as_seen_from_today(moment: str, said: str) -> None:
    assert words.moment(at(moment), now=NOW) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 3, 28), "zondag 28 maart"),
        (date(2027, 3, 29), "maandag 29 maart"),
        (date(2026, 12, 31), "donderdag 31 december 2026"),
    ],
)
def test_a_day_is_written_out_as_one_reads_it_aloud(day: date, said: str) -> None:
    assert words.long_day(day, today=NOW.date()) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2027-03-28 00:00", "vandaag"),
        ("2027-03-27 23:59", "gisteren"),
        ("2027-03-26 23:59", "2 dagen geleden"),
        ("2027-02-28 09:00", "28 dagen geleden"),
    ],
)
def test_how_long_ago_something_was_is_told_in_days(moment: str, said: str) -> None:
    assert words.ago(at(moment), now=NOW) == said


@pytest.mark.parametrize(("amount", "said"), [("0", "€ 0,00"), ("0.29", "€ 0,29"), ("1234.56", "€ 1.234,56")])
def test_an_amount_is_told_to_the_cent(amount: str, said: str) -> None:
    assert words.euro(Euro(amount)) == said


def test_the_end_of_a_day_is_that_day() -> None:
    assert words.due(at("2027-03-30 23:59"), now=NOW) == "di 30 maart"
    assert words.due(at("2027-03-28 23:59"), now=NOW) == "vandaag"
    assert words.due(at("2027-03-28 17:00"), now=NOW) == "vandaag 17:00"


def test_what_began_today_needs_only_a_clock() -> None:
    assert words.since(at("2027-03-28 08:10"), now=NOW) == "08:10"
    assert words.since(at("2027-03-26 08:10"), now=NOW) == "vr 26 maart 08:10"


def test_days_are_those_of_the_wall_clock_when_the_clock_changes() -> None:
    # In the night before 28 March 2027 the clock went an hour forward: 23:30 was 8.5 hours before 09:00.
    assert words.moment(at("2027-03-27 23:30"), now=NOW) == "gisteren 23:30"
    assert words.age(at("2027-03-27 23:30"), now=NOW) == "8 uur"


@pytest.mark.parametrize(
    ("lasted", "said"),
    [
        (timedelta(seconds=20), "net begonnen"),
        (timedelta(minutes=1), "1 minuut"),
        (timedelta(hours=5, minutes=59), "5 uur"),
        (timedelta(days=1), "1 dag"),
        (timedelta(days=12), "12 dagen"),
        (timedelta(hours=-1), "net begonnen"),
    ],
)
def test_age_is_told_in_its_largest_unit(lasted: timedelta, said: str) -> None:
    assert words.age(NOW - lasted, now=NOW) == said


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term(working_days=3), "3 werkdagen"),
        (Term(working_days=1), "1 werkdag"),
        (Term(months=6), "6 maanden"),
        (Term(months=1, days=2), "1 maand en 2 dagen"),
        (Term(), "meteen"),
    ],
)
def test_a_term_is_told_in_words(term: Term, said: str) -> None:
    assert words.term(term) == said


@pytest.mark.parametrize(
    ("due", "left"),
    [
        ("2027-03-31 12:00", "nog 3 dagen"),
        ("2027-03-29 12:00", "nog 1 dag"),
        ("2027-03-28 12:00", "vandaag nog"),
        ("2027-03-28 08:00", "te laat"),
        ("2027-03-27 12:00", "1 dag te laat"),
    ],
)
def test_days_left_are_counted_on_the_wall_calendar(due: str, left: str) -> None:
    assert words.days_left(_deadline(due, StallCause.TASK_OVERDUE), now=NOW) == left


def test_a_moment_that_is_nobodys_task_is_never_late() -> None:
    assert words.days_left(_deadline("2027-03-27 12:00", None), now=NOW) == ""


def test_free_days_are_told_with_their_names() -> None:
    days = (FreeDay(day=date(2027, 3, 29), name="Tweede paasdag"),)
    assert words.free_days(days, today=date(2027, 3, 28)) == "ma 29 maart (Tweede paasdag)"


def test_amounts_numbers_and_postcodes_are_grouped() -> None:
    assert words.amount(123_456) == "€ 1.234,56"
    assert words.amount(5) == "€ 0,05"
    assert words.phone(PhoneNumber("0612345678")) == "06 1234 5678"
    assert words.phone(PhoneNumber("010 123 45 00")) == "010 123 4500"
    assert words.phone(PhoneNumber("+3212345678")) == "+3212345678"
    assert words.postcode(Postcode("9990AB")) == "9990 AB"


def _deadline(due: str, cause: StallCause | None) -> Deadline:
    return Deadline(
        kind=DeadlineKind.TASK,
        rule="Beleid",
        start_event="task.opened",
        started_at=NOW,
        due_at=at(due),
        term=Term(days=1),
        calendar=CalendarName.ALL,
        cause=cause,
    )
