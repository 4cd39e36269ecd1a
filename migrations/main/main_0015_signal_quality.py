"""Of each partner and month is counted how its signals ended, so that it stays when they are erased."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0015"
down_revision: str | None = "main_0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "partner_count",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "partner_id", "month", "figure", "line", name="pk_partner_count"),
    )
