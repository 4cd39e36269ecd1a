"""A partner delivers signals, and asks what became of the delivery."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from temporalio.service import RPCError

from adapters.agreements import NoAgreement
from adapters.signal_form import COLUMNS, OPTIONAL_COLUMNS, UnreadableFile
from adapters.table import TableRow
from adapters.uploads import UploadGone, counts
from models.codes import RowStatus
from models.ids import DeliveryId
from observability import get_logger
from policy.permissions import Action
from web import queries
from web.auth import NotThere, OurServices
from web.partner_api.access import Asker, asked_by
from web.partner_api.once import RequestKey, once
from web.problems import Fault, Problem, also
from web.queries import Delivery
from web.services import Services
from web.uploading import begin_delivery

router = APIRouter(prefix="/gemeenten/{gemeentecode}/aanleveringen", tags=["aanleveringen"])
log = get_logger()

MOST = 10_000
"""Signals in one question."""
_COLUMNS = (*COLUMNS, *OPTIONAL_COLUMNS)
_FIRST_ROW = 2
"""As a file, a delivery has a header in row 1."""
Sender = Annotated[Asker, asked_by(Action.SEND_OWN_SIGNALS)]
Text = str | int | float | None
YesNo = bool | str | None


class Signaal(BaseModel):
    """Een signaal. De vorm van elk veld staat in de beschrijving van het bestand; een veld dat niet klopt maakt alleen
    dit signaal onleesbaar."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kenmerk: Text = Field(default=None, description="Uw eigen kenmerk van deze achterstand. Verplicht.")
    klantnummer: Text = None
    voorletters: Text = None
    tussenvoegsel: Text = None
    achternaam: Text = Field(default=None, description="Verplicht.")
    geboortedatum: Text = Field(default=None, description="jjjj-mm-dd")
    bsn: Text = None
    postcode: Text = Field(default=None, description="Verplicht.")
    huisnummer: Text = Field(default=None, description="Verplicht.")
    toevoeging: Text = None
    straat: Text = None
    plaats: Text = None
    telefoon: Text = None
    email: Text = None
    bedrag: Text = Field(default=None, description="In euro's. Verplicht.")
    ontstaansdatum: Text = Field(default=None, description="jjjj-mm-dd")
    signaaldatum: Text = Field(default=None, description="jjjj-mm-dd. Verplicht.")
    crisis: YesNo = None
    warme_overdracht: YesNo = None
    eigen_stappen: Text = None
    einde_levering: Text = Field(default=None, description="jjjj-mm-dd")
    ondernemer: YesNo = None
    rechtsvorm: Text = Field(default=None, description="Leeg: een persoon. Een rechtspersoon is geen inwoner.")


class NieuweAanlevering(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    signalen: list[Signaal] = Field(min_length=1, max_length=MOST)


class Stand(StrEnum):
    BEING_STORED = "ontvangen"
    UNDER_WAY = "in verwerking"
    PAUSED = "gepauzeerd"
    DONE = "verwerkt"


class Aanlevering(BaseModel):
    """Wat er van een aanlevering werd. Wat de gemeente met een signaal doet, staat bij de signalen."""

    id: str
    ontvangenOp: datetime
    stand: Stand
    gelezen: int = Field(description="Signalen die te lezen waren.")
    geweigerd: int = Field(description="Signalen die niet te lezen waren; zie geweigerde-signalen.")


class Begonnen(BaseModel):
    id: str


class FoutVeld(BaseModel):
    veld: str
    reden: str


class Geweigerd(BaseModel):
    """Een signaal dat niet te lezen was: stuur het verbeterd opnieuw."""

    signaal: int = Field(description="De plaats in uw lijst; het eerste is 1.")
    fouten: list[FoutVeld]


@router.post("", summary="Signalen aanleveren", status_code=202, responses=also(409, 422, 503))
async def deliver(
    services: OurServices, asker: Sender, key: RequestKey, new: NieuweAanlevering, response: Response
) -> Begonnen:
    """Levert signalen aan. Ze zijn verzegeld bewaard als het antwoord er is, en worden daarna verwerkt."""
    records = [signal.model_dump() for signal in new.signalen]
    says_nothing = [
        Fault(plaats=f"body.signalen.{place}", reden="in dit signaal staat niets")
        for place, record in enumerate(records)
        if not counts(TableRow(place, tuple(record.values())))
    ]
    if says_nothing:
        raise Problem(422, "Er is niets bewaard.", says_nothing)
    content = json.dumps(records, ensure_ascii=False).encode()
    answer = await once(services, asker, key, "aanlevering", content, lambda: _begin(services, asker, content))
    response.headers["Location"] = f"/api/v1/gemeenten/{asker.municipality.text}/aanleveringen/{answer['id']}"
    return Begonnen.model_validate(answer)


@router.get("/{id}", summary="Hoe ver een aanlevering is")
def look(services: OurServices, asker: Sender, id: str) -> Aanlevering:
    """Hoe ver de aanlevering is."""
    return _told(_own(services, asker, id))


@router.get("/{id}/geweigerde-signalen", summary="Signalen die niet te lezen waren")
def refused(
    services: OurServices, asker: Sender, id: str, pagina: Annotated[int, Query(ge=1, le=100_000)] = 1
) -> list[Geweigerd]:
    """Per vijftig de signalen die niet te lezen waren, met per veld de vorm die het moet hebben."""
    found = queries.refused_rows(services.database, DeliveryId(_own(services, asker, id).row.id), page=pagina)
    return [
        Geweigerd(
            signaal=row.number - _FIRST_ROW + 1,
            fouten=[FoutVeld(veld=error["field"], reden=error["reason"]) for error in row.errors],
        )
        for row in found.rows
    ]


async def _begin(services: Services, asker: Asker, content: bytes) -> dict[str, Any]:
    mapping = {column: place for place, column in enumerate(_COLUMNS)}
    try:
        kept = await run_in_threadpool(
            lambda: services.uploads.put(
                content,
                asker.municipality,
                asker.partner,
                by=asker.staff.staff_id,
                at=services.now(),
                mapping=mapping,
            )
        )
        upload = services.uploads.find(kept)
        if upload is None:
            raise UploadGone
        return {"id": await begin_delivery(services, upload)}
    except (UnreadableFile, NoAgreement) as refusal:
        raise Problem(422, str(refusal)) from None
    except (RPCError, UploadGone) as error:
        log.warning("partner_api.not_started", error=error)
        raise Problem(503, "De verwerking kon niet beginnen. Stuur de vraag over een paar minuten opnieuw.") from None


def _own(services: Services, asker: Asker, id: str) -> Delivery:
    found = queries.delivery(services.database, DeliveryId(id), (asker.municipality,))
    if found is None or found.row.partner_id != asker.partner:
        raise NotThere
    return found


def _told(found: Delivery) -> Aanlevering:
    """Of rows that were read no more than their number: which of them found a case is the municipality's to know."""
    refused = found.counts.get(RowStatus.REFUSED, 0)
    waiting = found.counts.get(RowStatus.STORED, 0)
    if found.row.finished_at is not None:
        state = Stand.DONE
    elif found.row.paused_at is not None:
        state = Stand.PAUSED
    else:
        state = Stand.UNDER_WAY if found.rows > waiting else Stand.BEING_STORED
    return Aanlevering(
        id=found.row.id,
        ontvangenOp=found.row.received_at,
        stand=state,
        gelezen=found.rows - refused,
        geweigerd=refused,
    )
