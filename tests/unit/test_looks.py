"""How looks are counted together, and until when they stay known."""

import pytest
from pydantic import ValidationError

from policy.file_parts import FileAccessLog
from policy.looks import counted_from, kept_until
from tests.builders import at

KEPT = FileAccessLog(months=60, staff_months=24, ground="Beleid.")


@pytest.mark.parametrize(
    ("looked", "begun"),
    [
        ("2027-04-05 09:00", "2027-04-05 09:00"),
        ("2027-04-05 09:14:59.999999", "2027-04-05 09:00"),
        ("2027-04-05 09:15", "2027-04-05 09:15"),
        ("2027-04-05 23:59:30", "2027-04-05 23:45"),
    ],
)
def test_a_look_counts_in_its_quarter_of_an_hour(looked: str, begun: str) -> None:
    assert counted_from(at(looked)) == at(begun)


def test_who_it_was_goes_before_that_somebody_looked_at_midnight_here() -> None:
    assert kept_until(at("2027-04-05 00:30"), KEPT) == (at("2029-04-05 00:00"), at("2032-04-05 00:00"))


def test_a_day_that_its_last_month_does_not_have_is_that_months_last() -> None:
    assert kept_until(at("2028-02-29 12:00"), KEPT) == (at("2030-02-28 00:00"), at("2033-02-28 00:00"))


def test_who_it_was_is_never_known_for_longer_than_that_somebody_looked() -> None:
    assert FileAccessLog(months=24, staff_months=24, ground="Beleid.").staff_months == 24
    with pytest.raises(ValidationError, match="niet langer dan de regel zelf"):
        FileAccessLog(months=24, staff_months=25, ground="Beleid.")
