"""The rows of the vault: keys, blind indexes, the matching protocol's reservations, certificates, and what seals the
log of looks.

Whatever is a function of a personal value stands here and nowhere else.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, MetaData
from sqlmodel import Field, SQLModel

from models.tables import NAMING, Moment


class VaultRow(SQLModel):
    """Base of the vault's tables."""

    metadata = MetaData(naming_convention=NAMING)


class UnitRow(VaultRow, table=True):
    """An erasure unit and its key, wrapped by the master key."""

    __tablename__ = "unit"

    id: str = Field(primary_key=True)
    municipality: str
    wrapped_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    """None once destroyed."""
    created_at: datetime = Field(sa_type=Moment)
    wrapped_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The id of the master key that wraps it; empty: from before there were ids."""
    made_under: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The master key that was in use when the unit's key itself was made."""
    next_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    """While the unit is sealed anew: the key that takes the other one's place, wrapped by the same master key."""


class MasterKeyInUse(VaultRow, table=True):
    """Which of the known master keys wraps what is made from now on. One row."""

    __tablename__ = "master_key_in_use"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    master_key: str
    since: datetime = Field(sa_type=Moment)


class SecretRow(VaultRow, table=True):
    """A key that outlives the master key, wrapped by it: of the blind indexes and of the log as it leaves."""

    __tablename__ = "secret"

    purpose: str = Field(primary_key=True)
    wrapped_key: bytes = Field(sa_type=LargeBinary)
    """32 bytes, or more times 32: the hash of a hash, each with a key of its own."""
    wrapped_by: str
    made_under: str
    """The master key that was in use when its last 32 bytes were made."""


class BlindIndexRow(VaultRow, table=True):
    """A keyed hash of one value of one unit, by which it can be found."""

    __tablename__ = "blind_index"
    __table_args__ = (Index("ix_blind_index_lookup", "municipality", "kind", "digest"),)

    unit_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    municipality: str


class ReservationRow(VaultRow, table=True):
    """Which case the matching transaction chose for a signal."""

    __tablename__ = "reservation"

    signal_id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    case_id: str = Field(index=True)
    person_id: str
    opens: bool
    attempt: int
    settled: bool = False


class CaseSlotRow(VaultRow, table=True):
    """A case that may be joined while it is open."""

    __tablename__ = "case_slot"

    case_id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    municipality: str
    open: bool = True


class ObjectionMarkRow(VaultRow, table=True):
    """A keyed hash by which a new signal about somebody who was right to object is recognised. It outlives their cases
    and names none of them."""

    __tablename__ = "objection_mark"
    __table_args__ = (
        Index("ix_objection_mark_lookup", "municipality", "digest"),
        Index("ix_objection_mark_erase", "municipality", "erase_at"),
    )

    id: str = Field(primary_key=True)
    """All hashes of one decision have it."""
    kind: str = Field(primary_key=True)
    """What it is a hash of: `adapters.objection_marks.MarkKind`."""
    digest: str
    municipality: str
    marked_at: datetime = Field(sa_type=Moment)
    erase_at: datetime = Field(sa_type=Moment)
    ground: str


class CertificateRow(VaultRow, table=True):
    """Proof of an erasure; append-only, each with the hash of the one before (`policy/proof_chain.py`)."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_number", "number", unique=True),
        Index("ix_certificate_started", "municipality", "started_at"),
        Index("ix_certificate_erased", "municipality", "erased_at", "id"),
        CheckConstraint("rows >= 0", name="rows"),
        CheckConstraint("executions >= 0", name="executions"),
    )

    id: str = Field(primary_key=True)
    municipality: str
    case_id: str | None = Field(default=None, index=True)
    units: list[str] = Field(sa_type=JSON)
    rule: dict[str, Any] = Field(sa_type=JSON)
    """`models.case.Retention` as it stood."""
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    """When its term began."""
    defect: str = ""
    rows: int
    executions: int
    erased_at: datetime = Field(sa_type=Moment)
    number: int | None = None
    """Its place in the chain, from 1; None only when it was put here from a copy of before there was one."""
    before: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The hash of the one before; empty for the first."""
    hash: str = Field(default="", sa_column_kwargs={"server_default": ""})
    on_list: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """`models.destruction.OnList`; None where the municipality made no lists."""


class LookSealRow(VaultRow, table=True):
    """Which looks of one day go at one moment: how many, and a hash of them. In a chain as certificates are, and kept
    apart from the looks themselves, so that none can be taken out unseen."""

    __tablename__ = "look_seal"
    __table_args__ = (Index("ix_look_seal_day", "day"), CheckConstraint("looks >= 0", name="looks"))

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date
    """Local, on which they began."""
    municipality: str
    erase_at: datetime = Field(sa_type=Moment)
    looks: int
    digest: str
    lost: int = 0
    """How many the seal before it of the same day had that were not in a backup which was put back."""
    sealed_at: datetime = Field(sa_type=Moment)
    before: str
    hash: str
