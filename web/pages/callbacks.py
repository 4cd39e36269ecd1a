"""The callbacks of somebody who is away: what they are, and all of them moved in one press."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.absences import Absence
from adapters.command_desk import Answer
from models.commands import MoveCallback
from models.ids import AppointmentId, CommandId, derived
from policy.calendar import local
from policy.permissions import Action, Staff
from web import people, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed
from web.colleagues import seen_by
from web.forms.fields import Offered, Reading, Typed, Unfinished
from web.forms.free_moment import NAME, chosen
from web.forms.reading import uuid_of
from web.language import said
from web.promised import Promised, other_moments, promised
from web.refused import say_refusal
from web.services import Services

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.WORK_ON_CASE)]
HERE = "/afwezig/{absence}/afspraken"


@router.get(HERE)
def callbacks(request: Request, services: OurServices, staff: Worker, absence: str) -> Response:
    return _show(request, services, staff, _known(services, staff, absence))


@router.post(HERE)
async def move(request: Request, services: OurServices, staff: Worker, form: CheckedForm, absence: str) -> Response:
    """Moves every callback for which something was chosen; what could not be moved is shown again, with why."""
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    known = await run_in_threadpool(_known, services, staff, absence)
    found = await run_in_threadpool(_promised, services, staff, known)
    refused = dict[AppointmentId, str]()
    for one in found:
        try:
            command = await run_in_threadpool(_command, services, staff, one, typed)
        except Unfinished as unfinished:
            refused[one.appointment.appointment_id] = unfinished.sentence
            continue
        if command is None:
            continue
        pressed = await services.desk.press(one.state.case_id, command, at=services.now())
        if pressed.answer is Answer.REFUSED:
            refused[one.appointment.appointment_id] = say_refusal(pressed.sentence)
    if refused:
        return await run_in_threadpool(_show, request, services, staff, known, typed=typed, refused=refused, status=409)
    return RedirectResponse(f"/afwezig/{absence}/afspraken", 303)


def _known(services: Services, me: Staff, absence: str) -> Absence:
    """The absence of a colleague whom the reader knows of. Raises `NotThere`."""
    today = local(services.now()).date()
    for each in seen_by(services, me):
        for one in services.absences.of(each.staff_id, since=today):
            if one.id == absence:
                return one
    raise NotThere


def _promised(services: Services, me: Staff, absence: Absence) -> list[Promised]:
    return promised(services, me, [absence.staff], since=services.now(), first=absence.first_day, last=absence.last_day)


def _command(services: Services, me: Staff, one: Promised, typed: Typed) -> MoveCallback | None:
    """The press for one callback; None when nothing was chosen for it. Raises `Unfinished`."""
    text = typed.get(f"{NAME}-{one.appointment.appointment_id}", "")
    colleagues = queries.colleagues(services.database, one.state)
    offered = Offered(colleagues=tuple((each.staff_id, each.name) for each in colleagues))
    moment = chosen(Reading({NAME: text}, offered, services.now()))
    if moment is None:
        return None
    # The same press of the same callback is the same command, however often it comes.
    command_id = derived("move", uuid_of(typed, "press_id"), one.appointment.appointment_id)
    return MoveCallback(
        command_id=CommandId(command_id),
        by=me.staff_id,
        role=me.role,
        person_id=one.appointment.person_id,
        appointment_id=one.appointment.appointment_id,
        due_at=moment[0],
        with_staff=moment[1],
    )


def _show(
    request: Request,
    services: Services,
    me: Staff,
    absence: Absence,
    *,
    typed: Typed | None = None,
    refused: Mapping[AppointmentId, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    now, found = services.now(), _promised(services, me, absence)
    residents = people.residents(services, [one.appointment.person_id for one in found])
    names = {each.staff_id: each.name for each in seen_by(services, me)}
    lines = [
        {
            "id": one.appointment.appointment_id,
            "field": f"{NAME}-{one.appointment.appointment_id}",
            "case_id": one.state.case_id,
            "who": people.name_of(residents, one.appointment.person_id),
            "when": words.moment(one.appointment.due_at, now=now),
            "options": (options := other_moments(services, one)),
            "chosen": (typed or {}).get(f"{NAME}-{one.appointment.appointment_id}", options[0][0] if options else ""),
            "refused": (refused or {}).get(one.appointment.appointment_id, ""),
        }
        for one in found
    ]
    who = names.get(absence.staff) or said("een collega")
    return rendering.page(request, "callbacks.html", me, status=status, who=who, absence=absence.id, lines=lines)
