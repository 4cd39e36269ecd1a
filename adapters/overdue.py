"""What the daily sweep finds: data past their term that no timer of their own erases, or whose timer failed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice

from sqlmodel import Session, col, select

from activities.records import ErasureOrder
from adapters.call_requests import forget_unwritten
from adapters.case_searches import forget_searches
from adapters.database import Database
from adapters.delivery_store import forget_files
from adapters.destruction_lists import DestructionLists
from adapters.look_seals import LookSeals
from adapters.looks import forget_looks
from adapters.objection_marks import forget_marks
from adapters.outbox import Outbox
from adapters.requests import forget_requests
from adapters.sessions import forget_sessions
from adapters.sign_ins import forget_sign_ins
from adapters.staff_trails import KnownSince, forget_staff, nobody_forgotten
from adapters.uploads import forget_uploads
from adapters.vault import Vault
from models.case import CaseState, Retention
from models.codes import OutcomeClass, RetentionStart
from models.destruction import Asked
from models.ids import CaseId, UnitId, derived, unit_of_case
from models.tables import CallRequestRow, CaseRow, DeliveredRow, DeliveryRow, DocumentRow, SignalRow
from models.terms import Term
from models.values import MunicipalityCode
from models.vault_tables import CertificateRow, UnitRow
from workflows.names import case_workflow_id, retention_workflow_id

TIMER_LATE = timedelta(hours=1)
"""A retention timer this much late has failed; what it left is erased, and reported as its defect."""
BY_TIMER = "timer"
"""The defect of what a timer should have erased."""
DRAFT_LIFE = timedelta(days=1)
_FILE_LIFE = timedelta(days=1)
"""Younger files may have no rows yet: they are still being stored."""
_WITHOUT_CASE = "Beleid: een regel die geen zaak werd, blijft zo lang als nodig is om haar te herstellen."
_CALL = "Beleid: een terugbelverzoek blijft tot een dag nadat het is afgehandeld, en hooguit vier weken."
_AT_ONCE = 500


def order_id_of(unit: UnitId) -> str:
    """Every erasure of a unit is the same order, whoever gives it, so its certificate is written once."""
    return derived("erasure", unit)


class Overdue:
    """Finds erasure orders; one order per unit."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        lists: DestructionLists | None = None,
        known_since: KnownSince = nobody_forgotten,
    ) -> None:
        self._known_since = known_since
        self._database = database
        self._vault = vault
        self._lists = lists or DestructionLists(database)
        self._outbox = Outbox(database, vault)

    def clear(self, at: datetime) -> list[ErasureOrder]:
        """Clears expired drafts, which lie in units that live on, what files without rows are recognised by, files that
        nobody confirmed, what systems asked, who searched or looked long ago, sessions of days ago, marks of who
        objected long ago, and who did long ago what is still known to have happened; gives orders for the rest, not all
        at once. Seals the looks of yesterday."""
        self._outbox.expired(at - DRAFT_LIFE)
        forget_uploads(self._database, self._vault, at=at)
        forget_requests(self._database, self._vault, at=at)
        forget_searches(self._database, at=at)
        LookSeals(self._database, self._vault.database).seal(at=at)
        forget_looks(self._database, at=at)
        forget_unwritten(self._database, self._vault, at=at)
        forget_sessions(self._database, at=at)
        forget_sign_ins(self._database, at=at)
        forget_staff(self._database, self._known_since(at))
        forget_marks(self._vault, at=at)
        forget_files(self._database, self._vault, received_before=at - _FILE_LIFE)
        with self._database.read() as session:
            found = chain(
                self._permitted(_without_case(session, at), at),
                _calls(session, at),
                self._permitted(_missed_by_timer(session, at), at, late=TIMER_LATE),
                self._restored(session),
            )
            return list({order.order_id: order for order in islice(found, _AT_ONCE)}.values())

    def _permitted(
        self, found: Iterator[tuple[ErasureOrder, datetime]], at: datetime, *, late: timedelta = timedelta(0)
    ) -> Iterator[ErasureOrder]:
        """Those that nobody has to agree to first, or that waited for it long enough; `late`: and this long after that.
        `found`: with their dates."""
        while part := list(islice(found, _AT_ONCE)):
            for code in dict.fromkeys(order.municipality for order, _ in part):
                mine = [(order, due_at) for order, due_at in part if order.municipality == code]
                asked = [Asked(unit_id=order.units[0], due_at=due_at) for order, due_at in mine]
                for (order, due_at), permit in zip(mine, self._lists.permits(code, asked), strict=True):
                    waited = late if permit.not_before > due_at else timedelta(0)
                    if permit.not_before + waited <= at:
                        yield order.model_copy(update={"on_list": permit.on_list})

    def _restored(self, session: Session) -> Iterator[ErasureOrder]:
        """Units that have a certificate and exist all the same: an old backup was put back."""
        existing = set[str]()
        for table in (DocumentRow, DeliveredRow, SignalRow, CaseRow, CallRequestRow):
            existing.update(session.exec(select(table.unit_id).distinct()))
        with self._vault.database.read() as vault:
            existing.update(vault.exec(select(UnitRow.id).where(col(UnitRow.wrapped_key).is_not(None))))
            orders = [order_id_of(UnitId(unit)) for unit in sorted(existing)]
            for start in range(0, len(orders), _AT_ONCE):
                chunk = orders[start : start + _AT_ONCE]
                for row in vault.exec(select(CertificateRow).where(col(CertificateRow.id).in_(chunk))):
                    yield again(row)


def _without_case(session: Session, at: datetime) -> Iterator[tuple[ErasureOrder, datetime]]:
    wanted = (
        select(DeliveredRow, DeliveryRow)
        .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
        .where(col(DeliveredRow.erase_at) <= at)
    )
    for row, delivery in session.exec(wanted):
        if row.erase_at is None:
            continue
        kept = _kept(row.unit_id, delivery.received_at, row.erase_at, ground=_WITHOUT_CASE)
        yield order_of(kept, delivery.municipality, None), kept.due_at


def _calls(session: Session, at: datetime) -> Iterator[ErasureOrder]:
    """Who was called back, and whom nobody called. With a certificate, because that day may be long before the one that
    a backup knows."""
    for row in session.exec(select(CallRequestRow).where(col(CallRequestRow.erase_at) <= at)):
        yield order_of(_kept(row.unit_id, row.received_at, row.erase_at, ground=_CALL), row.municipality, None)


def _kept(unit: str, received_at: datetime, erase_at: datetime, *, ground: str) -> Retention:
    """By what something without a case was kept."""
    return Retention(
        unit_id=UnitId(unit),
        outcome_class=OutcomeClass.NOT_PICKED_UP,
        due_at=erase_at,
        start=RetentionStart.RECEIPT,
        started_at=received_at,
        term=Term(days=max((erase_at - received_at).days, 0)),
        ground=ground,
    )


def _missed_by_timer(session: Session, at: datetime) -> Iterator[tuple[ErasureOrder, datetime]]:
    late = at - TIMER_LATE
    signals = select(SignalRow.case_id).where(col(SignalRow.erase_at) <= late)
    wanted = select(CaseRow).where(
        col(CaseRow.closed_at).is_not(None),
        (col(CaseRow.erase_at) <= late) | col(CaseRow.id).in_(signals),
        col(CaseRow.hold_until).is_(None) | (col(CaseRow.hold_until) <= at),
    )
    for case in session.exec(wanted):
        left = set(session.exec(select(SignalRow.unit_id).where(SignalRow.case_id == case.id))) | {case.unit_id}
        for retention in signals_first(CaseState.model_validate(case.state)):
            if retention.due_at <= late and retention.unit_id in left:
                due_at = max(retention.due_at, case.hold_until or retention.due_at)
                yield order_of(retention, case.municipality, CaseId(case.id), defect=BY_TIMER), due_at


def signals_first(state: CaseState) -> Sequence[Retention]:
    """In the order in which a case's units are erased."""
    of_case = unit_of_case(state.case_id)
    return sorted(state.retention, key=lambda retention: retention.unit_id == of_case)


def order_of(retention: Retention, municipality: str, case: CaseId | None, *, defect: str = "") -> ErasureOrder:
    """Of one unit; with a case's own unit go its executions."""
    return ErasureOrder(
        order_id=order_id_of(retention.unit_id),
        municipality=MunicipalityCode(municipality),
        units=(retention.unit_id,),
        case_id=case,
        workflow_ids=_workflows(case, retention.unit_id),
        retention=retention,
        defect=defect,
    )


def again(row: CertificateRow) -> ErasureOrder:
    """What was erased once, after a restore to be erased once more."""
    case = CaseId(row.case_id) if row.case_id is not None else None
    units = tuple(UnitId(unit) for unit in row.units)
    return ErasureOrder(
        order_id=row.id,
        municipality=MunicipalityCode(row.municipality),
        units=units,
        case_id=case,
        workflow_ids=tuple(workflow for unit in units for workflow in _workflows(case, unit)),
        retention=Retention.model_validate(row.rule),
        defect="restored",
    )


def _workflows(case: CaseId | None, unit: UnitId) -> tuple[str, ...]:
    """With a case's own unit go its executions, its late timer included."""
    if case is None or unit != unit_of_case(case):
        return ()
    return case_workflow_id(case), retention_workflow_id(case)
