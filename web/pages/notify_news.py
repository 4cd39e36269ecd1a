"""Where NotifyNL tells what became of a message. It shows a token of its own; nobody signs in here."""

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from adapters.message_reports import MessageReports
from models.codes import MessageReport
from observability import get_logger
from web.auth import OurServices, notify_only
from web.services import Services

log = get_logger()

router = APIRouter(dependencies=[Depends(notify_only)])

LARGEST = 16 * 1024
"""What NotifyNL tells is a few hundred bytes; nobody else has anything to say here."""

_MEANS = {
    "delivered": MessageReport.DELIVERED,
    "permanent-failure": MessageReport.BOUNCED,
    "temporary-failure": MessageReport.FAILED,
    "technical-failure": MessageReport.FAILED,
    "validation-failed": MessageReport.FAILED,
    "virus-scan-failed": MessageReport.FAILED,
    "cancelled": MessageReport.FAILED,
    "received": MessageReport.POSTED,
}
"""Every other status says that it is still under way."""


class _News(BaseModel):
    """Who it went to is told too, and not read."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    reference: str | None = Field(default=None, max_length=200)
    status: str


@router.post("/terugmeldingen/notify")
async def told(request: Request, services: OurServices) -> Response:
    """204 when it was kept, or concerns no message of ours: which of the two is nobody's business. 401 without the
    token, 413 and 422 for what NotifyNL does not say; NotifyNL tells it again after an answer of 5xx."""
    body = await _limited(request)
    if body is None:
        return Response(status_code=413)
    try:
        news = _News.model_validate_json(body)
    except ValidationError:
        return Response(status_code=422)
    report = _MEANS.get(news.status)
    if report is not None and news.reference is not None:
        await run_in_threadpool(_keep, services, news.reference, report)
    return Response(status_code=204)


def _keep(services: Services, reference: str, report: MessageReport) -> None:
    reports = MessageReports(services.database, services.vault)
    if not reports.keep(reference, report, at=services.now()):
        log.info("notify.unknown_reference")


async def _limited(request: Request) -> bytes | None:
    """The body; None when it is larger than anything that is told here."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)
