"""The vault: one key per erasure unit, and the blind indexes. Without a unit's key its data cannot be read again."""

import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import delete, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from adapters.blind import Entry, IndexKind
from adapters.database import Database
from adapters.unsealing import note
from models.errors import CodedError
from models.ids import UnitId
from models.personal import PersonalData
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow, UnitRow

_DATA: TypeAdapter[PersonalData] = TypeAdapter(PersonalData, config=ConfigDict(hide_input_in_errors=True))
_NONCE = 12
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

    def __init__(self, database: Database, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key has 32 bytes")
        self.database = database
        self._master = master_key
        self._wrapping = AESGCM(_derived_key(master_key, "wrap"))
        self._index_key = cache(lambda municipality, kind: _derived_key(master_key, f"index/{municipality}/{kind}"))

    def create(
        self, unit: UnitId, municipality: MunicipalityCode, at: datetime, *, within: Session | None = None
    ) -> None:
        """Makes the unit's key. A unit that has one keeps it; a destroyed unit stays destroyed."""
        nonce = os.urandom(_NONCE)
        wrapped = nonce + self._wrapping.encrypt(nonce, os.urandom(32), unit.encode())
        row = UnitRow(id=unit, municipality=municipality.text, wrapped_key=wrapped, created_at=at)
        with self._writing(within) as session:
            self.database.insert_once(session, row)

    def seal(self, unit: UnitId, data: PersonalData, *, within: Session | None = None) -> bytes:
        """The data as bytes that only this unit's key opens. Raises `Erased`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._key(unit, within).encrypt(nonce, _DATA.dump_json(data), unit.encode())

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
        made = []
        for unit, _, _ in new:
            nonce = os.urandom(_NONCE)
            wrapped = nonce + self._wrapping.encrypt(nonce, os.urandom(32), unit.encode())
            made.append({"id": unit, "municipality": municipality.text, "wrapped_key": wrapped, "created_at": at})
        with self._writing(within) as session:
            self.database.insert_values_once(session, UnitRow, made)
            # Whoever had a key keeps it; on PostgreSQL the lock makes destroying wait.
            ids = [unit for unit, _, _ in new]
            wanted = select(UnitRow.id, UnitRow.wrapped_key).where(col(UnitRow.id).in_(ids)).with_for_update()
            keys = {UnitId(unit): self._unwrapped(UnitId(unit), key) for unit, key in session.exec(wanted) if key}
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
                nonce = os.urandom(_NONCE)
                sealed[unit] = nonce + keys[unit].encrypt(nonce, _DATA.dump_json(data), unit.encode())
        return sealed

    def open(self, unit: UnitId, sealed: bytes, *, within: Session | None = None) -> PersonalData:
        """What was sealed. Raises `Erased`, or `Damaged` when the bytes are another unit's."""
        return _opened(self._key(unit, within), unit, sealed)

    def open_many(self, sealed: Mapping[Name, tuple[UnitId, bytes]]) -> dict[Name, PersonalData]:
        """What was sealed, under the same names, with one question for all keys. What is erased is not among it.
        Raises `Damaged`."""
        units = {unit for unit, _ in sealed.values()}
        wanted = select(UnitRow.id, UnitRow.wrapped_key).where(col(UnitRow.id).in_(units))
        with self.database.read() as session:
            keys = {UnitId(unit): self._unwrapped(UnitId(unit), key) for unit, key in session.exec(wanted) if key}
        return {name: _opened(keys[unit], unit, kept) for name, (unit, kept) in sealed.items() if unit in keys}

    def index(
        self, unit: UnitId, municipality: MunicipalityCode, entries: Iterable[Entry], *, within: Session | None = None
    ) -> None:
        """Lets the unit be found by these values, besides those it has. Raises `Erased`."""
        with self._writing(within) as session:
            # For a destroyed unit nothing may be indexed again; on PostgreSQL the lock makes destroying wait.
            if session.exec(_wrapped_key(unit).with_for_update()).first() is None:
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
        return hmac.digest(self._index_key(municipality.text, kind), value.encode(), "sha256").hex()

    def hashes(self, unit: UnitId, values: Sequence[str], *, within: Session | None = None) -> list[str]:
        """Keyed hashes that are worth nothing without the unit's own key: another master key leaves them as they are.
        Raises `Erased`."""
        with self._reading(within) as session:
            wrapped = session.exec(_wrapped_key(unit)).first()
        if wrapped is None:
            raise Erased
        key = _derived_key(self._bare(unit, wrapped), "hash")
        return [hmac.digest(key, value.encode(), "sha256").hex() for value in values]

    def veiled(self, municipality: MunicipalityCode, subject: str) -> str:
        """An id as it may leave the municipality's own log: the same one for the same subject, and read by nobody
        without the master key."""
        cipher = AESSIV(_derived_key(self._master, f"log/{municipality.text}"))
        return urlsafe_b64encode(cipher.encrypt(subject.encode(), None)).decode().rstrip("=")

    def destroy(self, units: Iterable[UnitId]) -> None:
        """Destroys keys, indexes and what matching knew of the units, for good; units already gone are no error.

        Returns when the key bytes are gone from SQLite's files too, raises `LogNotEmptied` when that must be tried
        again (the keys are unusable by then all the same).
        """
        ids = list(units)
        with self.database.write() as session:
            session.execute(update(UnitRow).where(col(UnitRow.id).in_(ids)).values(wrapped_key=None))
            for table in (BlindIndexRow, ReservationRow, CaseSlotRow):
                session.execute(delete(table).where(col(table.unit_id).in_(ids)))
        self.database.empty_log()

    def destroyed(self, unit: UnitId) -> bool:
        """Whether neither a key nor an index of the unit is left."""
        with self.database.read() as session:
            key = session.exec(_wrapped_key(unit)).first()
            index = session.exec(select(BlindIndexRow.digest).where(BlindIndexRow.unit_id == unit)).first()
        return key is None and index is None

    def _key(self, unit: UnitId, within: Session | None) -> AESGCM:
        with self._reading(within) as session:
            wrapped = session.exec(_wrapped_key(unit)).first()
        if wrapped is None:
            raise Erased
        return self._unwrapped(unit, wrapped)

    def _unwrapped(self, unit: UnitId, wrapped: bytes) -> AESGCM:
        return AESGCM(self._bare(unit, wrapped))

    def _bare(self, unit: UnitId, wrapped: bytes) -> bytes:
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], unit.encode())
        except InvalidTag:
            raise Damaged from None

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


def _opened(key: AESGCM, unit: UnitId, sealed: bytes) -> PersonalData:
    try:
        content = key.decrypt(sealed[:_NONCE], sealed[_NONCE:], unit.encode())
    except InvalidTag:
        raise Damaged from None
    note(unit)
    return _DATA.validate_json(content)


def _wrapped_key(unit: UnitId) -> SelectOfScalar[bytes | None]:
    return select(col(UnitRow.wrapped_key)).where(UnitRow.id == unit)


def _derived_key(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"signaalreis/{purpose}".encode()).derive(master)
