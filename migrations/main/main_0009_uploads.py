"""Files that were sent and looked at before they count, and which column of a partner's file is which."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0009"
down_revision: str | None = "main_0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("header", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=True),
        sa.Column("erase_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_upload_municipality"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_upload_partner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
    )
    op.create_index("ix_upload_erase_at", "upload", ["erase_at"])
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_column_mapping"),
    )
