"""Who wants to be called back: the switchboard writes it down and learns nothing, a caseworker reads what waits."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from adapters.call_requests import CallRequests, WaitingCall
from models.codes import CallRequestStatus, Daypart
from policy.permissions import Action, Staff
from web.auth import OurServices, scope
from web.forms.fields import Unfinished
from web.note_doubts import asked_by, count
from web.pages.call_requests import looked_at, municipality_of, said_of
from web.problems import Fault, also
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import Agreed, Shape, not_taken_as_it_is

router = APIRouter(prefix="/terugbelverzoeken", tags=["bellen"], dependencies=KNOWN)

Operator = Annotated[Staff, asked(Action.TAKE_CALL)]
Matcher = Annotated[Staff, asked(Action.MATCH_CALL)]


class NieuwTerugbelverzoek(Shape):
    achternaam: str = Field(max_length=80, examples=["Beemd"])
    telefoon: str = Field(max_length=80, examples=["06 1234 5678"])
    dagdeel: Daypart | None = None
    wanneer: str = Field(default="", max_length=120, description="In de woorden van de beller.")
    notitie: str = Field(default="", max_length=500)
    gemeente: str = Field(default="", max_length=4, description="CBS-code; leeg als u voor één gemeente werkt.")
    akkoord: Agreed = ""


class Terugbelverzoek(Shape):
    id: str
    gemeente: str = Field(examples=["9901"])
    achternaam: str = Field(examples=["Beemd"])
    telefoon: str = Field(examples=["+31612345678"])
    wanneer: str
    notitie: str
    ontvangenOp: datetime
    keren: int = Field(description="Hoe vaak deze beller belde.")
    reden: str = Field(description="Waarom het niet vanzelf een afspraak werd.")


@router.get("", operation_id="geefTerugbelverzoeken", summary="Terugbelverzoeken die op iemand wachten")
def waiting(services: OurServices, staff: Matcher) -> list[Terugbelverzoek]:
    """Die niet vanzelf bij een zaak kwamen. Koppelen gaat op de pagina."""
    requests = CallRequests(services.database, services.vault)
    return [_told(call) for call in requests.waiting([CallRequestStatus.OPEN], scope(staff, Action.MATCH_CALL))]


@router.post(
    "",
    operation_id="noteerTerugbelverzoek",
    summary="Een terugbelverzoek noteren",
    status_code=204,
    responses=also(403, 422),
)
def keep(services: OurServices, staff: Operator, new: NieuwTerugbelverzoek) -> Response:
    """Het antwoord is altijd hetzelfde, wie er ook belt: of er een zaak is, hoort de centrale niet."""
    typed = {name: text.strip() for name, text in new.model_dump(mode="json", exclude_none=True).items()}
    try:
        said, municipality = said_of({"dagdeel": "", **typed}), municipality_of(staff, typed)
        said, looked = looked_at(services, municipality, said, new.akkoord)
    except Unfinished as wrong:
        fault = Fault(plaats=f"body.{wrong.field}", reden="dit is niet goed ingevuld")
        raise not_taken_as_it_is(wrong.sentence, asked_by(wrong), fault) from None
    CallRequests(services.database, services.vault).keep(said, municipality, by=staff.staff_id, at=services.now())
    count(services, looked)
    return Response(status_code=204)


def _told(call: WaitingCall) -> Terugbelverzoek:
    return Terugbelverzoek(
        id=call.id,
        gemeente=call.municipality.text,
        achternaam=call.said.surname,
        telefoon=call.said.phone.text,
        wanneer=call.said.when,
        notitie=call.said.note,
        ontvangenOp=call.received_at,
        keren=call.calls,
        reden=call.why,
    )
