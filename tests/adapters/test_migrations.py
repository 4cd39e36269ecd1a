import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel, col, select

from adapters.certificates import Certificates
from adapters.database import Database
from adapters.migrate import METADATA, Which, upgrade
from models.ids import CaseId, unit_of_case
from models.tables import (
    AmountQuestionRow,
    AuditProcessRow,
    CaseRow,
    CertificateMarkRow,
    CommandRow,
    FeedbackBatchRow,
    FeedbackRow,
    MunicipalityRow,
    SignalRow,
    StatisticRow,
    TaskRow,
)
from models.vault_tables import CertificateRow
from policy.work_order import rank
from tests.adapters.conftest import Databases, drop_postgresql, new_postgresql

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)
BOTH: list[Which] = ["main", "vault"]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/odd%20 na%me/new.db"
        return
    url = new_postgresql()
    yield url
    drop_postgresql(url)


@pytest.mark.parametrize("which", BOTH)
def test_migrated_tables_are_the_tables_of_the_models(empty_url: str, which: Which) -> None:
    upgrade(empty_url, which)
    database = Database(empty_url)
    with database.migrating().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA[which]) == []
    database.close()


@pytest.mark.parametrize("which", BOTH)
def test_constraints_are_there_with_their_names(empty_url: str, which: Which) -> None:
    upgrade(empty_url, which)
    database = Database(empty_url)
    there = inspect(database.migrating())
    for table in METADATA[which].sorted_tables:
        wanted = {str(found.name) for found in table.constraints if found.name}
        names = {
            *(str(found["name"]) for found in there.get_check_constraints(table.name)),
            *(str(found["name"]) for found in there.get_foreign_keys(table.name)),
            *(str(found["name"]) for found in there.get_unique_constraints(table.name)),
            str(there.get_pk_constraint(table.name)["name"]),
        }
        assert {name for name in names if name.startswith(("ck_", "fk_", "uq_", "pk_"))} == wanted
    database.close()


def test_migrating_twice_and_at_once_is_migrating_once(empty_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(upgrade, empty_url, "vault") for _ in range(3)]:
            done.result()
    upgrade(empty_url, "vault")


def test_cases_of_the_first_tables_get_the_usual_priority_and_lose_nothing(empty_url: str) -> None:
    upgrade(empty_url, "main", to="main_0001")
    database = Database(empty_url)
    with database.write() as session:
        session.add(MunicipalityRow(code="9901", name="Zonnedijk"))
        session.flush()
        session.execute(
            text(
                'INSERT INTO "case" (id, unit_id, municipality, phase, opened_at, sequence, urgent, state) '
                "VALUES ('case-1', 'unit', '9901', 'contact', '2027-04-05 12:00:00', 3, false, '{}')"
            )
        )
    upgrade(empty_url, "main")
    with database.read() as session:
        case = session.exec(select(CaseRow)).one()
    assert (case.id, case.municipality, case.opened_at, case.sequence, case.priority) == (
        "case-1",
        "9901",
        NOON,
        3,
        2,
    )
    database.close()


def test_tasks_of_before_get_their_place_and_kinds_of_partner_and_cases_their_oldest_signal(empty_url: str) -> None:
    upgrade(empty_url, "main", to="main_0022")
    database = Database(empty_url)
    with database.write() as session:
        for statement in _BEFORE_LISTS_WERE_IN_ORDER:
            session.execute(text(statement))
    upgrade(empty_url, "main")
    with database.read() as session:
        tasks = {row.id: (row.rank, row.sorts_at and row.sorts_at.hour) for row in session.exec(select(TaskRow))}
        kinds = {row.id: row.partner_types for row in session.exec(select(TaskRow))}
        oldest = {row.id: row.oldest_signal_at for row in session.exec(select(CaseRow))}
    database.close()
    assert kinds == {"case-1": "+Energie+Huur+", "urgent": "+Energie+Huur+", "case-2": ""}
    assert tasks == {
        "case-1": (rank(urgent=False, late=False, priority=3), 17),
        "case-2": (rank(urgent=True, late=True, priority=1), 8),
        "urgent": (rank(urgent=True, late=False, priority=3), 17),
    }
    assert oldest == {"case-1": NOON - timedelta(hours=2), "case-2": None}


_BEFORE_LISTS_WERE_IN_ORDER = [
    "INSERT INTO municipality (code, name) VALUES ('9901', 'Zonnedijk')",
    "INSERT INTO partner (id, name, type) VALUES ('woonstee', 'Woonstee', 'Huur')",
    "INSERT INTO delivery (id, municipality, partner_id, received_at, received_by) "
    "VALUES ('delivery', '9901', 'woonstee', '2027-04-05 12:00:00', 'noor')",
    *(
        'INSERT INTO "case" (id, unit_id, municipality, phase, opened_at, sequence, urgent, stalled_since, state) '
        f"VALUES ('{case}', 'unit', '9901', 'contact', '2027-04-05 12:00:00', 3, {urgent}, {stalled}, '{{}}')"
        for case, urgent, stalled in (("case-1", "false", "NULL"), ("case-2", "true", "'2027-04-05 08:00:00'"))
    ),
    *(
        "INSERT INTO task (id, case_id, municipality, kind, code, queue, urgent, priority, opens_at, due_at) "
        f"VALUES ('{task}', '{case}', '9901', 'call', 'c', 'q', {urgent}, {priority}, "
        "'2027-04-05 12:00:00', '2027-04-05 17:00:00')"
        for task, case, urgent, priority in (
            ("case-1", "case-1", "false", 3),
            ("urgent", "case-1", "true", 3),
            ("case-2", "case-2", "false", 1),
        )
    ),
    *(
        "INSERT INTO delivered_row (id, delivery_id, number, unit_id, status, errors) "
        f"VALUES ('row-{hour}', 'delivery', {hour}, 'unit', 'opened', '[]')"
        for hour in (10, 11)
    ),
    *(
        "INSERT INTO signal (id, unit_id, row_id, municipality, partner_id, partner_type, case_id, person_id, status, "
        "amount_cents, signal_date, received_at, crisis, warm_handover, recurrence) "
        f"VALUES ('signal-{hour}', 'unit', 'row-{hour}', '9901', 'woonstee', '{kind}', 'case-1', 'p', 's', 1, "
        f"'2027-04-05', '2027-04-05 {hour}:00:00', false, false, 'single')"
        for hour, kind in ((10, "Huur"), (11, "Energie"))
    ),
]
"""A case of before with two signals and two tasks, one of them urgent; and an urgent case that stands still."""


def test_no_signal_of_before_was_compared(empty_url: str) -> None:
    upgrade(empty_url, "main", to="main_0002")
    database = Database(empty_url)
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO statistic (id, municipality, month, partner_types, signals, attempts, reached, outcome, "
                "acceptance) VALUES ('1', '9901', '2027-03', '[]', 2, '{}', false, '', '')"
            )
        )
    upgrade(empty_url, "main")
    with database.read() as session:
        counted = session.exec(select(StatisticRow)).one()
    assert (counted.signals, counted.successive, counted.not_compared) == (2, 0, 2)
    assert (counted.month_opened, counted.partners, counted.reach, counted.first_attempt) == ("", 0, {}, "")
    database.close()


def test_questions_that_were_idle_before_stay_off_the_lists(empty_url: str) -> None:
    upgrade(empty_url, "main", to="main_0019")
    database = Database(empty_url)
    with database.write() as session:
        for statement in _TOLD_BEFORE[:7]:
            session.execute(text(statement))
        for number, dropped in ((1, "true"), (2, "false")):
            session.execute(
                text(
                    "INSERT INTO amount_question (id, signal_id, municipality, partner_id, asked_at, asked_by, "
                    f"dropped) VALUES ('{number}', '1', '9901', 'woonstee', '2027-04-05 12:00:00', 'noor', {dropped})"
                )
            )
    upgrade(empty_url, "main")
    with database.read() as session:
        questions = session.exec(select(AmountQuestionRow).order_by(col(AmountQuestionRow.id))).all()
    assert [(row.dropped, row.unlisted) for row in questions] == [(True, True), (False, False)]
    database.close()


def test_what_partners_were_told_before_stays_known(empty_url: str) -> None:
    upgrade(empty_url, "main", to="main_0008")
    database = Database(empty_url)
    with database.write() as session:
        for statement in _TOLD_BEFORE:
            session.execute(text(statement))
    upgrade(empty_url, "main")
    with database.read() as session:
        told = [(row.signal_id, row.told_code, row.told_at) for row in session.exec(select(FeedbackRow))]
        batch = session.exec(select(FeedbackBatchRow)).one()
    assert sorted(told) == [("1", "afgehandeld", NOON), ("2", "niet opgepakt", NOON), ("3", None, None)]
    assert (batch.id, batch.partner_id, batch.signals, batch.delivered_at) == ("batch", "woonstee", 2, NOON)
    assert (batch.received_at, batch.received_by) == (None, None)
    database.close()


_TOLD_BEFORE = (
    "INSERT INTO municipality (code, name) VALUES ('9901', 'Zonnedijk')",
    "INSERT INTO partner (id, name, type) VALUES ('woonstee', 'Woonstee', 'Huur')",
    "INSERT INTO delivery (id, municipality, partner_id, received_at, received_by) "
    "VALUES ('d', '9901', 'woonstee', '2027-04-05 12:00:00', 'noor')",
    *(
        f"INSERT INTO delivered_row (id, delivery_id, number, unit_id, status, errors) "
        f"VALUES ('{number}', 'd', {number}, 'unit', 'opened', '[]')"
        for number in (1, 2, 3)
    ),
    *(
        f"INSERT INTO signal (id, unit_id, row_id, municipality, partner_id, partner_type, person_id, status, "
        f"amount_cents, signal_date, received_at, crisis, warm_handover, recurrence) VALUES ('{number}', 'unit', "
        f"'{number}', '9901', 'woonstee', 'Huur', 'p', 'Opgepakt', 1, '2027-04-01', '2027-04-05 12:00:00', false, "
        "false, 'first')"
        for number in (1, 2, 3)
    ),
    *(
        f"INSERT INTO feedback (signal_id, case_id, municipality, partner_id, code, owed_at, batch_id, delivered_at) "
        f"VALUES ('{number}', 'case', '9901', 'woonstee', '{code}', '2027-04-05 11:00:00', {told})"
        for number, code, told in (
            (1, "afgehandeld", "'batch', '2027-04-05 12:00:00'"),
            (2, "niet opgepakt", "'batch', '2027-04-05 12:00:00'"),
            (3, "afgehandeld", "'next', NULL"),
        )
    ),
)


def test_certificates_of_before_get_the_start_of_their_term_and_stay_append_only(empty_url: str) -> None:
    upgrade(empty_url, "vault", to="vault_0001")
    database = Database(empty_url)
    with database.write() as session:
        session.execute(
            text(
                "INSERT INTO certificate (id, municipality, units, rule, defect, rows, executions, erased_at) "
                "VALUES ('1', '9901', '[]', :rule, '', 1, 1, '2027-10-05 12:00:00')"
            ),
            {"rule": json.dumps({"started_at": "2027-04-05T14:00:00+02:00"})},
        )
    upgrade(empty_url, "vault")
    with database.read() as session:
        certificate = session.exec(select(CertificateRow)).one()
    assert (certificate.started_at, certificate.rows) == (NOON, 1)
    for statement in ("UPDATE certificate SET started_at = NULL", "DELETE FROM certificate"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(text(statement))
    database.close()


def test_certificates_of_before_are_the_beginning_of_the_chain(empty_url: str, tmp_path: Path) -> None:
    upgrade(empty_url, "vault", to="vault_0002")
    database = Database(empty_url)
    with database.write() as session:
        for id, erased_at in (
            ("c", "2027-10-05 12:00:00"),
            ("a", "2027-10-06 12:00:00.5"),
            ("b", "2027-10-06 12:00:00.5"),
        ):
            session.execute(
                text(
                    "INSERT INTO certificate (id, municipality, units, rule, defect, rows, executions, erased_at, "
                    "started_at) VALUES (:id, '9901', '[\"case-1\"]', :rule, '', 1, 1, :at, '2027-04-05 12:00:00')"
                ),
                {"id": id, "at": erased_at, "rule": json.dumps({"ground": "één jaar", "term": {"months": 6}})},
            )
    upgrade(empty_url, "vault")
    upgrade(f"sqlite:///{tmp_path}/main.db", "main")
    main = Database(f"sqlite:///{tmp_path}/main.db")
    chain = Certificates(main, database)
    chain.mark_all()
    assert list(chain.faults()) == []
    with database.read() as session:
        rows = session.exec(select(CertificateRow).order_by(col(CertificateRow.number))).all()
    assert [(row.id, row.number) for row in rows] == [("c", 1), ("a", 2), ("b", 3)]
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text("UPDATE certificate SET number = NULL"))
    main.close()
    database.close()


def test_the_stalled_list_has_an_index_of_stalled_cases_only(databases: Databases) -> None:
    indexes = {found["name"]: found for found in inspect(databases.main.migrating()).get_indexes("case")}
    assert set(indexes) == {str(index.name) for index in METADATA["main"].tables["case"].indexes}
    dialect = "sqlite" if databases.main.is_sqlite else "postgresql"
    where = str(indexes["ix_case_stalled"]["dialect_options"][f"{dialect}_where"])
    assert "closed_at IS NULL" in where and "stalled_since IS NOT NULL" in where


REFUSED: list[SQLModel] = [
    SignalRow(
        id="s",
        unit_id="u",
        row_id="r",
        municipality="9901",
        partner_id="woonstee",
        partner_type="Huur",
        person_id="p",
        status="Opgepakt",
        amount_cents=-1,
        signal_date=NOON.date(),
        received_at=NOON,
        crisis=False,
        warm_handover=False,
    ),
    CaseRow(id="c", unit_id="u", municipality="9901", phase="closed", opened_at=NOON),
    CaseRow(id="c", unit_id="u", municipality="9901", phase="contact", opened_at=NOON, closed_at=NOON),
    CaseRow(id="c", unit_id="u", municipality="0000", phase="contact", opened_at=NOON),
    CaseRow(id="c", unit_id="u", municipality="9901", phase="contact", opened_at=NOON, priority=0),
    TaskRow(
        id="t",
        case_id="c",
        municipality="9901",
        kind="k",
        code="c",
        queue="q",
        opens_at=NOON,
        due_at=NOON,
        rank=0,
        sorts_at=NOON,
        priority=5,
    ),
    CommandRow(id="c", case_id="c", kind="k", by="b", document_id="d", created_at=NOON, status="lost"),
    CommandRow(id="c", case_id="c", kind="k", by="b", document_id="d", created_at=NOON, status="accepted"),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: type(row).__name__)
def test_rows_that_make_no_sense_are_refused(databases: Databases, row: SQLModel) -> None:
    values: dict[str, Any] = row.model_dump()
    with pytest.raises(IntegrityError), databases.main.write() as session:
        session.add(type(row)(**values))


def test_certificates_can_only_be_added(databases: Databases) -> None:
    vault = databases.vault.database
    with vault.write() as session:
        session.add(
            CertificateRow(
                id="1",
                municipality="9901",
                units=[unit_of_case(CaseId("1"))],
                rule={},
                rows=1,
                executions=1,
                erased_at=NOON,
            )
        )
    for statement in ("UPDATE certificate SET rows = 2", "DELETE FROM certificate"):
        with pytest.raises(DBAPIError, match="append-only"), vault.write() as session:
            session.execute(text(statement))
    with vault.read() as session:
        assert [row.rows for row in session.exec(select(CertificateRow))] == [1]


def test_marks_of_certificates_can_only_be_added(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(CertificateMarkRow(number=1, hash="a"))
    for statement in ("UPDATE certificate_mark SET hash = 'b'", "DELETE FROM certificate_mark"):
        with pytest.raises(DBAPIError, match="append-only"), databases.main.write() as session:
            session.execute(text(statement))


def test_what_happened_can_only_be_added(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(
            AuditProcessRow(
                fact_id="1",
                case_id="1",
                sequence=1,
                kind="case_closed",
                at=NOON,
                by="system",
                phase_before="feedback",
                phase_after="closed",
            )
        )
    for statement in ("UPDATE audit_process SET sequence = 2", "DELETE FROM audit_process"):
        with pytest.raises(DBAPIError, match="append-only"), databases.main.write() as session:
            session.execute(text(statement))
