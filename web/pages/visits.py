"""Going from door to door with a phone: the visits of a day, who takes which along, and one page for each door."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.address_looks import AddressLooks, Look
from adapters.at_work import CasesAtWork
from adapters.case_store import UnknownCase
from adapters.command_desk import Answer
from adapters.visits_taken import Taken, VisitsTaken
from models.case import CaseState
from models.codes import REACHED, LookReason
from models.commands import LogVisit
from models.ids import CaseId, PersonId, StaffId
from policy.calendar import local
from policy.message_writing import VISIT_CARD
from policy.message_writing import said as text_to_say
from policy.permissions import Action, Staff, may_in_case
from policy.visiting import Company, company_for
from web import pressing, queries, rendering, words
from web.addresses import is_secret, may_look
from web.auth import CheckedForm, Forged, NotThere, OurServices, allowed, allowed_case, scope
from web.case_forms import Refusal
from web.forms.table import FORMS
from web.language import said
from web.pages.case import same_person
from web.pressing import NotTaken, shown_person, typed_in
from web.queues import queue_names
from web.services import Services
from web.visit_view import FURTHEST, day_view, doors_on, may_take, next_of, person_visited, visit_view

router = APIRouter()

Visitor = Annotated[Staff, allowed(Action.WORK_ON_CASE)]
VisitedCase = Annotated[CaseState, allowed_case(Action.WORK_ON_CASE)]
PersonAsked = Annotated[str, Query(alias="persoon")]
HERE = "/huisbezoek"
AT_THE_DOOR = ("log_visit", "report_life_event", "block_visits")
"""The forms of a visit's page."""
MOST_TAKEN = 40
"""More doors than anybody visits in a day."""
_CARDS = 4
"""On one sheet."""


class NotNow(Exception):
    """Visits cannot be taken along like this; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@router.get(HERE)
def visits_of_day(
    request: Request,
    services: OurServices,
    staff: Visitor,
    asked: Annotated[str, Query(alias="dag")] = "",
    queue: Annotated[str, Query(alias="bakje")] = "",
    taken: Annotated[int, Query(alias="mee", ge=0, le=MOST_TAKEN, description="How many were taken along.")] = 0,
    lost: Annotated[int, Query(alias="bezet", ge=0, le=MOST_TAKEN, description="How many a colleague has.")] = 0,
    done: Annotated[str, Query(alias="vastgelegd")] = "",
) -> Response:
    told = said(FORMS[done].done) if done in FORMS else ""
    return _list(request, services, staff, asked, queue, taken=taken, lost=lost, done=told)


@router.post(f"{HERE}/meenemen")
async def take_along(request: Request, services: OurServices, staff: Visitor, form: CheckedForm) -> Response:
    """What is ticked is this person's to visit on that day; what a colleague has by now stays theirs."""
    chosen = [CaseId(each) for each in form.getlist("zaak") if isinstance(each, str)]
    asked, queue = str(form.get("dag", "")), str(form.get("bakje", ""))
    try:
        day, mine = await run_in_threadpool(_taken, services, staff, chosen, form)
    except NotNow as error:
        show = partial(_list, request, services, staff, asked, queue, chosen=chosen, refused=error.sentence, status=422)
        return await run_in_threadpool(show)
    lost = len(set(chosen)) - len(mine)
    if form.get("deur") and mine:
        return RedirectResponse(f"{HERE}/{chosen[0]}", 303)
    return _to(HERE, dag=day.isoformat(), bakje=queue, mee=str(len(mine) or ""), bezet=str(lost or ""))


@router.get(f"{HERE}/kaartjes")
def cards(request: Request, services: OurServices, staff: Visitor) -> Response:
    """What is left at a door where nobody opens, on a sheet to print. There is nothing of any resident on it."""
    found = [
        text_to_say(services.policies.texts(code), VISIT_CARD, services.policies.sender(code))
        for code in scope(staff, Action.WORK_ON_CASE)
        if code in services.policies.municipalities()
    ]
    return rendering.page(request, "cards.html", staff, cards=found, copies=_CARDS)


@router.get(f"{HERE}/{{case_id}}")
def visit_page(
    request: Request,
    services: OurServices,
    staff: Visitor,
    state: VisitedCase,
    person: PersonAsked = "",
    done: Annotated[str, Query(alias="vastgelegd")] = "",
) -> Response:
    told = said(FORMS[done].done) if done in FORMS else ""
    return _show(request, services, staff, state, _person(state, person), done=told)


@router.post(f"{HERE}/{{case_id}}")
async def visited(
    request: Request, services: OurServices, staff: Visitor, state: VisitedCase, form: CheckedForm
) -> Response:
    """Records what came of it; then on to the next door, or to the case when there was a conversation."""
    typed = typed_in(form)
    if typed.get("kind", "") not in AT_THE_DOOR:
        raise Forged
    shown = _person(state, typed.get("shown", ""))
    onward = await run_in_threadpool(_next_door, services, staff, state.case_id)
    try:
        sent = await pressing.press(services, state, staff, typed)
    except NotTaken as not_taken:
        return await _refused(request, services, staff, state, shown, not_taken.refusal)
    if sent.answer is Answer.REFUSED:
        return await _refused(request, services, staff, state, shown, Refusal(typed["kind"], sent.sentence, typed))
    if not sent.recorded:
        return RedirectResponse(
            f"/zaak/{state.case_id}/opdracht/{sent.command_id}{same_person(state, shown, '?')}", 303
        )
    await run_in_threadpool(_leave, services, staff, state.case_id)
    if isinstance(sent.command, LogVisit) and sent.command.result in REACHED:
        await pressing.keep(services, state, staff, sent.command)
        return RedirectResponse(
            f"/zaak/{state.case_id}?vastgelegd=log_visit&verder=huisbezoek{same_person(state, shown, '&')}", 303
        )
    return _to(f"{HERE}/{onward}" if onward else HERE, vastgelegd=typed["kind"])


@router.post(f"{HERE}/{{case_id}}/overnemen")
async def take_over(
    request: Request, services: OurServices, staff: Visitor, state: VisitedCase, form: CheckedForm
) -> Response:
    """The visit is this person's from now on; a colleague who had it hears so."""
    try:
        await run_in_threadpool(_taken_over, services, staff, state, form)
    except NotNow as error:
        show = partial(_show, request, services, staff, state, person_visited(state), no=error.sentence, status=422)
        return await run_in_threadpool(show)
    return RedirectResponse(f"{HERE}/{state.case_id}", 303)


@router.post(f"{HERE}/{{case_id}}/teruggeven")
def give_back(services: OurServices, staff: Visitor, state: VisitedCase, form: CheckedForm) -> Response:
    """Not today, or not by this person: colleagues can take it along."""
    VisitsTaken(services.database).give_back(state.case_id, staff.staff_id)
    return _to(HERE, dag=str(form.get("dag", "")))


@router.post(f"{HERE}/{{case_id}}/adres")
async def look(
    request: Request, services: OurServices, staff: Visitor, state: VisitedCase, form: CheckedForm
) -> Response:
    """The page of the visit with the secret address on it; that this person saw it is kept."""
    if not may_look(state, staff) or company_for(state) is Company.NOBODY_GOES:
        raise NotThere
    person = _person(state, str(form.get("shown", "")))
    if is_secret(state):
        seen = Look(staff.staff_id, services.now(), LookReason.VISIT)
        request.state.look_reason = LookReason.VISIT
        await run_in_threadpool(AddressLooks(services.database).record, state.case_id, person, seen)
    return await run_in_threadpool(partial(_show, request, services, staff, state, person, looked=True))


# --- small parts --------------------------------------------------------------------------------------------------


def _person(state: CaseState, asked: str) -> PersonId:
    return shown_person(state, asked) if asked else person_visited(state)


def _day(services: Services, asked: str) -> date:
    """Today, unless a day was asked for that can be looked at."""
    today = local(services.now()).date()
    try:
        day = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise NotThere from None
    return min(max(day, today), today + FURTHEST)


def _next_door(services: Services, staff: Staff, case: CaseId) -> str:
    today = local(services.now()).date()
    taken = VisitsTaken(services.database).of([case], today=today).get(case)
    return next_of(doors_on(services, staff, today if taken is None else taken.day), case)


def _leave(services: Services, staff: Staff, case: CaseId) -> None:
    VisitsTaken(services.database).made(case)
    CasesAtWork(services.database).stop(case, staff.staff_id)


def _taken(services: Services, staff: Staff, chosen: list[CaseId], form: FormData) -> tuple[date, frozenset[CaseId]]:
    """Raises `NotNow`."""
    if not chosen:
        raise NotNow(said("Kies eerst welke bezoeken u meeneemt."))
    if len(set(chosen)) > MOST_TAKEN:
        raise NotNow(said("Kies er hooguit {most}.", most=MOST_TAKEN))
    states = [_workable(services, staff, case) for case in chosen]
    for state in states:
        if why := may_take(state, staff):
            raise NotNow(why)
    companion = _companion(services, staff, states, str(form.get("companion", "")))
    day, now = _day(services, str(form.get("dag", ""))), services.now()
    taken = VisitsTaken(services.database)
    return day, taken.take(chosen, Taken(staff.staff_id, companion, day), now=now, today=local(now).date())


def _taken_over(services: Services, staff: Staff, state: CaseState, form: FormData) -> None:
    """Raises `NotNow`."""
    if why := may_take(state, staff):
        raise NotNow(why)
    companion = _companion(services, staff, [state], str(form.get("companion", "")))
    day, now = _day(services, str(form.get("dag", ""))), services.now()
    VisitsTaken(services.database).take_over(state.case_id, Taken(staff.staff_id, companion, day), now=now)


def _workable(services: Services, staff: Staff, case: CaseId) -> CaseState:
    try:
        state = services.case_store.load(case)
    except UnknownCase:
        raise NotThere from None
    if not may_in_case(staff, Action.WORK_ON_CASE, state):
        raise NotThere
    return state


def _companion(services: Services, staff: Staff, states: Iterable[CaseState], asked: str) -> StaffId | None:
    """Raises `NotNow` where two must go and nobody was chosen, or somebody who cannot come along."""
    visited = list(states)
    able = {each.staff_id for each in queries.colleagues(services.database, *visited)} - {staff.staff_id}
    if asked and asked not in able:
        raise NotNow(said("Deze collega kan niet mee naar elk van deze bezoeken."))
    if not asked and any(company_for(state) is Company.IN_PAIRS for state in visited):
        raise NotNow(said("Een huisbezoek doet u met zijn tweeën: kies wie er meegaat."))
    return StaffId(asked) if asked else None


def _to(path: str, **asked: str) -> Response:
    named = urlencode({name: value for name, value in asked.items() if value})
    return RedirectResponse(f"{path}?{named}" if named else path, 303)


def _list(
    request: Request,
    services: Services,
    staff: Staff,
    asked: str,
    queue: str,
    *,
    taken: int = 0,
    lost: int = 0,
    done: str = "",
    chosen: Iterable[str] = (),
    refused: str = "",
    status: int = 200,
) -> HTMLResponse:
    if queue and queue not in queue_names(services.policies, scope(staff, Action.WORK_ON_CASE)):
        raise NotThere
    view = day_view(services, staff, _day(services, asked), queue=queue or None, chosen=chosen)
    return rendering.page(
        request,
        "visits.html",
        staff,
        status=status,
        view=view,
        queue=queue,
        taken=taken,
        lost=lost,
        done=done,
        refused=refused,
    )


async def _refused(
    request: Request, services: Services, staff: Staff, state: CaseState, shown: PersonId, refusal: Refusal
) -> HTMLResponse:
    # The case as it is now: it may have moved on, and that is why.
    now = await run_in_threadpool(services.case_store.load, state.case_id)
    return await run_in_threadpool(partial(_show, request, services, staff, now, shown, refusal=refusal, status=422))


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    state: CaseState,
    person: PersonId,
    *,
    refusal: Refusal | None = None,
    looked: bool = False,
    done: str = "",
    no: str = "",
    status: int = 200,
) -> HTMLResponse:
    """`no`: why the visit cannot be taken over."""
    view = visit_view(services, state, staff, person, refusal=refusal, looked=looked)
    lost = refusal if refusal is not None and not view.case.forms.takes_up(refusal) else None
    today = local(services.now()).date()
    return rendering.page(
        request,
        "visit.html",
        staff,
        status=status,
        visit=view,
        case=view.case,
        done=done,
        no=no,
        lost=lost,
        day_told=words.day(view.day, today=today),
    )
