"""The supervisor's list reads an index in its own order; cases and tasks have a priority."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0002"
down_revision: str | None = "main_0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STANDS_STILL = sa.text("closed_at IS NULL AND stalled_since IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_case_stalled", table_name="case")
    op.create_index(
        "ix_case_stalled",
        "case",
        ["stalled_since", "id", "municipality", "stall_cause", "closed_at"],
        unique=False,
        sqlite_where=_STANDS_STILL,
        postgresql_where=_STANDS_STILL,
    )
    for table in ("case", "task"):
        _add_priority(table)


def _add_priority(table: str) -> None:
    # Both databases take a column with its constraint in this one statement. Alembic's own way on SQLite would make
    # the table anew, and whatever it does not know of the old one would be lost.
    op.execute(
        f'ALTER TABLE "{table}" ADD COLUMN priority INTEGER DEFAULT 2 NOT NULL '
        f"CONSTRAINT ck_{table}_priority CHECK (priority BETWEEN 1 AND 4)"
    )
