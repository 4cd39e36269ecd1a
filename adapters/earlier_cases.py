"""Residents who were here before, as far as their data are still there."""

from datetime import date, time

from sqlmodel import col, select

from activities.ports import EarlierCase
from adapters.database import Database
from adapters.matching import Matching
from models.codes import Role
from models.ids import CaseId, PersonId, StaffId, resident_of
from models.tables import CaseRow, StaffRow
from models.values import MunicipalityCode
from policy.calendar import at_local
from policy.permissions import Action, role_may


class EarlierCases:
    """Port `activities.ports.EarlierCases`: the vault knows who is alike, the main database when a case closed."""

    def __init__(self, database: Database, matching: Matching) -> None:
        self._database = database
        self._matching = matching

    def latest(self, case: CaseId, person: PersonId, *, since: date) -> EarlierCase | None:
        """The case of this person that closed last, on this (local) day or later.

        Only the resident for whom a case was opened is looked up: of others at the address too little is known.
        """
        if person != resident_of(case):
            return None
        wanted = (
            select(CaseRow)
            .where(col(CaseRow.id).in_(self._matching.earlier_cases(case)))
            .where(col(CaseRow.closed_at) >= at_local(since, time(0)))
            .order_by(col(CaseRow.closed_at).desc(), col(CaseRow.id))
            .limit(1)
        )
        with self._database.read() as session:
            row = session.exec(wanted).first()
            staff = None if row is None or row.owner is None else session.get(StaffRow, row.owner)
        if row is None:
            return None
        works = staff is not None and _works_there(staff, MunicipalityCode(row.municipality))
        return EarlierCase(CaseId(row.id), StaffId(staff.id) if staff is not None and works else None)


def _works_there(staff: StaffRow, municipality: MunicipalityCode) -> bool:
    return municipality.text in staff.municipalities and role_may(Role(staff.role), Action.WORK_ON_CASE)
