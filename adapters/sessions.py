"""Who is signed in with a browser, in the main database. What the browser shows is kept as a hash: 256 random bits need
no slow one."""

import hashlib
import secrets
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, update
from sqlmodel import col

from adapters.database import Database
from models.ids import StaffId
from models.tables import WebSessionRow

_NOTED_EVERY = timedelta(minutes=1)
"""Somebody who goes from page to page is noted no more often than this."""
_KNOWN_AFTERWARDS = timedelta(days=1)
"""So long it stays known whose an ended session was, so that a form that came too late can be kept for them."""
FORGOTTEN_AFTER = timedelta(hours=24) + _KNOWN_AFTERWARDS
"""After this long since it began no session is known any more, however long they may last here."""
_NONCE = 12


class Sessions:
    """A session ends when nobody was seen in it for `idle`, `longest` after it began, or when it is ended."""

    def __init__(self, database: Database, *, idle: timedelta, longest: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._longest = longest

    def begin(self, staff: StaffId, *, at: datetime, instead_of: str = "", proof: str = "") -> str:
        """What the browser is to show from now on, told here and never again. A session that the browser had before
        (`instead_of`) ends. Forgets what ended long ago."""
        shown = secrets.token_urlsafe(32)
        with self._database.write() as session:
            session.execute(
                delete(WebSessionRow).where(
                    (col(WebSessionRow.begun_at) < at - self._longest - _KNOWN_AFTERWARDS)
                    | (col(WebSessionRow.id_hash) == hashed(instead_of))
                )
            )
            session.add(
                WebSessionRow(
                    id_hash=hashed(shown),
                    staff=staff,
                    begun_at=at,
                    last_seen_at=at,
                    proof=_sealed(proof, shown) if proof else None,
                )
            )
        return shown

    def whose(self, shown: str, *, at: datetime, seen: bool = True) -> StaffId | None:
        """Who is signed in, or None when nobody is (any more). `seen`: whether this shows that somebody is there."""
        with self._database.read() as session:
            row = session.get(WebSessionRow, hashed(shown))
        if row is None or at >= row.last_seen_at + self._idle or at >= row.begun_at + self._longest:
            return None
        if seen and at >= row.last_seen_at + _NOTED_EVERY:
            with self._database.write() as session:
                noting = update(WebSessionRow).where(col(WebSessionRow.id_hash) == row.id_hash)
                session.execute(noting.values(last_seen_at=at))
        return StaffId(row.staff)

    def was_of(self, shown: str) -> StaffId | None:
        """Whose session this is, or was until its time was over; None when they ended it themselves."""
        with self._database.read() as session:
            row = session.get(WebSessionRow, hashed(shown))
        return None if row is None else StaffId(row.staff)

    def end(self, shown: str) -> str:
        """From now on it opens nothing; the answer is the proof with which it began, empty without one."""
        ending = delete(WebSessionRow).where(col(WebSessionRow.id_hash) == hashed(shown))
        with self._database.write() as session:
            proof = session.execute(ending.returning(col(WebSessionRow.proof))).scalar()
        return _opened(proof, shown) if proof else ""

    def end_all_of(self, staff: StaffId) -> None:
        """Somebody is signed out everywhere."""
        with self._database.write() as session:
            session.execute(delete(WebSessionRow).where(col(WebSessionRow.staff) == staff))


def forget_sessions(database: Database, *, at: datetime) -> None:
    """Forgets sessions that began longer ago than `FORGOTTEN_AFTER`: those of before the last sign-in go there."""
    with database.write() as session:
        session.execute(delete(WebSessionRow).where(col(WebSessionRow.begun_at) <= at - FORGOTTEN_AFTER))


def hashed(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()


def _sealed(proof: str, shown: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(shown).encrypt(nonce, proof.encode(), None)


def _opened(sealed: bytes, shown: str) -> str:
    try:
        return _cipher(shown).decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()
    except InvalidTag:
        return ""


def _cipher(shown: str) -> AESGCM:
    """Its key is another function of what the browser shows than the hash that is kept."""
    return AESGCM(hashlib.sha256(b"proof of " + shown.encode()).digest())
