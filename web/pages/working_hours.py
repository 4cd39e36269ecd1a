"""When somebody works, week after week: kept by oneself, or by a supervisor for somebody else."""

from collections.abc import Mapping
from datetime import time
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.working_hours import HoursRefused, WorkingHours
from models.codes import Role
from models.ids import StaffId
from policy.permissions import Action, Staff
from policy.slots import MIDNIGHT, Hours
from web import rendering
from web.auth import CheckedForm, OurServices, allowed
from web.colleagues import seen_by
from web.forms.fields import Typed, Unfinished
from web.language import said
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.SEE_WORK_LIST)]
HERE = "/werktijden"
DAYS = ("Maandag", "Dinsdag", "Woensdag", "Donderdag", "Vrijdag", "Zaterdag", "Zondag")
BLOCKS = ("ochtend", "middag", "avond")
"""How many blocks a day has room for, and what they are called; their hours are free."""


@router.get(HERE)
def when_one_works(
    request: Request, services: OurServices, staff: Worker, whose: Annotated[str, Query(alias="wie")] = ""
) -> Response:
    chosen = _chosen(services, staff, whose)
    return _show(request, services, staff, chosen, typed=_typed(WorkingHours(services.database).of(chosen)))


@router.post(HERE)
async def keep(request: Request, services: OurServices, staff: Worker, form: CheckedForm) -> Response:
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    chosen = await run_in_threadpool(_chosen, services, staff, typed.get("staff", ""))
    hours = WorkingHours(services.database)
    try:
        await run_in_threadpool(hours.replace, chosen, _pattern(typed), by=staff.staff_id)
    except Unfinished as unfinished:
        status, refused = 422, (unfinished.field, unfinished.sentence)
    except HoursRefused as error:
        status, refused = 409, ("", said(error.sentence))
    else:
        return RedirectResponse(f"{HERE}?wie={chosen}", 303)
    show = partial(_show, request, services, staff, chosen, typed=typed, refused=refused, status=status)
    return await run_in_threadpool(show)


def _chosen(services: Services, me: Staff, whose: str) -> StaffId:
    """Whose pattern it is about: one's own, unless a supervisor asks for that of a colleague."""
    known = me.role is Role.SUPERVISOR and whose in {each.staff_id for each in seen_by(services, me)}
    return StaffId(whose) if known else me.staff_id


def _pattern(typed: Typed) -> list[Hours]:
    """The blocks that were filled in. Raises `Unfinished` for one that was half filled in."""
    found = list[Hours]()
    for weekday, day in enumerate(DAYS):
        for block in BLOCKS:
            opens, closes = (typed.get(f"{end}-{weekday}-{block}", "").strip() for end in ("van", "tot"))
            if not opens and not closes:
                continue
            hours = Hours(weekday, _clock(opens, weekday, block, day), _clock(closes, weekday, block, day))
            if not hours.is_sound:
                raise Unfinished(
                    f"tot-{weekday}-{block}", said("{day}: de eindtijd ligt voor de begintijd.", day=said(day))
                )
            found.append(hours)
    return found


def _clock(text: str, weekday: int, block: str, day: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        sentence = said("{day}: vul een begintijd en een eindtijd in.", day=said(day))
        raise Unfinished(f"van-{weekday}-{block}", sentence) from None


def _typed(pattern: tuple[Hours, ...]) -> dict[str, str]:
    """The pattern as the form shows it: the blocks of each day in their order."""
    filled = dict[str, str]()
    for weekday in range(len(DAYS)):
        blocks = [block for block in pattern if block.weekday == weekday]
        for name, block in zip(BLOCKS, blocks, strict=False):
            filled[f"van-{weekday}-{name}"] = f"{block.opens:%H:%M}"
            filled[f"tot-{weekday}-{name}"] = "00:00" if block.closes == MIDNIGHT else f"{block.closes:%H:%M}"
    return filled


def _show(
    request: Request,
    services: Services,
    me: Staff,
    chosen: StaffId,
    *,
    typed: Mapping[str, str],
    refused: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HTMLResponse:
    field, sentence = refused
    colleagues = [(each.staff_id, each.name) for each in seen_by(services, me)]
    return rendering.page(
        request,
        "working_hours.html",
        me,
        status=status,
        days=[(weekday, said(day)) for weekday, day in enumerate(DAYS)],
        blocks=BLOCKS,
        typed=typed,
        colleagues=colleagues if me.role is Role.SUPERVISOR else [],
        chosen=chosen,
        field=field,
        sentence=sentence,
    )
