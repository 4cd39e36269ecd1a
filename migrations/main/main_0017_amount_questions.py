"""Partners are asked what is owed now; each signal has one open question at most."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0017"
down_revision: str | None = "main_0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STILL_ASKED = sa.text("answered_at IS NULL AND NOT dropped")


def upgrade() -> None:
    op.create_table(
        "amount_question",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_amount_question_answered")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name="fk_amount_question_signal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amount_question"),
    )
    op.create_index("ix_amount_question_signal_id", "amount_question", ["signal_id"])
    op.create_index("ix_amount_question_list", "amount_question", ["municipality", "partner_id", "asked_at"])
    op.create_index(
        "ix_amount_question_open",
        "amount_question",
        ["signal_id"],
        unique=True,
        sqlite_where=_STILL_ASKED,
        postgresql_where=_STILL_ASKED,
    )
