"""No count that is hidden can be computed from what is told."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from policy.small_cells import LEAST, Crossed, Told, crossed, hidden, told, told_in_groups

ROWS = st.lists(st.integers(min_value=0, max_value=60), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ((12, 30, 10), (12, 30, 10), 52),
        ((12, 30, 9), (None, 30, None), 51),
        ((12, 30, 0), (None, 30, None), 42),
        ((12, 12, 30, 3), (None, None, 30, None), 57),
        ((40, 0), (None, None), 40),
        # The sum is told whatever it is the sum of, or its being hidden would tell that all of them are small.
        ((9, 9), (None, None), 18),
        ((2, 7), (None, None), None),
        ((9,), (None,), None),
        ((10,), (10,), 10),
        ((), (), None),
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


@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 2)])
def test_whoever_knows_the_sums_of_groups_too_finds_more_than_one_answer(sizes: tuple[int, int]) -> None:
    """They are told elsewhere, as a row of their own by the same rule."""
    least, seen = 4, defaultdict[tuple[tuple[Told, ...], Told], list[tuple[int, ...]]](list)
    for counts in product(range(10), repeat=sum(sizes)):
        groups = [counts[: sizes[0]], counts[sizes[0] :]]
        rows, _ = told_in_groups(groups, least=least)
        seen[rows, told([sum(group) for group in groups], least=least)].append(counts)
    for (rows, _), answers in seen.items():
        cells = [cell for row in rows for cell in row.cells]
        # A small sum is told nowhere; of a large one there are more answers than are looked at here.
        if not least <= sum(answers[0]) < 10:
            continue
        for place, cell in enumerate(cells):
            found = {answer[place] for answer in answers}
            assert cell is not None or len(found) > 1, (rows, answers[:3])


def test_a_group_that_is_small_as_a_whole_is_hidden_with_the_smallest_of_the_others() -> None:
    rows, total = told_in_groups([[3], [40, 12], [30, 60]])
    assert (rows, total) == ((Told((None,), None), Told((None, None), None), Told((30, 60), 90)), 145)


def test_counts_by_name_are_hidden_as_a_row_is() -> None:
    assert hidden({"a": 12, "b": 30, "c": 3}) == {"a": None, "b": 30, "c": None}
    assert hidden({"a": 3, "b": 1}, least=1) == {"a": 3, "b": 1}
    assert hidden(dict[str, int]()) == {}


# --- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([[12, 30], [20, 11]], Crossed(((12, 30), (20, 11)), (42, 31), (32, 41), 73)),
        # One small count takes a row and a column with it, the smallest ones.
        ([[3, 30], [20, 11], [50, 60]], Crossed(((None, None), (None, None), (50, 60)), (33, 31, 110), (73, 101), 174)),
        ([[3, 30, 40], [20, 11, 90]], Crossed(((None, None, 40), (None, None, 90)), (73, 121), (23, 41, 130), 194)),
        # A row whose sum is small hides its sum too.
        (
            [[1, 2], [20, 30], [40, 50]],
            Crossed(((None, None), (None, None), (40, 50)), (None, None, 90), (61, 82), 143),
        ),
        # Two small counts that are known together would be known apart.
        ([[9, 9, 30], [20, 20, 99]], Crossed(((None, None, None), (None, None, None)), (48, 139), (29, 29, 129), 187)),
        ([[3]], Crossed(((None,),), (None,), (None,), None)),
        ([[12]], Crossed(((12,),), (12,), (12,), 12)),
        ([], Crossed((), (), (None, None), None)),
        # Everything is small but the sums.
        ([[5, 6], [7, 4]], Crossed(((None, None), (None, None)), (11, 11), (12, 10), 22)),
    ],
)
def test_where_small_rows_and_columns_meet_is_hidden(counts: list[list[int]], shown: Crossed) -> None:
    assert crossed(counts, len(counts[0]) if counts else 2) == shown


SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 60), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


@given(SHAPES)
def test_what_a_table_tells_is_true_and_never_small(counts: list[list[int]]) -> None:
    shown = crossed(counts, len(counts[0]))
    told = [*(cell for row in shown.rows for cell in row), *shown.row_totals, *shown.column_totals, shown.total]
    true = [
        *(count for row in counts for count in row),
        *(sum(row) for row in counts),
        *(sum(column) for column in zip(*counts, strict=True)),
        sum(map(sum, counts)),
    ]
    assert all(
        cell in (None, count) and (cell is None or cell >= LEAST) for cell, count in zip(told, true, strict=True)
    )


@given(SHAPES)
def test_which_sums_a_table_tells_follows_from_the_sums_alone(counts: list[list[int]]) -> None:
    """So that another table of the same rows or columns tells the same ones."""
    shown = crossed(counts, len(counts[0]))
    rows = told([sum(row) for row in counts])
    assert (shown.row_totals, shown.total) == (rows.cells, rows.total)
    assert shown.column_totals == told([sum(column) for column in zip(*counts, strict=True)]).cells
    # What is not told is hidden whole, so that it can be moved from one hidden line to another.
    for cells, total in zip(shown.rows, shown.row_totals, strict=True):
        assert total is not None or set(cells) == {None}
    for cells, total in zip(zip(*shown.rows, strict=True), shown.column_totals, strict=True):
        assert total is not None or set(cells) == {None}


@given(SHAPES)
@example([[0, 0], [0, 10]])
def test_a_table_leaves_every_hidden_count_open(counts: list[list[int]]) -> None:
    """It could be one more or one less, with others that move along, and the same would have been told."""
    shown = crossed(counts, len(counts[0]))
    mask = [[*row, total] for row, total in zip(shown.rows, shown.row_totals, strict=True)]
    mask.append([*shown.column_totals, shown.total])
    for row, place in product(range(len(counts)), range(len(counts[0]))):
        assert mask[row][place] is not None or any(
            _could_be(mask, counts, moves)
            for step in (1, -1)
            for below, other in product(range(len(counts)), range(len(counts[0])))
            for moves in (
                {(row, place): step},
                {(row, place): step, (below, other): -step},
                {(row, place): step, (row, other): -step, (below, place): -step, (below, other): step},
            )
        )


def _could_be(mask: list[list[int | None]], counts: list[list[int]], moves: dict[tuple[int, int], int]) -> bool:
    """Whether these moves lead to another table of which the same could be told."""
    moved = [[count + moves.get((r, p), 0) for p, count in enumerate(row)] for r, row in enumerate(counts)]
    grid = [[*row, sum(row)] for row in moved]
    grid.append([sum(column) for column in zip(*grid, strict=True)])
    pairs = [(told, count) for line, row in zip(mask, grid, strict=True) for told, count in zip(line, row, strict=True)]
    return moved != counts and all(count >= 0 and cell in (None, count) for cell, count in pairs)


@pytest.mark.parametrize(("least", "rows", "columns", "most"), [(2, 2, 2, 14), (3, 2, 2, 18), (3, 3, 1, 18)])
def test_whoever_knows_the_rule_finds_more_than_one_answer_for_each_hidden_count_of_a_small_table(
    least: int, rows: int, columns: int, most: int
) -> None:
    """Every table there can be with so many in it, with a lower bound so that there are few of them."""
    ways: dict[Crossed, list[tuple[int, ...]]] = defaultdict(list)
    for flat in product(range(most + 1), repeat=rows * columns):
        if sum(flat) <= most:
            table = [flat[start : start + columns] for start in range(0, len(flat), columns)]
            ways[crossed(table, columns, least=least)].append(flat)
    for shown, answers in ways.items():
        for place, cell in enumerate(cell for row in shown.rows for cell in row):
            # Without its sum a table may be larger than those that are looked at here.
            assert cell is not None or shown.total is None or len({answer[place] for answer in answers}) > 1
