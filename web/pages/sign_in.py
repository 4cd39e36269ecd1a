"""Signing in at the municipality's own provider, and signing out there as well as here."""

import re
import secrets

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from adapters.claims import NoAccess
from adapters.oidc import COMES_BACK_TO, NotBelieved
from adapters.registry import Member, Registry
from adapters.sign_ins import SignIns
from observability import get_logger
from web import auth, queries, rendering
from web.auth import CheckedForm, OurServices, public
from web.language import said
from web.services import Services

router = APIRouter(dependencies=[Depends(public)])
log = get_logger()

HERE, SIGN_OUT, SIGNED_OUT = "/aanmelden", "/afmelden", "/afgemeld"
ANEW = f"{HERE}?opnieuw=1"
_PAGE = "document"
"""What a browser says it wants when somebody goes to a page."""
_OURS = re.compile(r"(?:/[a-z0-9-]{1,80}(?:\.[a-z]{1,8})?){1,4}")


@router.get(HERE)
def begin(request: Request, services: OurServices, naar: str = "", opnieuw: str = "") -> Response:
    """To the provider. `naar`: the page to come back to; `opnieuw`: also who is known there says anew who they are."""
    # An image or a script in somebody else's page is not a person who wants in, and uses nothing up.
    if request.headers.get("sec-fetch-dest", _PAGE) != _PAGE:
        raise NotBelieved("sign_in.not-a-page")
    # Only what begins is counted: an answer to nothing costs nobody their turn.
    services.sign_in_limit.take(request.client.host if request.client else "", at=services.now())
    question = services.provider.question(anew=bool(opnieuw))
    begun = secrets.token_urlsafe(32)
    SignIns(services.database).begin(question, browser=begun, back=own_page(naar), at=services.now())
    answer = RedirectResponse(question.url, 303)
    auth.show_begun(request, answer, question.state, begun)
    return answer


@router.get(COMES_BACK_TO)
def come_back(request: Request, services: OurServices, state: str = "", code: str = "", error: str = "") -> Response:
    """From the provider, with a code that says who it is."""
    now = services.now()
    shown = auth.begun_of(request, state)
    begun = SignIns(services.database).take(state, browser=shown, at=now) if shown else None
    if begun is None:
        known = auth.signed_in(request)
        # Somebody went back to this page; nothing begins here that they had not begun.
        if known is not None:
            return RedirectResponse(auth.home_of(known), 303)
        raise NotBelieved("sign_in.unknown-state")
    if error or not code:
        raise NotBelieved("sign_in.refused-by-provider")
    found = services.provider.identify(code, nonce=begun.nonce, verifier=begun.verifier, at=now)
    try:
        member = _kept(services, services.claims.member(found.claims, Registry(services.database)))
    except NoAccess as refusal:
        if refusal.staff is not None:
            # Not a session alone: a partner's key and a calendar's address ask the list too.
            Registry(services.database).works_nowhere(refusal.staff)
            services.sessions.end_all_of(refusal.staff)
        raise
    session = services.sessions.begin(member.id, at=now, instead_of=auth.session_of(request), proof=found.proof)
    log.info("sign_in.done", role=member.role)
    staff = queries.staff(services.database, member.id)
    assert staff is not None
    # Whoever asked for the first page of all is sent to their own.
    answer = RedirectResponse(begun.back or auth.home_of(staff), 303)
    auth.show_session(request, answer, session)
    if not auth.browser_of(request):
        auth.show_browser(request, answer, secrets.token_urlsafe(32))
    auth.forget_begun(request, answer, state)
    return answer


@router.post(SIGN_OUT)
def sign_out(request: Request, form: CheckedForm) -> Response:
    return end_session(request)


def end_session(request: Request) -> Response:
    """Signs out here, and goes on to the provider where it has a page for that."""
    services = auth.services_of(request)
    proof = services.sessions.end(auth.session_of(request))
    onward = services.provider.signing_out(proof, back=services.settings.address + SIGNED_OUT)
    # A page between the form and the provider: a form of ours is sent to us alone, also by way of a redirect.
    answer = (
        rendering.bare_page(
            "sign_in.html",
            title=said("U bent afgemeld"),
            text=said("U wordt nu ook afgemeld bij uw organisatie."),
            link=onward,
            link_text=said("Ga verder"),
            onward=onward,
        )
        if onward
        else RedirectResponse(SIGNED_OUT, 303)
    )
    auth.show_nothing(request, answer)
    return answer


@router.get(SIGNED_OUT)
def signed_out() -> Response:
    return rendering.bare_page(
        "sign_in.html",
        title=said("U bent afgemeld"),
        text=said("Sluit uw browser als anderen ook op deze computer werken."),
        # The provider may know them still, and who comes next at this computer is not them.
        link=ANEW,
        link_text=said("Opnieuw aanmelden"),
        onward="",
    )


def own_page(path: str) -> str:
    """The path when it is one of ours to come back to, as far as its form can tell; empty for anything else, and for
    the pages of signing in and out: nobody who has just signed in wants those."""
    of_sign_in = path in (HERE, COMES_BACK_TO, SIGN_OUT, SIGNED_OUT)
    return path if _OURS.fullmatch(path) and not of_sign_in else ""


def _kept(services: Services, member: Member) -> Member:
    """What the provider says today is what counts today."""
    registry = Registry(services.database)
    if registry.member(member.id) != member:
        registry.ensure(staff=[member])
    return member
