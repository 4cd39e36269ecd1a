"""The words of tables of figures in the language of their reader: the tables are Dutch, as their files are."""

import re

from web.language import english_of, said

_SENTENCES = re.compile(r"(?<=\.) ")


def figure_text(text: str) -> str:
    """A title, definition or name of a line. What is made of sentences, or of names with a comma between, is said part
    by part where the whole is no text of its own."""
    if english_of(text) != text:
        return said(text)
    mark = " " if _SENTENCES.search(text) else ", "
    parts = _SENTENCES.split(text) if mark == " " else text.split(mark)
    return mark.join(said(part) for part in parts)
