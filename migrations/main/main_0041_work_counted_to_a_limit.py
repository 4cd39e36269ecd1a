"""Work is counted to a limit, and its list narrowed down by the kind of partner."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0041"
down_revision: str | None = "main_0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ASKED = ("queue", "owner", "kind", "route", "area", "term_at", "opens_at", "partner_types")
_COUNTED = {
    "ix_task_counted": ("queue", "owner", "kind"),
    "ix_task_by_owner": ("owner", "opens_at"),
    "ix_task_by_kind": ("kind",),
    "ix_task_by_route": ("route",),
    "ix_task_by_area": ("area",),
    "ix_task_by_term": ("term_at",),
    "ix_task_by_partner": ("partner_types",),
    "ix_task_open": ("opens_at",),
}
_IN_ORDER = {
    "ix_task_in_order": ("rank", "sorts_at", "id", "municipality", "opens_at"),
    "ix_task_later": ("opens_at", "rank", "id", "municipality"),
}
_OF_TASK = "SELECT DISTINCT partner_type FROM signal WHERE signal.case_id = task.case_id ORDER BY partner_type"
_JOINED = {
    "sqlite": f"(SELECT '+' || group_concat(partner_type, '+') || '+' FROM ({_OF_TASK}))",
    "postgresql": f"(SELECT '+' || string_agg(partner_type, '+') || '+' FROM ({_OF_TASK}) AS kinds)",
}


def upgrade() -> None:
    op.add_column("task", sa.Column("partner_types", sa.String(), nullable=False, server_default=""))
    joined = _JOINED[op.get_bind().dialect.name]
    op.execute(f"UPDATE task SET partner_types = coalesce({joined}, '')")
    for name in ("ix_task_counted", *_IN_ORDER):
        op.drop_index(name, "task")
    for name, first in _COUNTED.items():
        op.create_index(name, "task", _counted(*first))
    for name, first in _IN_ORDER.items():
        others = ("queue", "owner", "kind", "route", "area", "term_at", "partner_types")
        op.create_index(name, "task", [*first, *others])
    nobodys = sa.text("owner IS NULL")
    columns = _counted("queue", "opens_at")
    op.create_index("ix_task_nobodys", "task", columns, sqlite_where=nobodys, postgresql_where=nobodys)


def _counted(*first: str) -> list[str]:
    return ["municipality", *first, *(column for column in _ASKED if column not in first)]
