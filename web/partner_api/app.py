"""The API for the systems of partners, by the Dutch API design rules: version in the path, problems as RFC 9457, the
description at `openapi.json` for everybody."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import MutableHeaders, State
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.partner_api import amounts, changes, deliveries, signals
from web.partner_api.problems import RESPONSES, ProblemBody, answer_with_problems

PATH = "/api/v1"
VERSION = "1.0.0"


def create_api(state: State) -> FastAPI:
    """The app that is mounted at `PATH`; `state` holds its services, as it does those of the pages."""
    api = FastAPI(
        title="Signaalreis voor signaalpartners",
        version=VERSION,
        description="Signalen aanleveren, wijzigingen melden en horen wat er is teruggekoppeld.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        responses=RESPONSES,
    )
    api.state = state
    for part in (deliveries, changes, signals, amounts):
        api.include_router(part.router)
    answer_with_problems(api)

    def description() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _described(api)
        return api.openapi_schema

    api.openapi = description  # type: ignore[method-assign]
    return api


class WithVersion:
    """Every answer of the API says of which version it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def versioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["API-Version"] = VERSION
            await send(message)

        await self._app(scope, receive, versioned)


def _described(api: FastAPI) -> dict[str, Any]:
    """What FastAPI makes of it, with our problems in place of its own errors."""
    found = get_openapi(
        title=api.title, version=api.version, description=api.description, routes=api.routes, servers=api.servers
    )
    schemas = found["components"]["schemas"]
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    shape = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {"Probleem": shape, **shape.pop("$defs")}
    for ways in found["paths"].values():
        for way in ways.values():
            answers = way["responses"]
            if answers.get("422", {}).get("content", {}).get("application/json") is not None:
                # FastAPI's own; a question that cannot be read is a 400 here.
                del answers["422"]
    return found
