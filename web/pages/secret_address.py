"""To see a secret address: who says why sees it, on the answer alone, and that they saw it is kept."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.address_looks import AddressLooks, Look
from models.case import CaseState
from models.codes import LookReason
from policy.permissions import Action, Staff
from web.addresses import is_secret, may_look
from web.auth import CheckedForm, NotThere, OurServices, allowed, allowed_case
from web.pages.case import show
from web.pressing import shown_person

router = APIRouter()


@router.post("/zaak/{case_id}/adres")
async def look(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_CASE)],
    state: Annotated[CaseState, allowed_case(Action.SEE_CASE)],
    form: CheckedForm,
) -> Response:
    """The page of the case with the address on it. Without a reason it asks for one, and shows nothing."""
    if not may_look(state, staff):
        raise NotThere
    person = shown_person(state, str(form.get("shown", "")))
    if not is_secret(state):
        return RedirectResponse(f"/zaak/{state.case_id}", 303)
    try:
        reason = LookReason(str(form.get("reason", "")))
    except ValueError:
        return await run_in_threadpool(show, request, state, staff, person=person, look_refused=True, status=422)
    seen = Look(staff.staff_id, services.now(), reason)
    request.state.look_reason = reason
    await run_in_threadpool(AddressLooks(services.database).record, state.case_id, person, seen)
    return await run_in_threadpool(show, request, state, staff, person=person, looked=True)
