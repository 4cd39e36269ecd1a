"""The figures of cases that closed in a quarter, from the counts that outlive them."""

import csv
import io
import re
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from adapters.database import Database
from models.tables import AreaCountRow, StatisticRow
from models.values import MunicipalityCode
from policy.calendar import local
from policy.monitor import FIGURES, Closed, Line, lines
from policy.small_cells import hidden

AREAS = ("Buurt", "zaken", "De vier cijfers van de postcode. Geheime adressen tellen niet mee.")
NOT_SHOWN = "verborgen"


class Quarter(NamedTuple):
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(f"{self.year:04}-{month:02}" for month in range(3 * self.number - 2, 3 * self.number + 1))


class Table(NamedTuple):
    """A figure of one quarter."""

    title: str
    unit: str
    definition: str
    lines: tuple[Line, ...]


def quarter_of(moment: datetime) -> Quarter:
    day = local(moment)
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """From "2027-2"; None when it says no quarter."""
    found = re.fullmatch(r"([0-9]{4})-([1-4])", text)
    return None if found is None else Quarter(int(found[1]), int(found[2]))


def figures(database: Database, municipality: MunicipalityCode, quarter: Quarter) -> list[Table]:
    """Of the cases that closed in the quarter. Whole quarters, so that no two periods can be subtracted."""
    of_cases = select(StatisticRow).where(
        StatisticRow.municipality == municipality.text, col(StatisticRow.month).in_(quarter.months)
    )
    of_areas = select(AreaCountRow).where(
        AreaCountRow.municipality == municipality.text, col(AreaCountRow.month).in_(quarter.months)
    )
    areas: dict[str, int] = {}
    with database.read() as session:
        closed = [_closed(row) for row in session.exec(of_cases)]
        for row in session.exec(of_areas.order_by(col(AreaCountRow.area))):
            areas[row.area] = areas.get(row.area, 0) + row.cases
    tables = [Table(one.title, one.unit, one.definition, lines(one, closed)) for one in FIGURES]
    return [*tables, Table(*AREAS, tuple(Line(area, count) for area, count in hidden(areas).items()))]


def as_csv(tables: list[Table]) -> str:
    """With a semicolon, as spreadsheets here expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(("cijfer", "regel", "aantal", "eenheid", "definitie"))
    for table in tables:
        for line in table.lines:
            count = NOT_SHOWN if line.count is None else line.count
            writer.writerow((table.title, line.name, count, table.unit, table.definition))
    return out.getvalue()


def _closed(row: StatisticRow) -> Closed:
    return Closed(
        month_opened=row.month_opened,
        partner_types=tuple(row.partner_types),
        partners=row.partners,
        successive=row.successive,
        not_compared=row.not_compared,
        reach={key: (sought, reached) for key, (sought, reached) in row.reach.items()},
        reached=row.reached,
        outcome=row.outcome,
        acceptance=row.acceptance,
        first_attempt=row.first_attempt,
    )
