"""Keys that are kept in files of their own: 64 hexadecimal digits, readable by their owner only."""

import os
import re
import secrets
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
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    # A link either appears whole or not at all, and never replaces a key that another process just made.
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
