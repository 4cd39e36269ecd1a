"""The first half of matching: choosing a signal's case in one transaction of the vault, under a lock.

See docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from adapters.blind import IndexKind
from adapters.known_people import Household, Known, KnownPeople, nobody_shares
from adapters.reservation_rows import Candidate, Reservation, close, given, lock, new_slot, opener, reserved, settle
from adapters.vault import Vault
from models.ids import CaseId, PersonId, SignalId, UnitId, derived, resident_of
from models.values import MunicipalityCode
from models.vault_tables import CaseSlotRow, ReservationRow


def housemate_of(case: CaseId, signal: SignalId) -> PersonId:
    """Somebody else at the address of a case, whom this signal brought to it."""
    return PersonId(derived("housemate", case, signal))


class Reservations:
    """The vault's side of matching. `amounts` gives the arrears, in euros, of the signals of some units; `household`
    whether people of one address share a case."""

    def __init__(
        self,
        vault: Vault,
        *,
        amounts: Callable[[Iterable[UnitId]], list[Decimal]],
        household: Household = nobody_shares,
    ) -> None:
        self._vault = vault
        self._amounts = amounts
        self._known = KnownPeople(vault, household)

    def choose(self, candidate: Candidate, *, at: datetime) -> Reservation:
        """The signal's case; the same one again when it was chosen before. Settled at once when the case is open and
        has these arrears already, not lower."""
        with self._vault.database.write() as session:
            lock(self._vault, session, candidate)
            chosen = session.get(ReservationRow, candidate.signal_id)
            if chosen is not None:
                return given(chosen)
            found = self._same_person(session, candidate)
            if found is not None and self._repeats(session, candidate, found):
                repeated = reserved(candidate, found.slot, found.person_id, attempt=1, settled=True)
                return given(session.merge(repeated))
            return self._reserve(session, candidate, found, attempt=1, at=at)

    def choose_again(self, candidate: Candidate, closed: CaseId, *, at: datetime) -> Reservation:
        """Another case, because the chosen one is closed; what was chosen instead when that was done before."""
        with self._vault.database.write() as session:
            lock(self._vault, session, candidate)
            chosen = session.get(ReservationRow, candidate.signal_id)
            if chosen is not None and chosen.case_id != closed:
                return given(chosen)
            close(session, closed)
            found = self._same_person(session, candidate)
            attempt = 1 if chosen is None else chosen.attempt + 1
            return self._reserve(session, candidate, found, attempt=attempt, at=at)

    def of_signal(self, signal: SignalId) -> Reservation | None:
        with self._vault.database.read() as session:
            chosen = session.get(ReservationRow, signal)
        return None if chosen is None else given(chosen)

    def opener_of(self, case: CaseId) -> Reservation | None:
        """The reservation by which the case is opened; None when that signal is erased or went to another case."""
        with self._vault.database.read() as session:
            found = opener(session, case)
        return None if found is None else given(found)

    def settle(self, signals: Iterable[SignalId]) -> None:
        with self._vault.database.write() as session:
            settle(session, signals)

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
            close(session, case)

    def earlier_cases(self, case: CaseId) -> tuple[CaseId, ...]:
        """The closed cases of the same resident: the link lives here only, and goes with whichever is erased first."""
        with self._vault.database.read() as session:
            slot = session.get(CaseSlotRow, case)
            if slot is None:
                return ()
            mine = self._known.resident_in(session, slot)
            found = self._known.alike(session, MunicipalityCode(slot.municipality), mine, opened=False)
        return tuple(dict.fromkeys(CaseId(other.slot.case_id) for other in found if other.slot.case_id != case))

    def _same_person(self, session: Session, candidate: Candidate) -> Known | None:
        mine = self._known.evidence_of(candidate)
        return next(iter(self._known.alike(session, candidate.municipality, mine, opened=True)), None)

    def _repeats(self, session: Session, candidate: Candidate, found: Known) -> bool:
        """Whether the case already has these arrears of this partner and person, and not lower."""
        [reference] = [value for kind, value in candidate.entries() if kind is IndexKind.PARTNER_REFERENCE]
        named = self._vault.find(candidate.municipality, IndexKind.PARTNER_REFERENCE, reference, within=session)
        in_case = select(ReservationRow.unit_id).where(
            ReservationRow.case_id == found.slot.case_id,
            ReservationRow.person_id == found.person_id,
            col(ReservationRow.unit_id).in_(named),
        )
        units = [UnitId(unit) for unit in session.exec(in_case)]
        return any(amount >= candidate.signal.amount.amount for amount in self._amounts(units))

    def _reserve(
        self, session: Session, candidate: Candidate, found: Known | None, *, attempt: int, at: datetime
    ) -> Reservation:
        joined = found or self._as_housemate(session, candidate)
        place = joined or self._as_opener(session, candidate, attempt=attempt, at=at)
        row = reserved(candidate, place.slot, place.person_id, attempt=attempt, opens=joined is None)
        # A joined case learns what this signal knows, so that the next one is compared with all that was said.
        unit = UnitId(place.slot.unit_id)
        self._vault.index(unit, candidate.municipality, candidate.entries(), within=session)
        return given(session.merge(row))

    def _as_opener(self, session: Session, candidate: Candidate, *, attempt: int, at: datetime) -> Known:
        slot = new_slot(self._vault, session, candidate, attempt=attempt, at=at)
        return Known(slot, resident_of(CaseId(slot.case_id)))

    def _as_housemate(self, session: Session, candidate: Candidate) -> Known | None:
        slot = self._known.neighbour(session, candidate)
        return None if slot is None else Known(slot, housemate_of(CaseId(slot.case_id), candidate.signal_id))
