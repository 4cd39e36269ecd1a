"""Keys that are kept in files of their own: 64 hexadecimal digits, readable by their owner only."""

import os
import re
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_FORM = re.compile(r"[0-9a-f]{64}")


class SecretUnusable(Exception):
    """A key file that is missing or unreadable; the message names the file and what it must hold."""


def load_or_make(path: Path, *, may_make: bool) -> bytes:
    """The 32 bytes of the key file. With `may_make` a missing file is made, once, whoever comes first.

    Raises `SecretUnusable`.
    """
    if not path.exists():
        if not may_make:
            raise SecretUnusable(f"{path} is missing; it must hold 64 hexadecimal digits")
        _make(path)
    found = path.read_text("ascii", errors="replace").strip().lower()
    if _FORM.fullmatch(found) is None:
        raise SecretUnusable(f"{path} must hold 64 hexadecimal digits")
    return bytes.fromhex(found)


def load_all(path: Path, *, may_make: bool) -> tuple[bytes, ...]:
    """The keys of a file that may hold several, one a line, the newest first. With `may_make` a missing file is made
    with one. Raises `SecretUnusable`."""
    if not path.exists() and may_make:
        _make(path)
    try:
        text = path.read_text("ascii", errors="replace")
    except OSError:
        raise SecretUnusable(f"{path} is missing; it must hold 64 hexadecimal digits on each line") from None
    return keys_in(text, where=str(path))


def keys_in(text: str, *, where: str) -> tuple[bytes, ...]:
    """The keys of such a file. Raises `SecretUnusable`."""
    lines = text.lower().split()
    if not lines or not all(map(_FORM.fullmatch, lines)) or len(set(lines)) < len(lines):
        raise SecretUnusable(f"{where} must hold 64 hexadecimal digits on each line, another key on each")
    return tuple(map(bytes.fromhex, lines))


def add_newest(path: Path) -> bytes:
    """A new key before those of the file. Raises `SecretUnusable`; then the file is as it was."""
    made = secrets.token_bytes(32)
    _replace(path, (made, *load_all(path, may_make=False)))
    return made


def keep_only(path: Path, key: bytes) -> None:
    """Takes all other keys out of the file. Raises `SecretUnusable`; then the file is as it was."""
    _replace(path, (key,))


def read_given(path: Path) -> str:
    """What somebody else gave us to show them, in a file of its own. Raises `SecretUnusable`."""
    try:
        found = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise SecretUnusable(f"{path} cannot be read; it must hold the secret that its owner gave") from None
    if not found:
        raise SecretUnusable(f"{path} is empty; it must hold the secret that its owner gave")
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _draft(path, (secrets.token_bytes(32),), mode=0o600)
    # A link either appears whole or not at all, and never replaces a key that another process just made.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def _replace(path: Path, keys: Iterable[bytes]) -> None:
    draft: Path | None = None
    try:
        was = path.stat()
        draft = _draft(path, keys, mode=stat.S_IMODE(was.st_mode))
        # Whoever reads the file goes on reading it, also when somebody else replaces it.
        os.chown(draft, was.st_uid, was.st_gid)
        draft.replace(path)
    except OSError:
        if draft is not None:
            draft.unlink(missing_ok=True)
        raise SecretUnusable(f"{path} cannot be written here; change its lines where it is kept") from None


def _draft(path: Path, keys: Iterable[bytes], *, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{key.hex()}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    return draft
