"""What a delivery ended with, in a form that two runs of one file share: rows by their number, cases by the row that
opened them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select
from temporalio.client import Client

from activities.records import DeliveryReport
from adapters.stores import Stores
from models.codes import DocumentKind, RowStatus
from models.ids import DeliveryId, UnitId
from models.personal import DeliveredSignal
from models.tables import CaseRow, CaseSignalRow, DeliveredRow, DocumentRow, SignalRow

_PAGE = 500


@dataclass(frozen=True)
class Outcome:
    """`counts`: the delivery's report. `cases` in the lists, `workflows` in Temporal. `fingerprint` of every row: what
    it became, in whose case, its reference and amount."""

    counts: dict[str, int]
    cases: int
    workflows: int
    fingerprint: str


async def outcome(client: Client, stores: Stores, report: DeliveryReport) -> Outcome:
    """Of a delivery that is done, the only one of its installation; reads every row of it."""
    with stores.database.read() as session:
        cases = session.exec(select(func.count()).select_from(CaseRow)).one()
    return Outcome(
        counts=report.model_dump(exclude={"delivery_id"}),
        cases=cases,
        workflows=(await client.count_workflows("WorkflowType = 'Case'")).count,
        fingerprint=fingerprint(stores, report.delivery_id),
    )


def fingerprint(stores: Stores, delivery: DeliveryId) -> str:
    """A function of personal data: to be compared, not to be kept."""
    digest = hashlib.sha256()
    with stores.database.read() as session:
        opener = _openers(session, delivery)
        for page in _pages(session, delivery):
            references = _references(stores, session, [UnitId(row.unit_id) for row, _, _ in page])
            for row, signal, place in page:
                # As the signal's row has it, and as the case has it: a signal may be left in neither.
                cases = (
                    opener.get(found.case_id or "") if found is not None else None for found in (row, signal, place)
                )
                amount = None if signal is None else signal.amount_cents
                faults = [fault["field"] for fault in row.errors]
                line = (row.number, row.status, *cases, amount, references.get(row.unit_id), *faults)
                digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _openers(session: Session, delivery: DeliveryId) -> dict[str, int]:
    """By case the number of the row that opened it."""
    opened = select(DeliveredRow.case_id, DeliveredRow.number).where(
        DeliveredRow.delivery_id == delivery, DeliveredRow.status == RowStatus.OPENED
    )
    return {case: number for case, number in session.exec(opened) if case is not None}


def _pages(
    session: Session, delivery: DeliveryId
) -> Iterator[Sequence[tuple[DeliveredRow, SignalRow | None, CaseSignalRow | None]]]:
    rows = (
        select(DeliveredRow, SignalRow, CaseSignalRow)
        .join(SignalRow, col(SignalRow.unit_id) == col(DeliveredRow.unit_id), isouter=True)
        .join(CaseSignalRow, col(CaseSignalRow.signal_id) == col(SignalRow.id), isouter=True)
        .where(DeliveredRow.delivery_id == delivery)
        .order_by(col(DeliveredRow.number))
        .limit(_PAGE)
    )
    last = 0
    while page := session.exec(rows.where(col(DeliveredRow.number) > last)).all():
        yield page
        last = page[-1][0].number
        session.expunge_all()


def _references(stores: Stores, session: Session, units: Sequence[UnitId]) -> dict[str, str]:
    """The partner's own reference of each row that could be read."""
    documents = session.exec(
        select(DocumentRow).where(DocumentRow.kind == DocumentKind.ROW, col(DocumentRow.unit_id).in_(units))
    )
    opened = (
        (document.unit_id, stores.vault.open(UnitId(document.unit_id), document.sealed)) for document in documents
    )
    return {unit: said.partner_reference for unit, said in opened if isinstance(said, DeliveredSignal)}
