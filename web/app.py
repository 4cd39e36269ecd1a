"""The web app: what the pages, the rules of access and the safe answers make together."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from adapters.secrets import load_or_make
from adapters.uploads import LARGEST
from adapters.vault import Erased
from config import Settings
from web import rendering, sign_in_answers
from web.auth import Forged, NoToken, NotThere
from web.described_api import WithVersion
from web.language import InTheirLanguage, said
from web.middleware import SafeAnswers
from web.pages import (
    absences,
    accessibility,
    administration,
    agenda,
    amounts,
    approvals,
    ask_amount,
    call_requests,
    callbacks,
    calls,
    case,
    changes,
    deliveries,
    destruction,
    feedback,
    figures,
    health,
    languages,
    looks,
    note,
    notify_news,
    overview,
    own_data,
    partner,
    partner_amounts,
    partner_keys,
    partners,
    policy,
    print_rounds,
    privacy,
    quality,
    retention,
    reviews,
    search,
    secret_address,
    seen,
    shared_look,
    sign_in,
    stalled,
    together,
    uploads,
    visits,
    work,
    working_hours,
)
from web.partner_api import app as partner_api
from web.quarters import NoSuchQuarter
from web.services import Services
from web.staff_api import app as staff_api
from web.witness import Witnessed

# A file is personal data: what is sent stays in memory until it is sealed, and is never spooled to a folder.
MultiPartParser.spool_max_size = LARGEST + 1_000_000


class NoTheme(Exception):
    """The pages have nothing to wear; the message names the file."""


def create_app(services: Services) -> FastAPI:
    """The app with everything it needs. Makes the key of forms at first run of a demo."""
    settings = services.settings
    # An address with a slash too many is no page: going on to the right one would believe the host that was asked for.
    app = FastAPI(title="Signaalreis", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.services = services
    app.state.form_key = load_or_make(settings.session_key, may_make=settings.demo)
    app.add_middleware(Witnessed)
    app.add_middleware(SafeAnswers, failed=_failed, nowhere=_nowhere)
    app.add_middleware(InTheirLanguage)
    for page in (
        sign_in,
        health,
        accessibility,
        languages,
        notify_news,
        work,
        together,
        approvals,
        case,
        stalled,
        # Before the certificates: their addresses begin alike.
        destruction,
        retention,
        uploads,
        changes,
        deliveries,
        print_rounds,
        absences,
        policy,
    ):
        app.include_router(page.router)
    for page in (
        working_hours,
        callbacks,
        agenda,
        secret_address,
        partners,
        partner_keys,
        partner,
        feedback,
        figures,
        quality,
        shared_look,
        reviews,
    ):
        app.include_router(page.router)
    for page in (ask_amount, amounts, partner_amounts, calls, visits, search, call_requests):
        app.include_router(page.router)
    for page in (seen, looks, administration, overview, note, privacy, own_data):
        app.include_router(page.router)
    app.mount(partner_api.PATH, WithVersion(partner_api.create_api(app.state), partner_api.VERSION))
    app.mount(staff_api.PATH, WithVersion(staff_api.create_staff_api(app.state), staff_api.VERSION))
    app.mount("/static", StaticFiles(directory=rendering.STATIC), name="static")
    rendering.dress(settings.theme)
    app.mount("/thema", StaticFiles(directory=_theme(settings)), name="theme")
    sign_in_answers.add_to(app)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(NoSuchQuarter, _no_such_quarter)
    app.add_exception_handler(Forged, _forged)
    app.add_exception_handler(NoToken, _no_token)
    app.add_exception_handler(Erased, _gone)
    app.add_exception_handler(RequestValidationError, _not_there)
    app.add_exception_handler(HTTPException, _other)
    return app


def _theme(settings: Settings) -> Path:
    """The folder of the theme. Raises `NoTheme`."""
    folder = rendering.THEME if settings.theme_folder == Path() else settings.theme_folder
    for file in (folder / "theme.css", rendering.THEME / "nl-design-system.css"):
        if not file.is_file():
            raise NoTheme(f"{file} is not there: `make run` and `make test` build it; alone: python frontend/build.py")
    return folder


def _no_token(request: Request, error: Exception) -> Response:
    return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})


def _not_there(request: Request, error: Exception) -> HTMLResponse:
    return _message(said("Niet gevonden"), said("Deze pagina bestaat niet, of u mag haar niet zien."), 404)


def _no_such_quarter(request: Request, error: Exception) -> HTMLResponse:
    text = said(
        "Een kwartaal is een jaar en een nummer van 1 tot en met 4, bijvoorbeeld 2027-2. Een kwartaal dat nog moet "
        "komen, heeft geen cijfers. Ga terug en kies een kwartaal uit de lijst."
    )
    return _message(said("Dit kwartaal is er niet"), text, 404)


def _gone(request: Request, error: Exception) -> HTMLResponse:
    """The key was destroyed while somebody still had the case before them."""
    return _message(
        said("De gegevens zijn verwijderd"), said("De gegevens van deze zaak zijn vernietigd of worden dat nu."), 410
    )


def _forged(request: Request, error: Exception) -> HTMLResponse:
    text = said(
        "Dit formulier hoort niet bij uw huidige aanmelding. Ga terug, open de pagina opnieuw en probeer het nog eens."
    )
    return _message(said("Formulier verlopen"), text, 403)


def _other(request: Request, error: Exception) -> HTMLResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return (
        _not_there(request, error)
        if status == 404
        else _message(said("Dit kan niet"), said("Deze vraag kan niet."), status)
    )


def _failed() -> HTMLResponse:
    text = said("Er ging iets mis bij ons. Wat u had vastgelegd is bewaard. Probeer het zo nog eens.")
    return _message(said("Er ging iets mis"), text, 500)


def _nowhere() -> HTMLResponse:
    return _message(said("Niet gevonden"), said("Deze pagina bestaat niet."), 404)


def _message(title: str, text: str, status: int) -> HTMLResponse:
    return rendering.bare_page("message.html", status=status, title=title, text=text)
