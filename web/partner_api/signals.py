"""What a partner was told of its signals, as its page shows it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from adapters.feedback_batches import FeedbackBatches
from adapters.partner_signals import PartnerSignals
from models.codes import FeedbackCode
from models.ids import BatchId
from policy.calendar import local
from policy.permissions import Action
from web.auth import NotThere, OurServices
from web.partner_api.access import Asker, asked_by
from web.partner_months import months_shown
from web.services import Services

router = APIRouter(prefix="/gemeenten/{gemeentecode}", tags=["signalen"])

Reader = Annotated[Asker, asked_by(Action.SEE_OWN_SIGNALS)]
PAGE = 500


class EigenSignaal(BaseModel):
    kenmerk: str
    ontvangenOp: date
    resultaat: FeedbackCode | None = Field(description="Leeg zolang er niets is gemeld.")
    gemeldOp: date | None


class Terugkoppeling(BaseModel):
    """Een keer dat u resultaten kreeg."""

    id: str
    gemeldOp: datetime
    signalen: int
    ontvangstGemeldOp: datetime | None


class Resultaat(BaseModel):
    kenmerk: str
    resultaat: FeedbackCode


@router.get("/signalen", summary="Eigen signalen van een maand")
def signals(
    services: OurServices,
    asker: Reader,
    maand: Annotated[str, Query(pattern=r"^\d{4}-\d{2}$", description="jjjj-mm")],
    pagina: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> list[EigenSignaal]:
    """Uw signalen van een maand, de nieuwste eerst, per 500. Een maand van langer geleden is er niet meer: van sommige
    signalen zijn de gegevens dan verwijderd."""
    window = months_shown(services, asker.partner, asker.municipality).get(maand)
    if window is None:
        raise NotThere
    view = PartnerSignals(services.database, services.vault)
    return [
        EigenSignaal(
            kenmerk=one.reference,
            ontvangenOp=local(one.received_at).date(),
            resultaat=one.told,
            gemeldOp=None if one.told_at is None else local(one.told_at).date(),
        )
        for one in view.signals(window, limit=PAGE, offset=(pagina - 1) * PAGE)
    ]


@router.get("/terugkoppelingen", summary="De keren dat u resultaten kreeg")
def batches(services: OurServices, asker: Reader) -> list[Terugkoppeling]:
    """De laatste honderd keer dat u resultaten kreeg, de nieuwste eerst."""
    return [
        Terugkoppeling(id=one.batch, gemeldOp=one.told_at, signalen=one.signals, ontvangstGemeldOp=one.received_at)
        for one in _batches(services).told([asker.municipality], partner=asker.partner)
    ]


@router.get("/terugkoppelingen/{id}", summary="De resultaten van één keer")
def batch(services: OurServices, asker: Reader, id: str) -> list[Resultaat]:
    """De resultaten van die keer, van signalen waarvan de gegevens er nog zijn."""
    batches, within = _batches(services), [asker.municipality]
    if all(one.batch != id for one in batches.told(within, partner=asker.partner)):
        raise NotThere
    return [
        Resultaat(kenmerk=reference, resultaat=code)
        for reference, code in batches.content(BatchId(id), within)
        if reference
    ]


@router.put("/terugkoppelingen/{id}/ontvangst", summary="Ontvangst melden", status_code=204)
def received(services: OurServices, asker: Reader, id: str) -> Response:
    """U hebt de resultaten. Wat u de eerste keer meldt, blijft staan."""
    if not _batches(services).receive(
        BatchId(id), by=asker.staff.staff_id, at=services.now(), within=[asker.municipality], partner=asker.partner
    ):
        raise NotThere
    return Response(status_code=204)


def _batches(services: Services) -> FeedbackBatches:
    return FeedbackBatches(services.database, services.vault)
