"""Who did something, in what stays when the data themselves are gone: it is forgotten at a term of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select

from adapters.database import Database
from adapters.policy_book import PolicyFiles
from models.ids import FORGOTTEN, SYSTEM
from models.tables import (
    AuditProcessRow,
    CaseRow,
    DeliveryRow,
    DestructionApprovalRow,
    DestructionListRow,
    FeedbackBatchRow,
)
from models.values import MunicipalityCode
from policy.staff_trails import forgotten_before

KnownSince = Callable[[datetime], Mapping[MunicipalityCode, datetime]]
"""By municipality: of what happened before this moment it is not known any more who did it."""


def nobody_forgotten(at: datetime) -> Mapping[MunicipalityCode, datetime]:
    return {}


def known_by_policy(policies: PolicyFiles) -> KnownSince:
    """As the policies of today say."""

    def known_since(at: datetime) -> Mapping[MunicipalityCode, datetime]:
        return {code: forgotten_before(at, policies.policy(code).trails) for code in policies.municipalities()}

    return known_since


@dataclass(frozen=True)
class Named:
    """Rows of a table in which a column names somebody past the term, and the key by which such a row is told."""

    table: type[Any]
    column: str
    which: ColumnElement[bool]
    key: Any


def forget_staff(database: Database, since: Mapping[MunicipalityCode, datetime]) -> None:
    """What happened, when and in which role stays; who it was does not. The trail of a case that still exists stays
    whole until the case is erased."""
    with database.write() as session:
        for named in named_past_term(since):
            # Two who agreed to one list are different people, also when neither is known any more.
            gone = None if named.table is DestructionApprovalRow else FORGOTTEN
            session.execute(update(named.table).where(named.which).values({named.column: gone}))


def named_past_term(since: Mapping[MunicipalityCode, datetime]) -> Iterator[Named]:
    if not since:
        return
    # Whose an erased case was is not known here any more: the longest term counts.
    before = col(AuditProcessRow.at) < min(since.values())
    there = select(CaseRow.id).where(CaseRow.id == AuditProcessRow.case_id).exists()
    person = col(AuditProcessRow.by).not_in([SYSTEM, FORGOTTEN])
    yield Named(AuditProcessRow, "by", before & person & ~there, AuditProcessRow.fact_id)
    for code, moment in since.items():
        for table, column, at in _OF_A_MUNICIPALITY:
            by, here = getattr(table, column), col(table.municipality) == code.text
            which = here & (col(at) < moment) & by.is_not(None) & (by != FORGOTTEN)
            yield Named(table, column, which, table.id)
        lists = select(DestructionListRow.id).where(DestructionListRow.municipality == code.text)
        agreed = col(DestructionApprovalRow.list_id).in_(lists) & (col(DestructionApprovalRow.at) < moment)
        which = agreed & col(DestructionApprovalRow.staff_id).is_not(None)
        yield Named(DestructionApprovalRow, "staff_id", which, DestructionApprovalRow.list_id)


_OF_A_MUNICIPALITY: tuple[tuple[Any, str, Any], ...] = (
    (DeliveryRow, "received_by", DeliveryRow.received_at),
    (DeliveryRow, "paused_by", DeliveryRow.received_at),
    (FeedbackBatchRow, "received_by", FeedbackBatchRow.received_at),
)
