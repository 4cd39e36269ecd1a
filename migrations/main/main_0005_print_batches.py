"""Letters that wait for the printer, and the batches in which they go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0005"
down_revision: str | None = "main_0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "print_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_print_batch"),
    )
    op.create_index("ix_print_batch_municipality", "print_batch", ["municipality", "closed_at"])
    op.create_table(
        "print_letter",
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.CheckConstraint("(batch_id IS NULL) = (position IS NULL)", name="position"),
        sa.ForeignKeyConstraint(["batch_id"], ["print_batch.id"], name="fk_print_letter_batch_id"),
        sa.PrimaryKeyConstraint("step_id", name="pk_print_letter"),
        sa.UniqueConstraint("batch_id", "position", name="uq_print_letter_position"),
    )
    op.create_index("ix_print_letter_case_id", "print_letter", ["case_id"])
    op.create_index("ix_print_letter_waiting", "print_letter", ["municipality", "batch_id", "queued_at"])
