"""Cells that go to a spreadsheet and come back."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.csv_cells import harmless, plain

_CELLS = st.text(alphabet=st.sampled_from("'=+-@\t\r a1é"), max_size=6)


@given(_CELLS)
@example("'=1")
@example("''=1")
@example("'")
def test_a_cell_comes_back_as_it_was(cell: str) -> None:
    assert plain(harmless(cell)) == cell


@given(_CELLS)
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("cell", ["'s-Gravenweg", "'t Hooft", "O'Neil", "", "12"])
def test_what_is_no_formula_stays(cell: str) -> None:
    assert harmless(cell) == cell
