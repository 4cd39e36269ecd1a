"""Which signals went to the national statistics, and when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0010"
down_revision: str | None = "main_0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "cbs_delivery",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name="fk_cbs_delivery_signal_id"),
        sa.PrimaryKeyConstraint("signal_id", name="pk_cbs_delivery"),
    )
    op.create_index("ix_signal_received", "signal", ["municipality", "received_at", "id"])
