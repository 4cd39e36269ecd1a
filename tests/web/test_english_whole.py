"""That everything can be read in English: nothing without English, no English of what is gone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.codes import Language
from policy.monitor import FIGURES
from tests.web.template_walk import texts_of_templates
from web.figure_words import figure_text
from web.language import FOLDER, english, reads, texts_of

ROOT = Path(__file__).parents[2]
SAY = {"said": 1, "said_of": 3}
"""Which functions say a text, and up to which place their texts stand."""


def test_every_text_of_a_template_has_english() -> None:
    missing: dict[str, set[str]] = {}
    for text, template in texts_of_templates():
        if text not in english():
            missing.setdefault(template, set()).add(text)
    assert missing == {}


def test_everything_that_is_said_has_english() -> None:
    missing = {text: path.name for path in _modules() for text in _said_in(path) if text not in english()}
    assert missing == {}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.stem)
def test_a_catalogue_has_nothing_that_nobody_says(path: Path) -> None:
    literals = {text for each in _modules() for text in _literals(each)} | {
        text for one in FIGURES for text in (one.definition, *one.order)
    }
    parts = {part for text in literals for part in re.split(r"(?<=\.) ", text.strip())}
    known = {text for text, _ in texts_of_templates()} | literals | parts
    assert [dutch for dutch, _ in texts_of(path) if dutch not in known] == []


def test_every_figure_has_english() -> None:
    with reads(Language.ENGLISH):
        said = [figure_text(text) for one in FIGURES for text in (one.title, one.unit, one.definition, *one.order)]
    assert [text for text in said if re.search(r"\b(?:de|het|een|van|niet|geen|naar|met)\b", text)] == []


def _modules() -> Iterator[Path]:
    for folder in ("web", "policy", "adapters", "models"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _said_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAY:
            for argument in node.args[: SAY[node.func.id]]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
