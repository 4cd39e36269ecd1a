"""What partners say of their signals afterwards: a list of changes, done at once."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from adapters.agreed_list import Told
from adapters.registry import partners_of
from adapters.reported_changes import Change, Ending, ReportedChanges, read_changes
from adapters.signal_form import UnreadableFile
from models.ids import PartnerId
from models.values import MunicipalityCode
from policy.permissions import Action, Staff
from web import rendering
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.queries import municipality_names
from web.services import Services

router = APIRouter()

HERE = "/aanleveringen/mutaties"
MOST = 2_000
"""Rows at once: each is a press that is waited for."""
Importer = Annotated[Staff, allowed(Action.IMPORT_DELIVERY)]
_WORDS = {
    Ending.RECORDED: "vastgelegd",
    Ending.BUSY: "wordt vastgelegd",
    Ending.UNKNOWN: "niet gevonden in een lopende zaak",
    Ending.REFUSED: "niet vastgelegd",
    Ending.UNREADABLE: "niet te lezen",
}


@router.get(HERE)
def begin(request: Request, services: OurServices, staff: Importer) -> Response:
    return _show(request, services, staff)


@router.post(HERE)
async def apply(request: Request, services: OurServices, staff: Importer, form: CheckedForm) -> Response:
    """Each row once, however often the list is sent. Nothing of the list is kept."""
    file, partner = form.get("bestand"), PartnerId(str(form.get("partner", "")))
    municipality = _municipality(staff, str(form.get("gemeente", "")))
    if partner not in dict(partners_of(services.database)):
        return await run_in_threadpool(
            _show, request, services, staff, wrong=said("Kies van welke partner de lijst is.")
        )
    content = await file.read() if isinstance(file, UploadFile) else b""
    try:
        rows = await run_in_threadpool(lambda: list(read_changes(content)))
        if len(rows) > MOST:
            raise UnreadableFile(
                said("De lijst heeft meer dan {most} rijen. Verdeel haar over meer bestanden.", most=MOST)
            )
    except UnreadableFile as refusal:
        return await run_in_threadpool(_show, request, services, staff, wrong=str(refusal), partner=partner)
    changes = ReportedChanges(services.database, services.vault, services.desk)
    told = [
        await changes.apply(row, municipality, partner, by=staff.staff_id, role=staff.role, at=services.now())
        if isinstance(row, Change)
        else row
        for row in rows
    ]
    return await run_in_threadpool(_show, request, services, staff, told=told, partner=partner)


def _show(
    request: Request,
    services: Services,
    staff: Staff,
    *,
    wrong: str = "",
    partner: str = "",
    told: list[Told[Ending]] | None = None,
) -> Response:
    places = municipality_names(services.database, scope(staff, Action.IMPORT_DELIVERY))
    counts = Counter(row.ending for row in told or [])
    return rendering.page(
        request,
        "changes.html",
        staff,
        status=422 if wrong else 200,
        partners=partners_of(services.database),
        towns=sorted(places.items(), key=lambda place: place[1]),
        chosen=partner,
        wrong=wrong,
        done=told is not None,
        counts=[(said(_WORDS[ending]), counts[ending]) for ending in Ending if counts[ending]],
        lines=[
            (row.number, said(_WORDS[row.ending]), row.sentence)
            for row in told or []
            if row.ending not in (Ending.RECORDED, Ending.BUSY)
        ],
    )


def _municipality(staff: Staff, code: str) -> MunicipalityCode:
    found = next((each for each in scope(staff, Action.IMPORT_DELIVERY) if each.text == code), None)
    if found is None:
        raise NotThere
    return found
