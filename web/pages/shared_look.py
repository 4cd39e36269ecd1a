"""Samen kijken: some signals of a partner, without whom they are about, to be looked at together with that partner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.partner_signals import Window
from adapters.shared_look import Choice, SharedLooks, Wanted
from models.codes import FeedbackCode, Route
from models.ids import PartnerId, SignalId
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff
from policy.shared_look import MOST, Known, Step, StepKind, letter, steps
from web import labels, queries, rendering, words
from web.auth import CheckedForm, NotThere, OurServices, allowed, scope
from web.language import said
from web.pages.work import PageNumber
from web.paging import PAGE, Page
from web.partner_months import months_shown
from web.policy_words.contact import Stop, stops
from web.services import Services

router = APIRouter()

HERE = "/samen-kijken"
NOT_TOLD = "in behandeling"
_FIELDS = ("partner", "gemeente", "maand", "resultaat")
_KINDS = {
    StepKind.ARREARS: "Achterstand ontstaan",
    StepKind.COLLECTION: "Incassodag",
    StepKind.MADE: "Signaal gemaakt",
    StepKind.RECEIVED: "Signaal ontvangen",
}
Looker = Annotated[Staff, allowed(Action.LOOK_TOGETHER)]
PartnerName = Annotated[str, Query(max_length=100)]
Place = Annotated[str, Query(alias="gemeente", max_length=4)]
Month = Annotated[str, Query(alias="maand", max_length=7)]
Result = Annotated[str, Query(alias="resultaat", max_length=60)]


@dataclass(frozen=True)
class Asked:
    """Of whose signals a look is, in which of the reader's municipalities, and which months may be shown."""

    partner: PartnerId
    place: MunicipalityCode
    months: Mapping[str, Window]
    month: str
    """Of the list."""
    result: str


@router.get(HERE)
def choose(
    request: Request,
    services: OurServices,
    staff: Looker,
    partner: PartnerName = "",
    place: Place = "",
    month: Month = "",
    result: Result = "",
    number: PageNumber = 1,
) -> Response:
    """The list from which signals are chosen: it shows of each no more than the partner sees."""
    return _list(request, services, staff, _asked(services, staff, partner, place, month, result), number=number)


@router.post(HERE)
def look(request: Request, services: OurServices, staff: Looker, form: CheckedForm) -> Response:
    """The chosen signals. They are sent and not part of an address, so that no address leads to somebody."""
    partner, place, month, result = (str(form.get(name, "")) for name in _FIELDS)
    asked = _asked(services, staff, partner, place, month, result)
    chosen = [SignalId(one) for one in dict.fromkeys(form.getlist("signaal")) if isinstance(one, str)]
    found = _looks(services).look(chosen, list(asked.months.values())) if len(chosen) <= MOST else []
    if not found:
        sentence = said("Kies 1 tot en met {most} signalen.", most=MOST)
        return _list(request, services, staff, asked, sentence=sentence, chosen=chosen, status=422)
    today = local(services.now()).date()
    return rendering.page(
        request,
        "shared_look.html",
        staff,
        name=queries.partner_names(services.database)[asked.partner],
        town=_town(services, asked),
        today=words.full_day(today),
        back=_fields(asked),
        usual=_usual(services, asked.place),
        signals=[_shown(letter(number), known, today) for number, known in enumerate(found)],
    )


def _list(
    request: Request,
    services: Services,
    staff: Staff,
    asked: Asked,
    *,
    number: int = 1,
    sentence: str = "",
    chosen: Sequence[SignalId] = (),
    status: int = 200,
) -> Response:
    wanted = Wanted(asked.months[asked.month], _code(asked.result), open_only=asked.result == NOT_TOLD)
    rows, total = _looks(services).choices(wanted, limit=PAGE, offset=(number - 1) * PAGE)
    within = scope(staff, Action.LOOK_TOGETHER)
    today = local(services.now()).date()
    return rendering.page(
        request,
        "shared_look_choose.html",
        staff,
        status=status,
        sentence=sentence,
        most=MOST,
        partners=queries.partner_names(services.database),
        towns=sorted(queries.municipality_names(services.database, within).items(), key=lambda town: town[1]),
        months=[(code, words.month(local(each.since).date())) for code, each in asked.months.items()],
        results=[NOT_TOLD, *(code.value for code in FeedbackCode)],
        asked=_fields(asked),
        chosen=set(chosen),
        lines=[_line(row, today) for row in rows],
        pager=rendering.pager(Page(tuple(rows), number, total), HERE, **_fields(asked)),
    )


def _asked(services: Services, staff: Staff, partner: str, place: str, month: str, result: str) -> Asked:
    """What is not asked is the first partner by name, the first municipality, this month and every result. Raises
    `NotThere`."""
    known = next((one for one in queries.partner_names(services.database) if partner in ("", one)), None)
    town = next((code for code in scope(staff, Action.LOOK_TOGETHER) if place in ("", code.text)), None)
    if known is None or town is None or result not in ("", NOT_TOLD, *FeedbackCode):
        raise NotThere
    # What is older is not shown to the partner: that it is still there would tell how it ended.
    months = months_shown(services, known, town)
    chosen = next((code for code in months if month in ("", code)), None)
    if chosen is None:
        raise NotThere
    return Asked(known, town, months, chosen, result)


def _fields(asked: Asked) -> dict[str, str]:
    values = (asked.partner, asked.place.text, asked.month, asked.result)
    return dict(zip(_FIELDS, values, strict=True))


def _code(result: str) -> FeedbackCode | None:
    return None if result in ("", NOT_TOLD) else FeedbackCode(result)


def _looks(services: Services) -> SharedLooks:
    return SharedLooks(services.database, services.vault)


def _town(services: Services, asked: Asked) -> str:
    return queries.municipality_names(services.database, [asked.place]).get(asked.place.text, "")


def _usual(services: Services, place: MunicipalityCode) -> tuple[Stop, ...]:
    """What the municipality does with an ordinary signal, by its policy: the same whichever signals are looked at."""
    policy = services.policies.policy(place)
    return stops(policy.plans[policy.routes[Route.STANDARD].plan])


def _line(row: Choice, today: date) -> dict[str, str]:
    since = row.arrears_since
    return {
        "signal": row.signal,
        "received": words.day(row.received_on, today=today),
        "since": said("niet bekend") if since is None else words.full_day(since),
        "told": said(NOT_TOLD if row.told is None else row.told.value),
    }


def _shown(name: str, known: Known, today: date) -> dict[str, object]:
    found = steps(known, today=today)
    return {"name": name, "open": known.told is None, "steps": [_step(one, today) for one in found]}


def _step(step: Step, today: date) -> dict[str, str]:
    what = _said(step)
    return {
        "day": words.weekday(step.on, today=today),
        "count": _count(step.days),
        "theirs": "" if step.is_ours else what,
        "ours": what if step.is_ours else "",
    }


def _said(step: Step) -> str:
    if step.change is not None:
        change = labels.label(step.change)
        return said("Gemeld: {change}", change=f"{change[0].lower()}{change[1:]}")
    if step.code is None:
        return said(_KINDS[step.kind])
    return said("Aan de partner gemeld: {code}", code=said(step.code.value))


def _count(days: int) -> str:
    """How far from the day on which the signal was received."""
    if days == 0:
        return said("dag 0")
    count = words.count(abs(days), "dag", "dagen")
    return said("{count} eerder", count=count) if days < 0 else said("{count} later", count=count)
