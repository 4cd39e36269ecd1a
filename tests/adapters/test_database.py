import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import func, select

from adapters.database import Database, LogNotEmptied
from models.tables import JobRow, PartnerRow
from tests.adapters.conftest import Databases

NOON = datetime(2027, 4, 5, 12, tzinfo=UTC)


def test_a_transaction_is_written_whole_or_not_at_all(databases: Databases) -> None:
    with pytest.raises(RuntimeError), databases.main.write() as session:
        session.add(JobRow(name="sweep", ended_at=NOON, found=0))
        session.flush()
        raise RuntimeError
    with databases.main.read() as session:
        assert session.get(JobRow, "sweep") is None


def test_a_reading_session_cannot_write(databases: Databases) -> None:
    with pytest.raises(DBAPIError), databases.main.read() as session:
        session.add(JobRow(name="sweep", ended_at=NOON, found=0))
        session.flush()


def test_a_row_is_inserted_once(databases: Databases) -> None:
    with databases.main.write() as session:
        first = databases.main.insert_once(session, JobRow(name="sweep", ended_at=NOON, found=1))
        second = databases.main.insert_once(session, JobRow(name="sweep", ended_at=NOON, found=2))
    with databases.main.read() as session:
        assert (first, second, session.get_one(JobRow, "sweep").found) == (True, False, 1)


def test_an_error_does_not_repeat_the_values(databases: Databases) -> None:
    with pytest.raises(IntegrityError) as raised, databases.main.write() as session:
        session.add(PartnerRow(id="p", name="Woonstee", type="Geheime waarde"))
    assert "Geheime waarde" not in str(raised.value)


def test_moments_come_back_aware(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(JobRow(name="sweep", ended_at=NOON, found=0))
    with databases.main.read() as session:
        assert session.get_one(JobRow, "sweep").ended_at == NOON


def test_a_server_that_dropped_its_connections_is_not_noticed(databases: Databases) -> None:
    if databases.main.is_sqlite:
        pytest.skip("SQLite has no server")
    with databases.main.read() as session:
        process = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with databases.main.write() as session:
        session.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    with databases.main.read() as session:
        assert session.get(JobRow, "sweep") is None


def test_a_lock_keeps_two_threads_apart(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(JobRow(name="sweep", ended_at=NOON, found=0))
    start = threading.Barrier(4)

    def count_up() -> None:
        start.wait()
        for _ in range(25):
            with databases.main.write() as session:
                databases.main.lock(session, "b", "a", "b")
                row = session.get_one(JobRow, "sweep")
                row.found += 1

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count_up) for _ in range(4)]:
            done.result()
    with databases.main.read() as session:
        assert session.get_one(JobRow, "sweep").found == 100


def test_processes_write_at_once_without_a_locked_database(databases: Databases) -> None:
    url = databases.main.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(_write_jobs, url, process) for process in range(4)]:
            done.result()
    with databases.main.read() as session:
        assert session.exec(select(func.count()).select_from(JobRow)).one() == 200


def _write_jobs(url: str, process: int) -> None:
    database = Database(url)
    for number in range(50):
        with database.write() as session:
            session.add(JobRow(name=f"{process}-{number}", ended_at=NOON, found=0))
    database.close()


def test_sqlite_is_set_up_for_its_work(tmp_path: Path) -> None:
    vault = Database(f"sqlite:///{tmp_path}/new/vault.db", full_sync=True)
    with vault.read() as session:
        found = [
            session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        ]
    assert found == ["wal", 2, 1, 1, 10_000]
    assert (tmp_path / "new" / "vault.db").stat().st_mode & 0o077 == 0
    vault.close()


def test_the_log_cannot_be_emptied_while_somebody_keeps_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.database._BUSY_SECONDS", 0)
    database = Database(f"sqlite:///{tmp_path}/busy.db")
    with database.write() as session:
        session.execute(text("CREATE TABLE seen (number INTEGER)"))
    with database.read() as reader:
        reader.execute(text("SELECT * FROM seen")).all()
        with database.write() as session:
            session.execute(text("INSERT INTO seen VALUES (1)"))
        with pytest.raises(LogNotEmptied):
            database.empty_log()
    database.empty_log()
    assert (tmp_path / "busy.db-wal").stat().st_size == 0
    database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError):
        Database(url)
