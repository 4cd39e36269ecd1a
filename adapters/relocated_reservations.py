"""The vault's side of moving signals between cases that turn out to be about one person, or about two.

Everything may be done again. See docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, select

from adapters.blind import Entry
from adapters.reservation_rows import (
    Candidate,
    Reservation,
    close,
    given,
    lock,
    lock_units,
    new_slot,
    reserved,
    settle,
)
from adapters.vault import Erased, Vault
from models.case import CaseSignal
from models.ids import CaseId, SignalId, UnitId, case_opened_by, resident_of, unit_of_case
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow


class RelocatedReservations:
    """Changes what was chosen, each time in one transaction under the locks of the signals concerned."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def of_case(self, case: CaseId) -> list[Reservation]:
        """The reservations of a case, those of repeated reports too."""
        wanted = select(ReservationRow).where(ReservationRow.case_id == case).order_by(ReservationRow.signal_id)
        with self._vault.database.read() as session:
            return [given(row) for row in session.exec(wanted)]

    def is_open(self, case: CaseId, municipality: MunicipalityCode) -> bool:
        with self._vault.database.read() as session:
            slot = session.get(CaseSlotRow, case)
        return slot is not None and slot.open and slot.municipality == municipality.text

    def settle(self, signal: SignalId) -> None:
        with self._vault.database.write() as session:
            settle(session, [signal])

    def split(
        self, candidate: Candidate, case: CaseId, *, left: Callable[[], Iterable[Entry]], at: datetime
    ) -> Reservation:
        """A case of its own for a signal of this one; what was chosen instead when that was done before.

        `left` says what this case is found by without the signal; it is asked while nobody else indexes the case.
        Raises `Erased`.
        """
        with self._vault.database.write() as session:
            lock(self._vault, session, candidate)
            chosen = session.get(ReservationRow, candidate.signal_id)
            if chosen is not None and chosen.case_id != case:
                return given(chosen)
            attempt = (1 if chosen is None else chosen.attempt) + 1
            slot = new_slot(self._vault, session, candidate, attempt=attempt, at=at)
            self._vault.index(UnitId(slot.unit_id), candidate.municipality, candidate.entries(), within=session)
            person = resident_of(CaseId(slot.case_id))
            row = session.merge(reserved(candidate, slot, person, attempt=attempt, opens=True))
            self._index_anew(session, unit_of_case(case), candidate.municipality, left)
            return given(row)

    def move(self, signals: Sequence[CaseSignal], into: CaseId) -> dict[SignalId, Reservation]:
        """Reserves the other case for these signals. Who is the resident of their case is the other one's resident
        there; somebody else keeps their name. A case that a signal once opened is again opened by it."""
        with self._vault.database.write() as session:
            lock_units(self._vault, session, [signal.unit_id for signal in signals])
            rows = (session.get(ReservationRow, id) for id in sorted(signal.signal_id for signal in signals))
            return {SignalId(row.signal_id): given(_moved(row, into)) for row in rows if row is not None}

    def merge(self, case: CaseId, into: CaseId) -> None:
        """From now on the other case is found by everything that this one was found by, and this one no more.

        Raises `Erased`.
        """
        mine, theirs = unit_of_case(case), unit_of_case(into)
        with self._vault.database.write() as session:
            lock_units(self._vault, session, [mine, theirs])
            slot = session.get(CaseSlotRow, into)
            if slot is None:
                raise Erased
            self._hold(session, theirs, MunicipalityCode(slot.municipality))
            known = session.exec(select(BlindIndexRow).where(BlindIndexRow.unit_id == mine)).all()
            copies = [BlindIndexRow(**row.model_dump() | {"unit_id": theirs}) for row in known]
            self._vault.database.insert_all_once(session, copies)
            close(session, case)

    def _index_anew(
        self, session: Session, unit: UnitId, municipality: MunicipalityCode, entries: Callable[[], Iterable[Entry]]
    ) -> None:
        self._hold(session, unit, municipality)
        wanted = list(entries())
        kept = {(kind.value, self._vault.digest(municipality, kind, value)) for kind, value in wanted}
        for row in session.exec(select(BlindIndexRow).where(BlindIndexRow.unit_id == unit)).all():
            if (row.kind, row.digest) not in kept:
                session.delete(row)
        self._vault.index(unit, municipality, wanted, within=session)

    def _hold(self, session: Session, unit: UnitId, municipality: MunicipalityCode) -> None:
        """Nobody else indexes the unit until the transaction ends: whoever does, locks it first."""
        self._vault.index(unit, municipality, (), within=session)


def _moved(row: ReservationRow, into: CaseId) -> ReservationRow:
    if row.case_id != into:
        if row.person_id == resident_of(CaseId(row.case_id)):
            row.person_id = resident_of(into)
        row.case_id, row.opens = into, _opened(row, into)
    return row


def _opened(row: ReservationRow, case: CaseId) -> bool:
    attempts = range(1, row.attempt + 1)
    return any(case_opened_by(SignalId(row.signal_id), attempt=attempt) == case for attempt in attempts)
