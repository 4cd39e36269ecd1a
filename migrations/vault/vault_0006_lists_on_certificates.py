"""A certificate says on which destruction list its unit stood, and what became of that."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "vault_0006"
down_revision: str | None = "vault_0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("certificate", sa.Column("on_list", sa.JSON(none_as_null=True), nullable=True))
