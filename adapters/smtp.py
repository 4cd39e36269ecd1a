"""Mail over SMTP, step by step, so that each failure tells whether the mail can have been sent.

Python's own client, because it lets each command be given by itself: whoever sends a whole message at once learns that
it failed, not whether it left.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr, formatdate, parseaddr
from enum import StrEnum
from typing import TypeVar

from activities.ports import FateUnknown, MailServer, MessageRefused, NotAuthorised, PartyUnavailable
from adapters.ics import invitation, method_of
from models.errors import CodedError
from models.personal import Mail

_ABOUT_US = frozenset({530, 534, 535, 538})
"""Permanent answers that concern our own access, not the resident's address."""

_NO_REPLY = (-1, b"")
_NO_WAY_TO_SIGN_IN = 534


_T = TypeVar("_T")


class Security(StrEnum):
    """How the connection is kept from being read."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, repr=False)
class Login:
    """Who signs in to the mail server, with what."""

    user: str
    password: str


class Smtp(MailServer):
    """A connection for each mail, to `host:port`, from `sender`; `timeout` in seconds, for each answer.

    `bounces_to`: where a mail comes back that could not be delivered. `trust`: whose certificates are believed.
    """

    carrier = "smtp"
    can_be_asked = False

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        timeout: float = 10.0,
        security: Security = Security.NONE,
        login: Login | None = None,
        bounces_to: str = "",
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._sender, self._timeout = host, port, sender, timeout
        self._security, self._login = security, login
        self._envelope_sender = bounces_to or parseaddr(sender)[1]
        self._trust = trust or (ssl.create_default_context() if security is not Security.NONE else None)

    def send(self, mail: Mail, *, reference: str) -> None:
        """See `MailServer.send`; codes such as `mail.unreachable`, `mail.smtp-550`, `mail.answer-lost`."""
        content = _wire_format(mail, sender=self._sender, reference=reference)
        server = _surely_unsent(self._connected)
        try:
            _surely_unsent(lambda: self._prepare(server, recipient=mail.address.text))
            _accepted(_hand_over(server, content), refusal=MessageRefused)
        finally:
            # Not quit(): the answer to the data is final, and a politeness that fails must not change it.
            server.close()

    def took(self, reference: str) -> bool:
        """A mail server cannot tell."""
        raise NotImplementedError

    def _connected(self) -> smtplib.SMTP:
        us = parseaddr(self._sender)[1].partition("@")[2] or "localhost"
        if self._security is Security.TLS:
            return smtplib.SMTP_SSL(self._host, self._port, us, timeout=self._timeout, context=self._trust)
        return smtplib.SMTP(self._host, self._port, us, timeout=self._timeout)

    def _prepare(self, server: smtplib.SMTP, *, recipient: str) -> None:
        """Everything before the mail itself. Only a no to the recipient or the data is about this mail."""
        server.ehlo_or_helo_if_needed()
        if self._security is Security.STARTTLS:
            # Raises when the server does not offer it: nothing is sent in the clear instead.
            server.starttls(context=self._trust)
            server.ehlo()
        if self._login is not None:
            _signed_in(server, self._login)
        _accepted(server.mail(self._envelope_sender), refusal=PartyUnavailable)
        _accepted(server.rcpt(recipient), refusal=MessageRefused)
        _accepted(server.docmd("DATA"), refusal=MessageRefused)


def _signed_in(server: smtplib.SMTP, login: Login) -> None:
    try:
        server.login(login.user, login.password)
    except smtplib.SMTPAuthenticationError as error:
        status = error.smtp_code
    except smtplib.SMTPNotSupportedError:
        status = _NO_WAY_TO_SIGN_IN
    else:
        return
    # Trying again does not help until somebody mends the settings, unless the server says that it may.
    raise (PartyUnavailable if 400 <= status < 500 else NotAuthorised)(_code(status))


def _wire_format(mail: Mail, *, sender: str, reference: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((mail.sender_name, parseaddr(sender)[1])) if mail.sender_name else sender
    message["To"] = mail.address.text
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{reference}@signaalreis>"
    message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
    if (part := mail.calendar) is not None:
        # An alternative of the text: a mail program that knows calendars takes it, every other one shows the text.
        message.add_alternative(
            invitation(mail, part, organiser=parseaddr(sender)[1]),
            subtype="calendar",
            charset="utf-8",
            cte="base64",
            params={"method": method_of(part)},
        )
        # A boundary of its own choice would make another mail of it each time.
        message.set_boundary(f"=_{reference}")
    stuffed = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    return stuffed.rstrip(b"\r\n") + b"\r\n.\r\n"


def _surely_unsent(prepare: Callable[[], _T]) -> _T:
    """Whatever breaks in `prepare` happens before the data: the mail was not sent."""
    try:
        return prepare()
    except smtplib.SMTPResponseException as error:
        problem = _code(error.smtp_code)
    except ssl.SSLError:
        problem = "mail.no-tls"
    except TimeoutError:
        problem = "mail.timeout"
    except ConnectionRefusedError:
        problem = "mail.unreachable"
    except (smtplib.SMTPException, OSError):
        problem = "mail.connection-lost"
    raise PartyUnavailable(problem)


def _hand_over(server: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    """The server's answer to the mail. From the first byte on, silence means that nobody knows."""
    try:
        server.send(content)
        reply = server.getreply()
    except (smtplib.SMTPException, OSError):
        reply = _NO_REPLY
    if reply[0] < 200:
        raise FateUnknown("mail.answer-lost")
    return reply


def _accepted(reply: tuple[int, bytes], *, refusal: type[CodedError]) -> None:
    """Return when the server says yes, else raise: `refusal` for a permanent no, `PartyUnavailable` else."""
    status = reply[0]
    if 200 <= status < 400:
        return
    permanent = 500 <= status < 600 and status not in _ABOUT_US
    raise (refusal if permanent else PartyUnavailable)(_code(status))


def _code(status: int) -> str:
    return f"mail.smtp-{status}" if 100 <= status < 1000 else "mail.no-answer"
