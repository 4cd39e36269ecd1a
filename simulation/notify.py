"""NotifyNL as its clients meet it: an account with a key and templates, messages that are found by their reference but
never kept from going twice, and news of what became of them.

Source: the REST API documentation of NotifyNL (that of GOV.UK Notify v2).
"""

import asyncio
import logging
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx
import jwt
from fastapi import APIRouter, Header, HTTPException, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import JSONResponse, Response

from config import Settings
from models.base import Frozen
from models.codes import Party
from models.errors import CodedError
from models.values import EmailAddress, PhoneNumber
from simulation.faults import Faults
from simulation.store import Notification, WorldStore

log = logging.getLogger("simulation.notify")

SERVICE = "99990000-0000-4000-8000-000000000001"
TEMPLATES = {
    "email": Settings.notify_mail_template,
    "sms": Settings.notify_sms_template,
    "letter": Settings.notify_letter_template,
}
"""The templates of the account, each with the placeholders `onderwerp` and `bericht`."""
_PARTIES = {"email": Party.MAIL, "sms": Party.SMS, "letter": Party.LETTERS}
_RECIPIENTS = {"email": "email_address", "sms": "phone_number", "letter": "address_line_1"}
_OLDEST_TOKEN = timedelta(seconds=30)
_KEPT = timedelta(days=7)


def key_text(secret: str) -> str:
    """The account's key as NotifyNL shows it once."""
    return f"proef-{SERVICE}-{secret}"


class Callback(Frozen):
    """Where the account wants to hear what became of its messages; `times` as often as each, `turned` in which order.

    A provider may say things more than once and out of order; these make it do so.
    """

    url: str
    token: str
    times: int = 1
    turned: bool = False


class _Asked(BaseModel):
    """What somebody wants to have sent."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    template_id: str
    reference: str | None = None
    personalisation: dict[str, str] = {}
    email_address: str | None = None
    phone_number: str | None = None


class _Wrong(Exception):
    """The question is not taken: status, kind of error, and what is said of it."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(error)
        self.status, self.error, self.message = status, error, message


class Notify:
    """The account of one municipality."""

    def __init__(self, store: WorldStore, faults: Faults, *, secret: str, refuses: Callable[[str], bool]) -> None:
        self._store, self._faults, self._secret, self._refuses = store, faults, secret, refuses
        self._telling: set[asyncio.Task[None]] = set()

    def check_token(self, authorization: str) -> None:
        """Raises `_Wrong` for a token that is missing, forged or not fresh."""
        scheme, _, token = authorization.partition(" ")
        if scheme != "Bearer":
            raise _Wrong(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            raise _Wrong(403, "AuthError", "Invalid token: API key not found") from None
        if claims.get("iss") != SERVICE:
            raise _Wrong(403, "AuthError", "Invalid token: service not found")
        issued = datetime.fromtimestamp(claims.get("iat", 0), UTC)
        if abs(datetime.now(UTC) - issued) > _OLDEST_TOKEN:
            raise _Wrong(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")

    def take(self, kind: str, body: bytes) -> Notification:
        """Keeps a message, be it for the second time. Raises `_Wrong`."""
        try:
            asked = _Asked.model_validate_json(body)
        except ValidationError:
            raise _Wrong(400, "ValidationError", "template_id is a required property") from None
        if asked.template_id != TEMPLATES[kind]:
            raise _Wrong(400, "BadRequestError", "Template not found")
        if not {"onderwerp", "bericht"} <= asked.personalisation.keys():
            raise _Wrong(400, "BadRequestError", "Missing personalisation: bericht")
        recipient = _recipient(kind, asked)
        message = Notification(
            id=str(uuid.uuid4()),
            kind=kind,
            reference=asked.reference,
            recipient=recipient,
            subject=asked.personalisation["onderwerp"],
            body=asked.personalisation["bericht"],
            status="permanent-failure" if self._refuses(recipient) else "delivered",
            created_at=datetime.now(UTC),
        )
        self._store.add_notification(message)
        if kind == "email" and message.status == "delivered":
            self._store.add_mail(
                recipient=recipient,
                sender="post@notifynl.example",
                message_id=message.reference or "",
                subject=message.subject,
                body=message.body,
                at=message.created_at.isoformat(),
            )
        return message

    def by_reference(self, reference: str | None) -> list[Notification]:
        """The newest first; what is older than a week is gone."""
        since = datetime.now(UTC) - _KEPT
        return [one for one in reversed(self._store.notifications(reference)) if one.created_at > since]

    def tell(self, message: Notification) -> None:
        """What became of the message, in a moment, to whoever wants to hear it."""
        text = self._store.notify_callback()
        if text is None:
            return
        task = asyncio.get_running_loop().create_task(_told(Callback.model_validate_json(text), message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


async def _told(callback: Callback, message: Notification) -> None:
    news = [message.status] * callback.times
    if callback.turned:
        # An older word comes last.
        news.append("temporary-failure")
    async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
        for status in news:
            document = {
                "id": message.id,
                "reference": message.reference,
                "to": message.recipient,
                "status": status,
                "created_at": message.created_at.isoformat(),
                "completed_at": datetime.now(UTC).isoformat(),
                "sent_at": message.created_at.isoformat(),
                "notification_type": message.kind,
                "template_id": TEMPLATES[message.kind],
                "template_version": 1,
            }
            try:
                await client.post(callback.url, json=document, headers={"Authorization": f"Bearer {callback.token}"})
            except httpx.HTTPError as error:
                # As the real one: whoever does not answer is told later or never. Here: never.
                log.warning("notify.not-told %s", type(error).__name__)


def router(notify: Notify, store: WorldStore, faults: Faults) -> APIRouter:
    """`POST /v2/notifications/{kind}`, `GET /v2/notifications`, and our own `PUT /notify/terugmelding`."""
    routes = APIRouter()

    @routes.post("/v2/notifications/{kind}")
    async def send(kind: str, request: Request, authorization: Annotated[str, Header()] = "") -> Response:
        if kind not in TEMPLATES:
            raise HTTPException(404)
        party = _PARTIES[kind]
        if faults.kind(party) != "refuse":
            await faults.gate(party)
        if faults.kind(party) == "malformed":
            return Response('{"id": ', media_type="application/json", status_code=201)
        try:
            notify.check_token(authorization)
            if faults.kind(party) == "refuse":
                raise _Wrong(400, "ValidationError", f"{_RECIPIENTS[kind]} refused by a fault")
            message = notify.take(kind, await request.body())
        except _Wrong as wrong:
            return _said(wrong)
        notify.tell(message)
        faults.after(party)
        return JSONResponse(_created(message), status_code=201)

    @routes.get("/v2/notifications")
    async def look_up(reference: str | None = None, authorization: Annotated[str, Header()] = "") -> Response:
        for party in _PARTIES.values():
            # One service behind three kinds of message: whichever of them is down cannot be asked either.
            if faults.kind(party) not in ("", "refuse", "drop-after-data") and _is_of(reference, party, store):
                await faults.gate(party)
        try:
            notify.check_token(authorization)
        except _Wrong as wrong:
            return _said(wrong)
        found = notify.by_reference(reference)
        return JSONResponse(
            {"notifications": [_shown(one) for one in found], "links": {"current": "/v2/notifications"}}
        )

    @routes.get("/notify/berichten")
    async def messages() -> list[Notification]:
        return store.notifications()

    @routes.put("/notify/terugmelding", status_code=204)
    async def callback(wanted: Callback) -> None:
        store.put_notify_callback(wanted.model_dump_json())

    return routes


def _is_of(reference: str | None, party: Party, store: WorldStore) -> bool:
    kinds = {one.kind for one in store.notifications(reference)}
    return not kinds or any(_PARTIES[kind] is party for kind in kinds)


def _recipient(kind: str, asked: _Asked) -> str:
    """Raises `_Wrong`, in the words by which a client tells that it is about the recipient."""
    match kind:
        case "email":
            return _parsed(EmailAddress.parse, asked.email_address, "email_address Not a valid email address")
        case "sms":
            return _parsed(PhoneNumber.parse, asked.phone_number, "phone_number Not a valid phone number")
        case _:
            lines = [asked.personalisation.get(f"address_line_{number}", "") for number in (1, 2, 3)]
            if not all(lines) or re.match(r"[1-9]\d{3} ?[A-Z]{2}\b", lines[2]) is None:
                raise _Wrong(400, "ValidationError", "address_line_3 Last line of address must be a real postcode")
            return "\n".join(lines)


def _parsed(parse: Callable[[str], Any], text: str | None, message: str) -> str:
    try:
        return str(parse(text or "").text)
    except (ValueError, CodedError):
        raise _Wrong(400, "ValidationError", message) from None


def _said(wrong: _Wrong) -> Response:
    content = {"status_code": wrong.status, "errors": [{"error": wrong.error, "message": wrong.message}]}
    return JSONResponse(content, status_code=wrong.status)


def _created(message: Notification) -> dict[str, Any]:
    return {
        "id": message.id,
        "reference": message.reference,
        "content": {"body": message.body, "subject": message.subject},
        "uri": f"/v2/notifications/{message.id}",
        "template": {"id": TEMPLATES[message.kind], "version": 1},
    }


def _shown(message: Notification) -> dict[str, Any]:
    return {
        "id": message.id,
        "reference": message.reference,
        "type": message.kind,
        "status": message.status,
        "created_at": message.created_at.isoformat(),
        "body": message.body,
        "subject": message.subject,
    }
