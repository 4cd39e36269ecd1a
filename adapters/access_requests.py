"""Who asked for all that is held of them, when, and when they got it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from adapters.database import Database
from models.codes import IdentityShown
from models.ids import CaseId, PersonId, StaffId, derived
from models.tables import AccessRequestRow, CaseRow


@dataclass(frozen=True)
class Answered:
    """A request that was answered: when it came in, and the first time that the data were gathered for it."""

    asked_on: date
    identity: IdentityShown
    answered_at: datetime


class AccessRequests:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, case: CaseId, person: PersonId, asked_on: date, identity: IdentityShown, *, by: StaffId, at: datetime
    ) -> None:
        """One row for a request, however often its answer is made anew. Nothing of a case that is gone."""
        row = AccessRequestRow(
            id=derived("access-request", case, person, asked_on.isoformat()),
            case_id=case,
            person_id=person,
            asked_on=asked_on,
            identity=identity,
            answered_at=at,
            answered_by=by,
        )
        with self._database.write() as session:
            self._database.lock(session, f"case/{case}")
            if session.get(CaseRow, case) is not None:
                self._database.insert_once(session, row)

    def of(self, case: CaseId, person: PersonId) -> list[Answered]:
        """The latest first."""
        wanted = (
            select(AccessRequestRow)
            .where(AccessRequestRow.case_id == case, AccessRequestRow.person_id == person)
            .order_by(col(AccessRequestRow.asked_on).desc(), col(AccessRequestRow.id))
        )
        with self._database.read() as session:
            return [
                Answered(row.asked_on, IdentityShown(row.identity), row.answered_at) for row in session.exec(wanted)
            ]
