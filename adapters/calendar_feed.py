"""The address at which somebody's own calendar reads their callbacks, and what stands there."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import col, select

from adapters.database import Database
from adapters.ics import FeedEvent, feed
from models.ids import StaffId
from models.tables import AppointmentRow, CalendarFeedRow, StaffRow

_SUMMARY = "Terugbelafspraak"
_BACK = timedelta(days=7)
"""What is over stays this long, so that a calendar does not seem to lose it."""


class CalendarFeeds:
    """Whoever has the address reads it: it says when somebody calls, and never whom. Only a hash of it is kept, so it
    is shown once; a new one makes the old one worthless."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def renew(self, staff: StaffId, *, at: datetime) -> str:
        """A new address; the one before leads nowhere from now on."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as session:
            session.merge(CalendarFeedRow(staff=staff, token_hash=_hash(token), made_at=at))
        return token

    def has_one(self, staff: StaffId) -> bool:
        with self._database.read() as session:
            return session.get(CalendarFeedRow, staff) is not None

    def stop(self, staff: StaffId) -> None:
        """No address leads there any more."""
        with self._database.write() as session:
            row = session.get(CalendarFeedRow, staff)
            if row is not None:
                session.delete(row)

    def read(self, token: str, *, now: datetime, address: str) -> str | None:
        """The calendar, with a link to each case under `address`; None for an address that leads nowhere."""
        with self._database.read() as session:
            whose = session.exec(
                select(CalendarFeedRow.staff).where(CalendarFeedRow.token_hash == _hash(token))
            ).first()
            member = None if whose is None else session.get(StaffRow, whose)
            if member is None or not member.municipalities:
                # Nobody's, or of somebody who works for nobody any more.
                return None
            rows = session.exec(
                select(AppointmentRow)
                .where(AppointmentRow.staff == member.id, col(AppointmentRow.ends_at) > now - _BACK)
                .order_by(col(AppointmentRow.starts_at), AppointmentRow.id)
            ).all()
        events = [
            FeedEvent(f"{row.id}@signaalreis", row.starts_at, row.ends_at, _SUMMARY, f"{address}/zaak/{row.case_id}")
            for row in rows
        ]
        return feed(events, made_at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
