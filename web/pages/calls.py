"""Calling one resident after another: who is next, one screen for each call, and who has which case."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.at_work import CasesAtWork
from models.case import CaseState
from models.codes import REACHED
from models.commands import LogCall
from models.ids import CaseId, PersonId
from policy.permissions import Action, Staff
from web import pressing, queries, rendering, words, work_queries
from web.auth import CheckedForm, OurServices, allowed, allowed_case
from web.call_view import RENEWED_EVERY, call_view, first_to_call, reader_of
from web.case_forms import Refusal
from web.language import said
from web.pages.case import same_person
from web.pressing import NotTaken, shown_person, typed_in
from web.services import Services

router = APIRouter()

Caller = Annotated[Staff, allowed(Action.WORK_ON_CASE)]
CalledCase = Annotated[CaseState, allowed_case(Action.WORK_ON_CASE)]
PersonAsked = Annotated[str, Query(alias="persoon")]
Passed = Annotated[str, Query(description="Cases that the caller passed over, with commas between.")]
MOST_PASSED = 20
"""More than that come back: their ids stand in the address."""


@router.get("/bellen")
def next_call(
    request: Request,
    services: OurServices,
    staff: Caller,
    after: Annotated[str, Query(alias="na")] = "",
    over: Passed = "",
) -> Response:
    """On to whoever is to be called first. `after`: the case that was called about just now; `over`: those that were
    passed over."""
    first = first_to_call(services, staff, without={*_passed(over), CaseId(after)})
    done = {"vastgelegd": "ja"} if after else {}
    if first is not None:
        case, person = first
        return _to(f"/bellen/{case}", persoon=person, over=over, **done)
    reader, now = reader_of(services, staff), services.now()
    later = work_queries.next_call_from(services.database, reader, now=now)
    return rendering.page(
        request,
        "no_call.html",
        staff,
        done=bool(after),
        passed=bool(_passed(over)),
        later="" if later is None else words.moment(later, now=now),
    )


@router.get("/bellen/{case_id}")
def call_page(
    request: Request,
    services: OurServices,
    staff: Caller,
    state: CalledCase,
    person: PersonAsked = "",
    done: Annotated[str, Query(alias="vastgelegd")] = "",
    over: Passed = "",
) -> Response:
    return _show(request, services, staff, state, shown_person(state, person), done=bool(done), over=over)


@router.post("/bellen/{case_id}")
async def call_made(
    request: Request, services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm
) -> Response:
    """Records the call; then on to the next, or to the case when there was a conversation."""
    typed = typed_in(form) | {"kind": "log_call"}
    shown = shown_person(state, typed.get("shown", ""))
    try:
        sent = await pressing.press(services, state, staff, typed)
    except NotTaken as not_taken:
        return await run_in_threadpool(
            _show,
            request,
            services,
            staff,
            state,
            shown,
            refusal=not_taken.refusal,
            status=422,
            over=typed.get("over", ""),
        )
    if not sent.recorded:
        return RedirectResponse(
            f"/zaak/{state.case_id}/opdracht/{sent.command_id}{same_person(state, shown, '?')}", 303
        )
    if isinstance(sent.command, LogCall) and sent.command.result in REACHED:
        await pressing.keep(services, state, staff, sent.command)
        return RedirectResponse(
            f"/zaak/{state.case_id}?vastgelegd=log_call&verder=bellen{same_person(state, shown, '&')}", 303
        )
    await run_in_threadpool(CasesAtWork(services.database).stop, state.case_id, staff.staff_id)
    return _to("/bellen", na=state.case_id, over=typed.get("over", ""))


@router.post("/bellen/{case_id}/overslaan")
def pass_over(services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm) -> Response:
    """Not now: colleagues may have the case, and somebody else is next."""
    CasesAtWork(services.database).stop(state.case_id, staff.staff_id)
    return _to("/bellen", over=",".join([*_passed(str(form.get("over", ""))), state.case_id][-MOST_PASSED:]))


@router.post("/bellen/{case_id}/overnemen")
def take_over(services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm) -> Response:
    """The case is before this member of staff from now on; a colleague who had it hears so."""
    CasesAtWork(services.database).take_over(state.case_id, staff.staff_id, now=services.now())
    shown = shown_person(state, str(form.get("shown", "")))
    page = "zaak" if form.get("naar") == "zaak" else "bellen"
    return RedirectResponse(f"/{page}/{state.case_id}?persoon={shown}", 303)


@router.post("/bellen/{case_id}/bezig")
def still_at_work(services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm) -> Response:
    """An open page says that it still is. The answer says when it should not be: a colleague took the case over, or
    something was recorded meanwhile."""
    now, cases = services.now(), CasesAtWork(services.database)
    at_work = cases.renew(state.case_id, staff.staff_id, now=now)
    if at_work is not None and at_work.staff != staff.staff_id:
        name = queries.staff_names(services.database, [at_work.staff]).get(at_work.staff) or said("Een collega")
        text = "{name} nam deze zaak over om {clock}. Wat u typt, blijft staan."
        return _told(said(text, name=name, clock=words.clock(at_work.since)))
    if str(form.get("sequence", "")) != str(state.sequence):
        return _told(said("Over deze zaak is intussen iets vastgelegd. Laad de pagina opnieuw voor u belt."))
    if at_work is None:
        cases.begin(state.case_id, staff.staff_id, now=now)
    return Response(status_code=204)


def _told(sentence: str) -> Response:
    return JSONResponse({"sentence": sentence})


def _passed(over: str) -> tuple[CaseId, ...]:
    return tuple(CaseId(case) for case in over.split(",") if case)


def _to(path: str, **asked: str) -> Response:
    """On to a page, with what was asked of it; ids only."""
    named = urlencode({name: value for name, value in asked.items() if value}, safe=",")
    return RedirectResponse(f"{path}?{named}" if named else path, 303)


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    state: CaseState,
    person: PersonId,
    *,
    refusal: Refusal | None = None,
    done: bool = False,
    over: str = "",
    status: int = 200,
) -> HTMLResponse:
    view = call_view(services, state, staff, person, refusal=refusal)
    return rendering.page(
        request,
        "call.html",
        staff,
        status=status,
        call=view,
        case=view.case,
        done=done,
        over=over,
        every_seconds=int(RENEWED_EVERY.total_seconds()),
    )
