"""The mailbox for mail that came back, over IMAP (RFC 3501, RFC 4315): as much of it as a reader of mail needs."""

import asyncio
import email
import re
from collections.abc import Callable

from models.codes import Party
from simulation.faults import Faults
from simulation.store import Returned, WorldStore

USER, PASSWORD = "terug", 'een "lang" wachtwoord'
_WORDS = re.compile(rb'"((?:[^"\\]|\\.)*)"|\(([^)]*)\)|(\S+)')
_HEADER = re.compile(r'HEADER "([^"]+)" "([^"]+)"')
_KEYWORD = re.compile(r"UNKEYWORD (\w+)")
_NO = "NO refused"


class ImapMailbox(asyncio.Protocol):
    """One connection."""

    def __init__(self, store: WorldStore, faults: Faults, *, password: str = PASSWORD) -> None:
        self._store, self._faults, self._password = store, faults, password
        self._buffer = b""
        self._signed_in = False
        self._transport: asyncio.Transport
        self._commands: dict[str, Callable[[list[str]], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": lambda words: "OK done",
            "LOGIN": self._login,
            "LOGOUT": self._logout,
        }
        self._of_the_mailbox: dict[str, Callable[[list[str]], str]] = {
            "SELECT": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._flag,
            "UID EXPUNGE": self._expunge,
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        match self._faults.kind(Party.BOUNCES):
            case "down":
                transport.close()
            case "malformed":
                transport.write(b"220 welcome to something else\r\n")
            case "half-open":
                transport.write(b"* OK [CAPABILITY")
            case "slow":
                seconds = self._faults.all()[Party.BOUNCES].seconds
                asyncio.get_running_loop().call_later(seconds, self._say, "* OK ready")
            case _:
                self._say("* OK ready")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\r\n")
            self._answer(line)

    def _answer(self, line: bytes) -> None:
        tag, *words = _words(line)
        name = words.pop(0).upper()
        if name == "UID":
            name = f"UID {words.pop(0).upper()}"
        served = self._commands | (self._of_the_mailbox if self._signed_in else {})
        command = served.get(name)
        self._say(f"{tag} {'BAD unknown' if command is None else command(words)}")
        if name == "LOGOUT":
            self._transport.close()

    def _say(self, line: str) -> None:
        self._transport.write(line.encode() + b"\r\n")

    def _capability(self, words: list[str]) -> str:
        self._say("* CAPABILITY IMAP4rev1 UIDPLUS")
        return "OK done"

    def _login(self, words: list[str]) -> str:
        self._signed_in = words == [USER, self._password] and self._faults.kind(Party.BOUNCES) != "refuse"
        return "OK signed in" if self._signed_in else _NO

    def _logout(self, words: list[str]) -> str:
        self._say("* BYE")
        return "OK done"

    def _select(self, words: list[str]) -> str:
        if words != ["INBOX"]:
            return _NO
        self._say(f"* {len(self._store.returned())} EXISTS")
        return "OK [READ-WRITE] done"

    def _search(self, words: list[str]) -> str:
        found = [str(one.uid) for one in self._store.returned() if _matches(one, words)]
        self._say(" ".join(["* SEARCH", *found]))
        return "OK done"

    def _fetch(self, words: list[str]) -> str:
        wanted, parts = words[0], words[1]
        for number, one in enumerate(self._store.returned(), start=1):
            if str(one.uid) != wanted:
                continue
            header = one.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            content = header if "HEADER" in parts else one.content
            if ".PEEK" not in parts:
                self._store.flag_returned(one.uid, one.flags | {r"\Seen"})
            about = f"UID {one.uid} FLAGS ({' '.join(one.flags)}) RFC822.SIZE {len(one.content)}"
            self._transport.write(f"* {number} FETCH ({about} BODY[] {{{len(content)}}}\r\n".encode() + content)
            self._say(")")
        return "OK done"

    def _flag(self, words: list[str]) -> str:
        for one in self._store.returned():
            if str(one.uid) == words[0] and words[1] == "+FLAGS":
                self._store.flag_returned(one.uid, one.flags | set(words[2].split()))
        return "OK done"

    def _expunge(self, words: list[str]) -> str:
        for number, one in enumerate(self._store.returned(), start=1):
            if str(one.uid) == words[0] and r"\Deleted" in one.flags:
                self._store.drop_returned(one.uid)
                self._say(f"* {number} EXPUNGE")
        return "OK done"


def _words(line: bytes) -> list[str]:
    """The words of a command; what is quoted, or stands between brackets, is one word."""
    found: list[str] = []
    for quoted, listed, bare in _WORDS.findall(line):
        text = (quoted.replace(rb"\"", b'"') or listed or bare).decode()
        found.append(text)
    return found


def _matches(one: Returned, words: list[str]) -> bool:
    """The questions that the product asks: a header that holds a text, and a keyword that is not there."""
    criteria = " ".join(words)
    asked, unwanted = _HEADER.search(criteria), _KEYWORD.search(criteria)
    header = "" if asked is None else str(email.message_from_bytes(one.content).get(asked[1], ""))
    right = asked is None or asked[2].casefold() in header.casefold()
    return right and not (unwanted is not None and unwanted[1] in one.flags)
