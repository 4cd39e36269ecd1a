"""Spreadsheets (xlsx, xls, ods), read by a process of their own within limits (`adapters/sheet_child.py`)."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from adapters.signal_form import UnreadableFile
from adapters.table import Cell, TableRow

UNPACKED = 300_000_000
"""Bytes: what a real file of fifty thousand rows unpacks to is a third of this."""
_DAMAGED = "Dit werkblad is beschadigd of te groot; bewaar het als CSV en lever dat aan."
_CHILD = Path(__file__).with_name("sheet_child.py")
_SECONDS = 120
_LONGEST = 250_000_000
"""Bytes of rows: fifty thousand of them are a tenth of this."""


def is_sheet(content: bytes) -> bool:
    """By how the file begins: a zip (xlsx, ods) or an old Office document (xls)."""
    return content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


def rows_of_sheet(content: bytes) -> Iterator[TableRow]:
    """The rows of the first visible sheet. Raises `UnreadableFile`; then before the first row."""
    _check(content)
    for line in BytesIO(_read_apart(content)):
        read = json.loads(line)
        if isinstance(read, list):
            number, cells = read
            yield TableRow(number, tuple(map(_cell, cells)))


def _check(content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnreadableFile(_DAMAGED) from None
    if unpacked > UNPACKED:
        raise UnreadableFile(_DAMAGED)


def _read_apart(content: bytes) -> bytes:
    """What the child says; what it complains of is dropped, for it may quote the file. It is isolated: the modules
    beside it are none of its own."""
    with subprocess.Popen(
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "RUST_BACKTRACE": "0"},
    ) as child:
        # A child that hangs is ended by this; what it said by then has no last line.
        clock = threading.Timer(_SECONDS, child.kill)
        clock.start()
        try:
            told = _told(child, content)
        finally:
            clock.cancel()
            child.kill()
    if not told.rstrip(b"\n").rsplit(b"\n", 1)[-1].startswith(b'{"end"'):
        raise UnreadableFile(_DAMAGED)
    return told


def _told(child: subprocess.Popen[bytes], content: bytes) -> bytes:
    """Everything that it says, up to more than any real file: then it is cut off."""
    assert child.stdin is not None and child.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        # It reads all before it says anything, so neither waits for the other.
        child.stdin.write(content)
        child.stdin.close()
    return child.stdout.read(_LONGEST)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["date"])
    known: Cell = value
    return known
