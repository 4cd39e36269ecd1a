"""The work list in a large installation: what it answers, and how the database finds it."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlmodel import Session

from adapters.database import Database
from models.codes import PartnerType, Queue, Route, TaskKind
from models.ids import StaffId
from models.tables import CaseRow, MunicipalityRow, TaskRow
from models.values import MunicipalityCode
from tests.adapters.conftest import Templates, fresh_databases
from web import work_queries
from web.paging import PAGE
from web.work_counts import Count
from web.work_filters import NOBODY, NOWHERE, Due, Facet, Filters
from web.work_queries import Reader, Whose, WorkFilter

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)
TASKS = 6_000
SIZES = {"9901": 50, "9902": 49, "9903": 1}
"""Municipalities, with the percentage of the work that each has."""
SCOPES = [("9901",), ("9903",), ("9901", "9902")]
FILTERS = [
    Filters(),
    Filters(route=Route.STANDARD, kind=TaskKind.CALL),
    Filters(area="9990", owner=NOBODY),
    Filters(queue=Queue.IDENTITY, due=Due.LATE),
    Filters(partner=PartnerType.RENT),
    Filters(partner=PartnerType.ENERGY, area="9991"),
]
ME = StaffId("noor")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    chance = Random(20270405)
    return [_row(number, chance) for number in range(TASKS)]


def _row(number: int, chance: Random) -> Row:
    due = NOON + timedelta(hours=chance.randrange(-100, 300))
    return {
        "id": f"{chance.getrandbits(128):032x}",
        "case_id": f"case-{number}",
        "municipality": chance.choices(list(SIZES), list(SIZES.values()))[0],
        "kind": chance.choice([TaskKind.CALL, TaskKind.CHECK_IDENTITY, TaskKind.RECORD_OUTCOME]),
        "code": "",
        "queue": chance.choice([Queue.EARLY_SIGNALS, Queue.IDENTITY]),
        "owner": chance.choice([None, None, *(f"staff-{one}" for one in range(60))]),
        "opens_at": NOON + timedelta(hours=chance.randrange(-100, 50)),
        "due_at": due,
        "term_at": due,
        "sorts_at": due,
        "rank": 10 * chance.choice([1, 11]) + chance.randrange(1, 5),
        "route": chance.choice([Route.STANDARD, Route.MULTIPLE]),
        "area": chance.choice(["9990", "9991", "9992", "", None]),
        "partner_types": chance.choice(["+Huur+", "+Energie+Huur+", "+Energie+", "+Zorg+", ""]),
    }


@pytest.fixture(scope="module", params=["sqlite", "sqlite, never analysed", "postgresql"])
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Templates, rows: list[Row]
) -> Iterator[Database]:
    backend, _, unaware = request.param.partition(", ")
    with fresh_databases(backend, tmp_path_factory.mktemp("work"), templates) as databases:
        with databases.main.write() as session:
            session.add_all(MunicipalityRow(code=code, name=f"Plaats {code}") for code in SIZES if code != "9901")
            session.flush()
            session.execute(insert(CaseRow), [_case(row) for row in rows])
            session.execute(insert(TaskRow), rows)
        if not unaware:
            _count_rows(databases.main)
        yield databases.main


def _case(row: Row) -> Row:
    return {
        "id": row["case_id"],
        "unit_id": f"unit-{row['case_id']}",
        "municipality": row["municipality"],
        "phase": "contact",
        "opened_at": NOON,
        "state": {},
    }


def _count_rows(database: Database) -> None:
    with database.migrating().connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        else:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("VACUUM (ANALYZE) task")


def _fits(row: Row, filters: Filters) -> bool:
    wanted = {"route": filters.route, "kind": filters.kind, "area": filters.area, "queue": filters.queue}
    return (
        all(not value or row[name] == value for name, value in wanted.items())
        and (not filters.partner or f"+{filters.partner}+" in row["partner_types"])
        and (filters.owner != NOBODY or row["owner"] is None)
        and (filters.due != Due.LATE or row["term_at"] <= NOON)
    )


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "-".join(filters.asked().values()) or "all")
@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_the_list_has_the_work_that_was_asked_in_order(
    many: Database, rows: list[Row], scope: tuple[str, ...], filters: Filters
) -> None:
    found = [row for row in rows if row["municipality"] in scope and _fits(row, filters)]
    now = [row for row in found if row["opens_at"] <= NOON]
    later = [row for row in found if row["opens_at"] > NOON]
    wanted = [row["id"] for row in sorted(now, key=lambda row: (row["rank"], row["sorts_at"], row["id"]))]
    wanted += [row["id"] for row in sorted(later, key=lambda row: (row["opens_at"], row["rank"], row["id"]))]
    for page in (1, 2, len(now) // PAGE + 1, max(1, -(-len(wanted) // PAGE))):
        shown = work_queries.work(many, _reader(scope), Whose.TEAM, filters, now=NOON, page=page)
        assert [work.task.id for work in shown.rows] == wanted[(page - 1) * PAGE : page * PAGE]
        assert shown.total == min(len(wanted), 1001)


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "-".join(filters.asked().values()) or "all")
@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_an_index_puts_the_work_in_order_and_no_row_is_read_for_it(
    many: Database, rows: list[Row], scope: tuple[str, ...], filters: Filters
) -> None:
    page = _across(rows, scope, filters)
    asked = _statements(many, lambda: work_queries.work(many, _reader(scope), Whose.TEAM, filters, now=NOON, page=page))
    if not many.is_sqlite:
        pytest.skip("PostgreSQL chooses by what it counted: a few thousand rows are read and sorted as fast")
    ways = [step for one in asked if "ORDER BY" in one[0] for step in _plan(many, one)]
    assert ways and all(step.startswith(("SCAN", "SEARCH")) for step in ways)
    assert {step.split("INDEX ")[1].split()[0] for step in ways} <= {"ix_task_in_order", "ix_task_later"}
    assert all("USING COVERING INDEX" in step for step in ways)


PARTS: list[tuple[WorkFilter, Filters]] = [
    *((Whose.TEAM, filters) for filters in FILTERS),
    (Whose.MINE, Filters()),
    (Queue.IDENTITY, Filters()),
    (Queue.IDENTITY, Filters(area="9992")),
]
_COLUMNS = {
    Facet.QUEUE: "queue",
    Facet.ROUTE: "route",
    Facet.AREA: "area",
    Facet.KIND: "kind",
    Facet.OWNER: "owner",
    Facet.DUE: "term_at",
    Facet.PARTNER: "partner_types",
}


@pytest.mark.parametrize("facet", list(Facet))
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_what_is_counted_is_read_from_indexes_of_the_own_municipality(
    many: Database, part: tuple[WorkFilter, Filters], facet: Facet
) -> None:
    if not many.is_sqlite:
        pytest.skip("PostgreSQL chooses by what it counted: a few thousand rows are read as fast")
    counted = _statements(many, lambda: work_queries.facet_counts(many, _reader(("9903",)), *part, facet, now=NOON))
    of_tasks = [step for one in counted for step in _plan(many, one) if re.search(r"\btask\b", step)]
    assert of_tasks and [step for step in of_tasks if not _is_of_the_municipality(step)] == []


def _is_of_the_municipality(step: str) -> bool:
    return re.search(r"SEARCH task USING COVERING INDEX ix_task_\w+ \(municipality=\?", step) is not None


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_every_choice_is_counted(
    many: Database,
    rows: list[Row],
    monkeypatch: pytest.MonkeyPatch,
    scope: tuple[str, ...],
    part: tuple[WorkFilter, Filters],
) -> None:
    monkeypatch.setattr("web.work_counts.LOOKED", TASKS)
    chosen, filters = part
    for facet in Facet:
        wanted, others = Counter[str](), filters.without(facet)
        for row in rows:
            if row["municipality"] in scope and _is_in(row, chosen) and _fits(row, others):
                wanted.update(_values(row, facet))
        found = work_queries.facet_counts(many, _reader(scope), chosen, others, facet, now=NOON)
        assert found == {value: Count(min(number, 1000), number > 1000) for value, number in wanted.items()}


def test_of_very_much_work_a_choice_is_counted_among_its_first(
    many: Database, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.work_counts.LOOKED", 40)
    asked = Filters(kind=TaskKind.CALL)
    found = work_queries.facet_counts(many, _reader(("9901",)), Whose.TEAM, asked, Facet.AREA, now=NOON)
    assert set(found) == {"9990", "9991", "9992", NOWHERE}
    assert all(count.more for count in found.values())
    assert sum(count.number for count in found.values()) == 41
    few = work_queries.facet_counts(many, _reader(("9903",)), Whose.TEAM, asked, Facet.AREA, now=NOON)
    assert {count.more for count in few.values()} == {False}


def test_tabs_count_no_further_than_a_list_is_counted(
    many: Database, rows: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    def counts() -> dict[WorkFilter, int]:
        return work_queries.work_counts(many, _reader(("9901", "9902")), now=NOON)

    open_now = [row for row in rows if row["municipality"] != "9903" and row["opens_at"] <= NOON]
    nobodys = Counter(row["queue"] for row in open_now if row["owner"] is None)
    monkeypatch.setattr("web.paging.COUNTED", 100_000)
    assert counts() == {Whose.MINE: 0, Whose.TEAM: len(open_now), **nobodys}
    monkeypatch.setattr("web.paging.COUNTED", 15)
    assert counts() == {Whose.MINE: 0, Whose.TEAM: 16, Queue.EARLY_SIGNALS: 16, Queue.IDENTITY: 16}


def _is_in(row: Row, chosen: WorkFilter) -> bool:
    match chosen:
        case Whose.TEAM:
            return True
        case Whose.MINE:
            return bool(row["owner"] == ME)
        case queue:
            return (row["queue"], row["owner"]) == (queue, None)


def _values(row: Row, facet: Facet) -> list[str]:
    value = row[_COLUMNS[facet]]
    match facet:
        case Facet.PARTNER:
            return [kind for kind in value.split("+") if kind]
        case Facet.DUE:
            # Noon in summer; the Monday after is the 12th.
            ends = [NOON, datetime(2027, 4, 5, 22, tzinfo=UTC), datetime(2027, 4, 11, 22, tzinfo=UTC)]
            return [next((due for due, end in zip(Due, ends, strict=False) if value <= end), Due.LATER)]
        case Facet.OWNER | Facet.AREA:
            return [value or {Facet.OWNER: NOBODY, Facet.AREA: NOWHERE}[facet]]
        case _:
            return [value]


def test_ones_own_work_is_found_by_its_owner(many: Database) -> None:
    reader = Reader(StaffId("staff-1"), [MunicipalityCode("9901")])
    asked = _statements(many, lambda: work_queries.work(many, reader, Whose.MINE, now=NOON, page=1))
    if not many.is_sqlite:
        pytest.skip("PostgreSQL chooses by what it counted")
    [listed] = [one for one in asked if "ORDER BY" in one[0]][:1]
    assert "owner=?" in _plan(many, listed)[0]


def _across(rows: list[Row], scope: tuple[str, ...], filters: Filters) -> int:
    """The page on which the work of now ends and that of later begins."""
    now = [row for row in rows if row["municipality"] in scope and _fits(row, filters) and row["opens_at"] <= NOON]
    return len(now) // PAGE + 1


def _reader(scope: tuple[str, ...]) -> Reader:
    return Reader(ME, [MunicipalityCode(code) for code in scope])


def _statements(database: Database, ask: Any) -> list[tuple[str, Any]]:
    """What is asked of the database."""
    statements = list[tuple[str, Any]]()

    def heard(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append((statement, parameters))

    with database.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", heard)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return statements


def _plan(database: Database, asked: tuple[str, Any]) -> list[str]:
    statement, parameters = asked
    with database.read() as session:
        return [step[3] for step in _explained(session, f"EXPLAIN QUERY PLAN {statement}", parameters)]


def _explained(session: Session, statement: str, parameters: Any) -> list[Any]:
    return list(session.connection().exec_driver_sql(statement, parameters))
