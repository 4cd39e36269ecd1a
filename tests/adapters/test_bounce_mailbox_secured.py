"""The mailbox where mail comes back, over a connection that nobody else can read."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from activities.ports import PartyUnavailable
from adapters.bounce_mailbox import ImapBounceMailbox, MailboxAddress
from adapters.smtp import Login, Security
from models.codes import MessageReport
from simulation.faults import Faults
from simulation.imap_mailbox import PASSWORD, USER, ImapMailbox
from simulation.returned_mail import notice
from simulation.store import WorldStore
from tests.adapters.test_smtp_secured import certificate

__all__ = ["certificate"]

MAIL = b"Message-ID: <stap-1@signaalreis>\r\n\r\nBeste A.\r\n"


@contextmanager
def a_server(certificate: Path, folder: Path) -> Iterator[int]:
    """Its port; it speaks TLS from the first byte, and holds one notice."""
    secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secret.load_cert_chain(certificate)
    store = WorldStore(folder / "world.db")
    store.add_returned(notice(MAIL, recipient="a@post.example", code="5.1.1"))
    faults = Faults(store)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: ImapMailbox(store, faults), "127.0.0.1", 0, ssl=secret)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        store.close()


def read(port: int, security: Security, trust: ssl.SSLContext | None) -> list[tuple[str, MessageReport]]:
    address = MailboxAddress("127.0.0.1", port, security=security, timeout=2.0, trust=trust)
    heard: list[tuple[str, MessageReport]] = []
    ImapBounceMailbox(address, Login(USER, PASSWORD)).take(lambda *found: heard.append(found), at_most=10)
    return heard


def test_the_mailbox_is_read_over_tls(certificate: Path, tmp_path: Path) -> None:
    with a_server(certificate, tmp_path) as port:
        trust = ssl.create_default_context(cafile=str(certificate))
        assert read(port, Security.TLS, trust) == [("stap-1", MessageReport.BOUNCED)]


def test_a_server_that_cannot_show_who_it_is_gets_no_password(certificate: Path, tmp_path: Path) -> None:
    with a_server(certificate, tmp_path) as port, pytest.raises(PartyUnavailable) as caught:
        read(port, Security.TLS, None)
    assert caught.value.code == "bounces.no-tls"
