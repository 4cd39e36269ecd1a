"""The matching protocol: which case a signal belongs to, up to the door of Temporal.

The choice is made in the vault (`adapters/reservations.py`), the rows follow in one transaction of the main database
(`adapters/signal_rows.py`). Either may be done again, and doing it again repairs what was left half-done:
docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import col, func, select

from activities.records import DeliveryReport, MatchedRow, RowGroup, RowWindow
from adapters.database import Database
from adapters.delivered_rows import Delivered, DeliveredRows
from adapters.known_people import Household, nobody_shares
from adapters.objection_marks import ObjectionMarks
from adapters.recurrences import LookBack, Recurrences, recurrences_of
from adapters.reservation_rows import LOCKED, Reservation
from adapters.reservations import Reservations
from adapters.row_groups import RowGroups
from adapters.signal_rows import SignalRows
from adapters.unjustified import legal_entities_of
from adapters.vault import Vault
from models.case import CaseState
from models.codes import Recurrence, RowStatus
from models.ids import CaseId, DeliveryId, RowId, UnitId, signal_of
from models.tables import DeliveredRow, DeliveryRow
from models.vault_tables import BlindIndexRow
from policy.legal_forms import is_legal_entity

PAGE = 1_000
"""Rows that are looked at together when a delivery is put in groups."""


class Matching:
    """Delivered rows and the case of each.

    `keep_repeated`: how long a row that said nothing new stays. `look_back`: how many months back an earlier signal at
    an address counts in a municipality. `household`: how many people of one address may share a case there; by default
    nobody does.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        keep_repeated: timedelta,
        look_back: LookBack,
        household: Household = nobody_shares,
    ) -> None:
        self._database = database
        self._vault = vault
        self._delivered = DeliveredRows(database, vault)
        self._rows = SignalRows(database, vault)
        self._recurrences = Recurrences(database, vault, look_back)
        self._reservations = Reservations(vault, amounts=self._amounts, household=household)
        self._marks = ObjectionMarks(vault)
        self._keep_repeated = keep_repeated

    def groups(self, delivery: DeliveryId, *, size: int) -> list[RowGroup]:
        """The delivery's unfinished rows in groups of about `size`, in order. Rows about one address, person or
        reference are in one group, however many. Rows that were left half-done are among them."""
        groups = RowGroups()
        for page in self._unfinished(delivery):
            self._group(groups, page)
        return [RowGroup(rows=rows) for rows in groups.packed(size)]

    def window(self, delivery: DeliveryId, *, size: int, after: int) -> RowWindow:
        """The same for the next `PAGE` rows behind row `after`; nothing while the delivery is paused.

        Two rows about one person in different windows are never matched at once: a window is done before the next.
        """
        with self._database.read() as session:
            known = session.get(DeliveryRow, delivery)
        if known is not None and known.paused_at is not None:
            return RowWindow(paused=True)
        rows, unfinished = self._page(delivery, after)
        if not rows:
            return RowWindow()
        groups = RowGroups()
        self._group(groups, unfinished)
        return RowWindow(groups=tuple(RowGroup(rows=each) for each in groups.packed(size)), last=rows[-1].number)

    def match(self, row: RowId, *, at: datetime) -> MatchedRow:
        """Chooses the row's case, reserves it and writes the rows; done before, it answers the same.

        Neither `open` nor `join`: there is nothing left to do. Raises `NotASignal`, `Erased`.
        """
        chosen = self._reservations.of_signal(signal_of(row))
        if chosen is None or not chosen.settled:
            delivered = self._delivered.read(row)
            chosen = self._reservations.choose(delivered.candidate, at=at)
            if not chosen.settled:
                return self._written(delivered, chosen, at)
        self._mark_repeated(row, chosen, at)
        return MatchedRow(row_id=row, case_id=chosen.case_id)

    def rematch(self, row: RowId, closed: CaseId, *, at: datetime) -> MatchedRow:
        """The chosen case turned out to be closed: marks it closed and chooses again, once.

        Raises `NotASignal`, `Erased`.
        """
        delivered = self._delivered.read(row)
        chosen = self._reservations.choose_again(delivered.candidate, closed, at=at)
        if chosen.settled:
            return MatchedRow(row_id=row, case_id=chosen.case_id)
        return self._written(delivered, chosen, at)

    def settled(self, *rows: RowId) -> None:
        """The cases of these rows have their signals."""
        self._reservations.settle(map(signal_of, rows))

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
            compared = recurrences_of(session, delivery)
            report = DeliveryReport(
                delivery_id=delivery,
                successive=compared[Recurrence.SUCCESSIVE],
                not_compared=compared[Recurrence.NOT_COMPARED],
                legal_entities=legal_entities_of(session, delivery),
                **{status.value: found.get(status, 0) for status in RowStatus},
            )
            if row is not None and finished_at is not None and row.report is None:
                # Rows go at their own dates; what became of the delivery stays.
                row.report = report.model_dump(mode="json")
        return report

    # --- groups ---------------------------------------------------------------------------------------------------

    def _unfinished(self, delivery: DeliveryId) -> Iterator[list[DeliveredRow]]:
        last = 0
        while True:
            rows, unfinished = self._page(delivery, last)
            if not rows:
                return
            last = rows[-1].number
            yield unfinished

    def _page(self, delivery: DeliveryId, after: int) -> tuple[Sequence[DeliveredRow], list[DeliveredRow]]:
        """The next rows, and those of them that are not finished."""
        wanted = (
            select(DeliveredRow)
            .where(DeliveredRow.delivery_id == delivery, DeliveredRow.number > after)
            .order_by(col(DeliveredRow.number))
            .limit(PAGE)
        )
        with self._database.read() as session:
            rows = session.exec(wanted).all()
        placed = {RowStatus.OPENED, RowStatus.JOINED}
        halfway = self._reservations.unsettled(UnitId(row.unit_id) for row in rows if row.status in placed)
        return rows, [row for row in rows if row.status == RowStatus.STORED or row.unit_id in halfway]

    def _group(self, groups: RowGroups, rows: Sequence[DeliveredRow]) -> None:
        shared = self._shared([UnitId(row.unit_id) for row in rows])
        for row in rows:
            groups.add(RowId(row.id), shared.get(row.unit_id, ()))

    def _shared(self, units: Sequence[UnitId]) -> dict[str, list[bytes]]:
        wanted = select(BlindIndexRow.unit_id, BlindIndexRow.digest).where(
            col(BlindIndexRow.unit_id).in_(units), col(BlindIndexRow.kind).in_(LOCKED)
        )
        shared: dict[str, list[bytes]] = {}
        with self._vault.database.read() as session:
            for unit, digest in session.exec(wanted):
                shared.setdefault(unit, []).append(bytes.fromhex(digest))
        return shared

    # --- a row ----------------------------------------------------------------------------------------------------

    def _amounts(self, units: Iterable[UnitId]) -> list[Decimal]:
        # From the sealed rows, because a signal's own row may not be written yet. What is erased asks for nothing.
        return [said.amount.amount for said in self._delivered.contents(units)]

    def _written(self, read: Delivered, chosen: Reservation, at: datetime) -> MatchedRow:
        delivered = self._recognised(read, at)
        if chosen.opens:
            state = self._write_opening(delivered, chosen, at)
            return MatchedRow(row_id=delivered.row_id, case_id=chosen.case_id, open=state)
        self._complete_opening(chosen.case_id, at)
        signal = self._rows.write_joining(delivered, chosen, self._recurrences.of(delivered), at)
        return MatchedRow(row_id=delivered.row_id, case_id=chosen.case_id, join=signal)

    def _mark_repeated(self, row_id: RowId, chosen: Reservation, at: datetime) -> None:
        """A settled signal whose row was never placed in a case said nothing new. It keeps no case, so that it goes at
        a term of its own; its partner hears that it was a repeat, in the next batch."""
        with self._database.read() as session:
            row = session.get(DeliveredRow, row_id)
        if row is None or row.status != RowStatus.STORED:
            return
        delivered = self._delivered.read(row_id)
        self._rows.write_repeated(delivered, chosen, at, erase_at=delivered.received_at + self._keep_repeated)

    def _complete_opening(self, case: CaseId, at: datetime) -> None:
        """Writes the case for the signal that opens it, when that was broken off before it had written it."""
        if self._rows.is_written(case):
            return
        opener = self._reservations.opener_of(case)
        if opener is not None:
            self._write_opening(self._recognised(self._delivered.of_unit(opener.unit_id), at), opener, at)

    def _recognised(self, delivered: Delivered, at: datetime) -> Delivered:
        said = delivered.candidate
        if is_legal_entity(said.signal.legal_form):
            return delivered
        return replace(delivered, objected=self._marks.knows(said.municipality, said.signal.resident, at=at))

    def _write_opening(self, delivered: Delivered, chosen: Reservation, at: datetime) -> CaseState:
        return self._rows.write_opening(delivered, chosen, self._recurrences.of(delivered), at)
