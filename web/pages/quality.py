"""How good the signals of a partner are: for staff, and less of it for the partner itself."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.signal_quality import Period, Table, as_csv, quality, quarters_with_signals
from models.ids import PartnerId
from models.values import MunicipalityCode
from policy.permissions import Action, Staff
from policy.signal_quality import FIGURES, OWN_FIGURES, Figure
from web import quarters, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.downloads import csv_file
from web.services import Services

router = APIRouter()

HERE, OWN = "/cijfers/partners", "/partner/kwaliteit"
Reader = Annotated[Staff, allowed(Action.SEE_FIGURES)]
Own = Annotated[Staff, allowed(Action.SEE_OWN_SIGNALS)]
Place = Annotated[str, Query(alias="gemeente", max_length=4)]
When = Annotated[str, Query(alias="kwartaal")]


@router.get(HERE)
def of_a_partner(
    request: Request, services: OurServices, staff: Reader, partner: str = "", place: Place = "", when: When = ""
) -> Response:
    names = queries.partner_names(services.database)
    period = _asked(services, scope(staff, Action.SEE_FIGURES), _chosen(partner, names), place, when)
    return _page(request, services, staff, period, FIGURES, Action.SEE_FIGURES, partners=names)


@router.get(HERE + ".csv")
def csv_of_a_partner(
    services: OurServices, staff: Reader, partner: str = "", place: Place = "", when: When = ""
) -> Response:
    names = queries.partner_names(services.database)
    period = _asked(services, scope(staff, Action.SEE_FIGURES), _chosen(partner, names), place, when)
    return _file(services, period, FIGURES)


@router.get(OWN)
def own(request: Request, services: OurServices, staff: Own, place: Place = "", when: When = "") -> Response:
    period = _asked(services, scope(staff, Action.SEE_OWN_SIGNALS), staff.partner, place, when)
    return _page(request, services, staff, period, OWN_FIGURES, Action.SEE_OWN_SIGNALS, partners={})


@router.get(OWN + ".csv")
def own_csv(services: OurServices, staff: Own, place: Place = "", when: When = "") -> Response:
    period = _asked(services, scope(staff, Action.SEE_OWN_SIGNALS), staff.partner, place, when)
    return _file(services, period, OWN_FIGURES)


def _chosen(partner: str, names: dict[PartnerId, str]) -> PartnerId | None:
    """Without a choice the first by name."""
    return next((known for known in names if partner in ("", known)), None)


def _asked(
    services: Services, within: Sequence[MunicipalityCode], partner: PartnerId | None, place: str, when: str
) -> Period:
    """What is not asked is the first municipality and the quarter of today. Raises `NotThere` and `NoSuchQuarter`."""
    town = next((code for code in within if place in ("", code.text)), None)
    if town is None or partner is None:
        raise NotThere
    return Period(town, partner, quarters.asked(when, now=services.now()))


def _page(
    request: Request,
    services: Services,
    staff: Staff,
    period: Period,
    figures: Sequence[Figure],
    action: Action,
    *,
    partners: dict[PartnerId, str],
) -> Response:
    towns = queries.municipality_names(services.database, scope(staff, action))
    having = quarters_with_signals(services.database, period.municipality, period.partner)
    return rendering.page(
        request,
        "quality.html",
        staff,
        address=HERE if partners else OWN,
        tables=quality(services.database, period, figures, least=services.policies.least(period.municipality)),
        partners=partners,
        partner=period.partner,
        name=queries.partner_names(services.database).get(period.partner, ""),
        towns=sorted(towns.items(), key=lambda town: town[1]),
        municipality=period.municipality.text,
        town=towns.get(period.municipality.text, ""),
        quarters=quarters.choices(having, period.quarter, now=services.now()),
        quarter=str(period.quarter),
        when=quarters.name_of(period.quarter),
        months=[words.month(date.fromisoformat(f"{month}-01")) for month in period.quarter.months],
    )


def _file(services: Services, period: Period, figures: Sequence[Figure]) -> Response:
    name = queries.partner_names(services.database).get(period.partner, "")
    tables: list[Table] = quality(
        services.database, period, figures, least=services.policies.least(period.municipality)
    )
    text = as_csv(tables, period.quarter.months, name)
    return csv_file(f"kwaliteit-{period.partner}-{period.municipality.text}-{period.quarter}.csv", text)
