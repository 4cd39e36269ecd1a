"""The mail server of everybody's provider, and the residents' mailboxes to look into."""

import asyncio
import email
import email.policy
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Header, HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from models.codes import Party
from simulation import pages
from simulation.faults import Faults
from simulation.store import Mail, WorldStore

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
        match self._faults.kind(Party.MAIL).split("-"):
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
            self._keep(recipient, envelope)
        await self._faults.wait(Party.MAIL, "slow-after-data")
        if kind == "drop":
            _cut(server)
        return _OK

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


def router(store: WorldStore) -> APIRouter:
    """`/postbus`, by `?adres=` for one mailbox, and `/postbus/{n}`: pages, or JSON for who asks for that."""
    routes = APIRouter(prefix="/postbus")

    @routes.get("")
    async def mailboxes(adres: str | None = None, accept: Annotated[str, Header()] = "") -> Response:
        mails = store.mails(adres)
        if pages.wants_json(accept):
            return JSONResponse([mail.model_dump(mode="json") for mail in mails])
        return HTMLResponse(pages.page(f"Postbus van {adres}" if adres else "Postbus", _list(mails)))

    @routes.get("/{number}")
    async def one(number: int, accept: Annotated[str, Header()] = "") -> Response:
        mail = store.mail(number)
        if mail is None:
            raise HTTPException(404, "Deze mail bestaat niet.")
        if pages.wants_json(accept):
            return JSONResponse(mail.model_dump(mode="json"))
        return HTMLResponse(_letter(mail))

    return routes


def _list(mails: list[Mail]) -> str:
    if not mails:
        return pages.nothing("Geen mail ontvangen.")
    by_address: dict[str, list[Mail]] = {}
    for mail in reversed(mails):
        by_address.setdefault(mail.recipient, []).append(mail)
    return "".join(
        pages.heading(address)
        + pages.table(
            ("Onderwerp", "Van", "Ontvangen"),
            [(pages.link(f"/postbus/{mail.number}", mail.subject), mail.sender, _moment(mail)) for mail in received],
        )
        for address, received in by_address.items()
    )


def _letter(mail: Mail) -> str:
    mailbox = pages.link(f"/postbus?adres={quote(mail.recipient)}", mail.recipient)
    about = pages.table(("Aan", "Van", "Ontvangen"), [(mailbox, mail.sender, _moment(mail))])
    return pages.page(mail.subject, about + pages.article(mail.body))


def _moment(mail: Mail) -> str:
    return mail.received_at.astimezone().strftime("%d-%m-%Y %H:%M:%S")
