"""Certificates in a chain; those that are there become its beginning, in the order in which was erased."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "vault_0003"
down_revision: str | None = "vault_0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_CERTIFICATE = sa.table(
    "certificate",
    sa.column("id", sa.String),
    sa.column("municipality", sa.String),
    sa.column("case_id", sa.String),
    sa.column("units", sa.JSON),
    sa.column("rule", sa.JSON),
    sa.column("started_at", sa.DateTime),
    sa.column("defect", sa.String),
    sa.column("rows", sa.Integer),
    sa.column("executions", sa.Integer),
    sa.column("erased_at", sa.DateTime),
    sa.column("number", sa.Integer),
    sa.column("before", sa.String),
    sa.column("hash", sa.String),
)


def upgrade() -> None:
    op.add_column("certificate", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("certificate", sa.Column("before", sa.String(), server_default="", nullable=False))
    op.add_column("certificate", sa.Column("hash", sa.String(), server_default="", nullable=False))
    _let_change()
    _chain()
    _append_only_again()
    op.create_index("ix_certificate_number", "certificate", ["number"], unique=True)


def _chain() -> None:
    connection, before = op.get_bind(), ""
    wanted = sa.select(_CERTIFICATE.c.id).order_by(_CERTIFICATE.c.erased_at, _CERTIFICATE.c.id)
    for number, id in enumerate(connection.execute(wanted).scalars().all(), start=1):
        of_it = _CERTIFICATE.c.id == id
        row = connection.execute(sa.select(_CERTIFICATE).where(of_it)).one()
        hash_ = _hash(number, before, row)
        connection.execute(sa.update(_CERTIFICATE).where(of_it).values(number=number, before=before, hash=hash_))
        before = hash_


def _hash(number: int, before: str, row: "sa.Row[tuple[object, ...]]") -> str:
    """As `policy/proof_chain.py` had it when this was written."""
    said = {
        "id": row.id,
        "municipality": row.municipality,
        "case_id": row.case_id,
        "units": row.units,
        "rule": row.rule,
        "started_at": _moment(row.started_at),
        "defect": row.defect,
        "rows": row.rows,
        "executions": row.executions,
        "erased_at": _moment(row.erased_at),
    }
    whole = {"number": number, "before": before, "said": said}
    return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.replace(tzinfo=UTC).isoformat(timespec="microseconds")


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
