"""How often colleagues would have recorded the same outcome, from counts that tell of nobody. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.codes import Outcome, OutcomeClass, ReviewReason
from policy.figure_tables import Line, Table
from policy.outcomes import HELP_OUTCOMES
from policy.small_cells import LEAST, crossed, told

CLASSES: Mapping[OutcomeClass, str] = {
    OutcomeClass.HELP: "Hulp aangenomen",
    OutcomeClass.CONTACT_WITHOUT_HELP: "Contact, geen hulp",
    OutcomeClass.NO_CONTACT: "Geen contact",
    OutcomeClass.NOT_PICKED_UP: "Niet opgepakt",
}
TITLE, UNIT = "Collegiale toets", "oordelen"
DEFINITION = (
    "Een collega zegt van een steekproef van de vastgelegde resultaten of hij hetzelfde had vastgelegd. "
    "Naar de maand waarin het resultaat is vastgelegd."
)


@dataclass(frozen=True)
class Judged:
    """How often an outcome that was recorded in a month was judged so."""

    month: str
    outcome: Outcome
    said: Outcome
    """What the colleague would have recorded."""
    reason: ReviewReason | None
    cases: int


@dataclass(frozen=True)
class Share:
    """Of so many judgements this many agreed."""

    judged: int
    agreed: int

    @property
    def percent(self) -> int:
        """In whole percents, half a percent upwards."""
        return (200 * self.agreed + self.judged) // (2 * self.judged)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.judged + other.judged, self.agreed + other.agreed)


@dataclass(frozen=True)
class Agreement:
    """By month and class of the recorded outcome. None where too few judged, or where how many did would follow from
    the others.

    What is counted for being too small are judgements, not disagreements: it is by being judged that a case could be
    known, and among ten that are told nobody can say which one a colleague would have recorded otherwise.
    """

    classes: tuple[OutcomeClass, ...]
    months: tuple[tuple[str, tuple[Share | None, ...]], ...]
    """For each class, and last for all."""
    sums: tuple[Share | None, ...]
    on_help: Share | None
    """How often they agreed on whether there was help."""


_NONE = Share(0, 0)


def agreement(judged: Iterable[Judged], classes: Mapping[Outcome, OutcomeClass], *, least: int = LEAST) -> Agreement:
    """`classes`: of each outcome, as the municipality's policy groups them."""
    cells: defaultdict[tuple[str, OutcomeClass], Share] = defaultdict(lambda: _NONE)
    on_help = _NONE
    for one in judged:
        cells[one.month, classes[one.outcome]] += Share(one.cases, one.cases * (one.said is one.outcome))
        same_help = (one.said in HELP_OUTCOMES) is (one.outcome in HELP_OUTCOMES)
        on_help += Share(one.cases, one.cases * same_help)
    months = sorted({month for month, _ in cells})
    kinds = [kind for kind in OutcomeClass if any(each is kind for _, each in cells)]
    table = [[cells[month, kind] for kind in kinds] for month in months]
    shown = crossed([[cell.judged for cell in row] for row in table], len(kinds), least=least)
    rows = [[*row, sum(row, _NONE)] for row in table]
    sums = [sum(column, _NONE) for column in zip(*rows, strict=True)]
    return Agreement(
        classes=tuple(kinds),
        months=tuple(
            (month, _told(row, (*counts, total)))
            for month, row, counts, total in zip(months, rows, shown.rows, shown.row_totals, strict=True)
        ),
        sums=_told(sums, (*shown.column_totals, shown.total)[: len(sums)]),
        on_help=on_help if shown.total else None,
    )


def by_quarter(
    judged: Iterable[Judged], classes: Mapping[Outcome, OutcomeClass], *, least: int = LEAST
) -> tuple[tuple[str, Agreement], ...]:
    """The same of each quarter ("2027-2"), the newest first.

    A quarter's figures tell how many judged in it. So quarters are never added up, and a month is never hidden with one
    of another quarter: what is told elsewhere would be subtracted.
    """
    quarters: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        quarters[f"{one.month[:4]}-{(int(one.month[5:]) + 2) // 3}"].append(one)
    return tuple(
        (quarter, agreement(quarters[quarter], classes, least=least)) for quarter in sorted(quarters, reverse=True)
    )


def agreement_figure(judged: Iterable[Judged], *, period: str, least: int = LEAST) -> Table:
    """The same of all of a quarter, as one of the municipality's figures: the sum that `by_quarter` tells, or hides."""
    all_of_them = sum((Share(one.cases, one.cases * (one.said is one.outcome)) for one in judged), _NONE)
    (count,) = told([all_of_them.judged], least=least).cells
    lines = (Line("alle resultaten", (count, None if count is None else all_of_them.percent)),)
    columns = ("oordelen", "eens, in procent")
    return Table(TITLE, UNIT, DEFINITION, period, columns, lines if all_of_them.judged else (), None)


def _told(shares: Iterable[Share], counts: Iterable[int | None]) -> tuple[Share | None, ...]:
    return tuple(share if count is not None else None for share, count in zip(shares, counts, strict=True))
