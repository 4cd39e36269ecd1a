"""The supervisor's list of stalled cases in a large installation: what it answers, and how the database finds it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, text
from sqlmodel import Session

from adapters.database import Database
from adapters.supervision import StalledWhich
from models.codes import StallCause
from models.tables import CaseRow, Moment, MunicipalityRow
from models.values import MunicipalityCode
from tests.adapters.conftest import Templates, fresh_databases
from web import queries
from web.paging import PAGE

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)
OPEN, STALLED = 20_000, 1_000
CLOSED, MARKED = 4_000, 200
SIZES = {"9901": 50, "9902": 30, "9903": 19, "9904": 1}
"""Municipalities, with the percentage of the cases that each has."""
SCOPES = [("9901",), ("9904",), ("9901", "9902"), ("9903", "9904"), tuple(SIZES)]
"""One municipality, large and small, and regional services."""
CAUSES = [None, StallCause.UNASSIGNED]

Row = dict[str, Any]
Asked = tuple[str, Any]
"""A statement as the driver got it, with its parameters."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The open cases that stand still, for any cause, many as long as another; and some closed ones that still have the
    marks of it, which must not count."""
    chance = Random(20270405)
    places = chance.choices(list(SIZES), list(SIZES.values()), k=STALLED + MARKED)
    return [_row(number, place, chance) for number, place in enumerate(places)]


def _row(number: int, place: str, chance: Random) -> Row:
    is_closed = number >= STALLED
    return {
        "id": f"{chance.getrandbits(128):032x}",
        "unit_id": f"unit-{number}",
        "municipality": place,
        "phase": "closed" if is_closed else "contact",
        "opened_at": NOON - timedelta(days=90),
        "closed_at": NOON if is_closed else None,
        "due_at": NOON,
        "wake_at": NOON,
        "stall_cause": chance.choice(list(StallCause)).value,
        "stalled_since": NOON - timedelta(hours=chance.randrange(500)),
        "state": {"case": number},
    }


@pytest.fixture(scope="module", params=["sqlite", "sqlite, never analysed", "postgresql"])
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Templates, rows: list[Row]
) -> Iterator[Database]:
    """The main database with these cases among many that go on. PostgreSQL counts its rows by itself in daily use,
    SQLite does not."""
    backend, _, unaware = request.param.partition(", ")
    with fresh_databases(backend, tmp_path_factory.mktemp("many"), templates) as databases:
        with databases.main.write() as session:
            session.add_all(MunicipalityRow(code=code, name=f"Plaats {code}") for code in SIZES if code != "9901")
            session.flush()
            session.execute(_OTHERS)
            session.execute(insert(CaseRow), rows)
        if not unaware:
            _count_rows(databases.main)
        yield databases.main


# Made by the database itself, because sending it so many rows takes long.
_OTHERS = text(
    """
    INSERT INTO "case"
        (id, unit_id, municipality, phase, opened_at, closed_at, due_at, wake_at, sequence, urgent, state)
    WITH RECURSIVE made(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM made WHERE n < :number)
    SELECT
        'case-' || n,
        'unit-' || n,
        CASE WHEN n % 100 < 50 THEN '9901' WHEN n % 100 < 80 THEN '9902' WHEN n % 100 < 99 THEN '9903' ELSE '9904' END,
        CASE WHEN n <= :open THEN 'contact' ELSE 'closed' END,
        :noon,
        CASE WHEN n <= :open THEN NULL ELSE :noon END,
        :noon,
        :noon,
        0,
        false,
        '{}'
    FROM made
    """
).bindparams(
    bindparam("number", OPEN - STALLED + CLOSED - MARKED),
    bindparam("open", OPEN - STALLED),
    bindparam("noon", NOON, type_=Moment),
)


def _count_rows(database: Database) -> None:
    with database.migrating().connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        else:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql('VACUUM (ANALYZE) "case"')


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_the_list_has_the_open_stalled_cases_of_its_reader_in_order(
    many: Database, rows: list[Row], scope: tuple[str, ...], cause: StallCause | None
) -> None:
    stalled = [row for row in rows if not row["closed_at"] and row["municipality"] in scope]
    of_cause = [row for row in stalled if cause in (None, row["stall_cause"])]
    wanted = [row["id"] for row in sorted(of_cause, key=lambda row: (row["stalled_since"], row["id"]))]
    for page in (1, 2):
        found = queries.stalled(many, _codes(scope), StalledWhich(cause), now=NOON, page=page)
        assert [row.id for row in found.cases.rows] == wanted[(page - 1) * PAGE : page * PAGE]
        assert found.cases.total == len(wanted)
        assert {cause: number for cause, number, _ in found.causes} == Counter(row["stall_cause"] for row in stalled)


def test_the_causes_come_with_their_oldest_case_and_most_cases_first(many: Database, rows: list[Row]) -> None:
    causes = queries.stalled(many, _codes(tuple(SIZES)), StalledWhich(), now=NOON, page=1).causes
    assert [number for _, number, _ in causes] == sorted((number for _, number, _ in causes), reverse=True)
    assert sum(number for _, number, _ in causes) == STALLED
    assert {cause: oldest for cause, _, oldest in causes} == {
        cause: min(row["stalled_since"] for row in rows if row["stall_cause"] == cause and not row["closed_at"])
        for cause in StallCause
    }


@pytest.mark.parametrize("page", [1, 3])
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_the_list_is_one_query_that_the_index_filters_and_orders(
    many: Database, scope: tuple[str, ...], cause: StallCause | None, page: int
) -> None:
    _, listed = _asked(many, scope, cause, page)
    plan = _plan(many, listed)
    if many.is_sqlite:
        assert _ways(plan, "SCAN", "SEARCH", "TEMP B-TREE") == [
            "SEARCH case USING COVERING INDEX ix_case_stalled (stalled_since>?)",
            "SCAN shown",
            "SEARCH case USING INDEX sqlite_autoindex_case_1 (id=?)",
        ]
    else:
        assert _ways(plan, "Scan on", "Scan using", "Sort") == [
            'Index Only Scan using ix_case_stalled on "case" case_1',
            'Index Scan using pk_case on "case"',
        ]


@pytest.mark.parametrize("scope", SCOPES, ids="-".join)
def test_the_counts_by_cause_are_read_from_the_index_alone(many: Database, scope: tuple[str, ...]) -> None:
    counted, _ = _asked(many, scope, None, 1)
    plan = _plan(many, counted)
    if many.is_sqlite:
        assert _ways(plan, "SCAN", "SEARCH") == ["SEARCH case USING COVERING INDEX ix_case_stalled (stalled_since>?)"]
    else:
        assert _ways(plan, "Scan on", "Scan using") == ['Index Only Scan using ix_case_stalled on "case"']


def _asked(database: Database, scope: tuple[str, ...], cause: StallCause | None, page: int) -> list[Asked]:
    """What the list asks of the database."""
    statements = list[Asked]()

    def heard(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append((statement, parameters))

    with database.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", heard)
    try:
        queries.stalled(database, _codes(scope), StalledWhich(cause), now=NOON, page=page)
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    return statements


def _plan(database: Database, asked: Asked) -> list[str]:
    """The steps by which the database would answer."""
    statement, parameters = asked
    with database.read() as session:
        if database.is_sqlite:
            return [step[3] for step in _explained(session, f"EXPLAIN QUERY PLAN {statement}", parameters)]
        steps = _explained(session, f"EXPLAIN (COSTS OFF) {statement}", parameters)
        return [step[0].strip().removeprefix("->").strip() for step in steps]


def _explained(session: Session, statement: str, parameters: Any) -> list[Any]:
    return list(session.connection().exec_driver_sql(statement, parameters))


def _ways(plan: list[str], *words: str) -> list[str]:
    """The steps that read a table, or sort."""
    return [step for step in plan if any(word in step for word in words)]


def _codes(scope: tuple[str, ...]) -> list[MunicipalityCode]:
    return [MunicipalityCode(code) for code in scope]
