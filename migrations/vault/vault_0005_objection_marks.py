"""What may stay of whoever was right to object, so that a new signal about them is recognised."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from models.tables import Moment

revision: str = "vault_0005"
down_revision: str | None = "vault_0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "objection_mark",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("marked_at", Moment(), nullable=False),
        sa.Column("erase_at", Moment(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", "kind", name=op.f("pk_objection_mark")),
    )
    op.create_index("ix_objection_mark_lookup", "objection_mark", ["municipality", "digest"])
    op.create_index("ix_objection_mark_erase", "objection_mark", ["municipality", "erase_at"])
