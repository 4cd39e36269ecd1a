"""Whether two sets of evidence are about one person. Works on keyed hashes: it compares, it never reads."""

from collections.abc import Mapping
from enum import IntEnum

from adapters.blind import IndexKind

Evidence = Mapping[IndexKind, frozenset[str]]
"""Everything known of a person, by kind; a case knows what each of its signals said."""


class Likeness(IntEnum):
    """Why two are one person, the surest first."""

    BSN = 1
    BIRTH_DATE = 2
    """Birth date, sound of the surname, and house."""
    REFERENCE = 3
    """The partner's own reference of these arrears, and sound of the surname."""
    ADDRESS = 4
    """Address and sound of the surname, where one side gives no birth date."""


def likeness(mine: Evidence, theirs: Evidence) -> Likeness | None:
    """Why these are one person; None when nothing shows it or something speaks against it.

    In doubt they are two: two cases of one person cost a call and can be merged, one case of two people tells the one
    about the other's arrears.
    """
    if _contradict(mine, theirs, IndexKind.BSN) or _contradict(mine, theirs, IndexKind.BIRTH_DATE):
        return None
    if _share(mine, theirs, IndexKind.BSN):
        return Likeness.BSN
    if not _share(mine, theirs, IndexKind.SURNAME_SOUND):
        return None
    if _share(mine, theirs, IndexKind.BIRTH_DATE) and _share(mine, theirs, IndexKind.HOUSE):
        return Likeness.BIRTH_DATE
    # Partners and spouses share surname and address: without a birth date their initials tell them apart.
    if _contradict(mine, theirs, IndexKind.INITIAL):
        return None
    if _share(mine, theirs, IndexKind.PARTNER_REFERENCE):
        return Likeness.REFERENCE
    return Likeness.ADDRESS if _share(mine, theirs, IndexKind.ADDRESS) else None


def _share(mine: Evidence, theirs: Evidence, kind: IndexKind) -> bool:
    return bool(mine.get(kind, frozenset()) & theirs.get(kind, frozenset()))


def _contradict(mine: Evidence, theirs: Evidence, kind: IndexKind) -> bool:
    """Both sides say something, and not the same."""
    return bool(mine.get(kind)) and bool(theirs.get(kind)) and not _share(mine, theirs, kind)
