"""Stalled cases: why they stand still, since when, and whose they are."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from adapters.supervision import StalledWhich
from models.case import CaseState
from models.codes import StallCause
from models.tables import CaseRow
from policy.next_step import stall_of
from policy.permissions import Action, Staff
from web import labels, queries
from web.auth import OurServices, scope
from web.people import name_of, residents
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import PageAsked, Paged, Shape, numbers

router = APIRouter(prefix="/vastgelopen-zaken", tags=["leiding"], dependencies=KNOWN)

Reader = Annotated[Staff, asked(Action.SEE_STALLED)]


class VastgelopenZaak(Shape):
    zaakId: str
    inwoner: str
    oorzaak: StallCause | None
    oorzaakNaam: str
    sinds: datetime | None
    ligtBij: str = Field(description="Wie er nu naar moet kijken.")
    behandelaarId: str | None
    werkbakje: str | None


class Oorzaak(Shape):
    oorzaak: StallCause
    naam: str
    aantal: int
    oudsteSinds: datetime


class VastgelopenZaken(Paged):
    oorzaken: list[Oorzaak]
    zaken: list[VastgelopenZaak]


@router.get("", operation_id="geefVastgelopenZaken", summary="Zaken die stilstaan")
def stalled(
    services: OurServices,
    staff: Reader,
    cause: Annotated[StallCause | None, Query(alias="oorzaak")] = None,
    number: PageAsked = 1,
) -> VastgelopenZaken:
    """Per vijftig, de langst vastgelopen zaak eerst; met per oorzaak hoeveel het er zijn."""
    found = queries.stalled(
        services.database,
        scope(staff, Action.SEE_STALLED),
        StalledWhich(cause=cause),
        now=services.now(),
        page=number,
    )
    seen = [(row, CaseState.model_validate(row.state)) for row in found.cases.rows]
    people = residents(services, [state.resident for _, state in seen])
    return VastgelopenZaken(
        oorzaken=[
            Oorzaak(oorzaak=each, naam=labels.label(each), aantal=total, oudsteSinds=oldest)
            for each, total, oldest in found.causes
        ],
        zaken=[_told(row, state, name_of(people, state.resident)) for row, state in seen],
        **numbers(found.cases),
    )


def _told(row: CaseRow, state: CaseState, who: str) -> VastgelopenZaak:
    stall, cause = stall_of(state), StallCause(row.stall_cause) if row.stall_cause else None
    return VastgelopenZaak(
        zaakId=row.id,
        inwoner=who,
        oorzaak=cause,
        oorzaakNaam=labels.label(cause) if cause is not None else "",
        sinds=row.stalled_since,
        ligtBij=labels.label(stall.rung) if stall is not None else "",
        behandelaarId=row.owner,
        werkbakje=row.queue,
    )
