"""Who looked for somebody who called, and who asked the switchboard to be called back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0022"
down_revision: str | None = "main_0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "case_search",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.CheckConstraint("hits >= 0", name="hits"),
        sa.PrimaryKeyConstraint("id", name="pk_case_search"),
    )
    op.create_index("ix_case_search_at", "case_search", ["at"])
    op.create_table(
        "case_search_hit",
        sa.Column("search_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["search_id"], ["case_search.id"], name="fk_case_search_hit_search_id"),
        sa.PrimaryKeyConstraint("search_id", "case_id", name="pk_case_search_hit"),
    )
    op.create_index("ix_case_search_hit_case_id", "case_search_hit", ["case_id"])
    op.create_table(
        "call_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=True),
        sa.Column("asked_case", sa.String(), nullable=True),
        sa.Column("asked_person", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("erase_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("calls >= 1", name="calls"),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_call_request_municipality"),
        sa.PrimaryKeyConstraint("id", name="pk_call_request"),
    )
    op.create_index("ix_call_request_status", "call_request", ["status", "municipality", "received_at"])
    op.create_index("ix_call_request_erase_at", "call_request", ["erase_at"])
