"""What both APIs have in common by the Dutch API design rules: their version on every answer, problems (RFC 9457) in
place of the framework's errors, and a description at `openapi.json` that everybody may read, also from a page."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.middleware import has_zero
from web.problems import ProblemBody, nowhere

DESCRIPTION = "/openapi.json"
CONTACT = {"name": "De beheerder van Signaalreis bij de gemeente"}
Described = dict[str, Any]
_SAYS_VERSION = {"API-Version": {"description": "Van welke versie het antwoord is.", "schema": {"type": "string"}}}


class WithVersion:
    """Every answer of the API says of which version it is."""

    def __init__(self, app: ASGIApp, version: str) -> None:
        self._app = app
        self._version = version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def versioned(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["API-Version"] = self._version
                if scope["path"] == scope.get("root_path", "") + DESCRIPTION:
                    headers["Access-Control-Allow-Origin"] = "*"
            await send(message)

        app = nowhere() if has_zero(scope) else self._app
        await app(scope, receive, versioned)


def describe(api: FastAPI, more: Callable[[Described], None] = lambda described: None) -> None:
    """The API describes itself from now on, once. `more` adds what FastAPI cannot know."""

    def description() -> Described:
        if api.openapi_schema is None:
            api.openapi_schema = _described(api)
            more(api.openapi_schema)
        return api.openapi_schema

    api.openapi = description  # type: ignore[method-assign]


def _described(api: FastAPI) -> Described:
    """What FastAPI makes of it, with our problems in place of its own errors."""
    found = get_openapi(
        title=api.title,
        version=api.version,
        description=api.description,
        routes=api.routes,
        servers=api.servers,
        contact=CONTACT,
    )
    schemas = found["components"]["schemas"]
    for theirs in ("HTTPValidationError", "ValidationError"):
        schemas.pop(theirs, None)
    shape = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {"Probleem": shape, **shape.pop("$defs")}
    for ways in found["paths"].values():
        for way in ways.values():
            answers = way["responses"]
            for answer in answers.values():
                answer["headers"] = _SAYS_VERSION
            if answers.get("422", {}).get("content", {}).get("application/json") is not None:
                # FastAPI's own; a question that cannot be read is a 400 here.
                del answers["422"]
    return found
