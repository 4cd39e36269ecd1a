"""How certificates of erasure hang together: each says the hash of the one before, so that none can be changed, taken
out or put in between unseen. Whoever holds the certificates can work all of it out again, without a key."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

BEGINNING = ""
"""What the first certificate says of the one before."""


@dataclass(frozen=True)
class Head:
    """A certificate's place and hash, as they were known somewhere at some moment."""

    number: int
    hash: str


@dataclass(frozen=True)
class Link:
    """A certificate in the chain. Without a number it is in none."""

    id: str
    number: int | None
    before: str
    hash: str
    said: Mapping[str, object]
    """Everything else that it says, in JSON's own types."""
    known_as: Collection[str] = ()
    """Hashes that were known elsewhere of the certificate with this number."""


class Break(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "certificate.changed"
    """It says something else than when it was written."""
    LOOSE = "certificate.loose"
    """It does not follow on the one with the number before."""
    MISSING = "certificate.missing"
    OUTSIDE = "certificate.outside"
    """It is not in the chain."""
    ANOTHER = "certificate.another"
    """With this number another one was known elsewhere."""


@dataclass(frozen=True)
class Fault:
    """`which` is a certificate's id; of what is missing, its number or the first and last of them."""

    what: Break
    which: str


def hash_of(number: int, before: str, said: Mapping[str, object]) -> str:
    """Over one text of ASCII: JSON with its keys in order, at every depth, and no spaces."""
    whole = {"number": number, "before": before, "said": said}
    return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def faults(links: Iterable[Link], *, furthest: int = 0) -> Iterator[Fault]:
    """`links`: by number, those without one anywhere. `furthest`: the highest number that is known elsewhere."""
    last = Head(0, BEGINNING)
    for link in links:
        if link.number is None:
            yield Fault(Break.OUTSIDE, link.id)
            continue
        if link.number > last.number + 1:
            yield Fault(Break.MISSING, _numbers(last.number + 1, link.number - 1))
        elif link.before != last.hash:
            yield Fault(Break.LOOSE, link.id)
        if link.hash != hash_of(link.number, link.before, link.said):
            yield Fault(Break.CHANGED, link.id)
        if any(known != link.hash for known in link.known_as):
            yield Fault(Break.ANOTHER, link.id)
        last = Head(link.number, link.hash)
    if furthest > last.number:
        yield Fault(Break.MISSING, _numbers(last.number + 1, furthest))


def _numbers(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
