"""Moving signals between cases: one that is about somebody else gets a case of its own, two cases of one person become
one.

Vault first, then the rows, as in matching; either may be done again, and doing it again completes what was left
half-done: docs/adr/0001-matching-protocol.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from adapters.blind import Entry, entries_of
from adapters.database import Database
from adapters.delivered_rows import Delivered, DeliveredRows
from adapters.documents import Documents, document_of
from adapters.relocated_reservations import RelocatedReservations
from adapters.reservation_rows import Reservation
from adapters.residents import fuller, without
from adapters.signal_rows import SignalRows, beginning
from adapters.vault import Vault
from models.case import CaseSignal, CaseState
from models.codes import DocumentKind, Recurrence, RowStatus
from models.ids import CaseId, PersonId, SignalId, UnitId, resident_of, unit_of_case
from models.personal import Representative, Resident
from models.tables import CaseRow, DeliveredRow, DocumentRow, SignalRow
from models.values import MunicipalityCode
from policy.legal_forms import is_legal_entity

_OF_PERSON = (DocumentKind.PERSON, DocumentKind.REPRESENTATIVE)


class Relocations:
    """Port `activities.ports.Relocations`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)
        self._delivered = DeliveredRows(database, vault)
        self._rows = SignalRows(database, vault)
        self._reservations = RelocatedReservations(vault)
        self._vault = vault

    def split(self, signal: SignalId, case: CaseId, *, at: datetime) -> CaseState:
        """A case of its own for a signal of this case; the state to open it with.

        The new case knows of its resident what the signal says. The old one forgets what only this signal said, and
        is no longer found by it. Raises `NotASignal`, `Erased`.
        """
        gone = self._delivered.of_signal(signal)
        chosen = self._reservations.split(gone.candidate, case, left=lambda: self._found_by(case, gone), at=at)
        as_known, recurrence = self._signal_in(case, signal), self._recurrence(signal)
        if chosen.opens:
            opened = self._rows.write_opening(gone, chosen, recurrence, at, as_known=as_known)
        else:
            # Its case has been merged since: that one runs, and opening it once more changes nothing.
            opened = beginning(gone, chosen, recurrence, at, as_known)
        self._forget(case, gone)
        return opened

    def can_merge(self, municipality: MunicipalityCode, into: CaseId) -> bool:
        """Whether there is such an open case in the municipality."""
        with self._database.read() as session:
            row = session.get(CaseRow, into)
        is_ours = row is not None and row.municipality == municipality.text and row.closed_at is None
        return is_ours and self._reservations.is_open(into, municipality)

    def has(self, case: CaseId, signals: Sequence[CaseSignal]) -> bool:
        """Whether the case took all these signals, as it was last published."""
        with self._database.read() as session:
            row = session.get(CaseRow, case)
        known = set() if row is None else {signal.signal_id for signal in CaseState.model_validate(row.state).signals}
        return {signal.signal_id for signal in signals} <= known

    def moved(self, signals: Sequence[CaseSignal], into: CaseId, *, at: datetime) -> tuple[CaseSignal, ...]:
        """The signals' reservations and rows, in the other case; the signals as that case gets them.

        The same signals back into the case that they came from: everything is as it was.
        """
        reservations = self._reservations.move(signals, into)
        at_home = any(signal.person_id == resident_of(into) for signal in signals)
        moved = tuple(
            signal.model_copy(
                update={
                    "person_id": _person(reservations.get(signal.signal_id), into),
                    "joined_at": signal.joined_at if at_home else at,
                }
            )
            for signal in signals
        )
        opening = {id for id, reservation in reservations.items() if reservation.opens}
        self._rows.move(moved, into, opening=opening)
        return moved

    def settled(self, signal: SignalId) -> None:
        """The case has the signal."""
        self._reservations.settle(signal)

    def merged(self, case: CaseId, into: CaseId) -> None:
        """What the case knew its resident by, the other one knows too; the case can no longer be joined.

        What is known of somebody else in the case goes along to the other one. Raises `Erased`.
        """
        self._reservations.merge(case, into)
        with self._database.write() as session:
            self._database.lock(session, f"case/{case}", f"case/{into}")
            for row, known in self._of_people(session, case):
                if row.subject_id != resident_of(case):
                    unit = unit_of_case(into)
                    self._documents.keep(
                        session, unit, DocumentKind(row.kind), row.subject_id, known, at=row.created_at
                    )
                elif isinstance(known, Resident):
                    self._tell(session, into, known)

    # --- a split --------------------------------------------------------------------------------------------------

    def _signal_in(self, case: CaseId, signal: SignalId) -> CaseSignal | None:
        with self._database.read() as session:
            row = session.get(CaseRow, case)
        return None if row is None else CaseState.model_validate(row.state).signal(signal)

    def _recurrence(self, signal: SignalId) -> Recurrence:
        """As it was found when the signal came in."""
        with self._database.read() as session:
            return Recurrence(session.get_one(SignalRow, signal).recurrence)

    def _left(self, case: CaseId, gone: Delivered) -> Mapping[PersonId, Sequence[Delivered]]:
        """What the case's other signals say, the oldest first, by the person whom they are about."""
        others = [one for one in self._reservations.of_case(case) if one.signal_id != gone.candidate.signal_id]
        repeated = self._repeated(others)
        said: dict[PersonId, list[Delivered]] = {}
        for one in others:
            if one.unit_id not in repeated:
                said.setdefault(one.person_id, []).append(self._delivered.of_unit(one.unit_id))
        return {person: sorted(rows, key=lambda row: row.received_at) for person, rows in said.items()}

    def _repeated(self, reservations: Sequence[Reservation]) -> set[str]:
        """Of these the rows that said nothing new, and so brought nothing to the case."""
        settled = [one.unit_id for one in reservations if one.settled]
        wanted = select(DeliveredRow.unit_id).where(
            col(DeliveredRow.unit_id).in_(settled),
            col(DeliveredRow.status).in_((RowStatus.STORED, RowStatus.REPEATED)),
        )
        with self._database.read() as session:
            return set(session.exec(wanted))

    def _found_by(self, case: CaseId, gone: Delivered) -> Iterator[Entry]:
        """What the case is found by without the signal: its other signals, and its own copies of its people."""
        left = self._left(case, gone)
        for rows in left.values():
            for row in rows:
                yield from row.candidate.entries()
        with self._database.read() as session:
            for _, known in self._of_people(session, case):
                if isinstance(known, Resident) and _stays(case, known.person_id, left):
                    said = left.get(known.person_id, ())
                    entity = bool(said) and all(is_legal_entity(row.candidate.signal.legal_form) for row in said)
                    yield from entries_of(_without(known, gone, left), legal_entity=entity)

    def _forget(self, case: CaseId, gone: Delivered) -> None:
        """What only this signal said leaves the case's own copies; with a person's last signal goes the copy."""
        left = self._left(case, gone)
        with self._database.write() as session:
            self._database.lock(session, f"case/{case}")
            for row, known in self._of_people(session, case):
                kind, person = DocumentKind(row.kind), PersonId(row.subject_id)
                if not _stays(case, person, left):
                    self._documents.drop(session, kind, person)
                elif isinstance(known, Resident) and (now := _without(known, gone, left)) != known:
                    self._documents.keep(session, UnitId(row.unit_id), kind, person, now, at=row.created_at)

    # --- a merge --------------------------------------------------------------------------------------------------

    def _tell(self, session: Session, case: CaseId, said: Resident) -> None:
        """The case's resident is known by this too."""
        person, unit = resident_of(case), unit_of_case(case)
        known = self._documents.read(session, DocumentKind.PERSON, person, to_change=True)
        if isinstance(known, Resident) and (more := fuller(known, said)) != known:
            row = session.get_one(DocumentRow, document_of(DocumentKind.PERSON, person))
            self._documents.keep(session, unit, DocumentKind.PERSON, person, more, at=row.created_at)

    def _of_people(self, session: Session, case: CaseId) -> list[tuple[DocumentRow, Resident | Representative]]:
        """What the case keeps of its people."""
        wanted = select(DocumentRow).where(
            DocumentRow.unit_id == unit_of_case(case), col(DocumentRow.kind).in_(_OF_PERSON)
        )
        opened = ((row, self._vault.open(UnitId(row.unit_id), row.sealed)) for row in session.exec(wanted).all())
        return [(row, known) for row, known in opened if isinstance(known, Resident | Representative)]


def _person(reservation: Reservation | None, case: CaseId) -> PersonId:
    return resident_of(case) if reservation is None else reservation.person_id


def _stays(case: CaseId, person: PersonId, left: Mapping[PersonId, Sequence[Delivered]]) -> bool:
    return person == resident_of(case) or person in left


def _without(known: Resident, gone: Delivered, left: Mapping[PersonId, Sequence[Delivered]]) -> Resident:
    others = [row.candidate.signal.resident for row in left.get(known.person_id, ())]
    return without(known, gone.candidate.signal.resident, others)
