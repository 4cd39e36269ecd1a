"""What a partner was told last, and of each batch when it left and whether it was received."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0011"
down_revision: str | None = "main_0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "feedback_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("received_by", sa.String(), nullable=True),
        sa.CheckConstraint("(received_at IS NULL) = (received_by IS NULL)", name=op.f("ck_feedback_batch_received")),
        sa.PrimaryKeyConstraint("id", name="pk_feedback_batch"),
    )
    op.create_index("ix_feedback_batch_told", "feedback_batch", ["municipality", "partner_id", "delivered_at"])
    with op.batch_alter_table("feedback") as feedback:
        feedback.add_column(sa.Column("told_code", sa.String(), nullable=True))
        feedback.add_column(sa.Column("told_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE feedback SET told_code = code, told_at = delivered_at WHERE delivered_at IS NOT NULL")
    op.execute(
        "INSERT INTO feedback_batch (id, municipality, partner_id, signals, delivered_at) "
        "SELECT batch_id, municipality, partner_id, count(*), min(delivered_at) FROM feedback "
        "WHERE delivered_at IS NOT NULL GROUP BY batch_id, municipality, partner_id"
    )
    op.create_index("ix_signal_partner", "signal", ["partner_id", "municipality", "received_at"])
