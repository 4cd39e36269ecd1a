"""What a case takes now, and pressing it: the same forms, the same desk and the same refusals as those of the pages."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from adapters.command_desk import Answer
from models.case import CaseState
from models.ids import CommandId
from policy.permissions import Action, Staff
from web import pressing, queries
from web.auth import NotThere, OurServices
from web.case_forms import CaseForm, PageForms, page_forms
from web.forms.form import NOTE_LIMIT
from web.forms.table import FORMS
from web.note_doubts import KEPT
from web.offered import offered_to
from web.pressing import NotTaken, shown_person
from web.problems import Fault, Problem, also
from web.services import Services
from web.staff_api.access import KNOWN, asked, asked_case
from web.staff_api.command_schema import Said, filled_in, note_schema, schema_of, typed_of
from web.staff_api.parts import Agreed, PersonAsked, Shape, not_taken_as_it_is

router = APIRouter(prefix="/zaken/{zaakId}", tags=["zaken"], dependencies=KNOWN)

Worker = Annotated[Staff, asked(Action.SEE_CASE)]
AskedCase = Annotated[CaseState, asked_case(Action.SEE_CASE)]


class Stand(StrEnum):
    RECORDED = "vastgelegd"
    REFUSED = "geweigerd"
    SENDING = "wordt verstuurd"
    RECORDING = "wordt vastgelegd"


_STANDS = {
    Answer.RECORDED: Stand.RECORDED,
    Answer.ALREADY: Stand.RECORDED,
    Answer.REFUSED: Stand.REFUSED,
    Answer.SENDING: Stand.SENDING,
    Answer.RECORDING: Stand.RECORDING,
}


class Mogelijkheid(Shape):
    """Een opdracht die de zaak nu aanneemt, van u en over deze persoon."""

    soort: str = Field(examples=["log_call"])
    titel: str = Field(examples=["Belpoging vastleggen"])
    groep: str = Field(examples=["Contact"])
    aanDeBeurt: bool = Field(description="Of dit hoort bij het werk dat nu open staat.")
    uitleg: str
    velden: dict[str, Any] = Field(description="JSON Schema (2020-12) van `velden` in de opdracht.")
    toelichting: dict[str, Any] = Field(description="JSON Schema van `toelichting` in de opdracht.")
    ingevuld: dict[str, str | bool] = Field(
        description="Wat de pagina al invult. Stuur het mee: daaraan ziet de zaak waar de opdracht over gaat."
    )


class NieuweOpdracht(Shape):
    """Wat iemand op de pagina van de zaak zou invullen."""

    id: UUID = Field(
        description="Door u gemaakt. Dezelfde opdracht met hetzelfde id telt één keer, hoe vaak u haar ook stuurt.",
        examples=["7f1d5a52-6c1e-4d0e-9b7e-3c2f3a1b0c4d"],
    )
    soort: str = Field(max_length=80, examples=["log_call"])
    persoonId: str = Field(default="", max_length=80, description="Over wie; leeg: de inwoner van de zaak.")
    velden: Said = Field(
        default={}, max_length=100, examples=[{"result": "no_answer", "called_at": "2027-04-05T09:00"}]
    )
    toelichting: str = Field(default="", max_length=NOTE_LIMIT, examples=["Niet opgenomen, later nog eens."])
    akkoord: Agreed = ""


class Opdracht(Shape):
    """Wat er van een opdracht werd."""

    id: str
    soort: str
    stand: Stand
    reden: str = Field(default="", description="Waarom zij geweigerd is.")


@router.get("/mogelijkheden", operation_id="geefMogelijkheden", summary="Wat de zaak nu aanneemt", responses=also(410))
def possible(services: OurServices, staff: Worker, state: AskedCase, person: PersonAsked = "") -> list[Mogelijkheid]:
    """De knoppen van de pagina van de zaak, met wat elke opdracht vraagt; het werk dat nu open staat het eerst."""
    forms = _forms(services, state, staff, person)
    rest = [form for group in forms.groups for form in group.forms]
    return [_told(form, at_hand=form in forms.at_hand) for form in (*forms.at_hand, *rest)]


@router.post(
    "/opdrachten",
    operation_id="geefOpdracht",
    summary="Een opdracht geven",
    status_code=201,
    responses=also(403, 409, 410, 422)
    | {202: {"model": Opdracht, "description": "De opdracht is bewaard; de zaak heeft nog niet geantwoord."}},
)
async def press(
    services: OurServices, staff: Worker, state: AskedCase, new: NieuweOpdracht, response: Response
) -> Opdracht:
    """Doet wat een knop van de pagina doet. Wat niet volledig is, is 422 en is niet gegeven: vul aan en stuur het
    opnieuw. Wat de zaak weigert, is 409, met de zin die de pagina toont; een nieuwe poging heeft een nieuw id."""
    command = CommandId(str(new.id))
    became = await _pressed_before(services, state, staff, command, new.soort)
    if became is None:
        became = await _press(services, state, staff, command, new)
    if became.stand is Stand.REFUSED:
        raise Problem(409, became.reden)
    response.headers["Location"] = f"/api/medewerkers/v1/zaken/{state.case_id}/opdrachten/{command}"
    if became.stand is not Stand.RECORDED:
        response.status_code = 202
    return became


@router.get(
    "/opdrachten/{opdrachtId}",
    operation_id="geefStandVanOpdracht",
    summary="Wat er van een opdracht werd",
    responses=also(410),
)
async def follow(
    services: OurServices,
    staff: Worker,
    state: AskedCase,
    command_id: Annotated[str, Path(alias="opdrachtId", description="Het id waarmee u haar gaf.")],
) -> Opdracht:
    """Van een opdracht die u zelf gaf."""
    became = await _pressed_before(services, state, staff, CommandId(command_id))
    if became is None:
        raise NotThere
    return became


async def _pressed_before(
    services: Services, state: CaseState, staff: Staff, command: CommandId, kind: str = ""
) -> Opdracht | None:
    """What became of a press of this person in this case; None when there was none. Raises `Problem` when it was
    another command than `kind`."""
    before = await run_in_threadpool(queries.pressed, services.database, command, state.case_id, staff.staff_id)
    if before is None:
        return None
    if kind not in ("", before):
        raise Problem(422, "Dit id hoort bij een andere opdracht. Gebruik een nieuw id.")
    outcome = await services.desk.follow(command)
    return Opdracht(id=command, soort=before, stand=_STANDS[outcome.answer], reden=outcome.sentence)


async def _press(
    services: Services, state: CaseState, staff: Staff, command: CommandId, new: NieuweOpdracht
) -> Opdracht:
    """Raises `Problem` for what is not a command yet."""
    form = FORMS.get(new.soort)
    typed, faults = ({}, []) if form is None else typed_of(form, new.velden)
    if faults:
        raise Problem(422, "De opdracht is niet gegeven.", faults)
    person = shown_person(state, new.persoonId)
    meant = {"kind": new.soort, "command_id": command, "shown": person, "note": new.toelichting, KEPT: new.akkoord}
    try:
        sent = await pressing.press(services, state, staff, {**typed, **meant})
    except NotTaken as not_taken:
        refusal = not_taken.refusal
        raise not_taken_as_it_is(refusal.sentence, refusal.asked, _place(refusal.field)) from None
    return Opdracht(id=command, soort=new.soort, stand=_STANDS[sent.answer], reden=sent.sentence)


def _place(field: str) -> Fault:
    name = {"kind": "body.soort", "note": "body.toelichting", "command_id": "body.id"}.get(field)
    return Fault(plaats=name or f"body.velden.{field}", reden="dit is niet goed ingevuld")


def _forms(services: Services, state: CaseState, staff: Staff, person: str) -> PageForms:
    shown = shown_person(state, person)
    return page_forms(state, staff, shown, offered_to(services, state, shown, staff), None, now=services.now())


def _told(form: CaseForm, *, at_hand: bool) -> Mogelijkheid:
    return Mogelijkheid(
        soort=form.kind,
        titel=form.title,
        groep=form.form.group.value,
        aanDeBeurt=at_hand,
        uitleg=form.form.intro,
        velden=schema_of(form),
        toelichting=note_schema(form),
        ingevuld=filled_in(form),
    )
