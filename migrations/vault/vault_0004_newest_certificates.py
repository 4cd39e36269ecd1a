"""Certificates are read from an index with the newest first."""

from collections.abc import Sequence

from alembic import op

revision: str = "vault_0004"
down_revision: str | None = "vault_0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_certificate_erased", "certificate", ["municipality", "erased_at", "id"])
