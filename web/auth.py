"""Who is asking, and whether they may. Every route states its rule here: `allowed`, `allowed_case`, `public`
or `notify_only`."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from adapters.case_store import UnknownCase
from adapters.secrets import SecretUnusable, load_or_make
from models.case import CaseState
from models.codes import Role
from models.ids import CaseId, StaffId
from models.values import MunicipalityCode
from observability import get_logger
from policy.permissions import Action, Staff, may, may_in_case, role_may
from web import queries
from web.services import Services

log = get_logger()


class SignedOut(Exception):
    """Nobody is signed in (any more); the answer is the sign-in page."""


class NotThere(Exception):
    """There is no such page for this reader. What may not be seen does not exist for them."""


class Forged(Exception):
    """A form that did not come from a page of this session."""


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


OurServices = Annotated[Services, Depends(services_of)]


@dataclass(frozen=True)
class Allowed:
    """Rule of a route: signed in, in a role that may do this somewhere. What is listed is scoped by `scope`."""

    action: Action

    def __call__(self, request: Request) -> Staff:
        staff = signed_in(request)
        if staff is None:
            if request.method == "GET":
                request.session["back"] = request.url.path
            raise SignedOut
        if not role_may(staff.role, self.action):
            raise NotThere
        return staff


@dataclass(frozen=True)
class AllowedCase:
    """Rule of a route about one case: may do this to this case."""

    action: Action

    def __call__(self, request: Request, case_id: str) -> CaseState:
        staff = Allowed(self.action)(request)
        try:
            state = services_of(request).case_store.load(CaseId(case_id))
        except UnknownCase:
            raise NotThere from None
        if not may_in_case(staff, self.action, state):
            raise NotThere
        return state


def public() -> None:
    """Rule of a route that anybody may ask: it shows nothing of anybody."""


class NoToken(Exception):
    """Another system asks without the token that was agreed with it."""


def notify_only(request: Request) -> None:
    """Rule of a route that the message service alone asks, by the token that it was given. Without a token of our own
    nobody is believed."""
    try:
        token = load_or_make(services_of(request).settings.notify_callback, may_make=False).hex()
    except SecretUnusable:
        log.warning("notify.no_token")
        raise NoToken from None
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secrets.compare_digest(shown.strip().encode(), token.encode()):
        raise NoToken


def allowed(action: Action) -> Any:
    return Depends(Allowed(action))


def allowed_case(action: Action) -> Any:
    return Depends(AllowedCase(action))


def signed_in(request: Request) -> Staff | None:
    """The member of staff of this session, with the role of today rather than of when they signed in."""
    staff_id = request.session.get("staff")
    if not isinstance(staff_id, str):
        return None
    return queries.staff(services_of(request).database, StaffId(staff_id))


def scope(staff: Staff, action: Action) -> tuple[MunicipalityCode, ...]:
    """The municipalities in which this person may do this: what every list is limited to."""
    return tuple(code for code in sorted(staff.municipalities, key=lambda code: code.text) if may(staff, action, code))


def sign_in(request: Request, staff: Staff) -> str:
    """Begins a new session; the answer is the page that was asked for before signing in."""
    home = {Role.PARTNER: "/partner", Role.SWITCHBOARD: "/terugbelverzoek"}.get(staff.role, "/")
    back = request.session.get("back", home)
    request.session.clear()
    request.session["staff"] = staff.staff_id
    # Whoever asks for the first page of all is sent to their own.
    return back if isinstance(back, str) and back != "/" else home


def sign_out(request: Request) -> None:
    request.session.clear()


def form_token(request: Request) -> str:
    """The secret that every form of this session carries."""
    token = request.session.get("token")
    if not isinstance(token, str):
        token = secrets.token_urlsafe(32)
        request.session["token"] = token
    return token


async def checked_form(request: Request) -> FormData:
    """The form as it was sent. Raises `Forged` unless it carries the session's secret."""
    form = await request.form()
    given, expected = form.get("token"), request.session.get("token")
    if not isinstance(given, str) or not isinstance(expected, str):
        raise Forged
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise Forged
    return form


CheckedForm = Annotated[FormData, Depends(checked_form)]
