"""Which outcomes colleagues judge, and who judges which."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from models.codes import Outcome
from models.ids import CaseId, FactId, PersonId, StaffId
from models.values import MunicipalityCode
from policy.peer_review import Month, Recorded, drawn, given, may_judge, month_before
from tests.builders import ZONNEDIJK, at

MARCH = Month(date(2027, 3, 1))
NOOR, ADAM, EVA, THEA = StaffId("noor"), StaffId("adam"), StaffId("eva"), StaffId("thea")


def recorded(number: int, by: StaffId = NOOR) -> Recorded:
    return Recorded(
        FactId(f"fact-{number}"),
        CaseId(f"case-{number}"),
        PersonId(f"person-{number}"),
        Outcome.SETTLES_IT_HIMSELF,
        by,
    )


OF_MARCH = [recorded(number) for number in range(100)]


def sample(found: list[Recorded], size: int = 10, month: Month = MARCH) -> tuple[Recorded, ...]:
    return drawn(found, municipality=ZONNEDIJK, month=month, size=size)


def pairs(found: list[Recorded], *colleagues: StaffId) -> list[tuple[Recorded, StaffId | None]]:
    return given(found, colleagues, municipality=ZONNEDIJK, month=MARCH)


@pytest.mark.parametrize(
    ("day", "before"),
    [("2027-04-01", "2027-03"), ("2027-03-31", "2027-02"), ("2027-01-15", "2026-12"), ("2028-03-01", "2028-02")],
)
def test_the_month_before_is_a_whole_one(day: str, before: str) -> None:
    assert str(month_before(date.fromisoformat(day))) == before


def test_a_month_is_that_of_the_wall_clock() -> None:
    # The clock goes forward in it.
    assert (MARCH.begins, MARCH.ends) == (at("2027-03-01 00:00"), at("2027-04-01 00:00"))
    assert MARCH.ends.astimezone(UTC) - MARCH.begins.astimezone(UTC) == timedelta(days=31, hours=-1)
    assert [str(MARCH.before(back)) for back in (0, 2, 3)] == ["2027-03", "2027-01", "2026-12"]


def test_who_draws_twice_draws_the_same_in_whatever_order_outcomes_come() -> None:
    assert len(sample(OF_MARCH)) == 10
    assert sample(OF_MARCH[::-1]) == sample(OF_MARCH)


def test_each_month_and_each_municipality_draws_another_sample() -> None:
    samples = {
        sample(OF_MARCH),
        sample(OF_MARCH, month=MARCH.before(1)),
        drawn(OF_MARCH, municipality=MunicipalityCode("9902"), month=MARCH, size=10),
    }
    assert len(samples) == 3


def test_an_outcome_that_is_gone_changes_nothing_about_the_others() -> None:
    whole = sample(OF_MARCH)
    left = sample([one for one in OF_MARCH if one != whole[3]])
    assert left[:9] == (*whole[:3], *whole[4:])


def test_a_small_month_is_judged_whole() -> None:
    assert sorted(one.case_id for one in sample(OF_MARCH[:3])) == ["case-0", "case-1", "case-2"]
    assert sample(OF_MARCH, size=0) == ()


def test_every_outcome_is_drawn_about_as_often() -> None:
    months = [MARCH.before(back) for back in range(400)]
    often = Counter(one.case_id for month in months for one in sample(OF_MARCH, month=month))
    # Forty each is to be expected; chance keeps nearly all within eighteen of it.
    assert len(often) == 100 and all(22 <= times <= 58 for times in often.values())


@examples(st.lists(st.sampled_from([NOOR, ADAM, EVA]), max_size=30))
def test_nobody_judges_what_they_recorded_and_all_judge_about_as_much(by: list[StaffId]) -> None:
    found = [recorded(number, staff) for number, staff in enumerate(by)]
    given_out = pairs(found, NOOR, ADAM, EVA, EVA)
    assert [one for one, _ in given_out] == found
    assert all(colleague is not None and colleague != one.by for one, colleague in given_out)
    assert given_out == pairs(found, EVA, ADAM, NOOR)
    if len(set(by)) == 1:
        load = Counter(colleague for _, colleague in given_out)
        assert len(by) < 2 or max(load.values()) - min(load.values()) <= 1


def test_without_a_colleague_an_outcome_is_given_to_nobody() -> None:
    assert [colleague for _, colleague in pairs([recorded(1), recorded(2, ADAM)], NOOR)] == [None, NOOR]
    assert [colleague for _, colleague in pairs([recorded(1)])] == [None]


@pytest.mark.parametrize(
    ("staff", "reviewer", "stands_in", "may"),
    [
        (ADAM, ADAM, False, True),
        (ADAM, None, False, True),
        (ADAM, EVA, False, False),
        (THEA, EVA, True, True),
        (NOOR, None, False, False),
        (NOOR, EVA, True, False),
    ],
)
def test_only_a_colleague_may_judge(staff: StaffId, reviewer: StaffId | None, stands_in: bool, may: bool) -> None:
    assert may_judge(staff, recorded_by=NOOR, reviewer=reviewer, stands_in=stands_in) is may


def test_two_people_of_one_case_are_two_outcomes() -> None:
    both = [recorded(1), replace(recorded(1), fact_id=FactId("fact-2"), person_id=PersonId("person-2"))]
    assert len(sample(both)) == 2
