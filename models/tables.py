"""The rows of the main database. No column holds a personal value, or any function of one: those lie in `sealed`
bytes that only the vault's key opens. The vault's own rows stand in `models/vault_tables.py`.

This module must stay out of the workflows' import chain: the sandbox would import it twice.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.codes import Recurrence

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, because a migration on SQLite silently drops the ones without."""


_STANDS_STILL = sql("closed_at IS NULL AND stalled_since IS NOT NULL")
_STILL_ASKED = sql("answered_at IS NULL AND NOT dropped")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Row(SQLModel):
    """Base of the main database's tables."""

    metadata = MetaData(naming_convention=NAMING)


class MunicipalityRow(Row, table=True):
    __tablename__ = "municipality"

    code: str = Field(primary_key=True)
    name: str


class PartnerRow(Row, table=True):
    __tablename__ = "partner"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    type: str


class StaffRow(Row, table=True):
    """A member of staff. Roles by municipality; the demo's staff are invented."""

    __tablename__ = "staff"

    id: str = Field(primary_key=True)
    name: str
    role: str
    municipalities: list[str] = Field(sa_type=JSON)
    party: str | None = None
    """The referral party that somebody works for."""
    sees_secret_addresses: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether they may see an address that is secret, after saying why."""
    partner_id: str | None = None
    """The signal partner that somebody works for."""


class PartnerKeyRow(Row, table=True):
    """A key with which a partner's system asks. Whose it is, says what it may. Only a hash of it is kept."""

    __tablename__ = "partner_key"

    id: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    key_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    last_day: date
    """The last day on which it opens anything."""
    used_on: date | None = None
    """The latest day on which it did."""
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)


class WebSessionRow(Row, table=True):
    """Somebody who is signed in with a browser. Of what the browser shows only a hash is kept."""

    __tablename__ = "web_session"

    id_hash: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    begun_at: datetime = Field(sa_type=Moment, index=True)
    last_seen_at: datetime = Field(sa_type=Moment)
    proof: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The provider's own word of who it is, shown to it once more at signing out; readable only with what the browser
    shows."""


class SignInRow(Row, table=True):
    """A sign-in that was begun in a browser and is to come back from the provider, once."""

    __tablename__ = "sign_in"

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    nonce: str
    verifier: str
    back: str
    """The page that was asked for: a path of ids and codes."""
    begun_at: datetime = Field(sa_type=Moment, index=True)


class RequestRow(Row, table=True):
    """Something that a partner's system asked us to do, so that asked again it is done once. What was asked is known
    in the vault, by a unit of its own."""

    __tablename__ = "request"

    id: str = Field(primary_key=True)
    unit_id: str
    made_at: datetime = Field(sa_type=Moment, index=True)
    answer: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """None while it is being done."""


class AddressLookRow(Row, table=True):
    """Somebody saw a secret address."""

    __tablename__ = "address_look"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    staff_id: str
    at: datetime = Field(sa_type=Moment)
    reason: str


class AbsenceRow(Row, table=True):
    """Days on which a member of staff is away, and who looks after their work."""

    __tablename__ = "absence"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    id: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    first_day: date
    last_day: date
    deputy: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))


class WorkingHoursRow(Row, table=True):
    """A block of somebody's weekly pattern, on the wall clock."""

    __tablename__ = "working_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("closes > opens", name="times"),
    )

    staff: str = Field(primary_key=True, sa_column_args=(ForeignKey("staff.id"),))
    weekday: int = Field(primary_key=True)
    """0 is Monday."""
    opens: str = Field(primary_key=True)
    """`09:00`."""
    closes: str
    """`17:00`; `24:00` for midnight."""


class CalendarFeedRow(Row, table=True):
    """The address at which somebody's calendar reads their callbacks. Only a hash of it is kept."""

    __tablename__ = "calendar_feed"

    staff: str = Field(primary_key=True, sa_column_args=(ForeignKey("staff.id"),))
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)


class AppointmentRow(Row, table=True):
    """When a member of staff is taken by a callback. Booked before the case hears of it, so that nobody is promised
    twice; the press that booked it keeps or frees it."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_agenda", "staff", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="times"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    staff: str
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    command_id: str = Field(index=True)
    """The press that booked it."""


class ProposalRow(Row, table=True):
    """What waits for a second person; kept equal to the open proposals of the case's state."""

    __tablename__ = "proposal"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    municipality: str
    person_id: str
    batch_id: str | None = Field(default=None, index=True)
    outcome: str
    reason: str | None = None
    by: str
    at: datetime = Field(sa_type=Moment)


class DeliveryRow(Row, table=True):
    """A file of a partner. Its name is not kept: people put names in file names."""

    __tablename__ = "delivery"

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    report: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """What became of its rows, counted when it was finished: rows go, this stays."""
    paused_at: datetime | None = Field(default=None, sa_type=Moment)
    paused_by: str | None = None


class AgreementRow(Row, table=True):
    """Between which days a partner may deliver signals to a municipality (convenant)."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_pair", "partner_id", "municipality"),
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="days"),
    )

    id: str = Field(primary_key=True)
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    from_day: date
    until_day: date | None = None
    """The last day; None while it has no end."""


class UploadRow(Row, table=True):
    """A partner's file that somebody looks at before it counts. The file is a sealed document of its own unit."""

    __tablename__ = "upload"

    id: str = Field(primary_key=True)
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    unit_id: str
    received_at: datetime = Field(sa_type=Moment)
    received_by: str
    header: int
    """Number of the row with the names of the columns."""
    mapping: dict[str, int] = Field(sa_type=JSON)
    """Our column -> its place in the file, from 0."""
    delivery_id: str | None = None
    """Once somebody confirmed it."""
    erase_at: datetime = Field(sa_type=Moment, index=True)


class ColumnMappingRow(Row, table=True):
    """Which column is which in files of a partner with one kind of header. The id is a keyed hash of all three."""

    __tablename__ = "column_mapping"

    id: str = Field(primary_key=True)
    mapping: dict[str, int] = Field(sa_type=JSON)
    confirmed_at: datetime = Field(sa_type=Moment)


class PartnerProfileRow(Row, table=True):
    """What a municipality knows of working with a partner."""

    __tablename__ = "partner_profile"
    __table_args__ = (CheckConstraint("collection_day BETWEEN 1 AND 31", name="collection_day"),)

    partner_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(primary_key=True, sa_column_args=(ForeignKey("municipality.code"),))
    arrangements: str = ""
    """Which arrangements the partner offers, in a few lines."""
    collection_day: int | None = None
    """The day of the month on which it collects; in a shorter month the last day."""
    confirmed_on: date | None = None
    """When somebody last made sure that all of this is still so."""
    confirmed_by: str | None = None


class PartnerContactRow(Row, table=True):
    """Somebody, or a desk, at a partner, by work address. Never a resident."""

    __tablename__ = "partner_contact"
    __table_args__ = (Index("ix_partner_contact_pair", "partner_id", "municipality"),)

    id: str = Field(primary_key=True)
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    subject: str
    name: str
    route: str
    address: str
    """The number, mail address or portal."""
    preferred: bool = False
    hours: str = ""


class DeliveredRow(Row, table=True):
    """One row of a delivery, sealed as it came. With the signal it becomes it is one erasure unit."""

    __tablename__ = "delivered_row"
    __table_args__ = (
        Index("ix_delivered_row_delivery_id_number", "delivery_id", "number", unique=True),
        CheckConstraint("number >= 1", name="number"),
    )

    id: str = Field(primary_key=True)
    delivery_id: str = Field(sa_column_args=(ForeignKey("delivery.id"),))
    number: int
    unit_id: str = Field(index=True)
    status: str
    errors: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    """Refusals as {field, reason}; a reason names the form a field must have, never the value it has."""
    case_id: str | None = Field(default=None, index=True)
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When a unit without a case goes (a refused row)."""
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    """When the signal came in, if that was at another system; its delivery then says when it was taken over."""


class SignalRow(Row, table=True):
    __tablename__ = "signal"
    __table_args__ = (
        CheckConstraint("amount_cents >= 0", name="amount"),
        Index("ix_signal_received", "municipality", "received_at", "id"),
        Index("ix_signal_partner", "partner_id", "municipality", "received_at"),
    )

    id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    row_id: str = Field(sa_column_args=(ForeignKey("delivered_row.id"),))
    municipality: str
    partner_id: str = Field(sa_column_args=(ForeignKey("partner.id"),))
    partner_type: str
    case_id: str | None = Field(default=None, index=True)
    person_id: str
    status: str
    amount_cents: int
    origin_date: date | None = None
    days_in_arrears: int | None = None
    signal_date: date
    received_at: datetime = Field(sa_type=Moment)
    crisis: bool
    warm_handover: bool
    legal_entity: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    end_of_supply_on: date | None = None
    recurrence: str = Recurrence.NOT_COMPARED
    """As it was found when the signal came in."""
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When the signal's own unit goes; known once its case is closed."""


class CaseRow(Row, table=True):
    """The read model of a case: the workflow is the truth while it is open."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_worklist", "municipality", "phase", "due_at"),
        # In the order of the supervisor's list, whose reader may see one municipality or several: an index that begins
        # with the municipality gives several of them one after the other, so that all had to be sorted. Few cases stand
        # still, so passing over others' in this order costs little; what the list asks of a case stands in the index,
        # so that only the rows of the page are read. `closed_at` is always empty here, but older SQLite looks in the
        # row unless it stands in the index too.
        Index(
            "ix_case_stalled",
            "stalled_since",
            "id",
            "municipality",
            "stall_cause",
            "closed_at",
            sqlite_where=_STANDS_STILL,
            postgresql_where=_STANDS_STILL,
        ),
        Index("ix_case_wake", "closed_at", "wake_at"),
        CheckConstraint("sequence >= 0", name="sequence"),
        CheckConstraint("(phase = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    id: str = Field(primary_key=True)
    unit_id: str
    municipality: str = Field(sa_column_args=(ForeignKey("municipality.code"),))
    phase: str
    opened_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    sequence: int = 0
    owner: str | None = None
    queue: str | None = None
    next_code: str | None = None
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    wake_at: datetime | None = Field(default=None, sa_type=Moment)
    stall_cause: str | None = None
    stalled_since: datetime | None = Field(default=None, sa_type=Moment)
    urgent: bool = False
    priority: int = Field(default=2, sa_column_kwargs={"server_default": "2"})
    """How soon the route's work is to be done: 1 first, 4 last."""
    outcome: str | None = None
    outcome_class: str | None = None
    erase_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When the last of the case's data go; known once it is closed."""
    hold_until: datetime | None = Field(default=None, sa_type=Moment)
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """`models.case.CaseState` without its terms."""
    terms: dict[str, Any] | None = Field(default=None, sa_type=JSON)


class CaseSignalRow(Row, table=True):
    __tablename__ = "case_signal"

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    case_id: str = Field(index=True)
    person_id: str
    joined_at: datetime = Field(sa_type=Moment)


class TaskRow(Row, table=True):
    """Work that waits for a person; kept equal to the open tasks of the case's state."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_worklist", "municipality", "queue", "opens_at"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    municipality: str
    kind: str
    code: str
    queue: str
    owner: str | None = None
    daypart: str | None = None
    urgent: bool = False
    priority: int = Field(default=2, sa_column_kwargs={"server_default": "2"})
    """How soon the route's work is to be done: 1 first, 4 last."""
    opens_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)


class AttemptRow(Row, table=True):
    __tablename__ = "contact_attempt"

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    step_id: str
    channel: str
    contact_kind: str
    """National EnumContactsoort."""
    result: str
    reached: bool
    incoming: bool = False
    at: datetime = Field(sa_type=Moment)
    daypart: str


class MessageRow(Row, table=True):
    """A mail, letter or text message: claimed before it is handed over, settled after.

    A claim without a fate is a message that may or may not have left.
    """

    __tablename__ = "message"
    __table_args__ = (CheckConstraint("(fate IS NULL) = (settled_at IS NULL)", name="settled"),)

    step_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    channel: str
    template: str
    document_id: str
    claimed_at: datetime = Field(sa_type=Moment)
    handed_at: datetime | None = Field(default=None, sa_type=Moment)
    """When it was last handed over, on the clock of the wall: a look-up is believed by how long that is ago."""
    carrier: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """To whom it was handed; empty: before that was written down."""
    fate: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class MessageReportRow(Row, table=True):
    """What was heard of a message after it left, until its case has taken it."""

    __tablename__ = "message_report"
    __table_args__ = (Index("ix_message_report_untold", "told_at", "heard_at"),)

    id: str = Field(primary_key=True)
    step_id: str
    case_id: str = Field(index=True)
    person_id: str
    report: str
    heard_at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class PrintBatchRow(Row, table=True):
    """Letters that went to the printer together. Counts and hashes only, so it stays when its letters are erased."""

    __tablename__ = "print_batch"
    __table_args__ = (Index("ix_print_batch_municipality", "municipality", "closed_at"),)

    id: str = Field(primary_key=True)
    municipality: str
    closed_at: datetime = Field(sa_type=Moment)
    letters: int
    withdrawn: int
    """Letters that were taken out when this batch was closed."""
    sha256: str
    """Over the hashes of its letters, in their order."""
    handed_over_at: datetime | None = Field(default=None, sa_type=Moment)


class PrintLetterRow(Row, table=True):
    """A letter that waits for the printer, lies in a batch, or was posted. The letter itself is a sealed document of
    its case until the printer has it."""

    __tablename__ = "print_letter"
    __table_args__ = (
        Index("ix_print_letter_waiting", "municipality", "batch_id", "queued_at"),
        CheckConstraint("(batch_id IS NULL) = (position IS NULL)", name="position"),
        UniqueConstraint("batch_id", "position", name="uq_print_letter_position"),
    )

    step_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str
    municipality: str
    queued_at: datetime = Field(sa_type=Moment)
    pages: int
    sha256: str
    batch_id: str | None = Field(default=None, sa_column_args=(ForeignKey("print_batch.id"),))
    position: int | None = None


class FeedbackRow(Row, table=True):
    """What a partner is owed for one signal."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_owed", "municipality", "partner_id", "delivered_at"),
        CheckConstraint("delivered_at IS NULL OR batch_id IS NOT NULL", name="delivered"),
    )

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    case_id: str = Field(index=True)
    municipality: str
    partner_id: str
    code: str
    owed_at: datetime = Field(sa_type=Moment)
    batch_id: str | None = Field(default=None, index=True)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    told_code: str | None = None
    """What the partner took last; it stays when another code is owed since."""
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class AmountQuestionRow(Row, table=True):
    """Somebody asks the partner of a signal what is owed now. It is the signal's, in whichever case that is, and goes
    with it; so does the answer, a sealed document of the signal's unit."""

    __tablename__ = "amount_question"
    __table_args__ = (
        # However many ask at once, a signal has one open question.
        Index(
            "ix_amount_question_open",
            "signal_id",
            unique=True,
            sqlite_where=_STILL_ASKED,
            postgresql_where=_STILL_ASKED,
        ),
        Index("ix_amount_question_list", "municipality", "partner_id", "asked_at"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
    )

    id: str = Field(primary_key=True)
    signal_id: str = Field(index=True, sa_column_args=(ForeignKey("signal.id"),))
    municipality: str
    partner_id: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str | None = None
    """Who wrote the answer down: of the partner itself, or of the municipality that heard it."""
    dropped: bool = False
    """The question became idle before it was answered: paid, withdrawn, an objection, or the case ended."""


class FeedbackBatchRow(Row, table=True):
    """A batch that a partner took. Nothing in it leads to a signal, so it stays when they go."""

    __tablename__ = "feedback_batch"
    __table_args__ = (
        Index("ix_feedback_batch_told", "municipality", "partner_id", "delivered_at"),
        CheckConstraint("(received_at IS NULL) = (received_by IS NULL)", name="received"),
    )

    id: str = Field(primary_key=True)
    municipality: str
    partner_id: str
    signals: int
    delivered_at: datetime = Field(sa_type=Moment)
    received_at: datetime | None = Field(default=None, sa_type=Moment)
    """When somebody said that the partner has read it."""
    received_by: str | None = None
    """The member of staff who said so, of the partner or of the municipality."""


class CbsDeliveryRow(Row, table=True):
    """When a signal last went to the national statistics."""

    __tablename__ = "cbs_delivery"

    signal_id: str = Field(primary_key=True, sa_column_args=(ForeignKey("signal.id"),))
    delivered_at: datetime = Field(sa_type=Moment)


class DocumentRow(Row, table=True):
    """A typed document of personal data, sealed under its unit's key."""

    __tablename__ = "document"

    id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    kind: str
    subject_id: str = Field(index=True)
    """What it belongs to: a person, a step, a command, a row."""
    created_at: datetime = Field(sa_type=Moment)
    sealed: bytes = Field(sa_type=LargeBinary)


class CommandRow(Row, table=True):
    """The outbox: a pressed button waits here, sealed, until the case accepted or refused it."""

    __tablename__ = "command"
    __table_args__ = (
        Index("ix_command_unsettled", "settled_at", "created_at"),
        CheckConstraint("status IN ('waiting', 'accepted', 'refused')", name="status"),
        CheckConstraint("(status = 'waiting') = (settled_at IS NULL)", name="settled"),
    )

    id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    kind: str
    by: str
    document_id: str
    created_at: datetime = Field(sa_type=Moment)
    status: str
    """`waiting`, `accepted`, `refused`."""
    refusal: str | None = Field(default=None, sa_type=Text)
    attempts: int = 0
    settled_at: datetime | None = Field(default=None, sa_type=Moment)


class AuditProcessRow(Row, table=True):
    """What happened, without the person; kept after erasure. One row a fact, written once by the fact's id."""

    __tablename__ = "audit_process"

    fact_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    sequence: int
    kind: str
    at: datetime = Field(sa_type=Moment)
    by: str
    phase_before: str
    phase_after: str


class AuditPersonRow(Row, table=True):
    """The part of an audit entry that is about the person; erased with the case."""

    __tablename__ = "audit_person"

    fact_id: str = Field(primary_key=True)
    case_id: str = Field(index=True)
    person_id: str | None = None
    note_id: str | None = None
    fact: dict[str, Any] = Field(sa_type=JSON)
    """The fact as it was recorded: ids and codes, without the terms."""


class PartyRow(Row, table=True):
    """An outside party and since when it is down."""

    __tablename__ = "party"

    name: str = Field(primary_key=True)
    down_since: datetime | None = Field(default=None, sa_type=Moment)
    code: str | None = None


class PartyWaitRow(Row, table=True):
    """Something that waits for a party and goes on by itself."""

    __tablename__ = "party_wait"

    party: str = Field(primary_key=True)
    waiting: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)


class StatisticRow(Row, table=True):
    """Counts without a person, written when a case closes; they stay when the case is erased."""

    __tablename__ = "statistic"
    __table_args__ = (Index("ix_statistic_month", "municipality", "month"),)

    id: str = Field(primary_key=True)
    """Random, so that nothing leads from it to the case."""
    municipality: str
    month: str
    partner_types: list[str] = Field(sa_type=JSON)
    signals: int
    successive: int = 0
    not_compared: int = 0
    """Signals of which nobody could tell whether the address was reported before."""
    attempts: dict[str, int] = Field(sa_type=JSON)
    reached: bool
    outcome: str
    acceptance: str
    month_opened: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Empty, like the following ones, of a case that closed before this was counted."""
    partners: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reach: dict[str, list[int]] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    """`policy.closing_counts.reach`: sought and reached, by kind of contact and daypart."""
    first_attempt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    unjustified: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Why its resident's signals were not justified; empty when they were, or when nobody said."""


class AreaCountRow(Row, table=True):
    """How many cases of a neighbourhood closed in a month: sums, with no row for each case."""

    __tablename__ = "area_count"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    area: str = Field(primary_key=True)
    """The four digits of the postcode."""
    cases: int = 0
    reached: int = 0
    accepted: int = 0


class ReviewDrawRow(Row, table=True):
    """The sample of a month was drawn, once: how many outcomes were in it."""

    __tablename__ = "review_draw"

    municipality: str = Field(primary_key=True, sa_column_args=(ForeignKey("municipality.code"),))
    month: str = Field(primary_key=True)
    drawn_at: datetime = Field(sa_type=Moment)
    cases: int


class ReviewRow(Row, table=True):
    """An outcome of a sample, and what the colleague said who judged it."""

    __tablename__ = "review"
    __table_args__ = (
        Index("ix_review_work", "municipality", "judged_at", "reviewer"),
        CheckConstraint("(said IS NULL) = (judged_at IS NULL)", name="judged"),
        CheckConstraint("said IS NOT NULL OR reason IS NULL", name="reason"),
        CheckConstraint("reviewer <> recorded_by", name="colleague"),
    )

    id: str = Field(primary_key=True)
    """Derived from the fact that recorded the outcome."""
    case_id: str = Field(index=True)
    municipality: str
    month: str
    """In which the outcome was recorded."""
    person_id: str
    outcome: str
    recorded_by: str
    reviewer: str | None = None
    """None while it was given to nobody."""
    said: str | None = None
    """The outcome that the reviewer would have recorded."""
    reason: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=Moment)


class ReviewCountRow(Row, table=True):
    """How often outcomes of a month were judged so: sums, with no row for each case."""

    __tablename__ = "review_count"

    municipality: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    said: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    """Empty where the reviewer agreed."""
    cases: int = 0


class PartnerCountRow(Row, table=True):
    """How many signals of a partner, received in a month, count in a line of a figure (`policy.signal_quality`): sums,
    with no row for each signal."""

    __tablename__ = "partner_count"

    municipality: str = Field(primary_key=True)
    partner_id: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    signals: int = 0


class JobRow(Row, table=True):
    """When a recurring job last ended, and the number it found."""

    __tablename__ = "job"

    name: str = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=Moment)
    found: int
