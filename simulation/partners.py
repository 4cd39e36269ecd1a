"""The partners' desks: each keeps the feedback that it gets, once for each batch."""

from typing import Annotated

from fastapi import APIRouter, Header, HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from models.codes import Party
from simulation import pages
from simulation.faults import Faults
from simulation.store import Batch, FeedbackItem, WorldStore


def router(store: WorldStore, faults: Faults) -> APIRouter:
    """`PUT /partners/{partner}/terugkoppelingen/{batch}`, and a page to see what a partner has."""
    routes = APIRouter(prefix="/partners")

    @routes.put("/{partner}/terugkoppelingen/{batch}", status_code=204)
    async def deliver(partner: str, batch: str, items: list[FeedbackItem]) -> None:
        await faults.gate(Party.PARTNERS)
        offered = Batch(partner=partner, batch=batch, items=tuple(items))
        kept = store.offer_batch(offered)
        faults.after(Party.PARTNERS)
        if kept.items != offered.items:
            raise HTTPException(409, "Deze zending is al ontvangen, met een andere inhoud.")

    @routes.get("/{partner}/terugkoppelingen")
    async def show(partner: str, accept: Annotated[str, Header()] = "") -> Response:
        batches = store.batches(partner)
        if pages.wants_json(accept):
            return JSONResponse([batch.model_dump(mode="json") for batch in batches])
        return HTMLResponse(_page(partner, batches))

    @routes.get("")
    async def everyone() -> HTMLResponse:
        links = [pages.link(f"/partners/{partner}/terugkoppelingen", partner) for partner in store.partners()]
        return HTMLResponse(pages.page("Terugkoppelingen per signaalpartner", pages.bullets(links)))

    return routes


def _page(partner: str, batches: list[Batch]) -> str:
    parts = [
        pages.heading(f"Zending {number}")
        + pages.table(("Kenmerk", "Resultaat"), [(item.kenmerk, item.resultaat) for item in batch.items])
        for number, batch in enumerate(batches, start=1)
    ]
    return pages.page(f"Terugkoppelingen aan {partner}", "".join(parts) or pages.nothing("Nog niets ontvangen."))
