"""The vault: one key per erasure unit, and the blind indexes. Without a unit's key its data cannot be read again."""

import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import product
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import delete, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from adapters.blind import Entry, IndexKind
from adapters.database import Database
from adapters.master_keys import MasterKey, MasterKeys, derived_key
from adapters.unsealing import note
from models.errors import CodedError
from models.ids import UnitId
from models.personal import PersonalData
from models.values import MunicipalityCode
from models.vault_tables import (
    BlindIndexRow,
    CaseSlotRow,
    MasterKeyInUse,
    ReservationRow,
    SecretRow,
    UnitRow,
)

_DATA: TypeAdapter[PersonalData] = TypeAdapter(PersonalData, config=ConfigDict(hide_input_in_errors=True))
_NONCE = 12
_DESTROYED_AT_ONCE = 500
"""A statement takes only so many values."""
KEY_LENGTH = 32
ROOT = "root"
"""The purpose of the secret from which the keys of all other purposes are derived that have none of their own."""
Name = TypeVar("Name", bound=Hashable)


class Erased(CodedError):
    """The unit's key was destroyed or never existed: nothing of it can be sealed or opened."""

    retryable = False

    def __init__(self, code: str = "vault.erased") -> None:
        super().__init__(code)


class Damaged(CodedError):
    """Sealed bytes that do not belong to this unit, this key or this vault."""

    retryable = False

    def __init__(self, code: str = "vault.damaged") -> None:
        super().__init__(code)


class Vault:
    """Keys and blind indexes. Every method is a transaction of its own, unless `within` gives a session of the vault's
    database, so that a caller can do several under one lock.

    Keys of units are never cached: a destroyed one is gone for every process at once.
    """

    def __init__(self, database: Database, master_keys: MasterKeys | bytes) -> None:
        """`master_keys`: all that this process knows, or the only one."""
        self.database = database
        known = master_keys if isinstance(master_keys, MasterKeys) else MasterKeys(lambda: [master_keys])
        self.master_keys = known
        self._hash_keys: dict[str, tuple[bytes, ...]] = {}

    def settle(self, at: datetime) -> None:
        """Before anything runs: says in the vault which master key is in use, and keeps the keys of blind indexes and
        of the log for themselves, so that they outlive it. Done before, nothing changes."""
        with self.database.write() as session:
            self.database.lock(session, "secrets")
            in_use = self.in_use(session, at)
            if session.get(SecretRow, ROOT) is not None:
                return
            # What was hashed until now was hashed with keys of the master key itself.
            municipalities = session.exec(select(UnitRow.municipality).distinct()).all()
            for purpose in (purpose for code in municipalities for purpose in purposes_of(code)):
                self.keep_secret(session, purpose, in_use.derived(purpose), in_use)
            self.keep_secret(session, ROOT, os.urandom(KEY_LENGTH), in_use)

    def in_use(self, session: Session, at: datetime) -> MasterKey:
        """The master key that wraps what is made now; it stays that until the transaction ends. Raises
        `MasterKeyMissing`."""
        wanted = select(MasterKeyInUse.master_key).with_for_update(read=True)
        named = session.exec(wanted).first()
        if named is None:
            first = MasterKeyInUse(id=1, master_key=self._first_in_use(session).id, since=at)
            self.database.insert_once(session, first)
            named = session.exec(wanted).one()
        return self.master_keys.named(named)

    def _first_in_use(self, session: Session) -> MasterKey:
        """Of a vault that does not say it yet: the one that wrapped what is there."""
        wanted = select(UnitRow.id, UnitRow.wrapped_key).where(col(UnitRow.wrapped_key).is_not(None)).limit(1)
        for unit, wrapped in session.exec(wanted):
            return self.master_keys.wrapper_of(unit, wrapped or b"", "")
        return self.master_keys.newest

    def keep_secret(self, session: Session, purpose: str, secret: bytes, in_use: MasterKey) -> None:
        """In place of what was there."""
        row = SecretRow(
            purpose=purpose,
            wrapped_key=in_use.wrap(purpose, secret),
            wrapped_by=in_use.id,
            made_under=in_use.id,
        )
        session.merge(row)

    def create(
        self, unit: UnitId, municipality: MunicipalityCode, at: datetime, *, within: Session | None = None
    ) -> None:
        """Makes the unit's key. A unit that has one keeps it; a destroyed unit stays destroyed."""
        with self._writing(within) as session:
            row = _new_unit(unit, municipality, at, self.in_use(session, at))
            self.database.insert_once(session, row)

    def seal(self, unit: UnitId, data: PersonalData, *, within: Session | None = None) -> bytes:
        """The data as bytes that only this unit's key opens. Raises `Erased`."""
        return self.key_of(unit, within=within).seal(data)

    def seal_many(
        self,
        new: Sequence[tuple[UnitId, PersonalData, Sequence[Entry]]],
        municipality: MunicipalityCode,
        at: datetime,
        *,
        within: Session | None = None,
    ) -> dict[UnitId, bytes]:
        """Units with their data sealed, and found by these values: `create`, `index` and `seal` for many at once. A
        unit that is destroyed is not in the answer and gets nothing."""
        with self._writing(within) as session:
            in_use = self.in_use(session, at)
            made = [_new_unit(unit, municipality, at, in_use).model_dump() for unit, _, _ in new]
            self.database.insert_values_once(session, UnitRow, made)
            # Whoever had a key keeps it; on PostgreSQL the lock makes destroying wait.
            ids = [unit for unit, _, _ in new]
            keys = self._unwrapped(session, _wrapped(ids).with_for_update())
            found_by = [
                {
                    "unit_id": unit,
                    "kind": kind,
                    "digest": self.digest(municipality, kind, value),
                    "municipality": municipality.text,
                }
                for unit, _, entries in new
                if unit in keys
                for kind, value in entries
            ]
            self.database.insert_values_once(session, BlindIndexRow, found_by)
        sealed = {}
        for unit, data, _ in new:
            if unit in keys:
                sealed[unit] = keys[unit].seal(data)
        return sealed

    def open(self, unit: UnitId, sealed: bytes, *, within: Session | None = None) -> PersonalData:
        """What was sealed. Raises `Erased`, or `Damaged` when the bytes are another unit's."""
        return self.key_of(unit, within=within).open(sealed)

    def open_many(self, sealed: Mapping[Name, tuple[UnitId, bytes]]) -> dict[Name, PersonalData]:
        """What was sealed, under the same names, with one question for all keys. What is erased is not among it.
        Raises `Damaged`."""
        units = {unit for unit, _ in sealed.values()}
        with self.database.read() as session:
            keys = self._unwrapped(session, _wrapped(units))
        return {name: keys[unit].open(kept) for name, (unit, kept) in sealed.items() if unit in keys}

    def index(
        self, unit: UnitId, municipality: MunicipalityCode, entries: Iterable[Entry], *, within: Session | None = None
    ) -> None:
        """Lets the unit be found by these values, besides those it has. Raises `Erased`."""
        with self._writing(within) as session:
            # For a destroyed unit nothing may be indexed again; on PostgreSQL the lock makes destroying wait.
            if not session.exec(_wrapped([unit]).with_for_update()).all():
                raise Erased
            rows = [
                BlindIndexRow(
                    unit_id=unit,
                    kind=kind,
                    digest=self.digest(municipality, kind, value),
                    municipality=municipality.text,
                )
                for kind, value in entries
            ]
            self.database.insert_all_once(session, rows)

    def find(
        self, municipality: MunicipalityCode, kind: IndexKind, value: str, *, within: Session | None = None
    ) -> tuple[UnitId, ...]:
        """The units with this value, by id."""
        wanted = (
            select(BlindIndexRow.unit_id)
            .where(
                BlindIndexRow.municipality == municipality.text,
                BlindIndexRow.kind == kind,
                BlindIndexRow.digest == self.digest(municipality, kind, value),
            )
            .order_by(BlindIndexRow.unit_id)
        )
        with self._reading(within) as session:
            return tuple(UnitId(unit) for unit in session.exec(wanted))

    def find_by_all(
        self, municipality: MunicipalityCode, asked: Mapping[IndexKind, Sequence[str]]
    ) -> tuple[UnitId, ...]:
        """The units that have, of every kind that is asked, one of its values; by id."""
        with self.database.read() as session:
            return tuple(UnitId(unit) for unit in session.exec(self.by_all(municipality, asked)))

    def by_all(self, municipality: MunicipalityCode, asked: Mapping[IndexKind, Sequence[str]]) -> SelectOfScalar[str]:
        """The question of `find_by_all`: the first kind by the index on values, the others by the units it gave."""
        tables = [aliased(BlindIndexRow) for _ in asked]
        wanted = select(tables[0].unit_id).distinct().order_by(col(tables[0].unit_id))
        for table in tables[1:]:
            wanted = wanted.join(table, col(table.unit_id) == col(tables[0].unit_id))
        for table, (kind, values) in zip(tables, asked.items(), strict=True):
            digests = [self.digest(municipality, kind, value) for value in values]
            wanted = wanted.where(
                table.municipality == municipality.text, table.kind == kind, col(table.digest).in_(digests)
            )
        return wanted

    def digest(self, municipality: MunicipalityCode, kind: IndexKind, value: str) -> str:
        """The keyed hash of a value; also good as the name of a lock on it."""
        digest = value
        for key in self._keys_for(index_purpose(municipality.text, kind)):
            digest = hmac.digest(key, digest.encode(), "sha256").hex()
        return digest

    def veiled(self, municipality: MunicipalityCode, subject: str) -> str:
        """An id as it may leave the municipality's own log: the same one for the same subject, and read by nobody
        without the master key."""
        (key,) = self._keys_for(log_purpose(municipality.text))
        cipher = AESSIV(key)
        return urlsafe_b64encode(cipher.encrypt(subject.encode(), None)).decode().rstrip("=")

    def destroy(self, units: Iterable[UnitId]) -> None:
        """Destroys keys, indexes and what matching knew of the units, for good; units already gone are no error.

        Returns when the key bytes are gone from SQLite's files too, raises `LogNotEmptied` when that must be tried
        again (the keys are unusable by then all the same).
        """
        all_ids = list(units)
        with self.database.write() as session:
            for start in range(0, len(all_ids), _DESTROYED_AT_ONCE):
                ids = all_ids[start : start + _DESTROYED_AT_ONCE]
                session.execute(update(UnitRow).where(col(UnitRow.id).in_(ids)).values(wrapped_key=None, next_key=None))
                for table in (BlindIndexRow, ReservationRow, CaseSlotRow):
                    session.execute(delete(table).where(col(table.unit_id).in_(ids)))
        self.database.empty_log()

    def destroyed(self, unit: UnitId) -> bool:
        """Whether neither a key nor an index of the unit is left."""
        with self.database.read() as session:
            key = session.exec(_wrapped([unit])).first()
            index = session.exec(select(BlindIndexRow.digest).where(BlindIndexRow.unit_id == unit)).first()
        return key is None and index is None

    def key_of(self, unit: UnitId, *, within: Session | None = None) -> "UnitKey":
        """The unit's key, for whoever seals or opens more than one thing. Raises `Erased`, `MasterKeyMissing`."""
        with self._reading(within) as session:
            keys = self._unwrapped(session, _wrapped([unit]))
        if unit not in keys:
            raise Erased
        return keys[unit]

    def _unwrapped(
        self, session: Session, wanted: "Select[str, bytes | None, str, bytes | None]"
    ) -> dict[UnitId, "UnitKey"]:
        """Raises `Damaged`, `MasterKeyMissing`."""
        found = {}
        for unit, wrapped, by, following in session.exec(wanted):
            if wrapped is None:
                continue
            master_key = self.master_keys.wrapper_of(unit, wrapped, by)
            # The newest first: by it is sealed.
            keys = [master_key.unwrap(unit, each) for each in (following, wrapped) if each is not None]
            if None in keys:
                raise Damaged
            found[UnitId(unit)] = UnitKey(UnitId(unit), [key for key in keys if key is not None])
        return found

    def secret(self, session: Session, purpose: str) -> bytes | None:
        """What is kept for this purpose. Raises `Damaged`, `MasterKeyMissing`."""
        row = session.get(SecretRow, purpose)
        if row is None:
            return None
        secret = self.master_keys.named(row.wrapped_by).unwrap(purpose, row.wrapped_key)
        if secret is None:
            raise Damaged
        return secret

    def _keys_for(self, purpose: str) -> tuple[bytes, ...]:
        """The keys with which is hashed, one after the other."""
        if (known := self._hash_keys.get(purpose)) is not None:
            return known
        with self.database.read() as session:
            own, root = self.secret(session, purpose), self.secret(session, ROOT)
            if root is None:
                # Nobody settled this vault yet. What holds now may hold no more in a moment.
                return (self.master_keys.newest.derived(purpose),)
        self._hash_keys[purpose] = parts_of(own) if own else (derived_key(root, purpose),)
        return self._hash_keys[purpose]

    @contextmanager
    def _writing(self, within: Session | None) -> Iterator[Session]:
        if within is not None:
            yield within
            return
        with self.database.write() as session:
            yield session

    @contextmanager
    def _reading(self, within: Session | None) -> Iterator[Session]:
        if within is not None:
            yield within
            return
        with self.database.read() as session:
            yield session


class UnitKey:
    """The key of a unit; two of them while it is sealed anew, the newer one first."""

    def __init__(self, unit: UnitId, keys: Sequence[bytes]) -> None:
        self._unit = unit
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, data: PersonalData) -> bytes:
        return self._sealed(_DATA.dump_json(data))

    def open(self, sealed: bytes) -> PersonalData:
        """Raises `Damaged`."""
        content = next(self._contents(sealed), None)
        if content is None:
            raise Damaged
        note(self._unit)
        return _DATA.validate_json(content)

    def sealed_anew(self, sealed: bytes) -> bytes:
        """The same under the newer key alone; unchanged when it is. Nobody reads it. Raises `Damaged`."""
        if _decrypted(self._ciphers[0], self._unit, sealed) is not None:
            return sealed
        content = next(self._contents(sealed), None)
        if content is None:
            raise Damaged
        return self._sealed(content)

    def _sealed(self, content: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, content, self._unit.encode())

    def _contents(self, sealed: bytes) -> Iterator[bytes]:
        tried = (_decrypted(cipher, self._unit, sealed) for cipher in self._ciphers)
        return (content for content in tried if content is not None)


def index_purpose(municipality: str, kind: IndexKind) -> str:
    """The name of the key with which this kind of value is hashed."""
    return f"index/{municipality}/{kind}"


def log_purpose(municipality: str) -> str:
    """The name of the key under which the log's subjects leave the municipality."""
    return f"log/{municipality}"


def purposes_of(municipality: str) -> Iterator[str]:
    """Everything for which a municipality has a key."""
    yield from (index_purpose(*each) for each in product([municipality], IndexKind))
    yield log_purpose(municipality)


def parts_of(secret: bytes) -> tuple[bytes, ...]:
    """The keys that a secret is made of, the oldest first."""
    return tuple(secret[start : start + KEY_LENGTH] for start in range(0, len(secret), KEY_LENGTH))


def _new_unit(unit: UnitId, municipality: MunicipalityCode, at: datetime, in_use: MasterKey) -> UnitRow:
    return UnitRow(
        id=unit,
        municipality=municipality.text,
        wrapped_key=in_use.wrap(unit, os.urandom(KEY_LENGTH)),
        wrapped_by=in_use.id,
        made_under=in_use.id,
        created_at=at,
    )


def _decrypted(cipher: AESGCM, unit: UnitId, sealed: bytes) -> bytes | None:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], unit.encode())
    except InvalidTag:
        return None


def _wrapped(units: Iterable[UnitId]) -> "Select[str, bytes | None, str, bytes | None]":
    """Of those that are not destroyed: id, key, by which master key it is wrapped, the key that takes its place."""
    columns = col(UnitRow.id), col(UnitRow.wrapped_key), col(UnitRow.wrapped_by), col(UnitRow.next_key)
    return select(*columns).where(col(UnitRow.id).in_(list(units)), col(UnitRow.wrapped_key).is_not(None))
