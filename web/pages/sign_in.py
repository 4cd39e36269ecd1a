"""Signing in and out. The demo lets one choose who to be; a real installation puts its own sign-in here."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from models.codes import Role
from models.ids import StaffId
from web import auth, labels, queries, rendering
from web.auth import CheckedForm, NotThere, OurServices, public

router = APIRouter(dependencies=[Depends(public)])

_DEMO_ROLES = (Role.CASEWORKER, Role.SUPERVISOR, Role.REFERRAL_PARTY, Role.PARTNER, Role.SWITCHBOARD)


def _demo(services: OurServices) -> None:
    if not services.settings.demo:
        raise NotThere


OnlyInDemo = Annotated[None, Depends(_demo)]


@router.get("/aanmelden")
def choose(request: Request, services: OurServices, demo: OnlyInDemo) -> Response:
    everyone = queries.all_staff(services.database, _DEMO_ROLES)
    codes = tuple({code for staff in everyone for code in staff.municipalities})
    places = queries.municipality_names(services.database, codes)
    people = [
        (
            staff,
            labels.label(staff.party).lower() if staff.party is not None else labels.label(staff.role),
            ", ".join(sorted(places.get(code.text, code.text) for code in staff.municipalities)),
        )
        for staff in everyone
    ]
    return rendering.bare_page("sign_in.html", token=auth.form_token(request), people=people)


@router.post("/aanmelden")
def sign_in(request: Request, services: OurServices, demo: OnlyInDemo, form: CheckedForm) -> Response:
    staff = queries.staff(services.database, StaffId(str(form.get("staff", ""))))
    if staff is None or staff.role not in _DEMO_ROLES:
        raise NotThere
    return RedirectResponse(auth.sign_in(request, staff), 303)


@router.post("/afmelden")
def sign_out(request: Request, form: CheckedForm) -> Response:
    auth.sign_out(request)
    return RedirectResponse("/aanmelden", 303)
