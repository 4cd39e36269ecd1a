"""One decision about many cases: each case still gets a command of its own, and answers for itself."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from adapters.command_desk import Answer
from models.case import CaseState
from models.codes import Channel, NotPickedUpReason, Outcome
from models.commands import AnyCommand
from models.ids import BatchId, CaseId, CommandId, PersonId, derived
from models.message_text import CannotWrite
from models.personal import Message
from policy.commands import refusal_of
from policy.permissions import Action, Staff, may_in_case
from web import queries, work_queries
from web.auth import scope
from web.forms.fields import Offered
from web.forms.form import Form
from web.forms.outcome import NOT_PICKED_UP
from web.forms.reading import command_of
from web.forms.table import FORMS
from web.language import said
from web.message_ahead import message_by_hand
from web.refused import say_refusal
from web.services import Services

AT_MOST = 200
"""Cases in one go."""
_AT_ONCE = 8


class Deed(StrEnum):
    """What can be done with many cases at once."""

    NOT_PICKED_UP = "not_picked_up"
    ASSIGN = "assign"
    MAIL = "mail"
    LETTER = "letter"

    @property
    def form(self) -> Form:
        return _FORMS[self]

    @property
    def channel(self) -> Channel | None:
        """Over which it writes to residents; None when it does not."""
        return _CHANNELS.get(self)


_BY_HAND = FORMS["write_by_hand"]
_FORMS: Mapping[Deed, Form] = {
    Deed.NOT_PICKED_UP: NOT_PICKED_UP,
    Deed.ASSIGN: FORMS["assign_case"],
    Deed.MAIL: replace(_BY_HAND, title="Mail sturen", fields=()),
    Deed.LETTER: replace(_BY_HAND, title="Brief sturen", fields=()),
}
_CHANNELS = {Deed.MAIL: Channel.MAIL, Deed.LETTER: Channel.LETTER}


@dataclass(frozen=True)
class Candidate:
    """A case that was chosen, and why it cannot take part if it cannot."""

    state: CaseState
    refusal: str
    message: Message | None = None
    """What its resident is going to read, when the deed writes to them."""

    @property
    def person(self) -> PersonId:
        return self.state.subject


@dataclass(frozen=True)
class Order:
    """A command for one case, with the note that goes with it."""

    case_id: CaseId
    person: PersonId
    command: AnyCommand
    note: str


@dataclass(frozen=True)
class Ended:
    """What became of one of them."""

    case_id: CaseId
    person: PersonId
    answer: Answer
    sentence: str


def candidates(
    services: Services, staff: Staff, deed: Deed, chosen: Iterable[str], *, now: datetime
) -> tuple[Candidate, ...]:
    """The chosen cases that are open and that this member of staff may work on; `AT_MOST` of them."""
    ids = [CaseId(case) for case in dict.fromkeys(chosen)][:AT_MOST]
    return tuple(_candidate(services, staff, deed, state, now=now) for state in workable(services, staff, ids))


def _candidate(services: Services, staff: Staff, deed: Deed, state: CaseState, *, now: datetime) -> Candidate:
    refusal = _waits_already(deed, state) or refusal_of(state, _sample(deed, state, staff), now=now)
    if refusal is not None or deed.channel is None:
        return Candidate(state, say_refusal(refusal or ""))
    try:
        message = message_by_hand(services, state, state.subject, deed.channel)
    except CannotWrite:
        return Candidate(state, said("De tekst van dit bericht ontbreekt. Vraag het de beheerder."))
    return Candidate(state, "" if message is not None else said(_NOWHERE[deed.channel]), message)


def workable(services: Services, staff: Staff, cases: Iterable[CaseId]) -> list[CaseState]:
    """The open ones of these cases that this member of staff may work on, the oldest first."""
    rows = work_queries.case_rows(services.database, cases, scope(staff, Action.WORK_ON_CASE))
    states = (CaseState.model_validate({**row.state, "terms": row.terms}) for row in rows)
    return [state for state in states if may_in_case(staff, Action.WORK_ON_CASE, state)]


def offered_together(services: Services, found: Iterable[Candidate]) -> Offered:
    """The colleagues who may work on every one of these cases."""
    able = queries.colleagues(services.database, *(candidate.state for candidate in found))
    return Offered(others=tuple((each.staff_id, each.name) for each in able))


def orders(
    deed: Deed,
    found: Iterable[Candidate],
    answers: Mapping[str, object],
    note: str,
    *,
    batch: BatchId,
    staff: Staff,
) -> tuple[tuple[Order, ...], tuple[Ended, ...]]:
    """A command for each case that can take part, and those that cannot any more. The same batch gives the same
    commands, so that pressing twice does once."""
    commands = [(each, _command(deed, each.state, answers, batch=batch, staff=staff)) for each in found]
    given = tuple(
        Order(candidate.state.case_id, candidate.person, command, note)
        for candidate, command in commands
        if not candidate.refusal or command.command_id in candidate.state.commands
    )
    pressed = {order.case_id for order in given}
    left_out = tuple(
        Ended(each.state.case_id, each.person, Answer.REFUSED, each.refusal)
        for each, _ in commands
        if each.state.case_id not in pressed
    )
    return given, left_out


async def press_all(services: Services, given: Iterable[Order]) -> tuple[Ended, ...]:
    """Presses them, a few at a time; what is not answered in time goes on by itself."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def press(order: Order) -> Ended:
        async with turn:
            pressed = await services.desk.press(order.case_id, order.command, note=order.note, at=services.now())
        return Ended(order.case_id, order.person, pressed.answer, say_refusal(pressed.sentence))

    return tuple(await asyncio.gather(*(press(order) for order in given)))


def _command(
    deed: Deed, state: CaseState, answers: Mapping[str, object], *, batch: BatchId, staff: Staff
) -> AnyCommand:
    command_id = CommandId(derived("together", deed, batch, state.case_id, staff.staff_id))
    return command_of(deed.form, {**answers, **_of_case(deed, state, batch)}, command_id=command_id, by=staff)


def _of_case(deed: Deed, state: CaseState, batch: BatchId) -> dict[str, object]:
    match deed:
        case Deed.ASSIGN:
            return {}
        case Deed.NOT_PICKED_UP:
            return {"person_id": state.subject, "outcome": Outcome.NOT_PICKED_UP_OTHER, "batch_id": batch}
        case Deed.MAIL | Deed.LETTER:
            return {"person_id": state.subject, "channel": deed.channel}


def _waits_already(deed: Deed, state: CaseState) -> str | None:
    """A new proposal would take the place of one that a colleague is looking at; and nobody is written to whom a
    colleague proposes to leave alone."""
    asked = any(one.command.person_id == state.subject for one in state.proposals)
    return "Er wacht al een voorstel over deze zaak." if asked and deed is not Deed.ASSIGN else None


def _sample(deed: Deed, state: CaseState, staff: Staff) -> AnyCommand:
    """A command as it will be, to ask beforehand whether the case takes it."""
    return _command(deed, state, _SAMPLES.get(deed, {}), batch=BatchId("sample"), staff=staff)


_SAMPLES: Mapping[Deed, Mapping[str, object]] = {
    Deed.NOT_PICKED_UP: {"reason": NotPickedUpReason.NO_CAPACITY},
    Deed.ASSIGN: {"to": ""},
}
_NOWHERE = {
    Channel.MAIL: "Er is geen e-mailadres dat werkt, of de inwoner wil geen e-mail.",
    Channel.LETTER: "De inwoner wil geen brieven, of de gegevens zijn verwijderd.",
}
