"""Who looked at a secret address, when and why. It goes with the case."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from adapters.database import Database
from models.codes import LookReason
from models.ids import CaseId, PersonId, StaffId, fresh
from models.tables import AddressLookRow


@dataclass(frozen=True)
class Look:
    """One time that somebody saw a secret address."""

    staff: StaffId
    at: datetime
    reason: LookReason


class AddressLooks:
    """Written before the address is shown, so that nobody sees one unseen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, case: CaseId, person: PersonId, look: Look) -> None:
        with self._database.write() as session:
            session.add(
                AddressLookRow(
                    id=fresh(), case_id=case, person_id=person, staff_id=look.staff, at=look.at, reason=look.reason
                )
            )

    def of(self, case: CaseId, person: PersonId) -> list[Look]:
        """The latest first."""
        wanted = (
            select(AddressLookRow)
            .where(AddressLookRow.case_id == case, AddressLookRow.person_id == person)
            .order_by(col(AddressLookRow.at).desc())
        )
        with self._database.read() as session:
            return [Look(StaffId(row.staff_id), row.at, LookReason(row.reason)) for row in session.exec(wanted)]
