"""The work list, and how much lies where."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from models.codes import Daypart, TaskKind
from policy.permissions import Action, Staff
from web import work_queries
from web.asked_work import read_asked
from web.auth import OurServices
from web.pages.work import work_lines
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import PageAsked, Paged, Shape, numbers
from web.work_queries import Whose

router = APIRouter(tags=["werk"], dependencies=KNOWN)

Worker = Annotated[Staff, asked(Action.SEE_WORK_LIST)]


class Taak(Shape):
    """Iets dat iemand moet doen, in de volgorde van de werkvoorraad."""

    zaakId: str
    persoonId: str = Field(description="Over wie in de zaak de taak gaat.")
    inwoner: str = Field(description="De naam, of '(verwijderd)'.", examples=["A.B. van den Beemd"])
    soort: TaskKind
    titel: str = Field(examples=["Bellen"])
    reden: str
    dagdeel: Daypart | None
    opentOp: datetime = Field(description="Vanaf wanneer de taak gedaan kan worden.")
    uiterlijkOp: datetime
    wanneer: str = Field(description="Het moment dat de pagina toont.", examples=["vandaag 17:00"])
    nadruk: str = Field(description="'te laat', 'vastgelopen', 'gaat voor' of leeg.", examples=["te laat"])
    werkbakje: str
    behandelaarId: str | None
    behandelaar: str = Field(description="Wie, of welk werkbakje, in woorden.", examples=["u"])


class Taken(Paged):
    taken: list[Taak]


class Werkbakje(Shape):
    """Een deel van de werkvoorraad."""

    code: str = Field(examples=["team"])
    naam: str = Field(examples=["Hele team"])
    open: int = Field(description="Hoeveel taken daarvan nu gedaan kunnen worden; 1001 voor meer dan 1000.")


_OF_PEOPLE = {Whose.MINE: "Van mij", Whose.TEAM: "Hele team"}


@router.get("/taken", operation_id="geefTaken", summary="De werkvoorraad")
def tasks(
    services: OurServices,
    staff: Worker,
    whose: Annotated[
        str, Query(alias="werkbakje", max_length=80, description="mij, team, of de code van een werkbakje.")
    ] = Whose.TEAM,
    number: PageAsked = 1,
) -> Taken:
    """Per vijftig, in de volgorde waarin het werk gedaan wordt: wat voorgaat, wat te laat is, dan op voorrang en
    moment; daarna wat later open gaat."""
    found, lines = work_lines(services, read_asked(services, staff, {"wie": whose}, now=services.now()), number)
    return Taken(
        taken=[
            Taak(
                zaakId=line.case_id,
                persoonId=line.person_id,
                inwoner=line.who,
                soort=TaskKind(work.task.kind),
                titel=line.what,
                reden=line.why,
                dagdeel=Daypart(work.task.daypart) if work.task.daypart else None,
                opentOp=work.task.opens_at,
                uiterlijkOp=work.task.due_at,
                wanneer=line.when,
                nadruk=line.mark,
                werkbakje=work.task.queue,
                behandelaarId=work.task.owner,
                behandelaar=line.owner,
            )
            for work, line in zip(found.rows, lines, strict=True)
        ],
        **numbers(found),
    )


@router.get("/werkbakjes", operation_id="geefWerkbakjes", summary="Hoeveel werk waar ligt")
def queues(services: OurServices, staff: Worker) -> list[Werkbakje]:
    """Uw eigen werk, dat van het team, en wat in elk werkbakje nog van niemand is."""
    part = read_asked(services, staff, {"wie": Whose.TEAM}, now=services.now())
    counts = work_queries.work_counts(services.database, part.reader, part.filters, now=services.now())
    parts = [*_OF_PEOPLE.items(), *part.queues.items()]
    return [Werkbakje(code=str(part), naam=name, open=counts.get(part, 0)) for part, name in parts]
