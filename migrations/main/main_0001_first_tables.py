"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "main_0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "audit_person",
        sa.Column("fact_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("note_id", sa.String(), nullable=True),
        sa.Column("fact", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_audit_person")),
    )
    op.create_index(op.f("ix_audit_person_case_id"), "audit_person", ["case_id"], unique=False)
    op.create_table(
        "audit_process",
        sa.Column("fact_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("phase_before", sa.String(), nullable=False),
        sa.Column("phase_after", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_audit_process")),
    )
    op.create_index(op.f("ix_audit_process_case_id"), "audit_process", ["case_id"], unique=False)
    op.create_table(
        "command",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name=op.f("ck_command_settled")),
        sa.CheckConstraint("status IN ('waiting', 'accepted', 'refused')", name=op.f("ck_command_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    op.create_index(op.f("ix_command_case_id"), "command", ["case_id"], unique=False)
    op.create_index("ix_command_unsettled", "command", ["settled_at", "created_at"], unique=False)
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_kind", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("daypart", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    op.create_index(op.f("ix_contact_attempt_case_id"), "contact_attempt", ["case_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_subject_id"), "document", ["subject_id"], unique=False)
    op.create_index(op.f("ix_document_unit_id"), "document", ["unit_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "message",
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("fate", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("(fate IS NULL) = (settled_at IS NULL)", name=op.f("ck_message_settled")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_case_id"), "message", ["case_id"], unique=False)
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "party",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("down_since", sa.DateTime(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_party")),
    )
    op.create_table(
        "party_wait",
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("waiting", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("party", "waiting", name=op.f("pk_party_wait")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("municipalities", sa.JSON(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_absence_staff")),
        sa.ForeignKeyConstraint(["deputy"], ["staff.id"], name=op.f("fk_absence_deputy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_staff"), "absence", ["staff"], unique=False)
    op.create_index(op.f("ix_absence_deputy"), "absence", ["deputy"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_times")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_agenda", "appointment", ["staff", "starts_at"], unique=False)
    op.create_index(op.f("ix_appointment_case_id"), "appointment", ["case_id"], unique=False)
    op.create_index(op.f("ix_appointment_command_id"), "appointment", ["command_id"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_case_id"), "proposal", ["case_id"], unique=False)
    op.create_index(op.f("ix_proposal_batch_id"), "proposal", ["batch_id"], unique=False)
    op.create_table(
        "statistic",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("partner_types", sa.JSON(), nullable=False),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.JSON(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("acceptance", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistic")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("daypart", sa.String(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_case_id"), "task", ["case_id"], unique=False)
    op.create_index("ix_task_worklist", "task", ["municipality", "queue", "opens_at"], unique=False)
    op.create_table(
        "case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("queue", sa.String(), nullable=True),
        sa.Column("next_code", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("wake_at", sa.DateTime(), nullable=True),
        sa.Column("stall_cause", sa.String(), nullable=True),
        sa.Column("stalled_since", sa.DateTime(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_class", sa.String(), nullable=True),
        sa.Column("erase_at", sa.DateTime(), nullable=True),
        sa.Column("hold_until", sa.DateTime(), nullable=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=True),
        sa.CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_case_closed")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_case_sequence")),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=op.f("fk_case_municipality")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    op.create_index(op.f("ix_case_erase_at"), "case", ["erase_at"], unique=False)
    op.create_index("ix_case_stalled", "case", ["municipality", "stalled_since"], unique=False)
    op.create_index("ix_case_wake", "case", ["closed_at", "wake_at"], unique=False)
    op.create_index("ix_case_worklist", "case", ["municipality", "phase", "due_at"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name=op.f("fk_delivery_municipality")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_delivery_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_table(
        "delivered_row",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("erase_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_delivered_row_number")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivered_row_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivered_row")),
    )
    op.create_index(op.f("ix_delivered_row_case_id"), "delivered_row", ["case_id"], unique=False)
    op.create_index("ix_delivered_row_delivery_id_number", "delivered_row", ["delivery_id", "number"], unique=True)
    op.create_index(op.f("ix_delivered_row_erase_at"), "delivered_row", ["erase_at"], unique=False)
    op.create_index(op.f("ix_delivered_row_unit_id"), "delivered_row", ["unit_id"], unique=False)
    op.create_table(
        "signal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("partner_type", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("origin_date", sa.Date(), nullable=True),
        sa.Column("days_in_arrears", sa.Integer(), nullable=True),
        sa.Column("signal_date", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("warm_handover", sa.Boolean(), nullable=False),
        sa.Column("end_of_supply_on", sa.Date(), nullable=True),
        sa.Column("erase_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_signal_amount")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_signal_partner_id")),
        sa.ForeignKeyConstraint(["row_id"], ["delivered_row.id"], name=op.f("fk_signal_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_case_id"), "signal", ["case_id"], unique=False)
    op.create_index(op.f("ix_signal_erase_at"), "signal", ["erase_at"], unique=False)
    op.create_index(op.f("ix_signal_unit_id"), "signal", ["unit_id"], unique=False)
    op.create_table(
        "case_signal",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_case_signal_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_case_signal")),
    )
    op.create_index(op.f("ix_case_signal_case_id"), "case_signal", ["case_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("owed_at", sa.DateTime(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("delivered_at IS NULL OR batch_id IS NOT NULL", name=op.f("ck_feedback_delivered")),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_feedback_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_batch_id"), "feedback", ["batch_id"], unique=False)
    op.create_index(op.f("ix_feedback_case_id"), "feedback", ["case_id"], unique=False)
    op.create_index("ix_feedback_owed", "feedback", ["municipality", "partner_id", "delivered_at"], unique=False)
    _append_only("audit_process")


def _append_only(table: str) -> None:
    """What was written stays as it was."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    for verb in ("update", "delete", "truncate"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
