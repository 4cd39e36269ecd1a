"""A partner answers what is owed now of the signals about which it is asked."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from policy.permissions import Staff
from web.amount_lists import AGAIN, Partners, Wrong, answered, download, sent, sent_file
from web.auth import CheckedForm, OurServices
from web.pages.partner import HERE, Place, Reader, asked_of, show
from web.services import Services

router = APIRouter()


@router.get(HERE + "/bedragen.csv")
def hand_out(services: OurServices, staff: Reader, place: Place = None) -> Response:
    return download(services, _whose(services, staff, place))


@router.get(HERE + "/bedragen")
@router.get(HERE + "/bedragen/bestand")
def once_more(staff: Reader) -> Response:
    """Where a form was answered, opened again."""
    return RedirectResponse(f"{HERE}?{AGAIN}=ja#vragen", 303)


@router.post(HERE + "/bedragen")
async def answer(request: Request, services: OurServices, staff: Reader, form: CheckedForm) -> Response:
    whose = await run_in_threadpool(_whose, services, staff, str(form.get("gemeente", "")))
    wrong = await run_in_threadpool(answered, services, form, whose, staff.staff_id)
    if wrong is not None:
        return await run_in_threadpool(
            lambda: show(request, services, staff, place=whose.municipality.text, wrong=wrong)
        )
    return RedirectResponse(f"{HERE}?gemeente={whose.municipality.text}&vastgelegd=ja", 303)


@router.post(HERE + "/bedragen/bestand")
async def answers(request: Request, services: OurServices, staff: Reader, form: CheckedForm) -> Response:
    whose = await run_in_threadpool(_whose, services, staff, str(form.get("gemeente", "")))
    became = await run_in_threadpool(sent, services, await sent_file(form), whose, staff.staff_id)
    told = {"wrong": became} if isinstance(became, Wrong) else {"report": became}
    return await run_in_threadpool(lambda: show(request, services, staff, place=whose.municipality.text, **told))


def _whose(services: Services, staff: Staff, place: str | None) -> Partners:
    """Raises `NotThere` for whatever is not this partner's."""
    window = asked_of(services, staff, place, None).window
    return Partners(window.partner, window.municipality)
