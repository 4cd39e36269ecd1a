"""Who is asking, and whether they may. Every route states its rule here: `allowed`, `allowed_case`, `public`
or `notify_only`."""

import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.case_store import UnknownCase
from adapters.secrets import SecretUnusable, load_or_make
from adapters.sessions import hashed
from adapters.sign_ins import LONGEST
from models.case import CaseState
from models.codes import Role
from models.ids import CaseId
from models.values import MunicipalityCode
from observability import get_logger
from policy.permissions import Action, Staff, may, may_in_case, role_may
from web import queries
from web.services import Services

log = get_logger()

_SESSION, _BROWSER = "signaalreis", "signaalreis-browser"
"""Cookies: who is signed in, and which browser this is from its first sign-in to its signing out. Both are random."""
_BEGUN = "signaalreis-begin-"
"""Before a part of the hash of a sign-in's state: the cookie of that sign-in while it is under way. Each has its own,
as windows that open at the same moment know nothing of each other's cookies."""
_PART = 16
"""Hexadecimal digits."""
_MOST_BEGUN = 20
"""So many may be under way in one browser: more would make its questions too long for a proxy."""

_HOMES = {
    Role.PARTNER: "/partner",
    Role.SWITCHBOARD: "/terugbelverzoek",
    Role.PRIVACY_OFFICER: "/inzage",
    Role.ADMINISTRATOR: "/beheer",
}
_BY_ITSELF = re.compile(
    r"/zaak/[^/]+/opdracht/[^/]+|/bellen/[^/]+/bezig"
    r"|/api/medewerkers/v1/(zaken/[^/]+/opdrachten/[^/]+|belbeurten/(?!volgende$)[^/]+)"
)
"""What an open page asks by itself, also when nobody is before it any more."""


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
    if not hasattr(request.state, "staff"):
        request.state.staff = _signed_in(request)
    staff: Staff | None = request.state.staff
    return staff


def _signed_in(request: Request) -> Staff | None:
    services, session = services_of(request), session_of(request)
    if not session or not browser_of(request):
        return None
    whose = services.sessions.whose(session, at=services.now(), seen=not asks_by_itself(request))
    return None if whose is None else queries.staff(services.database, whose)


def asks_by_itself(request: Request) -> bool:
    """Whether an open page may have asked this without anybody before it."""
    return _BY_ITSELF.fullmatch(request.url.path) is not None


def scope(staff: Staff, action: Action) -> tuple[MunicipalityCode, ...]:
    """The municipalities in which this person may do this: what every list is limited to."""
    return tuple(code for code in sorted(staff.municipalities, key=lambda code: code.text) if may(staff, action, code))


def home_of(staff: Staff) -> str:
    """The page that is this person's first."""
    return _HOMES.get(staff.role, "/")


# --- what the browser shows ---------------------------------------------------------------------------------------


def cookie_name(name: str, *, demo: bool) -> str:
    """A browser keeps a cookie with this prefix only from this very host, over https and for all its paths; the
    demonstration has no https."""
    return name if demo else f"__Host-{name}"


def session_of(request: Request) -> str:
    """What the browser shows for its session; empty without one."""
    return request.cookies.get(_name_here(request, _SESSION), "")


def browser_of(request: Request) -> str:
    """What the browser shows of itself; empty when nobody signed in with it."""
    return request.cookies.get(_name_here(request, _BROWSER), "")


def begun_of(request: Request, state: str) -> str:
    """What the browser shows for the sign-in with this state; empty when it is not the one that began it."""
    return request.cookies.get(_name_here(request, _name_of_begun(state)), "")


def show_begun(request: Request, answer: Response, state: str, begun: str) -> None:
    """The oldest make room."""
    under_way = re.compile(f"{_name_here(request, _BEGUN)}([0-9a-f]{{{_PART}}})")
    parts = [found[1] for name in request.cookies if (found := under_way.fullmatch(name))]
    for part in parts[: max(0, len(parts) - _MOST_BEGUN + 1)]:
        _show(request, answer, _BEGUN + part, "", seconds=0)
    _show(request, answer, _name_of_begun(state), begun, seconds=int(LONGEST.total_seconds()))


def forget_begun(request: Request, answer: Response, state: str) -> None:
    if begun_of(request, state):
        _show(request, answer, _name_of_begun(state), "", seconds=0)


def show_session(request: Request, answer: Response, session: str) -> None:
    _show(request, answer, _SESSION, session)


def show_browser(request: Request, answer: Response, browser: str) -> None:
    _show(request, answer, _BROWSER, browser)


def show_nothing(request: Request, answer: Response) -> None:
    """The browser forgets who was signed in, and which browser it is: forms of before are worth nothing."""
    for name in (_SESSION, _BROWSER):
        _show(request, answer, name, "", seconds=0)


def _show(request: Request, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Without `seconds` it goes when the browser is closed."""
    answer.set_cookie(
        _name_here(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=not services_of(request).settings.demo,
        httponly=True,
        samesite="lax",
    )


def _name_of_begun(state: str) -> str:
    return _BEGUN + hashed(state)[:_PART]


def _name_here(request: Request, name: str) -> str:
    return cookie_name(name, demo=services_of(request).settings.demo)


# --- forms --------------------------------------------------------------------------------------------------------


def form_token(request: Request, staff_id: str) -> str:
    """The secret that every form for this person in this browser carries. It outlives a session: who signs in again
    in another window can still send what stood open."""
    key: bytes = request.app.state.form_key
    return hmac.new(key, f"form|{browser_of(request)}|{staff_id}".encode(), "sha256").hexdigest()


def has_token(request: Request, form: FormData, staff_id: str) -> bool:
    """Whether a form carries the secret of this person in this browser."""
    given = form.get("token")
    return isinstance(given, str) and is_token(request, given, staff_id)


def is_token(request: Request, given: str, staff_id: str) -> bool:
    """Whether this is the secret of this person in this browser."""
    return bool(browser_of(request)) and secrets.compare_digest(given.encode(), form_token(request, staff_id).encode())


async def checked_form(request: Request) -> FormData:
    """The form as it was sent. Raises `SignedOut` when nobody is signed in, and `Forged` unless it carries the secret
    of who is."""
    staff = await run_in_threadpool(signed_in, request)
    if staff is None:
        raise SignedOut
    form = await request.form()
    if not has_token(request, form, staff.staff_id) or any("\0" in str(value) for _, value in form.multi_items()):
        # No page of ours sends a zero byte, and no PostgreSQL takes one.
        raise Forged
    return form


CheckedForm = Annotated[FormData, Depends(checked_form)]
