"""Who asks: a partner's system, by its key. Every route of the API depends on `asked_by`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.partner_keys import PartnerKeys
from models.ids import PartnerId
from models.values import MunicipalityCode
from policy.permissions import Action, Staff, may
from web import queries
from web.auth import NotThere, OurServices
from web.problems import Problem

_BEARER = HTTPBearer(auto_error=False, scheme_name="sleutel", description="De sleutel die de gemeente u gaf.")
Code = Annotated[str, Path(pattern=r"^\d{4}$", description="De code van de gemeente (CBS).")]


@dataclass(frozen=True)
class Asker:
    """A partner that may do what it asks in this municipality."""

    staff: Staff
    partner: PartnerId
    municipality: MunicipalityCode


@dataclass(frozen=True)
class Asked:
    """Rule of a route: a key that opens something today, of somebody who may do this in the municipality of the path.
    Raises `Problem` (401) and `NotThere`."""

    action: Action

    def __call__(
        self,
        request: Request,
        services: OurServices,
        gemeentecode: Code,
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Asker:
        whose = None if shown is None else PartnerKeys(services.database).whose(shown.credentials, at=services.now())
        staff = None if whose is None else queries.staff(services.database, whose)
        if staff is None or staff.partner is None:
            raise Problem(401, "Stuur een geldige sleutel mee: Authorization: Bearer <sleutel>.")
        request.state.staff = staff
        code = MunicipalityCode(gemeentecode)
        if not may(staff, self.action, code):
            raise NotThere
        return Asker(staff, staff.partner, code)


def asked_by(action: Action) -> object:
    return Depends(Asked(action))
