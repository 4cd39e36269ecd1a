"""What goes wrong, as `application/problem+json` (RFC 9457). Nothing of what was sent is said back."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from adapters.vault import Erased
from web.auth import Forged, NotThere

_TYPE = "about:blank"
_TITLES = {
    400: "Deze vraag is niet te lezen",
    401: "Wij weten niet wie dit vraagt",
    403: "Deze vraag komt niet van de juiste pagina",
    404: "Niet gevonden",
    405: "Dit kan hier niet",
    409: "Dit kan nu niet",
    410: "De gegevens zijn verwijderd",
    422: "Deze vraag kan niet worden uitgevoerd",
    500: "Er ging iets mis bij ons",
    503: "Dit lukt nu niet",
}


class Fault(BaseModel):
    """What is wrong at one place of the question."""

    plaats: str
    """Such as `body.signalen.3.bedrag`; the first of a list is 0."""
    reden: str


class ProblemBody(BaseModel):
    """The members of RFC 9457, and `fouten` for the places to mend."""

    type: str = _TYPE
    title: str
    status: int
    detail: str = ""
    fouten: list[Fault] = []
    akkoord: str | None = None
    """What to send along as `akkoord` when the text must stay as it is; only when that is what is asked."""


class Problem(Exception):
    """The answer is this problem. `detail` is a sentence for whoever builds, runs or uses the system that asks."""

    def __init__(
        self, status: int, detail: str = "", faults: Sequence[Fault] = (), *, agree: str | None = None
    ) -> None:
        super().__init__(detail)
        self.agree = agree
        self.status = status
        self.detail = detail
        self.faults = list(faults)


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": _TITLES[status],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleem"}}},
    }
    for status in (400, 401, 404)
}
"""What every question may be answered with."""


def also(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for a question that may end in other ways too."""
    return {status: {**RESPONSES[400], "description": _TITLES[status]} for status in statuses}


def answer_with_problems(api: FastAPI) -> None:
    """Every error of the app is a problem."""
    api.add_exception_handler(Problem, _told)
    api.add_exception_handler(NotThere, _not_there)
    api.add_exception_handler(Forged, _forged)
    api.add_exception_handler(Erased, _gone)
    api.add_exception_handler(RequestValidationError, _unreadable)
    api.add_exception_handler(HTTPException, _other)
    api.add_exception_handler(Exception, _failed)


def _answer(
    status: int,
    detail: str = "",
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
    *,
    agree: str | None = None,
) -> Response:
    title = _TITLES.get(status, "Dit kan niet")
    body = ProblemBody(title=title, status=status, detail=detail, fouten=list(faults), akkoord=agree)
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=status,
        media_type="application/problem+json",
        headers=dict(headers or {}),
    )


def nowhere() -> Response:
    return _answer(404)


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return _answer(error.status, error.detail, error.faults, headers, agree=error.agree)


def _not_there(request: Request, error: Exception) -> Response:
    return nowhere()


def _forged(request: Request, error: Exception) -> Response:
    return _answer(403)


def _gone(request: Request, error: Exception) -> Response:
    return _answer(410)


def _unreadable(request: Request, error: Exception) -> Response:
    """A place and what must stand there; the message of Pydantic names no value."""
    assert isinstance(error, RequestValidationError)
    faults = [Fault(plaats=".".join(map(str, wrong["loc"])), reden=_reason(wrong)) for wrong in error.errors()[:100]]
    return _answer(400, "De vraag heeft niet de vorm van de beschrijving (openapi.json).", faults)


def _reason(wrong: Mapping[str, Any]) -> str:
    return {
        "missing": "dit ontbreekt",
        "extra_forbidden": "dit veld bestaat niet",
        "json_invalid": "dit is geen geldige JSON",
        "too_long": "dit zijn er te veel",
        "too_short": "hier hoort er ten minste een",
    }.get(str(wrong["type"]), "dit heeft niet de vorm van de beschrijving")


def _other(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(status, headers=error.headers if isinstance(error, HTTPException) else None)


def _failed(request: Request, error: Exception) -> Response:
    return _answer(500, "Wat u stuurde is niet uitgevoerd of wordt afgemaakt; stuur het gerust nog eens.")
