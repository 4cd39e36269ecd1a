"""What is answered when nobody is signed in, and when signing in fails: pages that say what to do, and log lines with
a code."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.claims import NoAccess
from adapters.oidc import NotBelieved, ProviderAway
from models.errors import CodedError
from observability import get_logger
from web import rendering
from web.auth import SignedOut, asks_by_itself, has_token, services_of, session_of
from web.language import said
from web.pages.sign_in import ANEW, HERE, SIGN_OUT, end_session, own_page
from web.rate_limit import WINDOW, TooOften

log = get_logger()

_NO_ACCESS = {
    "sign_in.no-staff-id": "Uw organisatie geeft niet door wie u bent. Vraag uw beheerder om dat te regelen.",
    "sign_in.no-role": "Uw organisatie kent u, maar u heeft daar geen rol voor Signaalreis. Vraag uw beheerder om een "
    "rol.",
    "sign_in.no-municipality": "Uw organisatie kent u, maar er staat niet bij voor welke gemeente u hier werkt. Vraag "
    "uw beheerder om dat te regelen.",
    "sign_in.unknown-partner": "Uw organisatie kent u, maar de partner waarvoor u werkt staat hier niet op de lijst. "
    "Vraag de gemeente om dat te regelen.",
}


def add_to(app: FastAPI) -> None:
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(ProviderAway, _provider_away)
    app.add_exception_handler(NotBelieved, _not_believed)
    app.add_exception_handler(NoAccess, _no_access)
    app.add_exception_handler(TooOften, _too_often)


async def _signed_out(request: Request, error: Exception) -> Response:
    """To the sign-in, and back afterwards. A form that comes too late is handed back to whoever filled it in."""
    if request.method == "GET":
        back = own_page(request.url.path)
        sign_in = f"{HERE}?naar={quote(back)}" if back else HERE
        # A provider that knows them still would sign in whoever is away from this page: that takes a person's hand.
        return _not_signed_in(sign_in) if asks_by_itself(request) else RedirectResponse(sign_in, 303)
    whose = await run_in_threadpool(services_of(request).sessions.was_of, session_of(request))
    form = FormData() if whose is None else await request.form()
    if whose is None or not has_token(request, form, whose):
        return _not_signed_in(HERE)
    if request.url.path == SIGN_OUT:
        # Also after an hour somebody who leaves wants to be signed out at the provider.
        return await run_in_threadpool(end_session, request)
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return rendering.bare_page(
        "kept_form.html",
        status=403,
        action=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        fields=fields,
        files=len(fields) < len(form.multi_items()),
        sign_in=HERE,
    )


def _not_signed_in(sign_in: str) -> HTMLResponse:
    text = said("U bent niet (meer) aangemeld. Meld u aan en probeer het nog eens.")
    return _page(said("U bent niet aangemeld"), text, 403, link=sign_in)


def _provider_away(request: Request, error: Exception) -> HTMLResponse:
    log.error("sign_in.provider_away", code=_code(error))
    text = said(
        "De aanmelddienst van uw organisatie antwoordt niet. Dat ligt niet aan u. Probeer het over een paar minuten "
        "nog eens."
    )
    return _page(said("Aanmelden lukt nu niet"), text, 503)


def _not_believed(request: Request, error: Exception) -> HTMLResponse:
    log.warning("sign_in.not_believed", code=_code(error))
    text = said("Het aanmelden is onderbroken of duurde te lang. Probeer het nog eens.")
    return _page(said("Aanmelden is niet gelukt"), text, 400)


def _no_access(request: Request, error: Exception) -> HTMLResponse:
    log.warning("sign_in.no_access", code=_code(error))
    # Who is known at the provider already would come back with the same answer.
    return _page(
        said("U heeft geen toegang"),
        said(_NO_ACCESS[_code(error)]),
        403,
        link=ANEW,
        link_text=said("Met een ander account aanmelden"),
    )


def _too_often(request: Request, error: Exception) -> HTMLResponse:
    log.warning("sign_in.too_often")
    answer = _page(
        said("Even geduld"), said("Er wordt nu te vaak aangemeld. Probeer het over een minuut nog eens."), 429
    )
    answer.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return answer


def _code(error: Exception) -> str:
    assert isinstance(error, CodedError)
    return error.code


def _page(
    title: str, text: str, status: int, *, link: str = HERE, link_text: str = "Opnieuw aanmelden"
) -> HTMLResponse:
    return rendering.bare_page(
        "sign_in.html", status=status, title=title, text=text, link=link, link_text=link_text, onward=""
    )
