"""Many cases at once: what was ticked on the work list, looked at once more, and then done for each."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from adapters.command_desk import Answer
from models.codes import Language
from models.ids import BatchId, PersonId
from models.personal import KnownPerson
from policy.permissions import Action, Staff
from web import bulk, labels, rendering, work_queries
from web.asked_work import Asked, read_asked
from web.auth import CheckedForm, NotThere, OurServices, allowed
from web.bulk import Candidate, Deed, Ended
from web.case_forms import CaseForm, Refusal
from web.filter_bar import address
from web.forms.fields import Offered, Reading, Typed, Unfinished
from web.forms.reading import filled_in, uuid_of
from web.language import said
from web.message_ahead import Shown, shown
from web.people import name_of, residents
from web.services import Services
from web.work_queries import Whose

router = APIRouter()

_EXAMPLES = 3
"""Messages that are shown in full before they are sent."""

Worker = Annotated[Staff, allowed(Action.WORK_ON_CASE)]


@router.post("/samen")
def look(request: Request, services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    """The cases that were ticked, before anything happens to them."""
    deed, asked = _deed(str(form.get("wat", ""))), _asked(services, staff, form)
    cases, more = _chosen(services, form, asked)
    found = bulk.candidates(services, staff, deed, cases, now=services.now())
    return _show(request, services, staff, deed, found, asked, more=more)


@router.post("/samen/{deed}")
async def do(request: Request, services: OurServices, staff: Worker, form: CheckedForm, deed: str) -> Response:
    chosen = _deed(deed)
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    asked = await run_in_threadpool(_asked, services, staff, form)
    cases = _ticked(form, "zaak")
    found = await run_in_threadpool(bulk.candidates, services, staff, chosen, cases, now=services.now())
    offered = await run_in_threadpool(bulk.offered_together, services, found)
    try:
        batch = BatchId(uuid_of(typed, "batch_id"))
        filled = filled_in(chosen.form, Reading(typed, offered, services.now()))
    except Unfinished as unfinished:
        refusal = Refusal(chosen.form.kind, unfinished.sentence, typed, unfinished.field)
        return await run_in_threadpool(
            _show, request, services, staff, chosen, found, asked, refusal=refusal, status=422
        )
    orders, left_out = bulk.orders(chosen, found, filled.answers, filled.note, batch=batch, staff=staff)
    ended = (*await bulk.press_all(services, orders), *left_out)
    gone = min(len(set(cases)), bulk.AT_MOST) - len(found)
    return await run_in_threadpool(
        show_ended, request, services, staff, said(chosen.form.title), ended, gone=gone, back=_back(asked)
    )


def show_ended(
    request: Request,
    services: Services,
    staff: Staff,
    title: str,
    ended: tuple[Ended, ...],
    *,
    gone: int = 0,
    back: str = "/",
) -> HTMLResponse:
    """What became of each. `gone`: how many were closed meanwhile, or are not this reader's any more; `back`: the list
    from which they were chosen."""
    people = residents(services, [one.person for one in ended])
    told = [(one.answer, one.case_id, name_of(people, one.person), one.sentence) for one in ended]
    return rendering.page(
        request,
        "together_done.html",
        staff,
        title=title,
        gone=gone,
        back=back,
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
    asked: Asked,
    *,
    refusal: Refusal | None = None,
    more: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """`more`: whether the list has cases beyond these."""
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
        back=_back(asked),
        kept={"wie": str(asked.chosen), **asked.filters.asked()},
        at_most=bulk.AT_MOST if more else 0,
        examples=_examples(found, people),
        lines=[line for line in lines if not line["refusal"]],
        left_out=[line for line in lines if line["refusal"]],
    )


def _form(deed: Deed, offered: Offered, refusal: Refusal | None) -> CaseForm:
    typed: Typed = refusal.typed if refusal is not None else {}
    form = deed.form.as_read()
    return CaseForm(
        form=form,
        title=form.title,
        opened=True,
        typed=typed,
        offered=offered,
        refusal=refusal,
        note_required=deed.form.note.always,
    )


def _examples(found: tuple[Candidate, ...], people: Mapping[PersonId, KnownPerson]) -> list[tuple[str, Shown]]:
    """The first messages as they are going to be read, each with its resident's name."""
    written = [(each.person, each.message) for each in found if each.message is not None][:_EXAMPLES]
    told = [(person, shown(message, _language(people, person))) for person, message in written]
    return [(name_of(dict(people), person), one) for person, one in told if one is not None]


def _language(people: Mapping[PersonId, KnownPerson], person: PersonId) -> str:
    known = people.get(person)
    return Language.DUTCH if known is None else known.language


def _asked(services: Services, staff: Staff, form: FormData) -> Asked:
    """The list from which the cases were chosen."""
    told = {name: str(value) for name, value in form.items()}
    return read_asked(services, staff, {"wie": Whose.TEAM, **told}, now=services.now())


def _back(asked: Asked) -> str:
    return address(asked.chosen, asked.filters)


def _chosen(services: Services, form: FormData, asked: Asked) -> tuple[list[str], bool]:
    """Those that were ticked, those of the page, or those of the whole list; and whether the list has more."""
    match form.get("welke"):
        case "alles":
            found, more = work_queries.cases_found(
                services.database, asked.reader, asked.chosen, asked.filters, now=services.now(), most=bulk.AT_MOST
            )
            return [str(case) for case in found], more
        case "pagina":
            return _ticked(form, "op_pagina"), False
        case _:
            return _ticked(form, "zaak"), False


def _ticked(form: FormData, name: str) -> list[str]:
    return [case for case in form.getlist(name) if isinstance(case, str)]


def _deed(text: str) -> Deed:
    try:
        return Deed(text)
    except ValueError:
        raise NotThere from None
