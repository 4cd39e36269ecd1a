"""Who looked at this case: for everybody who may see it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from models.case import CaseState
from policy.permissions import Action, Staff
from web import look_queries, rendering
from web.auth import OurServices, allowed, allowed_case, scope
from web.look_lines import lines, older
from web.pages.work import PageNumber

router = APIRouter()


@router.get("/zaak/{case_id}/ingezien")
def seen(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_CASE)],
    state: Annotated[CaseState, allowed_case(Action.SEE_CASE)],
    lists: Annotated[bool, Query(alias="lijsten", description="Also where it stood in a list with others.")] = False,
    number: PageNumber = 1,
) -> Response:
    here = f"/zaak/{state.case_id}/ingezien{'?lijsten=true' if lists else ''}"
    found = look_queries.of_case(
        services.database, state.case_id, scope(staff, Action.SEE_CASE), lists=lists, page=number
    )
    return rendering.page(
        request,
        "seen.html",
        staff,
        case_id=state.case_id,
        lines=lines(services.database, found.rows, now=services.now()),
        lists=lists,
        pager=older(found, here),
    )
