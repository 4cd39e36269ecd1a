"""A list with the columns that were agreed on, the same for every municipality: mutaties, answers about amounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from adapters.any_table import rows_of
from adapters.cell_words import texts
from adapters.column_names import spoken
from adapters.signal_form import UnreadableFile

EndingT = TypeVar("EndingT", bound=StrEnum)


@dataclass(frozen=True)
class Told(Generic[EndingT]):
    """What became of a row, with a sentence when it did not count."""

    number: int
    ending: EndingT
    sentence: str = ""


def rows_by_name(
    content: bytes, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """(number, text by column) of each row under the header that is not empty. Raises `UnreadableFile`."""
    rows = list(rows_of(content))
    names = [spoken(str(cell or "")) for cell in rows[0].cells] if rows else []
    missing = [column for column in required if column not in names]
    if missing:
        raise UnreadableFile(f"De kopregel is: {';'.join(required)}. Er ontbreekt: {', '.join(missing)}.")
    mapping = {column: names.index(column) for column in (*required, *optional) if column in names}
    for row in rows[1:]:
        if any(cell not in (None, "") for cell in row.cells):
            yield row.number, texts(row, mapping)
