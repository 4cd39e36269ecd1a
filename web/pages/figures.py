"""Figures of a municipality, and what goes to the national statistics."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.monitor import Quarter, as_csv, figures, judged, monitor, open_now, quarters_with_figures
from models.values import MunicipalityCode
from policy.permissions import Action, Staff
from web import quarters, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.downloads import csv_file
from web.queries import municipality_names
from web.services import Services

router = APIRouter()

HERE = "/cijfers"
Reader = Annotated[Staff, allowed(Action.SEE_FIGURES)]


@router.get(HERE)
def shown(request: Request, services: OurServices, staff: Reader, gemeente: str = "", kwartaal: str = "") -> Response:
    municipality, quarter = asked_of(services, staff, gemeente, kwartaal)
    names, now = municipality_names(services.database, scope(staff, Action.SEE_FIGURES)), services.now()
    return rendering.page(
        request,
        "figures.html",
        staff,
        tables=[
            *figures(services.database, municipality, quarter, least=services.policies.least(municipality)),
            judged(services.database, services.policies, municipality, quarter),
        ],
        open_cases=open_now(services.database, municipality, at=now, least=services.policies.least(municipality)),
        moment=words.full_moment(now),
        towns=sorted(names.items(), key=lambda town: town[1]),
        municipality=municipality.text,
        name=names[municipality.text],
        quarter=str(quarter),
        when=quarters.name_of(quarter),
        quarters=quarters.choices(quarters_with_figures(services.database, municipality), quarter, now=now),
        may_review=bool(scope(staff, Action.REVIEW_OUTCOMES)),
    )


@router.get(HERE + ".csv")
def downloaded(services: OurServices, staff: Reader, gemeente: str = "", kwartaal: str = "") -> Response:
    municipality, quarter = asked_of(services, staff, gemeente, kwartaal)
    name = f"cijfers-{municipality.text}-{quarter}.csv"
    return csv_file(
        name, as_csv(monitor(services.database, services.policies, municipality, quarter, at=services.now()))
    )


def asked_of(services: Services, staff: Staff, municipality: str, quarter: str) -> tuple[MunicipalityCode, Quarter]:
    """What is not asked is the first municipality and the quarter of today. Raises `NotThere` and `NoSuchQuarter`."""
    within = scope(staff, Action.SEE_FIGURES)
    town = next((code for code in within if municipality in ("", code.text)), None)
    if town is None:
        raise NotThere
    return town, quarters.asked(quarter, now=services.now())
