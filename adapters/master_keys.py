"""The master keys that this process knows. Each wraps the keys of erasure units; the vault says which one is in use."""

import os
from collections.abc import Callable, Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import CodedError

_NONCE = 12


class MasterKeyMissing(CodedError):
    """Something is wrapped by a master key that this process does not know (yet)."""

    def __init__(self, code: str = "vault.master_key_missing") -> None:
        super().__init__(code)


class MasterKey:
    """One key. `id` says which, and nothing of it."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the master key has 32 bytes")
        self.id = derived_key(key, "id").hex()[:16]
        self._key = key
        self._cipher = AESGCM(derived_key(key, "wrap"))

    def wrap(self, name: str, key: bytes) -> bytes:
        """The key as bytes that only this master key opens, under this name alone."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, name.encode())

    def unwrap(self, name: str, wrapped: bytes) -> bytes | None:
        """What was wrapped; None when it was not by this key, or under another name."""
        try:
            return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())
        except InvalidTag:
            return None

    def derived(self, purpose: str) -> bytes:
        """The key of a purpose, as it was before such keys were kept for themselves."""
        return derived_key(self._key, purpose)


class MasterKeys:
    """All of them, the newest first. `read` is asked again when something is wrapped by one that is not known, so that
    a key which was added while this process runs needs no restart."""

    def __init__(self, read: Callable[[], Sequence[bytes]]) -> None:
        self._read = read
        self._known = _by_id(read())

    @property
    def newest(self) -> MasterKey:
        return next(iter(self._known.values()))

    def all(self) -> tuple[MasterKey, ...]:
        return tuple(self._known.values())

    def named(self, id: str) -> MasterKey:
        """Raises `MasterKeyMissing`, and whatever reading raises."""
        found = self.find(id)
        if found is None:
            raise MasterKeyMissing
        return found

    def find(self, id: str) -> MasterKey | None:
        """Raises whatever reading raises."""
        if id not in self._known:
            self.read_again()
        return self._known.get(id)

    def read_again(self) -> None:
        """Raises whatever reading raises."""
        self._known = _by_id(self._read())

    def that_opens(self, name: str, wrapped: bytes) -> MasterKey | None:
        """Which one wrapped this, whatever is said of it."""
        return next((key for key in self.all() if key.unwrap(name, wrapped) is not None), None)

    def wrapper_of(self, name: str, wrapped: bytes, by: str) -> MasterKey:
        """The key with the id `by`; without one, of before there were ids, the one that opens it.

        Raises `MasterKeyMissing`.
        """
        if by:
            return self.named(by)
        found = self.that_opens(name, wrapped)
        if found is None:
            raise MasterKeyMissing
        return found


def _by_id(keys: Iterable[bytes]) -> dict[str, MasterKey]:
    return {key.id: key for key in map(MasterKey, keys)}


def derived_key(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, from which neither the other one nor those of other purposes can be known."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"signaalreis/{purpose}".encode()).derive(key)
