"""Somebody calls back and says who they are. It is posted, as no address may hold what they say."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from policy.permissions import Action, Staff
from web.auth import OurServices
from web.forms.fields import Unfinished
from web.problems import Fault, Problem, also
from web.searching import Hit, asked_of, searched
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import Shape

router = APIRouter(tags=["zaken"], dependencies=KNOWN)

Searcher = Annotated[Staff, asked(Action.SEE_CASE)]
_LONGEST = 200


class Zoekvraag(Shape):
    """Ten minste twee van de vier."""

    achternaam: str = Field(default="", max_length=_LONGEST, examples=["Beemd"])
    straat: str = Field(default="", max_length=_LONGEST, description="Zonder huisnummer.", examples=["Zonnelaan"])
    geboortedatum: str = Field(default="", max_length=10, description="jjjj-mm-dd", examples=[""])
    telefoon: str = Field(
        default="", max_length=_LONGEST, description="Ten minste de laatste zes cijfers.", examples=[""]
    )


class GevondenZaak(Shape):
    zaakId: str
    persoonId: str
    naam: str = Field(examples=["A.B. van den Beemd"])
    adres: str = Field(description="Straat en huisnummer, of 'geheim'.", examples=["Zonnelaan 12 A"])
    geboortejaar: str = Field(examples=["1991"])
    fase: str
    gesloten: bool
    behandelaar: str
    volgendeStap: str
    wanneer: str


@router.post(
    "/zoekvragen",
    operation_id="zoekZaken",
    summary="Zaken zoeken bij wie belt",
    status_code=200,
    responses=also(403, 422),
)
def search(services: OurServices, staff: Searcher, said: Zoekvraag) -> list[GevondenZaak]:
    """Ten hoogste twintig zaken, ook gesloten en van collega's. Dat u zocht wordt bewaard, wat u invulde niet."""
    try:
        hits = searched(services, staff, asked_of({name: text.strip() for name, text in said.model_dump().items()}))
    except Unfinished as wrong:
        fault = Fault(plaats=f"body.{wrong.field}", reden="dit is te weinig of niet te lezen")
        raise Problem(422, wrong.sentence, [fault]) from None
    return [_told(hit) for hit in hits]


def _told(hit: Hit) -> GevondenZaak:
    return GevondenZaak(
        zaakId=hit.case_id,
        persoonId=hit.person_id,
        naam=hit.name,
        adres=hit.address,
        geboortejaar=hit.born,
        fase=hit.phase,
        gesloten=hit.closed,
        behandelaar=hit.owner,
        volgendeStap=hit.next,
        wanneer=hit.when,
    )
