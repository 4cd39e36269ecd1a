"""The one erase path: destroy keys and indexes, delete rows, (executions elsewhere), certify."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete, delete
from sqlmodel import Session, col, select

from activities.records import Certificate, ErasureOrder, ErasureQuestion
from adapters.certificates import Certificates
from adapters.database import Database
from adapters.destruction_lists import DestructionLists, TermsOf, no_lists
from adapters.overdue import Overdue
from adapters.print_rows import is_on_its_way, queue_lock, take_out
from adapters.staff_trails import KnownSince, nobody_forgotten
from adapters.vault import Vault
from models.case import Retention
from models.destruction import OnList, Permit
from models.errors import CodedError
from models.ids import CaseId, UnitId, unit_of_case
from models.tables import (
    AccessRequestRow,
    AddressLookRow,
    AmountQuestionRow,
    AppointmentRow,
    AttemptRow,
    AtWorkRow,
    AuditPersonRow,
    CallRequestRow,
    CaseRow,
    CaseSearchHitRow,
    CaseSignalRow,
    CbsDeliveryRow,
    CommandRow,
    DeliveredRow,
    DocumentRow,
    FeedbackRow,
    MessageReportRow,
    MessageRow,
    PartyWaitRow,
    PrintLetterRow,
    ProposalRow,
    ReviewRow,
    SignalRow,
    TaskRow,
    VisitTakenRow,
)
from models.vault_tables import CertificateRow

OF_A_CASE = (
    AccessRequestRow,
    AddressLookRow,
    AppointmentRow,
    AtWorkRow,
    AttemptRow,
    AuditPersonRow,
    CaseSearchHitRow,
    CaseSignalRow,
    CommandRow,
    FeedbackRow,
    MessageReportRow,
    MessageRow,
    PrintLetterRow,
    ProposalRow,
    ReviewRow,
    TaskRow,
    VisitTakenRow,
)
"""Tables whose rows go with their case. What happened (`audit_process`) and the counts (`statistic`) stay."""
OF_A_UNIT = (DocumentRow, SignalRow, DeliveredRow, CallRequestRow, CaseRow)
"""Tables whose rows go with their unit."""


class NotErased(CodedError):
    """Something of the unit still exists, so nothing is certified; erasing again is safe."""


class Eraser:
    """Port `activities.ports.Eraser`. Every step may be repeated. A signal's unit takes only the signal's own rows,
    a case's unit all rows of the case, that of a request to be called back the request."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        terms_of: TermsOf = no_lists,
        known_since: KnownSince = nobody_forgotten,
    ) -> None:
        self._database = database
        self._vault = vault
        self._certificates = Certificates(database, vault.database)
        self._lists = DestructionLists(database, terms_of)
        self._overdue = Overdue(database, vault, self._lists, known_since)

    def destroy(self, order: ErasureOrder) -> None:
        """From here on nobody can read the data, in any backup of the main database.

        A letter of the case that still waits is taken out of the print queue first. Raises `LogNotEmptied`, and
        `NotErased` while a letter is on its way to the printer: nothing is destroyed then.
        """
        if order.case_id is not None and _takes_case(order):
            with self._database.write() as session:
                self._database.lock(session, queue_lock(order.municipality))
                if is_on_its_way(session, order.case_id):
                    raise NotErased("erasure.letter_on_its_way")
                take_out(session, order.case_id)
        self._vault.destroy(order.units)

    def delete_rows(self, order: ErasureOrder) -> int:
        """The number of rows deleted now."""
        with self._database.write() as session:
            if order.case_id is not None:
                self._database.lock(session, f"case/{order.case_id}")
            statements = [*_of_case(order.case_id)] if _takes_case(order) else []
            statements += _of_units(order.units)
            return sum(session.connection().execute(statement).rowcount for statement in statements)

    def certify(self, order: ErasureOrder, *, rows: int, executions: int, at: datetime) -> Certificate:
        """The proof; a second time the first proof. Raises `NotErased` while anything of a unit exists."""
        if not all(self._vault.destroyed(unit) for unit in order.units):
            raise NotErased("erasure.key_left")
        with self._database.read() as session:
            if _something_left(session, order):
                raise NotErased("erasure.rows_left")
        row = CertificateRow(
            id=order.order_id,
            municipality=order.municipality.text,
            case_id=order.case_id,
            units=list(order.units),
            rule=order.retention.model_dump(mode="json"),
            started_at=order.retention.started_at,
            defect=order.defect,
            rows=rows,
            executions=executions,
            erased_at=at,
            on_list=None if order.on_list is None else order.on_list.model_dump(mode="json"),
        )
        return _certificate(self._certificates.add(row), order)

    def due_units(self, at: datetime) -> list[ErasureOrder]:
        """What the sweep must erase, at most 500 orders: ask again when they are done.

        Also clears what was typed with commands refused more than a day ago.
        """
        return self._overdue.clear(at)

    def held(self, unit: UnitId, *, at: datetime) -> bool:
        """Whether erasing the unit is put off at this moment."""
        with self._database.read() as session:
            of_signal = select(SignalRow.case_id).where(SignalRow.unit_id == unit)
            held = select(CaseRow.id).where(
                (col(CaseRow.unit_id) == unit) | col(CaseRow.id).in_(of_signal), col(CaseRow.hold_until) > at
            )
            return session.exec(held).first() is not None

    def permits(self, question: ErasureQuestion) -> list[Permit]:
        """From when each unit may be erased, as things stand now, in the order in which was asked."""
        return self._lists.permits(question.municipality, question.asked)


def _takes_case(order: ErasureOrder) -> bool:
    return order.case_id is not None and unit_of_case(order.case_id) in order.units


def _of_case(case: CaseId | None) -> list[Delete]:
    return [
        *(delete(table).where(col(table.case_id) == case) for table in OF_A_CASE),
        delete(PartyWaitRow).where(col(PartyWaitRow.waiting) == case),
        delete(CaseRow).where(col(CaseRow.id) == case),
    ]


def _of_units(units: Sequence[UnitId]) -> list[Delete]:
    signals = select(SignalRow.id).where(col(SignalRow.unit_id).in_(units))
    return [
        delete(CaseSignalRow).where(col(CaseSignalRow.signal_id).in_(signals)),
        delete(FeedbackRow).where(col(FeedbackRow.signal_id).in_(signals)),
        delete(AmountQuestionRow).where(col(AmountQuestionRow.signal_id).in_(signals)),
        delete(CbsDeliveryRow).where(col(CbsDeliveryRow.signal_id).in_(signals)),
        *(delete(table).where(col(table.unit_id).in_(units)) for table in OF_A_UNIT if table is not CaseRow),
    ]


def _something_left(session: Session, order: ErasureOrder) -> bool:
    for table in OF_A_UNIT:
        if session.exec(select(table.unit_id).where(col(table.unit_id).in_(order.units))).first() is not None:
            return True
    if not _takes_case(order):
        return False
    return any(
        session.exec(select(table.case_id).where(table.case_id == order.case_id)).first() is not None
        for table in OF_A_CASE
    )


def _certificate(row: CertificateRow, order: ErasureOrder) -> Certificate:
    proven = order.model_copy(
        update={
            "units": tuple(UnitId(unit) for unit in row.units),
            "retention": Retention.model_validate(row.rule),
            "defect": row.defect,
            "on_list": None if row.on_list is None else OnList.model_validate(row.on_list),
        }
    )
    return Certificate(
        certificate_id=row.id, order=proven, erased_at=row.erased_at, rows=row.rows, executions=row.executions
    )
