"""What a municipality and a partner see when they look at some signals together. Pure.

It is made of two things alone: what the partner itself knows of its signal, and what a batch told it. What was tried,
planned or found out has no way in, so nothing has to be kept out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import ascii_uppercase

from models.codes import FeedbackCode, SignalChange
from policy.collection import collected_after, collected_by

MOST = 8
"""So many signals are looked at together: more make a list of it."""


class StepKind(StrEnum):
    """What happened, in the order in which it is shown when it was on one day."""

    ARREARS = "arrears"
    COLLECTION = "collection"
    MADE = "made"
    RECEIVED = "received"
    CHANGED = "changed"
    TOLD = "told"


_OF_THE_MUNICIPALITY = frozenset({StepKind.RECEIVED, StepKind.TOLD})
_ORDER = tuple(StepKind)


@dataclass(frozen=True)
class Known:
    """All that a look is made of."""

    arrears_since: date | None
    made_on: date
    """The day that the partner put on its signal."""
    received_on: date
    collection_day: int | None
    changes: tuple[tuple[date, SignalChange], ...] = ()
    """What the partner said of the signal afterwards."""
    told: FeedbackCode | None = None
    """What a batch brought the partner; None while none did."""
    told_on: date | None = None


@dataclass(frozen=True)
class Step:
    """Something that happened on a day. `days`: after the signal was received; before that it is negative."""

    on: date
    days: int
    kind: StepKind
    change: SignalChange | None = None
    code: FeedbackCode | None = None

    @property
    def is_ours(self) -> bool:
        """Whether it stands on the side of the municipality."""
        return self.kind in _OF_THE_MUNICIPALITY


def steps(known: Known, *, today: date) -> tuple[Step, ...]:
    """What both sides did, along time."""

    def step(kind: StepKind, on: date, change: SignalChange | None = None, code: FeedbackCode | None = None) -> Step:
        return Step(on, (on - known.received_on).days, kind, change, code)

    found = [step(StepKind.MADE, known.made_on), step(StepKind.RECEIVED, known.received_on)]
    if known.arrears_since is not None:
        found.append(step(StepKind.ARREARS, known.arrears_since))
    found += [step(StepKind.COLLECTION, day) for day in _collections(known, today)]
    found += [step(StepKind.CHANGED, day, change=change) for day, change in known.changes]
    if known.told_on is not None:
        found.append(step(StepKind.TOLD, known.told_on, code=known.told))
    return tuple(sorted(found, key=lambda one: (one.on, _ORDER.index(one.kind))))


def _collections(known: Known, today: date) -> Iterator[date]:
    """The last one before the signal, and the first one after it once that has been."""
    if known.collection_day is None:
        return
    yield collected_by(known.made_on, known.collection_day)
    following = collected_after(known.made_on, known.collection_day)
    if following <= today:
        yield following


def letter(place: int) -> str:
    """What a signal is called, by its place from 0: nothing of it follows from whom it is about."""
    return ascii_uppercase[place]
