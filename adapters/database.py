"""One database: SQLite in a file, or PostgreSQL. Transactions are short, in threads, never across an await."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, create_engine, event, text, update
from sqlalchemy import inspect as inspect_mapper
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel

from models.errors import CodedError

_BUSY_SECONDS = 10


class LogNotEmptied(CodedError):
    """SQLite's write-ahead log could not be emptied because somebody kept reading; trying again is safe."""


class Database:
    """The door to one database. Safe to share between threads; make one per process and URL.

    `full_sync`: every commit survives a power cut (the vault). Without it SQLite may lose the last commits in a power
    cut, never in a crash of the process; the workflow publishes those again.
    """

    def __init__(self, url: str, *, full_sync: bool = False) -> None:
        self.url = _normal(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _make_file(self.url)
        self._writer = _engine(self.url, full_sync=full_sync, read_only=False)
        self._reader = _engine(self.url, full_sync=full_sync, read_only=True)
        # SQLite lets waiting writers poll; a queue inside the process is fairer and faster with many threads.
        self._turn: threading.RLock | nullcontext[None] = threading.RLock() if self.is_sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction that takes the write lock at its start: committed at the end, undone by any exception.

        Never nest it for one database.
        """
        with self._turn, Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that cannot write and sees one moment (SQLite) or each statement's moment (PostgreSQL)."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def lock(self, session: Session, *keys: str) -> None:
        """Holds the named locks until the transaction ends, in an order that cannot deadlock.

        On SQLite the write transaction itself is that lock.
        """
        if self.is_sqlite:
            return
        for number in sorted({_number(key) for key in keys}):
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": number})

    def insert_once(self, session: Session, row: SQLModel) -> bool:
        """Inserts the row unless one with its key (or another unique value of it) exists; whether it was inserted."""
        session.flush()
        mapper = inspect_mapper(type(row))
        values = {column.key: getattr(row, column.key) for column in mapper.column_attrs}
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        # What comes back tells it; PostgreSQL's driver does not count rows of such a statement.
        written = insert(type(row)).values(values).on_conflict_do_nothing().returning(*mapper.primary_key)
        return session.connection().execute(written).first() is not None

    def count(self, session: Session, row: SQLModel, **counts: int) -> None:
        """Adds to the counts of the row with this key. Where there is none yet, it begins as the one that is given."""
        self.insert_once(session, row)
        table, mapper = type(row), inspect_mapper(type(row))
        its = [mapper.get_property_by_column(column) for column in mapper.primary_key]
        session.execute(
            update(table)
            .where(*(each.class_attribute == getattr(row, each.key) for each in its))
            .values({name: getattr(table, name) + count for name, count in counts.items()})
        )

    def insert_all_once(self, session: Session, rows: Sequence[SQLModel]) -> None:
        """Inserts rows of one table, each unless it exists; all in one statement."""
        if rows:
            self.insert_values_once(session, type(rows[0]), [row.model_dump() for row in rows])

    def insert_values_once(self, session: Session, table: type[SQLModel], values: Sequence[Mapping[str, Any]]) -> None:
        """The same of values by column, every one of which is given: a row that is made to be taken apart again costs
        more than writing it."""
        if not values:
            return
        session.flush()
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        session.connection().execute(insert(table).on_conflict_do_nothing(), values)

    def empty_log(self) -> None:
        """Returns when what was deleted is gone from SQLite's write-ahead log too. On PostgreSQL that is up to the
        installation (vacuum and its log's horizon). Raises `LogNotEmptied`."""
        if not self.is_sqlite:
            return
        for attempt in range(5):
            sleep(0.1 * attempt)
            with self._turn, self._writer.connect() as connection:
                raw = connection.connection.cursor()
                busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                raw.close()
            if not busy:
                return
        raise LogNotEmptied("vault.log_busy")

    def migrating(self) -> Engine:
        """The engine for whoever changes the tables themselves."""
        return self._writer

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def begins_with(column: Mapped[str], start: str) -> tuple[ColumnElement[bool], ...]:
    """Ids that begin so. Neither database looks in an index for a LIKE, so the index is given a range around it; no id
    of ours goes on with anything past a z."""
    return column >= start, column < f"{start}z", column.startswith(start, autoescape=True)


def _normal(url: str) -> URL:
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValueError("a database is sqlite:///file or postgresql://…")
    return parsed


def _make_file(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise ValueError("a SQLite database needs a file")
    path = Path(url.database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)


def _engine(url: URL, *, full_sync: bool, read_only: bool) -> Engine:
    # An exception of a statement must never repeat its parameters.
    is_sqlite = url.get_backend_name() == "sqlite"
    # A server that was restarted has closed what lies in the pool; asking before use makes a new one instead.
    engine = create_engine(url, hide_parameters=True, pool_size=20, max_overflow=40, pool_pre_ping=not is_sqlite)
    if is_sqlite:
        engine.dialect.statement_compiler = _HintedCompiler
        _prepare_sqlite(engine, full_sync=full_sync, read_only=read_only)
    elif read_only:
        return engine.execution_options(postgresql_readonly=True)
    return engine


class _HintedCompiler(SQLiteCompiler):
    """Writes what `with_hint` says of a table, such as INDEXED BY; by itself SQLAlchemy leaves it out on SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


def _prepare_sqlite(engine: Engine, *, full_sync: bool, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: object) -> None:
        # The driver's own habit is to begin transactions late and deferred; here they begin below, and only there.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
        _use_write_ahead_log(cursor)
        cursor.execute(f"PRAGMA synchronous = {'FULL' if full_sync else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # Deleted bytes are overwritten, so that what is erased cannot be read from the file.
        cursor.execute("PRAGMA secure_delete = ON")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _use_write_ahead_log(cursor: Any) -> None:
    # Two processes that first meet a new file may both want to switch it, and SQLite does not wait for that lock.
    for _ in range(100):
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
                return
            cursor.execute("PRAGMA journal_mode = WAL")
        except Exception as error:
            if "locked" not in str(error):
                raise
            sleep(0.05)
