"""In-memory ports with behaviour, for tests of workflows; everywhere else the real parts run."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event, Semaphore

from activities.ports import AnswerLost, Booking, FateUnknown, MessageRefused, PartyUnavailable, RegisterAnswer
from activities.records import (
    CaseRecord,
    Certificate,
    ErasureOrder,
    ErasureQuestion,
    MessageClaim,
    MessageFate,
    OpenCase,
    RecordedFact,
    RegisterVerdict,
)
from adapters.executions import CaseExecution
from adapters.message_files import MessageFiles
from models.case import CaseSignal, CaseState
from models.codes import FeedbackCode, ItemSource, Objection, PartnerType, Party, RegisterResult, Standing
from models.destruction import Asked, Permit
from models.ids import BatchId, CaseId, PersonId, SignalId, StepId, UnitId, resident_of
from models.message_text import MessageTexts
from models.personal import Address, Letter, Mail, Mailbox, Message, RegisterRecord, Resident, TextMessage
from models.terms import Sender, Terms
from models.values import EmailAddress, MunicipalityCode, Postcode
from policy.triage import Arrears, Situation

_PATIENCE_SECONDS = 30


@dataclass
class Gate:
    """Holds whoever comes to it in a thread, until it is opened."""

    came: Semaphore = field(default_factory=lambda: Semaphore(0))
    opened: Event = field(default_factory=Event)

    def pass_through(self) -> None:
        self.came.release()
        assert self.opened.wait(_PATIENCE_SECONDS), "nobody opened the gate"

    async def reached(self) -> None:
        """Returns when somebody came to it; each time it is asked, when one more did."""
        assert await asyncio.to_thread(self.came.acquire, timeout=_PATIENCE_SECONDS), "nobody came to the gate"

    def open(self) -> None:
        self.opened.set()


def an_open_gate() -> Gate:
    gate = Gate()
    gate.open()
    return gate


@dataclass
class FakeStore:
    """Keeps records as the real store does: a fact once, the state of the last record."""

    mailbox: bool = True
    states: dict[CaseId, CaseState] = field(default_factory=dict)
    records: list[CaseRecord] = field(default_factory=list)
    facts: dict[str, RecordedFact] = field(default_factory=dict)
    before_save: Callable[[CaseRecord], None] = lambda record: None

    def save(self, record: CaseRecord) -> None:
        self.before_save(record)
        if record.facts and all(recorded.fact_id in self.facts for recorded in record.facts):
            return
        self.records.append(record)
        self.facts.update({recorded.fact_id: recorded for recorded in record.facts})
        self.states[record.state.case_id] = record.state

    def resident(self, case: CaseId, person: PersonId) -> Resident:
        mailbox = Mailbox(address=EmailAddress("jansen@example.nl"), source=ItemSource.PARTNER)
        return Resident(
            person_id=person,
            surname="Jansen",
            birth_date=date(1980, 1, 1),
            address=Address(postcode=Postcode("9990AA"), number=1),
            mailboxes=(mailbox,) if self.mailbox else (),
        )

    def may_write(self, case: CaseId, person: PersonId, *, in_pause: bool = False) -> bool:
        state = self.states[case]
        known = state.person(person)
        gone = known is None or known.standing is Standing.DIED
        objects = known is not None and known.objection in (Objection.MADE, Objection.UPHELD)
        return (in_pause or state.pause is None) and not gone and not objects

    def keep_register(self, case: CaseId, person: PersonId, record: RegisterRecord) -> datetime:
        return record.asked_at

    def terms(self, case: CaseId) -> Terms:
        return next(record.terms for record in reversed(self.records) if record.terms is not None)

    def arrears(self, signals: Sequence[SignalId]) -> tuple[Arrears, ...]:
        return tuple(Arrears(partner_type=PartnerType.RENT, amount=Decimal(640), months=3) for _ in signals)

    def kinds(self) -> list[str]:
        """Kinds of the facts in the order in which they were written."""
        return [recorded.fact.kind for record in self.records for recorded in record.facts]


class NobodyEarlier:
    """No resident was here before."""

    def latest(self, case: CaseId, person: PersonId, *, since: date) -> None:
        return None


@dataclass
class FakeSlots:
    closed: list[CaseId] = field(default_factory=list)

    def case_closed(self, case: CaseId) -> None:
        self.closed.append(case)


@dataclass
class FakeHealth:
    down: set[Party] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def answered(self, party: Party, *, waiting: str) -> None:
        self.down.discard(party)
        self.waiting.discard(waiting)

    def failed(self, party: Party, *, waiting: str, code: str, at: datetime) -> None:
        self.down.add(party)
        self.waiting.add(waiting)

    def gave_up(self, party: Party, *, waiting: str) -> None:
        self.waiting.discard(waiting)

    def waits_only_for(self, party: Party | None, *, waiting: str) -> None:
        if party is None:
            self.waiting.discard(waiting)


@dataclass
class FakePolicies:
    resolved: Terms

    def choose(self, municipality: MunicipalityCode, situation: Situation, on: date) -> Terms:
        return self.resolved

    def look_back(self, municipality: MunicipalityCode, on: date) -> int:
        return 6

    def sender(self, municipality: MunicipalityCode) -> Sender:
        return Sender(name="Gemeente Zonnedijk", page="https://zonnedijk.example", phone="010 123 45 00")

    def texts(self, municipality: MunicipalityCode) -> MessageTexts:
        return MessageFiles().texts()


@dataclass
class FakeRegister:
    """Answers as told, after so many `failures`; every question passes through the gate."""

    result: RegisterResult = RegisterResult.FOUND
    failures: int = 0
    asked: int = 0
    gate: Gate = field(default_factory=an_open_gate)

    def ask(self, resident: Resident, municipality: MunicipalityCode) -> RegisterAnswer:
        self.asked += 1
        self.gate.pass_through()
        if self.failures > 0:
            self.failures -= 1
            raise PartyUnavailable("register.timeout")
        return RegisterAnswer(RegisterVerdict(result=self.result), ())


@dataclass
class FakeMailServer:
    """Counts what it sent. `outcomes` are errors to raise first; every mail passes through the gate."""

    sent: list[str] = field(default_factory=list)
    outcomes: list[type[PartyUnavailable | MessageRefused | FateUnknown]] = field(default_factory=list)
    gate: Gate = field(default_factory=an_open_gate)
    can_be_asked: bool = False
    carrier: str = "smtp"

    def took(self, reference: str) -> bool:
        raise NotImplementedError

    def send(self, mail: Mail, *, reference: str) -> None:
        self.gate.pass_through()
        if self.outcomes:
            raise self.outcomes.pop(0)("mail.fault")
        self.sent.append(reference)


@dataclass
class FakePrinter:
    """Takes a letter once under its reference, after so many `failures`; every letter passes through the gate. Of so
    many `answers_lost` it takes the letter, and nobody hears of it; asked afterwards it is `silent`, or says so."""

    taken: dict[str, Letter] = field(default_factory=dict)
    failures: int = 0
    answers_lost: int = 0
    silent: bool = False
    is_queue: bool = False
    can_be_asked: bool = True
    carrier: str = "printer"
    gate: Gate = field(default_factory=an_open_gate)

    def send(self, letter: Letter, *, reference: str) -> None:
        self.gate.pass_through()
        if self.failures > 0:
            self.failures -= 1
            raise PartyUnavailable("letters.timeout")
        self.taken.setdefault(reference, letter)
        if self.answers_lost > 0:
            self.answers_lost -= 1
            raise AnswerLost("letters.answer-lost")

    def took(self, reference: str) -> bool:
        if self.silent:
            raise PartyUnavailable("letters.timeout")
        return reference in self.taken


@dataclass
class FakeSmsGateway:
    """Takes a text message once under its reference."""

    can_be_asked: bool = True
    carrier: str = "notify"

    taken: dict[str, TextMessage] = field(default_factory=dict)

    def send(self, text: TextMessage, *, reference: str) -> None:
        self.taken.setdefault(reference, text)

    def took(self, reference: str) -> bool:
        return reference in self.taken


@dataclass
class FakeMessages:
    bookings: dict[StepId, Booking] = field(default_factory=dict)

    def booked(self, step: StepId) -> Booking | None:
        return self.bookings.get(step)

    def claim(self, claim: MessageClaim, message: Message) -> Booking | None:
        known = self.bookings.get(claim.step_id)
        if known is None:
            self.bookings[claim.step_id] = Booking(message, None)
        return known

    def handing_over(self, step: StepId, carrier: str) -> None:
        """In memory no answer is ever looked up too early."""
        self.bookings[step] = replace(self.bookings[step], carrier=carrier, handed_over=timedelta(hours=1))

    def settle(self, step: StepId, fate: MessageFate, *, at: datetime) -> None:
        self.bookings[step] = replace(self.bookings[step], fate=fate)

    def release(self, step: StepId) -> None:
        known = self.bookings.get(step)
        if known is not None and known.fate is None:
            del self.bookings[step]


@dataclass
class FakeEraser:
    """Remembers the order of its steps."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    destroying: Callable[[], None] = lambda: None
    permitting: Callable[[Asked], Permit] = lambda asked: Permit(unit_id=asked.unit_id, not_before=asked.due_at)

    def destroy(self, order: ErasureOrder) -> None:
        self.destroying()
        self.steps.append(("destroy", order.units[0]))

    def delete_rows(self, order: ErasureOrder) -> int:
        self.steps.append(("rows", order.units[0]))
        return 1

    def certify(self, order: ErasureOrder, *, rows: int, executions: int, at: datetime) -> Certificate:
        self.steps.append(("certify", order.units[0]))
        return Certificate(certificate_id=order.order_id, order=order, erased_at=at, rows=rows, executions=executions)

    def due_units(self, at: datetime) -> list[ErasureOrder]:
        return []

    def held(self, unit: UnitId, *, at: datetime) -> bool:
        return False

    def permits(self, question: ErasureQuestion) -> list[Permit]:
        return [self.permitting(asked) for asked in question.asked]


@dataclass
class FakeExecutions:
    deleted: list[str] = field(default_factory=list)
    known: list[CaseExecution] = field(default_factory=list)

    async def delete(self, workflow_ids: Sequence[str]) -> int:
        self.deleted.extend(workflow_ids)
        return len(workflow_ids)

    async def running_cases(self) -> list[CaseId]:
        return []

    async def of_cases(self) -> list[CaseExecution]:
        return self.known


class FakeOverview:
    def open_cases(self) -> list[OpenCase]:
        return []

    def job_ended(self, name: str, *, at: datetime, found: int) -> None: ...


@dataclass
class FakeRelocations:
    """Remembers in which case each moved signal is. Every move passes through the gate; `merging` comes last."""

    store: FakeStore
    places: dict[SignalId, CaseId] = field(default_factory=dict)
    successors: dict[CaseId, CaseId] = field(default_factory=dict)
    gate: Gate = field(default_factory=an_open_gate)
    merging: Callable[[], None] = lambda: None

    def split(self, signal: SignalId, case: CaseId, *, at: datetime) -> CaseState:
        raise NotImplementedError

    def can_merge(self, municipality: MunicipalityCode, into: CaseId) -> bool:
        return into in self.store.states and self.store.states[into].closed_at is None

    def has(self, case: CaseId, signals: Sequence[CaseSignal]) -> bool:
        known = {signal.signal_id for signal in self.store.states[case].signals}
        return {signal.signal_id for signal in signals} <= known

    def moved(self, signals: Sequence[CaseSignal], into: CaseId, *, at: datetime) -> tuple[CaseSignal, ...]:
        self.places.update({signal.signal_id: into for signal in signals})
        self.gate.pass_through()
        return tuple(signal.model_copy(update={"person_id": resident_of(into)}) for signal in signals)

    def settled(self, signal: SignalId) -> None: ...

    def merged(self, case: CaseId, into: CaseId) -> None:
        self.merging()
        self.successors[case] = into


class FakeDoor:
    """A door that nobody stands behind."""

    async def open(self, state: CaseState, *, clock_offset: timedelta) -> None: ...

    async def join(self, case: CaseId, signal: CaseSignal, *more: CaseSignal) -> bool:
        return True

    async def feedback_delivered(
        self, case: CaseId, codes: Mapping[SignalId, FeedbackCode], batch: BatchId
    ) -> None: ...

    async def republish(self, case: CaseId) -> None: ...
