"""Deliveries: what came in, what became of it, and which rows could not be read."""

from datetime import datetime
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse
from temporalio.service import RPCError

from adapters.delivery_control import DeliveryControl
from adapters.refused_rows import refused_csv
from models.codes import Recurrence, RowStatus
from models.ids import DeliveryId
from observability import get_logger
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.pages.work import PageNumber
from web.queries import Delivery

router = APIRouter()
log = get_logger()

PAUSE, GO_ON = "pauze", "verder"


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
        legal_entities=found.legal_entities,
        errors=[(row.number, error["field"], error["reason"]) for row in refused.rows for error in row.errors],
        pager=rendering.pager(refused, f"/aanleveringen/{delivery_id}"),
    )


@router.get("/aanleveringen/{delivery_id}/geweigerd.csv")
def refused(
    services: OurServices, staff: Annotated[Staff, allowed(Action.IMPORT_DELIVERY)], delivery_id: str
) -> Response:
    """The rows that were refused, to be mended and sent again. Nothing of it is kept on the server."""
    within = scope(staff, Action.IMPORT_DELIVERY)
    if queries.delivery(services.database, DeliveryId(delivery_id), within) is None:
        raise NotThere
    lines = refused_csv(services.database, services.vault, DeliveryId(delivery_id))
    # With a byte order mark, by which Excel knows that it is UTF-8.
    return StreamingResponse(
        chain(["\ufeff"], lines),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="geweigerd-{delivery_id[:8]}.csv"'},
    )


@router.post("/aanleveringen/{delivery_id}/{what}")
async def steer(
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.IMPORT_DELIVERY)],
    form: CheckedForm,
    delivery_id: str,
    what: str,
) -> Response:
    """Pauses a delivery (`pauze`) or lets it go on (`verder`); pressed twice it is done once."""
    delivery = DeliveryId(delivery_id)
    found = await run_in_threadpool(queries.delivery, services.database, delivery, scope(staff, Action.IMPORT_DELIVERY))
    if found is None or what not in (PAUSE, GO_ON):
        raise NotThere
    control = DeliveryControl(services.database)
    if what == PAUSE:
        await run_in_threadpool(lambda: control.pause(delivery, by=staff.staff_id, at=services.now()))
    elif await run_in_threadpool(control.resume, delivery):
        try:
            await services.deliveries.look_again(delivery)
        except RPCError as error:
            # The workflow looks again by itself within ten minutes.
            log.warning("delivery.not_told", delivery_id=delivery, error=error)
    return RedirectResponse(f"/aanleveringen/{delivery_id}", 303)


def _line(delivery: Delivery, now: datetime) -> dict[str, object]:
    finished, paused = delivery.row.finished_at, delivery.row.paused_at
    waiting = delivery.counts.get(RowStatus.STORED, 0)
    return {
        "id": delivery.row.id,
        "partner": delivery.partner,
        "municipality": delivery.municipality,
        "received": words.moment(delivery.row.received_at, now=now),
        "finished": words.moment(finished, now=now) if finished else "",
        "paused": words.moment(paused, now=now) if paused else "",
        "done": delivery.rows - waiting,
        "rows": delivery.rows,
        "counts": {status: delivery.counts.get(status, 0) for status in RowStatus},
    }
