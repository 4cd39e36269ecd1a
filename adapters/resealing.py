"""After a leak: other keys for everything that was made under an earlier master key, and what they sealed sealed anew.

Whoever had the vault and its master key has the keys of units and of indexes, and another wrapping takes none of them
away. Web and worker stand still meanwhile: what they hold sealed, or hash by keys that they remember, would be lost. It
may be broken off at any moment and done again; until then each unit has both keys. See docs/keys.md.
"""

import hmac
import os
from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.master_keys import MasterKey, derived_key
from adapters.vault import KEY_LENGTH, ROOT, Erased, Vault, index_purpose, log_purpose
from models.ids import UnitId
from models.tables import DocumentRow
from models.vault_tables import BlindIndexRow, MasterKeyInUse, ObjectionMarkRow, SecretRow, UnitRow

_AT_ONCE = 50
_DIGESTS_AT_ONCE = 1_000


class Resealing:
    """Works when everything is wrapped by the key in use (`adapters/key_rotation.py`)."""

    def __init__(self, database: Database, vault: Vault, *, at_once: int = _AT_ONCE) -> None:
        self._database = database
        self._vault = vault
        self._at_once = at_once

    def run(self) -> Iterator[int]:
        """How many keys were replaced with each step. Raises `Damaged` on what cannot be opened, and at the end
        `LogNotEmptied` when former bytes are still in a log of SQLite: doing it again is safe."""
        with self._vault.database.read() as session:
            in_use = self._vault.master_keys.named(session.get_one(MasterKeyInUse, 1).master_key)
        while units := self._made_before(in_use):
            self._give_next(units, in_use)
            self._seal_anew(units)
            self._take_over(units, in_use)
            yield len(units)
        yield self._hash_anew(in_use)
        self._vault.database.empty_log()
        self._database.empty_log()

    def _made_before(self, in_use: MasterKey) -> list[UnitId]:
        wanted = (
            select(UnitRow.id)
            .where(col(UnitRow.wrapped_key).is_not(None), col(UnitRow.made_under) != in_use.id)
            .order_by(UnitRow.id)
            .limit(self._at_once)
        )
        with self._vault.database.read() as session:
            return [UnitId(unit) for unit in session.exec(wanted)]

    def _give_next(self, units: Sequence[UnitId], in_use: MasterKey) -> None:
        wanted = select(UnitRow).where(col(UnitRow.id).in_(units), col(UnitRow.wrapped_key).is_not(None))
        with self._vault.database.write() as session:
            for row in session.exec(wanted.with_for_update()).all():
                if row.next_key is None:
                    row.next_key = in_use.wrap(row.id, os.urandom(KEY_LENGTH))

    def _seal_anew(self, units: Sequence[UnitId]) -> None:
        for unit in units:
            with self._database.write() as session:
                try:
                    key = self._vault.key_of(unit)
                except Erased:
                    continue
                of_unit = select(DocumentRow).where(DocumentRow.unit_id == unit).with_for_update()
                for document in session.exec(of_unit).all():
                    document.sealed = key.sealed_anew(document.sealed)

    def _take_over(self, units: Sequence[UnitId], in_use: MasterKey) -> None:
        theirs = (col(UnitRow.id).in_(units), col(UnitRow.next_key).is_not(None))
        values = {"wrapped_key": col(UnitRow.next_key), "next_key": None, "made_under": in_use.id}
        with self._vault.database.write() as session:
            session.execute(update(UnitRow).where(*theirs).values(values))

    def _hash_anew(self, in_use: MasterKey) -> int:
        """Every digest becomes the digest of itself under one key more, so that nothing has to be known of what was
        hashed. The log's subjects get another name."""
        with self._vault.database.write() as session:
            root = self._vault.secret(session, ROOT)
            old = session.get(SecretRow, ROOT)
            if root is None or old is None or old.made_under == in_use.id:
                return 0
            municipalities = session.exec(select(UnitRow.municipality).distinct()).all()
        done = 0
        for municipality in municipalities:
            for kind in IndexKind:
                done += self._hash_kind_anew(municipality, kind, root, in_use)
            with self._vault.database.write() as session:
                self._vault.keep_secret(session, log_purpose(municipality), os.urandom(KEY_LENGTH), in_use)
        with self._vault.database.write() as session:
            self._vault.keep_secret(session, ROOT, os.urandom(KEY_LENGTH), in_use)
        return done + 1

    def _hash_kind_anew(self, municipality: str, kind: IndexKind, root: bytes, in_use: MasterKey) -> int:
        purpose = index_purpose(municipality, kind)
        with self._vault.database.write() as session:
            known = session.get(SecretRow, purpose)
            if known is not None and known.made_under == in_use.id:
                return 0
            former, new = self._vault.secret(session, purpose) or derived_key(root, purpose), os.urandom(KEY_LENGTH)
            for rows in _digests(session, municipality, kind):
                changed = [
                    {"unit": unit, "was": digest, "now": hmac.digest(new, digest.encode(), "sha256").hex()}
                    for unit, digest in rows
                ]
                session.connection().execute(_REHASH.where(col(BlindIndexRow.kind) == kind), changed)
            if kind is IndexKind.OBJECTION:
                marked = select(ObjectionMarkRow).where(ObjectionMarkRow.municipality == municipality)
                for mark in session.exec(marked).all():
                    # Its number is a hash as well, of the case and the person.
                    mark.id, mark.digest = (
                        hmac.digest(new, it.encode(), "sha256").hex() for it in (mark.id, mark.digest)
                    )
            self._vault.keep_secret(session, purpose, former + new, in_use)
        return 1


def _digests(session: Session, municipality: str, kind: IndexKind) -> Iterator[list[tuple[str, str]]]:
    """Whole units at a time, as their digests change between."""
    last = ""
    while True:
        units = (
            select(BlindIndexRow.unit_id)
            .where(BlindIndexRow.municipality == municipality, BlindIndexRow.kind == kind)
            .where(col(BlindIndexRow.unit_id) > last)
            .distinct()
            .order_by(BlindIndexRow.unit_id)
            .limit(_DIGESTS_AT_ONCE)
        )
        found = session.exec(units).all()
        if not found:
            return
        theirs = (col(BlindIndexRow.unit_id).in_(found), col(BlindIndexRow.kind) == kind)
        yield list(session.exec(select(BlindIndexRow.unit_id, BlindIndexRow.digest).where(*theirs)))
        last = found[-1]


_REHASH = (
    update(BlindIndexRow)
    .where(col(BlindIndexRow.unit_id) == bindparam("unit"), col(BlindIndexRow.digest) == bindparam("was"))
    .values(digest=bindparam("now"))
)
