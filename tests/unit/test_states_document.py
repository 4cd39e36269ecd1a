"""The page about the states of a case says what the rules do."""

from models.codes import Phase
from tests.states_document import DOCUMENT, MEANINGS, document


def test_the_page_is_not_stale() -> None:
    # make states
    assert DOCUMENT.read_text(encoding="utf-8") == document() + "\n"


def test_every_phase_is_explained() -> None:
    assert set(MEANINGS) == set(Phase)
