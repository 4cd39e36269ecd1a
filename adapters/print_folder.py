"""The printer's door as a folder that they empty: for who transfers files instead of taking requests."""

import os
from pathlib import Path

from activities.ports import PartyUnavailable, PrintShop
from models.ids import BatchId


class PrintFolder(PrintShop):
    """`{folder}/{batch}.zip`, which appears whole or not at all.

    The printer takes a batch by moving it away, so a batch that is gone must be told from one that was never there: a
    hidden, empty file says that the batch was complete before it was put down. Whoever was killed in between goes on
    from there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, batch: BatchId, content: bytes) -> None:
        """Raises `PartyUnavailable` when the folder cannot be written."""
        try:
            self._put_down(batch, content)
        except OSError:
            problem = True
        else:
            problem = False
        if problem:
            # Outside the except block: the operating system's error holds the path.
            raise PartyUnavailable("letters.folder")

    def _put_down(self, batch: BatchId, content: bytes) -> None:
        hidden, complete = self._folder / f".{batch}.part", self._folder / f".{batch}.complete"
        if not complete.exists():
            _write(hidden, content)
            _write(complete, b"")
        if hidden.exists():
            hidden.rename(self._folder / f"{batch}.zip")
            _sync(self._folder)


def _write(path: Path, content: bytes) -> None:
    """On disk when it returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
