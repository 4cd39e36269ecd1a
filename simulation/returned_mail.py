"""Mail that comes back: addresses that take mail and turn out not to work, and what their mail server writes then."""

import email
import email.policy
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from simulation.store import WorldStore

HOST = "post.zonnedijk.example"
CODES = {
    "terug-onbekend": "5.1.1",
    "terug-opgeheven": "5.2.1",
    "terug-vol": "5.2.2",
    "terug-geweigerd": "5.7.1",
    "terug-later": "4.4.7",
}
"""The first part of an address whose mail comes back, and why: no such mailbox, closed, full, we are not trusted, or
only late."""


def comes_back(address: str) -> str | None:
    """The code with which mail to this address comes back; None when it arrives."""
    return CODES.get(address.partition("@")[0].casefold())


def notice(mail: bytes, *, recipient: str, code: str) -> bytes:
    """What the mail server writes about this mail (RFC 3464), with the mail itself."""
    late = code.startswith("4")
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <postmaster@{HOST}>"
    report["To"] = "terug@zonnedijk.example"
    report["Subject"] = "Delivery delayed" if late else "Undelivered mail returned to sender"
    report["Date"] = formatdate()
    report["Message-ID"] = make_msgid(domain=HOST)
    report.attach(MIMEText(f"Your mail to {recipient} {'waits' if late else 'could not be delivered'}.\n"))
    report.attach(_status(recipient, code, action="delayed" if late else "failed"))
    original = MIMEBase("message", "rfc822")
    original.attach(email.message_from_bytes(mail))
    report.attach(original)
    return report.as_bytes(policy=email.policy.SMTP)


def _status(recipient: str, code: str, *, action: str) -> Message:
    server, person = Message(), Message()
    server["Reporting-MTA"] = f"dns; {HOST}"
    person["Final-Recipient"] = f"rfc822; {recipient}"
    person["Action"] = action
    person["Status"] = code
    person["Diagnostic-Code"] = f"smtp; {code[0]}50 {code} as the server said"
    part = MIMEBase("message", "delivery-status")
    part.attach(server)
    part.attach(person)
    return part


def router(store: WorldStore) -> APIRouter:
    """`GET`, `POST` and `DELETE /teruggekomen`: what lies in the mailbox, a mail put into it as it
    stands, and everything taken out of it."""
    routes = APIRouter(prefix="/teruggekomen")

    @routes.get("")
    async def returned() -> JSONResponse:
        return JSONResponse([one.model_dump(mode="json") for one in store.returned()])

    @routes.post("", status_code=204)
    async def put(request: Request) -> None:
        store.add_returned(await request.body())

    @routes.delete("", status_code=204)
    async def empty() -> None:
        for one in store.returned():
            store.drop_returned(one.uid)

    return routes
