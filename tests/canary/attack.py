"""What somebody can do who has the master key, both databases as they are, and an old copy of the main one.

Nothing of the vault's own code is used to open or to guess: only how it works, which is no secret.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Table, select

from adapters.blind import IndexKind
from adapters.database import Database
from models import ids

Rows = Mapping[str, list[dict[str, object]]]
"""The rows of each table."""

_NONCE = 12
_HASH_LIKE = re.compile(r"[0-9a-f]{16,}")
_BEGINNING = 16
"""So many hexadecimal digits of a hash are enough to recognise it."""


def copy_of(database: Database, tables: Iterable[Table]) -> Rows:
    """Every cell of a database as it is stored."""
    copied = {}
    with database.read() as session:
        for table in tables:
            found = session.connection().execute(select(table))
            copied[table.name] = [dict(row) for row in found.mappings()]
    return copied


@dataclass(frozen=True)
class Attacker:
    """Holds the master key, and with it the root of the keys of blind indexes."""

    master_key: bytes
    secrets: Mapping[str, bytes]
    """As the vault keeps them wrapped, by their purposes."""

    def keys(self, vault: Rows) -> dict[str, bytes]:
        """The key of every unit that still has one."""
        wrapping = AESGCM(_derived(self.master_key, "wrap"))
        keys = {}
        for row in vault["unit"]:
            wrapped = row["wrapped_key"]
            if isinstance(wrapped, bytes):
                unit = str(row["id"])
                keys[unit] = wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], unit.encode())
        return keys

    def opened(self, main: Rows, keys: Mapping[str, bytes]) -> set[str]:
        """Ids of the sealed documents that any of the keys opens, whatever unit it was made for."""
        ciphers = [(unit, AESGCM(key)) for unit, key in keys.items()]
        return {
            str(row["id"])
            for row in main["document"]
            if any(_opens(cipher, _bytes(row["sealed"]), {unit, str(row["unit_id"])}) for unit, cipher in ciphers)
        }

    def guessed(self, rows: Rows, values: Iterable[str], municipality: str) -> set[str]:
        """Those of the values of which some cell is a hash, in any of the ways in which one could have been made."""
        cells = set(_hash_like(rows))
        ways = [*self._keyed(municipality), *_PLAIN]
        return {value for value in values if any(way(value.encode())[:_BEGINNING] in cells for way in ways)}

    def _keyed(self, municipality: str) -> Iterator["_Way"]:
        wrapping = AESGCM(_derived(self.master_key, "wrap"))
        root = self.secrets["root"]
        known = (self.master_key, wrapping.decrypt(root[:_NONCE], root[_NONCE:], b"root"))
        keys = [_derived(key, f"index/{municipality}/{kind}") for key in known for kind in IndexKind]
        for key in (*keys, self.master_key):
            yield _Way(lambda value, key=key: hmac.digest(key, value, "sha256"))


class _Way:
    """One way to make a hash of a value."""

    def __init__(self, digest: object) -> None:
        assert callable(digest)
        self._digest = digest

    def __call__(self, value: bytes) -> str:
        digest: bytes = self._digest(value)
        return digest.hex()


_PLAIN = (
    *(_Way(lambda value, name=name: hashlib.new(name, value).digest()) for name in ("md5", "sha1", "sha256", "sha512")),
    _Way(lambda value: uuid.UUID(ids.derived(value.decode())).bytes),
    *(
        _Way(lambda value, name=name: uuid.UUID(ids.derived(name, value.decode())).bytes)
        for name in ("person", "resident", "row", "signal", "case", "bsn")
    ),
)


def _opens(cipher: AESGCM, sealed: bytes, names: Iterable[str]) -> bool:
    for name in names:
        try:
            cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except InvalidTag:
            continue
        return True
    return False


def _hash_like(rows: Rows) -> Iterator[str]:
    """The beginning of everything in the cells that may be a hash: hexadecimal digits, ids, short bytes."""
    for row in (row for table in rows.values() for row in table):
        for cell in row.values():
            text = cell.hex() if isinstance(cell, bytes) else str(cell).replace("-", "").lower()
            for run in _HASH_LIKE.finditer(text):
                yield run.group()[:_BEGINNING]


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"signaalreis/{purpose}".encode()).derive(master)


def _bytes(cell: object) -> bytes:
    assert isinstance(cell, bytes)
    return cell
