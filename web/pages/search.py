"""Somebody calls back and says who they are: their case, by any two of four things. No address holds what is typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from adapters.blind import IndexKind, asked_for
from adapters.case_searches import CaseSearches
from policy.permissions import Action, Staff, role_may
from web import rendering
from web.auth import CheckedForm, OurServices, allowed, scope
from web.forms.fields import Typed, Unfinished
from web.searching import LEAST, MOST, Hit, found, hits
from web.services import Services

router = APIRouter()

HERE = "/zoeken"
Searcher = Annotated[Staff, allowed(Action.SEE_CASE)]
_FIELDS = {
    "achternaam": IndexKind.NAME_SOUND,
    "straat": IndexKind.STREET,
    "geboortedatum": IndexKind.BIRTH_DATE,
    "telefoon": IndexKind.PHONE_TAIL,
}
_TOO_LITTLE = {
    "achternaam": "Vul de achternaam in; een voorvoegsel alleen is te weinig.",
    "straat": "Vul de naam van de straat in, zonder huisnummer.",
    "telefoon": "Vul ten minste de laatste zes cijfers van het telefoonnummer in.",
}
_TWO = "Vul ten minste twee gegevens in."
_MORE = f"Er zijn meer dan {MOST} zaken. Vul nog een gegeven in."
_ANOTHER = f"Er zijn meer dan {MOST} zaken. Vul een gegeven anders in."


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
    typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    call = str(form.get("verzoek", "")) if role_may(staff.role, Action.MATCH_CALL) else ""
    try:
        asked = _asked(typed)
    except Unfinished as wrong:
        refused = _Answer(call=call, wrong=wrong.field, sentence=wrong.sentence, typed=typed)
        return await run_in_threadpool(_show, request, staff, refused, status=422)
    answer = await run_in_threadpool(_search, services, staff, asked, typed)
    return await run_in_threadpool(_show, request, staff, replace(answer, call=call))


def _asked(typed: Typed) -> Mapping[IndexKind, tuple[str, ...]]:
    """Raises `Unfinished`."""
    asked = asked_for(
        surname=typed["achternaam"],
        street=typed["straat"],
        birth_date=_birth_date(typed["geboortedatum"]),
        phone=typed["telefoon"],
    )
    for name, kind in _FIELDS.items():
        if typed[name] and kind not in asked:
            raise Unfinished(name, _TOO_LITTLE[name])
    if len(asked) < LEAST:
        raise Unfinished(next((name for name in _FIELDS if not typed[name]), "achternaam"), _TWO)
    return asked


def _birth_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unfinished("geboortedatum", "Vul de geboortedatum in als dag, maand en jaar.") from None


def _search(services: Services, staff: Staff, asked: Mapping[IndexKind, tuple[str, ...]], typed: Typed) -> _Answer:
    now = services.now()
    states = found(services, staff, asked)
    shown = states if len(states) <= MOST else []
    for municipality in scope(staff, Action.SEE_CASE):
        here = [state.case_id for state in states if state.municipality == municipality]
        CaseSearches(services.database).record(
            staff.staff_id, municipality, asked, here if shown else [], hits=len(here), at=now
        )
    if len(states) > MOST:
        missing = next((name for name, kind in _FIELDS.items() if kind not in asked), "")
        return _Answer(wrong=missing or "achternaam", sentence=_MORE if missing else _ANOTHER, typed=typed)
    return _Answer(tuple(hits(services, staff, shown, asked, now=now)), searched=True, typed=typed)


def _show(request: Request, staff: Staff, answer: _Answer, *, status: int = 200) -> Response:
    return rendering.page(request, "search.html", staff, status=status, answer=answer)
