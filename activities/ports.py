"""What activities need of the world, as Protocols. `adapters/` keeps them, `worker.py` hands them out.

All methods are synchronous and may block: activities run in threads. The exceptions named here are the only ones a
port raises on purpose; anything else is a fault, and Temporal tries the activity again within its budget.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from activities.records import (
    CaseRecord,
    Certificate,
    DeliveryReport,
    ErasureOrder,
    ErasureQuestion,
    MatchedRow,
    MessageClaim,
    MessageFate,
    OpenCase,
    OwedBatch,
    RegisterVerdict,
    RowGroup,
    RowWindow,
)
from models.case import CaseSignal, CaseState
from models.codes import FeedbackCode, MessageReport, Party
from models.destruction import Permit
from models.errors import CodedError
from models.ids import BatchId, CaseId, DeliveryId, PartnerId, PersonId, RowId, SignalId, StaffId, StepId, UnitId
from models.message_text import MessageTexts
from models.personal import Letter, Mail, Message, RegisteredPerson, RegisterRecord, Resident, TextMessage
from models.terms import Sender, Terms
from models.values import MunicipalityCode
from policy.triage import Arrears, Situation


class PartyUnavailable(CodedError):
    """The party did not take the question; asking again later is safe. `code` says how (`register.timeout`)."""


class AnswerLost(PartyUnavailable):
    """The party may have taken what it was handed: ask it by the reference before handing it over again."""


class NotAuthorised(CodedError):
    """The party refuses us; asking again does not help until somebody mends the configuration."""

    retryable = False


class MessageRefused(CodedError):
    """The party refused this message for good; nothing left."""

    retryable = False


class FateUnknown(CodedError):
    """The connection was lost after the mail was handed over: it may or may not have been sent."""

    retryable = False


class RegisterAnswer(NamedTuple):
    """The persons register's answer: what follows from it, and whom it is about (or may be)."""

    verdict: RegisterVerdict
    people: tuple[RegisteredPerson, ...]


class Register(Protocol):
    """The persons register."""

    def ask(self, resident: Resident, municipality: MunicipalityCode) -> RegisterAnswer:
        """Whether this person is known, alive and living in the municipality.

        Raises `PartyUnavailable` or `NotAuthorised`.
        """
        ...


class MailServer(Protocol):
    """The way out for mail."""

    @property
    def carrier(self) -> str:
        """Who carries it, by which the ledger knows whom to ask later."""
        ...

    @property
    def can_be_asked(self) -> bool:
        """Whether it can tell what became of a mail."""
        ...

    def send(self, mail: Mail, *, reference: str) -> None:
        """Hands over one mail; `reference` becomes part of its Message-ID, or finds it again.

        Raises `PartyUnavailable` (surely not sent), `AnswerLost` (only who can be asked), `MessageRefused` (surely not
        sent, never will be), `FateUnknown` (only who cannot be asked) or `NotAuthorised`.
        """
        ...

    def took(self, reference: str) -> bool:
        """Whether a mail was taken under this reference; never asked of who cannot tell. Raises `PartyUnavailable` or
        `NotAuthorised`."""
        ...


class Printer(Protocol):
    """Who prints letters and posts them."""

    @property
    def is_queue(self) -> bool:
        """Whether a letter that was handed over waits in our own database for a print round."""
        ...

    @property
    def carrier(self) -> str: ...

    @property
    def can_be_asked(self) -> bool: ...

    def send(self, letter: Letter, *, reference: str) -> None:
        """Hands over one letter. Raises `PartyUnavailable`, `AnswerLost`, `MessageRefused` or `NotAuthorised`."""
        ...

    def took(self, reference: str) -> bool:
        """Whether a letter was taken under this reference. Raises `PartyUnavailable` or `NotAuthorised`."""
        ...


class PrintShop(Protocol):
    """Who prints batches of letters and posts them."""

    def hand_over(self, batch: BatchId, content: bytes) -> None:
        """Hands over a batch. The same batch twice is one batch for the printer.

        Raises `PartyUnavailable` (taken or not: hand it over again), `NotAuthorised`, `RequestRefused`.
        """
        ...


class PrintRounds(Protocol):
    """The letters that wait for the printer, and the batches in which they go."""

    def close(self, municipality: MunicipalityCode, *, at: datetime) -> BatchId | None:
        """The batch that the printer has not taken, else a new one of what may still leave; None when nothing waits."""
        ...

    def content(self, batch: BatchId) -> bytes:
        """The batch as the printer gets it; the same bytes each time."""
        ...

    def handed_over(self, batch: BatchId, *, at: datetime) -> int:
        """The printer has the batch; how many letters are in it."""
        ...


class SmsGateway(Protocol):
    """The way out for text messages."""

    @property
    def carrier(self) -> str: ...

    @property
    def can_be_asked(self) -> bool: ...

    def send(self, text: TextMessage, *, reference: str) -> None:
        """Hands over one text message. Raises `PartyUnavailable`, `AnswerLost`, `MessageRefused` or
        `NotAuthorised`."""
        ...

    def took(self, reference: str) -> bool:
        """Whether a message was taken under this reference. Raises `PartyUnavailable` or `NotAuthorised`."""
        ...


class BounceMailbox(Protocol):
    """Where mail comes back that could not be delivered."""

    def take(self, handle: Callable[[str, MessageReport], None], *, at_most: int) -> int:
        """Gives each notice about a mail of ours that did not arrive to `handle`, as (reference, report), and deletes
        it when `handle` returned; so a notice can come again, and none is lost. How many were deleted.

        Raises `PartyUnavailable` or `NotAuthorised`, and what `handle` raises.
        """
        ...


class Reports(Protocol):
    """Where it is kept what became of messages after they left."""

    def keep(self, reference: str, report: MessageReport, *, at: datetime) -> bool:
        """Kept once. False: no message of ours has this reference, or it was erased since."""
        ...


class PartnerDesk(Protocol):
    """A partner's door for feedback."""

    def deliver(self, partner: PartnerId, batch: BatchId, items: Sequence[tuple[str, str]]) -> None:
        """Delivers (partner's reference, feedback code) pairs. The same batch twice is one delivery for the partner.

        Raises `PartyUnavailable` or `NotAuthorised`.
        """
        ...


class PartyHealth(Protocol):
    """Who is down since when, and which cases wait for it."""

    def answered(self, party: Party, *, waiting: str) -> None: ...

    def failed(self, party: Party, *, waiting: str, code: str, at: datetime) -> None: ...

    def gave_up(self, party: Party, *, waiting: str) -> None:
        """Nothing waits for the party any more here: a person takes over."""
        ...

    def waits_only_for(self, party: Party | None, *, waiting: str) -> None:
        """What waited for another party here was called off."""
        ...


class CaseStore(Protocol):
    """The read model of cases and their sealed personal data."""

    def save(self, record: CaseRecord) -> None:
        """State row, facts and audit entries in one transaction; a fact that was saved before is not saved again.

        Adopts the sealed note of each command that the record names.
        """
        ...

    def resident(self, case: CaseId, person: PersonId) -> Resident:
        """The case's own sealed copy of a person."""
        ...

    def keep_register(self, case: CaseId, person: PersonId, record: RegisterRecord) -> datetime:
        """Seals what the persons register told of a person, in place of what it told before. Gives when it told exactly
        this for the first time, the same however often one question is tried."""
        ...

    def may_write(self, case: CaseId, person: PersonId, *, in_pause: bool = False) -> bool:
        """Whether the person may be written to as the case stands: alive, no objection open or upheld, and no pause
        unless the message may go `in_pause`.

        Nobody is written to about a case that is gone.
        """
        ...

    def terms(self, case: CaseId) -> Terms:
        """What the case is held to."""
        ...

    def arrears(self, signals: Sequence[SignalId]) -> tuple[Arrears, ...]:
        """What these signals say is owed; nothing of one that was erased."""
        ...


class CaseSlots(Protocol):
    """Which cases a signal may still join."""

    def case_closed(self, case: CaseId) -> None: ...


@dataclass(frozen=True)
class Booking:
    """A message as it was booked, and what became of it; without a fate it may or may not have left."""

    message: Message
    fate: MessageFate | None
    handed_over: timedelta | None = None
    """How long ago it was last handed over; None: nobody knows that it ever was."""
    carrier: str = ""
    """To whom."""


class Messages(Protocol):
    """The ledger that makes sending a message effectively once."""

    def booked(self, step: StepId) -> Booking | None:
        """The step's booking, if there is one."""
        ...

    def claim(self, claim: MessageClaim, message: Message) -> Booking | None:
        """Books the message before it is handed over. None: go ahead. Else the booking that was there before."""
        ...

    def handing_over(self, step: StepId, carrier: str) -> None:
        """The booked message is handed to this carrier now."""
        ...

    def settle(self, step: StepId, fate: MessageFate, *, at: datetime) -> None: ...

    def release(self, step: StepId) -> None:
        """Takes back a booking whose message surely did not leave. A settled one stays."""
        ...


class PolicyBook(Protocol):
    """The municipalities' policies."""

    def choose(self, municipality: MunicipalityCode, situation: Situation, on: date) -> Terms:
        """The route and terms of a case in this situation, by the version of this day."""
        ...

    def look_back(self, municipality: MunicipalityCode, on: date) -> int:
        """How many months back an earlier case of a resident counts, by the version of this day."""
        ...

    def sender(self, municipality: MunicipalityCode) -> Sender: ...

    def texts(self, municipality: MunicipalityCode) -> MessageTexts:
        """What its messages say today."""
        ...


class EarlierCase(NamedTuple):
    """A closed case of the same resident, and whose it was if they still work there."""

    case_id: CaseId
    owner: StaffId | None


class EarlierCases(Protocol):
    """What is still known of residents from before."""

    def latest(self, case: CaseId, person: PersonId, *, since: date) -> EarlierCase | None:
        """The case of this person that closed last, on this (local) day or later; None when there is none, or it was
        erased."""
        ...


class Deliveries(Protocol):
    """Delivered rows and the matching protocol, up to the door of Temporal."""

    def groups(self, delivery: DeliveryId, *, size: int) -> list[RowGroup]:
        """The delivery's stored rows in groups; rows about one address or person are in one group, in order."""
        ...

    def window(self, delivery: DeliveryId, *, size: int, after: int) -> RowWindow:
        """The same of the next rows behind row `after` that are looked at together; none while it is paused."""
        ...

    def match(self, row: RowId, *, at: datetime) -> MatchedRow:
        """Chooses the row's case under the lock, reserves it in the vault and writes the rows. Idempotent."""
        ...

    def rematch(self, row: RowId, closed: CaseId, *, at: datetime) -> MatchedRow:
        """The chosen case turned out to be closed: marks it closed and chooses again."""
        ...

    def settled(self, *rows: RowId) -> None:
        """Their cases have the signals of these rows: the half-done mark goes."""
        ...

    def report(self, delivery: DeliveryId, *, finished_at: datetime | None) -> DeliveryReport: ...


class UploadStore(Protocol):
    """Files that somebody confirmed."""

    def store(self, upload: str, *, progress: Callable[[int], None]) -> None:
        """Stores the rows of a file; says how many so far. May be done again."""
        ...


class BeingMerged(Exception):
    """The case cannot take signals now: its own are on their way to another case. Ask again."""


class Relocations(Protocol):
    """Moving signals between cases, in the vault and in the rows. Everything may be done again."""

    def split(self, signal: SignalId, case: CaseId, *, at: datetime) -> CaseState:
        """A case of its own for a signal of this case: reserved, its rows written; the state to open it with."""
        ...

    def can_merge(self, municipality: MunicipalityCode, into: CaseId) -> bool:
        """Whether there is such an open case in the municipality."""
        ...

    def has(self, case: CaseId, signals: Sequence[CaseSignal]) -> bool:
        """Whether the case took all these signals, as it was last published."""
        ...

    def moved(self, signals: Sequence[CaseSignal], into: CaseId, *, at: datetime) -> tuple[CaseSignal, ...]:
        """The signals' reservations and rows, in the other case; the signals as that case gets them."""
        ...

    def settled(self, signal: SignalId) -> None:
        """The case has the signal: the half-done mark goes."""
        ...

    def merged(self, case: CaseId, into: CaseId) -> None:
        """What the case knew its resident by, the other one knows too; the case can no longer be joined."""
        ...


class CaseDoor(Protocol):
    """The only door to a case, for activities that stand outside it. Async: it talks to Temporal."""

    async def open(self, state: CaseState, *, clock_offset: timedelta) -> None:
        """Starts the case's workflow; an already started one is left as it is."""
        ...

    async def join(self, case: CaseId, signal: CaseSignal, *more: CaseSignal) -> bool:
        """Brings signals to a running case, all or none; False when the case is closed or closing.

        Raises `BeingMerged`.
        """
        ...

    async def feedback_delivered(self, case: CaseId, codes: Mapping[SignalId, FeedbackCode], batch: BatchId) -> None:
        """Tells a case that its partners took the feedback. A closed case is no error."""
        ...

    async def republish(self, case: CaseId) -> None:
        """Asks a running case to write its state again. A closed case is no error."""
        ...


class FeedbackLedger(Protocol):
    """What partners are owed."""

    def owed(self, municipality: MunicipalityCode, partner: PartnerId, *, at: datetime) -> OwedBatch | None:
        """The open batch, or a new one of everything owed; None when nothing is. Asked at the moment of the partner's
        batches: what idle questions it still saw go off its list then."""
        ...

    def content(self, batch: BatchId) -> list[tuple[str, str]]:
        """(partner's reference, feedback code) per signal, opened from the sealed store."""
        ...

    def delivered(self, batch: BatchId, *, at: datetime) -> None: ...


class Eraser(Protocol):
    """The one erase path, in its order: keys and indexes, rows, executions, certificate."""

    def destroy(self, order: ErasureOrder) -> None: ...

    def delete_rows(self, order: ErasureOrder) -> int: ...

    def certify(self, order: ErasureOrder, *, rows: int, executions: int, at: datetime) -> Certificate: ...

    def due_units(self, at: datetime) -> list[ErasureOrder]:
        """Everything past its term that no retention timer of its own erases, and what a timer left behind."""
        ...

    def held(self, unit: UnitId, *, at: datetime) -> bool:
        """Whether erasing the unit is put off at this moment."""
        ...

    def permits(self, question: ErasureQuestion) -> list[Permit]:
        """From when each unit may be erased, as things stand now, in the order in which was asked."""
        ...


class ListMaker(Protocol):
    """The weekly lists of what is going to be erased."""

    def make_due(self, at: datetime) -> int:
        """Makes this week's list for every municipality that wants one and has none; how many it were."""
        ...


class ReviewSamples(Protocol):
    """The monthly samples of outcomes that colleagues judge."""

    def draw_due(self, at: datetime) -> int:
        """Draws the sample of the month before for every municipality whose sample was not drawn; how many it were."""
        ...


@dataclass(frozen=True)
class DueDigest:
    """A mail for one address of a municipality's supervisors, of one day; `reference` is its own."""

    reference: str
    municipality: MunicipalityCode
    mail: Mail
    handed_over: timedelta | None
    """How long ago it was handed over without an answer; None when it was not."""


class Digests(Protocol):
    """The mails that supervisors get on working days."""

    def due(self, municipality: MunicipalityCode, *, at: datetime) -> Sequence[DueDigest]:
        """Those of this day of which it is not known what became of them, as things stand at this moment."""
        ...

    def handing_over(self, due: DueDigest, *, again: bool) -> bool:
        """Writes down that the mail is handed over now; False when that stood there already, unless it goes `again`
        because it surely was not taken."""
        ...

    def became(self, reference: str, fate: MessageFate | None) -> None:
        """What became of it; None: it surely did not leave, and may go later."""
        ...


class Executions(Protocol):
    """Temporal's own records of a case."""

    async def delete(self, workflow_ids: Sequence[str]) -> int:
        """Deletes the executions, returns when they are gone; the number that existed."""
        ...

    async def running_cases(self) -> list[CaseId]: ...


class Overview(Protocol):
    """The other side of reconciliation: what SQL believes is open."""

    def open_cases(self) -> list[OpenCase]: ...

    def job_ended(self, name: str, *, at: datetime, found: int) -> None: ...
