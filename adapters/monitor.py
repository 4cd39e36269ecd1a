"""The figures of a municipality: of the cases that closed in a quarter, from the counts that outlive them, and of those
that are open."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy
from sqlalchemy import case, func
from sqlmodel import col, select

from adapters.database import Database
from adapters.peer_reviews import PeerReviews
from adapters.policy_book import PolicyFiles
from models.codes import Phase
from models.tables import AreaCountRow, CaseRow, ReviewCountRow, StatisticRow
from models.values import MunicipalityCode
from policy.calendar import local
from policy.figure_tables import Table
from policy.monitor import AreaCount, Closed, areas, tables
from policy.open_cases import age_limits, open_cases
from policy.review_agreement import agreement_figure

NOT_SHOWN = "verborgen"
_COLUMNS = ("periode", "cijfer", "regel", "kolom", "aantal", "eenheid", "definitie")


class Quarter(NamedTuple):
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(f"{self.year:04}-{month:02}" for month in range(3 * self.number - 2, 3 * self.number + 1))


def quarter_of(moment: datetime) -> Quarter:
    day = local(moment)
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """From "2027-2"; None when it says no quarter."""
    found = re.fullmatch(r"([0-9]{4})-([1-4])", text)
    return None if found is None else Quarter(int(found[1]), int(found[2]))


def quarters_of(months: Iterable[str]) -> set[Quarter]:
    """In which quarters these months (`2027-04`) are."""
    return {Quarter(int(month[:4]), (int(month[5:]) + 2) // 3) for month in months}


def quarters_with_figures(database: Database, municipality: MunicipalityCode) -> set[Quarter]:
    """Of which anything is counted."""
    with database.read() as session:
        return quarters_of(
            month
            for table in (StatisticRow, AreaCountRow, ReviewCountRow)
            for month in session.exec(select(table.month).where(table.municipality == municipality.text).distinct())
        )


def monitor(
    database: Database, policies: PolicyFiles, municipality: MunicipalityCode, quarter: Quarter, *, at: datetime
) -> list[Table]:
    """All figures of a municipality: of the quarter, and of its open cases at this moment."""
    return [
        *figures(database, municipality, quarter, least=policies.least(municipality)),
        judged(database, policies, municipality, quarter),
        open_now(database, municipality, at=at, least=policies.least(municipality)),
    ]


def figures(database: Database, municipality: MunicipalityCode, quarter: Quarter, *, least: int) -> list[Table]:
    """Of the cases that closed in the quarter. Whole quarters, so that no two periods can be subtracted."""
    of_cases = select(StatisticRow).where(
        StatisticRow.municipality == municipality.text, col(StatisticRow.month).in_(quarter.months)
    )
    of_areas = select(AreaCountRow).where(
        AreaCountRow.municipality == municipality.text, col(AreaCountRow.month).in_(quarter.months)
    )
    with database.read() as session:
        closed = [_closed(row) for row in session.exec(of_cases)]
        counted = [AreaCount(row.area, row.month, row.cases, row.reached) for row in session.exec(of_areas)]
    period = f"kwartaal {quarter}"
    return [
        *tables(closed, period=period, least=least),
        *areas(counted, closed, quarter.months, period=period, least=least),
    ]


def judged(database: Database, policies: PolicyFiles, municipality: MunicipalityCode, quarter: Quarter) -> Table:
    """How often colleagues agreed with what was recorded in the quarter."""
    reviews = PeerReviews(database, policies)
    counts = reviews.counts(municipality, quarter.months)
    return agreement_figure(counts, period=f"kwartaal {quarter}", least=policies.least(municipality))


def open_now(database: Database, municipality: MunicipalityCode, *, at: datetime, least: int) -> Table:
    """The cases that are open now, whenever "now" is asked: no earlier moment can be asked for."""
    ages = [func.sum(case((col(CaseRow.opened_at) >= limit, 1), else_=0)) for limit in age_limits(at)]
    wanted = (
        sqlalchemy.select(col(CaseRow.phase), *ages, func.count())
        .with_hint(CaseRow, "INDEXED BY ix_case_open", "sqlite")
        .where(col(CaseRow.municipality) == municipality.text, col(CaseRow.closed_at).is_(None))
        .group_by(col(CaseRow.phase))
    )
    with database.read() as session:
        counted = {Phase(phase): tuple(map(int, counts)) for phase, *counts in session.execute(wanted)}
    return open_cases(counted, moment=f"stand van {local(at):%Y-%m-%d %H:%M}", least=least)


def as_csv(tables: list[Table]) -> str:
    """With a semicolon, as spreadsheets here expect it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_COLUMNS)
    for each in tables:
        for line in (*each.lines, *filter(None, (each.total,))):
            for column, count in zip(each.columns, line.counts, strict=True):
                shown = NOT_SHOWN if count is None else count
                writer.writerow((each.period, each.title, line.name, column, shown, each.unit, each.definition))
    return out.getvalue()


def _closed(row: StatisticRow) -> Closed:
    return Closed(
        month=row.month,
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
        unjustified=row.unjustified,
    )
