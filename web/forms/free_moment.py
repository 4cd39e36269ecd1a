"""The moment of a callback: one that the page offers, or one that somebody typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from models.ids import StaffId
from web.forms.fields import Moment, Options, Reading, Unfinished, When
from web.forms.of_case import OneOf

NAME = "free_moment"
TYPED = When(NAME, ("",))
"""Holds when no offered moment was chosen."""
_BOTH = "Kies een vrij moment of vul er zelf een in, niet allebei."


def option(starts_at: datetime, staff: StaffId) -> str:
    """How the form writes an offered moment."""
    return f"{starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}/{staff}"


@dataclass(frozen=True)
class FreeMoment(OneOf):
    """One of the moments at which somebody is free. The moment itself and who calls are read by the questions after
    it. What was offered when the page was made may be taken by now: whoever books it says so."""

    def read(self, reading: Reading) -> dict[str, object]:
        chosen(reading)
        return {}

    def back(self, answers: Mapping[str, object]) -> dict[str, str]:
        # What was chosen is written back as a moment and a caller.
        return {}


@dataclass(frozen=True)
class AgreedMoment(Moment):
    """A moment that somebody typed, where none was chosen."""

    def read(self, reading: Reading) -> dict[str, object]:
        offered = chosen(reading)
        if offered is None:
            return super().read(reading)
        if reading.text(self.name):
            raise Unfinished(self.name, _BOTH)
        return {self.name: offered[0]}


@dataclass(frozen=True)
class Caller(OneOf):
    """Who calls; with an offered moment, whoever is free then."""

    macro: ClassVar[str] = "unfolding"

    def read(self, reading: Reading) -> dict[str, object]:
        offered = chosen(reading)
        return super().read(reading) if offered is None else {self.name: offered[1]}


def chosen(reading: Reading) -> tuple[datetime, StaffId] | None:
    """The offered moment that was chosen. Raises `Unfinished` for something that no page offers."""
    text = reading.text(NAME)
    if not text:
        return None
    moment, _, staff = text.partition("/")
    try:
        starts_at = datetime.strptime(moment, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        raise Unfinished(NAME, FreeMoment.unreadable) from None
    colleagues: Options = reading.offered.colleagues
    if staff not in {known for known, _ in colleagues}:
        raise Unfinished(NAME, FreeMoment.unreadable)
    return starts_at, StaffId(staff)
