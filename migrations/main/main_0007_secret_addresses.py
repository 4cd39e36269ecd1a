"""Who may see a secret address, and who looked at one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0007"
down_revision: str | None = "main_0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("sees_secret_addresses", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "address_look",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_address_look"),
    )
    op.create_index("ix_address_look_case_id", "address_look", ["case_id"])
