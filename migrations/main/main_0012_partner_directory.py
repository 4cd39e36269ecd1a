"""The directory of partners: whom to reach there, what they offer, and until when that was made sure of."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0012"
down_revision: str | None = "main_0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "partner_profile",
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("arrangements", sa.String(), nullable=False),
        sa.Column("collection_day", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.CheckConstraint("collection_day BETWEEN 1 AND 31", name=op.f("ck_partner_profile_collection_day")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_partner_profile_partner_id"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_partner_profile_municipality"),
        sa.PrimaryKeyConstraint("partner_id", "municipality", name="pk_partner_profile"),
    )
    op.create_table(
        "partner_contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_partner_contact_partner_id"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_partner_contact_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_contact"),
    )
    op.create_index("ix_partner_contact_pair", "partner_contact", ["partner_id", "municipality"])
