"""The accessibility statement: how far everybody can use the pages, what was tested for that, and whom to tell."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from adapters.registry import Registry
from web import auth, rendering, words
from web.auth import OurServices, public

router = APIRouter(dependencies=[Depends(public)])

DRAWN_UP = date(2026, 11, 26)
"""When the statement was last held against what is tested. Whoever changes either, changes this day."""


@router.get("/toegankelijkheid")
def statement(request: Request, services: OurServices) -> Response:
    """For everybody, also who is not signed in; who is, keeps their menu."""
    policies = services.policies
    with_policy = set(policies.municipalities())
    content: dict[str, Any] = {
        "drawn_up": words.full_day(DRAWN_UP),
        "senders": [
            policies.policy(municipality).sender
            for municipality in Registry(services.database).municipalities()
            if municipality in with_policy
        ],
    }
    staff = auth.signed_in(request)
    if staff is None:
        return rendering.bare_page("accessibility.html", frame="bare.html", **content)
    return rendering.page(request, "accessibility.html", staff, frame="base.html", **content)
