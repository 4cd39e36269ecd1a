"""Peer review: outcomes of colleagues to judge, and how often colleagues agree."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.peer_reviews import PeerReviews, Review
from models.codes import Outcome, ReviewReason
from policy.outcomes import DEFINITIONS
from policy.peer_review import may_judge
from policy.permissions import Action, Staff, may
from web import labels, queries, rendering
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.forms.fields import Typed, Unfinished
from web.language import said
from web.review_view import review_lines, town_of
from web.services import Services

router = APIRouter()

HERE = "/toets"
Reviewer = Annotated[Staff, allowed(Action.REVIEW_OUTCOMES)]
_NOTHING: Mapping[str, str] = {}


@router.get(HERE)
def overview(
    request: Request, services: OurServices, staff: Reviewer, late: Annotated[str, Query(alias="te-laat")] = ""
) -> Response:
    within = scope(staff, Action.REVIEW_OUTCOMES)
    reviews = PeerReviews(services.database, services.policies)
    mine = [one for code in within for one in reviews.open(code) if one.reviewer in (None, staff.staff_id)]
    names = queries.municipality_names(services.database, within)
    return rendering.page(
        request,
        "reviews.html",
        staff,
        late=bool(late),
        mine=review_lines(services, [one for one in mine if one.recorded_by != staff.staff_id]),
        towns=[town_of(services, staff, code, names[code.text]) for code in within],
    )


@router.post(HERE + "/steekproef")
async def draw(
    services: OurServices, staff: Annotated[Staff, allowed(Action.DRAW_REVIEW)], form: CheckedForm
) -> Response:
    """Draws the sample of the month before; drawn before, nothing happens."""
    town = next((code for code in scope(staff, Action.DRAW_REVIEW) if code.text == form.get("municipality")), None)
    if town is None:
        raise NotThere
    await run_in_threadpool(PeerReviews(services.database, services.policies).draw, town, at=services.now())
    return RedirectResponse(HERE, 303)


@router.get(HERE + "/{review_id}")
def one_review(request: Request, services: OurServices, staff: Reviewer, review_id: str) -> Response:
    review = _given(services, staff, review_id)
    return _form(request, services, staff, review) if review.said is None else RedirectResponse(HERE, 303)


@router.post(HERE + "/{review_id}")
async def judge(
    request: Request, services: OurServices, staff: Reviewer, form: CheckedForm, review_id: str
) -> Response:
    """Keeps what a colleague would have recorded. Pressed twice it counts once."""
    typed = {field: value for field, value in form.items() if isinstance(value, str)}
    review = await run_in_threadpool(_given, services, staff, review_id)
    if review.said is None:
        try:
            other, reason = _verdict(typed, review)
        except Unfinished as unfinished:
            return await run_in_threadpool(
                _form, request, services, staff, review, typed=typed, sentence=unfinished.sentence
            )
        keep = PeerReviews(services.database, services.policies).judge
        if not await run_in_threadpool(
            keep, review.id, by=staff.staff_id, said=other, reason=reason, at=services.now()
        ):
            return RedirectResponse(f"{HERE}?te-laat=1", 303)
    return RedirectResponse(HERE, 303)


def _given(services: Services, staff: Staff, review_id: str) -> Review:
    """What this person may judge, or judged. Raises `NotThere`."""
    review = PeerReviews(services.database, services.policies).find(review_id)
    if review is None or not may(staff, Action.REVIEW_OUTCOMES, review.municipality):
        raise NotThere
    stands_in = may(staff, Action.DRAW_REVIEW, review.municipality)
    if not may_judge(staff.staff_id, recorded_by=review.recorded_by, reviewer=review.reviewer, stands_in=stands_in):
        raise NotThere
    return review


def _verdict(typed: Typed, review: Review) -> tuple[Outcome, ReviewReason | None]:
    """What the colleague would have recorded, and why when it is something else. Raises `Unfinished`."""
    if typed.get("agreed") == "ja":
        return review.outcome, None
    if typed.get("agreed") != "nee":
        raise Unfinished("agreed", said("Kies of u hetzelfde had vastgelegd."))
    try:
        other = Outcome(typed.get("said", ""))
    except ValueError:
        raise Unfinished("said", said("Kies wat u had vastgelegd.")) from None
    if other not in DEFINITIONS or other is review.outcome:
        raise Unfinished("said", said("Kies een ander resultaat dan is vastgelegd."))
    try:
        return other, ReviewReason(typed.get("reason", ""))
    except ValueError:
        raise Unfinished("reason", said("Kies waarom u iets anders had vastgelegd.")) from None


def _form(
    request: Request,
    services: Services,
    staff: Staff,
    review: Review,
    *,
    typed: Typed = _NOTHING,
    sentence: str = "",
) -> HTMLResponse:
    [line] = review_lines(services, [review])
    return rendering.page(
        request,
        "review.html",
        staff,
        status=422 if sentence else 200,
        review=line,
        definition=DEFINITIONS.get(review.outcome, ""),
        reasons=[(reason.value, labels.label(reason)) for reason in ReviewReason],
        typed=typed,
        sentence=sentence,
    )
