"""Signals about legal entities, and why signals of a closed case were not justified."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0019"
down_revision: str | None = "main_0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("signal", sa.Column("legal_entity", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("statistic", sa.Column("unjustified", sa.String(), nullable=False, server_default=""))
