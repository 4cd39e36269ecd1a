"""Long lists are read from an index in the order in which they are shown."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0031"
down_revision: str | None = "main_0026"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TASKS = {
    "ix_task_owner_now": ["owner", "rank", "sorts_at", "id", "opens_at", "municipality"],
    "ix_task_owner_later": ["owner", "opens_at", "rank", "id", "municipality"],
}
_NOBODYS = {
    "ix_task_call_now": ["municipality", "kind", "rank", "sorts_at", "id", "opens_at"],
    "ix_task_call_later": ["municipality", "kind", "opens_at", "queue"],
}


def upgrade() -> None:
    _renew_columns()
    op.drop_index("ix_task_owner", table_name="task")
    for name, columns in _TASKS.items():
        op.create_index(name, "task", columns)
    for name, columns in _NOBODYS.items():
        _create("task", name, columns, "owner IS NULL")
    op.drop_index("ix_case_worklist", table_name="case")
    _create("case", "ix_case_oldest_data", ["municipality", "oldest_signal_at", "id"], "closed_at IS NULL")
    _create("case", "ix_case_erased_first", ["municipality", "erase_at", "id"], "closed_at IS NOT NULL")
    op.create_index("ix_delivery_received", "delivery", ["municipality", "received_at", "id"])
    op.create_index("ix_proposal_municipality", "proposal", ["municipality"])
    _create(
        "feedback", "ix_feedback_still_owed", ["municipality", "partner_id", "delivered_at"], "delivered_at IS NULL"
    )
    op.drop_index("ix_amount_question_list", table_name="amount_question")
    columns = ["municipality", "partner_id", "asked_at"]
    _create("amount_question", "ix_amount_question_list", columns, "answered_at IS NULL")


def _renew_columns() -> None:
    # `policy.work_order.rank` says the same.
    op.execute(
        'UPDATE task SET rank = (SELECT CASE WHEN task.urgent OR "case".urgent THEN 0 ELSE 8 END'
        ' + CASE WHEN "case".stalled_since IS NULL THEN 4 ELSE 0 END + task.priority - 1'
        ' FROM "case" WHERE "case".id = task.case_id)'
        ' WHERE EXISTS (SELECT 1 FROM "case" WHERE "case".id = task.case_id)'
    )
    op.add_column("case", sa.Column("oldest_signal_at", sa.DateTime(), nullable=True))
    op.execute(
        'UPDATE "case" SET oldest_signal_at ='
        ' (SELECT MIN(signal.received_at) FROM signal WHERE signal.case_id = "case".id)'
    )


def _create(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
