"""Whether an address was reported before: of each signal, and counted of each closed case."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0003"
down_revision: str | None = "main_0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("signal", sa.Column("recurrence", sa.String(), nullable=False, server_default="not_compared"))
    op.add_column("statistic", sa.Column("successive", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("statistic", sa.Column("not_compared", sa.Integer(), nullable=False, server_default="0"))
    # No signal was compared before.
    op.execute("UPDATE statistic SET not_compared = signals")
