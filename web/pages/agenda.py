"""One's callbacks in one's own calendar: an address that says when, and never whom."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.calendar_feed import CalendarFeeds
from policy.permissions import Action, Staff
from web import rendering
from web.auth import CheckedForm, NotThere, OurServices, allowed, public

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.SEE_WORK_LIST)]
HERE = "/agenda"


@router.get(HERE)
def my_agenda(request: Request, services: OurServices, staff: Worker) -> Response:
    has_one = CalendarFeeds(services.database).has_one(staff.staff_id)
    return rendering.page(request, "agenda.html", staff, has_one=has_one, feed="")


@router.post(HERE)
async def renew(request: Request, services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    """A new address, shown this once."""
    token = await run_in_threadpool(CalendarFeeds(services.database).renew, staff.staff_id, at=services.now())
    address = f"{_here(request)}{HERE}/{token}.ics"
    return await run_in_threadpool(rendering.page, request, "agenda.html", staff, has_one=True, feed=address)


@router.post(HERE + "/stoppen")
async def stop(services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    await run_in_threadpool(CalendarFeeds(services.database).stop, staff.staff_id)
    return RedirectResponse(HERE, 303)


@router.get(HERE + "/{token}.ics", dependencies=[Depends(public)])
def calendar(request: Request, services: OurServices, token: str) -> Response:
    """What a calendar program reads: no session, and nothing about anybody."""
    text = CalendarFeeds(services.database).read(token, now=services.now(), address=_here(request))
    if text is None:
        raise NotThere
    return Response(text, media_type="text/calendar; charset=utf-8")


def _here(request: Request) -> str:
    return str(request.base_url).rstrip("/")
