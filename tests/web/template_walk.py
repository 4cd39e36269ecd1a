"""Every text of the templates that has to have English, with where it stands."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from babel.messages.extract import extract_from_file

from models.codes import Language
from web import rendering
from web.template_texts import Reader, outside_trans

TEMPLATES = Path(rendering.__file__).parent / "templates"
_OPTIONS = {"silent": "false", "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def texts_of_templates() -> Iterator[tuple[str, str]]:
    """Text and the name of its template: what is looked up by itself, what is marked, and what an expression says."""
    for path in sorted(TEMPLATES.glob("*.html")):
        found: list[str] = []
        reader = Reader()
        environment = rendering.environment_of(Language.DUTCH)
        for token, is_text in outside_trans(
            environment.lexer.wrap(environment.lexer.tokeniter(path.read_text(), None))
        ):
            if is_text:
                reader.replaced(token.value, partial(_note, found))
        for _, text, _, _ in extract_from_file("jinja2", path, keywords={"said": None, **_TRANS}, options=_OPTIONS):
            found += [text] if isinstance(text, str) else [each for each in text if each]
        yield from ((text, path.name) for text in found)


_TRANS = {"gettext": None, "ngettext": (1, 2)}


def _note(found: list[str], text: str) -> str:
    found.append(text)
    return text
