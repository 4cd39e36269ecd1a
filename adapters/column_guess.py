"""Which column of a partner's file is which of ours: by its name, by a name that is alike, by what stands in it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from rapidfuzz import fuzz

from adapters.column_names import NAMES, spoken
from adapters.table import Cell, TableRow
from models.values import Bsn, EmailAddress, Postcode, Unreadable

_ALIKE = 85.0
"""From this likeness on (0 to 100) a name is taken to be meant."""


def guess(header: Sequence[str], sample: Sequence[TableRow]) -> dict[str, int]:
    """Our column -> its place in the file, from 0. Each place at most once; what cannot be told is left out, so that
    somebody chooses it."""
    found: dict[str, int] = {}
    for _, column, place in sorted(_scores(header), reverse=True):
        if column not in found and place not in found.values():
            found[column] = place
    for column, is_one in _LOOKS.items():
        looking = None if column in found else _looking_like(is_one, header, sample, found)
        if looking is not None:
            found[column] = looking
    return found


def _scores(header: Sequence[str]) -> Iterator[tuple[float, str, int]]:
    for place, name in enumerate(header):
        said = spoken(name)
        if not said:
            continue
        for column, names in NAMES.items():
            # A sure name before a likely one, and the first of the likely ones before the last.
            score = max((_likeness(said, known) - order / 100 for order, known in enumerate(names)), default=0.0)
            if score >= _ALIKE:
                yield score, column, place


def _likeness(said: str, known: str) -> float:
    if said == known:
        return 101.0
    return fuzz.ratio(said, known) if min(len(said), len(known)) > 4 else 0.0


def _looking_like(
    is_one: Callable[[Cell], bool], header: Sequence[str], sample: Sequence[TableRow], taken: Mapping[str, int]
) -> int | None:
    """The only free column in which every value looks like one."""
    free = [place for place in range(len(header)) if place not in taken.values()]
    fitting = []
    for place in free:
        told = [row.cells[place] for row in sample if place < len(row.cells) and row.cells[place] not in (None, "")]
        if len(told) > 1 and all(map(is_one, told)):
            fitting.append(place)
    return fitting[0] if len(fitting) == 1 else None


def _parses(parse: Callable[[str], object]) -> Callable[[Cell], bool]:
    def is_one(cell: Cell) -> bool:
        try:
            parse(str(cell).strip())
        except (Unreadable, ValueError):
            return False
        return True

    return is_one


def _is_bsn(cell: Cell) -> bool:
    digits = re.sub(r"\.0$", "", str(cell).strip())
    return digits.isascii() and digits.isdigit() and len(digits) in (8, 9) and _parses(Bsn.parse)(digits.zfill(9))


_LOOKS: Mapping[str, Callable[[Cell], bool]] = {
    "bsn": _is_bsn,
    "postcode": _parses(Postcode.parse),
    "email": lambda cell: "@" in str(cell) and _parses(EmailAddress.parse)(cell),
    "signaaldatum": lambda cell: isinstance(cell, date),
}
