"""From somebody who wants to be called back to an appointment in their case, when it is certain which case that is."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import select

from adapters.blind import IndexKind, asked_for
from adapters.call_requests import CallRequests, WaitingCall
from adapters.callers import known_resident, people_known_by
from adapters.case_store import CaseStore, UnknownCase
from adapters.command_desk import Answer, Pressed
from adapters.database import Database
from adapters.outbox import UnknownCommand
from adapters.particulars import item_of
from adapters.vault import Erased, Vault
from adapters.working_hours import WorkingHours
from models.case import CaseState
from models.codes import CallRequestStatus, Daypart, Phase, Role
from models.commands import AnyCommand, MakeCallback
from models.ids import SYSTEM, CaseId, CommandId, ItemId, PersonId, StaffId, case_of_unit, derived
from models.personal import CallRequest, Particulars
from models.tables import StaffRow
from observability import get_logger
from policy.calendar import daypart_of

log = get_logger()

PAUSE = timedelta(seconds=2)
_LOOKED_AT = 60
"""So many free moments of each are looked at for one in the daypart that was asked."""
_SOONEST = timedelta(minutes=15)
"""Earlier would be over before the case has agreed and somebody has read it."""
NO_CASE = "Er is niet één lopende zaak die zeker past."
NO_PERSON = "Het staat niet vast wie in de zaak er belde."
NO_MOMENT = "Er is geen vrij moment gevonden in het dagdeel."
WISH = "De beller zei iets over het moment."
BROKEN = "Dit verzoek kon niet vanzelf worden verwerkt."
TAKEN = "Een collega doet dit al."
AGREED = "In de zaak die past staat al een terugbelafspraak."


class Desk(Protocol):
    async def press(
        self, case: CaseId, command: AnyCommand, *, note: str = "", particulars: Particulars = ..., at: datetime
    ) -> Pressed: ...

    async def follow(self, command_id: CommandId) -> Pressed: ...


class NotPlaced(Exception):
    """No appointment came of it; `sentence` tells the caseworker why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Taken(NotPlaced):
    """Somebody else is dealing with it: whatever they make of it stands."""

    def __init__(self) -> None:
        super().__init__(TAKEN)


@dataclass(frozen=True)
class _Place:
    """Where the call belongs, and who calls when."""

    state: CaseState
    person: PersonId
    phone: ItemId | None
    """None for a number that the case did not know."""
    at: datetime
    staff: StaffId


class CallPlacer:
    """May look at a request again and again: the same request presses the same button."""

    def __init__(
        self, database: Database, vault: Vault, cases: CaseStore, desk: Desk, *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._cases = cases
        self._desk = desk
        self._now = now
        self._requests = CallRequests(database, vault)
        self._hours = WorkingHours(database)

    async def place_forever(self) -> None:
        """Until cancelled. In the worker's process, so that the switchboard's answer tells nothing by its time."""
        while True:
            try:
                await self.place()
            except SQLAlchemyError as error:
                # Our own database is away; every request is in it, and it comes back.
                log.warning("calls.unreachable", error=error)
            await asyncio.sleep(PAUSE.total_seconds())

    async def place(self) -> None:
        """Looks at every request that nobody looked at yet, or whose case has yet to answer."""
        wanted = (CallRequestStatus.NEW, CallRequestStatus.SENT)
        for call in await asyncio.to_thread(self._requests.waiting, wanted):
            await self._look_at(call)

    async def _look_at(self, call: WaitingCall) -> None:
        """Whatever is wrong with one request holds up no other, except that our own database is away."""
        try:
            if not await self._followed(call):
                state = await asyncio.to_thread(self._chosen, call)
                await self.place_in(call, state, by=SYSTEM, role=Role.CASEWORKER, person=call.asked_person)
        except Taken:
            pass
        except NotPlaced as refusal:
            await self._open(call, refusal.sentence)
        except (Erased, UnknownCase):
            await self._open(call, NO_CASE)
        except OperationalError:
            raise
        except Exception as error:
            log.error("call.broken", code=type(error).__name__, exc_info=error)
            await self._open(call, BROKEN)

    async def _open(self, call: WaitingCall, why: str) -> None:
        await asyncio.to_thread(self._requests.open, call.id, why, was=call.claim)

    async def _followed(self, call: WaitingCall) -> bool:
        """Whether a case was asked before. One that was chosen just before its button was pressed was not."""
        if call.status is not CallRequestStatus.SENT or call.command_id is None:
            return False
        try:
            pressed = await self._desk.follow(call.command_id)
        except UnknownCommand:
            return False
        await self._settle(call, call.command_id, pressed)
        return True

    async def place_in(
        self, call: WaitingCall, state: CaseState, *, by: StaffId, role: Role, person: PersonId | None = None
    ) -> CommandId:
        """Agrees the callback in this case; by which press. Without `person` whoever the caller says to be. Raises
        `NotPlaced`, `Taken` when somebody else is doing it, and `Erased` when the case is gone."""
        place = await asyncio.to_thread(self._place, call, state, person)
        command_id = _press_of(call, state, place)
        command = MakeCallback(
            command_id=command_id,
            by=by,
            role=role,
            person_id=place.person,
            due_at=place.at,
            phone_id=place.phone or item_of(command_id),
            with_staff=place.staff,
        )
        told = Particulars() if place.phone is not None else Particulars(phone=call.said.phone)
        if not await asyncio.to_thread(
            self._requests.sent, call.id, command_id, state.case_id, place.person, was=call.claim
        ):
            raise Taken
        sent = replace(call, status=CallRequestStatus.SENT, command_id=command_id)
        pressed = await self._desk.press(state.case_id, command, note=call.said.told, particulars=told, at=self._now())
        await self._settle(sent, command_id, pressed)
        return command_id

    async def _settle(self, call: WaitingCall, command_id: CommandId, pressed: Pressed) -> None:
        match pressed.answer:
            case Answer.RECORDED | Answer.ALREADY:
                await asyncio.to_thread(self._requests.done, call.id, calls=call.calls, at=self._now())
                log.info("call.placed", command_id=command_id)
            case Answer.REFUSED:
                await self._open(call, pressed.sentence)
                raise NotPlaced(pressed.sentence)
            case Answer.SENDING | Answer.RECORDING:
                pass

    # --- which case ---------------------------------------------------------------------------------------------

    def _chosen(self, call: WaitingCall) -> CaseState:
        """The case that was chosen before, and no other; else the one that certainly fits, for a caller to whom every
        moment of the daypart is the same. Raises `NotPlaced`, and `UnknownCase`."""
        if call.asked_case is not None:
            return self._cases.load(call.asked_case)
        state = self._certain(call)
        if call.said.wanted:
            raise NotPlaced(WISH)
        return state

    def _certain(self, call: WaitingCall) -> CaseState:
        """The one open case that fits number and name, else the one that knows the whole number. A name alone is
        nobody's, and so are six digits beside a name of which no sound is left. Raises `NotPlaced`."""
        said = call.said
        asked = asked_for(surname=said.surname, phone=said.phone.text)
        both = list(self._open_cases(call, asked)) if IndexKind.NAME_SOUND in asked else []
        by_number = asked_for(phone=said.phone.text)
        fitting = both or [
            state for state in self._open_cases(call, by_number) if self._phone(state, state.resident, said) is not None
        ]
        if len(fitting) != 1:
            raise NotPlaced(NO_CASE)
        return fitting[0]

    def _open_cases(self, call: WaitingCall, asked: dict[IndexKind, tuple[str, ...]]) -> Iterator[CaseState]:
        for unit in self._vault.find_by_all(call.municipality, asked):
            case = case_of_unit(unit)
            if case is None:
                continue
            try:
                state = self._cases.load(case)
            except UnknownCase:
                continue
            if state.phase is not Phase.CLOSED:
                yield state

    def _phone(self, state: CaseState, person: PersonId, said: CallRequest) -> ItemId | None:
        known = known_resident(self._cases, state, person)
        phones = () if known is None else known.usable_phones()
        return next((phone.id for phone in phones if phone.number == said.phone), None)

    # --- who calls, and when ------------------------------------------------------------------------------------

    def _place(self, call: WaitingCall, state: CaseState, person: PersonId | None) -> _Place:
        """Raises `NotPlaced`."""
        person = person or self._caller(state, call.said)
        if state.appointment_of(person) is not None:
            raise NotPlaced(AGREED)
        at, staff = self._moment(state, call.said.daypart)
        return _Place(state, person, self._phone(state, person, call.said), at, staff)

    def _caller(self, state: CaseState, said: CallRequest) -> PersonId:
        """Who in the case has the name, and the number too when several have the name. Where nobody has it, whoever
        takes the resident's own telephone. Raises `NotPlaced`."""
        named = people_known_by(self._cases, state, asked_for(surname=said.surname))
        both = [person for person in named if self._phone(state, person, said) is not None]
        fitting = both or named
        if not fitting and self._phone(state, state.resident, said) is not None:
            fitting = [state.resident]
        if len(fitting) != 1:
            raise NotPlaced(NO_PERSON)
        return fitting[0]

    def _moment(self, state: CaseState, daypart: Daypart | None) -> tuple[datetime, StaffId]:
        """The first free moment of the case's owner; of a case that is nobody's, of any caseworker there."""
        staff = [state.owner] if state.owner is not None else self._caseworkers(state)
        if state.terms is None:
            raise NotPlaced(NO_MOMENT)
        free = self._hours.free(
            staff,
            since=self._now() + _SOONEST,
            minutes=state.terms.callback.minutes,
            calendars=state.terms.calendars,
            each=_LOOKED_AT,
        )
        for moment in free:
            if daypart is None or daypart_of(moment.starts_at) is daypart:
                return moment.starts_at, moment.staff
        raise NotPlaced(NO_MOMENT)

    def _caseworkers(self, state: CaseState) -> list[StaffId]:
        wanted = select(StaffRow).where(StaffRow.role == Role.CASEWORKER).order_by(StaffRow.id)
        with self._database.read() as session:
            rows = session.exec(wanted).all()
        return [StaffId(row.id) for row in rows if state.municipality.text in row.municipalities]


def _press_of(call: WaitingCall, state: CaseState, place: _Place) -> CommandId:
    """The same press for whoever goes on with a case that was chosen; after a refusal another one."""
    if call.status is CallRequestStatus.SENT and call.command_id is not None:
        return call.command_id
    chosen = (state.case_id, place.person, place.at.isoformat(), place.staff)
    return CommandId(derived("call-request", call.id, call.command_id or "", *chosen))
