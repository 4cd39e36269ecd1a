"""Both databases, really there: SQLite files always, PostgreSQL when SIGNAALREIS_TEST_POSTGRES_URL names a server."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from adapters.database import Database
from adapters.migrate import Which, upgrade
from adapters.vault import Vault
from models.tables import MunicipalityRow, PartnerRow

MASTER_KEY = bytes(range(32))
_SERVER = os.environ.get("SIGNAALREIS_TEST_POSTGRES_URL", "")
_BOTH: tuple[Which, ...] = ("main", "vault")


@dataclass(frozen=True)
class Databases:
    """The main database with a municipality and two partners, and the vault."""

    main: Database
    vault: Vault
    folder: Path | None
    """Where the files are; None on PostgreSQL."""

    def files(self, name: str) -> bytes:
        """Everything SQLite keeps of a database on disk."""
        assert self.folder is not None
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob(f"{name}.db*")))

    def another_vault(self) -> Vault:
        """The same vault as another process opens it."""
        return Vault(Database(_text(self.vault.database.url), full_sync=True), MASTER_KEY)

    def close(self) -> None:
        self.main.close()
        self.vault.database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path, templates: "Templates") -> Iterator[Databases]:
    """Fresh, migrated databases."""
    with fresh_databases(request.param, tmp_path, templates) as opened:
        yield opened


@contextmanager
def fresh_databases(backend: str, folder: Path, templates: "Templates") -> Iterator[Databases]:
    """Fresh, migrated databases for a fixture with a scope of its own; skips the test where there is no PostgreSQL."""
    if backend == "sqlite":
        urls = templates.sqlite(folder)
    elif not _SERVER:
        pytest.skip("no PostgreSQL: SIGNAALREIS_TEST_POSTGRES_URL is not set")
    else:
        urls = templates.postgresql()
    opened = Databases(
        main=Database(urls["main"]),
        vault=Vault(Database(urls["vault"], full_sync=True), MASTER_KEY),
        folder=folder if backend == "sqlite" else None,
    )
    with opened.main.write() as session:
        session.add(MunicipalityRow(code="9901", name="Zonnedijk"))
        session.add(PartnerRow(id="woonstee", name="Woonstee", type="Huur"))
        session.add(PartnerRow(id="stroomnet", name="Stroomnet", type="Energie"))
    yield opened
    opened.close()
    templates.drop(urls)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Templates"]:
    made = Templates(tmp_path_factory.mktemp("templates"))
    yield made
    made.close()


class Templates:
    """Migrated once, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[Which, str] = {}
        for which in _BOTH:
            upgrade(f"sqlite:///{folder / which}.db", which)

    def sqlite(self, folder: Path) -> dict[Which, str]:
        for which in _BOTH:
            shutil.copy(self._folder / f"{which}.db", folder / f"{which}.db")
        return {which: f"sqlite:///{folder / which}.db" for which in _BOTH}

    def postgresql(self) -> dict[Which, str]:
        urls: dict[Which, str] = {}
        for which in _BOTH:
            if which not in self._names:
                self._names[which] = _new_database()
                upgrade(_text(_server().set(database=self._names[which])), which)
            urls[which] = _text(_server().set(database=_new_database(self._names[which])))
        return urls

    def drop(self, urls: dict[Which, str]) -> None:
        for url in urls.values():
            if url.startswith("postgresql"):
                _drop(make_url(url).database)

    def close(self) -> None:
        for name in self._names.values():
            _drop(name)


def new_postgresql() -> str:
    """The URL of an empty database; the caller drops it with `drop_postgresql`."""
    if not _SERVER:
        pytest.skip("no PostgreSQL: SIGNAALREIS_TEST_POSTGRES_URL is not set")
    return _text(_server().set(database=_new_database()))


def drop_postgresql(url: str) -> None:
    _drop(make_url(url).database)


def _server() -> URL:
    return make_url(_SERVER)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _administration() -> Engine:
    return create_engine(_server(), isolation_level="AUTOCOMMIT")


def _new_database(template: str = "template0") -> str:
    name = f"signaalreis_test_{uuid.uuid4().hex[:12]}"
    engine = _administration()
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return name


def _drop(name: str | None) -> None:
    engine = _administration()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()
