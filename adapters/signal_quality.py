"""The quality of a partner's signals in a quarter, from counts that outlive the signals and from what is still open: no
erasure changes it."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.csv_cells import harmless
from adapters.database import Database
from adapters.monitor import NOT_SHOWN, Quarter, quarter_of, quarters_of
from models.ids import PartnerId
from models.tables import CaseRow, DeliveryRow, PartnerCountRow, SignalRow
from models.values import MunicipalityCode
from policy.calendar import add_months, at_local
from policy.signal_quality import FIGURES, Counted, Ending, Figure, FigureKey, Line, Told, tell
from policy.small_cells import told

UNIT = "signalen"
DELIVERED = (
    "Signalen",
    "Regels van de partner die een signaal werden, naar de maand van ontvangst. Ook die nog in behandeling zijn.",
)
REFUSED = (
    "Geweigerde regels",
    "Regels die niet te lezen waren of waarin iets verplichts ontbrak, van aanleveringen die klaar zijn.",
)


@dataclass(frozen=True)
class Period:
    """The signals of one partner in one municipality that came in in a quarter."""

    municipality: MunicipalityCode
    partner: PartnerId
    quarter: Quarter


class Table(NamedTuple):
    """A figure of one quarter. A line has its months only where they may be told."""

    title: str
    unit: str
    definition: str
    lines: tuple[Line, ...]
    total: int | None
    """None when it is hidden, or when there is one line alone."""


def quality(database: Database, period: Period, figures: Sequence[Figure] = FIGURES, *, least: int) -> list[Table]:
    """Every figure, the first ones of what came in."""
    with database.read() as session:
        counts = _counts(session, period)
        ended = [sum(month) for month in zip(*(_of(counts, FigureKey.ENDING)), strict=True)]
        delivered = [more + open_ for more, open_ in zip(ended, _open(session, period), strict=True)]
        refused = _refused(session, period)
    first = [_alone(*DELIVERED, UNIT, delivered, least), _alone(*REFUSED, "regels", refused, least)]
    return [*first, *map(_table, tell(figures, counts, least=least))]


def quarters_with_signals(database: Database, municipality: MunicipalityCode, partner: PartnerId) -> set[Quarter]:
    """In which anything came in from this partner, by its deliveries and by what was counted."""
    counted = select(PartnerCountRow.month).where(
        PartnerCountRow.municipality == municipality.text, PartnerCountRow.partner_id == partner
    )
    delivered = select(DeliveryRow.received_at).where(
        DeliveryRow.municipality == municipality.text, DeliveryRow.partner_id == partner
    )
    with database.read() as session:
        found = quarters_of(session.exec(counted.distinct()))
        return found | {quarter_of(moment) for moment in session.exec(delivered)}


def as_csv(tables: Iterable[Table], months: Sequence[str], partner: str) -> str:
    """With a semicolon, as spreadsheets here expect it. A month is empty where months are not told."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("partner", "cijfer", "regel", "kwartaal", *months, "eenheid", "definitie"))
    for table in tables:
        for line in table.lines:
            parts = line.parts or ("",) * len(months)
            count = NOT_SHOWN if line.count is None else line.count
            writer.writerow((harmless(partner), table.title, line.name, count, *parts, table.unit, table.definition))
    return out.getvalue()


def _alone(title: str, definition: str, unit: str, months: Sequence[int], least: int) -> Table:
    """A count that is no part of another one; its months are parts of it."""
    (whole,) = told([sum(months)], least=least).cells
    parts = told(months, least=least).cells
    split = tuple(part for part in parts if part is not None)
    line = Line("samen", whole, split if len(split) == len(months) else ())
    return Table(title, unit, definition, (line,), None)


def _table(figure: Told) -> Table:
    return Table(figure.figure.title, UNIT, figure.figure.definition, figure.lines, figure.total)


def _counts(session: Session, period: Period) -> Mapping[Counted, list[int]]:
    counts: dict[Counted, list[int]] = defaultdict(lambda: [0] * len(period.quarter.months))
    counts[FigureKey.ENDING, Ending.OTHER] = [0] * len(period.quarter.months)
    wanted = select(PartnerCountRow).where(
        PartnerCountRow.municipality == period.municipality.text,
        PartnerCountRow.partner_id == period.partner,
        col(PartnerCountRow.month).in_(period.quarter.months),
    )
    for row in session.exec(wanted):
        counts[FigureKey(row.figure), row.line][period.quarter.months.index(row.month)] += row.signals
    return counts


def _of(counts: Mapping[Counted, list[int]], figure: FigureKey) -> Iterator[list[int]]:
    return (months for (key, _), months in counts.items() if key is figure)


def _open(session: Session, period: Period) -> list[int]:
    """How many signals are in a case that did not close yet, by month. While it is open they are not erased."""
    return [
        session.exec(
            select(func.count())
            .select_from(SignalRow)
            .join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
            .where(
                SignalRow.municipality == period.municipality.text,
                SignalRow.partner_id == period.partner,
                col(SignalRow.received_at) >= since,
                col(SignalRow.received_at) < until,
                col(CaseRow.closed_at).is_(None),
            )
        ).one()
        for since, until in _months(period.quarter)
    ]


def _refused(session: Session, period: Period) -> list[int]:
    """How many rows were refused, by month: what became of a delivery stays when its rows go."""
    return [
        sum(
            (report or {}).get("refused", 0)
            for report in session.exec(
                select(DeliveryRow.report).where(
                    DeliveryRow.municipality == period.municipality.text,
                    DeliveryRow.partner_id == period.partner,
                    col(DeliveryRow.received_at) >= since,
                    col(DeliveryRow.received_at) < until,
                )
            )
        )
        for since, until in _months(period.quarter)
    ]


def _months(quarter: Quarter) -> Iterator[tuple[datetime, datetime]]:
    for month in quarter.months:
        first = date.fromisoformat(f"{month}-01")
        yield at_local(first, time()), at_local(add_months(first, 1), time())
