"""Small counts stay hidden, also from whoever can subtract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.small_cells import hidden


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({"a": 10, "b": 40}, {"a": 10, "b": 40}),
        ({"a": 9, "b": 40, "c": 20}, {"a": None, "b": 40, "c": None}),
        ({"a": 0, "b": 0, "c": 30, "d": 20}, {"a": None, "b": None, "c": 30, "d": None}),
        ({"a": 4, "b": 6, "c": 30}, {"a": None, "b": None, "c": 30}),
        ({"a": 4, "b": 30}, {"a": None, "b": None}),
        ({"a": 4}, {"a": None}),
    ],
)
def test_a_small_count_takes_others_along(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert hidden(counts) == shown


def test_how_small_is_small_can_be_said() -> None:
    assert hidden({"a": 4, "b": 5, "c": 6}, least=5) == {"a": None, "b": None, "c": 6}


@given(st.dictionaries(st.integers(), st.integers(0, 60)), st.integers(1, 20))
def test_the_total_gives_no_small_count_away(counts: dict[int, int], least: int) -> None:
    shown = hidden(counts, least)
    assert list(shown) == list(counts)
    assert all(count is None or count == counts[key] >= least for key, count in shown.items())
    gone = [key for key, count in shown.items() if count is None]
    if gone and len(gone) < len(counts):
        assert len(gone) > 1 and sum(counts[key] for key in gone) >= least
    assert bool(gone) == any(count < least for count in counts.values())
