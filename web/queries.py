"""What lists show, asked in SQL: filtering, sorting and counting happen there, and every question about cases names
the municipalities that the reader may see."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from adapters.database import Database, begins_with
from adapters.recurrences import recurrences_of
from adapters.supervision import STALLED_INDEX, StalledWhich, of_municipalities, stands_still
from adapters.unjustified import legal_entities_of
from models.case import CaseState
from models.codes import Recurrence, ReferralParty, Role, RowStatus, StallCause
from models.ids import CaseId, CommandId, DeliveryId, PartnerId, StaffId
from models.tables import (
    CaseRow,
    CbsDeliveryRow,
    CommandRow,
    DeliveredRow,
    DeliveryRow,
    MunicipalityRow,
    PartnerRow,
    SignalRow,
    StaffRow,
)
from models.values import MunicipalityCode
from models.vault_tables import CertificateRow
from policy.permissions import Action, Staff, may, may_in_case
from web.paging import PAGE, Listing, Page, Scope, hinted, paged, within

_NO_TERMS = (defer(col(CaseRow.terms), raiseload=True),)  # type: ignore[arg-type]
"""They are as long as the rest of a case, and no list shows them."""


@dataclass(frozen=True)
class Delivery:
    """A delivery with what became of its rows, by status, and of its signals whether they came before."""

    row: DeliveryRow
    partner: str
    municipality: str
    counts: dict[RowStatus, int]
    recurrences: Counter[Recurrence] = field(default_factory=Counter)
    legal_entities: int = 0
    """Signals about a company, a foundation or the like."""

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Stalled:
    """A page of stalled cases, and by cause how many there are and since when the oldest is; most cases first."""

    cases: Page[CaseRow]
    causes: tuple[tuple[StallCause, int, datetime], ...]


# --- staff and names ----------------------------------------------------------------------------------------------


def staff(database: Database, staff_id: StaffId) -> Staff | None:
    with database.read() as session:
        row = session.get(StaffRow, staff_id)
    return None if row is None else _staff(row)


def all_staff(database: Database, roles: Iterable[Role]) -> list[Staff]:
    with database.read() as session:
        rows = session.exec(select(StaffRow).where(col(StaffRow.role).in_(list(roles))).order_by(StaffRow.name))
        return [_staff(row) for row in rows]


def staff_names(database: Database, ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {staff_id for staff_id in ids if staff_id}
    with database.read() as session:
        return dict(session.exec(select(StaffRow.id, StaffRow.name).where(col(StaffRow.id).in_(wanted))).all())


def colleagues(database: Database, *states: CaseState) -> list[Staff]:
    """Everybody who may work on all of these cases, by name."""
    with database.read() as session:
        everyone = [_staff(row) for row in session.exec(select(StaffRow).order_by(StaffRow.name))]
    return [each for each in everyone if all(may_in_case(each, Action.WORK_ON_CASE, state) for state in states)]


def workers(database: Database, scope: Scope) -> list[Staff]:
    """Everybody who works on cases of these municipalities, by name."""
    with database.read() as session:
        everyone = [_staff(row) for row in session.exec(select(StaffRow).order_by(StaffRow.name))]
    return [each for each in everyone if any(may(each, Action.WORK_ON_CASE, code) for code in scope)]


def municipality_names(database: Database, codes: Scope) -> dict[str, str]:
    wanted = [code.text for code in codes]
    with database.read() as session:
        found = session.exec(
            select(MunicipalityRow.code, MunicipalityRow.name).where(col(MunicipalityRow.code).in_(wanted))
        )
        return dict(found.all())


# --- one case -----------------------------------------------------------------------------------------------------


def partner_names(database: Database) -> dict[PartnerId, str]:
    """Every partner, by name."""
    with database.read() as session:
        found = session.exec(select(PartnerRow.id, PartnerRow.name).order_by(PartnerRow.name, PartnerRow.id))
        return {PartnerId(partner): name for partner, name in found}


def signals(database: Database, case_id: CaseId, scope: Scope) -> list[tuple[SignalRow, str]]:
    """The case's signals with their partner's name, oldest first."""
    with database.read() as session:
        found = session.exec(
            hinted(select(SignalRow, PartnerRow.name), SignalRow, "ix_signal_case_id")
            .join(PartnerRow, col(PartnerRow.id) == col(SignalRow.partner_id))
            .where(SignalRow.case_id == case_id, within(SignalRow.municipality, scope))
            .order_by(col(SignalRow.received_at), col(SignalRow.id))
        )
        return list(found.all())


def exported(database: Database, signals: Iterable[str]) -> dict[str, datetime]:
    """When each of these signals last went to the national statistics."""
    wanted = select(CbsDeliveryRow).where(col(CbsDeliveryRow.signal_id).in_(list(signals)))
    with database.read() as session:
        return {row.signal_id: row.delivered_at for row in session.exec(wanted)}


def case_of_number(database: Database, number: str, scope: Scope) -> CaseId | None:
    """The open case whose id begins with this number; None when there is none, or more than one."""
    which = (*begins_with(col(CaseRow.id), number), col(CaseRow.closed_at).is_(None))
    with database.read() as session:
        found = session.exec(select(CaseRow.id).where(*which, within(CaseRow.municipality, scope)).limit(2)).all()
    return CaseId(found[0]) if len(found) == 1 else None


def pressed(database: Database, command_id: CommandId, case_id: CaseId, by: StaffId) -> str | None:
    """Which kind of button this was; None unless this person pressed it in this case."""
    wanted = select(CommandRow.kind).where(
        CommandRow.id == command_id, CommandRow.case_id == case_id, CommandRow.by == by
    )
    with database.read() as session:
        return session.exec(wanted).first()


def is_somebody_elses(database: Database, command_id: CommandId, case_id: CaseId, by: StaffId) -> bool:
    """Whether this press was made before in another case or by somebody else."""
    with database.read() as session:
        row = session.get(CommandRow, command_id)
    return row is not None and (row.case_id, row.by) != (case_id, by)


# --- stalled cases ------------------------------------------------------------------------------------------------


def stalled(database: Database, scope: Scope, which: StalledWhich, *, now: datetime, page: int) -> Stalled:
    """Open cases that stand still, the longest first; the counts are those of all causes, else chosen alike."""
    chosen = (*of_municipalities(scope), *stands_still(), *which.conditions(now))
    # The index answers alone which cases are on the page, in order; only then their long rows are read, so that those
    # of the pages before and of other municipalities are not.
    shown = (
        select(CaseRow.id)
        .with_hint(CaseRow, STALLED_INDEX, "sqlite")
        .where(*chosen)
        .order_by(col(CaseRow.stalled_since), col(CaseRow.id))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .subquery("shown")
    )
    with database.read() as session:
        counts = _stalled_counts(session, scope, replace(which, cause=None), now)
        rows = session.exec(select(CaseRow).options(*_NO_TERMS).join(shown, shown.c.id == col(CaseRow.id))).all()
    total = sum(number for each, number, _ in counts if which.cause in (None, each))
    return Stalled(Page(tuple(sorted(rows, key=attrgetter("stalled_since", "id"))), page, total), counts)


def _stalled_counts(
    session: Session, scope: Scope, which: StalledWhich, now: datetime
) -> tuple[tuple[StallCause, int, datetime], ...]:
    number = func.count()
    found = session.exec(
        select(CaseRow.stall_cause, number, func.min(col(CaseRow.stalled_since)))
        .with_hint(CaseRow, STALLED_INDEX, "sqlite")
        .where(*of_municipalities(scope), *stands_still(), *which.conditions(now))
        .group_by(col(CaseRow.stall_cause))
        .order_by(number.desc())
    ).all()
    return tuple((StallCause(cause), total, oldest) for cause, total, oldest in found if cause and oldest)


# --- retention ----------------------------------------------------------------------------------------------------


_CLOSED = Listing(
    CaseRow,
    "ix_case_erased_first",
    (col(CaseRow.closed_at).is_not(None),),
    (CaseRow.erase_at, CaseRow.id),
    options=_NO_TERMS,
)
_OLDEST_DATA = Listing(
    CaseRow,
    "ix_case_oldest_data",
    (col(CaseRow.closed_at).is_(None),),
    (CaseRow.oldest_signal_at, CaseRow.id),
    options=_NO_TERMS,
)
_PROOFS = Listing(
    CertificateRow, "ix_certificate_erased", (), (CertificateRow.erased_at, CertificateRow.id), newest_first=True
)


def closed_cases(database: Database, scope: Scope, *, page: int) -> Page[CaseRow]:
    """Closed cases, those whose data go first on top."""
    return _CLOSED.page(database, scope, page)


def oldest_open_cases(database: Database, scope: Scope, *, page: int) -> Page[CaseRow]:
    """Open cases, the oldest data on top: their retention date comes first."""
    return _OLDEST_DATA.page(database, scope, page)


def certificates(vault: Database, scope: Scope, *, page: int) -> Page[CertificateRow]:
    """Proofs of erasure, the newest first. They live in the vault's database."""
    return _PROOFS.page(vault, scope, page)


def certificate(vault: Database, certificate_id: str, scope: Scope) -> CertificateRow | None:
    return _one(vault, select(CertificateRow).where(CertificateRow.id == certificate_id), scope)


def certificate_of(vault: Database, case_id: CaseId, scope: Scope) -> CertificateRow | None:
    """The newest proof that this case was erased."""
    newest = select(CertificateRow).where(CertificateRow.case_id == case_id)
    return _one(vault, newest.order_by(col(CertificateRow.erased_at).desc()), scope)


def _one(vault: Database, wanted: SelectOfScalar[CertificateRow], scope: Scope) -> CertificateRow | None:
    with vault.read() as session:
        return session.exec(wanted.where(within(CertificateRow.municipality, scope)).limit(1)).first()


# --- deliveries ---------------------------------------------------------------------------------------------------


_DELIVERIES = Listing(
    DeliveryRow, "ix_delivery_received", (), (DeliveryRow.received_at, DeliveryRow.id), newest_first=True
)


def deliveries(database: Database, scope: Scope, *, page: int) -> Page[Delivery]:
    """The newest first."""
    found = _DELIVERIES.page(database, scope, page)
    with database.read() as session:
        shown = [row.id for row in found.rows]
        names = {row.id: (partner, place) for row, partner, place in session.exec(_with_names(shown))}
        # One that was finished says what became of its rows, however many they were.
        counts = session.exec(_counts([row.id for row in found.rows if row.report is None])).all()
    rows = tuple(_delivery(row, *names[row.id], counts) for row in found.rows)
    return Page(rows, page, found.total)


def delivery(database: Database, delivery_id: DeliveryId, scope: Scope) -> Delivery | None:
    with database.read() as session:
        found = session.exec(_with_names([delivery_id]).where(within(DeliveryRow.municipality, scope))).first()
        counts = session.exec(_counts([delivery_id])).all()
        compared = recurrences_of(session, delivery_id)
        entities = legal_entities_of(session, delivery_id)
    if found is None:
        return None
    row, partner, place = found
    if row.report is not None:
        # Rows go at their own dates; what became of them stays as it was counted.
        entities = int(row.report.get("legal_entities", 0))
    return replace(_delivery(row, partner, place, counts), recurrences=compared, legal_entities=entities)


def refused_rows(database: Database, delivery_id: DeliveryId, *, page: int) -> Page[DeliveredRow]:
    """The rows of a delivery (which the caller may see) that could not be read, in their own order."""
    which = (DeliveredRow.delivery_id == delivery_id, DeliveredRow.status == RowStatus.REFUSED)
    return paged(database, DeliveredRow, which, (col(DeliveredRow.number),), page)


def _with_names(ids: list[str]) -> Any:
    return (
        select(DeliveryRow, PartnerRow.name, MunicipalityRow.name)
        .where(col(DeliveryRow.id).in_(ids))
        .join(PartnerRow, col(PartnerRow.id) == col(DeliveryRow.partner_id))
        .join(MunicipalityRow, col(MunicipalityRow.code) == col(DeliveryRow.municipality))
    )


def _counts(ids: list[str]) -> Any:
    return (
        select(DeliveredRow.delivery_id, DeliveredRow.status, func.count())
        .where(col(DeliveredRow.delivery_id).in_(ids))
        .group_by(col(DeliveredRow.delivery_id), col(DeliveredRow.status))
    )


def _delivery(row: DeliveryRow, partner: str, municipality: str, counts: Iterable[tuple[str, str, int]]) -> Delivery:
    mine = {RowStatus(status): number for delivery_id, status, number in counts if delivery_id == row.id}
    if row.report is not None:
        # Rows go at their own dates; what became of them stays as it was counted.
        mine = {status: int(row.report.get(status, 0)) for status in RowStatus}
    return Delivery(row, partner, municipality, mine)


# --- small parts --------------------------------------------------------------------------------------------------


def alive(database: Database) -> None:
    """Raises when the database does not answer."""
    with database.read() as session:
        session.exec(select(1)).one()


def _staff(row: StaffRow) -> Staff:
    codes = frozenset(MunicipalityCode(code) for code in row.municipalities)
    return Staff(
        staff_id=StaffId(row.id),
        name=row.name,
        role=Role(row.role),
        municipalities=codes,
        party=ReferralParty(row.party) if row.party else None,
        sees_secret_addresses=row.sees_secret_addresses,
        partner=PartnerId(row.partner_id) if row.partner_id else None,
    )
