"""Several master keys side by side, and keys that outlive them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "vault_0007"
down_revision: str | None = "vault_0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("wrapped_by", sa.String(), server_default="", nullable=False))
    op.add_column("unit", sa.Column("made_under", sa.String(), server_default="", nullable=False))
    op.add_column("unit", sa.Column("next_key", sa.LargeBinary(), nullable=True))
    op.create_table(
        "master_key_in_use",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("master_key", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_master_key_in_use_one")),
        sa.PrimaryKeyConstraint("id", name="pk_master_key_in_use"),
    )
    op.create_table(
        "secret",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_by", sa.String(), nullable=False),
        sa.Column("made_under", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name="pk_secret"),
    )
