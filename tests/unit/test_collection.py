"""Days on which a partner collects."""

from datetime import date

import pytest

from policy.collection import collected_after, collected_by


@pytest.mark.parametrize(
    ("day", "collects_on", "before", "after"),
    [
        ("2027-04-05", 1, "2027-04-01", "2027-05-01"),
        ("2027-04-05", 5, "2027-04-05", "2027-05-05"),
        ("2027-04-05", 6, "2027-03-06", "2027-04-06"),
        ("2027-01-15", 27, "2026-12-27", "2027-01-27"),
        ("2027-12-31", 1, "2027-12-01", "2028-01-01"),
        # In a shorter month the last day.
        ("2027-04-05", 31, "2027-03-31", "2027-04-30"),
        ("2027-04-30", 31, "2027-04-30", "2027-05-31"),
        ("2027-02-27", 30, "2027-01-30", "2027-02-28"),
        ("2027-03-01", 30, "2027-02-28", "2027-03-30"),
        ("2028-02-29", 31, "2028-02-29", "2028-03-31"),
        ("2027-01-31", 31, "2027-01-31", "2027-02-28"),
    ],
)
def test_the_collection_before_and_after_a_day(day: str, collects_on: int, before: str, after: str) -> None:
    assert collected_by(date.fromisoformat(day), collects_on).isoformat() == before
    assert collected_after(date.fromisoformat(day), collects_on).isoformat() == after


def test_no_collection_lies_between_the_two() -> None:
    for ordinal in range(date(2027, 1, 1).toordinal(), date(2028, 3, 2).toordinal()):
        day = date.fromordinal(ordinal)
        for collects_on in (1, 15, 28, 29, 30, 31):
            before, after = collected_by(day, collects_on), collected_after(day, collects_on)
            assert before <= day < after
            assert 28 <= (after - before).days <= 31
