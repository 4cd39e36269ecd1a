"""Somebody calls back and says who they are: their case, by any two of four things. No address holds what is typed."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from policy.permissions import Action, Staff, role_may
from web import rendering
from web.auth import CheckedForm, OurServices, allowed
from web.forms.fields import Typed, Unfinished
from web.searching import FIELDS, Hit, asked_of, searched

router = APIRouter()

HERE = "/zoeken"
Searcher = Annotated[Staff, allowed(Action.SEE_CASE)]


@dataclass(frozen=True)
class _Answer:
    """What the page says of a search."""

    hits: tuple[Hit, ...] = ()
    searched: bool = False
    call: str = ""
    """For which request to be called back somebody looks."""
    wrong: str = ""
    sentence: str = ""
    typed: Typed = field(default_factory=dict, repr=False)


@router.get(HERE)
def begin(request: Request, staff: Searcher) -> Response:
    return _show(request, staff, _Answer())


@router.post(HERE)
async def search(request: Request, services: OurServices, staff: Searcher, form: CheckedForm) -> Response:
    typed = {name: str(form.get(name, "")).strip() for name in FIELDS}
    call = str(form.get("verzoek", "")) if role_may(staff.role, Action.MATCH_CALL) else ""
    try:
        asked = asked_of(typed)
    except Unfinished as wrong:
        refused = _Answer(call=call, wrong=wrong.field, sentence=wrong.sentence, typed=typed)
        return await run_in_threadpool(_show, request, staff, refused, status=422)
    try:
        shown = await run_in_threadpool(searched, services, staff, asked)
    except Unfinished as wide:
        answer = _Answer(call=call, wrong=wide.field, sentence=wide.sentence, typed=typed)
    else:
        answer = _Answer(shown, searched=True, call=call, typed=typed)
    return await run_in_threadpool(_show, request, staff, answer)


def _show(request: Request, staff: Staff, answer: _Answer, *, status: int = 200) -> Response:
    # Whatever stands in the address was typed there, and leads nowhere.
    back = HERE if request.method == "GET" else ""
    return rendering.page(request, "search.html", staff, status=status, answer=answer, back=back)
