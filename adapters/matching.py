"""The matching protocol: which case a signal belongs to, up to the door of Temporal.

The choice is made in the vault (`adapters/reservations.py`), the rows follow in one transaction of the main database.
Either may be done again, and doing it again repairs what was left half-done: docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, func, select

from activities.records import DeliveryReport, MatchedRow, RowGroup
from adapters.blind import IndexKind
from adapters.case_rows import case_columns
from adapters.database import Database
from adapters.documents import Documents
from adapters.reservations import Candidate, Reservation, Reservations
from adapters.row_groups import RowGroups
from adapters.vault import Erased, Vault
from models.case import CaseSignal, CaseState, Person
from models.codes import DocumentKind, PartnerType, RowStatus, SignalStatus
from models.errors import CodedError
from models.ids import CaseId, DeliveryId, PartnerId, RowId, UnitId, signal_of, unit_of_case
from models.personal import DeliveredSignal, Resident
from models.tables import (
    CaseRow,
    CaseSignalRow,
    DeliveredRow,
    DeliveryRow,
    DocumentRow,
    PartnerRow,
    SignalRow,
)
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow
from workflows.publishing import next_action

PAGE = 1_000
"""Rows that are looked at together when a delivery is put in groups."""

_GROUPED_BY = (IndexKind.BSN, IndexKind.HOUSE, IndexKind.PARTNER_REFERENCE)


class NotASignal(CodedError):
    """The row was refused, or is not there: nothing can be matched."""

    retryable = False

    def __init__(self, code: str = "matching.not_a_signal") -> None:
        super().__init__(code)


@dataclass(frozen=True)
class _Delivered:
    """A row with what its delivery says of it."""

    row_id: RowId
    partner_type: PartnerType
    received_at: datetime
    candidate: Candidate


class Matching:
    """Delivered rows and the case of each. `keep_repeated`: how long a row that said nothing new stays."""

    def __init__(self, database: Database, vault: Vault, *, keep_repeated: timedelta) -> None:
        self._database = database
        self._vault = vault
        self._documents = Documents(vault)
        self._reservations = Reservations(vault, amounts=self._amounts)
        self._keep_repeated = keep_repeated

    def groups(self, delivery: DeliveryId, *, size: int) -> list[RowGroup]:
        """The delivery's unfinished rows in groups of about `size`, in order. Rows about one address, person or
        reference are in one group, however many. Rows that were left half-done are among them."""
        groups = RowGroups()
        for page in self._unfinished(delivery):
            shared = self._shared([UnitId(row.unit_id) for row in page])
            for row in page:
                groups.add(RowId(row.id), shared.get(row.unit_id, ()))
        return [RowGroup(rows=rows) for rows in groups.packed(size)]

    def match(self, row: RowId, *, at: datetime) -> MatchedRow:
        """Chooses the row's case, reserves it and writes the rows; done before, it answers the same.

        Neither `open` nor `join`: there is nothing left to do. Raises `NotASignal`, `Erased`.
        """
        chosen = self._reservations.of_signal(signal_of(row))
        if chosen is None or not chosen.settled:
            delivered = self._delivered(row)
            chosen = self._reservations.choose(delivered.candidate, at=at)
            if not chosen.settled:
                return self._written(delivered, chosen, at)
        self._mark_repeated(row)
        return MatchedRow(row_id=row, case_id=chosen.case_id)

    def rematch(self, row: RowId, closed: CaseId, *, at: datetime) -> MatchedRow:
        """The chosen case turned out to be closed: marks it closed and chooses again, once.

        Raises `NotASignal`, `Erased`.
        """
        delivered = self._delivered(row)
        chosen = self._reservations.choose_again(delivered.candidate, closed, at=at)
        if chosen.settled:
            return MatchedRow(row_id=row, case_id=chosen.case_id)
        return self._written(delivered, chosen, at)

    def settled(self, row: RowId) -> None:
        """The case has the signal."""
        self._reservations.settle(signal_of(row))

    def case_closed(self, case: CaseId) -> None:
        """No signal may join the case any more."""
        self._reservations.close(case)

    def earlier_cases(self, case: CaseId) -> tuple[CaseId, ...]:
        """The closed cases of the same resident, as far as they are not erased."""
        return self._reservations.earlier_cases(case)

    def report(self, delivery: DeliveryId, *, finished_at: datetime | None) -> DeliveryReport:
        """What became of the rows; `stored` are those not matched yet. Marks the delivery finished, the first time."""
        with self._database.write() as session:
            row = session.get(DeliveryRow, delivery)
            if row is not None and row.finished_at is None:
                row.finished_at = finished_at
            counted = select(DeliveredRow.status, func.count()).where(DeliveredRow.delivery_id == delivery)
            found = dict(session.exec(counted.group_by(DeliveredRow.status)).all())
        return DeliveryReport(delivery_id=delivery, **{status.value: found.get(status, 0) for status in RowStatus})

    # --- groups ---------------------------------------------------------------------------------------------------

    def _unfinished(self, delivery: DeliveryId) -> Iterator[list[DeliveredRow]]:
        last = 0
        while True:
            wanted = (
                select(DeliveredRow)
                .where(DeliveredRow.delivery_id == delivery, DeliveredRow.number > last)
                .order_by(col(DeliveredRow.number))
                .limit(PAGE)
            )
            with self._database.read() as session:
                rows = session.exec(wanted).all()
            if not rows:
                return
            last = rows[-1].number
            placed = {RowStatus.OPENED, RowStatus.JOINED}
            halfway = self._reservations.unsettled(UnitId(row.unit_id) for row in rows if row.status in placed)
            yield [row for row in rows if row.status == RowStatus.STORED or row.unit_id in halfway]

    def _shared(self, units: Sequence[UnitId]) -> dict[str, list[bytes]]:
        wanted = select(BlindIndexRow.unit_id, BlindIndexRow.digest).where(
            col(BlindIndexRow.unit_id).in_(units), col(BlindIndexRow.kind).in_(_GROUPED_BY)
        )
        shared: dict[str, list[bytes]] = {}
        with self._vault.database.read() as session:
            for unit, digest in session.exec(wanted):
                shared.setdefault(unit, []).append(bytes.fromhex(digest))
        return shared

    # --- a row ----------------------------------------------------------------------------------------------------

    def _delivered(self, row_id: RowId) -> _Delivered:
        with self._database.read() as session:
            row = session.get(DeliveredRow, row_id)
            content = self._documents.read(session, DocumentKind.ROW, row_id)
            if row is None or not isinstance(content, DeliveredSignal):
                raise NotASignal
            delivery = session.get_one(DeliveryRow, row.delivery_id)
            partner = session.get_one(PartnerRow, delivery.partner_id)
        return _Delivered(
            row_id=row_id,
            partner_type=PartnerType(partner.type),
            received_at=delivery.received_at,
            candidate=Candidate(
                signal_id=signal_of(row_id),
                unit_id=UnitId(row.unit_id),
                municipality=MunicipalityCode(delivery.municipality),
                partner_id=PartnerId(partner.id),
                signal=content,
            ),
        )

    def _amounts(self, units: Iterable[UnitId]) -> list[Decimal]:
        # From the sealed rows, because a signal's own row may not be written yet. What is erased asks for nothing.
        wanted = select(DocumentRow).where(
            col(DocumentRow.unit_id).in_(list(units)), DocumentRow.kind == DocumentKind.ROW
        )
        with self._database.read() as session:
            documents = session.exec(wanted).all()
        amounts = []
        for document in documents:
            try:
                content = self._vault.open(UnitId(document.unit_id), document.sealed)
            except Erased:
                continue
            if isinstance(content, DeliveredSignal):
                amounts.append(content.amount.amount)
        return amounts

    # --- the rows -------------------------------------------------------------------------------------------------

    def _written(self, delivered: _Delivered, chosen: Reservation, at: datetime) -> MatchedRow:
        if chosen.opens:
            state = self._write_opening(delivered, chosen, at)
            return MatchedRow(row_id=delivered.row_id, case_id=chosen.case_id, open=state)
        self._complete_opening(chosen.case_id, at)
        signal = self._write_joining(delivered, chosen, at)
        return MatchedRow(row_id=delivered.row_id, case_id=chosen.case_id, join=signal)

    def _mark_repeated(self, row_id: RowId) -> None:
        """A settled signal whose row was never placed in a case said nothing new. It keeps no case, so that it goes at
        a term of its own."""
        with self._database.write() as session:
            row = session.get(DeliveredRow, row_id)
            if row is None or row.status != RowStatus.STORED:
                return
            delivery = session.get_one(DeliveryRow, row.delivery_id)
            row.status, row.erase_at = RowStatus.REPEATED, delivery.received_at + self._keep_repeated

    def _complete_opening(self, case: CaseId, at: datetime) -> None:
        """Writes the case for the signal that opens it, when that was broken off before it had written it."""
        with self._database.read() as session:
            if session.get(CaseRow, case) is not None:
                return
        opener = self._reservations.opener_of(case)
        if opener is None:
            return
        with self._database.read() as session:
            row = session.exec(select(DeliveredRow.id).where(DeliveredRow.unit_id == opener.unit_id)).one()
        self._write_opening(self._delivered(RowId(row)), opener, at)

    def _write_opening(self, delivered: _Delivered, chosen: Reservation, at: datetime) -> CaseState:
        """The case as it begins, with its own copy of the resident; what was written before stays as it is."""
        unit = unit_of_case(chosen.case_id)
        row = _case_row(delivered, chosen, at)
        with self._database.write() as session:
            self._database.lock(session, f"case/{chosen.case_id}")
            if self._database.insert_once(session, row):
                resident = delivered.candidate.signal.resident.model_copy(update={"person_id": chosen.person_id})
                self._documents.keep(session, unit, DocumentKind.PERSON, chosen.person_id, resident, at=at)
            opened_at = session.exec(select(CaseRow.opened_at).where(CaseRow.id == chosen.case_id)).one()
            self._place(session, delivered, chosen, opened_at)
        return _beginning(delivered, chosen, opened_at)

    def _write_joining(self, delivered: _Delivered, chosen: Reservation, at: datetime) -> CaseSignal:
        with self._database.write() as session:
            self._database.lock(session, f"case/{chosen.case_id}")
            joined_at = self._place(session, delivered, chosen, at)
            case = session.get(CaseRow, chosen.case_id)
            if case is not None and case.closed_at is None:
                self._add_to_resident(session, chosen, delivered.candidate.signal.resident, at)
        return _case_signal(delivered, chosen, joined_at)

    def _place(self, session: Session, delivered: _Delivered, chosen: Reservation, at: datetime) -> datetime:
        """The signal's rows, in this case; since when."""
        self._database.insert_once(session, _signal_row(delivered, chosen))
        signal = session.get_one(SignalRow, chosen.signal_id)
        signal.case_id, signal.person_id = chosen.case_id, chosen.person_id
        link = CaseSignalRow(
            signal_id=chosen.signal_id, case_id=chosen.case_id, person_id=chosen.person_id, joined_at=at
        )
        self._database.insert_once(session, link)
        found = session.get_one(CaseSignalRow, chosen.signal_id)
        if found.case_id != chosen.case_id:
            found.case_id, found.person_id, found.joined_at = chosen.case_id, chosen.person_id, at
        row = session.get_one(DeliveredRow, delivered.row_id)
        row.status, row.case_id = RowStatus.OPENED if chosen.opens else RowStatus.JOINED, chosen.case_id
        return found.joined_at

    def _add_to_resident(self, session: Session, chosen: Reservation, said: Resident, at: datetime) -> None:
        """Adds what the case did not know of its resident; what it knows stays as it is."""
        try:
            known = self._documents.read(session, DocumentKind.PERSON, chosen.person_id)
            if isinstance(known, Resident) and (fuller := _fuller(known, said)) != known:
                unit = unit_of_case(chosen.case_id)
                self._documents.keep(session, unit, DocumentKind.PERSON, chosen.person_id, fuller, at=at)
        except Erased:
            # The case was erased meanwhile: it will refuse the signal, which is then matched again.
            return


def _fuller(known: Resident, said: Resident) -> Resident:
    numbers = {phone.number for phone in known.phones}
    addresses = {mailbox.address for mailbox in known.mailboxes}
    return known.model_copy(
        update={
            "birth_date": known.birth_date or said.birth_date,
            "bsn": known.bsn or said.bsn,
            "phones": (*known.phones, *(phone for phone in said.phones if phone.number not in numbers)),
            "mailboxes": (*known.mailboxes, *(box for box in said.mailboxes if box.address not in addresses)),
        }
    )


def _beginning(delivered: _Delivered, chosen: Reservation, opened_at: datetime) -> CaseState:
    return CaseState(
        case_id=chosen.case_id,
        municipality=delivered.candidate.municipality,
        opened_at=opened_at,
        people=(Person(person_id=chosen.person_id),),
        signals=(_case_signal(delivered, chosen, opened_at),),
    )


def _case_signal(delivered: _Delivered, chosen: Reservation, joined_at: datetime) -> CaseSignal:
    signal = delivered.candidate.signal
    return CaseSignal(
        signal_id=chosen.signal_id,
        unit_id=chosen.unit_id,
        partner_id=delivered.candidate.partner_id,
        partner_type=delivered.partner_type,
        person_id=chosen.person_id,
        received_at=delivered.received_at,
        joined_at=joined_at,
        crisis=signal.crisis,
        warm_handover=signal.warm_handover,
        end_of_supply_on=signal.end_of_supply_on,
    )


def _case_row(delivered: _Delivered, chosen: Reservation, at: datetime) -> CaseRow:
    state = _beginning(delivered, chosen, at)
    return CaseRow(
        id=chosen.case_id,
        unit_id=unit_of_case(chosen.case_id),
        municipality=state.municipality.text,
        opened_at=at,
        **case_columns(state, next_action(state, now=at)),
    )


def _signal_row(delivered: _Delivered, chosen: Reservation) -> SignalRow:
    signal = delivered.candidate.signal
    return SignalRow(
        id=chosen.signal_id,
        unit_id=chosen.unit_id,
        row_id=delivered.row_id,
        municipality=delivered.candidate.municipality.text,
        partner_id=delivered.candidate.partner_id,
        partner_type=delivered.partner_type,
        case_id=chosen.case_id,
        person_id=chosen.person_id,
        status=SignalStatus.NOT_YET_PICKED_UP,
        amount_cents=int(signal.amount.amount * 100),
        origin_date=signal.origin_date,
        days_in_arrears=signal.days_in_arrears,
        signal_date=signal.signal_date,
        received_at=delivered.received_at,
        crisis=signal.crisis,
        warm_handover=signal.warm_handover,
        end_of_supply_on=signal.end_of_supply_on,
    )
