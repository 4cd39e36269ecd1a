"""Calling one resident after another: who is next, one screen for each call, and who has which case."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from adapters.at_work import CasesAtWork
from models.case import CaseState
from models.codes import AttemptResult, Phase
from models.commands import ClaimCase, LogCall
from models.ids import CaseId, CommandId, PersonId, derived
from policy.permissions import Action, Staff
from web import pressing, queries, rendering, words, work_queries
from web.auth import CheckedForm, OurServices, allowed, allowed_case
from web.call_view import RENEWED_EVERY, call_view, person_of, reader_of, waiting_calls
from web.case_forms import Refusal
from web.pages.case import same_person
from web.pressing import NotTaken, shown_person, typed_in
from web.services import Services

router = APIRouter()

Caller = Annotated[Staff, allowed(Action.WORK_ON_CASE)]
CalledCase = Annotated[CaseState, allowed_case(Action.WORK_ON_CASE)]
PersonAsked = Annotated[str, Query(alias="persoon")]
_SPOKEN = frozenset({AttemptResult.CONVERSATION, AttemptResult.SAYS_PAID, AttemptResult.WANTS_NO_HELP})


@router.get("/bellen")
def next_call(
    request: Request, services: OurServices, staff: Caller, after: Annotated[str, Query(alias="na")] = ""
) -> Response:
    """On to whoever is to be called first. `after`: the case that was called about just now."""
    found = waiting_calls(services, staff, without=CaseId(after))
    if found:
        person = person_of(found[0], services.case_store.load(CaseId(found[0].case_id)))
        done = "&vastgelegd=ja" if after else ""
        return RedirectResponse(f"/bellen/{found[0].case_id}?persoon={person}{done}", 303)
    reader, now = reader_of(services, staff), services.now()
    later = work_queries.next_call_from(services.database, reader, now=now)
    return rendering.page(
        request,
        "no_call.html",
        staff,
        done=bool(after),
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
) -> Response:
    return _show(request, services, staff, state, shown_person(state, person), done=bool(done))


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
            _show, request, services, staff, state, shown, refusal=not_taken.refusal, status=422
        )
    if not sent.recorded:
        return RedirectResponse(
            f"/zaak/{state.case_id}/opdracht/{sent.command_id}{same_person(state, shown, '?')}", 303
        )
    if isinstance(sent.command, LogCall) and sent.command.result in _SPOKEN:
        await _keep(services, staff, state, sent.command)
        return RedirectResponse(
            f"/zaak/{state.case_id}?vastgelegd=log_call&verder=bellen{same_person(state, shown, '&')}", 303
        )
    await run_in_threadpool(CasesAtWork(services.database).stop, state.case_id, staff.staff_id)
    return RedirectResponse(f"/bellen?na={state.case_id}", 303)


@router.post("/bellen/{case_id}/overnemen")
def take_over(services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm) -> Response:
    """The case is before this member of staff from now on; a colleague who had it hears so."""
    CasesAtWork(services.database).take_over(state.case_id, staff.staff_id, now=services.now())
    shown = shown_person(state, str(form.get("shown", "")))
    return RedirectResponse(f"/bellen/{state.case_id}?persoon={shown}", 303)


@router.post("/bellen/{case_id}/bezig")
def still_at_work(services: OurServices, staff: Caller, state: CalledCase, form: CheckedForm) -> Response:
    """An open page says that it still is; the answer names a colleague who took the case over meanwhile."""
    now = services.now()
    at_work = CasesAtWork(services.database).begin(state.case_id, staff.staff_id, now=now)
    if at_work.staff == staff.staff_id:
        return Response(status_code=204)
    names = queries.staff_names(services.database, [at_work.staff])
    name = names.get(at_work.staff, "Een collega")
    return JSONResponse(
        {"sentence": f"{name} nam deze zaak over om {words.clock(at_work.since)}. Wat u typt, blijft staan."}
    )


async def _keep(services: Services, staff: Staff, state: CaseState, call: LogCall) -> None:
    """Whoever spoke with the resident of a case that is nobody's goes on with it."""
    if state.owner is not None or state.phase is Phase.CLOSED:
        return
    claim = ClaimCase(command_id=CommandId(derived("claim", call.command_id)), by=staff.staff_id, role=staff.role)
    await services.desk.press(state.case_id, claim, at=services.now())


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    state: CaseState,
    person: PersonId,
    *,
    refusal: Refusal | None = None,
    done: bool = False,
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
        every_seconds=int(RENEWED_EVERY.total_seconds()),
    )
