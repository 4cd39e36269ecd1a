"""What a municipality asks a partner: how much is owed now."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.amount_answers import BEFORE_SIGNAL, answer_of
from adapters.amount_questions import AmountQuestions, Answering
from adapters.cell_words import texts
from adapters.table import TableRow
from models.personal import AmountAnswer
from models.values import Unreadable
from policy.calendar import local
from policy.permissions import Action
from web.auth import NotThere, OurServices
from web.partner_api.access import Asker, asked_by
from web.problems import Problem, also

router = APIRouter(prefix="/gemeenten/{gemeentecode}/bedragvragen", tags=["bedragvragen"])

Reader = Annotated[Asker, asked_by(Action.SEE_OWN_SIGNALS)]


class Bedragvraag(BaseModel):
    id: str
    kenmerk: str


class Antwoord(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    bedrag: str | int | float = Field(description="Wat er nu openstaat, in euro's; 0 als alles is betaald.")
    perDatum: date = Field(description="Op welke dag dat zo was: niet vóór de signaaldatum, niet na vandaag.")


@router.get("", summary="Open vragen naar het actuele bedrag")
def questions(services: OurServices, asker: Reader) -> list[Bedragvraag]:
    """De oudste eerst. Een vraag die niet meer nodig is, verdwijnt bij de eerstvolgende terugkoppeling."""
    found = AmountQuestions(services.database, services.vault).open(asker.partner, asker.municipality, as_partner=True)
    # When it was asked would tell when somebody spoke with the resident.
    return [Bedragvraag(id=one.id, kenmerk=one.reference) for one in found]


@router.put("/{id}/antwoord", summary="Het actuele bedrag melden", status_code=204, responses=also(409, 422))
def answer(services: OurServices, asker: Reader, id: str, said: Antwoord) -> Response:
    """Hetzelfde antwoord telt één keer. Een ander antwoord vervangt het niet: dan is het 409, tot de gemeente het
    opnieuw vraagt."""
    became = AmountQuestions(services.database, services.vault).answer_one(
        asker.partner,
        asker.municipality,
        id,
        _answer(said, local(services.now()).date()),
        by=asker.staff.staff_id,
        at=services.now(),
    )
    match became:
        case Answering.UNKNOWN:
            raise NotThere
        case Answering.ANSWERED:
            raise Problem(409, "Op deze vraag kwam al een ander antwoord.")
        case Answering.BEFORE_SIGNAL:
            raise _unreadable(BEFORE_SIGNAL)
        case Answering.RECORDED | Answering.ALREADY:
            return Response(status_code=204)


def _answer(said: Antwoord, today: date) -> AmountAnswer:
    amount = texts(TableRow(1, (said.bedrag,)), {"bedrag": 0})["bedrag"]
    try:
        return answer_of(amount, said.perDatum.isoformat(), today=today)
    except Unreadable as fault:
        raise _unreadable(str(fault)) from None


def _unreadable(fault: str) -> Problem:
    """`fault` begins with the column of the file; here the day has a name of its own."""
    named = f"perDatum{fault.removeprefix('datum')}" if fault.startswith("datum:") else fault
    return Problem(422, f"Het antwoord is niet vastgelegd. {named}")
