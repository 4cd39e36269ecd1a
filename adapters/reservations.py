"""The first half of matching: choosing a signal's case in one transaction of the vault, under a lock.

See docs/adr/0001-matching-protocol.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from adapters.blind import Entry, IndexKind, entries_of, plain, reference_entry
from adapters.likeness import Evidence, likeness
from adapters.vault import Vault
from models.ids import CaseId, PartnerId, PersonId, SignalId, UnitId, case_opened_by, resident_of, unit_of_case
from models.personal import DeliveredSignal
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow

_LOCKED = frozenset({IndexKind.BSN, IndexKind.HOUSE, IndexKind.PARTNER_REFERENCE})
"""Two signals that share none of these cannot be of one person, so they need not wait for each other."""


@dataclass(frozen=True)
class Candidate:
    """A signal that looks for its case."""

    signal_id: SignalId
    unit_id: UnitId
    municipality: MunicipalityCode
    partner_id: PartnerId
    signal: DeliveredSignal

    def entries(self) -> list[Entry]:
        """All by which the signal's resident and arrears can be recognised."""
        reference = reference_entry(self.partner_id, self.signal.partner_reference)
        initial = plain(self.signal.resident.initials)[:1]
        return [*entries_of(self.signal.resident), reference, *([(IndexKind.INITIAL, initial)] if initial else [])]


@dataclass(frozen=True)
class Reservation:
    """The case that was chosen for a signal, to open or to join. `settled`: nobody needs to be told any more, because
    the case has it, or because it says nothing new."""

    signal_id: SignalId
    unit_id: UnitId
    case_id: CaseId
    person_id: PersonId
    opens: bool
    settled: bool


class Reservations:
    """The vault's side of matching. `amounts` gives the arrears, in euros, of the signals of some units."""

    def __init__(self, vault: Vault, *, amounts: Callable[[Iterable[UnitId]], list[Decimal]]) -> None:
        self._vault = vault
        self._amounts = amounts

    def choose(self, candidate: Candidate, *, at: datetime) -> Reservation:
        """The signal's case; the same one again when it was chosen before. Settled at once when the case is open and
        has these arrears already, not lower."""
        with self._vault.database.write() as session:
            self._lock(session, candidate)
            known = session.get(ReservationRow, candidate.signal_id)
            if known is not None:
                return _given(known)
            slot = self._open_slot(session, candidate)
            if slot is not None and self._repeats(session, candidate, slot):
                return _given(session.merge(_reservation(candidate, slot, attempt=1, settled=True)))
            return self._reserve(session, candidate, slot, attempt=1, at=at)

    def choose_again(self, candidate: Candidate, closed: CaseId, *, at: datetime) -> Reservation:
        """Another case, because the chosen one is closed; what was chosen instead when that was done before."""
        with self._vault.database.write() as session:
            self._lock(session, candidate)
            known = session.get(ReservationRow, candidate.signal_id)
            if known is not None and known.case_id != closed:
                return _given(known)
            _close(session, closed)
            slot = self._open_slot(session, candidate)
            attempt = 1 if known is None else known.attempt + 1
            return self._reserve(session, candidate, slot, attempt=attempt, at=at)

    def of_signal(self, signal: SignalId) -> Reservation | None:
        with self._vault.database.read() as session:
            known = session.get(ReservationRow, signal)
        return None if known is None else _given(known)

    def opener_of(self, case: CaseId) -> Reservation | None:
        """The reservation by which the case is opened; None when that signal is erased."""
        with self._vault.database.read() as session:
            found = _opener(session, case)
        return None if found is None else _given(found)

    def settle(self, signal: SignalId) -> None:
        with self._vault.database.write() as session:
            known = session.get(ReservationRow, signal)
            if known is not None:
                known.settled = True

    def unsettled(self, units: Iterable[UnitId]) -> set[UnitId]:
        """Which of these signals' units have a case chosen that may not know of it yet."""
        waiting = select(ReservationRow.unit_id).where(
            col(ReservationRow.unit_id).in_(list(units)), col(ReservationRow.settled).is_(False)
        )
        with self._vault.database.read() as session:
            return {UnitId(unit) for unit in session.exec(waiting)}

    def close(self, case: CaseId) -> None:
        """The case can no longer be joined."""
        with self._vault.database.write() as session:
            _close(session, case)

    def earlier_cases(self, case: CaseId) -> tuple[CaseId, ...]:
        """The closed cases of the same person: the link lives here only, and goes with whichever is erased first."""
        with self._vault.database.read() as session:
            slot = session.get(CaseSlotRow, case)
            if slot is None:
                return ()
            mine = _evidence(session, [slot.unit_id])[slot.unit_id]
            found = self._alike(session, MunicipalityCode(slot.municipality), mine, opened=False)
        return tuple(CaseId(other.case_id) for other in found if other.case_id != case)

    def _lock(self, session: Session, candidate: Candidate) -> None:
        names = (
            self._vault.digest(candidate.municipality, kind, value)
            for kind, value in candidate.entries()
            if kind in _LOCKED
        )
        self._vault.database.lock(session, *names)

    def _open_slot(self, session: Session, candidate: Candidate) -> CaseSlotRow | None:
        mine: dict[IndexKind, frozenset[str]] = defaultdict(frozenset)
        for kind, value in candidate.entries():
            mine[kind] |= {self._vault.digest(candidate.municipality, kind, value)}
        return next(iter(self._alike(session, candidate.municipality, mine, opened=True)), None)

    def _alike(
        self, session: Session, municipality: MunicipalityCode, mine: Evidence, *, opened: bool
    ) -> list[CaseSlotRow]:
        """The open or closed cases of this person, the surest first."""
        values = [
            and_(col(BlindIndexRow.kind) == kind, col(BlindIndexRow.digest).in_(mine[kind]))
            for kind in _LOCKED
            if kind in mine
        ]
        near = select(BlindIndexRow.unit_id).where(BlindIndexRow.municipality == municipality.text, or_(*values))
        slots = session.exec(
            select(CaseSlotRow)
            .where(col(CaseSlotRow.open).is_(opened), col(CaseSlotRow.unit_id).in_(near))
            .order_by(CaseSlotRow.case_id)
        ).all()
        known = _evidence(session, [slot.unit_id for slot in slots])
        found = [(why, slot) for slot in slots if (why := likeness(mine, known[slot.unit_id])) is not None]
        return [slot for _, slot in sorted(found, key=lambda pair: pair[0])]

    def _repeats(self, session: Session, candidate: Candidate, slot: CaseSlotRow) -> bool:
        """Whether the case already has these arrears of this partner, and not lower."""
        kind, value = reference_entry(candidate.partner_id, candidate.signal.partner_reference)
        named = self._vault.find(candidate.municipality, kind, value, within=session)
        in_case = select(ReservationRow.unit_id).where(
            ReservationRow.case_id == slot.case_id, col(ReservationRow.unit_id).in_(named)
        )
        units = [UnitId(unit) for unit in session.exec(in_case)]
        return any(amount >= candidate.signal.amount.amount for amount in self._amounts(units))

    def _reserve(
        self, session: Session, candidate: Candidate, slot: CaseSlotRow | None, *, attempt: int, at: datetime
    ) -> Reservation:
        if slot is None:
            slot = self._new_slot(session, candidate, case_opened_by(candidate.signal_id, attempt=attempt), at)
            reserved = _reservation(candidate, slot, attempt=attempt, opens=True)
        else:
            reserved = _reservation(candidate, slot, attempt=attempt)
        # A joined case learns what this signal knows, so that the next one is compared with all that was said.
        self._vault.index(UnitId(slot.unit_id), candidate.municipality, candidate.entries(), within=session)
        return _given(session.merge(reserved))

    def _new_slot(self, session: Session, candidate: Candidate, case: CaseId, at: datetime) -> CaseSlotRow:
        slot = CaseSlotRow(case_id=case, unit_id=unit_of_case(case), municipality=candidate.municipality.text)
        self._vault.create(UnitId(slot.unit_id), candidate.municipality, at, within=session)
        session.add(slot)
        return slot


def _reservation(
    candidate: Candidate, slot: CaseSlotRow, *, attempt: int, opens: bool = False, settled: bool = False
) -> ReservationRow:
    case = CaseId(slot.case_id)
    return ReservationRow(
        signal_id=candidate.signal_id,
        unit_id=candidate.unit_id,
        case_id=case,
        person_id=resident_of(case),
        opens=opens,
        attempt=attempt,
        settled=settled,
    )


def _given(row: ReservationRow) -> Reservation:
    return Reservation(
        signal_id=SignalId(row.signal_id),
        unit_id=UnitId(row.unit_id),
        case_id=CaseId(row.case_id),
        person_id=PersonId(row.person_id),
        opens=row.opens,
        settled=row.settled,
    )


def _opener(session: Session, case: CaseId) -> ReservationRow | None:
    return session.exec(
        select(ReservationRow).where(ReservationRow.case_id == case, col(ReservationRow.opens).is_(True))
    ).first()


def _close(session: Session, case: CaseId) -> None:
    slot = session.get(CaseSlotRow, case)
    if slot is not None:
        slot.open = False
    opener = _opener(session, case)
    if opener is not None:
        # What has closed was surely started.
        opener.settled = True


def _evidence(session: Session, units: list[str]) -> dict[str, dict[IndexKind, frozenset[str]]]:
    found: dict[str, dict[IndexKind, frozenset[str]]] = {unit: defaultdict(frozenset) for unit in units}
    for row in session.exec(select(BlindIndexRow).where(col(BlindIndexRow.unit_id).in_(units))):
        found[row.unit_id][IndexKind(row.kind)] |= {row.digest}
    return found
