"""Several master keys side by side and keys that outlive them; how many looks each day had."""

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
    op.create_table(
        "look_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("erase_at", sa.DateTime(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("looks >= 0", name=op.f("ck_look_seal_looks")),
        sa.PrimaryKeyConstraint("number", name="pk_look_seal"),
    )
    op.create_index("ix_look_seal_day", "look_seal", ["day"])
    _append_only("look_seal")


def _append_only(table: str) -> None:
    """What was written stays as it was."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    for verb in ("update", "delete", "truncate"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
