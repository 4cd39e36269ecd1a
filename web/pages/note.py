"""What stands in a note is looked at while it is typed. Nothing of it is kept."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from policy.note_check import doubt_about
from policy.permissions import Action, Staff
from web.auth import CheckedForm, OurServices, allowed, scope
from web.forms.form import NOTE_LIMIT
from web.note_doubts import sentences, words_of
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.SEE_CASE)]
Operator = Annotated[Staff, allowed(Action.TAKE_CALL)]


@router.post("/toelichting")
def look(services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    """What may not belong in it, for any municipality that this person works for; the press asks that of the case."""
    return _told(services, staff, Action.SEE_CASE, str(form.get("tekst", "")))


@router.post("/terugbelverzoek/nakijken")
def look_at_request(services: OurServices, staff: Operator, form: CheckedForm) -> Response:
    return _told(services, staff, Action.TAKE_CALL, str(form.get("tekst", "")))


def _told(services: Services, staff: Staff, action: Action, text: str) -> Response:
    known = words_of(services, scope(staff, action))
    return JSONResponse({"sentences": sentences(doubt_about(text[:NOTE_LIMIT], known))})
