"""When the term of what was erased began, to ask whether something of a time may be gone."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "vault_0002"
down_revision: str | None = "vault_0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_CERTIFICATE = sa.table(
    "certificate", sa.column("id", sa.String), sa.column("rule", sa.JSON), sa.column("started_at", sa.DateTime)
)


def upgrade() -> None:
    op.add_column("certificate", sa.Column("started_at", sa.DateTime(), nullable=True))
    _let_change()
    _fill()
    _append_only_again()
    op.create_index("ix_certificate_started", "certificate", ["municipality", "started_at"], unique=False)


def _fill() -> None:
    connection = op.get_bind()
    for id, rule in connection.execute(sa.select(_CERTIFICATE.c.id, _CERTIFICATE.c.rule)).all():
        started_at = datetime.fromisoformat(rule["started_at"]).astimezone(UTC).replace(tzinfo=None)
        connection.execute(sa.update(_CERTIFICATE).where(_CERTIFICATE.c.id == id).values(started_at=started_at))


def _let_change() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER certificate_no_update")
        return
    op.execute("ALTER TABLE certificate DISABLE TRIGGER certificate_no_update")


def _append_only_again() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER certificate_no_update BEFORE update ON certificate "
            "BEGIN SELECT RAISE(ABORT, 'certificate is append-only'); END"
        )
        return
    op.execute("ALTER TABLE certificate ENABLE TRIGGER certificate_no_update")
