"""What a supervisor's overview counts is read from indexes, how often cases begin to stand still is
counted, and that supervisors had their mail of the day is known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0025"
down_revision: str | None = "main_0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_IS_OPEN = sa.text("closed_at IS NULL")
_STANDS_STILL = sa.text("closed_at IS NULL AND stalled_since IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_case_stalled", table_name="case")
    _index_cases(
        "ix_case_stalled",
        ["stalled_since", "id", "municipality", "stall_cause", "closed_at", "queue", "owner"],
        _STANDS_STILL,
    )
    _index_cases(
        "ix_case_open",
        ["municipality", "queue", "owner", "opened_at", "next_code", "due_at", "phase", "closed_at"],
        _IS_OPEN,
    )
    op.create_index("ix_task_ahead", "task", ["municipality", "queue", "kind", "owner", "opens_at", "due_at"])
    op.create_index(
        "ix_statistic_closed", "statistic", ["municipality", "month", "reached", "first_attempt", "unjustified"]
    )
    op.create_index("ix_statistic_opened", "statistic", ["municipality", "month_opened"])
    op.create_table(
        "stall_count",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "month", name="pk_stall_count"),
    )
    op.create_table(
        "digest",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("handed_at", sa.DateTime(), nullable=False),
        sa.Column("fate", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name="pk_digest"),
    )
    op.create_index("ix_digest_handed_at", "digest", ["handed_at"])


def _index_cases(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "case", columns, unique=False, sqlite_where=where, postgresql_where=where)
