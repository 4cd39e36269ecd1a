"""More is counted of a case that closes: when it was opened, who reported it, whom it reached how, and where."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0013"
down_revision: str | None = "main_0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("statistic", sa.Column("month_opened", sa.String(), nullable=False, server_default=""))
    op.add_column("statistic", sa.Column("partners", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("statistic", sa.Column("reach", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("statistic", sa.Column("first_attempt", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_statistic_month", "statistic", ["municipality", "month"])
    op.create_table(
        "area_count",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "month", "area", name="pk_area_count"),
    )
