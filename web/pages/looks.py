"""The privacy officer's pages: who looked at which case, what stands out, who searched. Nobody whom a case is about is
on them."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from adapters.blind import IndexKind
from adapters.csv_cells import harmless
from adapters.processing_log import HEADER, record
from models.codes import LookPurpose
from policy.calendar import local
from policy.looks import MANY_IN_AN_HOUR
from policy.permissions import Action, Staff
from web import labels, look_queries, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.look_lines import lines, older, who
from web.look_queries import Period, Wanted
from web.pages.work import PageNumber
from web.services import Services

router = APIRouter()

HERE, UNUSUAL, SEARCHES = "/inzage", "/inzage/opvallend", "/inzage/zoekvragen"
Reader = Annotated[Staff, allowed(Action.SEE_LOOKS)]
First = Annotated[str, Query(alias="van")]
Last = Annotated[str, Query(alias="tot")]
_BACK = timedelta(days=6)
"""Without a first day: a week, the last day included."""
_KINDS: Mapping[str, str] = {
    IndexKind.NAME_SOUND: "achternaam",
    IndexKind.STREET: "straat",
    IndexKind.BIRTH_DATE: "geboortedatum",
    IndexKind.PHONE_TAIL: "telefoonnummer",
}


@router.get(HERE)
def looks(
    request: Request,
    services: OurServices,
    staff: Reader,
    first: First = "",
    last: Last = "",
    case: Annotated[str, Query(alias="zaak", max_length=36, pattern=r"^[0-9a-f-]*$")] = "",
    somebody: Annotated[str, Query(alias="wie", max_length=80)] = "",
    purpose: Annotated[str, Query(alias="doel")] = "",
    lists: Annotated[
        bool, Query(alias="lijsten", description="Also where a case stood in a list with others.")
    ] = False,
    number: PageNumber = 1,
) -> Response:
    within, period = scope(staff, Action.SEE_LOOKS), _period(services, first, last)
    wanted = Wanted(period, case, somebody, _purpose(purpose), lists)
    found = look_queries.looks(services.database, within, wanted, page=number)
    people = look_queries.lookers(services.database, within, period)
    names = queries.staff_names(services.database, people)
    asked = {"zaak": case, "wie": somebody, "doel": purpose, "lijsten": "true" if lists else ""}
    return rendering.page(
        request,
        "looks.html",
        staff,
        lines=lines(services.database, found.rows, now=services.now()),
        period=period,
        days=urlencode({"van": period.first, "tot": period.last}),
        asked=asked,
        people=sorted(((one, who(names, one)) for one in people), key=lambda one: one[1]),
        purposes=[(one, labels.label(one)) for one in LookPurpose],
        pager=older(found, _link(HERE, period, **asked)),
    )


@router.get(HERE + ".csv")
def export(services: OurServices, staff: Reader, first: First = "", last: Last = "") -> Response:
    """The looks of a period as records of the Dutch standard for logging processing, one for each subject."""
    within, period = scope(staff, Action.SEE_LOOKS), _period(services, first, last)
    return StreamingResponse(
        _file(record(row, services.vault) for row in look_queries.all_looks(services.database, within, period)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="inzage-{period.first}-{period.last}.csv"'},
    )


@router.get(UNUSUAL)
def unusual(
    request: Request,
    services: OurServices,
    staff: Reader,
    first: First = "",
    last: Last = "",
    number: PageNumber = 1,
) -> Response:
    within, period, now = scope(staff, Action.SEE_LOOKS), _period(services, first, last), services.now()
    many = look_queries.many_cases(services.database, within, period)
    names = queries.staff_names(services.database, [one.staff_id for one in many.rows])
    apart = look_queries.without_work(services.database, within, period, page=number)
    return rendering.page(
        request,
        "unusual_looks.html",
        staff,
        period=period,
        limit=MANY_IN_AN_HOUR,
        many=[(who(names, one.staff_id), words.moment(one.hour, now=now), one.cases) for one in many.rows],
        more_of_many=many.more,
        lines=lines(services.database, apart.rows, now=now),
        pager=older(apart, _link(UNUSUAL, period)),
    )


@router.get(SEARCHES)
def searches(
    request: Request,
    services: OurServices,
    staff: Reader,
    first: First = "",
    last: Last = "",
    number: PageNumber = 1,
) -> Response:
    within, period, now = scope(staff, Action.SEE_LOOKS), _period(services, first, last), services.now()
    found = look_queries.searches(services.database, within, period, page=number)
    names = queries.staff_names(services.database, [row.staff_id for row in found.rows])
    return rendering.page(
        request,
        "searches.html",
        staff,
        period=period,
        lines=[
            (words.moment(row.at, now=now), who(names, row.staff_id), _by_what(row.kinds), row.hits)
            for row in found.rows
        ],
        pager=older(found, _link(SEARCHES, period)),
    )


def _period(services: Services, first: str, last: str) -> Period:
    """What is not asked is the week up to today. Nothing lies in a period whose first day comes after its last. Raises
    `NotThere` for what is no day."""
    try:
        end = date.fromisoformat(last) if last else local(services.now()).date()
        return Period(date.fromisoformat(first) if first else end - _BACK, end)
    except (ValueError, OverflowError):
        raise NotThere from None


def _purpose(text: str) -> LookPurpose | None:
    """Raises `NotThere` for a purpose that we do not have."""
    try:
        return LookPurpose(text) if text else None
    except ValueError:
        raise NotThere from None


def _link(path: str, period: Period, **asked: str) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode({'van': period.first, 'tot': period.last, **given})}"


def _by_what(kinds: list[str]) -> str:
    return ", ".join(_KINDS.get(kind, kind) for kind in kinds)


def _file(records: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "\ufeff" + _csv(HEADER)
    for one in records:
        yield _csv(one)


def _csv(cells: tuple[str, ...]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow([harmless(cell) for cell in cells])
    return text.getvalue()
