"""The mailbox where mail comes back that could not be delivered, over IMAP."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import AND, BaseMailBox, H, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from activities.ports import BounceMailbox as Port
from activities.ports import NotAuthorised, PartyUnavailable
from adapters.return_notice import ReturnNotice, read_notice
from adapters.smtp import Login, Security
from models.codes import MessageReport, Party

LARGEST = 2_000_000
"""Bytes. A notification is small, even with the whole mail of ours in it; what is larger is for people."""
LOOKED_AT = "SignaalreisBekeken"
"""A keyword of a mail that has the shape of a notification and tells nothing of ours; it stays unread, for people."""
_NOTICES = AND(header=H("Content-Type", "multipart/report"), no_keyword=LOOKED_AT)


@dataclass(frozen=True)
class MailboxAddress:
    """Where the mailbox is. `timeout` is in seconds, for each answer; `trust`: whose certificates are believed."""

    host: str
    port: int
    security: Security = Security.TLS
    folder: str = "INBOX"
    timeout: float = 10.0
    trust: ssl.SSLContext | None = None


class ImapBounceMailbox(Port):
    """A connection for each reading. What is no notification is never touched, and stays unread for people."""

    def __init__(self, address: MailboxAddress, login: Login) -> None:
        self._address, self._login = address, login
        secured = address.security is not Security.NONE
        self._trust = address.trust or (ssl.create_default_context() if secured else None)

    def take(self, handle: Callable[[str, MessageReport], None], *, at_most: int) -> int:
        """See `BounceMailbox.take`; codes such as `bounces.unreachable`, `bounces.no-login`."""
        return _coded(lambda: self._read(handle, at_most))

    def _read(self, handle: Callable[[str, MessageReport], None], at_most: int) -> int:
        with self._connected() as box:
            uids = box.uids(_NOTICES, charset=None)[:at_most]
            return sum(self._take(box, uid, handle) for uid in uids)

    def _take(self, box: BaseMailBox, uid: str, handle: Callable[[str, MessageReport], None]) -> bool:
        notice = _notice(box, uid)
        if notice is None:
            box.client.uid("STORE", uid, "+FLAGS", f"({LOOKED_AT})")
            return False
        if notice.report is not None:
            handle(notice.reference, notice.report)
        _delete(box, uid)
        return True

    @contextmanager
    def _connected(self) -> Iterator[BaseMailBox]:
        where = self._address
        box: BaseMailBox
        match where.security:
            case Security.TLS:
                box = MailBox(where.host, where.port, timeout=where.timeout, ssl_context=self._trust)
            case Security.STARTTLS:
                box = MailBoxStartTls(where.host, where.port, timeout=where.timeout, ssl_context=self._trust)
            case Security.NONE:
                box = MailBoxUnencrypted(where.host, where.port, timeout=where.timeout)
        try:
            box.login(self._login.user, self._login.password, initial_folder=where.folder)
            yield box
        finally:
            # Not logout(): on a connection that hangs it would wait once more.
            box.client.shutdown()


def _notice(box: BaseMailBox, uid: str) -> ReturnNotice | None:
    for header in box.fetch(uid_list=uid, mark_seen=False, headers_only=True):
        if header.size_rfc822 > LARGEST:
            return None
    for mail in box.fetch(uid_list=uid, mark_seen=False):
        return read_notice(mail.obj)
    return None


def _delete(box: BaseMailBox, uid: str) -> None:
    """It holds a resident's address and text. Only this one, where the server can do that."""
    if "UIDPLUS" not in box.client.capabilities:
        box.delete(uid)
        return
    box.client.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
    box.client.uid("EXPUNGE", uid)


def _coded(work: Callable[[], int]) -> int:
    """Errors of the libraries repeat what a server said, which can be an address; ours carry a code, and no context."""
    error: type[PartyUnavailable | NotAuthorised] = PartyUnavailable
    try:
        return work()
    except MailboxLoginError:
        error, problem = NotAuthorised, "no-login"
    except ssl.SSLError:
        problem = "no-tls"
    except TimeoutError:
        problem = "timeout"
    except ConnectionRefusedError:
        problem = "unreachable"
    except imaplib.IMAP4.abort:
        problem = "connection-lost"
    except (imaplib.IMAP4.error, ImapToolsError):
        problem = "not-understood"
    except OSError:
        problem = "connection-lost"
    raise error(f"{Party.BOUNCES}.{problem}")
