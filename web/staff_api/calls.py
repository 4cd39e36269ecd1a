"""Calling one resident after another: who is next, and who has which case before them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from adapters.at_work import CasesAtWork
from models.case import CaseState
from models.ids import CaseId
from policy.permissions import Action, Staff
from web import queries, work_queries
from web.auth import OurServices
from web.call_view import first_to_call, reader_of
from web.problems import also
from web.staff_api.access import KNOWN, asked, asked_case
from web.staff_api.parts import Shape

router = APIRouter(prefix="/belbeurten", tags=["bellen"], dependencies=KNOWN)

Caller = Annotated[Staff, asked(Action.WORK_ON_CASE)]
CalledCase = Annotated[CaseState, asked_case(Action.WORK_ON_CASE)]
MOST_PASSED = 20


class VolgendeBelbeurt(Shape):
    zaakId: str | None = Field(description="Leeg als er nu niemand te bellen is.")
    persoonId: str | None
    vanaf: datetime | None = Field(description="Vanaf wanneer er weer iemand te bellen is, als er nu niemand is.")


class Belbeurt(Shape):
    vanU: bool = Field(description="Of u de zaak voor u heeft; anders heeft een collega haar.")
    medewerker: str = Field(examples=["Noor de Wit"])
    sinds: datetime


@router.get("/volgende", operation_id="geefVolgendeBelbeurt", summary="Wie nu als eerste gebeld wordt")
def following(
    services: OurServices,
    staff: Caller,
    over: Annotated[
        list[Annotated[str, StringConstraints(pattern="^[0-9a-f-]{36}$")]] | None,
        Query(alias="overgeslagen", max_length=MOST_PASSED, description="Zaken die u nu niet belt."),
    ] = None,
) -> VolgendeBelbeurt:
    """In de volgorde van de werkvoorraad, zonder de zaken die een collega voor zich heeft."""
    first = first_to_call(services, staff, without={CaseId(case) for case in over or ()})
    if first is not None:
        return VolgendeBelbeurt(zaakId=first[0], persoonId=first[1], vanaf=None)
    later = work_queries.next_call_from(services.database, reader_of(services, staff), now=services.now())
    return VolgendeBelbeurt(zaakId=None, persoonId=None, vanaf=later)


@router.put(
    "/{zaakId}", operation_id="beginBelbeurt", summary="Laten weten dat u met een zaak bezig bent", responses=also(403)
)
def begin(services: OurServices, staff: Caller, state: CalledCase) -> Belbeurt:
    """Geldt een paar minuten; herhaal het zolang u bezig bent. Heeft een collega de zaak, dan hoort u wie."""
    at_work = CasesAtWork(services.database).begin(state.case_id, staff.staff_id, now=services.now())
    names = queries.staff_names(services.database, [at_work.staff])
    return Belbeurt(
        vanU=at_work.staff == staff.staff_id,
        medewerker=names.get(at_work.staff, "een collega"),
        sinds=at_work.since,
    )


@router.delete(
    "/{zaakId}", operation_id="eindigBelbeurt", summary="Klaar met een zaak", status_code=204, responses=also(403)
)
def end(services: OurServices, staff: Caller, state: CalledCase) -> Response:
    """Collega's kunnen de zaak weer krijgen. Een zaak die een collega heeft, blijft van die collega."""
    CasesAtWork(services.database).stop(state.case_id, staff.staff_id)
    return Response(status_code=204)
