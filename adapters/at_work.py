"""Who has a case before them now, so that two people do not call one resident.

Whoever opens a case to call about it has it for `TERM`, and longer as long as their page stays open. A colleague can
take it over; the first then hears so. What was recorded is not touched by any of this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from adapters.database import Database
from models.ids import CaseId, StaffId
from models.tables import AtWorkRow

TERM = timedelta(minutes=3)
"""A page that is open says three times in this term that it still is."""


@dataclass(frozen=True)
class AtWork:
    """Who has the case, since when, and from whom they took it."""

    staff: StaffId
    since: datetime
    taken_from: StaffId | None


class CasesAtWork:
    """Kept in the main database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, case: CaseId, staff: StaffId, *, now: datetime) -> AtWork:
        """Who has the case now: this person when nobody else had it, and then for `TERM` more."""
        with self._database.write() as session:
            self._database.lock(session, f"at_work/{case}")
            # What nobody renewed is of no use to anybody.
            session.execute(delete(AtWorkRow).where(col(AtWorkRow.until) <= now))
            row = session.get(AtWorkRow, case)
            if row is None:
                row = AtWorkRow(case_id=case, staff=staff, since=now, until=now + TERM)
                session.add(row)
            elif row.staff == staff:
                row.until = now + TERM
            return _told(row)

    def renew(self, case: CaseId, staff: StaffId, *, now: datetime) -> AtWork | None:
        """Who has the case now: this person for `TERM` more when it was theirs, also when that had just ended. None
        when nobody has it: then this person let it go, or it was given up long ago."""
        with self._database.write() as session:
            self._database.lock(session, f"at_work/{case}")
            row = session.get(AtWorkRow, case)
            if row is None or (row.until <= now and row.staff != staff):
                return None
            if row.staff == staff:
                row.until = now + TERM
            return _told(row)

    def take_over(self, case: CaseId, staff: StaffId, *, now: datetime) -> AtWork:
        """This person has the case from now on, whoever had it."""
        with self._database.write() as session:
            self._database.lock(session, f"at_work/{case}")
            row = _now(session, case, now)
            if row is not None and row.staff == staff:
                return _told(row)
            before = None if row is None else row.staff
            row = session.merge(AtWorkRow(case_id=case, staff=staff, since=now, until=now + TERM, taken_from=before))
            return _told(row)

    def stop(self, case: CaseId, staff: StaffId) -> None:
        """This person is done with the case; somebody else's stays theirs."""
        with self._database.write() as session:
            mine = (col(AtWorkRow.case_id) == case, col(AtWorkRow.staff) == staff)
            session.execute(delete(AtWorkRow).where(*mine))

    def now(self, case: CaseId, *, now: datetime) -> AtWork | None:
        """Who has the case; None when nobody has."""
        with self._database.read() as session:
            row = _now(session, case, now)
            return None if row is None else _told(row)

    def others(self, cases: Iterable[CaseId], staff: StaffId, *, now: datetime) -> Mapping[CaseId, AtWork]:
        """Which of these cases somebody else has now."""
        which = (
            col(AtWorkRow.case_id).in_(list(cases)),
            col(AtWorkRow.staff) != staff,
            col(AtWorkRow.until) > now,
        )
        with self._database.read() as session:
            return {CaseId(row.case_id): _told(row) for row in session.exec(select(AtWorkRow).where(*which))}


def _now(session: Session, case: CaseId, now: datetime) -> AtWorkRow | None:
    row = session.get(AtWorkRow, case)
    return row if row is not None and row.until > now else None


def _told(row: AtWorkRow) -> AtWork:
    return AtWork(StaffId(row.staff), row.since, None if row.taken_from is None else StaffId(row.taken_from))
