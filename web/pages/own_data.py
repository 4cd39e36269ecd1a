"""A resident asks for all that is held of them: who asks is checked, then it is gathered, and nothing of it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.access_requests import AccessRequests
from adapters.case_store import UnknownCase
from adapters.cases_of_person import CasesOfPerson, InCase
from adapters.vault import Erased
from models.case import CaseState
from models.codes import IdentityShown, Language
from models.personal import Resident
from policy.calendar import local
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, allowed_case
from web.language import reading, reads, said
from web.own_data.in_case import Telling
from web.own_data.others import hides_address
from web.own_data.overview import Sources, calls_of, overview
from web.own_data.shape import Overzicht
from web.pressing import shown_person
from web.services import Services

router = APIRouter()

Giver = Annotated[Staff, allowed(Action.GIVE_OWN_DATA)]
AskedCase = Annotated[CaseState, allowed_case(Action.GIVE_OWN_DATA)]


@dataclass(frozen=True)
class Asked:
    """What was filled in: when the request came in, how was made sure who asks, of which cases, without which notes,
    with which calls."""

    asked_on: date
    identity: IdentityShown
    cases: tuple[InCase, ...]
    without: frozenset[str]
    calls: frozenset[str]


@dataclass(frozen=True)
class Unfinished(Exception):
    """What is missing, and at which question."""

    field: str
    sentence: str


@router.get("/zaak/{case_id}/inzageverzoek")
def ask(
    request: Request,
    services: OurServices,
    staff: Giver,
    state: AskedCase,
    person: Annotated[str, Query(alias="persoon")] = "",
) -> Response:
    """Which cases it is about, and what must be known before it is gathered."""
    return _question(request, services, staff, state, shown_person(state, person))


@router.post("/zaak/{case_id}/inzageverzoek")
async def show(request: Request, services: OurServices, staff: Giver, state: AskedCase, form: CheckedForm) -> Response:
    """The overview, to read and to print."""
    return await run_in_threadpool(_answer, request, services, staff, state, form)


@router.post("/zaak/{case_id}/inzageverzoek.json")
async def download(
    request: Request, services: OurServices, staff: Giver, state: AskedCase, form: CheckedForm
) -> Response:
    """The same as a file."""
    return await run_in_threadpool(_answer, request, services, staff, state, form, as_json=True)


def _answer(
    request: Request, services: Services, staff: Staff, state: CaseState, form: FormData, *, as_json: bool = False
) -> Response:
    person = shown_person(state, str(form.get("shown", "")))
    found = CasesOfPerson(services.vault).of(state.case_id, person)
    try:
        asked = _read(services, form, found)
    except Unfinished as wrong:
        return _question(request, services, staff, state, person, form=form, wrong=wrong)
    try:
        # It is the resident's, whatever language whoever makes it reads.
        with reads(Language.DUTCH):
            hides = hides_address(services.case_store, found, staff)
            made = _overview(services, state, asked, hides=hides)
            whole = _overview(services, state, _whole(asked), hides=hides)
            document, calls = _document(made), calls_of(_sources(services), asked.cases)
    except UnknownCase:
        raise NotThere from None
    # Whole dossiers, and what is in no case yet: nothing of it merely stood beside the case of the address.
    request.state.looked_into = frozenset((None, *(case for case, _ in asked.cases)))
    AccessRequests(services.database).record(
        state.case_id, person, asked.asked_on, asked.identity, by=staff.staff_id, at=services.now()
    )
    if as_json:
        name = f"inzage-{state.case_id[:8]}.json"
        return Response(
            made.model_dump_json(indent=2),
            media_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    return rendering.page(
        request,
        "own_data.html",
        staff,
        case_id=state.case_id,
        person=person,
        of_case=f"/zaak/{state.case_id}" + (f"?persoon={person}" if person != state.resident else ""),
        document=document,
        asked=asked,
        chosen=[_key(one) for one in asked.cases],
        notes=[
            (event.sleutel, words.full_moment(event.op), event.notitie)
            for case in whole.zaken
            for event in case.gebeurtenissen
            if event.sleutel
        ],
        calls=[
            (one.id, words.full_moment(one.received_at), one.said.surname, words.phone(one.said.phone), one.said.told)
            for one in calls
        ],
    )


def _document(made: Overzicht) -> Markup:
    template = rendering.environment_of(reading()).get_template("papers/own_data.html")
    return Markup(template.render(made=made, day=words.full_day, moment=words.full_moment))


def _overview(services: Services, state: CaseState, asked: Asked, *, hides: bool) -> Overzicht:
    places = queries.municipality_names(services.database, [state.municipality])
    return overview(
        _sources(services),
        asked.cases,
        municipality=places.get(state.municipality.text, state.municipality.text),
        asked_on=asked.asked_on,
        telling=Telling(services.now(), hides=hides, without=asked.without),
        calls=asked.calls,
    )


def _sources(services: Services) -> Sources:
    return Sources(services.database, services.vault, services.case_store)


def _whole(asked: Asked) -> Asked:
    return replace(asked, without=frozenset())


def _read(services: Services, form: FormData, found: Sequence[InCase]) -> Asked:
    """Raises `Unfinished`. Only cases that were found are taken: nobody adds somebody else's."""
    try:
        asked_on = date.fromisoformat(str(form.get("asked_on", "")))
    except ValueError:
        raise Unfinished("asked_on", said("Vul de dag in waarop het verzoek binnenkwam.")) from None
    if asked_on > local(services.now()).date():
        raise Unfinished("asked_on", said("Deze dag is nog niet geweest."))
    try:
        identity = IdentityShown(str(form.get("identity", "")))
    except ValueError:
        raise Unfinished("identity", said("Kies hoe u weet dat het verzoek van de inwoner zelf komt.")) from None
    wanted = {str(value) for value in form.getlist("zaak")}
    cases = tuple(one for one in found if _key(one) in wanted)
    if not cases:
        raise Unfinished("zaak", said("Kies over welke zaken het overzicht gaat."))
    without, calls = (frozenset(str(value) for value in form.getlist(name)) for name in ("zonder", "bel"))
    return Asked(asked_on, identity, cases, without, calls)


def _question(
    request: Request,
    services: Services,
    staff: Staff,
    state: CaseState,
    person: str,
    *,
    form: FormData | None = None,
    wrong: Unfinished | None = None,
) -> Response:
    of_person = shown_person(state, person)
    found = CasesOfPerson(services.vault).of(state.case_id, of_person)
    typed = {} if form is None else {name: str(form.get(name, "")) for name in ("asked_on", "identity")}
    return rendering.page(
        request,
        "own_data_ask.html",
        staff,
        status=422 if wrong else 200,
        case_id=state.case_id,
        person=of_person,
        cases=[line for one in found if (line := _line(services, one)) is not None],
        chosen=None if form is None else {str(value) for value in form.getlist("zaak")},
        identities=[(one.value, labels.label(one)) for one in IdentityShown],
        typed=typed,
        wrong=wrong,
        today=local(services.now()).date().isoformat(),
        hidden=hides_address(services.case_store, found, staff),
        earlier=[
            (words.full_day(one.asked_on), words.full_moment(one.answered_at), labels.label(one.identity))
            for one in AccessRequests(services.database).of(state.case_id, of_person)
        ],
    )


def _line(services: Services, one: InCase) -> dict[str, str] | None:
    """A case to choose; None when it was erased meanwhile."""
    case, person = one
    try:
        state, resident = services.case_store.load(case), services.case_store.resident(case, person)
    except (UnknownCase, Erased):
        return None
    return {
        "key": _key(one),
        "case_id": case,
        "name": resident.name,
        "born": _born(resident),
        "phase": labels.label(state.phase),
        "since": words.full_day(local(state.opened_at).date()),
    }


def _born(resident: Resident) -> str:
    return words.full_day(resident.birth_date) if resident.birth_date else said("onbekend")


def _key(one: InCase) -> str:
    return "/".join(one)
