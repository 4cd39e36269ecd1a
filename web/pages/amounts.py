"""What partners are asked: how much is owed now. Staff hand a partner its list, and write down what it answers."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from adapters.registry import partners_of
from models.ids import PartnerId
from policy.permissions import Action, Staff, may
from web import rendering, words
from web.amount_lists import (
    AGAIN,
    AS_IT_IS,
    Partners,
    Report,
    Wrong,
    answered,
    download,
    listed,
    questions_of,
    sent,
    sent_file,
    today_of,
)
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.pages.work import PageNumber
from web.queries import municipality_names
from web.services import Services

router = APIRouter()

HERE = "/bedragen"
Reader = Annotated[Staff, allowed(Action.SEE_PARTNERS)]
Writer = Annotated[Staff, allowed(Action.IMPORT_DELIVERY)]
"""Whoever may bring in what partners say."""
Place = Annotated[str, Query(alias="gemeente", max_length=4)]
DONE = "Het antwoord is vastgelegd en staat bij het signaal."


@router.get(HERE)
def overview(request: Request, services: OurServices, staff: Reader) -> Response:
    """For which partners questions wait."""
    within, now = scope(staff, Action.SEE_PARTNERS), services.now()
    names = municipality_names(services.database, within)
    waiting = [
        (one, names.get(one.municipality.text, ""), words.ago(one.oldest, now=now))
        for one in questions_of(services).waiting(within)
    ]
    return rendering.page(request, "amounts.html", staff, waiting=waiting)


@router.get(HERE + "/{partner}")
def questions(
    request: Request,
    services: OurServices,
    staff: Reader,
    partner: str,
    place: Place = "",
    number: PageNumber = 1,
    done: Annotated[str, Query(alias="vastgelegd")] = "",
    again: Annotated[str, Query(alias=AGAIN)] = "",
) -> Response:
    whose = _whose(services, staff, Action.SEE_PARTNERS, partner, place)
    told = DONE if done else AS_IT_IS if again else ""
    return _show(request, services, staff, whose, number=number, done=said(told))


@router.get(HERE + "/{partner}/antwoord")
@router.get(HERE + "/{partner}/bestand")
def once_more(services: OurServices, staff: Reader, partner: str) -> Response:
    """Where a form was answered, opened again. The form said in which municipality, the address does not."""
    places = scope(staff, Action.SEE_PARTNERS)
    if len(places) != 1:
        return RedirectResponse(HERE, 303)
    whose = _whose(services, staff, Action.SEE_PARTNERS, partner, places[0].text)
    return RedirectResponse(f"{HERE}/{whose.partner}?gemeente={whose.municipality.text}&{AGAIN}=ja", 303)


@router.get(HERE + "/{partner}/vragen.csv")
def hand_out(services: OurServices, staff: Reader, partner: str, place: Place = "") -> Response:
    return download(services, _whose(services, staff, Action.SEE_PARTNERS, partner, place))


@router.post(HERE + "/{partner}/antwoord")
async def answer(request: Request, services: OurServices, staff: Writer, partner: str, form: CheckedForm) -> Response:
    """What the partner said by telephone or mail."""
    whose = await run_in_threadpool(
        _whose, services, staff, Action.IMPORT_DELIVERY, partner, str(form.get("gemeente", ""))
    )
    wrong = await run_in_threadpool(answered, services, form, whose, staff.staff_id)
    if wrong is not None:
        return await run_in_threadpool(_show, request, services, staff, whose, wrong=wrong)
    return RedirectResponse(f"{HERE}/{partner}?gemeente={whose.municipality.text}&vastgelegd=ja", 303)


@router.post(HERE + "/{partner}/bestand")
async def answers(request: Request, services: OurServices, staff: Writer, partner: str, form: CheckedForm) -> Response:
    """What the partner filled in on its list."""
    whose = await run_in_threadpool(
        _whose, services, staff, Action.IMPORT_DELIVERY, partner, str(form.get("gemeente", ""))
    )
    became = await run_in_threadpool(sent, services, await sent_file(form), whose, staff.staff_id)
    told = {"wrong": became} if isinstance(became, Wrong) else {"report": became}
    return await run_in_threadpool(lambda: _show(request, services, staff, whose, **told))


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    whose: Partners,
    *,
    number: int = 1,
    done: str = "",
    wrong: Wrong | None = None,
    report: Report | None = None,
) -> Response:
    found, place = listed(services, whose, number), whose.municipality.text
    return rendering.page(
        request,
        "amounts_partner.html",
        staff,
        status=422 if wrong else 200,
        name=dict(partners_of(services.database))[whose.partner],
        partner=whose.partner,
        place=place,
        place_name=municipality_names(services.database, [whose.municipality]).get(place, ""),
        lines=found.rows,
        today=today_of(services).isoformat(),
        may_answer=may(staff, Action.IMPORT_DELIVERY, whose.municipality),
        done=done,
        wrong=wrong,
        report=report,
        pager=rendering.pager(found, f"{HERE}/{whose.partner}", gemeente=place),
    )


def _whose(services: Services, staff: Staff, action: Action, partner: str, place: str) -> Partners:
    """Raises `NotThere` for a partner that is none, or a municipality that is not this reader's."""
    found = next((code for code in scope(staff, action) if code.text == place), None)
    if found is None or partner not in dict(partners_of(services.database)):
        raise NotThere
    return Partners(PartnerId(partner), found)
