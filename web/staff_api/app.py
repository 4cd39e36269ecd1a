"""The API with what the pages do, for programs in the browser and other systems of the municipality."""

from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State

from web.described_api import DESCRIPTION, Described, describe
from web.problems import RESPONSES, also, answer_with_problems
from web.staff_api import call_requests, calls, cases, commands, deliveries, figures, me, searches, stalled, work
from web.staff_api.access import SECRET

PATH = "/api/medewerkers/v1"
VERSION = "1.0.0"
_TOKEN, _SESSION, _FORMS = "toegangstoken", "sessie", "formuliergeheim"
_SCHEMES: dict[str, Any] = {
    _TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "Een toegangstoken van de aanmelddienst, gemaakt voor deze API.",
    },
    _SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-signaalreis",
        "description": "De sessie van wie zich op de pagina's aanmeldde. In de demonstratie heet zij signaalreis.",
    },
    _FORMS: {
        "type": "apiKey",
        "in": "header",
        "name": SECRET,
        "description": "Wie met een sessie iets verandert, stuurt dit mee; het staat in het antwoord van /ik.",
    },
}


def create_staff_api(state: State) -> FastAPI:
    """The app that is mounted at `PATH`; `state` holds the services and the key of forms, as it does for the pages."""
    api = FastAPI(
        title="Signaalreis voor medewerkers",
        version=VERSION,
        description="Wat medewerkers op de pagina's zien en doen: de werkvoorraad, zaken, opdrachten en zoeken.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url=DESCRIPTION,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        responses=RESPONSES | also(503),
    )
    api.state = state
    for part in (me, work, calls, cases, commands, searches, call_requests, stalled, figures, deliveries):
        api.include_router(part.router)
    answer_with_problems(api)
    describe(api, _say_who_may_ask)
    return api


def _say_who_may_ask(described: Described) -> None:
    described["components"]["securitySchemes"] = _SCHEMES
    for ways in described["paths"].values():
        for method, way in ways.items():
            with_session = (_SESSION,) if method == "get" else (_SESSION, _FORMS)
            way["security"] = [{_TOKEN: []}, {scheme: [] for scheme in with_session}]
