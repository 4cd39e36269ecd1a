"""Reservations as the vault keeps them, and the locks under which they are made.

See docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.blind import Entry, IndexKind, signal_entries
from adapters.vault import Vault
from models.ids import CaseId, PartnerId, PersonId, SignalId, UnitId, case_opened_by, unit_of_case
from models.personal import DeliveredSignal
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow

LOCKED = frozenset({IndexKind.BSN, IndexKind.HOUSE, IndexKind.PARTNER_REFERENCE})
"""Two signals that share none of these cannot be of one person, so they need not wait for each other."""


@dataclass(frozen=True)
class Candidate:
    """A signal that looks for its case."""

    signal_id: SignalId
    unit_id: UnitId
    municipality: MunicipalityCode
    partner_id: PartnerId
    signal: DeliveredSignal

    def entries(self) -> Sequence[Entry]:
        """All by which the signal's resident and arrears can be recognised."""
        return self._entries

    @cached_property
    def _entries(self) -> Sequence[Entry]:
        return tuple(signal_entries(self.partner_id, self.signal))


@dataclass(frozen=True)
class Reservation:
    """The case that was chosen for a signal, to open or to join, and the person there whom it is about. `settled`:
    nobody needs to be told any more, because the case has it, or because it says nothing new."""

    signal_id: SignalId
    unit_id: UnitId
    case_id: CaseId
    person_id: PersonId
    opens: bool
    settled: bool


def given(row: ReservationRow) -> Reservation:
    """The row, for whoever stands outside the vault."""
    return Reservation(
        signal_id=SignalId(row.signal_id),
        unit_id=UnitId(row.unit_id),
        case_id=CaseId(row.case_id),
        person_id=PersonId(row.person_id),
        opens=row.opens,
        settled=row.settled,
    )


def reserved(
    candidate: Candidate,
    slot: CaseSlotRow,
    person: PersonId,
    *,
    attempt: int,
    opens: bool = False,
    settled: bool = False,
) -> ReservationRow:
    """The row of a choice, not written yet."""
    return ReservationRow(
        signal_id=candidate.signal_id,
        unit_id=candidate.unit_id,
        case_id=slot.case_id,
        person_id=person,
        opens=opens,
        attempt=attempt,
        settled=settled,
    )


def lock(vault: Vault, session: Session, candidate: Candidate) -> None:
    """Holds everything by which another signal can be about the same person."""
    names = (vault.digest(candidate.municipality, kind, value) for kind, value in candidate.entries() if kind in LOCKED)
    vault.database.lock(session, *names)


def lock_units(vault: Vault, session: Session, units: Iterable[UnitId]) -> None:
    """The same locks for what these units are recognised by."""
    names = select(BlindIndexRow.digest).where(
        col(BlindIndexRow.unit_id).in_(list(units)), col(BlindIndexRow.kind).in_(LOCKED)
    )
    vault.database.lock(session, *session.exec(names))


def new_slot(vault: Vault, session: Session, candidate: Candidate, *, attempt: int, at: datetime) -> CaseSlotRow:
    """The case that the signal opens at this attempt, with its key, so that it can be joined."""
    case = case_opened_by(candidate.signal_id, attempt=attempt)
    slot = CaseSlotRow(case_id=case, unit_id=unit_of_case(case), municipality=candidate.municipality.text)
    vault.create(UnitId(slot.unit_id), candidate.municipality, at, within=session)
    session.add(slot)
    return slot


def opener(session: Session, case: CaseId) -> ReservationRow | None:
    """The reservation by which the case is opened; None when that signal is erased or went to another case."""
    return session.exec(
        select(ReservationRow).where(ReservationRow.case_id == case, col(ReservationRow.opens).is_(True))
    ).first()


def settle(session: Session, signals: Iterable[SignalId]) -> None:
    """Their cases have these signals."""
    named = col(ReservationRow.signal_id).in_(list(signals))
    session.execute(update(ReservationRow).where(named).values(settled=True))


def close(session: Session, case: CaseId) -> None:
    """The case can no longer be joined."""
    slot = session.get(CaseSlotRow, case)
    if slot is not None:
        slot.open = False
    found = opener(session, case)
    if found is not None:
        # What has closed was surely started.
        found.settled = True
