"""Lists of what is going to be erased, what is on them, and who agreed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0035"
down_revision: str | None = "main_0038"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "destruction_list",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("cooling_off_days", sa.Integer(), nullable=False),
        sa.Column("longest_wait_days", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("first_due_at", sa.DateTime(), nullable=True),
        sa.Column("ends_at", sa.DateTime(), nullable=True),
        sa.Column("cooling_off_until", sa.DateTime(), nullable=True),
        sa.CheckConstraint("people >= 1", name=op.f("ck_destruction_list_people")),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_destruction_list_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_destruction_list"),
    )
    op.create_index("ix_destruction_list_name", "destruction_list", ["municipality", "name"], unique=True)
    op.create_index("ix_destruction_list_made", "destruction_list", ["municipality", "made_at", "id"])
    op.create_index("ix_destruction_list_ends", "destruction_list", ["municipality", "ends_at"])
    op.create_table(
        "destruction_item",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["destruction_list.id"], name="fk_destruction_item_list_id"),
        sa.PrimaryKeyConstraint("list_id", "unit_id", name="pk_destruction_item"),
    )
    op.create_index("ix_destruction_item_unit_id", "destruction_item", ["unit_id"])
    op.create_index("ix_destruction_item_case_id", "destruction_item", ["case_id"])
    op.create_index("ix_destruction_item_shown", "destruction_item", ["list_id", "due_at", "case_id"])
    op.create_table(
        "destruction_approval",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["destruction_list.id"], name="fk_destruction_approval_list_id"),
        sa.PrimaryKeyConstraint("list_id", "place", name="pk_destruction_approval"),
    )
    op.create_index("ix_destruction_approval_staff", "destruction_approval", ["list_id", "staff_id"], unique=True)
