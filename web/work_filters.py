"""What a work list is narrowed down to, as it stands in the address: each choice by itself, and all together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, and_, case
from sqlmodel import col

from models.codes import PartnerType, Route, TaskKind
from models.ids import StaffId
from models.tables import TaskRow
from models.terms import QueueKey
from policy.calendar import at_local, local


class Facet(StrEnum):
    """By what a list can be narrowed down: the name in the address."""

    QUEUE = "bak"
    ROUTE = "route"
    PARTNER = "partner"
    AREA = "buurt"
    KIND = "soort"
    OWNER = "van"
    DUE = "uiterlijk"


class Due(StrEnum):
    """When work is due. Each task is in one."""

    LATE = "te-laat"
    TODAY = "vandaag"
    WEEK = "deze-week"
    LATER = "later"


NOBODY = "niemand"
NOWHERE = "onbekend"
"""An address that is secret or not known."""

_COLUMNS: Mapping[Facet, Any] = {
    Facet.QUEUE: TaskRow.queue,
    Facet.ROUTE: TaskRow.route,
    Facet.PARTNER: TaskRow.partner_types,
    Facet.AREA: TaskRow.area,
    Facet.KIND: TaskRow.kind,
    Facet.OWNER: TaskRow.owner,
}


@dataclass(frozen=True)
class Filters:
    """One value for each facet; empty when everything is asked."""

    queue: QueueKey = ""
    route: Route | str = ""
    partner: PartnerType | str = ""
    area: str = ""
    kind: TaskKind | str = ""
    owner: StaffId | str = ""
    due: Due | str = ""

    def of(self, facet: Facet) -> str:
        return str(getattr(self, facet.name.lower()))

    def without(self, *facets: Facet) -> Self:
        return replace(self, **{facet.name.lower(): "" for facet in facets})

    def asked(self) -> dict[str, str]:
        """What the address says of it."""
        return {facet.value: self.of(facet) for facet in Facet if self.of(facet)}


def read_filters(asked: Mapping[str, str], *, queues: Mapping[str, str]) -> Filters | None:
    """None when it asks for something that there is not. `queues`: those that the reader may meet. Whose work it may
    be is for others to say."""
    told = {facet: asked.get(facet.value, "") for facet in Facet}
    known: Mapping[Facet, Any] = {
        Facet.QUEUE: queues,
        Facet.ROUTE: set(Route),
        Facet.PARTNER: set(PartnerType),
        Facet.KIND: set(TaskKind),
        Facet.DUE: set(Due),
    }
    if any(value and facet in known and value not in known[facet] for facet, value in told.items()):
        return None
    area = told[Facet.AREA]
    if area and area != NOWHERE and not (len(area) == 4 and area.isascii() and area.isdigit()):
        return None
    return Filters(**{facet.name.lower(): value for facet, value in told.items()})


def conditions(filters: Filters, *, now: datetime) -> Iterator[ColumnElement[bool]]:
    """What must hold of a task that is asked for."""
    for facet, column in _COLUMNS.items():
        if value := filters.of(facet):
            yield _is(facet, column, value)
    if filters.due:
        after, until = _bounds(Due(filters.due), now)
        if after is not None:
            yield col(TaskRow.term_at) > after
        if until is not None:
            yield col(TaskRow.term_at) <= until


def value_of(facet: Facet, *, now: datetime) -> Any:
    """What a task has of a facet, as `Filters` says it; by this it is counted."""
    if facet is not Facet.DUE:
        return col(_COLUMNS[facet])
    bounded = [(_bounds(due, now)[1], due.value) for due in Due if due is not Due.LATER]
    return case(*((and_(col(TaskRow.term_at) <= until), value) for until, value in bounded), else_=Due.LATER.value)


def told_values(facet: Facet, value: str | None) -> tuple[str, ...]:
    """As it stands in the address; none for what cannot be asked for: no route yet."""
    if facet is Facet.PARTNER:
        return tuple(kind for kind in (value or "").split("+") if kind)
    told = value or {Facet.OWNER: NOBODY, Facet.AREA: NOWHERE}.get(facet, "")
    return (told,) if told else ()


def _is(facet: Facet, column: Any, value: str) -> ColumnElement[bool]:
    if (facet, value) == (Facet.OWNER, NOBODY):
        return col(column).is_(None)
    if (facet, value) == (Facet.AREA, NOWHERE):
        return col(column).is_(None) | (col(column) == "")
    if facet is Facet.PARTNER:
        return col(column).contains(f"+{value}+")
    return col(column) == value


def _bounds(due: Due, now: datetime) -> tuple[datetime | None, datetime | None]:
    """After which moment, and until which: a day and a week end at midnight here."""
    today = local(now).date()
    tomorrow = at_local(today + timedelta(days=1), time())
    next_week = at_local(today + timedelta(days=7 - today.weekday()), time())
    limits = (None, now, tomorrow, next_week, None)
    place = tuple(Due).index(due)
    return limits[place], limits[place + 1]
