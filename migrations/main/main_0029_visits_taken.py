"""Who takes which home visits along on a day, and an index by which the visits of a day are found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0029"
down_revision: str | None = "main_0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "visit_taken",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("companion", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("taken_from", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_visit_taken"),
    )
    for column in ("staff", "companion", "day"):
        op.create_index(f"ix_visit_taken_{column}", "visit_taken", [column])
    op.create_index("ix_task_of_kind", "task", ["kind", "opens_at", "id"])
