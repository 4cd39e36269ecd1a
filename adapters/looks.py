"""Who had whose personal data before them, when and for what. It is evidence: erasing a case leaves it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.policy_book import PolicyFiles
from adapters.vault import Vault
from models.codes import AtTheMachine, LookPurpose, LookReason, Role
from models.ids import CaseId, StaffId, UnitId, case_of_unit
from models.tables import DeliveredRow, LookRow, SignalRow
from models.values import MunicipalityCode
from models.vault_tables import UnitRow
from policy.looks import counted_from, kept_until

_AT_ONCE = 500
_OF_SIGNALS: tuple[type[DeliveredRow] | type[SignalRow], ...] = (DeliveredRow, SignalRow)
"""The signal knows best in which case it is now."""


@dataclass(frozen=True)
class Looker:
    """Who looks, and for what."""

    staff: StaffId
    role: Role | AtTheMachine
    purpose: LookPurpose
    reason: LookReason | None = None


class Looks:
    """Written before the data are shown, so that nobody sees any unseen."""

    def __init__(self, database: Database, vault: Vault, policies: PolicyFiles) -> None:
        self._database = database
        self._vault = vault
        self._policies = policies

    def record(
        self,
        looker: Looker,
        units: Collection[UnitId],
        *,
        at: datetime,
        chosen: Collection[CaseId | None] | None = None,
    ) -> None:
        """One line for each case that these units are of, and for each unit that is in no case. `chosen`: the cases
        that the page is about, where it is about some, with None for what is in no case; what stood beside them was
        not opened."""
        where, cases = self._municipalities(units), self._cases(units)
        beside = looker if chosen is None else replace(looker, purpose=LookPurpose.BESIDE, reason=None)
        subjects = {(where[unit], case_of_unit(unit) or cases.get(unit), unit) for unit in units}
        made = (
            self._row(looker if chosen is None or subject[1] in chosen else beside, *subject, at=at)
            for subject in subjects
        )
        rows = {row.id: row for row in made}
        # In one order, so that two who look at the same list do not wait for each other in a circle.
        values = [rows[id].model_dump() for id in sorted(rows)]
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        writing = insert(LookRow)
        writing = writing.on_conflict_do_update(
            index_elements=[col(LookRow.id)],
            set_={"times": col(LookRow.times) + 1, "last_at": writing.excluded.last_at},
        )
        with self._database.write() as session:
            session.connection().execute(writing, values)

    def _row(self, looker: Looker, municipality: str, case: CaseId | None, unit: UnitId, *, at: datetime) -> LookRow:
        begun = counted_from(at)
        staff_until, erase_at = kept_until(begun, self._policies.policy(MunicipalityCode(municipality)).access_log)
        counted = (case or unit, looker.staff, looker.role, looker.purpose, looker.reason or "", begun.isoformat())
        return LookRow(
            # Keyed: whoever has the log cannot work out of it who looked, once that is forgotten.
            id=self._vault.digest(MunicipalityCode(municipality), IndexKind.CONTENT, "|".join(("look", *counted)))[:32],
            municipality=municipality,
            case_id=case,
            unit_id=None if case else unit,
            staff_id=looker.staff,
            role=looker.role,
            purpose=looker.purpose,
            reason=looker.reason,
            first_at=at,
            last_at=at,
            staff_until=staff_until,
            erase_at=erase_at,
        )

    def _municipalities(self, units: Collection[UnitId]) -> dict[UnitId, str]:
        found = dict[UnitId, str]()
        with self._vault.database.read() as session:
            for some in _parts(units):
                wanted = select(UnitRow.id, UnitRow.municipality).where(col(UnitRow.id).in_(some))
                found |= {UnitId(unit): code for unit, code in session.exec(wanted)}
        return found

    def _cases(self, units: Collection[UnitId]) -> dict[UnitId, CaseId]:
        """Of signals: the case that they are in now, or, where the signal is gone, the one that its row went to."""
        others = [unit for unit in units if case_of_unit(unit) is None]
        if not others:
            return {}
        found = dict[UnitId, CaseId]()
        with self._database.read() as session:
            for table, some in product(_OF_SIGNALS, _parts(others)):
                wanted = select(table.unit_id, table.case_id).where(col(table.unit_id).in_(some))
                found |= {UnitId(unit): CaseId(case) for unit, case in session.exec(wanted) if case}
        return found


def _parts(units: Collection[UnitId]) -> Iterator[list[UnitId]]:
    """So many at once as a database takes in one question."""
    known = sorted(units)
    return (known[start : start + _AT_ONCE] for start in range(0, len(known), _AT_ONCE))


def forget_looks(database: Database, *, at: datetime) -> None:
    """Forgets who looked, and that somebody did, each at its own term."""
    with database.write() as session:
        session.execute(delete(LookRow).where(col(LookRow.erase_at) <= at))
        session.execute(
            update(LookRow)
            .where(col(LookRow.staff_until) <= at, col(LookRow.staff_id).is_not(None))
            .values(staff_id=None)
        )
