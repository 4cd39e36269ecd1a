"""Who looked at which case, when and for what."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0027"
down_revision: str | None = "main_0029"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("unit_id", sa.String(), nullable=True),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("staff_until", sa.DateTime(), nullable=False),
        sa.Column("erase_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("(case_id IS NULL) <> (unit_id IS NULL)", name="subject"),
        sa.CheckConstraint("times >= 1", name="times"),
        sa.PrimaryKeyConstraint("id", name="pk_look"),
    )
    op.create_index("ix_look_municipality", "look", ["municipality", "last_at"])
    op.create_index("ix_look_case_id", "look", ["case_id", "last_at"])
    op.create_index("ix_look_staff_id", "look", ["municipality", "staff_id", "last_at"])
    op.create_index("ix_look_staff_until", "look", ["staff_until"])
    op.create_index("ix_look_erase_at", "look", ["erase_at"])
    _append_only()


def _append_only() -> None:
    """Nothing goes before its term, and of what was written only the count, its last moment and, at its own term, who
    it was may change."""
    fixed = ("id", "municipality", "case_id", "unit_id", "role", "purpose", "reason", "first_at", "erase_at")
    if op.get_bind().dialect.name == "sqlite":
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in fixed)
        wrong = f"{changed} OR NEW.times < OLD.times OR (NEW.staff_id IS NOT OLD.staff_id AND NEW.staff_id IS NOT NULL)"
        op.execute(
            f"CREATE TRIGGER look_no_update BEFORE UPDATE ON look WHEN {wrong} "
            "BEGIN SELECT RAISE(ABORT, 'look is append-only'); END"
        )
        return
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in fixed)
    wrong = (
        f"{changed} OR NEW.times < OLD.times "
        "OR (NEW.staff_id IS DISTINCT FROM OLD.staff_id AND NEW.staff_id IS NOT NULL)"
    )
    op.execute(
        "CREATE FUNCTION look_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'look is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER look_no_update BEFORE UPDATE ON look FOR EACH ROW WHEN ({wrong}) "
        "EXECUTE FUNCTION look_append_only()"
    )
