"""Who asks: somebody who signed in to the pages, or a system of the municipality with an access token of the provider
with which staff sign in. What they may do then is what the pages let them do: `web.auth.Allowed` and `AskedCase`."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Path, Request

from adapters.claims import NoAccess
from adapters.oidc import NotBelieved, ProviderAway
from models.case import CaseState
from observability import get_logger
from policy.permissions import Action, Staff
from web import queries
from web.auth import Allowed, AllowedCase, Forged, is_token, services_of, signed_in
from web.problems import Problem
from web.services import Services

log = get_logger()

SECRET = "Signaalreis-Formuliergeheim"
"""The header with the secret that every form of somebody's pages carries."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_WHO = "Meld u aan, of stuur een geldig toegangstoken mee: Authorization: Bearer <token>."
_AWAY = "De aanmelddienst antwoordt niet, en zonder kan een toegangstoken niet worden nagekeken."


def identified(request: Request) -> Staff:
    """Rule of every route: somebody is known who asks. A session alone may change nothing: it needs the forms' secret
    too, as any page elsewhere can make a browser send its cookie. Raises `Problem` (401, 503) and `Forged`."""
    shown = request.headers.get("authorization")
    if shown is not None:
        request.state.staff = _by_token(services_of(request), shown)
    staff = signed_in(request)
    if staff is None:
        raise Problem(401, _WHO)
    if shown is None and request.method not in _SAFE and not is_token(request, _secret(request), staff.staff_id):
        raise Forged
    return staff


KNOWN = [Depends(identified)]
"""For every router."""
Asker = Annotated[Staff, Depends(identified)]


@dataclass(frozen=True)
class AskedCase(AllowedCase):
    """The same rule as that of the pages, by the name that a case has in these addresses."""

    def __call__(
        self, request: Request, case_id: Annotated[str, Path(alias="zaakId", description="Het id van de zaak.")]
    ) -> CaseState:
        return super().__call__(request, case_id)


def asked(action: Action) -> Any:
    return Depends(Allowed(action))


def asked_case(action: Action) -> Any:
    return Depends(AskedCase(action))


def _secret(request: Request) -> str:
    return request.headers.get(SECRET, "")


def _by_token(services: Services, shown: str) -> Staff | None:
    """Who is on our list by the id that the token holds: what they may do is asked of that list alone."""
    scheme, _, token = shown.partition(" ")
    audience = services.settings.api_audience
    if scheme.lower() != "bearer" or not audience:
        return None
    try:
        claims = services.provider.accepts(token.strip(), audience=audience, at=services.now())
        return queries.staff(services.database, services.claims.staff_of(claims))
    except ProviderAway as away:
        log.error("staff_api.provider_away", code=away.code)
        raise Problem(503, _AWAY) from None
    except (NotBelieved, NoAccess) as refusal:
        log.warning("staff_api.not_believed", code=refusal.code)
        return None
