"""A row of a running case that was taken over came in earlier, at another system."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0018"
down_revision: str | None = "main_0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("delivered_row", sa.Column("received_at", sa.DateTime(), nullable=True))
