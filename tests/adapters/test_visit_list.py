"""The visits of a day are found from their small end, however many are open."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from models.ids import StaffId
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.builders import NOW, ZONNEDIJK
from web.visit_queries import day_of_visits
from web.work_queries import Reader

TODAY = NOW.date()
SCOPES = [(ZONNEDIJK,), (ZONNEDIJK, MunicipalityCode("9902"))]


@pytest.mark.parametrize("scope", SCOPES, ids=len)
def test_no_list_reads_every_open_visit(databases: Databases, scope: tuple[MunicipalityCode, ...]) -> None:
    if not databases.main.is_sqlite:
        pytest.skip("without rows PostgreSQL reads no index")
    asked = list[tuple[str, Any]]()

    def heard(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    with databases.main.read() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", heard)
    day_of_visits(databases.main, Reader(StaffId("noor"), scope), TODAY + timedelta(days=1), today=TODAY)
    event.remove(engine, "before_cursor_execute", heard)
    with databases.main.read() as session:
        plans = [
            [str(step[3]) for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", parameters)]
            for each, parameters in asked
        ]
    assert [plan[0] for plan in plans if "task" in plan[0]] == [
        "SEARCH task USING INDEX ix_task_of_kind (kind=? AND opens_at<?)",
        *["SEARCH task USING INDEX ix_task_case_id (case_id=?)"] * 2,
    ]
    assert not any("task" in step and "SCAN" in step for plan in plans for step in plan)
    [free] = [plan for plan in plans if "ix_task_of_kind" in plan[0]]
    assert not any("TEMP B-TREE" in step for step in free)
