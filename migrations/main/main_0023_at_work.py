"""Who has a case before them at this moment."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0023"
down_revision: str | None = "main_0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "at_work",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("taken_from", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_at_work"),
    )
    op.create_index("ix_at_work_until", "at_work", ["until"])
