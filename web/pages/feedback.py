"""What partners are about to be told, what they were told, and whether they have it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from adapters.feedback_batches import Batch, FeedbackBatches, Waiting
from adapters.partner_directory import PartnerDirectory
from models.ids import BatchId
from models.values import MunicipalityCode
from policy.calendar import local
from policy.collection import collected_after
from policy.file_parts import Schedule
from policy.permissions import Action, Staff, role_may
from web import queries, rendering, words
from web.amount_lists import questions_of
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.pages.work import PageNumber
from web.paging import PAGE, Page
from web.services import Services

router = APIRouter()

HERE = "/terugkoppeling"
Reader = Annotated[Staff, allowed(Action.SEE_PARTNERS)]
Keeper = Annotated[Staff, allowed(Action.KEEP_PARTNERS)]


def batches_of(services: Services) -> FeedbackBatches:
    return FeedbackBatches(services.database, services.vault)


@router.get(HERE)
def overview(request: Request, services: OurServices, staff: Reader, number: PageNumber = 1) -> Response:
    within, batches = scope(staff, Action.SEE_PARTNERS), batches_of(services)
    names = queries.municipality_names(services.database, within)
    owed, total = batches.owed(within, limit=PAGE, offset=(number - 1) * PAGE)
    told = batches.told(within)
    return rendering.page(
        request,
        "feedback.html",
        staff,
        moments=[(names.get(code.text, code.text), _schedule(services, code)) for code in within],
        partners=_first_who_collects_first(services, batches.waiting(within), names),
        owed=[(one, names.get(one.municipality.text, "")) for one in owed],
        told=batch_lines(services, told, names),
        asked=sum(one.number for one in questions_of(services).waiting(within)),
        may_keep=role_may(staff.role, Action.KEEP_PARTNERS),
        pager=rendering.pager(Page(tuple(owed), number, total), HERE),
    )


@router.get(HERE + "/{batch}")
def batch(request: Request, services: OurServices, staff: Reader, batch: str) -> Response:
    within, batches = scope(staff, Action.SEE_PARTNERS), batches_of(services)
    found = next((one for one in batches.told(within) if one.batch == batch), None)
    if found is None:
        raise NotThere
    names = queries.municipality_names(services.database, within)
    (line,) = batch_lines(services, [found], names)
    content = batches.content(found.batch, within)
    return rendering.page(request, "feedback_batch.html", staff, line=line, content=content)


@router.post(HERE + "/{batch}/ontvangen")
def received(services: OurServices, staff: Keeper, batch: str, form: CheckedForm) -> Response:
    """The partner said in another way that it has the batch."""
    within = scope(staff, Action.KEEP_PARTNERS)
    if not batches_of(services).receive(BatchId(batch), by=staff.staff_id, at=services.now(), within=within):
        raise NotThere
    return RedirectResponse(HERE, 303)


def batch_lines(services: Services, told: list[Batch], places: Mapping[str, str]) -> list[dict[str, object]]:
    """Batches as a page shows them."""
    names, now = queries.staff_names(services.database, [one.received_by for one in told]), services.now()
    return [
        {
            "batch": one.batch,
            "partner": one.partner,
            "place": places.get(one.municipality.text, ""),
            "signals": one.signals,
            "told": words.moment(one.told_at, now=now),
            "received": words.moment(one.received_at, now=now) if one.received_at else "",
            "by": names.get(one.received_by, ""),
        }
        for one in told
    ]


def _schedule(services: Services, code: MunicipalityCode) -> str:
    schedule: Schedule = services.policies.feedback_schedule(code)
    if schedule.every_minutes is not None:
        return said("elke {every_minutes} minuten", every_minutes=schedule.every_minutes)
    return said("elke dag om {hour:02}:{minute:02}", hour=schedule.hour, minute=schedule.minute)


def _first_who_collects_first(
    services: Services, waiting: list[Waiting], places: Mapping[str, str]
) -> list[dict[str, object]]:
    """Whoever collects before it hears takes a step that may not be needed any more: those stand first."""
    directory, today = PartnerDirectory(services.database), local(services.now()).date()
    lines = list[tuple[date, dict[str, object]]]()
    for one in waiting:
        facts = directory.find(one.municipality, one.partner)
        day = None if facts is None else facts.collection_day
        collects = None if day is None else collected_after(today - timedelta(days=1), day)
        line: dict[str, object] = {
            "partner": one.name,
            "place": places.get(one.municipality.text, ""),
            "signals": one.signals,
            "collects": said("niet bekend") if collects is None else words.day(collects, today=today),
        }
        lines.append((collects or date.max, line))
    return [line for _, line in sorted(lines, key=lambda each: each[0])]
