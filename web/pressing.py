"""A button of a case is pressed: what was typed is read, and sent to the case."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.command_desk import Answer
from models.case import CaseState
from models.codes import Phase
from models.commands import AnyCommand, ClaimCase, LogCall, LogVisit
from models.ids import CommandId, PersonId, derived
from policy.permissions import Staff
from web import queries
from web.auth import Forged
from web.case_forms import Refusal
from web.completing import completed
from web.forms.fields import Unfinished
from web.forms.reading import Pressed, read
from web.offered import offered_to
from web.refused import say_refusal
from web.services import Services


class NotTaken(Exception):
    """What was typed cannot be sent as it is; `refusal` holds all of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("not taken")
        self.refusal = refusal


@dataclass(frozen=True)
class Sent:
    """A press, and what is known of it after a moment."""

    command: AnyCommand
    answer: Answer
    sentence: str = ""
    """Why it was refused."""

    @property
    def command_id(self) -> CommandId:
        return self.command.command_id

    @property
    def recorded(self) -> bool:
        return self.answer in (Answer.RECORDED, Answer.ALREADY)


def typed_in(form: FormData) -> dict[str, str]:
    return {field: value for field, value in form.items() if isinstance(value, str)}


def shown_person(state: CaseState, person: str) -> PersonId:
    """The person whom a page is about: the resident, unless somebody else in the case was asked for."""
    known = PersonId(person)
    return known if state.person(known) is not None else state.resident


async def press(services: Services, state: CaseState, staff: Staff, typed: Mapping[str, str]) -> Sent:
    """Presses the button of the form whose `kind` was typed, about the person of its page. Raises `NotTaken`."""
    kind, shown = typed.get("kind", ""), shown_person(state, typed.get("shown", ""))
    try:
        pressed = await run_in_threadpool(_read, services, state, staff, kind, shown, dict(typed))
    except Unfinished as unfinished:
        raise NotTaken(Refusal(kind, unfinished.sentence, typed, unfinished.field)) from None
    command_id = pressed.command.command_id
    if await run_in_threadpool(queries.is_somebody_elses, services.database, command_id, state.case_id, staff.staff_id):
        # An id makes a press count once, so nobody may borrow another press's id (and with it its note).
        raise Forged
    outcome = await services.desk.press(
        state.case_id, pressed.command, note=pressed.note, particulars=pressed.particulars, at=services.now()
    )
    return Sent(pressed.command, outcome.answer, say_refusal(outcome.sentence))


async def keep(services: Services, state: CaseState, staff: Staff, spoken: LogCall | LogVisit) -> None:
    """Whoever spoke with the resident of a case that is nobody's goes on with it."""
    if state.owner is not None or state.phase is Phase.CLOSED:
        return
    claim = ClaimCase(command_id=CommandId(derived("claim", spoken.command_id)), by=staff.staff_id, role=staff.role)
    await services.desk.press(state.case_id, claim, at=services.now())


def _read(
    services: Services, state: CaseState, staff: Staff, kind: str, shown: PersonId, typed: dict[str, str]
) -> Pressed:
    """Raises `Unfinished`."""
    offered = offered_to(services, state, shown, staff)
    return completed(services, staff, read(kind, typed, by=staff, now=services.now(), offered=offered))
