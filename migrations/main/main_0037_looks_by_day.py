"""Looks are read by the day on which they began."""

from collections.abc import Sequence

from alembic import op

revision: str = "main_0037"
down_revision: str | None = "main_0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_look_first_at", "look", ["first_at"])
