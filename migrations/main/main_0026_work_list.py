"""The work list is filtered by route and neighbourhood, and read in its own order from an index."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0026"
down_revision: str | None = "main_0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ROUTE = {"sqlite": "json_extract(terms, '$.route')", "postgresql": "terms ->> 'route'"}


def upgrade() -> None:
    op.add_column("task", sa.Column("route", sa.String(), nullable=False, server_default=""))
    # `cli.py prepare` fills it in: it is known to the vault alone.
    op.add_column("task", sa.Column("area", sa.String(), nullable=True))
    op.add_column("task", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("task", sa.Column("sorts_at", sa.DateTime(), nullable=True))
    op.add_column("task", sa.Column("term_at", sa.DateTime(), nullable=True))
    route = _ROUTE[op.get_bind().dialect.name]
    of_case = 'FROM "case" WHERE "case".id = task.case_id'
    op.execute(
        f"""
        UPDATE task SET
            route = coalesce((SELECT {route} {of_case}), ''),
            sorts_at = coalesce((SELECT stalled_since {of_case}), due_at),
            term_at = due_at,
            rank = task.priority
                + CASE WHEN task.urgent OR EXISTS (SELECT 1 {of_case} AND "case".urgent) THEN 0 ELSE 100 END
                + CASE WHEN EXISTS (SELECT 1 {of_case} AND stalled_since IS NOT NULL) THEN 0 ELSE 10 END
        """
    )
    op.drop_index("ix_task_worklist", "task")
    op.create_index(
        "ix_task_counted", "task", ["municipality", "queue", "owner", "kind", "route", "area", "opens_at", "term_at"]
    )
    op.create_index(
        "ix_task_in_order",
        "task",
        [
            *("rank", "sorts_at", "id", "municipality", "opens_at"),
            *("queue", "owner", "kind", "route", "area", "term_at"),
        ],
    )
    op.create_index(
        "ix_task_later",
        "task",
        [
            *("opens_at", "rank", "id", "municipality"),
            *("queue", "owner", "kind", "route", "area", "term_at"),
        ],
    )
    # Of nobody's work there may be very much: this index is no way to it.
    owned = sa.text("owner IS NOT NULL")
    op.create_index("ix_task_owner", "task", ["owner", "opens_at"], sqlite_where=owned, postgresql_where=owned)
