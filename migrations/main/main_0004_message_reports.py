"""What is heard of messages after they left; when and to whom each was handed over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0004"
down_revision: str | None = "main_0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("message", sa.Column("handed_at", sa.DateTime(), nullable=True))
    op.add_column("message", sa.Column("carrier", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "message_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_message_report"),
    )
    op.create_index("ix_message_report_case_id", "message_report", ["case_id"])
    op.create_index("ix_message_report_untold", "message_report", ["told_at", "heard_at"])
