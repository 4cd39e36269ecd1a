"""Since when it is known who did something."""

import pytest

from policy.file_parts import FileTrails
from policy.staff_trails import forgotten_before
from tests.builders import at


@pytest.mark.parametrize(
    ("now", "months", "since"),
    [
        ("2027-04-05 09:00", 24, "2025-04-05 00:00"),
        ("2027-03-31 23:59", 1, "2027-02-28 00:00"),
        ("2027-01-15 00:00", 1, "2026-12-15 00:00"),
    ],
)
def test_who_did_something_is_forgotten_at_midnight(now: str, months: int, since: str) -> None:
    assert forgotten_before(at(now), FileTrails(staff_months=months, ground="x")) == at(since)
