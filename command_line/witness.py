"""Nothing that a command unsealed is printed before it is written down who had it before them, and for what.

The same as `web/witness.py` does for pages: the vault notes what is opened, and a command that opens something and has
no purpose here prints nothing of it.
"""

import io
import os
import pwd
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

from adapters.looks import Looker, Looks
from adapters.stores import open_stores
from adapters.unsealing import noting
from config import Settings
from models.codes import AtTheMachine, LookPurpose
from models.ids import StaffId, UnitId

PURPOSES: Mapping[str, LookPurpose] = {
    "journey": LookPurpose.CASE,
    "explain": LookPurpose.CASE,
    "look": LookPurpose.DELIVERY,
    "figures export": LookPurpose.STATISTICS,
    "own-data give": LookPurpose.ACCESS_REQUEST,
}
"""For what each command opens something, by its words."""
SEEN_BY_NOBODY = frozenset({"prepare", "run"})
"""Something may be opened there to find it by more than before; nothing of it is printed."""
OPENS_NOTHING = frozenset(
    {
        *("policy apply", "policy diff", "policy check", "fill-demo", "import", "takeover", "lists"),
        *("partner-key make", "partner-key list", "partner-key stop", "figures monitor"),
        *("retention verify", "retention again", "retention forecast", "retention list", "delivery", "doctor"),
        *("own-data shape", "privacy inventory", "privacy register", "privacy dpia"),
        *("keys add", "keys rotate", "keys check", "keys drop", "keys id", "keys reseal", "keys lost"),
    }
)
_LONGEST = 80


class Unwitnessed(Exception):
    """Something was opened for nothing that we know. It is not printed."""

    def __init__(self, command: str) -> None:
        super().__init__(f"{command} opens personal data and has no purpose in command_line/witness.py")


@contextmanager
def witnessed(settings: Settings, command: str) -> Iterator[None]:
    """Around a whole command, what it prints included. When the looking cannot be written down, nothing is printed."""
    if command in SEEN_BY_NOBODY:
        yield
        return
    with noting() as opened:
        witness = _Witness(settings, command, opened)
        token = _AT_WORK.set(witness)
        try:
            with redirect_stdout(_Watched(witness)):
                yield
            # Also what was opened after the last word, or without one.
            witness.write_down()
        finally:
            _AT_WORK.reset(token)


def write_down() -> None:
    """Before what was opened leaves otherwise than by printing."""
    witness = _AT_WORK.get()
    if witness is not None:
        witness.write_down()


class _Witness:
    def __init__(self, settings: Settings, command: str, opened: set[UnitId]) -> None:
        self._settings = settings
        self._command = command
        self._opened = opened

    def write_down(self) -> None:
        """Raises `Unwitnessed`, and whatever keeps a database from writing."""
        if not self._opened:
            return
        purpose = PURPOSES.get(self._command)
        if purpose is None:
            raise Unwitnessed(self._command)
        stores = open_stores(self._settings)
        looker = Looker(whoever_types(), AtTheMachine.COMMAND_LINE, purpose)
        Looks(stores.database, stores.vault, stores.policies).record(looker, self._opened, at=datetime.now(UTC))
        self._opened.clear()


class _Watched(io.TextIOBase):
    """Where a command prints."""

    def __init__(self, witness: _Witness) -> None:
        self._witness = witness
        self._out: TextIO = sys.stdout

    def write(self, text: str) -> int:
        self._witness.write_down()
        return self._out.write(text)

    def flush(self) -> None:
        self._out.flush()


def whoever_types() -> StaffId:
    """The user of the machine, and for whom `sudo` made them that. No member of staff has a colon in their id."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    before = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""
    return StaffId(":".join(("os", *filter(None, (before, user))))[:_LONGEST])


_AT_WORK: ContextVar[_Witness | None] = ContextVar("at_work", default=None)
