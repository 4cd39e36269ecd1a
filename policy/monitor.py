"""The figures of a municipality: one table of what is counted, by which page, file and document are made. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from models.codes import ContactKind, Daypart, NotPickedUpReason, Outcome
from policy.closing_counts import FirstAttempt
from policy.figure_tables import Counts, Table, added, told_table
from policy.outcomes import HELP_OUTCOMES
from policy.reasons import TABLE, UNJUSTIFIED

_DAYS: Mapping[str, str] = {
    **{band: f"{band} dagen" for band in FirstAttempt},
    FirstAttempt.LATER: "29 dagen of meer",
    FirstAttempt.NONE: "geen contactpoging",
}
_ACCEPTANCE: Mapping[str, str] = {
    "accepted": "hulp aangenomen en begonnen",
    "pending": "hulp afgesproken, nog niet begonnen",
    "not_accepted": "geen hulp aangenomen",
}


@dataclass(frozen=True)
class Closed:
    """What is known of a case that closed."""

    month: str
    """In which it closed."""
    month_opened: str
    partner_types: tuple[str, ...]
    """One for each signal."""
    partners: int
    successive: int
    not_compared: int
    reach: Mapping[str, tuple[int, int]]
    """Sought and reached, by kind of contact and daypart."""
    reached: bool
    outcome: str
    acceptance: str
    first_attempt: str
    unjustified: str = ""
    """Why its signals were not justified, as a code; empty when they were, or when nobody said."""


@dataclass(frozen=True)
class Figure:
    """A figure with its definition. `counts`: how much a case adds to which lines."""

    title: str
    unit: str
    definition: str
    counts: Callable[[Closed], Counts]
    columns: tuple[str, ...] = ("aantal",)
    order: tuple[str, ...] = ()
    """Lines that stand first, in this order; the others follow by name."""
    group: Callable[[str], object] = lambda line: None
    """Which lines another figure tells the sum of."""
    divides: tuple[str, str] | None = None
    """Title and line of the figure that this one divides: it is told only where that line is."""


_REACHED = ("bereikt", "niet bereikt")
_KINDS_AND_DAYPARTS = tuple(f"{kind}, {daypart}" for kind in ContactKind for daypart in Daypart)


def _by_reach(case: Closed, line: str) -> Counts:
    return {line: (int(case.reached), int(not case.reached))} if _is_sought(case) else {}


def _is_sought(case: Closed) -> bool:
    """Whether somebody could be sought: a legal entity is not, and would count as not reached."""
    return case.unjustified != NotPickedUpReason.LEGAL_ENTITY


def _of_signals(case: Closed) -> Counts:
    first = len(case.partner_types) - case.successive - case.not_compared
    return {"eerder gemeld": (case.successive,), "niet eerder gemeld": (first,), "niet bekend": (case.not_compared,)}


def _of_attempts(case: Closed) -> Counts:
    lines: dict[str, tuple[int, int]] = {}
    for key, (sought, reached) in case.reach.items():
        kind, _, daypart = key.rpartition("/")
        lines[f"{kind}, {daypart}"] = reached, sought - reached
    return lines


def _of_types(case: Closed) -> Counts:
    return {kind: (case.partner_types.count(kind),) for kind in case.partner_types}


def _reach_of_types(case: Closed) -> Counts:
    kinds = set(case.partner_types)
    return _by_reach(case, kinds.pop() if len(kinds) == 1 else "meer soorten partner")


def _partners(case: Closed) -> Counts:
    if case.partners == 0:
        return {"niet bekend": (1,)}
    return {"enkelvoudig": (1,)} if case.partners == 1 else {"meervoudig": (1,)}


def _why_unjustified(case: Closed) -> Counts:
    if case.outcome != Outcome.NOT_PICKED_UP_UNJUSTIFIED:
        return {}
    return {UNJUSTIFIED.get(case.unjustified, UNJUSTIFIED[""]): (1,)}


FIGURES: tuple[Figure, ...] = (
    Figure(
        "Maand van openen",
        "zaken",
        "In welke maand de zaak openging.",
        lambda c: {c.month_opened or "niet bekend": (1,)},
    ),
    Figure("Meldingen per soort partner", "meldingen", "Elke melding in de zaak telt.", _of_types),
    Figure("Enkelvoudig en meervoudig", "zaken", "Meervoudig: meer dan één partner meldde de inwoner.", _partners),
    Figure("Opeenvolgend", "meldingen", "Of het adres eerder gemeld was toen de melding binnenkwam.", _of_signals),
    Figure(
        "Bereik per kanaal en dagdeel",
        "contactpogingen",
        "Pogingen van de gemeente. Bereikt: er was een gesprek. Wie zelf contact zocht, telt hier niet mee.",
        _of_attempts,
        _REACHED,
        _KINDS_AND_DAYPARTS,
    ),
    Figure(
        "Bereik per maand",
        "zaken",
        "Of de inwoner minstens één keer bereikt is, naar de maand van afsluiten. Zonder rechtspersonen.",
        lambda c: _by_reach(c, c.month),
        _REACHED,
    ),
    Figure(
        "Bereik per soort partner",
        "zaken",
        "Of de inwoner minstens één keer bereikt is. Meldden meer soorten partners, dan is dat een eigen regel. "
        "Zonder rechtspersonen.",
        _reach_of_types,
        _REACHED,
    ),
    Figure(
        "Tijd tot de eerste contactpoging",
        "zaken",
        "Kalenderdagen van openen tot de eerste poging van de gemeente. Zonder rechtspersonen.",
        lambda c: {_DAYS.get(c.first_attempt, "niet bekend"): (1,)} if _is_sought(c) else {},
        order=tuple(_DAYS.values()),
    ),
    Figure(
        "Hulpacceptatie",
        "zaken",
        "Aangenomen telt pas als de hulp echt begonnen is.",
        lambda c: {_ACCEPTANCE.get(c.acceptance, "niet bekend"): (1,)},
        order=tuple(_ACCEPTANCE.values()),
    ),
    Figure(
        "Resultaat",
        "zaken",
        "Het landelijke eindresultaat voor de inwoner.",
        lambda c: {c.outcome or "niet bekend": (1,)},
        # How many were helped is told by the acceptance.
        group=lambda line: line in HELP_OUTCOMES,
    ),
    Figure(
        "Waarom onterecht",
        "zaken",
        f"Van zaken met het resultaat ‘{Outcome.NOT_PICKED_UP_UNJUSTIFIED}’: onze eigen reden (lijst {TABLE.version}, "
        f"bij DDAS {TABLE.standard}). De partner hoort haar niet. "
        "Leeg als het aantal van dat resultaat niet getoond mag worden.",
        _why_unjustified,
        order=tuple(UNJUSTIFIED.values()),
        divides=("Resultaat", Outcome.NOT_PICKED_UP_UNJUSTIFIED),
    ),
)


@dataclass(frozen=True)
class AreaCount:
    """How many cases of a neighbourhood closed in a month, and of how many the resident was reached."""

    area: str
    month: str
    cases: int
    reached: int


_FOUR_DIGITS = "De vier cijfers van de postcode. Geheime adressen tellen niet mee."


def areas(counted: Iterable[AreaCount], months: tuple[str, ...], *, period: str) -> tuple[Table, Table]:
    """The figures by neighbourhood: how many were reached, and how many cases closed in which month."""
    found = tuple(counted)
    # Nothing is known of anybody by a month in which nothing closed, and it would hide the others.
    months = tuple(month for month in months if any(each.month == month for each in found))
    by_reach = ((each.area, (each.reached, each.cases - each.reached)) for each in found)
    by_month = ((each.area, tuple(each.cases * (each.month == month) for month in months)) for each in found)
    return (
        told_table("Bereik per buurt", "zaken", _FOUR_DIGITS, period, _REACHED, added(by_reach)),
        told_table("Buurt en maand", "zaken", _FOUR_DIGITS, period, months, added(by_month)),
    )


def tables(closed: Iterable[Closed], *, period: str, figures: Iterable[Figure] = FIGURES) -> list[Table]:
    """The figures of these cases, as they may stand beside each other."""
    cases, found = tuple(closed), dict[str, Table]()
    for figure in figures:
        each_line = (line for case in cases for line in figure.counts(case).items())
        counted = added(each_line, figure.order) if figure.divides is None or _is_told(found, *figure.divides) else {}
        found[figure.title] = told_table(
            figure.title, figure.unit, figure.definition, period, figure.columns, counted, group=figure.group
        )
    return list(found.values())


def _is_told(found: Mapping[str, Table], title: str, name: str) -> bool:
    return any(line.name == name and line.counts[0] is not None for line in found[title].lines)
