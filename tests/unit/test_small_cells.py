"""No count that is hidden can be computed from what is told."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.small_cells import LEAST, Told, hidden, told

ROWS = st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ((12, 30, 10), (12, 30, 10), 52),
        ((12, 30, 9), (None, 30, None), 51),
        ((12, 30, 0), (None, 30, None), 42),
        ((12, 12, 30, 3), (None, None, 30, None), 57),
        ((40, 0), (None, None), 40),
        ((9, 9), (None, None), None),
        ((9,), (None,), None),
        ((10,), (10,), 10),
        ((), (), 0),
    ],
)
def test_a_small_count_takes_the_smallest_of_the_others_with_it(
    counts: tuple[int, ...], cells: tuple[int | None, ...], total: int | None
) -> None:
    assert told(counts) == Told(cells, total)


@given(ROWS)
def test_what_is_told_is_true_and_never_small(counts: list[int]) -> None:
    row = told(counts)
    assert all(cell in (None, count) for cell, count in zip(row.cells, counts, strict=True))
    assert all(cell is None or cell >= LEAST for cell in row.cells)
    assert row.total in (None, sum(counts))


@given(ROWS)
def test_what_the_total_leaves_for_the_hidden_ones_is_theirs_together_and_not_small(counts: list[int]) -> None:
    row = told(counts)
    hidden = [count for cell, count in zip(row.cells, counts, strict=True) if cell is None]
    assert not hidden or row.total is None or (len(hidden) > 1 and sum(hidden) >= LEAST)


@pytest.mark.parametrize(
    ("least", "cells", "top"), [(3, 1, 9), (3, 2, 11), (3, 3, 11), (3, 4, 9), (2, 4, 8), (4, 3, 15)]
)
def test_whoever_knows_the_rule_and_the_total_finds_more_than_one_answer_for_each_hidden_count(
    least: int, cells: int, top: int
) -> None:
    """Every row there can be, with a lower bound so that there are few of them."""
    ways: dict[tuple[Told, int], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(top), repeat=cells):
        # Sums that only rows outside the search could give too are left out.
        if sum(counts) < top:
            row = told(counts, least=least)
            ways[row, sum(counts) if row.total is not None else -1].append(counts)
    for (row, _), answers in ways.items():
        for place, cell in enumerate(row.cells):
            assert cell is not None or len({answer[place] for answer in answers}) > 1


def test_counts_by_name_are_hidden_as_a_row_is() -> None:
    assert hidden({"a": 12, "b": 30, "c": 3}) == {"a": None, "b": 30, "c": None}
    assert hidden({"a": 3, "b": 1}, least=1) == {"a": 3, "b": 1}
    assert hidden(dict[str, int]()) == {}
