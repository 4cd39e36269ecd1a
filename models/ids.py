"""Names of things. An id never contains or derives from a personal value, so it may appear anywhere."""

import uuid
from typing import NewType

CaseId = NewType("CaseId", str)
SignalId = NewType("SignalId", str)
PersonId = NewType("PersonId", str)
PartnerId = NewType("PartnerId", str)
DeliveryId = NewType("DeliveryId", str)
RowId = NewType("RowId", str)
StaffId = NewType("StaffId", str)
CommandId = NewType("CommandId", str)
FactId = NewType("FactId", str)
StepId = NewType("StepId", str)
UnitId = NewType("UnitId", str)
"""An erasure unit: what is sealed under one key and erased as one."""
DocumentId = NewType("DocumentId", str)
BatchId = NewType("BatchId", str)
ItemId = NewType("ItemId", str)
"""A telephone number or mail address of somebody, without the number or address."""
AppointmentId = NewType("AppointmentId", str)
ReferralId = NewType("ReferralId", str)
ProposalId = NewType("ProposalId", str)
"""What waits for a second person; the same as the command that asked for it."""

SYSTEM = StaffId("system")
"""The actor of everything that happens without a person pressing a button."""
FORGOTTEN = StaffId("forgotten")
"""Somebody of whom it is not known any more who it was."""

_OF_CASE = "case-"
_NAMESPACE = uuid.UUID("6f3a6f0e-7f0c-4f0e-9b43-6a1f1f6f2d11")


def fresh() -> str:
    """A new random id, for things that begin outside a workflow (a delivery, a command)."""
    return str(uuid.uuid4())


def derived(*parts: str) -> str:
    """An id that follows from other ids: doing the same thing twice names the same thing."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def row_of(delivery: DeliveryId, number: int) -> RowId:
    return RowId(derived("row", delivery, str(number)))


def signal_of(row: RowId) -> SignalId:
    return SignalId(derived("signal", row))


def case_opened_by(signal: SignalId, *, attempt: int = 1) -> CaseId:
    """The case that a signal opens; a later attempt (its first choice had just closed) opens another one."""
    return CaseId(derived("case", signal, str(attempt)))


def resident_of(case: CaseId) -> PersonId:
    """The resident for whom the case was opened."""
    return PersonId(derived("resident", case))


def unit_of_row(row: RowId) -> UnitId:
    """A delivered row and the signal it becomes are one erasure unit."""
    return UnitId(f"signal-{row}")


def unit_of_case(case: CaseId) -> UnitId:
    return UnitId(f"{_OF_CASE}{case}")


def case_of_unit(unit: UnitId) -> CaseId | None:
    """The case whose own unit this is; None when it is the unit of something else."""
    return CaseId(unit.removeprefix(_OF_CASE)) if unit.startswith(_OF_CASE) else None
