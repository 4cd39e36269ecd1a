"""What a partner says of its signals after it sent them."""

import json
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from adapters.agreed_list import Told
from adapters.cell_words import texts
from adapters.reported_changes import COLUMNS, OPTIONAL_COLUMNS, Change, Ending, ReportedChanges, change_of
from adapters.table import TableRow
from policy.permissions import Action
from web.auth import OurServices
from web.partner_api.access import Asker, asked_by
from web.partner_api.once import RequestKey, once
from web.problems import also
from web.services import Services

router = APIRouter(prefix="/gemeenten/{gemeentecode}/mutaties", tags=["mutaties"])

MOST = 200
"""In one question: each is waited for."""
_FIELDS = (*COLUMNS, *OPTIONAL_COLUMNS)
Reporter = Annotated[Asker, asked_by(Action.REPORT_SIGNAL_CHANGE)]
_WORDS = {
    Ending.RECORDED: "vastgelegd",
    Ending.BUSY: "wordt vastgelegd",
    Ending.UNKNOWN: "niet gevonden",
    Ending.REFUSED: "niet vastgelegd",
    Ending.UNREADABLE: "niet te lezen",
}


class Mutatie(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kenmerk: str | int = Field(description="Uw kenmerk van de achterstand, zoals in het signaal.")
    soort: str = Field(description="betaald, ingetrokken, nieuw bedrag, incasso stil tot of einde levering")
    bedrag: str | int | float | None = Field(default=None, description="Bij een nieuw bedrag: in euro's.")
    datum: str | None = Field(default=None, description="Bij incasso stil tot en einde levering: jjjj-mm-dd.")


class Mutaties(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    mutaties: list[Mutatie] = Field(min_length=1, max_length=MOST)


class Uitkomst(BaseModel):
    mutatie: int = Field(description="De plaats in uw lijst; de eerste is 1.")
    uitkomst: str = Field(description="; ".join(_WORDS.values()))
    toelichting: str = ""


class Uitkomsten(BaseModel):
    uitkomsten: list[Uitkomst]


@router.post("", summary="Wijzigingen melden", responses=also(409, 422))
async def report(services: OurServices, asker: Reporter, key: RequestKey, said: Mutaties) -> Uitkomsten:
    """Meldt wat er met een achterstand veranderde. Dezelfde mutatie telt één keer, hoe vaak u haar ook stuurt. *Niet
    gevonden* zegt alleen dat er nu niets mee te doen is."""
    rows = [mutation.model_dump() for mutation in said.mutaties]
    content = json.dumps(rows, ensure_ascii=False).encode()
    return Uitkomsten.model_validate(
        await once(services, asker, key, "mutaties", content, lambda: _apply(services, asker, rows))
    )


async def _apply(services: Services, asker: Asker, rows: list[dict[str, Any]]) -> dict[str, Any]:
    changes = ReportedChanges(services.database, services.vault, services.desk)
    mapping = {column: place for place, column in enumerate(_FIELDS)}
    told = list[Told[Ending]]()
    for number, row in enumerate(rows, start=1):
        read = change_of(number, texts(TableRow(number, tuple(row[column] for column in _FIELDS)), mapping))
        if isinstance(read, Change):
            staff = asker.staff
            read = await changes.apply(
                read, asker.municipality, asker.partner, by=staff.staff_id, role=staff.role, at=services.now()
            )
        told.append(read)
    found = [
        Uitkomst(mutatie=one.number, uitkomst=_WORDS[one.ending], toelichting=_reason(one)).model_dump() for one in told
    ]
    return {"uitkomsten": found}


def _reason(told: Told[Ending]) -> str:
    """Why a case refuses something is said in words for its caseworkers."""
    return told.sentence if told.ending is Ending.UNREADABLE else ""
