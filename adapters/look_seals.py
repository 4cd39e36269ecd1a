"""What keeps the log of looks whole: those of each day are counted and hashed the night after, in a chain in the vault.

Looks lie in the main database. A trigger there stops who rewrites one, and nobody who drops it; the seal tells that
looks are missing, were changed or were put in between. See docs/adr/0032-who-looked.md.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, func, select

from adapters.database import Database
from models.tables import LookRow
from models.vault_tables import LookSealRow
from observability import get_logger
from policy.calendar import at_local, local
from policy.proof_chain import BEGINNING, Break, Head, Link, faults, hash_of

log = get_logger()

_DAY = timedelta(days=1)
_SETTLED = timedelta(hours=1)
"""So long after a day nothing of it is still being written."""
_AT_ONCE = 1_000

Key = tuple[str, datetime]
"""A municipality, and when the looks go."""


@dataclass(frozen=True)
class Sealed:
    """So many looks with this hash."""

    looks: int
    digest: str


@dataclass(frozen=True)
class Thinned:
    """The looks of a day of which something is wrong."""

    day: date
    municipality: str
    sealed: int
    found: int


class LookSeals:
    """`vault`: the vault's own database."""

    def __init__(self, database: Database, vault: Database) -> None:
        self._database = database
        self._vault = vault

    def seal(self, *, at: datetime) -> int:
        """Seals the looks of every day since the last one that was, up to yesterday; how many seals. Whoever does it at
        the same time waits, and finds nothing left."""
        end, number = local(at - _SETTLED).date(), 0
        while (done := self._seal_next(end, at)) is not None:
            number += done
        return number

    def _seal_next(self, end: date, at: datetime) -> int | None:
        """One day; None when there is none left before `end`."""
        with self._vault.write() as session:
            self._vault.lock(session, "look-seals")
            day = self._next_with_looks(_last_sealed(session))
            if day is None or day >= end:
                return None
            looks = sorted(self._looks_of(day).items())
            for key, found in looks:
                self._add(session, day, key, found, lost=0, at=at)
            return len(looks)

    def seal_again(self, *, at: datetime) -> int:
        """After a restore: looks that were not in the backup are lost, and the chain says so. How many."""
        lost = 0
        with self._vault.write() as session:
            self._vault.lock(session, "look-seals")
            for day, sealed in self._sealed_days(session, after=at):
                found = self._looks_of(day)
                for key, was in sealed.items():
                    now = found.get(key, _NONE)
                    if now.looks < was.looks:
                        self._add(session, day, key, now, lost=was.looks - now.looks, at=at)
                        lost += was.looks - now.looks
        return lost

    def head(self) -> Head:
        with self._vault.read() as session:
            return _end(session)

    def lost(self) -> int:
        """How many looks were lost with a backup that was put back, as the chain says."""
        with self._vault.read() as session:
            return session.exec(select(func.sum(col(LookSealRow.lost)))).one() or 0

    def broken(self, *known: Head) -> Iterator[tuple[str, Break]]:
        """What is wrong with the chain itself, beside these heads that were noted before."""
        furthest = max((head.number for head in known), default=0)
        yield from ((fault.which, fault.what) for fault in faults(self._links(known), furthest=furthest))

    def thinned(self, *, at: datetime) -> Iterator[Thinned]:
        """Days whose looks are not those that were sealed, of what has not gone yet at its own term."""
        with self._vault.read() as session:
            for day, sealed in self._sealed_days(session, after=at):
                found = {key: one for key, one in self._looks_of(day).items() if key[1] > at}
                for key in sorted(sealed.keys() | found.keys()):
                    was, now = sealed.get(key, _NONE), found.get(key, _NONE)
                    if was != now:
                        yield Thinned(day, key[0], was.looks, now.looks)

    def put_in(self, *, at: datetime) -> int:
        """How many looks began on a day before the last sealed one on which nobody looked when it was sealed."""
        with self._vault.read() as session:
            last = _last_sealed(session)
            if last is None:
                return 0
            days = [day for day, _ in self._sealed_days(session, after=at)]
        which = (col(LookRow.first_at) < _begin(last + _DAY), col(LookRow.erase_at) > at)
        with self._database.read() as looks:
            number = looks.exec(select(func.count()).select_from(LookRow).where(*which)).one()
            for day in days:
                of_day = (col(LookRow.first_at) >= _begin(day), col(LookRow.first_at) < _begin(day + _DAY))
                number -= looks.exec(select(func.count()).select_from(LookRow).where(*which, *of_day)).one()
        return number

    def _sealed_days(self, session: Session, *, after: datetime) -> Iterator[tuple[date, dict[Key, Sealed]]]:
        """By day, what the last seal of each says of looks that go later than this."""
        days = (
            select(col(LookSealRow.day))
            .where(col(LookSealRow.erase_at) > after)
            .distinct()
            .order_by(col(LookSealRow.day))
        )
        for day in session.exec(days).all():
            of_day = select(LookSealRow).where(LookSealRow.day == day, col(LookSealRow.erase_at) > after)
            rows = session.exec(of_day.order_by(col(LookSealRow.number))).all()
            yield day, {(row.municipality, row.erase_at): Sealed(row.looks, row.digest) for row in rows}

    def _next_with_looks(self, day: date | None) -> date | None:
        """The first day after this one on which somebody looked; without one, the first of all."""
        wanted = select(func.min(col(LookRow.first_at)))
        if day is not None:
            wanted = wanted.where(col(LookRow.first_at) >= _begin(day + _DAY))
        with self._database.read() as session:
            first = session.exec(wanted).one()
        return None if first is None else local(first).date()

    def _looks_of(self, day: date) -> dict[Key, Sealed]:
        hashes, counts = dict[Key, "hashlib._Hash"](), dict[Key, int]()
        for row in self._rows_of(day):
            key = row.municipality, row.erase_at
            hashes.setdefault(key, hashlib.sha256()).update(_line(row))
            counts[key] = counts.get(key, 0) + 1
        return {key: Sealed(counts[key], hashes[key].hexdigest()) for key in counts}

    def _rows_of(self, day: date) -> Iterator[LookRow]:
        """In the order of their ids."""
        of_day = (col(LookRow.first_at) >= _begin(day), col(LookRow.first_at) < _begin(day + _DAY))
        last = ""
        while True:
            wanted = select(LookRow).where(*of_day, col(LookRow.id) > last).order_by(col(LookRow.id)).limit(_AT_ONCE)
            with self._database.read() as session:
                rows = session.exec(wanted).all()
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].id

    def _add(self, session: Session, day: date, key: Key, found: Sealed, *, lost: int, at: datetime) -> None:
        end = _end(session)
        row = LookSealRow(
            number=end.number + 1,
            day=day,
            municipality=key[0],
            erase_at=key[1],
            looks=found.looks,
            digest=found.digest,
            lost=lost,
            sealed_at=at,
            before=end.hash,
            hash="",
        )
        row.hash = hash_of(row.number, row.before, _said(row))
        session.add(row)
        session.flush()
        # Whoever keeps the logs elsewhere has the chain's ends there, too.
        log.info("looks.sealed", seal_number=row.number, seal_hash=row.hash)

    def _links(self, known: tuple[Head, ...]) -> Iterator[Link]:
        last = 0
        while True:
            wanted = select(LookSealRow).where(col(LookSealRow.number) > last).order_by(col(LookSealRow.number))
            with self._vault.read() as session:
                rows = session.exec(wanted.limit(_AT_ONCE)).all()
            for row in rows:
                hashes = [head.hash for head in known if head.number == row.number]
                yield Link(str(row.number), row.number, row.before, row.hash, _said(row), hashes)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].number


_NONE = Sealed(0, hashlib.sha256().hexdigest())


def _begin(day: date) -> datetime:
    return at_local(day, time())


def _line(row: LookRow) -> bytes:
    """Everything that never changes. Who it was is forgotten before the look is; the id is a keyed hash of it."""
    said = [row.id, row.case_id, row.unit_id, row.role, row.purpose, row.reason, _moment(row.first_at)]
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _said(row: LookSealRow) -> dict[str, object]:
    return {
        "day": row.day.isoformat(),
        "municipality": row.municipality,
        "erase_at": _moment(row.erase_at),
        "looks": row.looks,
        "digest": row.digest,
        "lost": row.lost,
        "sealed_at": _moment(row.sealed_at),
    }


def _last_sealed(session: Session) -> date | None:
    return session.exec(select(func.max(col(LookSealRow.day)))).one()


def _end(session: Session) -> Head:
    last = select(LookSealRow.number, LookSealRow.hash).order_by(col(LookSealRow.number).desc()).limit(1)
    found = session.exec(last).first()
    return Head(0, BEGINNING) if found is None else Head(*found)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
