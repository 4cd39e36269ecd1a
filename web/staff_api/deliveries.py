"""Deliveries: what came in, and how far each is."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from models.codes import RowStatus
from models.ids import DeliveryId
from policy.permissions import Action, Staff
from web import labels, queries
from web.auth import NotThere, OurServices, scope
from web.queries import Delivery
from web.staff_api.access import KNOWN, asked
from web.staff_api.parts import PageAsked, Paged, Shape, numbers

router = APIRouter(prefix="/aanleveringen", tags=["aanleveringen"], dependencies=KNOWN)

Reader = Annotated[Staff, asked(Action.IMPORT_DELIVERY)]


class Regels(Shape):
    stand: RowStatus
    naam: str
    aantal: int


class Aanlevering(Shape):
    id: str
    partner: str = Field(examples=["Woonstee Zonnedijk"])
    gemeente: str = Field(examples=["Zonnedijk"])
    ontvangenOp: datetime
    klaarOp: datetime | None
    gepauzeerdOp: datetime | None
    regels: int
    verwerkt: int
    perStand: list[Regels]


class Aanleveringen(Paged):
    aanleveringen: list[Aanlevering]


@router.get("", operation_id="geefAanleveringen", summary="De aanleveringen van partners")
def deliveries(services: OurServices, staff: Reader, number: PageAsked = 1) -> Aanleveringen:
    """Per vijftig, de nieuwste eerst."""
    found = queries.deliveries(services.database, scope(staff, Action.IMPORT_DELIVERY), page=number)
    return Aanleveringen(aanleveringen=[_told(delivery) for delivery in found.rows], **numbers(found))


@router.get("/{aanleveringId}", operation_id="geefAanlevering", summary="Hoe ver een aanlevering is")
def delivery(
    services: OurServices,
    staff: Reader,
    delivery_id: Annotated[str, Path(alias="aanleveringId", description="Het id van de aanlevering.")],
) -> Aanlevering:
    """Met hoeveel regels er in welke stand zijn."""
    found = queries.delivery(services.database, DeliveryId(delivery_id), scope(staff, Action.IMPORT_DELIVERY))
    if found is None:
        raise NotThere
    return _told(found)


def _told(found: Delivery) -> Aanlevering:
    return Aanlevering(
        id=found.row.id,
        partner=found.partner,
        gemeente=found.municipality,
        ontvangenOp=found.row.received_at,
        klaarOp=found.row.finished_at,
        gepauzeerdOp=found.row.paused_at,
        regels=found.rows,
        verwerkt=found.rows - found.counts.get(RowStatus.STORED, 0),
        perStand=[
            Regels(stand=status, naam=labels.label(status), aantal=found.counts.get(status, 0)) for status in RowStatus
        ],
    )
