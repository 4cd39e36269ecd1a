"""Whether somebody in the persons register is whom a partner means. Names are spelt in many ways; two people of one
address never become one."""

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum

from rapidfuzz import fuzz

from adapters.blind import plain, sound_of, surname_in
from adapters.brp_person import BrpPerson
from models.personal import Resident

_ALIKE = 88.0
"""From this likeness of spelling on (0 to 100) two surnames may be one with an error in it."""
_SHORTEST = 4
"""Shorter names are too easily alike."""
PREFIXES = frozenset((
    "'s", "'t", "aan", "bij", "d'", "da", "dal", "das", "de", "del", "dela", "den", "der", "des", "di", "do", "dos",
    "du", "el", "het", "in", "l'", "la", "las", "le", "les", "los", "onder", "op", "over", "te", "ten", "ter", "tot",
    "uit", "van", "ver", "von", "voor", "zu", "zum", "zur",
))  # fmt: skip


class Fit(IntEnum):
    """How well somebody fits, the best last."""

    OTHER = 0
    """Somebody else: a housemate, a namesake."""
    NEAR = 1
    """Perhaps: a person has to look at both sides."""
    CLEAR = 2


class _Name(IntEnum):
    DIFFERENT = 0
    ALIKE = 1
    SAME = 2


def fit(resident: Resident, person: BrpPerson, *, by_number: bool) -> Fit:
    """How well the person fits what the partner gave. `by_number`: found by the BSN that the partner gave, so whoever
    it is, a person must look when the name says otherwise."""
    name, born = _name(resident, person), _born(resident, person)
    if by_number:
        return Fit.CLEAR if name is not _Name.DIFFERENT and born is not False else Fit.NEAR
    if born is True:
        # A birth date and an address together are nearly always one person; another surname may be a maiden name.
        return Fit.CLEAR if name is not _Name.DIFFERENT else Fit.NEAR
    if born is False:
        same = name is _Name.SAME and _initial(resident, person) is True
        return Fit.NEAR if same else Fit.OTHER
    if name is _Name.SAME:
        # Spouses and grown-up children share surname and address: without a birth date the initial tells.
        return Fit.NEAR if _initial(resident, person) is False else Fit.CLEAR
    return Fit.NEAR if name is _Name.ALIKE else Fit.OTHER


def without_prefix(surname: str) -> str:
    """The surname as the register searches it: prefixes are a field of their own there."""
    words = surname.split()
    while len(words) > 1 and words[0].casefold() in PREFIXES:
        words = words[1:]
    return " ".join(words)


def _born(resident: Resident, person: BrpPerson) -> bool | None:
    """None when one of the two does not say, or not to the day."""
    known, told = resident.birth_date, person.geboorte.datum
    if known is None:
        return None
    if not told.may_be(known):
        return False
    return True if told.is_whole else None


def _initial(resident: Resident, person: BrpPerson) -> bool | None:
    mine, theirs = plain(resident.initials)[:1], plain(person.naam.voorletters or person.naam.voornamen)[:1]
    return None if not mine or not theirs else mine == theirs


def _name(resident: Resident, person: BrpPerson) -> _Name:
    mine = set(_spellings(resident.surname))
    theirs = {*_spellings(person.naam.geslachtsnaam), *_spellings(surname_in(person.adressering.addressed_as))}
    if not mine or not theirs:
        return _Name.DIFFERENT
    if mine & theirs:
        return _Name.SAME
    alike = any(_are_alike(one, other) for one in mine for other in theirs)
    return _Name.ALIKE if alike or _is_of_business(resident.surname, theirs) else _Name.DIFFERENT


def _spellings(surname: str) -> Iterator[str]:
    """The whole name and, of a double name, each part: somebody married may be known by either."""
    parts = [without_prefix(part.strip()) for part in re.split(r"\s*[-–/]\s*", surname) if part.strip()]
    for name in (without_prefix(surname), *parts):
        if letters := _letters(name):
            yield letters


def _letters(name: str) -> str:
    """Small letters, one for each sound that is written in two ways: ß and ss, ij and y."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("ĳ", "ij"))
    text = "".join(letter for letter in bare if letter.isalnum())
    return text.replace("ij", "y")


def _are_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST:
        return False
    return sound_of(one) == sound_of(other) or fuzz.ratio(one, other) >= _ALIKE


def _is_of_business(name: str, surnames: set[str]) -> bool:
    """`Bakkerij de Vries` may be the shop of whoever is called so."""
    words = {_letters(word) for word in name.split()} - {_letters(prefix) for prefix in PREFIXES}
    return len(words) > 1 and any(surname in words for surname in surnames if len(surname) >= _SHORTEST)
