"""The demonstration's counts of the months before it began."""

from datetime import date

from sqlmodel import select

from adapters.monitor import Quarter, figures, judged, quarters_with_figures
from adapters.signal_quality import Period, quality
from models.tables import AreaCountRow, CaseRow, PartnerCountRow, ReviewCountRow, StatisticRow
from policy.small_cells import LEAST
from simulation.deliveries import PARTNERS
from simulation.earlier_months import count_earlier_months
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK, shipped_policies

TODAY = date(2027, 4, 5)
BEFORE = Quarter(2027, 1)


def rows(databases: Databases) -> list[int]:
    tables = (StatisticRow, AreaCountRow, ReviewCountRow, PartnerCountRow)
    with databases.main.read() as session:
        return [len(session.exec(select(table)).all()) for table in tables]


def test_the_last_two_quarters_have_something_to_tell(databases: Databases) -> None:
    count_earlier_months(databases.main, ZONNEDIJK, today=TODAY)
    assert {Quarter(2026, 4), BEFORE} < quarters_with_figures(databases.main, ZONNEDIJK)
    told = {table.title: table for table in figures(databases.main, ZONNEDIJK, BEFORE, least=LEAST)}
    assert [title for title, table in told.items() if not table.lines] == ["Brieven en kaartjes per dagdeel"]
    by_area, by_month = told["Buurt en maand"].total, told["Bereik per maand"].total
    assert by_area is not None and by_month is not None
    assert by_area.counts[-1] == by_month.counts[-1] and by_month.counts[-1] is not None
    assert judged(databases.main, shipped_policies(), ZONNEDIJK, BEFORE).lines[0].counts[0] == 90
    for partner in PARTNERS:
        tables = quality(databases.main, Period(ZONNEDIJK, partner.partner_id, BEFORE), least=LEAST)
        assert {table.title for table in tables if any(line.count is not None for line in table.lines)} > {
            "Signalen",
            "Hoe de signalen afliepen",
        }


def test_they_are_the_same_at_every_start_and_no_case_is_behind_them(databases: Databases) -> None:
    count_earlier_months(databases.main, ZONNEDIJK, today=TODAY)
    before, told = rows(databases), figures(databases.main, ZONNEDIJK, BEFORE, least=LEAST)
    count_earlier_months(databases.main, ZONNEDIJK, today=date(2027, 6, 5))
    assert (rows(databases), figures(databases.main, ZONNEDIJK, BEFORE, least=LEAST)) == (before, told)
    with databases.main.read() as session:
        assert session.exec(select(CaseRow)).all() == []
