"""Who may sign in and who is signed in now, and ending that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from adapters.database import Database
from adapters.partner_keys import PartnerKeys
from adapters.registry import Member, Registry, member_of
from adapters.sessions import Sessions
from models.ids import StaffId
from models.tables import StaffRow, WebSessionRow


@dataclass(frozen=True)
class Access:
    """A member of staff who works somewhere, with how many windows they are signed in in and when they were last seen
    there. A session that ended by itself counts until it is forgotten."""

    member: Member
    sessions: int
    last_seen_at: datetime | None


class StaffAccess:
    """Everybody on the list who works somewhere; whoever left works nowhere."""

    def __init__(self, database: Database, sessions: Sessions) -> None:
        self._database = database
        self._sessions = sessions

    def all(self) -> list[Access]:
        """By name."""
        counted = (
            select(
                WebSessionRow.staff, func.count().label("number"), func.max(WebSessionRow.last_seen_at).label("seen")
            )
            .group_by(col(WebSessionRow.staff))
            .subquery()
        )
        wanted = (
            select(StaffRow, counted.c.number, counted.c.seen)
            .outerjoin(counted, counted.c.staff == col(StaffRow.id))
            .order_by(StaffRow.name, StaffRow.id)
        )
        with self._database.read() as session:
            found = session.exec(wanted).all()
        return [Access(member_of(row), number or 0, seen) for row, number, seen in found if row.municipalities]

    def sign_out(self, staff: StaffId) -> None:
        """Their windows open nothing any more; they may sign in again."""
        self._sessions.end_all_of(staff)

    def remove(self, staff: StaffId, *, at: datetime) -> None:
        """They work nowhere, are signed out, and their keys open nothing. Who signs in again with a role that their
        provider still gives them, is back."""
        Registry(self._database).works_nowhere(staff)
        self._sessions.end_all_of(staff)
        keys = PartnerKeys(self._database)
        for key in keys.all():
            if key.staff == staff:
                keys.stop(key.id, at=at)
