"""When members of staff work, and where their own calendars read their callbacks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0006"
down_revision: str | None = "main_0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "working_hours",
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.String(), nullable=False),
        sa.Column("closes", sa.String(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_working_hours_weekday")),
        sa.CheckConstraint("closes > opens", name=op.f("ck_working_hours_times")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_working_hours_staff"),
        sa.PrimaryKeyConstraint("staff", "weekday", "opens", name="pk_working_hours"),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_calendar_feed_staff"),
        sa.PrimaryKeyConstraint("staff", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
    )
