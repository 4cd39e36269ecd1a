"""A remark about a policy, and what the checks that make remarks share."""

from dataclasses import dataclass
from typing import Final

from policy.faults import Place
from policy.file_parts import Length

_MINUTES_OF_A_DAY: Final = 24 * 60
_UNITS = {"working_days": "werkdagen", "months": "maanden", "days": "dagen", "minutes": "minuten"}


@dataclass(frozen=True)
class Remark:
    """What stands out at a place, and what to do about it, in Dutch."""

    place: Place
    sentence: str


def days_of(length: Length) -> float:
    """About how many days a length of time takes, to compare lengths in different units."""
    return length.working_days * 7 / 5 + length.months * 30 + length.days + length.minutes / _MINUTES_OF_A_DAY


def in_dutch(length: Length) -> str:
    """A length of time in words: "50 werkdagen"."""
    counted = next((unit for unit in _UNITS if getattr(length, unit)), "days")
    return f"{getattr(length, counted)} {_UNITS[counted]}"
