from datetime import timedelta

import pytest

from policy.sweep_watch import LATE_AFTER, sweep_is_late
from tests.builders import NOW

A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ended_ago", "since_ago", "late"),
    [
        (LATE_AFTER, None, False),
        (LATE_AFTER + A_SECOND, None, True),
        (timedelta(0), LATE_AFTER * 100, False),
        (None, LATE_AFTER, False),
        (None, LATE_AFTER + A_SECOND, True),
        (None, None, False),
    ],
)
def test_a_sweep_is_late_after_a_day_and_two_hours(
    ended_ago: timedelta | None, since_ago: timedelta | None, late: bool
) -> None:
    ended_at = None if ended_ago is None else NOW - ended_ago
    since = None if since_ago is None else NOW - since_ago
    assert sweep_is_late(ended_at, since=since, now=NOW) is late
