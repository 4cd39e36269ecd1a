"""Print rounds: which batches of letters went to the printer, which did not yet, and what was in each."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.print_rounds import Round
from policy.permissions import Action, Staff
from web import rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.queries import municipality_names

router = APIRouter()

HERE = "/printrondes"
_SHOWN = 100
Reader = Annotated[Staff, allowed(Action.SEE_PRINT_ROUNDS)]


@router.get(HERE)
def print_rounds(request: Request, services: OurServices, staff: Reader) -> Response:
    within, now = scope(staff, Action.SEE_PRINT_ROUNDS), services.now()
    names = municipality_names(services.database, within)
    waiting = sum(services.prints.waiting(code, at=now) for code in within)

    def line(one: Round) -> dict[str, object]:
        return {
            "batch": one.batch,
            "place": names.get(one.municipality.text, ""),
            "closed": words.moment(one.closed_at, now=now),
            "letters": one.letters,
            "withdrawn": one.withdrawn,
            "taken": words.moment(one.handed_over_at, now=now) if one.handed_over_at else "",
            "age": words.age(one.closed_at, now=now),
        }

    lines = [line(one) for one in services.prints.latest(within, _SHOWN)]
    return rendering.page(request, "print_rounds.html", staff, waiting=waiting, lines=lines)


@router.get(HERE + "/{batch}/manifest.json")
def manifest(services: OurServices, staff: Reader, batch: str) -> Response:
    """What is in a batch, as the printer has it, but letters that were erased since."""
    found = services.prints.find(batch)
    if found is None or found.municipality not in scope(staff, Action.SEE_PRINT_ROUNDS):
        raise NotThere
    return Response(
        services.prints.manifest(found.batch, found.municipality),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{found.batch}.json"'},
    )
