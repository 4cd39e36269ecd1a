"""NotifyNL: mails, text messages and letters by the government's own message service, over HTTP.

One template for each kind stands at NotifyNL and has two placeholders, `onderwerp` and `bericht`: what is written is
decided here. Its `reference` finds a message again, but does not keep the same one from going twice.
Source: the REST API documentation of NotifyNL (that of GOV.UK Notify v2).
"""

import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx
import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from activities.ports import MailServer, MessageRefused, PartyUnavailable, Printer, SmsGateway
from adapters.http_party import HttpParty, RequestRefused
from models.codes import Party
from models.personal import Letter, Mail, TextMessage

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?:.*-)?({_UUID})-({_UUID})")
_OF_THE_RECIPIENT = ("email_address", "phone_number", "address_line", "personalisation address", "postcode")
"""How the message of an error begins that is about where this message goes, not about our account."""

_Model = TypeVar("_Model", bound=BaseModel)


class NotifyKeyUnusable(Exception):
    """A key file that does not hold a key of NotifyNL; the message names the file."""


@dataclass(frozen=True, repr=False)
class NotifyKey:
    """Whose account it is, and the secret that signs for it."""

    service: str
    secret: str

    @classmethod
    def read(cls, path: Path) -> "NotifyKey":
        """The key as NotifyNL shows it once: name, service and secret with hyphens between. Raises
        `NotifyKeyUnusable`."""
        try:
            found = _KEY.fullmatch(path.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError):
            found = None
        if found is None:
            raise NotifyKeyUnusable(f"{path} must hold a key of NotifyNL: its name, service id and secret")
        return cls(service=found[1], secret=found[2])


class _Token(httpx.Auth):
    """A token for each question: NotifyNL takes none that is older than half a minute."""

    def __init__(self, key: NotifyKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        claims = {"iss": self._key.service, "iat": int(datetime.now(UTC).timestamp())}
        request.headers["Authorization"] = f"Bearer {jwt.encode(claims, self._key.secret, algorithm='HS256')}"
        yield request


class _Answer(BaseModel):
    """What NotifyNL may send is more than what is read here."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Error(_Answer):
    error: str = ""
    message: str = ""


class _Errors(_Answer):
    errors: tuple[_Error, ...] = ()


class _Notification(_Answer):
    reference: str | None = None


class _Notifications(_Answer):
    notifications: tuple[_Notification, ...]


class _Way:
    """One kind of message of one account."""

    carrier = "notify"
    can_be_asked = True

    def __init__(
        self, party: Party, kind: str, base_url: str, key: NotifyKey, *, template: str, timeout: float = 10.0
    ) -> None:
        self._party, self._kind, self._template = party, kind, template
        self._http = HttpParty(party, base_url, timeout=timeout, auth=_Token(key))

    def close(self) -> None:
        self._http.close()

    def took(self, reference: str) -> bool:
        """Whether NotifyNL has a message with this reference. Raises `PartyUnavailable` or `NotAuthorised`.

        It keeps messages for a week; no message is tried for as long as that.
        """
        response = self._http.ask("GET", "/v2/notifications", params={"reference": reference})
        found = _read(_Notifications, response.content)
        if found is None:
            raise PartyUnavailable(f"{self._party}.malformed")
        return any(one.reference == reference for one in found.notifications)

    def _send(self, reference: str, recipient: dict[str, str], *, subject: str, body: str) -> None:
        texts = {"onderwerp": subject, "bericht": body}
        content: dict[str, object] = {"template_id": self._template, "reference": reference}
        if self._kind == "letter":
            content["personalisation"] = texts | recipient
        else:
            content |= {"personalisation": texts, **recipient}
        response = self._http.ask("POST", f"/v2/notifications/{self._kind}", content, also=frozenset({400}))
        if response.status_code == 400:
            self._refuse(response)

    def _refuse(self, response: httpx.Response) -> None:
        """A no that is about the recipient is the message's; every other one is our account's."""
        found = _read(_Errors, response.content)
        about = [error.message.strip().lower() for error in found.errors] if found is not None else []
        if about and all(message.startswith(_OF_THE_RECIPIENT) for message in about):
            raise MessageRefused(f"{self._party}.http-400")
        raise RequestRefused(f"{self._party}.http-400")


class NotifyMail(_Way, MailServer):
    """Mail; the address that it comes from belongs to the account."""

    def __init__(self, base_url: str, key: NotifyKey, *, template: str, timeout: float = 10.0) -> None:
        super().__init__(Party.MAIL, "email", base_url, key, template=template, timeout=timeout)

    def send(self, mail: Mail, *, reference: str) -> None:
        """See `MailServer.send`."""
        self._send(reference, {"email_address": mail.address.text}, subject=mail.subject, body=mail.body)


class NotifySms(_Way, SmsGateway):
    """Text messages; who they come from belongs to the account."""

    def __init__(self, base_url: str, key: NotifyKey, *, template: str, timeout: float = 10.0) -> None:
        super().__init__(Party.SMS, "sms", base_url, key, template=template, timeout=timeout)

    def send(self, text: TextMessage, *, reference: str) -> None:
        """See `SmsGateway.send`."""
        self._send(reference, {"phone_number": text.number.text}, subject="", body=text.body)


class NotifyLetters(_Way, Printer):
    """Letters, where the account may send them: NotifyNL does not offer that to everybody."""

    def __init__(self, base_url: str, key: NotifyKey, *, template: str, timeout: float = 10.0) -> None:
        super().__init__(Party.LETTERS, "letter", base_url, key, template=template, timeout=timeout)

    def send(self, letter: Letter, *, reference: str) -> None:
        """See `Printer.send`."""
        address = letter.address
        lines = (
            letter.name,
            f"{address.street} {address.number} {address.addition}".strip(),
            f"{address.postcode.text}  {address.town}".strip(),
        )
        numbered = {f"address_line_{number}": line for number, line in enumerate(lines, start=1)}
        self._send(reference, numbered, subject=letter.subject, body=letter.body)


def _read(model: type[_Model], content: bytes) -> _Model | None:
    try:
        return model.model_validate_json(content)
    except ValidationError:
        return None
