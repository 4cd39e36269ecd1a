"""The measurement runs and fills its whole table; what the figures are is this machine's business."""

from pathlib import Path

import pytest

from bench.figures import Figure, median, p95, table
from bench.measures import Sizes, measure

TINY = Sizes(bare_starts=10, signals=4, presses=3, looks=2, cases=(60, 90))


@pytest.mark.processes
async def test_the_smallest_measurement_fills_every_row(tmp_path: Path) -> None:
    figures = await measure(tmp_path, TINY)
    assert [figure.what for figure in figures] == [
        "bare workflow, start to end (20)",
        "signal of a file, until its case waits for a call (4)",
        "history of a case that waits for a call, median",
        "  the longest of them",
        "  its size, median",
        "bare update, median (3)",
        "  95 of 100 within",
        "call logged by a caseworker, median (3)",
        "  95 of 100 within",
        "letter made into a PDF/UA (4)",
        "  listed and packed in a print batch",
        *(
            line
            for what in (
                "empty page",
                "work list, the team's",
                "work list, one's own",
                "case",
                "stalled list",
                "search",
                "call logged",
                "bare update",
            )
            for heat in ("cold", "warm")
            for size in (60, 90)
            for line in (f"{what}, {heat}, {size} open cases, median", "  95 of 100 within")
        ),
    ]
    assert all(figure.value > 0 for figure in figures)
    assert all((figure.ratio is None) == (figure.to == "") for figure in figures)


def test_the_table_aligns_figures_and_names_what_a_ratio_compares_with() -> None:
    figures = [Figure("bare workflow", 1234.56, "/s"), Figure("signal", 12.0, "/s", 0.0097, "bare workflow")]
    assert table(figures).splitlines() == [
        "                     here  ratio",
        "bare workflow  1,234.6 /s",
        "signal            12.0 /s   0.01  x bare workflow",
    ]


def test_the_95th_of_a_hundred_is_no_outlier() -> None:
    values = [float(value) for value in range(1, 102)]
    assert (median(values), p95(values)) == (51.0, 96.0)
