"""Who asks, as we know them."""

from fastapi import APIRouter, Request
from pydantic import Field

from models.codes import Role
from web.auth import browser_of, form_token
from web.staff_api.access import KNOWN, Asker
from web.staff_api.parts import Shape

router = APIRouter(tags=["aanmelding"], dependencies=KNOWN)


class Medewerker(Shape):
    id: str = Field(examples=["noor"])
    naam: str = Field(examples=["Noor de Wit"])
    rol: Role
    gemeenten: list[str] = Field(description="CBS-codes.", examples=[["9901"]])
    formuliergeheim: str = Field(
        description="Voor de kop Signaalreis-Formuliergeheim, bij wie met zijn sessie iets verandert; leeg bij een "
        "toegangstoken.",
        examples=[""],
    )


@router.get("/ik", operation_id="geefWieIkBen", summary="Wie u hier bent")
def me(request: Request, staff: Asker) -> Medewerker:
    """Uw naam, rol en gemeenten van dit moment."""
    with_session = "authorization" not in request.headers and browser_of(request)
    return Medewerker(
        id=staff.staff_id,
        naam=staff.name,
        rol=staff.role,
        gemeenten=sorted(code.text for code in staff.municipalities),
        formuliergeheim=form_token(request, staff.staff_id) if with_session else "",
    )
