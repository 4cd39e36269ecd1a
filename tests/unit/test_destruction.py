"""When lists of what is going to be erased are made, and what their being agreed to changes."""

from datetime import date, datetime

import pytest

from models.codes import Role
from models.destruction import Asked, ListFate, OnList, Permit, Weekday
from models.ids import StaffId, UnitId
from policy.destruction import (
    ListDates,
    Listed,
    ListStanding,
    ListTerms,
    covered_until,
    name_of,
    permit,
    refusal_of_approving,
    standing,
    week_of,
)
from policy.terms import BadPolicy, merged
from tests.builders import at
from tests.unit.test_terms import DEFAULT, SENDER

UNIT, DUE = UnitId("case-1"), at("2027-05-10 09:00")
ASKED = Asked(unit_id=UNIT, due_at=DUE)
BOTH = (Role.SUPERVISOR, Role.PRIVACY_OFFICER)
TERMS = ListTerms(weekday=Weekday.MONDAY, ahead_days=14, people=2, cooling_off_days=7, longest_wait_days=0)


def listed(cooling_off_until: datetime | None, *, waits: int = 0, roles: tuple[Role, ...] = BOTH) -> Listed:
    return Listed("2027-16", longest_wait_days=waits, cooling_off_until=cooling_off_until, roles=roles)


@pytest.mark.parametrize(
    ("now", "weekday", "day"),
    [
        ("2027-04-05 00:00", Weekday.MONDAY, date(2027, 4, 5)),
        ("2027-04-04 23:59", Weekday.MONDAY, date(2027, 3, 29)),
        ("2027-04-05 09:00", Weekday.SUNDAY, date(2027, 4, 4)),
        ("2027-04-07 09:00", Weekday.WEDNESDAY, date(2027, 4, 7)),
    ],
)
def test_a_list_is_of_the_last_day_that_was_its_weekday(now: str, weekday: Weekday, day: date) -> None:
    assert week_of(at(now), weekday) == day


def test_a_list_has_the_name_of_its_year_and_week() -> None:
    assert [name_of(day) for day in (date(2027, 1, 3), date(2027, 1, 4))] == ["2026-53", "2027-01"]


def test_a_list_covers_a_week_that_begins_so_long_after_it() -> None:
    assert covered_until(date(2027, 3, 22), TERMS) == at("2027-04-12 00:00")


# --- what may be erased -------------------------------------------------------------------------------------------


def test_without_lists_everything_goes_on_its_date_and_nothing_is_said() -> None:
    assert permit(ASKED, None, None) == Permit(unit_id=UNIT, not_before=DUE)


@pytest.mark.parametrize(("waits", "goes"), [(0, DUE), (3, at("2027-05-13 09:00"))])
def test_what_stands_on_no_list_waits_as_long_as_policy_of_today_says(waits: int, goes: datetime) -> None:
    terms = ListTerms(weekday=Weekday.MONDAY, ahead_days=14, people=2, cooling_off_days=7, longest_wait_days=waits)
    assert permit(ASKED, None, terms) == Permit(unit_id=UNIT, not_before=goes, on_list=OnList(fate=ListFate.ON_NO_LIST))


@pytest.mark.parametrize(
    ("until", "waits", "goes", "fate"),
    [
        ("2027-05-10 08:59", 0, "2027-05-10 09:00", ListFate.APPROVED),
        ("2027-05-10 09:00", 0, "2027-05-10 09:00", ListFate.APPROVED),
        ("2027-05-10 09:01", 0, "2027-05-10 09:00", ListFate.COOLED_SHORT),
        ("2027-05-12 09:00", 2, "2027-05-12 09:00", ListFate.APPROVED),
        ("2027-05-12 09:01", 2, "2027-05-12 09:00", ListFate.COOLED_SHORT),
        (None, 0, "2027-05-10 09:00", ListFate.NOT_APPROVED),
        (None, 2, "2027-05-12 09:00", ListFate.NOT_APPROVED),
    ],
)
def test_what_is_on_a_list_goes_after_its_date_and_the_time_to_come_back_and_never_later_than_its_terms_say(
    until: str | None, waits: int, goes: str, fate: ListFate
) -> None:
    found = permit(ASKED, listed(at(until) if until else None, waits=waits), TERMS)
    assert found == Permit(
        unit_id=UNIT, not_before=at(goes), on_list=OnList(list_name="2027-16", fate=fate, roles=BOTH)
    )


def test_what_is_on_a_list_goes_by_it_when_the_municipality_makes_no_lists_any_more() -> None:
    assert permit(ASKED, listed(None, waits=2), None).not_before == at("2027-05-12 09:00")


# --- agreeing -----------------------------------------------------------------------------------------------------

FIRST, ENDS = at("2027-05-10 09:00"), at("2027-05-16 09:00")


def dates(cooling_off_until: str | None = None) -> ListDates:
    return ListDates(FIRST, ENDS, 7, at(cooling_off_until) if cooling_off_until else None)


@pytest.mark.parametrize(
    ("until", "now", "found"),
    [
        (None, "2027-05-03 09:00", ListStanding.TO_APPROVE),
        (None, "2027-05-03 09:01", ListStanding.LATE),
        (None, "2027-05-16 08:59", ListStanding.LATE),
        (None, "2027-05-16 09:00", ListStanding.PASSED),
        ("2027-05-08 09:00", "2027-05-08 08:59", ListStanding.COOLING_OFF),
        ("2027-05-08 09:00", "2027-05-08 09:00", ListStanding.APPROVED),
        ("2027-05-08 09:00", "2027-06-08 09:00", ListStanding.APPROVED),
    ],
)
def test_how_a_list_fares(until: str | None, now: str, found: ListStanding) -> None:
    assert standing(dates(until), now=at(now)) is found


NOOR, THEA = StaffId("noor"), StaffId("thea")


@pytest.mark.parametrize(
    ("approvers", "until", "now", "refusal"),
    [
        ([], None, "2027-05-03 09:00", None),
        ([THEA], None, "2027-05-03 09:00", None),
        ([None], None, "2027-05-03 09:00", None),
        ([NOOR], None, "2027-05-03 09:00", "U bent al akkoord. Een ander moet ook akkoord zijn."),
        ([NOOR], "2027-05-08 09:00", "2027-05-03 09:00", "Er zijn al genoeg mensen akkoord."),
        ([THEA], "2027-05-08 09:00", "2027-05-03 09:00", "Er zijn al genoeg mensen akkoord."),
        ([], None, "2027-05-16 09:00", "Alle datums op deze lijst zijn al voorbij."),
    ],
)
def test_whose_agreement_counts(
    approvers: list[StaffId | None], until: str | None, now: str, refusal: str | None
) -> None:
    assert refusal_of_approving(dates(until), by=NOOR, approvers=approvers, now=at(now)) == refusal


# --- the policy file ----------------------------------------------------------------------------------------------


def test_no_lists_are_made_unless_a_municipality_wants_them() -> None:
    policy = merged(DEFAULT, SENDER)
    assert policy.destruction_list.resolved() is None
    wanted = merged(DEFAULT, SENDER, {"destruction_list": {"wanted": True}})
    assert wanted.destruction_list.resolved() == TERMS


def test_a_list_leaves_time_to_agree_to_it() -> None:
    merged(DEFAULT, SENDER, {"destruction_list": {"ahead_days": 8}})
    with pytest.raises(BadPolicy, match="niemand op tijd akkoord"):
        merged(DEFAULT, SENDER, {"destruction_list": {"ahead_days": 7}})
