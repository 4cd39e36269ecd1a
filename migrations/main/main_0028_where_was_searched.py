"""In which municipality somebody searched, so that its privacy officer can see it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0028"
down_revision: str | None = "main_0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # Of searches from before it is not known; they are forgotten within a year.
    op.add_column("case_search", sa.Column("municipality", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_case_search_municipality", "case_search", ["municipality", "at"])
