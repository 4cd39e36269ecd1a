"""A document in plain parts, from which a page, Markdown, CSV and JSON are made: they all say the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows under headings; each row has as many cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A chapter: sentences, what it lists, and a table; each may be empty."""

    title: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Document:
    title: str
    intro: tuple[str, ...]
    parts: tuple[Part, ...]


def markdown(document: Document) -> str:
    """The document as Markdown, with a line break at its end."""
    blocks = [f"# {document.title}", *document.intro]
    for part in document.parts:
        blocks += _part(part, "##")
    return "\n\n".join(blocks) + "\n"


def _part(part: Part, level: str) -> Iterator[str]:
    yield f"{level} {part.title}"
    yield from part.sentences
    if part.items:
        yield "\n".join(f"- {item}" for item in part.items)
    if part.table is not None:
        yield _table(part.table)
    for inner in part.parts:
        yield from _part(inner, f"{level}#")


def _table(table: Table) -> str:
    lines = [_row(table.headings), "|---" * len(table.headings) + "|", *(_row(row) for row in table.rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
