"""The figures of a municipality: one table of what is counted, by which page, file and document are made. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.codes import ContactKind, Daypart, Outcome
from policy.closing_counts import FirstAttempt, is_resident
from policy.figure_tables import Counts, Table, added, told_table
from policy.outcomes import HELP_OUTCOMES
from policy.reasons import TABLE, UNJUSTIFIED
from policy.small_cells import LEAST

_DAYS: Mapping[str, str] = {
    **{band: f"{band} dagen" for band in FirstAttempt},
    FirstAttempt.LATER: "29 dagen of meer",
    FirstAttempt.NONE: "geen contactpoging",
}
_HELPED = "accepted", "pending"
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


NOBODY = Closed(
    month="",
    month_opened="",
    partner_types=(),
    partners=0,
    successive=0,
    not_compared=0,
    reach={},
    reached=False,
    outcome="",
    acceptance="",
    first_attempt="",
)
"""A case of which nothing is known."""


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
    """Which lines another figure tells the sum of, and so hides together when it hides their sum."""
    divides: tuple[str, str] | None = None
    """Title and line of the figure that this one divides: it is told only where that line is."""
    of_residents: bool = True
    """Whether it tells of residents, else of legal entities; and of all of them: how many a figure leaves out would be
    the difference of two sums."""


REACH = "Bereik per kanaal en dagdeel"
REACH_BY_MONTH = "Bereik per maand"
FIRST_ATTEMPTS = "Tijd tot de eerste contactpoging"
_UNKNOWN = "niet bekend"
_REACHED = ("bereikt", "niet bereikt")
ONLY_SENT = frozenset({ContactKind.LETTER, ContactKind.CARD})
"""By which nobody is ever spoken to. Everybody knows that none of these was answered, so it could hide nothing."""


def _kinds_and_dayparts(*, sent: bool) -> tuple[str, ...]:
    return tuple(f"{kind}, {daypart}" for kind in ContactKind for daypart in Daypart if (kind in ONLY_SENT) is sent)


def _by_reach(case: Closed, line: str) -> Counts:
    return {line: (int(case.reached), int(not case.reached))}


def _of_signals(case: Closed) -> Counts:
    first = len(case.partner_types) - case.successive - case.not_compared
    lines = {"eerder gemeld": (case.successive,), "niet eerder gemeld": (first,)}
    return {**lines, _UNKNOWN: (case.not_compared,)} if case.not_compared else lines


def _of_attempts(case: Closed) -> Counts:
    return {line: (reached, sought - reached) for line, (sought, reached) in _attempts(case, sent=False)}


def _of_sent(case: Closed) -> Counts:
    return {line: (sought,) for line, (sought, _) in _attempts(case, sent=True)}


def _attempts(case: Closed, *, sent: bool) -> Iterator[tuple[str, tuple[int, int]]]:
    for key, counts in case.reach.items():
        kind, _, daypart = key.rpartition("/")
        if (kind in ONLY_SENT) is sent:
            yield f"{kind}, {daypart}", counts


def _of_types(case: Closed) -> Counts:
    return {kind: (case.partner_types.count(kind),) for kind in case.partner_types}


def _reach_of_types(case: Closed) -> Counts:
    kinds = set(case.partner_types)
    return _by_reach(case, kinds.pop() if len(kinds) == 1 else "meer soorten partner")


def _partners(case: Closed) -> Counts:
    if case.partners == 0:
        return {_UNKNOWN: (1,)}
    return {"enkelvoudig": (1,)} if case.partners == 1 else {"meervoudig": (1,)}


def _why_unjustified(case: Closed) -> Counts:
    if case.outcome != Outcome.NOT_PICKED_UP_UNJUSTIFIED:
        return {}
    return {UNJUSTIFIED.get(case.unjustified, UNJUSTIFIED[""]): (1,)}


def _is_unknown(line: str) -> bool:
    """What was not counted then was so for several figures at once, which all tell how many cases that were."""
    return line == _UNKNOWN


def _help(lines: Iterable[str]) -> Callable[[str], object]:
    """Whether lines are of help: how many there were is told by the acceptance and by the results."""
    of_help = frozenset(lines)
    return lambda line: line if line == _UNKNOWN else line in of_help


_ONLY_RESIDENTS = " Zonder rechtspersonen."
FIGURES: tuple[Figure, ...] = (
    Figure(
        "Maand van openen",
        "zaken",
        "In welke maand de zaak openging." + _ONLY_RESIDENTS,
        lambda c: {c.month_opened or _UNKNOWN: (1,)},
        group=_is_unknown,
    ),
    Figure("Meldingen per soort partner", "meldingen", "Elke melding in de zaak telt." + _ONLY_RESIDENTS, _of_types),
    Figure(
        "Enkelvoudig en meervoudig",
        "zaken",
        "Meervoudig: meer dan één partner meldde de inwoner." + _ONLY_RESIDENTS,
        _partners,
        group=_is_unknown,
    ),
    Figure(
        "Opeenvolgend",
        "meldingen",
        "Of het adres eerder gemeld was toen de melding binnenkwam." + _ONLY_RESIDENTS,
        _of_signals,
    ),
    Figure(
        REACH,
        "contactpogingen",
        "Pogingen van de gemeente waarop een gesprek kan volgen. Bereikt: er was een gesprek. Wie zelf contact zocht, "
        "telt hier niet mee." + _ONLY_RESIDENTS,
        _of_attempts,
        _REACHED,
        _kinds_and_dayparts(sent=False),
    ),
    Figure(
        "Brieven en kaartjes per dagdeel",
        "contactpogingen",
        "Pogingen van de gemeente waarop nooit meteen een gesprek volgt." + _ONLY_RESIDENTS,
        _of_sent,
        order=_kinds_and_dayparts(sent=True),
    ),
    Figure(
        REACH_BY_MONTH,
        "zaken",
        "Of de inwoner minstens één keer bereikt is, naar de maand van afsluiten." + _ONLY_RESIDENTS,
        lambda c: _by_reach(c, c.month),
        _REACHED,
    ),
    Figure(
        "Bereik per soort partner",
        "zaken",
        "Of de inwoner minstens één keer bereikt is. Meldden meer soorten partners, dan is dat een eigen regel."
        + _ONLY_RESIDENTS,
        _reach_of_types,
        _REACHED,
    ),
    Figure(
        FIRST_ATTEMPTS,
        "zaken",
        "Kalenderdagen van openen tot de eerste poging van de gemeente." + _ONLY_RESIDENTS,
        lambda c: {_DAYS.get(c.first_attempt, _UNKNOWN): (1,)},
        order=tuple(_DAYS.values()),
        group=_is_unknown,
    ),
    Figure(
        "Hulpacceptatie",
        "zaken",
        "Aangenomen telt pas als de hulp echt begonnen is." + _ONLY_RESIDENTS,
        lambda c: {_ACCEPTANCE.get(c.acceptance, _UNKNOWN): (1,)},
        order=tuple(_ACCEPTANCE.values()),
        group=_help(_ACCEPTANCE[kind] for kind in _HELPED),
    ),
    Figure(
        "Resultaat",
        "zaken",
        "Het landelijke eindresultaat voor de inwoner." + _ONLY_RESIDENTS,
        lambda c: {c.outcome or _UNKNOWN: (1,)},
        group=_help(HELP_OUTCOMES),
    ),
    Figure(
        "Waarom onterecht",
        "zaken",
        f"Van zaken met het resultaat ‘{Outcome.NOT_PICKED_UP_UNJUSTIFIED}’: onze eigen reden (lijst {TABLE.version}, "
        f"bij DDAS {TABLE.standard}). De partner hoort haar niet. "
        "Leeg als het aantal van dat resultaat niet getoond mag worden." + _ONLY_RESIDENTS,
        _why_unjustified,
        order=tuple(UNJUSTIFIED.values()),
        divides=("Resultaat", Outcome.NOT_PICKED_UP_UNJUSTIFIED),
    ),
    Figure(
        "Rechtspersonen",
        "zaken",
        "Zaken over een bedrijf, stichting of andere rechtspersoon. Zij tellen in geen ander cijfer mee.",
        lambda c: {"rechtspersoon": (1,)},
        of_residents=False,
    ),
)


@dataclass(frozen=True)
class AreaCount:
    """How many cases of a neighbourhood closed in a month, and of how many the resident was reached."""

    area: str
    month: str
    cases: int
    reached: int


_FOUR_DIGITS = "De vier cijfers van de postcode. Geheime en onbekende adressen zijn samen één regel." + _ONLY_RESIDENTS
NOWHERE = "adres geheim of niet bekend"


def areas(
    counted: Iterable[AreaCount],
    closed: Iterable[Closed],
    months: tuple[str, ...],
    *,
    period: str,
    least: int = LEAST,
) -> tuple[Table, Table]:
    """The figures by neighbourhood: how many were reached, and how many cases closed in which month. `closed`: all of
    them, because those that are in no neighbourhood would otherwise be the difference of two sums."""
    within, residents = list(counted), [case for case in closed if is_resident(case.unjustified)]
    found = [
        *within,
        *(_nowhere(within, [case for case in residents if case.month == month], month) for month in months),
    ]
    # Nothing is known of anybody by a month in which nothing closed, and it would hide the others.
    months = tuple(month for month in months if any(each.cases for each in found if each.month == month))
    by_reach = ((each.area, (each.reached, each.cases - each.reached)) for each in found if each.cases)
    by_month = (
        (each.area, tuple(each.cases * (each.month == month) for month in months)) for each in found if each.cases
    )
    return (
        told_table("Bereik per buurt", "zaken", _FOUR_DIGITS, period, _REACHED, added(by_reach), least=least),
        told_table("Buurt en maand", "zaken", _FOUR_DIGITS, period, months, added(by_month), least=least),
    )


def _nowhere(within: Iterable[AreaCount], closed: Sequence[Closed], month: str) -> AreaCount:
    """The cases of a month that are in no neighbourhood."""
    there = [each for each in within if each.month == month]
    reached = sum(case.reached for case in closed) - sum(each.reached for each in there)
    missed = sum(not case.reached for case in closed) - sum(each.cases - each.reached for each in there)
    return AreaCount(NOWHERE, month, max(reached, 0) + max(missed, 0), max(reached, 0))


def tables(
    closed: Iterable[Closed], *, period: str, figures: Iterable[Figure] = FIGURES, least: int = LEAST
) -> list[Table]:
    """The figures of these cases, as they may stand beside each other."""
    cases, found = tuple(closed), dict[str, Table]()
    for figure in figures:
        of = (case for case in cases if is_resident(case.unjustified) is figure.of_residents)
        each_line = (line for case in of for line in figure.counts(case).items())
        counted = added(each_line, figure.order) if figure.divides is None or _is_told(found, *figure.divides) else {}
        found[figure.title] = told_table(
            figure.title,
            figure.unit,
            figure.definition,
            period,
            figure.columns,
            counted,
            group=figure.group,
            least=least,
        )
    return list(found.values())


def table_of(title: str, groups: Iterable[tuple[Closed, int]], *, period: str, least: int = LEAST) -> Table:
    """One figure that divides no other, of cases that were counted before: each with how many are like it. What it does
    not count may be left empty in them (`NOBODY`)."""
    figure = next(each for each in FIGURES if each.title == title)
    each_line = (
        (name, tuple(many * count for count in counts))
        for case, many in groups
        if is_resident(case.unjustified) is figure.of_residents
        for name, counts in figure.counts(case).items()
    )
    counted = added(each_line, figure.order)
    return told_table(
        figure.title, figure.unit, figure.definition, period, figure.columns, counted, group=figure.group, least=least
    )


def _is_told(found: Mapping[str, Table], title: str, name: str) -> bool:
    return any(line.name == name and line.counts[0] is not None for line in found[title].lines)
