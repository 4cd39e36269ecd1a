"""Who wants to be called back: the switchboard writes it down, a caseworker matches what fits no case for certain."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.call_placing import CallPlacer, NotPlaced, Taken
from adapters.call_requests import CallRequests, WaitingCall
from adapters.case_store import UnknownCase
from models.case import CaseState
from models.codes import CallRequestStatus, Daypart
from models.ids import CaseId, PersonId
from models.personal import CallRequest
from models.values import MunicipalityCode, PhoneNumber, Unreadable
from policy.permissions import Action, Staff, may_in_case
from web import rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.forms.fields import Typed, Unfinished
from web.language import said
from web.queries import municipality_names
from web.refused import say_refusal
from web.services import Services

router = APIRouter()

ASK, WAITING = "/terugbelverzoek", "/terugbelverzoeken"
Operator = Annotated[Staff, allowed(Action.TAKE_CALL)]
Matcher = Annotated[Staff, allowed(Action.MATCH_CALL)]
_FIELDS = ("achternaam", "telefoon", "dagdeel", "wanneer", "notitie", "gemeente")
_LONGEST = {"achternaam": 80, "wanneer": 120, "notitie": 500}


@router.get(ASK)
def ask(request: Request, staff: Operator, kept: Annotated[str, Query(alias="genoteerd")] = "") -> Response:
    return _form(request, staff, {}, kept=bool(kept))


@router.post(ASK)
async def keep(request: Request, services: OurServices, staff: Operator, form: CheckedForm) -> Response:
    """The answer is the same whoever called: whether there is a case is looked at afterwards, by the worker."""
    typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    try:
        call, municipality = said_of(typed), municipality_of(staff, typed)
    except Unfinished as wrong:
        return await run_in_threadpool(_form, request, staff, typed, wrong=wrong, status=422)
    requests, now = CallRequests(services.database, services.vault), services.now()
    await run_in_threadpool(lambda: requests.keep(call, municipality, by=staff.staff_id, at=now))
    return RedirectResponse(f"{ASK}?genoteerd=ja", 303)


@router.get(WAITING)
def waiting(request: Request, services: OurServices, staff: Matcher) -> Response:
    return _list(request, services, staff)


@router.post(WAITING + "/{request_id}/koppelen")
async def place(
    request: Request, services: OurServices, staff: Matcher, form: CheckedForm, request_id: str
) -> Response:
    """Agrees the callback in the case that the caseworker found, with the person of whom they pressed it."""
    call = await run_in_threadpool(_mine, services, staff, request_id)
    state = await run_in_threadpool(_case, services, staff, call, str(form.get("zaak", "")))
    person = PersonId(str(form.get("persoon", "")))
    if state.person(person) is None:
        raise NotThere
    placer = CallPlacer(services.database, services.vault, services.case_store, services.desk, now=services.now)
    try:
        if call.status is not CallRequestStatus.OPEN:
            raise Taken
        command = await placer.place_in(call, state, by=staff.staff_id, role=staff.role, person=person)
    except NotPlaced as refusal:
        sentence, requests = refusal.sentence, CallRequests(services.database, services.vault)
        if not isinstance(refusal, Taken):
            await run_in_threadpool(lambda: requests.open(call.id, sentence, was=call.claim))
        return await run_in_threadpool(_list, request, services, staff, sentence=say_refusal(sentence), status=422)
    return RedirectResponse(f"/zaak/{state.case_id}/opdracht/{command}", 303)


@router.post(WAITING + "/{request_id}/klaar")
def not_ours(services: OurServices, staff: Matcher, form: CheckedForm, request_id: str) -> Response:
    """Not ours, or dealt with in another way: it is erased a day later, unless they called after the list was read."""
    call = _mine(services, staff, request_id)
    calls = call.calls if form.get("keren") == str(call.calls) else 0
    CallRequests(services.database, services.vault).done(call.id, calls=calls, at=services.now())
    return RedirectResponse(WAITING, 303)


def said_of(typed: Typed) -> CallRequest:
    """What the caller wants. Raises `Unfinished`."""
    for name, most in _LONGEST.items():
        if len(typed[name]) > most:
            raise Unfinished(name, said("Dit is te lang: kort het in tot {most} tekens.", most=most))
    if not typed["achternaam"]:
        raise Unfinished("achternaam", "Vul de achternaam van de beller in.")
    try:
        phone = PhoneNumber.parse(typed["telefoon"])
    except Unreadable:
        raise Unfinished("telefoon", "Vul een telefoonnummer in waarop wij kunnen terugbellen.") from None
    return CallRequest(
        surname=typed["achternaam"],
        phone=phone,
        daypart=next((part for part in Daypart if part.value == typed["dagdeel"]), None),
        wanted=typed["wanneer"],
        note=typed["notitie"],
    )


def municipality_of(staff: Staff, typed: Typed) -> MunicipalityCode:
    """For which municipality the call is. Raises `Unfinished`."""
    places = scope(staff, Action.TAKE_CALL)
    found = next((code for code in places if len(places) == 1 or code.text == typed["gemeente"]), None)
    if found is None:
        raise Unfinished("gemeente", "Kies voor welke gemeente de inwoner belt.")
    return found


def _mine(services: Services, staff: Staff, request_id: str) -> WaitingCall:
    found = CallRequests(services.database, services.vault).find(request_id)
    if found is None or found.municipality not in scope(staff, Action.MATCH_CALL):
        raise NotThere
    return found


def _case(services: Services, staff: Staff, call: WaitingCall, case_id: str) -> CaseState:
    try:
        state = services.case_store.load(CaseId(case_id))
    except UnknownCase:
        raise NotThere from None
    if state.municipality != call.municipality or not may_in_case(staff, Action.WORK_ON_CASE, state):
        raise NotThere
    return state


def _form(
    request: Request,
    staff: Staff,
    typed: Typed,
    *,
    kept: bool = False,
    wrong: Unfinished | None = None,
    status: int = 200,
) -> Response:
    services = request.app.state.services
    places = municipality_names(services.database, scope(staff, Action.TAKE_CALL))
    return rendering.page(
        request,
        "call_request.html",
        staff,
        status=status,
        typed=typed,
        kept=kept,
        dayparts=[part.value for part in Daypart],
        towns=sorted(places.items(), key=lambda place: place[1]) if len(places) > 1 else [],
        wrong=wrong.field if wrong is not None else "",
        sentence=wrong.sentence if wrong is not None else "",
    )


def _list(request: Request, services: Services, staff: Staff, *, sentence: str = "", status: int = 200) -> Response:
    within, now = scope(staff, Action.MATCH_CALL), services.now()
    calls = CallRequests(services.database, services.vault).waiting([CallRequestStatus.OPEN], within)
    places = municipality_names(services.database, within)
    lines = [
        {
            "id": call.id,
            "surname": call.said.surname,
            "phone": words.phone(call.said.phone),
            "number": call.said.phone.text,
            "when": call.said.when,
            "note": call.said.note,
            "received": words.moment(call.received_at, now=now),
            "calls": call.calls,
            "why": say_refusal(call.why),
            "place": places[call.municipality.text] if len(within) > 1 else "",
        }
        for call in calls
    ]
    return rendering.page(request, "call_requests.html", staff, status=status, lines=lines, sentence=sentence)
