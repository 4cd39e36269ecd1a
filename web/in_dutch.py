"""What stays Dutch in a text that somebody reads in another language."""

from markupsafe import Markup

from models.codes import Language
from web.language import reading


def marked(text: str, dutch: str) -> str:
    """The text for a template, with the part of it that is Dutch by nature marked so, and read aloud so. Whoever reads
    Dutch gets the text itself."""
    if not dutch or reading() is Language.DUTCH:
        return text
    before, found, after = text.rpartition(dutch)
    return Markup('{}<span lang="nl">{}</span>{}').format(before, found, after) if found else text
