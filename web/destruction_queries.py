"""What the pages of destruction lists show, asked in SQL: a page at a time, of the reader's municipalities alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from adapters.database import Database
from adapters.overdue import order_id_of
from models.ids import CaseId, UnitId, unit_of_case
from models.tables import CaseRow, DestructionItemRow, DestructionListRow
from models.vault_tables import CertificateRow
from web.paging import COUNTED, PAGE, Listing, Page, Scope, within

_LISTS = Listing(
    DestructionListRow,
    "ix_destruction_list_made",
    (),
    (DestructionListRow.made_at, DestructionListRow.id),
    newest_first=True,
)


@dataclass(frozen=True)
class CaseOnList:
    """A case on a list, wholly or with some of its signals alone, and where it stands now."""

    case_id: CaseId
    rule: str
    due_at: datetime
    signals: int
    whole: bool
    exists: bool
    hold_until: datetime | None
    certificate_id: str | None
    """Of all that was on the list of it, once that is erased."""

    @property
    def held(self) -> bool:
        """Whether a hold took it off the list."""
        return self.exists and self.hold_until is not None and self.hold_until > self.due_at

    @property
    def can_be_held(self) -> bool:
        """Not when a hold brought it onto this list: what has gone past its own date must not be let go first."""
        return self.exists and not self.certificate_id and (self.hold_until is None or self.hold_until < self.due_at)


@dataclass(frozen=True)
class OthersOnList:
    """Units without a case on a list, by rule."""

    rule: str
    units: int
    first_due_at: datetime
    last_due_at: datetime


def lists(database: Database, scope: Scope, *, page: int) -> Page[DestructionListRow]:
    """The newest first."""
    return _LISTS.page(database, scope, page)


def one_list(database: Database, list_id: str, scope: Scope) -> DestructionListRow | None:
    wanted = select(DestructionListRow).where(
        DestructionListRow.id == list_id, within(DestructionListRow.municipality, scope)
    )
    with database.read() as session:
        return session.exec(wanted).first()


def cases_on(database: Database, vault: Database, row: DestructionListRow, *, page: int) -> Page[CaseOnList]:
    """The cases of a list (which the caller may see), those that go first on top."""
    first = func.min(col(DestructionItemRow.due_at))
    shown = (
        select(col(DestructionItemRow.case_id))
        .where(DestructionItemRow.list_id == row.id, col(DestructionItemRow.case_id).is_not(None))
        .group_by(col(DestructionItemRow.case_id))
        .order_by(first, col(DestructionItemRow.case_id))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    with database.read() as session:
        cases = [CaseId(case) for case in session.exec(shown) if case is not None]
    found = _cases(database, vault, row.id, cases)
    return Page(tuple(found), page, min(row.cases, COUNTED + 1))


def case_on(database: Database, vault: Database, list_id: str, case_id: CaseId) -> CaseOnList | None:
    """One case of a list; None when it is not on it."""
    return next(iter(_cases(database, vault, list_id, [case_id])), None)


def others_on(database: Database, list_id: str) -> list[OthersOnList]:
    due_at = col(DestructionItemRow.due_at)
    wanted = (
        select(DestructionItemRow.rule, func.count(), func.min(due_at), func.max(due_at))
        .where(DestructionItemRow.list_id == list_id, col(DestructionItemRow.case_id).is_(None))
        .group_by(col(DestructionItemRow.rule))
        .order_by(col(DestructionItemRow.rule))
    )
    with database.read() as session:
        return [OthersOnList(rule, units, first, last) for rule, units, first, last in session.exec(wanted)]


def _cases(database: Database, vault: Database, list_id: str, cases: Sequence[CaseId]) -> list[CaseOnList]:
    wanted = select(DestructionItemRow).where(
        DestructionItemRow.list_id == list_id, col(DestructionItemRow.case_id).in_(cases)
    )
    there = select(CaseRow.id, CaseRow.hold_until).where(col(CaseRow.id).in_(cases))
    with database.read() as session:
        items = session.exec(wanted).all()
        holds = dict(session.exec(there).all())
    orders = [order_id_of(UnitId(item.unit_id)) for item in items]
    with vault.read() as session:
        proofs = set(session.exec(select(CertificateRow.id).where(col(CertificateRow.id).in_(orders))))
    return [
        _case(case, [item for item in items if item.case_id == case], holds, proofs)
        for case in cases
        if any(item.case_id == case for item in items)
    ]


def _case(
    case: CaseId, items: list[DestructionItemRow], holds: dict[str, datetime | None], proofs: set[str]
) -> CaseOnList:
    own = unit_of_case(case)
    # The case's own unit is the last to go, and its certificate the one that tells most.
    last_first = sorted(items, key=lambda item: item.unit_id != own)
    orders = [order_id_of(UnitId(item.unit_id)) for item in last_first]
    return CaseOnList(
        case_id=case,
        rule=items[0].rule,
        due_at=max(item.due_at for item in items),
        signals=sum(1 for item in items if item.unit_id != own),
        whole=any(item.unit_id == own for item in items),
        exists=case in holds,
        hold_until=holds.get(case),
        certificate_id=orders[0] if proofs.issuperset(orders) else None,
    )
