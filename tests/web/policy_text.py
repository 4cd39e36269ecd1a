"""The default policy in words, as one text to read and to compare. `make states` writes it anew."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import config
from adapters.policy_yaml import read
from policy.terms import Policy, merged
from web.policy_words import Section, sections

FILE = Path(__file__).parent / "tables" / "policy.txt"
SENDER = {"name": "Gemeente Elders", "page": "https://elders.example", "phone": "010 987 65 00"}


@cache
def default_policy() -> Policy:
    """Of a municipality that says nothing else than who it is."""
    return merged(read(config.read({}).policies / "default.yaml").content, {"sender": SENDER})


def text() -> str:
    head = "The default policy in words, each sentence behind its place in the file."
    return "\n".join([head, *(line for section in sections(default_policy()) for line in _lines(section))]) + "\n"


def write() -> None:
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), encoding="utf-8")


def _lines(section: Section) -> Iterator[str]:
    yield f"\n{section.title} (#{section.anchor})"
    for one in section.sentences:
        yield f"    {'.'.join(map(str, one.place))}\n        {one.text}"
        if one.source:
            yield f"        ({one.source})"
    for part in section.parts:
        yield from _lines(part)
