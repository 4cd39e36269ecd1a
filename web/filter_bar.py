"""The filters of a work list as its page shows them: each choice with its count, and links that keep the others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from adapters.policy_book import PolicyFiles
from models.codes import Route, TaskKind
from models.terms import QueueKey
from web import labels, queries, work_queries
from web.language import said
from web.paging import Scope
from web.services import Services
from web.work_filters import NOBODY, NOWHERE, Due, Facet, Filters
from web.work_queries import Reader, Whose, WorkFilter

TITLES: Mapping[Facet, str] = {
    Facet.QUEUE: "Werkbakje",
    Facet.ROUTE: "Route",
    Facet.AREA: "Buurt",
    Facet.KIND: "Soort werk",
    Facet.OWNER: "Van wie",
    Facet.DUE: "Uiterlijk",
}
_DUE: Mapping[str, str] = {
    Due.LATE: "te laat",
    Due.TODAY: "vandaag",
    Due.WEEK: "later deze week",
    Due.LATER: "na deze week",
}


@dataclass(frozen=True)
class Choice:
    value: str
    title: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One facet: what can be chosen, and what was."""

    name: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> str:
        """In words; empty when everything is shown."""
        return next((choice.title for choice in self.choices if choice.chosen), "")


@dataclass(frozen=True)
class Bar:
    """`cleared`: the list without any filter."""

    fields: tuple[Field, ...]
    cleared: str

    @property
    def active(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.chosen)


def address(chosen: WorkFilter, filters: Filters, **more: str) -> str:
    """Of the list that shows this."""
    return f"/?{urlencode({'wie': str(chosen), **that_fit(chosen, filters).asked(), **more})}"


def that_fit(chosen: WorkFilter, filters: Filters) -> Filters:
    """Without what a part of the work settles by itself: a queue's work is nobody's, and one's own is one's own."""
    match chosen:
        case Whose.TEAM:
            return filters
        case Whose.MINE:
            return filters.without(Facet.OWNER)
        case _:
            return filters.without(Facet.QUEUE, Facet.OWNER)


def filter_bar(
    services: Services,
    reader: Reader,
    chosen: WorkFilter,
    filters: Filters,
    *,
    queues: Mapping[QueueKey, str],
    now: datetime,
) -> Bar:
    counts = {
        facet: work_queries.facet_counts(services.database, reader, chosen, filters, facet, now=now)
        for facet in Facet
        if that_fit(chosen, _only(facet)).of(facet)
    }
    staff = queries.staff_names(services.database, {filters.owner, *counts.get(Facet.OWNER, ())} - {NOBODY})
    name: Mapping[Facet, Callable[[str], str]] = {
        Facet.QUEUE: lambda value: queues.get(value, value),
        Facet.ROUTE: lambda value: labels.label(Route(value)),
        Facet.AREA: _area_names(services.policies, reader.scope),
        Facet.KIND: lambda value: labels.label(TaskKind(value)),
        Facet.OWNER: lambda value: said("niemand") if value == NOBODY else staff.get(value) or said("een collega"),
        Facet.DUE: lambda value: said(_DUE[value]),
    }
    fields = (_field(facet, filters.of(facet), found, name[facet]) for facet, found in counts.items())
    return Bar(tuple(fields), address(chosen, Filters()))


def _only(facet: Facet) -> Filters:
    return Filters(**{facet.name.lower(): "x"})


def _field(facet: Facet, chosen: str, counts: Mapping[str, int], name: Callable[[str], str]) -> Field:
    # What was chosen stays there to be seen when nothing of it is left.
    values = [value for value in {**dict.fromkeys(filter(None, [chosen]), 0), **counts} if value]
    order = _by_due if facet is Facet.DUE else name
    return Field(
        facet.value,
        said(TITLES[facet]),
        tuple(
            Choice(value, name(value), counts.get(value, 0), value == chosen)
            for value in sorted(values, key=lambda value: (value in (NOBODY, NOWHERE), order(value)))
        ),
    )


def _by_due(value: str) -> str:
    return str(tuple(Due).index(Due(value)))


def _area_names(policies: PolicyFiles, scope: Scope) -> Callable[[str], str]:
    """Four digits, and the neighbourhood of the municipality's policy that all of them lie in."""
    known: Sequence[tuple[str, str]] = [
        (start, name)
        for code in scope
        if code in policies.municipalities()
        for name, place in policies.policy(code).neighbourhoods.items()
        for start in place.postcodes
    ]

    def name(area: str) -> str:
        if area == NOWHERE:
            return said("geheim of onbekend")
        found = max(((len(start), name) for start, name in known if area.startswith(start)), default=None)
        return area if found is None else f"{area} ({found[1]})"

    return name
