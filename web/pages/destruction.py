"""Lists of what is going to be erased: what is on them, agreeing to one, and taking a case off by a hold."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.command_desk import Answer
from adapters.destruction_lists import DestructionLists
from models.commands import SetHold
from models.ids import CaseId
from models.tables import DestructionListRow
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff, may
from policy.refusals import of_short_hold
from policy.retention import first_day_that_holds
from web import destruction_queries, queries, rendering
from web.auth import CheckedForm, Forged, NotThere, OurServices, allowed, scope
from web.destruction_queries import CaseOnList
from web.destruction_view import case_shown, full_list, lines, others_shown
from web.forms.fields import Typed, Unfinished
from web.forms.reading import Pressed, read
from web.language import said
from web.note_doubts import KEPT, Asked, Looked, asked_by, count, look_at
from web.pages.work import PageNumber
from web.pressing import typed_in
from web.refused import say_refusal
from web.services import Services

router = APIRouter()

HERE = "/bewaren/lijsten"
Reader = Annotated[Staff, allowed(Action.SEE_RETENTION)]
Holder = Annotated[Staff, allowed(Action.HOLD_ERASURE)]
_NOTHING: Typed = {}
_LATER = "Dit is nog niet vastgelegd. Kijk zo meteen op de lijst of de zaak is uitgesteld."


@router.get(HERE)
def all_lists(request: Request, services: OurServices, staff: Reader, number: PageNumber = 1) -> Response:
    within = scope(staff, Action.SEE_RETENTION)
    found = destruction_queries.lists(services.database, within, page=number)
    return rendering.page(
        request,
        "destruction_lists.html",
        staff,
        lists=lines(services, found.rows, within),
        made=_makes_lists(services, staff),
        pager=rendering.pager(found, HERE),
    )


@router.get(HERE + "/{list_id}")
def one_list(request: Request, services: OurServices, staff: Reader, list_id: str, number: PageNumber = 1) -> Response:
    return _show(request, services, staff, _list(services, staff, Action.SEE_RETENTION, list_id), number=number)


@router.post(HERE + "/{list_id}/akkoord")
async def approve(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.APPROVE_DESTRUCTION)],
    form: CheckedForm,
    list_id: str,
) -> Response:
    """Somebody agrees; whoever did so before is told that it counts once."""
    row = await run_in_threadpool(_list, services, staff, Action.APPROVE_DESTRUCTION, list_id)
    if form.get("seen") != "ja":
        sentence = said("Bevestig eerst dat u de lijst hebt bekeken.")
        return await run_in_threadpool(_show, request, services, staff, row, sentence=sentence, status=422)
    lists = DestructionLists(services.database)
    refusal = await run_in_threadpool(lists.approve, row.id, by=staff.staff_id, role=staff.role, at=services.now())
    if refusal is not None:
        return await run_in_threadpool(_show, request, services, staff, row, sentence=said(refusal), status=409)
    return RedirectResponse(f"{HERE}/{row.id}?vastgelegd=akkoord", 303)


@router.get(HERE + "/{list_id}/{item}")
def take_off(request: Request, services: OurServices, staff: Holder, list_id: str, item: str) -> Response:
    row, case = _case(services, staff, list_id, item)
    return _hold_form(request, services, staff, row, case)


@router.post(HERE + "/{list_id}/{item}")
async def hold(
    request: Request, services: OurServices, staff: Holder, form: CheckedForm, list_id: str, item: str
) -> Response:
    """Puts the erasure of a case off, which takes it off the list. Its case decides, as for every button."""
    row, case = await run_in_threadpool(_case, services, staff, list_id, item)
    typed = typed_in(form)

    async def again(
        sentence: str, field: str = "", *, asked: Asked | None = None, press: str = "", status: int = 422
    ) -> Response:
        return await run_in_threadpool(
            _hold_form,
            request,
            services,
            staff,
            row,
            case,
            typed=typed,
            sentence=sentence,
            field=field,
            asked=asked,
            press=press,
            status=status,
        )

    try:
        pressed, looked = await run_in_threadpool(_read, services, staff, row, case, typed)
    except Unfinished as unfinished:
        return await again(unfinished.sentence, unfinished.field, asked=asked_by(unfinished))
    command_id = pressed.command.command_id
    if await run_in_threadpool(queries.is_somebody_elses, services.database, command_id, case.case_id, staff.staff_id):
        raise Forged
    before = await run_in_threadpool(queries.pressed, services.database, command_id, case.case_id, staff.staff_id)
    done = await services.desk.press(case.case_id, pressed.command, note=looked.note, at=services.now())
    if before is None:
        await run_in_threadpool(count, services, looked)
    if done.answer is Answer.REFUSED:
        return await again(say_refusal(done.sentence), status=409)
    if done.answer not in (Answer.RECORDED, Answer.ALREADY):
        # Whoever presses again asks after the same press.
        return await again(said(_LATER), press=command_id, status=202)
    return RedirectResponse(f"{HERE}/{row.id}?vastgelegd=uitstel", 303)


def _read(
    services: Services, staff: Staff, row: DestructionListRow, case: CaseOnList, typed: Typed
) -> tuple[Pressed, Looked]:
    """Raises `Unfinished`, also when the case would go from this list all the same."""
    pressed = read("set_hold", typed, by=staff, now=services.now())
    if isinstance(pressed.command, SetHold) and (short := of_short_hold(pressed.command.until, case.due_at)):
        raise Unfinished("until_on", say_refusal(short))
    return pressed, look_at(services, [MunicipalityCode(row.municipality)], pressed.note, typed.get(KEPT, ""))


def _list(services: Services, staff: Staff, action: Action, list_id: str) -> DestructionListRow:
    row = destruction_queries.one_list(services.database, list_id, scope(staff, action))
    if row is None:
        raise NotThere
    return row


def _case(services: Services, staff: Staff, list_id: str, case_id: str) -> tuple[DestructionListRow, CaseOnList]:
    """A case that is on this list and still exists. Raises `NotThere`."""
    row = _list(services, staff, Action.HOLD_ERASURE, list_id)
    case = destruction_queries.case_on(services.database, services.vault.database, row.id, CaseId(case_id))
    if case is None or not case.exists:
        raise NotThere
    return row, case


def _makes_lists(services: Services, staff: Staff) -> bool:
    """Whether any of the reader's municipalities makes lists today."""
    known = services.policies.municipalities()
    mine = [code for code in scope(staff, Action.SEE_RETENTION) if code in known]
    return any(services.policies.policy(code).destruction_list.wanted for code in mine)


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    row: DestructionListRow,
    *,
    number: int = 1,
    sentence: str = "",
    status: int = 200,
) -> HTMLResponse:
    found = destruction_queries.cases_on(services.database, services.vault.database, row, page=number)
    now = services.now()
    shown = full_list(services, staff, row)
    return rendering.page(
        request,
        "destruction_list.html",
        staff,
        status=status,
        one=shown,
        cases=[case_shown(case, now=now) for case in found.rows],
        others=[others_shown(each, now=now) for each in destruction_queries.others_on(services.database, row.id)],
        may_see_cases=may(staff, Action.SEE_CASE, shown.municipality),
        may_hold=may(staff, Action.HOLD_ERASURE, shown.municipality),
        recorded=request.query_params.get("vastgelegd", ""),
        sentence=sentence,
        pager=rendering.pager(found, f"{HERE}/{row.id}"),
    )


def _hold_form(
    request: Request,
    services: Services,
    staff: Staff,
    row: DestructionListRow,
    case: CaseOnList,
    *,
    typed: Typed = _NOTHING,
    sentence: str = "",
    field: str = "",
    asked: Asked | None = None,
    press: str = "",
    status: int = 200,
) -> HTMLResponse:
    """`press`: the press that is asked after once more; empty for a new one."""
    now = services.now()
    return rendering.page(
        request,
        "destruction_hold.html",
        staff,
        status=status,
        list_id=row.id,
        name=row.name,
        case=case_shown(case, now=now),
        typed=typed,
        sentence=sentence,
        field=field,
        asked=asked,
        press=press,
        earliest=max(first_day_that_holds(case.due_at), local(now).date() + timedelta(days=1)).isoformat(),
    )
