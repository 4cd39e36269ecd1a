"""In the trail of what happened, who did it may be forgotten, once and for good. Nothing else of it can be changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0036"
down_revision: str | None = "main_0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_NAMED = "by NOT IN ('system', 'forgotten')"
_KEPT = ("fact_id", "case_id", "sequence", "kind", "at", "phase_before", "phase_after")


def upgrade() -> None:
    where = sa.text(_NAMED)
    op.create_index("ix_audit_process_named", "audit_process", ["at"], sqlite_where=where, postgresql_where=where)
    op.execute(
        "DROP TRIGGER audit_process_no_update" + ("" if _is_sqlite() else " ON audit_process"),
    )
    same = " AND ".join(f"NEW.{column} = OLD.{column}" for column in _KEPT)
    allowed = f"NEW.by = 'forgotten' AND {same}"
    if _is_sqlite():
        op.execute(
            "CREATE TRIGGER audit_process_no_update BEFORE update ON audit_process "
            f"WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, 'audit_process is append-only'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER audit_process_no_update BEFORE update ON audit_process "
        f"FOR EACH ROW WHEN (NOT ({allowed})) EXECUTE FUNCTION audit_process_append_only()"
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
