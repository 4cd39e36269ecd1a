"""What a partner sees of the signals that it sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from adapters.partner_signals import OwnSignal, PartnerSignals, Window
from models.codes import FeedbackCode
from models.ids import BatchId
from models.values import MunicipalityCode
from policy.calendar import local
from policy.disclosure import FULLER
from policy.permissions import Action, Staff
from policy.small_cells import told
from web import rendering, words
from web.amount_lists import AGAIN, AS_IT_IS, Partners, Report, Wrong, listed, questions_of, today_of
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.downloads import csv_response
from web.language import said
from web.pages.feedback import batch_lines, batches_of
from web.pages.work import PageNumber
from web.paging import PAGE, Page
from web.partner_months import months_shown
from web.queries import municipality_names
from web.services import Services

router = APIRouter()

HERE = "/partner"
NOT_TOLD = "in behandeling"
_STATUSES: tuple[FeedbackCode | None, ...] = (None, *(code for code in FeedbackCode if code not in FULLER))
Reader = Annotated[Staff, allowed(Action.SEE_OWN_SIGNALS)]
Place = Annotated[str | None, Query(alias="gemeente", max_length=4)]
Month = Annotated[str | None, Query(alias="maand", pattern=r"^\d{4}-\d{2}$")]


@dataclass(frozen=True)
class Asked:
    """Of which municipality and month a partner asks its signals, and which it may ask."""

    places: Sequence[MunicipalityCode]
    place: MunicipalityCode
    months: Sequence[Window]
    """The newest first."""
    window: Window


@router.get(HERE)
def own_signals(
    request: Request,
    services: OurServices,
    staff: Reader,
    place: Place = None,
    month: Month = None,
    number: PageNumber = 1,
    questions: Annotated[int, Query(alias="vragen", ge=1)] = 1,
    done: Annotated[str, Query(alias="vastgelegd")] = "",
    again: Annotated[str, Query(alias=AGAIN)] = "",
) -> Response:
    return show(
        request,
        services,
        staff,
        place=place,
        month=month,
        number=number,
        questions=questions,
        done=said("Uw antwoord is vastgelegd.") if done else said(AS_IT_IS) if again else "",
    )


def show(
    request: Request,
    services: Services,
    staff: Staff,
    *,
    place: str | None = None,
    month: str | None = None,
    number: int = 1,
    questions: int = 1,
    done: str = "",
    wrong: Wrong | None = None,
    report: Report | None = None,
) -> Response:
    """The page of a partner. `wrong` and `report`: what became of its answers, `questions`: which page of what it is
    asked."""
    asked, now = asked_of(services, staff, place, month), services.now()
    view, names = _view(services), municipality_names(services.database, scope(staff, Action.SEE_OWN_SIGNALS))
    total = view.counts(asked.window).total()
    rows = view.signals(asked.window, limit=PAGE, offset=(number - 1) * PAGE)
    found = Page(tuple(rows), number, total)
    open_questions = listed(services, Partners(asked.window.partner, asked.place), questions, as_partner=True)
    kept = {"gemeente": asked.place.text, "maand": _name(asked.window)}
    return rendering.page(
        request,
        "partner.html",
        staff,
        status=422 if wrong else 200,
        place=asked.place.text,
        own_places=[(code.text, names.get(code.text, code.text)) for code in asked.places],
        months=[(_name(each), words.month(local(each.since).date())) for each in asked.months],
        month=_name(asked.window),
        month_name=words.month(local(asked.window.since).date()),
        statuses=[_status(status) for status in _STATUSES],
        counts=[_counts(view, each) for each in asked.months],
        lines=[_line(one, now) for one in rows],
        batches=batch_lines(services, batches_of(services).told([asked.place], partner=asked.window.partner), names),
        pager=rendering.pager(found, HERE, **kept),
        questions=open_questions.rows,
        questions_pager=rendering.pager(open_questions, HERE, "vragen", **kept),
        elsewhere=_asked_elsewhere(services, asked, names),
        today=today_of(services).isoformat(),
        done=done,
        wrong=wrong,
        report=report,
    )


@router.get(HERE + "/signalen.csv")
def download(services: OurServices, staff: Reader, place: Place = None, month: Month = None) -> Response:
    """The signals of one month as they stand on the page."""
    asked = asked_of(services, staff, place, month)
    rows = (
        (one.reference, _day(one.received_at), _written(one.told), _day(one.told_at)) for one in _all(services, asked)
    )
    name = f"signalen-{asked.place.text}-{_name(asked.window)}.csv"
    return csv_response(name, ("kenmerk", "ontvangen", "resultaat", "teruggekoppeld"), rows)


@router.post(HERE + "/{batch}/ontvangen")
def received(services: OurServices, staff: Reader, batch: str, form: CheckedForm) -> Response:
    """The partner says that it has read a batch."""
    within, partner = scope(staff, Action.SEE_OWN_SIGNALS), staff.partner
    if partner is None or not batches_of(services).receive(
        BatchId(batch), by=staff.staff_id, at=services.now(), within=within, partner=partner
    ):
        raise NotThere
    return RedirectResponse(HERE, 303)


def asked_of(services: Services, staff: Staff, place: str | None, month: str | None) -> Asked:
    """Raises `NotThere` for whatever is not this partner's to see, also when it does not exist."""
    places = scope(staff, Action.SEE_OWN_SIGNALS)
    chosen = next((code for code in places if place in (None, code.text)), None)
    if staff.partner is None or chosen is None:
        raise NotThere
    months = months_shown(services, staff.partner, chosen)
    window = next((each for name, each in months.items() if month in (None, name)), None)
    if window is None:
        raise NotThere
    return Asked(places, chosen, tuple(months.values()), window)


def _asked_elsewhere(services: Services, asked: Asked, names: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """The other municipalities that ask this partner something: code, name, how many questions."""
    others = [code for code in asked.places if code != asked.place]
    waiting = questions_of(services).waiting(others, as_partner=True)
    return [
        (one.municipality.text, names.get(one.municipality.text, ""), one.number)
        for one in waiting
        if one.partner == asked.window.partner
    ]


def _all(services: Services, asked: Asked) -> list[OwnSignal]:
    return _view(services).signals(asked.window)


def _view(services: Services) -> PartnerSignals:
    return PartnerSignals(services.database, services.vault)


def _counts(view: PartnerSignals, window: Window) -> dict[str, object]:
    found = view.counts(window)
    # What a signed table tells of a few signals more would be a small count of its own.
    found[FeedbackCode.HANDLED] += sum(found[code] for code in FULLER)
    row = told([found[status] for status in _STATUSES])
    return {"month": words.month(local(window.since).date()), "cells": row.cells, "total": row.total}


def _line(one: OwnSignal, now: datetime) -> dict[str, str]:
    today = local(now).date()
    return {
        "reference": one.reference,
        "received": words.day(local(one.received_at).date(), today=today),
        "status": _status(one.told),
        "told": words.day(local(one.told_at).date(), today=today) if one.told_at else "",
    }


def _status(told_code: FeedbackCode | None) -> str:
    return said(_written(told_code))


def _written(told_code: FeedbackCode | None) -> str:
    """As a file has it, whatever the language of who fetches it."""
    return NOT_TOLD if told_code is None else told_code.value


def _name(window: Window) -> str:
    return f"{local(window.since):%Y-%m}"


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{local(moment):%d-%m-%Y}"
