"""Figures of a municipality, with the small counts hidden."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from adapters.monitor import figures, judged, open_now
from policy.figure_tables import Line, Table
from policy.permissions import Action, Staff
from web.auth import NotThere, OurServices
from web.pages.figures import asked_of
from web.quarters import NoSuchQuarter
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import Shape

router = APIRouter(prefix="/cijfers", tags=["leiding"], dependencies=KNOWN)

Reader = Annotated[Staff, asked(Action.SEE_FIGURES)]


class Cijferregel(Shape):
    naam: str
    aantallen: list[int | None] = Field(description="Per kolom; leeg waar het aantal te klein is om te noemen.")


class Cijfertabel(Shape):
    titel: str
    eenheid: str
    omschrijving: str
    periode: str
    kolommen: list[str]
    regels: list[Cijferregel]
    totaal: Cijferregel | None


class Cijfers(Shape):
    gemeente: str = Field(examples=["9901"])
    kwartaal: str = Field(examples=["2027-2"])
    openZaken: Cijfertabel
    tabellen: list[Cijfertabel]


@router.get("", operation_id="geefCijfers", summary="De cijfers van een kwartaal")
def shown(
    services: OurServices,
    staff: Reader,
    municipality: Annotated[str, Query(alias="gemeente", max_length=4, description="Leeg: uw eerste gemeente.")] = "",
    quarter: Annotated[str, Query(alias="kwartaal", max_length=6, description="jjjj-n; leeg: dit kwartaal.")] = "",
) -> Cijfers:
    """Wat de pagina met cijfers toont. Een kwartaal dat nog moet komen, is er niet."""
    try:
        town, when = asked_of(services, staff, municipality, quarter)
    except NoSuchQuarter:
        raise NotThere from None
    tables = [
        *figures(services.database, town, when, least=services.policies.least(town)),
        judged(services.database, services.policies, town, when),
    ]
    return Cijfers(
        gemeente=town.text,
        kwartaal=str(when),
        openZaken=_table(open_now(services.database, town, at=services.now(), least=services.policies.least(town))),
        tabellen=[_table(table) for table in tables],
    )


def _table(table: Table) -> Cijfertabel:
    return Cijfertabel(
        titel=table.title,
        eenheid=table.unit,
        omschrijving=table.definition,
        periode=table.period,
        kolommen=list(table.columns),
        regels=[_line(line) for line in table.lines],
        totaal=None if table.total is None else _line(table.total),
    )


def _line(line: Line) -> Cijferregel:
    return Cijferregel(naam=line.name, aantallen=list(line.counts))
