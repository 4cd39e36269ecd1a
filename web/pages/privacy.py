"""Which personal data there are, for the privacy officer: the inventory, the register entry and the annex to a DPIA."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from adapters.note_doubts import DoubtEnd, NoteDoubts
from models.codes import Language, NoteSubject
from models.values import MunicipalityCode
from policy.calendar import local
from policy.note_check import NUMBER
from policy.permissions import Action, Staff
from policy.terms import Policy
from web import labels, queries, rendering
from web.auth import NotThere, OurServices, allowed, scope
from web.downloads import csv_response
from web.language import reads, said
from web.privacy.documents_of import Asked
from web.privacy.written_inventory import HEADINGS, inventory_rows
from web.services import Services

router = APIRouter()

HERE = "/gegevens"
_MONTHS = 12
_ENDS = {DoubtEnd.KEPT: "toch bewaard", DoubtEnd.LEFT_OUT: "nummer weggelaten"}

Reader = Annotated[Staff, allowed(Action.SEE_RETENTION)]
Wanted = Annotated[str | None, Query(alias="gemeente", max_length=4)]


@router.get(HERE)
def inventory(request: Request, services: OurServices, staff: Reader, wanted: Wanted = None) -> Response:
    return _show(request, services, staff, Asked.INVENTORY, wanted)


@router.get(f"{HERE}/register")
def register(request: Request, services: OurServices, staff: Reader, wanted: Wanted = None) -> Response:
    return _show(request, services, staff, Asked.REGISTER, wanted)


@router.get(f"{HERE}/dpia")
def dpia(request: Request, services: OurServices, staff: Reader, wanted: Wanted = None) -> Response:
    return _show(request, services, staff, Asked.DPIA, wanted)


@router.get(f"{HERE}.csv")
def as_csv(services: OurServices, staff: Reader, wanted: Wanted = None) -> Response:
    code, policy = _asked(services, staff, wanted)
    with reads(Language.DUTCH):
        return csv_response(f"gegevens-{code.text}.csv", HEADINGS, inventory_rows(policy))


@router.get(f"{HERE}.json")
def as_json(services: OurServices, staff: Reader, wanted: Wanted = None) -> Response:
    code, policy = _asked(services, staff, wanted)
    with reads(Language.DUTCH):
        fields = [dict(zip(HEADINGS, row, strict=True)) for row in inventory_rows(policy)]
    return JSONResponse({"gemeente": code.text, "beleid": policy.version, "velden": fields})


def _show(request: Request, services: Services, staff: Staff, asked: Asked, wanted: str | None) -> Response:
    code, policy = _asked(services, staff, wanted)
    known = _known(services, staff)
    names = queries.municipality_names(services.database, known)
    kept = {"gemeente": code.text} if len(known) > 1 else {}
    # A document of the municipality is in Dutch, whoever reads it.
    with reads(Language.DUTCH):
        document = asked.of(policy, names.get(code.text, code.text))
    return rendering.page(
        request,
        "privacy.html",
        staff,
        document=document,
        asked=asked,
        tabs=[(_link(_path(each), **kept), said(each.heading), each is asked) for each in Asked],
        municipalities=[
            (_link(_path(asked), gemeente=each.text), names.get(each.text, each.text), each == code)
            for each in (known if len(known) > 1 else ())
        ],
        csv=_link(f"{HERE}.csv", **kept),
        json=_link(f"{HERE}.json", **kept),
        doubts=_doubts(services, [code]) if asked is Asked.INVENTORY else None,
    )


def _known(services: Services, staff: Staff) -> tuple[MunicipalityCode, ...]:
    """The reader's municipalities that have a policy."""
    with_policy = set(services.policies.municipalities())
    return tuple(code for code in scope(staff, Action.SEE_RETENTION) if code in with_policy)


def _asked(services: Services, staff: Staff, wanted: str | None) -> tuple[MunicipalityCode, Policy]:
    """The municipality that was asked for, else the first; with today's policy. Raises `NotThere`."""
    code = next((each for each in _known(services, staff) if wanted in (None, each.text)), None)
    if code is None:
        raise NotThere
    return code, services.policies.policy(code, local(services.now()).date())


def _doubts(services: Services, within: Sequence[MunicipalityCode]) -> list[tuple[str, str, str, int]]:
    """How often something in a note was pointed out, by month."""
    return [
        (one.month, _subject(one.subject), said(_ENDS[one.ended]), one.notes)
        for one in NoteDoubts(services.database).of(within, months=_MONTHS)
    ]


def _subject(subject: str) -> str:
    return said("Nummer dat een BSN kan zijn") if subject == NUMBER else labels.label(NoteSubject(subject))


def _path(asked: Asked) -> str:
    return HERE if asked is Asked.INVENTORY else f"{HERE}/{asked.value}"


def _link(path: str, **asked: str) -> str:
    return f"{path}?{urlencode(asked)}" if asked else path
