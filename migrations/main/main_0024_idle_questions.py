"""A question that became idle stays on the partner's list until the moment of its next batch."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0024"
down_revision: str | None = "main_0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("amount_question", sa.Column("unlisted", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What was idle before left the lists at once.
    op.execute("UPDATE amount_question SET unlisted = dropped")
