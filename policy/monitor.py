"""The figures of a municipality: one table of what is counted, by which page, file and document are made. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from policy.closing_counts import FirstAttempt
from policy.small_cells import LEAST, hidden

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


@dataclass(frozen=True)
class Figure:
    """A figure with its definition. `counts`: how much a case adds to which lines."""

    title: str
    unit: str
    definition: str
    counts: Callable[[Closed], Mapping[str, int]]


@dataclass(frozen=True)
class Line:
    """`count` is None when it is hidden."""

    name: str
    count: int | None


def _of_signals(case: Closed) -> Mapping[str, int]:
    first = len(case.partner_types) - case.successive - case.not_compared
    return {"eerder gemeld": case.successive, "niet eerder gemeld": first, "niet bekend": case.not_compared}


def _of_attempts(case: Closed) -> Mapping[str, int]:
    lines: dict[str, int] = {}
    for key, (sought, reached) in case.reach.items():
        kind, _, daypart = key.rpartition("/")
        name = f"{kind}, {daypart}"
        lines[f"{name}: bereikt"] = reached
        lines[f"{name}: niet bereikt"] = sought - reached
    return lines


def _partners(case: Closed) -> Mapping[str, int]:
    if case.partners == 0:
        return {"niet bekend": 1}
    return {"enkelvoudig": 1} if case.partners == 1 else {"meervoudig": 1}


FIGURES: tuple[Figure, ...] = (
    Figure(
        "Maand van openen", "zaken", "In welke maand de zaak openging.", lambda c: {c.month_opened or "niet bekend": 1}
    ),
    Figure(
        "Meldingen per soort partner", "meldingen", "Elke melding in de zaak telt.", lambda c: Counter(c.partner_types)
    ),
    Figure("Enkelvoudig en meervoudig", "zaken", "Meervoudig: meer dan één partner meldde de inwoner.", _partners),
    Figure("Opeenvolgend", "meldingen", "Of het adres eerder gemeld was toen de melding binnenkwam.", _of_signals),
    Figure(
        "Bereik per kanaal en dagdeel",
        "contactpogingen",
        "Pogingen van de gemeente. Bereikt: er was een gesprek. Wie zelf contact zocht, telt hier niet mee.",
        _of_attempts,
    ),
    Figure(
        "Bereik",
        "zaken",
        "Of de inwoner minstens één keer bereikt is.",
        lambda c: {("niet bereikt", "bereikt")[c.reached]: 1},
    ),
    Figure(
        "Tijd tot de eerste contactpoging",
        "zaken",
        "Kalenderdagen van openen tot de eerste poging van de gemeente.",
        lambda c: {_DAYS.get(c.first_attempt, "niet bekend"): 1},
    ),
    Figure(
        "Hulpacceptatie",
        "zaken",
        "Aangenomen telt pas als de hulp echt begonnen is.",
        lambda c: {_ACCEPTANCE.get(c.acceptance, "niet bekend"): 1},
    ),
    Figure(
        "Resultaat", "zaken", "Het landelijke eindresultaat voor de inwoner.", lambda c: {c.outcome or "niet bekend": 1}
    ),
)


def lines(figure: Figure, closed: Iterable[Closed]) -> tuple[Line, ...]:
    """By name. Small counts are hidden with what would give them away."""
    total: Counter[str] = Counter()
    for case in closed:
        total.update(figure.counts(case))
    return tuple(Line(name, count) for name, count in hidden(dict(sorted(total.items())), LEAST).items())
