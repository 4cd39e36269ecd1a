"""How often notes were kept in which something may not belong."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0038"
down_revision: str | None = "main_0041"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "note_doubt",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "month", "subject", "ended", name="pk_note_doubt"),
    )
