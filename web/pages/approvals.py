"""What waits for a second person, and that person's yes or no."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from policy.permissions import Action, Staff
from web import approvals, bulk, rendering, work_queries
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.forms.fields import INCOMPLETE, Unfinished
from web.forms.reading import uuid_of
from web.forms.table import FORMS
from web.language import said
from web.pages.together import show_ended
from web.pages.work import PageNumber
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.WORK_ON_CASE)]


@router.get("/goedkeuren")
def open_proposals(request: Request, services: OurServices, staff: Worker, number: PageNumber = 1) -> Response:
    return _show(request, services, staff, number=number)


@router.post("/goedkeuren/{key}")
async def decide(request: Request, services: OurServices, staff: Worker, form: CheckedForm, key: str) -> Response:
    """Agrees, or does not, to everything of a batch that somebody else proposed."""
    within = scope(staff, Action.WORK_ON_CASE)
    batch = await run_in_threadpool(work_queries.batch, services.database, within, key)
    if batch is None:
        return await run_in_threadpool(
            _show, request, services, staff, refused=(key, said("Dit voorstel is al afgehandeld.")), status=409
        )
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    note = typed.get("note", "").strip()
    try:
        press, agreed = uuid_of(typed, "press_id"), _agreed(typed.get("agreed", ""), note)
    except Unfinished as unfinished:
        return await run_in_threadpool(
            _show, request, services, staff, refused=(key, unfinished.sentence), note=note, status=422
        )
    orders = await run_in_threadpool(approvals.decisions, services, staff, batch, agreed=agreed, note=note, press=press)
    if not orders:
        raise NotThere
    ended = await bulk.press_all(services, orders)
    return await run_in_threadpool(show_ended, request, services, staff, said(FORMS["approve"].title), ended)


def _agreed(text: str, note: str) -> bool:
    if text not in ("ja", "nee"):
        raise Unfinished("agreed", INCOMPLETE)
    if text == "nee" and not note:
        raise Unfinished("note", FORMS["approve"].note.missing)
    return text == "ja"


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    *,
    number: int = 1,
    refused: tuple[str, str] = ("", ""),
    note: str = "",
    status: int = 200,
) -> HTMLResponse:
    found = work_queries.batches(services.database, scope(staff, Action.WORK_ON_CASE), page=number)
    now = services.now()
    shown = [approvals.waiting(services, staff, batch, now=now) for batch in found.rows]
    key, sentence = refused
    return rendering.page(
        request,
        "approvals.html",
        staff,
        status=status,
        proposals=[each for each in shown if each is not None],
        refused_key=key,
        sentence=sentence,
        note=note,
        pager=rendering.pager(found, "/goedkeuren"),
    )
