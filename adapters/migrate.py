"""Brings a database to the tables of this release. The two databases have their own, separate migrations."""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text

from adapters.database import Database
from models.tables import Row
from models.vault_tables import VaultRow

Which = Literal["main", "vault"]
METADATA: dict[Which, MetaData] = {"main": Row.metadata, "vault": VaultRow.metadata}

_FOLDER = Path(__file__).parent.parent / "migrations"


class BrokenReferences(Exception):
    """A migration left rows that refer to nothing; it was undone. The message names the tables."""


def upgrade(url: str, which: Which, *, to: str = "head") -> None:
    """Runs the migrations that the database does not have yet (up to the revision `to`), all or none. Processes that
    come at once take turns."""
    database = Database(url, full_sync=True)
    try:
        with database.migrating().connect() as connection:
            if database.is_sqlite:
                # Changing a table on SQLite is making it anew; its references are checked at the end instead.
                raw = connection.connection.cursor()
                raw.execute("PRAGMA foreign_keys = OFF")
                raw.close()
            with connection.begin():
                if not database.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(7121)"))
                command.upgrade(_config(connection, which), to)
                if database.is_sqlite:
                    _check_references(connection)
    finally:
        database.close()


def revision_of(database: Database) -> str:
    """The migration that the database had last."""
    with database.read() as session:
        return str(session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def new_revision(url: str, which: Which, *, name: str, message: str) -> None:
    """Writes a draft migration for what the tables in `models/` have and this (upgraded) database has not.

    For maintainers: read it, name every constraint, add triggers by hand.
    """
    database = Database(url)
    try:
        with database.migrating().begin() as connection:
            command.revision(_config(connection, which), message, autogenerate=True, rev_id=name)
    finally:
        database.close()


def _config(connection: Connection, which: Which) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("version_locations", str(_FOLDER / which).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA[which]
    return config


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BrokenReferences(", ".join(sorted({row[0] for row in broken})))
