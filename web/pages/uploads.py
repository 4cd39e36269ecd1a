"""A partner's file: looked at before anything of it counts."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response
from temporalio.service import RPCError

from adapters.agreements import NoAgreement
from adapters.registry import partners_of
from adapters.signal_form import UnreadableFile
from adapters.uploads import LARGEST, Upload, UploadGone
from models.ids import PartnerId
from models.values import MunicipalityCode
from observability import get_logger
from policy.permissions import Action, Staff
from web import rendering
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.queries import municipality_names
from web.services import Services
from web.upload_view import FIELDS, preview_view
from web.uploading import begin_delivery

router = APIRouter()
log = get_logger()

HERE = "/aanleveringen/bestand"
Importer = Annotated[Staff, allowed(Action.IMPORT_DELIVERY)]


@router.get(HERE)
def begin(request: Request, services: OurServices, staff: Importer) -> Response:
    return _ask(request, services, staff)


@router.post(HERE)
async def put(request: Request, services: OurServices, staff: Importer, form: CheckedForm) -> Response:
    """Keeps the file, sealed, for a day; nothing of it counts yet."""
    file, partner = form.get("bestand"), str(form.get("partner", ""))
    municipality = _municipality(staff, str(form.get("gemeente", "")))
    known = dict(partners_of(services.database))
    if PartnerId(partner) not in known:
        return await run_in_threadpool(
            _ask, request, services, staff, wrong=said("Kies van welke partner het bestand is.")
        )
    if not isinstance(file, UploadFile) or not file.size:
        return await run_in_threadpool(_ask, request, services, staff, wrong=said("Kies een bestand."), partner=partner)
    if file.size > LARGEST:
        wrong = said("Het bestand is groter dan 25 MB. Verdeel het over meer bestanden.")
        return await run_in_threadpool(_ask, request, services, staff, wrong=wrong, partner=partner)
    content = await file.read()
    try:
        upload = await run_in_threadpool(
            lambda: services.uploads.put(
                content, municipality, PartnerId(partner), by=staff.staff_id, at=services.now()
            )
        )
    except (UnreadableFile, NoAgreement) as refusal:
        return await run_in_threadpool(_ask, request, services, staff, wrong=str(refusal), partner=partner)
    return RedirectResponse(f"{HERE}/{upload}", 303)


@router.get(HERE + "/{upload_id}")
def look(request: Request, services: OurServices, staff: Importer, upload_id: str) -> Response:
    """How the file is read, and what is wrong with which row."""
    upload = _mine(services, staff, upload_id)
    if upload.delivery is not None:
        return RedirectResponse(f"/aanleveringen/{upload.delivery}", 303)
    return _preview(request, services, staff, upload)


@router.post(HERE + "/{upload_id}")
async def decide(
    request: Request, services: OurServices, staff: Importer, form: CheckedForm, upload_id: str
) -> Response:
    """Other columns (`lees`), or: it is read well (`klopt`)."""
    upload = await run_in_threadpool(_mine, services, staff, upload_id)
    if form.get("wat") != "klopt":
        chosen = {name: _place(str(form.get(name, ""))) for name, _ in FIELDS}
        await run_in_threadpool(services.uploads.choose, upload, chosen)
        return RedirectResponse(f"{HERE}/{upload.id}", 303)
    try:
        delivery = await begin_delivery(services, upload)
    except UploadGone:
        raise NotThere from None
    except NoAgreement as refusal:
        return await run_in_threadpool(_preview, request, services, staff, upload, wrong=str(refusal), status=422)
    except RPCError as error:
        log.warning("upload.not_started", upload_id=upload.id, error=error)
        wrong = said("De verwerking kon niet beginnen. Het bestand is er nog: druk over een paar minuten nog eens.")
        return await run_in_threadpool(_preview, request, services, staff, upload, wrong=wrong, status=503)
    return RedirectResponse(f"/aanleveringen/{delivery}", 303)


def _preview(
    request: Request, services: Services, staff: Staff, upload: Upload, *, wrong: str = "", status: int = 200
) -> Response:
    try:
        found = services.uploads.preview(upload)
    except UploadGone:
        raise NotThere from None
    view = preview_view(upload, found, partner=dict(partners_of(services.database)).get(upload.partner, ""))
    here = f"{HERE}/{upload.id}"
    return rendering.page(request, "upload.html", staff, status=status, view=view, here_is=here, wrong=wrong)


def _ask(request: Request, services: Services, staff: Staff, *, wrong: str = "", partner: str = "") -> Response:
    places = municipality_names(services.database, scope(staff, Action.IMPORT_DELIVERY))
    return rendering.page(
        request,
        "upload_new.html",
        staff,
        status=422 if wrong else 200,
        partners=partners_of(services.database),
        towns=sorted(places.items(), key=lambda place: place[1]),
        chosen=partner,
        wrong=wrong,
    )


def _municipality(staff: Staff, code: str) -> MunicipalityCode:
    found = next((each for each in scope(staff, Action.IMPORT_DELIVERY) if each.text == code), None)
    if found is None:
        raise NotThere
    return found


def _mine(services: Services, staff: Staff, upload_id: str) -> Upload:
    found = services.uploads.find(upload_id)
    if found is None or found.municipality not in scope(staff, Action.IMPORT_DELIVERY):
        raise NotThere
    return found


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else -1
