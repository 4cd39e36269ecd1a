"""To ask the partner of a signal what is owed now."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.amount_questions import AmountQuestions, Asking
from models.case import CaseState
from models.ids import SignalId
from policy.amount_question import may_ask_about
from policy.permissions import Action, Staff
from web.auth import CheckedForm, NotThere, OurServices, allowed, allowed_case
from web.case_forms import Refusal
from web.explained_case import AMOUNTS
from web.language import said
from web.pages.case import ASKED, same_person, show
from web.pressing import shown_person

router = APIRouter()


@router.post("/zaak/{case_id}/bedrag")
async def ask(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.WORK_ON_CASE)],
    state: Annotated[CaseState, allowed_case(Action.WORK_ON_CASE)],
    form: CheckedForm,
) -> Response:
    """Puts the question on the partner's list; pressed twice it stands there once. When it was asked or answered
    lately, the page says so first and asks whether it must be asked all the same."""
    signal, shown = SignalId(str(form.get("signal", ""))), shown_person(state, str(form.get("shown", "")))
    if state.signal(signal) is None:
        raise NotThere
    questions = AmountQuestions(services.database, services.vault)
    again = _moment(str(form.get("again", "")))
    became = await run_in_threadpool(
        lambda: questions.ask(state.case_id, signal, by=staff.staff_id, at=services.now(), again=again)
    )
    match became:
        case Asking.ASKED | Asking.OPEN:
            return RedirectResponse(
                f"/zaak/{state.case_id}?vastgelegd={ASKED}{same_person(state, shown, '&')}#signalen", 303
            )
        case Asking.LATELY:
            return await run_in_threadpool(show, request, state, staff, person=shown, ask_again=signal)
        case Asking.NOT_NOW:
            now = await run_in_threadpool(services.case_store.load, state.case_id)
            refusal = Refusal(ASKED, said(AMOUNTS[may_ask_about(now, signal)]), {})
            return await run_in_threadpool(show, request, now, staff, person=shown, refusal=refusal, status=422)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
