"""Who is known near a signal: the people of open and closed cases, and those who share an address.

Works in a transaction of the vault, on blind indexes alone. The rules are in docs/adr/0001-matching-protocol.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, union
from sqlmodel import Session, col, select

from adapters.blind import IndexKind, plain
from adapters.likeness import Evidence, likeness
from adapters.reservation_rows import LOCKED, Candidate
from adapters.vault import Vault
from models.ids import CaseId, PersonId, resident_of
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow

Household = Callable[[MunicipalityCode], int | None]
"""How many people of one address may share a case in this municipality; None when people never do."""


def nobody_shares(municipality: MunicipalityCode) -> None:
    """The rule of a municipality that gives everybody a case of their own."""
    return


@dataclass(frozen=True)
class Known:
    """A person in a case that can be joined or is linked to."""

    slot: CaseSlotRow
    person_id: PersonId


class KnownPeople:
    """Finds people in the vault. Nothing is locked here: whoever asks holds the locks."""

    def __init__(self, vault: Vault, household: Household) -> None:
        self._vault = vault
        self._household = household

    def alike(self, session: Session, municipality: MunicipalityCode, mine: Evidence, *, opened: bool) -> list[Known]:
        """Who in the open or closed cases is this person, the surest first."""
        near = near_units(municipality, mine)
        if near is None:
            return []
        slots = session.exec(
            select(CaseSlotRow)
            .where(col(CaseSlotRow.open).is_(opened), col(CaseSlotRow.unit_id).in_(near))
            .order_by(CaseSlotRow.case_id)
        ).all()
        found = [
            (why, known) for known, theirs in _people(session, slots) if (why := likeness(mine, theirs)) is not None
        ]
        return [known for _, known in sorted(found, key=lambda pair: pair[0])]

    def neighbour(self, session: Session, candidate: Candidate) -> CaseSlotRow | None:
        """The open case of somebody else at exactly this address, where the municipality takes a household together.

        None when the address may be more than one home: too many different people are known there, or it is without
        an addition in a house where an addition is known.
        """
        most = self._household(candidate.municipality)
        if most is None:
            return None
        mine = self.evidence_of(candidate)
        house = _rows_at(session, candidate.municipality, mine[IndexKind.HOUSE])
        if not plain(candidate.signal.resident.address.addition) and any(
            row[IndexKind.ADDRESS] != mine[IndexKind.ADDRESS] for row in house
        ):
            return None
        home = [row for row in house if row[IndexKind.ADDRESS] == mine[IndexKind.ADDRESS]]
        if _different(home, most=most) > most:
            return None
        # Who is known at several addresses may have left this one.
        return next((slot for slot, known in _open_at(session, mine) if known == mine[IndexKind.ADDRESS]), None)

    def evidence_of(self, candidate: Candidate) -> dict[IndexKind, frozenset[str]]:
        """What the signal says, as the vault compares it."""
        found: dict[IndexKind, frozenset[str]] = defaultdict(frozenset)
        for kind, value in candidate.entries():
            found[kind] |= {self._vault.digest(candidate.municipality, kind, value)}
        return found

    def person_in(self, session: Session, slot: CaseSlotRow, person: PersonId) -> Evidence | None:
        """What is known of somebody in a case; None when nothing is."""
        found = _people(session, [slot])
        return next((theirs for known, theirs in found if known.person_id == person), None)

    def resident_in(self, session: Session, slot: CaseSlotRow) -> Evidence:
        """What is known of the resident for whom a case was opened."""
        resident = resident_of(CaseId(slot.case_id))
        return next(theirs for known, theirs in _people(session, [slot]) if known.person_id == resident)


def near_units(municipality: MunicipalityCode, mine: Evidence) -> CompoundSelect[tuple[str]] | None:
    """Which units say one of these things too; None when nothing is said.

    A select for each kind: one select with the kinds in an OR reads the whole municipality.
    """
    kinds = [
        select(BlindIndexRow.unit_id).where(
            BlindIndexRow.municipality == municipality.text,
            BlindIndexRow.kind == kind,
            col(BlindIndexRow.digest).in_(mine[kind]),
        )
        for kind in LOCKED
        if mine.get(kind)
    ]
    return union(*kinds) if kinds else None


def _people(session: Session, slots: Iterable[CaseSlotRow]) -> Iterator[tuple[Known, Evidence]]:
    """Everybody in these cases, the resident first. A case is indexed by all that its signals said; where others have
    signals in it too, what only they gave says nothing of the resident."""
    slots = list(slots)
    of_case = _evidence(session, [slot.unit_id for slot in slots])
    units = _units_of_people(session, [slot.case_id for slot in slots])
    of_row = _evidence(session, [unit for people in units.values() if len(people) > 1 for unit in _all(people)])
    for slot in slots:
        resident, people = resident_of(CaseId(slot.case_id)), units[slot.case_id]
        said = {person: _together(of_row[unit] for unit in rows) for person, rows in people.items()}
        others = {person: theirs for person, theirs in said.items() if person != resident}
        theirs = _together(others.values())
        yield Known(slot, resident), _without(of_case[slot.unit_id], theirs, unless=said.get(resident, {}))
        for person, evidence in others.items():
            yield Known(slot, person), evidence


def _units_of_people(session: Session, cases: list[str]) -> dict[str, dict[PersonId, list[str]]]:
    """The rows of each person's signals, by case; the resident is always there."""
    found: dict[str, dict[PersonId, list[str]]] = {case: {resident_of(CaseId(case)): []} for case in cases}
    wanted = select(ReservationRow).where(col(ReservationRow.case_id).in_(cases)).order_by(ReservationRow.signal_id)
    for row in session.exec(wanted):
        found[row.case_id].setdefault(PersonId(row.person_id), []).append(row.unit_id)
    return found


def _all(people: dict[PersonId, list[str]]) -> list[str]:
    return [unit for rows in people.values() for unit in rows]


def _evidence(session: Session, units: list[str]) -> dict[str, dict[IndexKind, frozenset[str]]]:
    found: dict[str, dict[IndexKind, frozenset[str]]] = defaultdict(lambda: defaultdict(frozenset))
    for row in session.exec(select(BlindIndexRow).where(col(BlindIndexRow.unit_id).in_(units))):
        found[row.unit_id][IndexKind(row.kind)] |= {row.digest}
    return found


def _rows_at(
    session: Session, municipality: MunicipalityCode, house: frozenset[str]
) -> list[dict[IndexKind, frozenset[str]]]:
    """What each delivered row about this house says. Cases do not count: they can know several addresses."""
    units = session.exec(
        select(BlindIndexRow.unit_id)
        .where(
            BlindIndexRow.municipality == municipality.text,
            BlindIndexRow.kind == IndexKind.HOUSE,
            col(BlindIndexRow.digest).in_(house),
            col(BlindIndexRow.unit_id).not_in(select(CaseSlotRow.unit_id)),
        )
        .order_by(BlindIndexRow.unit_id)
    ).all()
    found = _evidence(session, list(units))
    return [found[unit] for unit in units]


def _open_at(session: Session, mine: Evidence) -> list[tuple[CaseSlotRow, frozenset[str]]]:
    """The open cases at this address, each with all addresses that it knows. A digest is of one municipality."""
    here = select(BlindIndexRow.unit_id).where(
        BlindIndexRow.kind == IndexKind.ADDRESS, col(BlindIndexRow.digest).in_(mine[IndexKind.ADDRESS])
    )
    slots = session.exec(
        select(CaseSlotRow)
        .where(col(CaseSlotRow.open).is_(True), col(CaseSlotRow.unit_id).in_(here))
        .order_by(CaseSlotRow.case_id)
    ).all()
    known = _evidence(session, [slot.unit_id for slot in slots])
    return [(slot, known[slot.unit_id][IndexKind.ADDRESS]) for slot in slots]


def _different(said: Iterable[Evidence], *, most: int) -> int:
    """How many different people these are about; counting ends above `most`."""
    people: list[Evidence] = []
    for one in said:
        place = next((place for place, known in enumerate(people) if likeness(known, one) is not None), None)
        if place is None:
            people.append(one)
        else:
            people[place] = _together((people[place], one))
        if len(people) > most:
            break
    return len(people)


def _together(several: Iterable[Evidence]) -> dict[IndexKind, frozenset[str]]:
    found: dict[IndexKind, frozenset[str]] = defaultdict(frozenset)
    for one in several:
        for kind, digests in one.items():
            found[kind] |= digests
    return found


def _without(known: Evidence, others: Evidence, *, unless: Evidence) -> Evidence:
    return {
        kind: digests - (others.get(kind, frozenset()) - unless.get(kind, frozenset()))
        for kind, digests in known.items()
    }
