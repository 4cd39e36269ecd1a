"""Going from door to door: who may go where, and in which order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from models.case import CaseState
from models.ids import CaseId
from models.personal import Address
from policy.closing_counts import area


class Company(StrEnum):
    """With how many people one goes to a door."""

    NOBODY_GOES = "nobody_goes"
    IN_PAIRS = "in_pairs"
    ALONE_MAY = "alone_may"


def company_for(state: CaseState) -> Company:
    """Who shares an address shares what is not safe there. A case that has no terms yet is visited by two."""
    if any(person.visits_blocked for person in state.people):
        return Company.NOBODY_GOES
    return Company.IN_PAIRS if state.terms is None or state.terms.visits_in_pairs else Company.ALONE_MAY


@dataclass(frozen=True)
class Stop:
    """One door."""

    case_id: CaseId
    address: Address | None
    """None when it is secret or gone: then nobody can say where on the way it lies."""
    neighbourhood: str = ""
    """What the municipality calls the place; empty where it has no name for it."""
    agreed_at: datetime | None = None
    """The moment at which one is expected."""


@dataclass(frozen=True)
class Stretch:
    """A part of the way: the doors of one neighbourhood, or those that have a moment of their own."""

    agreed: bool
    neighbourhood: str
    area: str
    """The digits of the postcode; empty when nobody can say."""
    stops: tuple[Stop, ...]


def walked(stops: Iterable[Stop]) -> tuple[Stretch, ...]:
    """What was agreed at its moment; then each neighbourhood, street by street and house by house; last where nobody
    can say what is near."""
    ordered = sorted(stops, key=_on_the_way)
    return tuple(
        Stretch(agreed, neighbourhood, digits, tuple(doors))
        for (agreed, neighbourhood, digits), doors in groupby(ordered, key=_stretch)
    )


def _stretch(stop: Stop) -> tuple[bool, str, str]:
    if stop.agreed_at is not None or stop.address is None:
        return stop.agreed_at is not None, "", ""
    return False, stop.neighbourhood, area(stop.address.postcode)


def _on_the_way(stop: Stop) -> tuple[object, ...]:
    if stop.agreed_at is not None:
        return 0, stop.agreed_at.timestamp(), stop.case_id
    if stop.address is None:
        return 2, stop.case_id
    where = stop.address
    street = (where.street.casefold(), where.number, where.addition.casefold(), stop.case_id)
    return 1, area(where.postcode), stop.neighbourhood, *street
