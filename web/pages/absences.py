"""Who is away, and who looks after their work: recorded by oneself, or by a supervisor for somebody else."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.absences import Absence, AbsenceRefused
from models.codes import Role
from models.ids import StaffId
from policy.calendar import local
from policy.permissions import Action, Staff
from web import rendering, words
from web.auth import CheckedForm, OurServices, allowed, scope
from web.colleagues import seen_by
from web.forms.fields import Typed, Unfinished
from web.forms.reading import uuid_of
from web.language import said
from web.promised import promised
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.SEE_WORK_LIST)]
HERE = "/afwezig"
_NOTHING: Mapping[str, str] = {}


@router.get(HERE)
def who_is_away(request: Request, services: OurServices, staff: Worker) -> Response:
    return _show(request, services, staff)


@router.post(HERE)
async def record(request: Request, services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    """Records an absence; who did not choose for whom is away themselves."""
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    try:
        absence = await run_in_threadpool(_record, services, staff, typed)
    except Unfinished as unfinished:
        refused = (unfinished.field, unfinished.sentence)
        return await run_in_threadpool(_show, request, services, staff, typed=typed, refused=refused, status=422)
    except AbsenceRefused as error:
        refused = ("", said(error.sentence))
        return await run_in_threadpool(_show, request, services, staff, typed=typed, refused=refused, status=409)
    return await run_in_threadpool(_recorded, services, staff, absence)


@router.post(HERE + "/{absence}/intrekken")
async def withdraw(request: Request, services: OurServices, staff: Worker, form: CheckedForm, absence: str) -> Response:
    try:
        await run_in_threadpool(services.absences.withdraw, absence, by=staff.staff_id)
    except AbsenceRefused as error:
        return await run_in_threadpool(_show, request, services, staff, refused=("", said(error.sentence)), status=409)
    return RedirectResponse(HERE, 303)


def _record(services: Services, me: Staff, typed: Typed) -> Absence:
    key = uuid_of(typed, "press_id")
    first = _day(typed, "first_day", "Vul de eerste dag in.")
    last = _day(typed, "last_day", "Vul de laatste dag in.")
    if last < _today(services):
        raise Unfinished("last_day", "Deze dagen zijn al voorbij.")
    deputy = typed.get("deputy", "")
    if not deputy:
        raise Unfinished("deputy", "Kies wie waarneemt.")
    whose = StaffId(typed.get("staff") or me.staff_id)
    return services.absences.record(
        staff=whose, first_day=first, last_day=last, deputy=StaffId(deputy), by=me.staff_id, key=key
    )


def _recorded(services: Services, me: Staff, absence: Absence) -> Response:
    """What was promised in those days comes next, if anything was."""
    left = promised(services, me, [absence.staff], since=services.now(), first=absence.first_day, last=absence.last_day)
    return RedirectResponse(f"{HERE}/{absence.id}/afspraken" if left else HERE, 303)


def _day(typed: Typed, field: str, missing: str) -> date:
    try:
        return date.fromisoformat(typed.get(field, ""))
    except ValueError:
        raise Unfinished(field, missing) from None


def _today(services: Services) -> date:
    return local(services.now()).date()


def _show(
    request: Request,
    services: Services,
    me: Staff,
    *,
    typed: Typed = _NOTHING,
    refused: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HTMLResponse:
    today = _today(services)
    seen = seen_by(services, me)
    names = {each.staff_id: each.name for each in seen}
    within = scope(me, Action.SEE_WORK_LIST)
    # Who works for two municipalities is away once.
    away = {one.id: one for code in within for one in services.absences.of_municipality(code, since=today)}
    lines = [
        {
            "id": one.id,
            "who": names[one.staff],
            "since": words.day(one.first_day, today=today),
            "until": words.day(one.last_day, today=today),
            "deputy": names.get(one.deputy) or said("een collega"),
            "now": one.first_day <= today,
            "mine": one.staff == me.staff_id or me.role is Role.SUPERVISOR,
        }
        for one in sorted(away.values(), key=lambda one: (one.first_day, names.get(one.staff, "")))
        if one.staff in names
    ]
    field, sentence = refused
    return rendering.page(
        request,
        "absences.html",
        me,
        status=status,
        lines=lines,
        colleagues=[(each.staff_id, each.name) for each in seen],
        for_others=me.role is Role.SUPERVISOR,
        typed=typed,
        field=field,
        sentence=sentence,
        today=today.isoformat(),
    )
