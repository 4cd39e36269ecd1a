"""Every case of one person in a municipality, open or closed, as far as it is not erased."""

from collections.abc import Collection

from sqlmodel import col, select

from adapters.blind import IndexKind
from adapters.known_people import KnownPeople, nobody_shares
from adapters.vault import Vault
from models.ids import CaseId, PersonId
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow

InCase = tuple[CaseId, PersonId]


class CasesOfPerson:
    """By the rules of matching: whoever may be somebody else is not among them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known = KnownPeople(vault, nobody_shares)

    def of(self, case: CaseId, person: PersonId) -> tuple[InCase, ...]:
        """The case that was named first, then the others: under which person each has them."""
        with self._vault.database.read() as session:
            slot = session.get(CaseSlotRow, case)
            mine = None if slot is None else self._known.person_in(session, slot, person)
            if slot is None or mine is None:
                return ((case, person),)
            municipality = MunicipalityCode(slot.municipality)
            found = [
                (CaseId(known.slot.case_id), known.person_id)
                for opened in (True, False)
                for known in self._known.alike(session, municipality, mine, opened=opened)
            ]
        return tuple(dict.fromkeys([(case, person), *found]))

    def repeats(self, case: CaseId, person: PersonId, *, of: Collection[str]) -> set[str]:
        """The units of what was reported of them in the case under the reference of one of these signals' units, by
        the same partner."""
        reference = BlindIndexRow.kind == IndexKind.PARTNER_REFERENCE
        known = select(BlindIndexRow.digest).where(reference, col(BlindIndexRow.unit_id).in_(of))
        wanted = (
            select(ReservationRow.unit_id)
            .join(BlindIndexRow, col(BlindIndexRow.unit_id) == col(ReservationRow.unit_id))
            .where(ReservationRow.case_id == case, ReservationRow.person_id == person)
            .where(reference, col(BlindIndexRow.digest).in_(known))
        )
        with self._vault.database.read() as session:
            return set(session.exec(wanted))
