"""Who takes which home visits along on a day, so that two people do not stand at one door.

A visit is one person's at a time, with the colleague who comes along; it stops being theirs by itself when the day is
over, when the visit was recorded, called off or moved, or when somebody takes it over, who then has it in their place.
Whose the case is stays as it was: who rings a bell need not be who goes on with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, delete, select

from adapters.database import Database
from models.ids import CaseId, StaffId
from models.tables import VisitTakenRow
from policy.calendar import local


@dataclass(frozen=True)
class Taken:
    """Who makes a visit, with whom, on which day, and from whom they took it over."""

    staff: StaffId
    companion: StaffId | None
    day: date
    taken_from: StaffId | None = None

    def is_of(self, staff: StaffId) -> bool:
        return staff in (self.staff, self.companion)


def drop_of_another_visit(session: Session, case: CaseId) -> None:
    """The visit that was taken along was called off, or is to be at another moment: it is anybody's again."""
    session.execute(delete(VisitTakenRow).where(col(VisitTakenRow.case_id) == case))


class VisitsTaken:
    """Kept in the main database. What is of before `today` says nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, cases: Iterable[CaseId], taken: Taken, *, now: datetime, today: date) -> frozenset[CaseId]:
        """Takes those of the cases that no colleague has from today on; returns which these are. What was this
        person's already is so on the new day, with the new companion."""
        with self._database.write() as session:
            session.execute(delete(VisitTakenRow).where(col(VisitTakenRow.day) < today))
            return frozenset(
                case for case in sorted(set(cases)) if self._put(session, case, taken, now=now, by_force=False)
            )

    def take_over(self, case: CaseId, taken: Taken, *, now: datetime) -> None:
        """This person makes the visit from now on, whoever was to."""
        with self._database.write() as session:
            self._put(session, case, taken, now=now, by_force=True)

    def give_back(self, case: CaseId, staff: StaffId) -> None:
        """This person does not make the visit after all; somebody else's stays theirs."""
        mine = (col(VisitTakenRow.case_id) == case, col(VisitTakenRow.staff) == staff)
        with self._database.write() as session:
            session.execute(delete(VisitTakenRow).where(*mine))

    def made(self, case: CaseId) -> None:
        """The visit was made, or will not be: it is nobody's to make any more."""
        with self._database.write() as session:
            session.execute(delete(VisitTakenRow).where(col(VisitTakenRow.case_id) == case))

    def of(self, cases: Iterable[CaseId], *, today: date) -> Mapping[CaseId, Taken]:
        """Who makes which of these visits, today or later."""
        which = (col(VisitTakenRow.case_id).in_(list(cases)), col(VisitTakenRow.day) >= today)
        with self._database.read() as session:
            return {CaseId(row.case_id): _told(row) for row in session.exec(select(VisitTakenRow).where(*which))}

    def _put(self, session: Session, case: CaseId, taken: Taken, *, now: datetime, by_force: bool) -> bool:
        self._database.lock(session, f"visit/{case}")
        before = session.get(VisitTakenRow, case)
        counts = before is not None and before.day >= local(now).date() and before.staff != taken.staff
        other = before.staff if before is not None and counts else None
        if other is not None and not by_force:
            return False
        session.merge(
            VisitTakenRow(
                case_id=case, staff=taken.staff, companion=taken.companion, day=taken.day, at=now, taken_from=other
            )
        )
        return True


def _told(row: VisitTakenRow) -> Taken:
    return Taken(
        staff=StaffId(row.staff),
        companion=None if row.companion is None else StaffId(row.companion),
        day=row.day,
        taken_from=None if row.taken_from is None else StaffId(row.taken_from),
    )
