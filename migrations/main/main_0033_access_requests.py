"""Who asked for all that is held of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.tables import Moment

revision: str = "main_0033"
down_revision: str | None = "main_0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index("ix_access_request_person", "access_request", ["case_id", "person_id"])
