"""Keys with which the systems of partners ask. Whoever has one is the member of staff whose key it is."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from adapters.database import Database
from models.codes import Role
from models.ids import StaffId, derived, fresh
from models.tables import PartnerKeyRow, StaffRow
from policy.calendar import local

LONGEST = timedelta(days=366)
"""So long a key opens anything at most: a forgotten one ends by itself."""


OVERLAP = timedelta(days=14)
"""So long a key that is replaced still opens what it opened: its system changes over meanwhile."""


class KeyRefused(Exception):
    """This key cannot be made; the message says why."""


class KeyKnown(KeyRefused):
    """The key of this number was made before, and is not told again."""


class KeyOver(KeyRefused):
    """What is to be replaced opens nothing any more."""


@dataclass(frozen=True)
class PartnerKey:
    """What is known of a key: never the key itself."""

    id: str
    staff: StaffId
    made_at: datetime
    made_by: StaffId
    last_day: date
    used_on: date | None
    stopped_at: datetime | None
    replaced: bool
    """Whether another was made in its place: that is done once."""


class PartnerKeys:
    """Kept in the main database, as hashes: 256 random bits need no slow one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self,
        staff: StaffId,
        *,
        by: StaffId,
        at: datetime,
        last_day: date,
        number: str | None = None,
        replaces: str | None = None,
    ) -> tuple[str, str]:
        """(id, key) of a new key of somebody who works for a partner; the key is told here and never again. Their
        others stay, so that a system can change over; the one that it `replaces` ends after `OVERLAP`, and is replaced
        once, whoever presses. `number`: its id to be, by which the same press makes one key. Raises `KeyRefused`."""
        today = local(at).date()
        if not today <= last_day <= today + LONGEST:
            raise KeyRefused("The last day of a key lies between today and a year from now.")
        key = secrets.token_urlsafe(32)
        id = (number or fresh()) if replaces is None else _in_place_of(replaces)
        with self._database.write() as session:
            self._database.lock(session, f"partner-key/{id}")
            if any(session.get(PartnerKeyRow, known) is not None for known in (id, number) if known):
                raise KeyKnown("This key was made before, and is not told again.")
            member = session.get(StaffRow, staff)
            if member is None or member.role != Role.PARTNER:
                raise KeyRefused("A key is for somebody on the list of staff with the role partner.")
            if replaces is not None:
                old = session.get(PartnerKeyRow, replaces)
                if old is None or old.staff != staff:
                    raise KeyRefused("A key replaces one of the same member of staff.")
                if _opens_nothing(old, today):
                    raise KeyOver("A key that opens nothing any more is not replaced.")
                old.last_day = min(old.last_day, today + OVERLAP)
            session.add(
                PartnerKeyRow(id=id, staff=staff, key_hash=_hash(key), made_at=at, made_by=by, last_day=last_day)
            )
        return id, key

    def stop(self, key_id: str, *, at: datetime) -> bool:
        """From now on the key opens nothing; stopped twice, the first moment stays. False: there is no such key."""
        with self._database.write() as session:
            row = session.get(PartnerKeyRow, key_id)
            if row is None:
                return False
            row.stopped_at = row.stopped_at or at
            return True

    def all(self) -> list[PartnerKey]:
        """The newest first."""
        with self._database.read() as session:
            newest = select(PartnerKeyRow).order_by(col(PartnerKeyRow.made_at).desc(), PartnerKeyRow.id)
            rows = session.exec(newest).all()
        known = {row.id for row in rows}
        return [_key(row, replaced=_in_place_of(row.id) in known) for row in rows]

    def whose(self, key: str, *, at: datetime) -> StaffId | None:
        """Whose key this is today; None when it opens nothing (any more)."""
        today, wanted = local(at).date(), select(PartnerKeyRow).where(PartnerKeyRow.key_hash == _hash(key))
        with self._database.read() as session:
            row = session.exec(wanted).first()
        if row is None or _opens_nothing(row, today):
            return None
        if row.used_on != today:
            with self._database.write() as session:
                session.get_one(PartnerKeyRow, row.id).used_on = today
        return StaffId(row.staff)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _in_place_of(key_id: str) -> str:
    return derived("partner-key", "in-place-of", key_id)


def _opens_nothing(row: PartnerKeyRow, today: date) -> bool:
    return row.stopped_at is not None or row.last_day < today


def _key(row: PartnerKeyRow, *, replaced: bool) -> PartnerKey:
    return PartnerKey(
        id=row.id,
        staff=StaffId(row.staff),
        made_at=row.made_at,
        made_by=StaffId(row.made_by),
        last_day=row.last_day,
        used_on=row.used_on,
        stopped_at=row.stopped_at,
        replaced=replaced,
    )
