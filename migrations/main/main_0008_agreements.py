"""Agreements with partners, for whom a partner's member of staff works, and what stays known of a delivery."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0008"
down_revision: str | None = "main_0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.CheckConstraint("until_day IS NULL OR until_day >= from_day", name=op.f("ck_agreement_days")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_agreement_partner_id"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_agreement_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    op.create_index("ix_agreement_pair", "agreement", ["partner_id", "municipality"])
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("partner_id", sa.String(), nullable=True))
    with op.batch_alter_table("delivery") as delivery:
        delivery.add_column(sa.Column("report", sa.JSON(), nullable=True))
        delivery.add_column(sa.Column("paused_at", sa.DateTime(), nullable=True))
        delivery.add_column(sa.Column("paused_by", sa.String(), nullable=True))
