"""Who is signed in with a browser, and sign-ins that were begun."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0021"
down_revision: str | None = "main_0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "web_session",
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name="fk_web_session_staff"),
        sa.PrimaryKeyConstraint("id_hash", name="pk_web_session"),
    )
    op.create_index("ix_web_session_staff", "web_session", ["staff"])
    op.create_index("ix_web_session_begun_at", "web_session", ["begun_at"])
    op.create_table(
        "sign_in",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("back", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_begun_at", "sign_in", ["begun_at"])
