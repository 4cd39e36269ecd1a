"""A look as a record of the Dutch standard for logging processing (Logboek dataverwerkingen, Logius): the fields of its
interface, with what it says of one subject in attributes of the namespace `dpl.core`, and ours beside those."""

from datetime import datetime
from uuid import UUID

from adapters.vault import Vault
from models.tables import LookRow
from models.values import MunicipalityCode

HEADER = (
    "trace_id",
    "span_id",
    "parent_span_id",
    "status_code",
    "name",
    "start_time",
    "end_time",
    "resource.name",
    "dpl.core.processing_activity_id",
    "dpl.core.data_subject_id",
    "dpl.core.data_subject_id_type",
    "signaalreis.municipality",
    "signaalreis.user_id",
    "signaalreis.user_role",
    "signaalreis.times",
    "signaalreis.reason",
)
_OK = "1"
"""STATUS_CODE_OK: what was not shown stands in no record."""
_ACTIVITY = "urn:signaalreis:verwerking:vroegsignalering"
"""The activity in the municipality's own register of processing."""
_CASE, _OTHER = "signaalreis-zaaknummer", "signaalreis-onderdeel"


def record(row: LookRow, vault: Vault) -> tuple[str, ...]:
    """One record for one subject. The subject's id is encrypted: the same for the same case, and told to nobody."""
    trace = UUID(row.id).hex
    return (
        trace,
        trace[16:],
        "",
        _OK,
        f"inzage.{row.purpose}",
        _milliseconds(row.first_at),
        _milliseconds(row.last_at),
        "signaalreis",
        _ACTIVITY,
        vault.veiled(MunicipalityCode(row.municipality), row.case_id or row.unit_id or ""),
        _CASE if row.case_id else _OTHER,
        row.municipality,
        row.staff_id or "",
        row.role,
        str(row.times),
        row.reason or "",
    )


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
