"""Many cases at once: what was ticked on the work list, looked at once more, and then done for each."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from adapters.command_desk import Answer
from models.ids import BatchId
from policy.permissions import Action, Staff
from web import bulk, labels, rendering
from web.auth import CheckedForm, NotThere, OurServices, allowed
from web.bulk import Candidate, Deed, Ended
from web.case_forms import CaseForm, Refusal
from web.forms.fields import Offered, Reading, Typed, Unfinished
from web.forms.reading import filled_in, uuid_of
from web.people import name_of, residents
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.WORK_ON_CASE)]


@router.post("/samen")
def look(request: Request, services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    """The cases that were ticked, before anything happens to them."""
    deed = _deed(str(form.get("wat", "")))
    found = bulk.candidates(services, staff, deed, _chosen(form), now=services.now())
    return _show(request, services, staff, deed, found)


@router.post("/samen/{deed}")
async def do(request: Request, services: OurServices, staff: Worker, form: CheckedForm, deed: str) -> Response:
    chosen = _deed(deed)
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    found = await run_in_threadpool(bulk.candidates, services, staff, chosen, _chosen(form), now=services.now())
    offered = await run_in_threadpool(bulk.offered_together, services, found)
    try:
        batch = BatchId(uuid_of(typed, "batch_id"))
        filled = filled_in(chosen.form, Reading(typed, offered, services.now()))
    except Unfinished as unfinished:
        refusal = Refusal(chosen.form.kind, unfinished.sentence, typed, unfinished.field)
        return await run_in_threadpool(_show, request, services, staff, chosen, found, refusal=refusal, status=422)
    orders = bulk.orders(chosen, found, filled.answers, filled.note, batch=batch, staff=staff)
    ended = await bulk.press_all(services, orders)
    return await run_in_threadpool(show_ended, request, services, staff, chosen.form.title, ended)


def show_ended(
    request: Request, services: Services, staff: Staff, title: str, ended: tuple[Ended, ...]
) -> HTMLResponse:
    """What became of each."""
    people = residents(services, [one.person for one in ended])
    told = [(one.answer, one.case_id, name_of(people, one.person), one.sentence) for one in ended]
    return rendering.page(
        request,
        "together_done.html",
        staff,
        title=title,
        done=sum(answer in (Answer.RECORDED, Answer.ALREADY) for answer, *_ in told),
        busy=[(case, who) for answer, case, who, _ in told if answer in (Answer.SENDING, Answer.RECORDING)],
        refused=[(case, who, sentence) for answer, case, who, sentence in told if answer is Answer.REFUSED],
    )


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    deed: Deed,
    found: tuple[Candidate, ...],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HTMLResponse:
    people = residents(services, [candidate.person for candidate in found])
    lines = [
        {
            "case_id": candidate.state.case_id,
            "who": name_of(people, candidate.person),
            "phase": labels.label(candidate.state.phase),
            "refusal": candidate.refusal,
        }
        for candidate in found
    ]
    return rendering.page(
        request,
        "together.html",
        staff,
        status=status,
        deed=deed,
        form=_form(deed, bulk.offered_together(services, found), refusal),
        batch_id=refusal.typed.get("batch_id", "") if refusal is not None else "",
        lines=[line for line in lines if not line["refusal"]],
        left_out=[line for line in lines if line["refusal"]],
    )


def _form(deed: Deed, offered: Offered, refusal: Refusal | None) -> CaseForm:
    typed: Typed = refusal.typed if refusal is not None else {}
    return CaseForm(
        form=deed.form,
        title=deed.form.title,
        opened=True,
        typed=typed,
        offered=offered,
        refusal=refusal,
        note_required=deed.form.note.always,
    )


def _chosen(form: FormData) -> list[str]:
    return [case for case in form.getlist("zaak") if isinstance(case, str)]


def _deed(text: str) -> Deed:
    try:
        return Deed(text)
    except ValueError:
        raise NotThere from None
