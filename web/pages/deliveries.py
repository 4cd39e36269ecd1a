"""Deliveries: what came in, what became of it, and which rows could not be read."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.codes import Recurrence, RowStatus
from models.ids import DeliveryId
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.pages.work import PageNumber
from web.queries import Delivery

router = APIRouter()


@router.get("/aanleveringen")
def deliveries(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.IMPORT_DELIVERY)],
    number: PageNumber = 1,
) -> Response:
    within, now = scope(staff, Action.IMPORT_DELIVERY), services.now()
    found = queries.deliveries(services.database, within, page=number)
    return rendering.page(
        request,
        "deliveries.html",
        staff,
        statuses=[(status, labels.label(status)) for status in RowStatus],
        lines=[_line(delivery, now) for delivery in found.rows],
        pager=rendering.pager(found, "/aanleveringen"),
    )


@router.get("/aanleveringen/{delivery_id}")
def delivery(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.IMPORT_DELIVERY)],
    delivery_id: str,
    number: PageNumber = 1,
) -> Response:
    within = scope(staff, Action.IMPORT_DELIVERY)
    found = queries.delivery(services.database, DeliveryId(delivery_id), within)
    if found is None:
        raise NotThere
    refused = queries.refused_rows(services.database, DeliveryId(delivery_id), page=number)
    return rendering.page(
        request,
        "delivery.html",
        staff,
        statuses=[(status, labels.label(status)) for status in RowStatus],
        line=_line(found, services.now()),
        recurrences=[(labels.label(recurrence), found.recurrences[recurrence]) for recurrence in Recurrence],
        errors=[(row.number, error["field"], error["reason"]) for row in refused.rows for error in row.errors],
        pager=rendering.pager(refused, f"/aanleveringen/{delivery_id}"),
    )


def _line(delivery: Delivery, now: datetime) -> dict[str, object]:
    finished = delivery.row.finished_at
    return {
        "id": delivery.row.id,
        "partner": delivery.partner,
        "municipality": delivery.municipality,
        "received": words.moment(delivery.row.received_at, now=now),
        "finished": words.moment(finished, now=now) if finished else "",
        "rows": delivery.rows,
        "counts": {status: delivery.counts.get(status, 0) for status in RowStatus},
    }
