"""The mail server of everybody's provider."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

from models.codes import Party
from simulation.faults import Faults
from simulation.returned_mail import comes_back, notice
from simulation.store import WorldStore

_HOST = "post.zonnedijk.example"
_OK = "250 OK"


class Mailroom:
    """Takes mail for every address except those that `refuses` names. Sends nothing on, removes no doubles."""

    def __init__(self, store: WorldStore, faults: Faults, *, refuses: Callable[[str], bool]) -> None:
        self._store, self._faults, self._refuses = store, faults, refuses

    def connection(self) -> asyncio.Protocol:
        """What handles the next connection; for `loop.create_server`."""
        if self._faults.kind(Party.MAIL) == "down":
            return _Closed()
        # Its own log names senders and recipients.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        protocol: asyncio.Protocol = SMTP(self, hostname=_HOST, ident="ESMTP", loop=asyncio.get_running_loop())
        return protocol

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._faults.wait(Party.MAIL)
        match self._faults.strikes(Party.MAIL).split("-"):
            case ["drop", "before", _]:
                _cut(server)
            case ["rcpt", status]:
                return f"{status} refused by a fault"
            case ["refuse"]:
                return "550 refused by a fault"
        if self._refuses(address):
            return "550 5.1.1 mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return _OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        kind, _, status = self._faults.kind(Party.MAIL).partition("-")
        if kind == "data":
            return f"{status} refused by a fault"
        for recipient in envelope.rcpt_tos:
            self._deliver(recipient, envelope)
        await self._faults.wait(Party.MAIL, "slow-after-data")
        if kind == "drop":
            _cut(server)
        return _OK

    def _deliver(self, recipient: str, envelope: Envelope) -> None:
        """Into the mailbox, or back to whoever sent it where the address turns out not to take mail."""
        code = comes_back(recipient)
        if code is None:
            self._keep(recipient, envelope)
            return
        assert isinstance(envelope.content, bytes)
        self._store.add_returned(notice(envelope.content, recipient=recipient, code=code))

    def _keep(self, recipient: str, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        self._store.add_mail(
            recipient=recipient,
            sender=str(mail["From"]),
            message_id=str(mail["Message-ID"]),
            subject=str(mail["Subject"]),
            body=body.get_content().replace("\r\n", "\n").rstrip("\n") if body else "",
            at=datetime.now(UTC).isoformat(),
        )


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class _Closed(asyncio.Protocol):
    """A mail server that takes nobody in."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 service not available\r\n")
        transport.close()
