"""Mail over SMTP, step by step, so that each failure tells whether the mail can have been sent."""

import re
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from activities.ports import FateUnknown, MailServer, MessageRefused, PartyUnavailable
from adapters.ics import invitation, method_of
from models.errors import CodedError
from models.personal import Mail

_ABOUT_US = frozenset({530, 534, 535, 538})
"""Permanent answers that concern our own access, not the resident's address."""

_NO_REPLY = (-1, b"")


class Smtp(MailServer):
    """A connection for each mail, to `host:port`, from `sender`; `timeout` in seconds, for each answer."""

    def __init__(self, host: str, port: int, *, sender: str, timeout: float = 10.0) -> None:
        self._host, self._port, self._sender, self._timeout = host, port, sender, timeout

    def send(self, mail: Mail, *, reference: str) -> None:
        """See `MailServer.send`; codes such as `mail.unreachable`, `mail.smtp-550`, `mail.answer-lost`."""
        content = _wire_format(mail, sender=self._sender, reference=reference)
        domain = self._sender.partition("@")[2] or "localhost"
        server = smtplib.SMTP(local_hostname=domain, timeout=self._timeout)
        try:
            _surely_unsent(lambda: self._prepare(server, recipient=mail.address.text))
            _accepted(_hand_over(server, content), refusal=MessageRefused)
        finally:
            # Not quit(): the answer to the data is final, and a politeness that fails must not change it.
            server.close()

    def _prepare(self, server: smtplib.SMTP, *, recipient: str) -> None:
        """Everything before the mail itself. Only a no to the recipient or the data is about this mail."""
        _accepted(server.connect(self._host, self._port), refusal=PartyUnavailable)
        server.ehlo_or_helo_if_needed()
        _accepted(server.mail(self._sender), refusal=PartyUnavailable)
        _accepted(server.rcpt(recipient), refusal=MessageRefused)
        _accepted(server.docmd("DATA"), refusal=MessageRefused)


def _wire_format(mail: Mail, *, sender: str, reference: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.address.text
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{reference}@signaalreis>"
    message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
    if (part := mail.calendar) is not None:
        # An alternative of the text: a mail program that knows calendars takes it, every other one shows the text.
        message.add_alternative(
            invitation(mail, part, organiser=sender),
            subtype="calendar",
            charset="utf-8",
            cte="base64",
            params={"method": method_of(part)},
        )
        # A boundary of its own choice would make another mail of it each time.
        message.set_boundary(f"=_{reference}")
    stuffed = re.sub(rb"(?m)^\.", b"..", message.as_bytes())
    return stuffed.rstrip(b"\r\n") + b"\r\n.\r\n"


def _surely_unsent(prepare: Callable[[], None]) -> None:
    """Whatever breaks in `prepare` happens before the data: the mail was not sent."""
    try:
        return prepare()
    except smtplib.SMTPResponseException as error:
        problem = _code(error.smtp_code)
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
