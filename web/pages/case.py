"""The page of a case, and the buttons on it."""

from collections.abc import Mapping
from typing import Annotated, assert_never

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.case_store import UnknownCase
from adapters.command_desk import Answer
from adapters.outbox import UnknownCommand
from adapters.vault import Erased
from adapters.visits_taken import VisitsTaken
from models.case import CaseState
from models.codes import Phase, SignalChange
from models.ids import CaseId, CommandId, PersonId, SignalId
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff, may, may_in_case
from web import pressing, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, allowed_case, home_of, scope
from web.call_view import RENEWED_EVERY, at_work_here
from web.case_forms import Begun, Refusal
from web.case_view import case_view
from web.forms.reading import typed_of
from web.forms.table import FORMS
from web.language import said
from web.outages import outages
from web.pressing import NotTaken, shown_person, typed_in
from web.refused import say_refusal

router = APIRouter()

Worker = Annotated[Staff, allowed(Action.SEE_CASE)]
OpenedCase = Annotated[CaseState, allowed_case(Action.SEE_CASE)]
PersonAsked = Annotated[str, Query(alias="persoon")]
ASKED = "bedrag"
"""What was done when a partner was asked for the current amount; the other deeds are the kinds of their forms."""
_PAID = "record_signal_change"
_ONWARDS: Mapping[str, tuple[str, str]] = {
    "bellen": ("/bellen?na={case_id}", "Bel de volgende"),
    "huisbezoek": ("/huisbezoek", "Naar uw andere huisbezoeken"),
}
"""What somebody was busy with who comes to a case, and the way back to it."""
_DONE: Mapping[str, str] = {
    ASKED: "De vraag staat op de lijst van de partner.",
    **{kind: form.done for kind, form in FORMS.items()},
}


@router.get("/zaak/{case_id}")
def case_page(
    request: Request,
    services: OurServices,
    staff: Worker,
    case_id: str,
    person: PersonAsked = "",
    done: Annotated[str, Query(alias="vastgelegd")] = "",
    onwards: Annotated[str, Query(alias="verder", description="What somebody was busy with who came here.")] = "",
    paid: Annotated[str, Query(alias="betaald", description="Of which signal somebody wants to record that.")] = "",
    begun: Annotated[str, Query(alias="doe", description="Which form somebody wants to fill in.")] = "",
) -> Response:
    try:
        state = services.case_store.load(CaseId(case_id))
    except UnknownCase:
        return _erased(request, services, staff, CaseId(case_id))
    if not may_in_case(staff, Action.SEE_CASE, state):
        raise NotThere
    filled = Begun(_PAID, {"signal_id": paid, "change": SignalChange.PAID}) if paid else None
    if begun in FORMS:
        filled = Begun(begun, {})
    return show(request, state, staff, person=person, done=said(_DONE.get(done, "")), begun=filled, onwards=onwards)


@router.post("/zaak/{case_id}/opdracht")
async def press(
    request: Request, services: OurServices, staff: Worker, state: OpenedCase, form: CheckedForm
) -> Response:
    """Reads the form, presses the button, and sends the reader on: to the case, or to what became of the press."""
    typed = typed_in(form)
    kind, shown = typed.get("kind", ""), shown_person(state, typed.get("shown", ""))
    try:
        sent = await pressing.press(services, state, staff, typed)
    except NotTaken as not_taken:
        return await run_in_threadpool(show, request, state, staff, person=shown, refusal=not_taken.refusal, status=422)
    if sent.recorded:
        # Whoever gave the case back has nothing to look for in it any more.
        after = await run_in_threadpool(services.case_store.load, state.case_id)
        if not may_in_case(staff, Action.SEE_CASE, after):
            return RedirectResponse(home_of(staff), 303)
        return _recorded(state, kind, shown)
    return RedirectResponse(f"/zaak/{state.case_id}/opdracht/{sent.command_id}{same_person(state, shown, '?')}", 303)


@router.get("/zaak/{case_id}/opdracht/{command_id}")
async def follow(
    request: Request,
    services: OurServices,
    staff: Worker,
    state: OpenedCase,
    command_id: str,
    person: PersonAsked = "",
) -> Response:
    """What became of a press. A refused one shows the form again with everything that was typed."""
    command = CommandId(command_id)
    kind = await run_in_threadpool(queries.pressed, services.database, command, state.case_id, staff.staff_id)
    if kind is None:
        raise NotThere
    outcome, shown = await services.desk.follow(command), shown_person(state, person)
    match outcome.answer:
        case Answer.RECORDED | Answer.ALREADY:
            return _recorded(state, kind, shown)
        case Answer.REFUSED:
            refusal = Refusal(kind, say_refusal(outcome.sentence), await run_in_threadpool(_typed, services, command))
            return await run_in_threadpool(show, request, state, staff, person=shown, refusal=refusal)
        case Answer.SENDING | Answer.RECORDING:
            return await run_in_threadpool(
                rendering.page,
                request,
                "following.html",
                staff,
                case_id=state.case_id,
                title=said(FORMS[kind].title),
                accepted=outcome.answer is Answer.RECORDING,
            )
        case unknown:
            assert_never(unknown)


def same_person(state: CaseState, shown: PersonId, sign: str) -> str:
    """The end of an address by which the page stays about the same person."""
    return f"{sign}persoon={shown}" if shown != state.resident else ""


def _recorded(state: CaseState, kind: str, shown: PersonId) -> Response:
    return RedirectResponse(f"/zaak/{state.case_id}?vastgelegd={kind}{same_person(state, shown, '&')}", 303)


def show(
    request: Request,
    state: CaseState,
    staff: Staff,
    *,
    person: str = "",
    refusal: Refusal | None = None,
    begun: Begun | None = None,
    done: str = "",
    status: int = 200,
    looked: bool = False,
    look_refused: bool = False,
    ask_again: SignalId | None = None,
    onwards: str = "",
) -> HTMLResponse:
    """The page of a case about one of its people.

    `looked`: with a secret address on it, whoever may see that gave a reason; `look_refused`: they gave none.
    `onwards`: what they are busy with, one resident after another (`_ONWARDS`). `ask_again`: of which signal somebody
    wants to ask the amount again.
    """
    services = request.app.state.services
    now_down = outages(services, now=services.now())
    view = case_view(
        services,
        state,
        staff,
        person=shown_person(state, person),
        before=refusal or begun,
        outages=now_down,
        looked=looked,
        ask_again=ask_again,
    )
    # A refused form that the case no longer offers still shows what was typed.
    lost = refusal if refusal is not None and not view.forms.takes_up(refusal) else None
    return rendering.page(
        request,
        "case.html",
        staff,
        status=status,
        case=view,
        done=done,
        lost=lost,
        look_refused=look_refused,
        onwards=(_ONWARDS[onwards][0].format(case_id=state.case_id), said(_ONWARDS[onwards][1]))
        if onwards in _ONWARDS
        else None,
        visitor=_visitor(services, state),
        visit_page=state.visit is not None
        and state.visit.person_id == view.person_id
        and may_in_case(staff, Action.WORK_ON_CASE, state),
        at_work=at_work_here(services, state, staff),
        may_work=may_in_case(staff, Action.WORK_ON_CASE, state) and state.phase is not Phase.CLOSED,
        may_give_data=may_in_case(staff, Action.GIVE_OWN_DATA, state),
        sequence=state.sequence,
        every_seconds=int(RENEWED_EVERY.total_seconds()),
    )


def _visitor(services: OurServices, state: CaseState) -> str:
    """Who visits the resident, in words; empty when nobody takes that along."""
    today = local(services.now()).date()
    taken = VisitsTaken(services.database).of([state.case_id], today=today).get(state.case_id)
    if taken is None or state.visit is None:
        return ""
    names = queries.staff_names(services.database, [taken.staff, taken.companion])
    who, day = names.get(taken.staff) or said("Een collega"), words.day(taken.day, today=today)
    if not taken.companion:
        return said("{who} gaat {day} langs.", who=who, day=day)
    companion = names.get(taken.companion) or said("een collega")
    return said("{who} gaat {day} langs, samen met {companion}.", who=who, day=day, companion=companion)


def _erased(request: Request, services: OurServices, staff: Staff, case_id: CaseId) -> Response:
    """The case is gone; the proof of it may be seen by whoever might have seen the case."""
    row = queries.certificate_of(services.vault.database, case_id, scope(staff, Action.SEE_CASE))
    if row is None:
        raise NotThere
    return rendering.page(
        request,
        "erased.html",
        staff,
        certificate_id=row.id,
        erased=words.full_moment(row.erased_at),
        may_see_proof=may(staff, Action.SEE_RETENTION, MunicipalityCode(row.municipality)),
    )


def _typed(services: OurServices, command_id: CommandId) -> dict[str, str]:
    """What was typed with a press that the case has not taken."""
    try:
        _, command = services.outbox.load(command_id)
        kept = services.outbox.answer(command_id)
        return typed_of(command, kept.note, kept.particulars)
    except (UnknownCommand, Erased):
        return {}
