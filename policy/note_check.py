"""What does not belong in free text: a number that may be a BSN, and words about what is nobody's business (AVG art. 9
and 10). Whether it stays, whoever typed it decides."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from models.codes import NoteSubject
from models.values import Bsn, Unreadable

NUMBER = "bsn"
"""The subject of a number that may be a BSN."""
LEFT_OUT = "[nummer weggelaten]"
"""What stands in a note where a number was."""

_RUN = re.compile(r"\d+(?:[ .\-\u00a0]\d+)*", re.ASCII)
_GROUP = re.compile(r"\d+", re.ASCII)
_BSN_DIGITS, _MOST_GROUPS = 9, 4
_NAMED = re.compile(r"(?:bsn|nummer|nr|sofi)$", re.IGNORECASE)
"""Letters that may stand right before a BSN, as in `bsn123456782`."""
_OF_SOMETHING_ELSE = re.compile(r"(?:\+|\(0\)|€|\beur|\b[a-z]{2}\d\d[ \u00a0]?[a-z]{4})[ \u00a0]?$", re.IGNORECASE)
"""Before a run of digits: a phone number with its country, an amount, a Dutch or British bank account."""
_COUNTRY = re.compile(r"00\d\d|0", re.ASCII)
"""The first digits of a phone number that is written with its country."""
_COUNTRY_AND_CHECK = re.compile(r"(?<![a-z0-9])[a-z]{2}$", re.IGNORECASE)
_AMOUNT_GOES_ON = re.compile(r",(?:\d\d|-)|[ \u00a0]?(?:€|euro?\b)", re.IGNORECASE)

_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*")
_ENDINGS = ("en", "es", "e", "n", "s", "'s", "’s")


@dataclass(frozen=True)
class Doubt:
    """What stands in a note and may not belong there: each word once, as it was typed. Numbers are counted only."""

    numbers: int
    words: Mapping[NoteSubject, tuple[str, ...]]

    def __bool__(self) -> bool:
        return bool(self.numbers or self.words)

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(self.how_many())

    def how_many(self) -> dict[str, int]:
        """By subject, how much of it stands there."""
        words = {subject.value: len(words) for subject, words in self.words.items()}
        return {NUMBER: self.numbers} | words if self.numbers else words

    @property
    def key(self) -> str:
        """What somebody agrees to who keeps the note: how much of what stands in it, and nothing of the words."""
        return "_".join(f"{subject}-{number}" for subject, number in self.how_many().items())


def doubt_about(text: str, words: Mapping[str, NoteSubject]) -> Doubt:
    """What may not belong in a note. `words`: those to look for, as in a policy file; with `*` behind it a word stands
    for all that begin so."""
    found: dict[NoteSubject, dict[str, str]] = {}
    for typed, subject in _subjects(text, words):
        found.setdefault(subject, {}).setdefault(typed.lower(), typed)
    return Doubt(
        sum(1 for _ in _bsns(text)),
        {subject: tuple(found[subject].values()) for subject in NoteSubject if subject in found},
    )


def agrees(agreed: str, doubt: Doubt) -> bool:
    """Whether somebody who agreed to that (`Doubt.key`) agreed to all of this. Less than was agreed is fine."""
    allowed = dict[str, int]()
    for part in agreed.split("_"):
        subject, _, number = part.partition("-")
        if number.isascii() and number.isdecimal():
            allowed[subject] = int(number[:6])
    return all(count <= allowed.get(subject, 0) for subject, count in doubt.how_many().items())


def without_numbers(text: str) -> str:
    """The note without what looks like a BSN."""
    kept, end = list[str](), 0
    for first, last in _bsns(text):
        kept += [text[end:first], LEFT_OUT]
        end = last
    return "".join([*kept, text[end:]])


# --- numbers -------------------------------------------------------------------------------------------------------


def _bsns(text: str) -> Iterator[tuple[int, int]]:
    """Where each number stands that looks like a BSN, from the first to the last, none within another."""
    for run in _RUN.finditer(text):
        yield from _in_run(text, run)


def _in_run(text: str, run: re.Match[str]) -> Iterator[tuple[int, int]]:
    if _OF_SOMETHING_ELSE.search(text, max(0, run.start() - 12), run.start()):
        return
    groups = [(run.start() + each.start(), run.start() + each.end()) for each in _GROUP.finditer(run.group())]
    if _is_account(text, groups[0]) or _COUNTRY.fullmatch(text, *groups[0]):
        return
    first = 0
    while first < len(groups):
        taken = _taken(text, groups[first:])
        if taken:
            yield groups[first][0], groups[first + taken - 1][1]
        first += taken or 1


def _taken(text: str, groups: list[tuple[int, int]]) -> int:
    """Of how many of these groups, from the first on, a BSN is made; 0 when it is none."""
    lengths = takewhile(lambda sum_: sum_ <= _BSN_DIGITS, accumulate(last - first for first, last in groups))
    sums = list(lengths)[:_MOST_GROUPS]
    if not sums or sums[-1] != _BSN_DIGITS:
        return 0
    mine = groups[: len(sums)]
    start, end = mine[0][0], mine[-1][1]
    between = {text[last:first] for (_, last), (first, _) in pairwise(mine)}
    digits = "".join(text[first:last] for first, last in mine)
    is_one = (
        len(between) < 2
        and all(last - first > 1 for first, last in mine)
        and _stands_alone(text, start, end)
        and _passes(digits)
    )
    return len(mine) if is_one else 0


def _is_account(text: str, group: tuple[int, int]) -> bool:
    """Whether it begins as a bank account does: two letters and two digits."""
    first, last = group
    return last - first == 2 and _COUNTRY_AND_CHECK.search(text, max(0, first - 3), first) is not None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 8) : start], text[end : end + 1]
    if after.isalnum() or after == "_" or _AMOUNT_GOES_ON.match(text, end):
        return False
    return not (before[-1:].isalnum() or before.endswith("_")) or _NAMED.search(before) is not None


def _passes(digits: str) -> bool:
    try:
        Bsn(digits)
    except Unreadable:
        return False
    return True


# --- words ---------------------------------------------------------------------------------------------------------


def _subjects(text: str, words: Mapping[str, NoteSubject]) -> Iterator[tuple[str, NoteSubject]]:
    """Each word of the text that is looked for, as it was typed."""
    # One character for each, so that a place in the one is the same place in the other.
    plain = "".join(unicodedata.normalize("NFD", each)[0].lower()[:1] for each in text)
    beginnings = tuple((word[:-1], subject) for word, subject in words.items() if word.endswith("*"))
    for found in _WORD.finditer(plain):
        subject = next((kind for part in _parts(found.group()) if (kind := _meant(part, words, beginnings))), None)
        if subject is not None:
            yield text[found.start() : found.end()], subject


def _parts(word: str) -> tuple[str, ...]:
    """A word, and the words that a hyphen joins in it."""
    return (word, *word.split("-")) if "-" in word else (word,)


def _meant(
    word: str, words: Mapping[str, NoteSubject], beginnings: tuple[tuple[str, NoteSubject], ...]
) -> NoteSubject | None:
    stems = (word, *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)))
    exactly = next((words[stem] for stem in stems if stem in words), None)
    return exactly or next((subject for begin, subject in beginnings if word.startswith(begin)), None)
