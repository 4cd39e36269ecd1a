"""How often anybody may try."""

from datetime import timedelta

import pytest

from tests.builders import at
from web.rate_limit import RateLimit, TooOften

NOON = at("2027-04-05 12:00")
SECOND = timedelta(seconds=1)


def taken(limit: RateLimit, address: str, *, seconds: float = 0) -> bool:
    try:
        limit.take(address, at=NOON + seconds * SECOND)
    except TooOften:
        return False
    return True


def test_each_address_has_its_own_number_of_tries() -> None:
    limit = RateLimit(from_one=2, in_total=100)
    assert [taken(limit, address) for address in ("1.1.1.1", "1.1.1.1", "1.1.1.1", "2.2.2.2")] == [
        True,
        True,
        False,
        True,
    ]


def test_all_together_have_a_number_too() -> None:
    limit = RateLimit(from_one=2, in_total=3)
    assert [taken(limit, f"1.1.1.{last}") for last in range(5)] == [True, True, True, False, False]


def test_a_try_counts_for_a_minute_and_one_that_was_refused_not_at_all() -> None:
    limit = RateLimit(from_one=1, in_total=100)
    assert [taken(limit, "1.1.1.1", seconds=seconds) for seconds in (0, 59, 60, 61, 119, 120)] == [
        True,
        False,
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("", "", True),
    ],
)
def test_a_network_of_ipv6_is_one_address(one: str, other: str, same: bool) -> None:
    limit = RateLimit(from_one=1, in_total=100)
    assert (taken(limit, one), taken(limit, other)) == (True, not same)
