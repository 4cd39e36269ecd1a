"""A monthly sample of outcomes that colleagues judge: the draw, who judges what, and the counts that stay."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0016"
down_revision: str | None = "main_0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "review_draw",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_review_draw_municipality"),
        sa.PrimaryKeyConstraint("municipality", "month", name="pk_review_draw"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("judged_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(said IS NULL) = (judged_at IS NULL)", name=op.f("ck_review_judged")),
        sa.CheckConstraint("said IS NOT NULL OR reason IS NULL", name=op.f("ck_review_reason")),
        sa.CheckConstraint("reviewer <> recorded_by", name=op.f("ck_review_colleague")),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_case_id", "review", ["case_id"])
    op.create_index("ix_review_work", "review", ["municipality", "judged_at", "reviewer"])
    op.create_table(
        "review_count",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "month", "outcome", "said", "reason", name="pk_review_count"),
    )
