"""Signal partners: who they are, whom to reach there, what they are asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.partner_directory import Contact, DirectoryRefused, PartnerDirectory
from models.codes import PartnerRoute, PartnerSubject
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff, may
from web import labels, queries, rendering
from web.amount_lists import questions_of
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.forms.fields import Typed, Unfinished
from web.forms.reading import uuid_of
from web.language import said
from web.partner_facts import shown
from web.services import Services

router = APIRouter()

Reader = Annotated[Staff, allowed(Action.SEE_PARTNERS)]
Keeper = Annotated[Staff, allowed(Action.KEEP_PARTNERS)]
HERE = "/partners"
LINE_LIMIT, TEXT_LIMIT = 120, 1000
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Page:
    """Whose page a form stands on, and who fills it in."""

    directory: PartnerDirectory
    municipality: MunicipalityCode
    partner: PartnerId
    by: StaffId
    today: date


@router.get(HERE)
def all_partners(request: Request, services: OurServices, staff: Reader) -> Response:
    """Every partner in each of the reader's municipalities; those to check first."""
    directory, today = PartnerDirectory(services.database), today_of(services)
    lines = [
        shown(facts, today=today)
        for municipality in scope(staff, Action.SEE_PARTNERS)
        for facts in directory.of(municipality)
    ]
    return rendering.page(
        request,
        "partners.html",
        staff,
        lines=lines,
        to_check=[line for line in lines if line.to_check],
        names=queries.municipality_names(services.database, scope(staff, Action.SEE_PARTNERS)),
    )


@router.get(HERE + "/{partner}")
def one_partner(request: Request, services: OurServices, staff: Reader, partner: str) -> Response:
    return show(request, services, staff, PartnerId(partner))


@router.post(HERE + "/{partner}/bijhouden")
async def keep(request: Request, services: OurServices, staff: Keeper, form: CheckedForm, partner: str) -> Response:
    """Keeps what one of the page's forms says; its `deed` tells which."""
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    try:
        await run_in_threadpool(_keep, services, staff, PartnerId(partner), typed)
    except (Unfinished, DirectoryRefused) as refusal:
        return await run_in_threadpool(
            show, request, services, staff, PartnerId(partner), typed=typed, sentence=refusal.sentence, status=422
        )
    return RedirectResponse(f"{HERE}/{partner}", 303)


def _keep(services: Services, staff: Staff, partner: PartnerId, typed: Typed) -> None:
    """Raises `Unfinished` or `DirectoryRefused`."""
    municipality = municipality_of(typed, staff, Action.KEEP_PARTNERS)
    directory = PartnerDirectory(services.database)
    deed = _DEEDS.get(typed.get("deed", ""))
    if deed is None or directory.find(municipality, partner) is None:
        raise NotThere
    deed(_Page(directory, municipality, partner, staff.staff_id, today_of(services)), typed)


def _describe(page: _Page, typed: Typed) -> None:
    day = typed.get("collection_day", "").strip()
    if day and not (day.isascii() and day.isdigit() and len(day) <= 2):
        raise Unfinished("collection_day", said("Vul als incassodag een getal in: 1 tot en met 31."))
    page.directory.describe(
        page.municipality,
        page.partner,
        arrangements=typed.get("arrangements", "")[:TEXT_LIMIT],
        collection_day=int(day) if day else None,
    )


def _contact(page: _Page, typed: Typed) -> None:
    try:
        subject, route = PartnerSubject(typed.get("subject", "")), PartnerRoute(typed.get("route", ""))
    except ValueError:
        raise Unfinished("subject", said("Kies waarover, en hoe u contact zoekt.")) from None
    contact = Contact(
        id=uuid_of(typed, "press_id"),
        subject=subject,
        name=_line(typed, "name"),
        route=route,
        address=_line(typed, "address"),
        preferred=typed.get("preferred") == "ja",
        hours=_line(typed, "hours"),
    )
    page.directory.keep_contact(page.municipality, page.partner, contact)


def _drop(page: _Page, typed: Typed) -> None:
    page.directory.drop_contact(page.municipality, page.partner, typed.get("contact", ""))


def _agree(page: _Page, typed: Typed) -> None:
    first = _day(typed, "from_day")
    if first is None:
        raise Unfinished("from_day", said("Vul de eerste dag van de overeenkomst in."))
    page.directory.agree(page.municipality, page.partner, from_day=first, until_day=_day(typed, "until_day"))


def _confirm(page: _Page, typed: Typed) -> None:
    page.directory.confirm(page.municipality, page.partner, on=page.today, by=page.by)


_DEEDS: Mapping[str, Callable[[_Page, Typed], None]] = {
    "describe": _describe,
    "contact": _contact,
    "drop_contact": _drop,
    "agree": _agree,
    "confirm": _confirm,
}


def municipality_of(typed: Typed, staff: Staff, action: Action) -> MunicipalityCode:
    """The municipality that a form is about. Raises `NotThere` for one in which this person may not do this."""
    found = next((code for code in scope(staff, action) if code.text == typed.get("municipality")), None)
    if found is None:
        raise NotThere
    return found


def today_of(services: Services) -> date:
    return local(services.now()).date()


def _line(typed: Typed, name: str) -> str:
    return " ".join(typed.get(name, "").split())[:LINE_LIMIT]


def _day(typed: Typed, name: str) -> date | None:
    given = typed.get(name, "")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise Unfinished(name, said("Deze dag bestaat niet.")) from None


def show(
    request: Request,
    services: Services,
    staff: Staff,
    partner: PartnerId,
    *,
    typed: Typed = _NOTHING,
    sentence: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The page of a partner, for each municipality of the reader. `typed`: what was refused, and `sentence` why."""
    directory, today = PartnerDirectory(services.database), today_of(services)
    found = [directory.find(municipality, partner) for municipality in scope(staff, Action.SEE_PARTNERS)]
    known = [facts for facts in found if facts is not None]
    if not known:
        raise NotThere
    return rendering.page(
        request,
        "partner_directory.html",
        staff,
        status=status,
        partner=partner,
        name=known[0].name,
        type=known[0].type.value,
        lines=[(shown(facts, today=today), may(staff, Action.KEEP_PARTNERS, facts.municipality)) for facts in known],
        names=queries.municipality_names(services.database, [facts.municipality for facts in known]),
        confirmers=queries.staff_names(services.database, [facts.confirmed_by for facts in known]),
        confirmed_by={facts.municipality.text: facts.confirmed_by for facts in known},
        subjects=[(subject.value, labels.label(subject)) for subject in PartnerSubject],
        routes=[(route.value, labels.label(route)) for route in PartnerRoute],
        typed=typed,
        sentence=sentence,
        asked={
            one.municipality.text: one.number
            for one in questions_of(services).waiting(facts.municipality for facts in known)
            if one.partner == partner
        },
        line_limit=LINE_LIMIT,
        text_limit=TEXT_LIMIT,
    )
