"""Columns as they are drawn: as high as their numbers, under a round scale."""

import pytest

from web.charts import column_chart, share


def test_columns_are_as_high_as_their_numbers_and_stand_beside_each_other() -> None:
    chart = column_chart([("mrt", "2027"), ("apr", "2027")], [("Nieuw", [30, 15]), ("Afgesloten", [None, 0])])
    first, hidden, second, none = chart.columns
    assert (first.height, second.height) == (2 * second.height, second.height) and second.height > 0
    assert (hidden.height, hidden.text, none.height, none.text) == (0, "–", 0, "0")
    assert first.x + first.width < hidden.x and hidden.x + hidden.width < second.x
    assert all(column.y + column.height == chart.base for column in chart.columns)
    assert [column.series for column in chart.columns] == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["1"]),
        (3, ["1", "2", "3"]),
        (7, ["2", "4", "6", "8"]),
        (30, ["10", "20", "30"]),
        (86, ["50", "100"]),
        (4100, ["2000", "4000", "6000"]),
    ],
)
def test_the_scale_is_round_and_no_column_is_higher(most: int, ticks: list[str]) -> None:
    chart = column_chart([("a", "")], [("Werk", [most])])
    assert [tick.text for tick in chart.ticks] == ticks
    assert chart.columns[0].y >= chart.ticks[-1].y > 0


def test_a_bar_is_a_share_of_the_longest() -> None:
    assert [share(*each) for each in ((3, 12), (12, 12), (0, 12), (None, 12), (0, 0))] == [25.0, 100.0, 0.0, 0.0, 0.0]
