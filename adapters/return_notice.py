"""A delivery status notification (RFC 3464): what a mail server writes back about a mail that it could not deliver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from models.codes import MessageReport

_OURS = re.compile(r"\s*<([^<>@\s]{1,200})@signaalreis>\s*", re.ASCII)
"""The Message-ID that `adapters.smtp` gives; its first part is the message's reference."""
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])", re.ASCII)
_NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""Codes (RFC 3463, RFC 7505) that mean nobody gets mail at this address: no such mailbox or host, moved, disabled.

Every other failure says nothing about the address: a full mailbox, a mail that is too large, and all that is about us
(a blocklist, a missing signature), which would else spoil every address of a municipality at once."""
_UNTOLD = ".0.0"
"""How the code of a server ends that says no more than whether it is for good."""


@dataclass(frozen=True)
class ReturnNotice:
    """What a notification says of a mail of ours."""

    reference: str
    report: MessageReport | None
    """None: nothing is decided yet (the mail is late), or it did arrive."""


def read_notice(mail: Message) -> ReturnNotice | None:
    """What this mail says of one of ours; None when it is no such notification, or about somebody else's mail.

    Never raises, whatever the mail holds.
    """
    status = _part(mail, "message/delivery-status")
    reference = _reference(mail)
    if mail.get_content_type() != "multipart/report" or status is None or reference is None:
        return None
    return ReturnNotice(reference, _report(status))


def _report(status: Message) -> MessageReport | None:
    """Of a mail to one person; of several groups about them the gravest counts."""
    failed = [group for group in _groups(status) if _text(group, "Action").lower().startswith("failed")]
    if not failed:
        return None
    gone = any(_code(group) in _NO_SUCH_ADDRESS for group in failed)
    return MessageReport.BOUNCED if gone else MessageReport.FAILED


def _code(group: Message) -> str:
    """The group's status; what the last server said itself when the status tells no more than "failed"."""
    status = _enhanced(_text(group, "Status"))
    if status and not status.endswith(_UNTOLD):
        return status
    return _enhanced(_text(group, "Diagnostic-Code")) or status


def _enhanced(text: str) -> str:
    found = _ENHANCED.search(text)
    return "" if found is None else ".".join(str(int(part)) for part in found.groups())


def _reference(mail: Message) -> str | None:
    """Of the mail that came back: with the notification comes that mail, or its header."""
    for message in _returned(mail):
        found = _OURS.fullmatch(_text(message, "Message-ID"))
        if found is not None:
            return found[1]
    return None


def _returned(mail: Message) -> Iterator[Message]:
    whole, header = _part(mail, "message/rfc822"), _part(mail, "text/rfc822-headers")
    if whole is not None:
        yield from _groups(whole)
    if header is not None:
        text = header.get_payload(decode=True)
        if isinstance(text, bytes):
            yield _parsed(text)


def _parsed(header: bytes) -> Message:
    return message_from_bytes(header.lstrip())


def _part(mail: Message, kind: str) -> Message | None:
    """The notification's own part of this kind; not one inside the mail that came back."""
    parts = mail.get_payload()
    if not isinstance(parts, list):
        return None
    return next((part for part in parts if isinstance(part, Message) and part.get_content_type() == kind), None)


def _groups(part: Message) -> list[Message]:
    inside = part.get_payload()
    return [group for group in inside if isinstance(group, Message)] if isinstance(inside, list) else []


def _text(message: Message, name: str) -> str:
    return str(message.get(name, ""))
