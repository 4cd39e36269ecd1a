"""Personal data: the typed documents that are sealed under the key of their erasure unit.

Nothing of this module may travel through Temporal, stand in a log or be a column of the main database.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from models.base import Frozen
from models.codes import Channel, ChannelWish, Daypart, ItemSource, ItemState, Language, LegalForm, RegisterResult
from models.ids import CommandId, ItemId, PersonId
from models.takeover import PastAttempt
from models.values import Bsn, EmailAddress, Euro, PhoneNumber, Postcode


class Address(Frozen):
    """A Dutch address."""

    postcode: Postcode
    number: int = Field(ge=1, le=99_999)
    addition: str = ""
    street: str = ""
    town: str = ""


class Phone(Frozen):
    """A phone number as an item of its own, so that one wrong number does not spoil the others."""

    id: ItemId
    """By which facts name it."""
    number: PhoneNumber
    source: ItemSource = ItemSource.PARTNER
    state: ItemState = ItemState.USABLE
    preferred: bool = False


class Mailbox(Frozen):
    """A mail address as an item of its own."""

    address: EmailAddress
    source: ItemSource = ItemSource.PARTNER
    state: ItemState = ItemState.USABLE
    preferred: bool = False


class KnownPerson(Frozen):
    """A person as whoever works on their case knows them: how they are called and reached, not where they live."""

    person_id: PersonId
    initials: str = ""
    prefix: str = ""
    surname: str
    birth_date: date | None = None
    addressed_as: str = ""
    """How the persons register writes to them, when it said so."""
    phones: tuple[Phone, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    language: Language = Language.DUTCH
    """In which language we write."""
    unwanted: tuple[Channel, ...] = ()
    """Over which nothing is written: the person asked for that."""

    @property
    def name(self) -> str:
        """How the person is written to: initials, prefix, surname."""
        return " ".join(part for part in (self.initials, self.prefix, self.surname) if part)

    @property
    def on_envelope(self) -> str:
        """The name on an envelope."""
        return self.addressed_as or self.name

    def usable_mailbox(self) -> Mailbox | None:
        """The address to write to: a preferred one first, never one that is wrong or not to be used."""
        usable = [item for item in self.mailboxes if item.state is ItemState.USABLE]
        return next((item for item in usable if item.preferred), usable[0] if usable else None)

    def usable_phones(self) -> tuple[Phone, ...]:
        """The numbers that may be called, preferred ones first."""
        usable = [item for item in self.phones if item.state is ItemState.USABLE]
        return tuple(sorted(usable, key=lambda item: not item.preferred))

    def usable_mobile(self) -> Phone | None:
        """The number that takes a text message; None when no mobile number may be used."""
        return next((item for item in self.usable_phones() if item.number.text.startswith("+316")), None)


class Resident(KnownPerson):
    """A person as a partner, the register or a caseworker gave them."""

    kind: Literal["person"] = "person"
    bsn: Bsn | None = None
    address: Address

    def known(self) -> KnownPerson:
        """Without number and address."""
        return KnownPerson.model_validate({name: getattr(self, name) for name in KnownPerson.model_fields})


class RegisteredPerson(Frozen):
    """Somebody as the persons register told of them."""

    initials: str = ""
    first_names: str = ""
    prefix: str = ""
    surname: str = ""
    addressed_as: str = ""
    """How the person is written to on an envelope."""
    salutation: str = ""
    """How a letter to them begins."""
    born: str = ""
    """In words, because a date can be known in part."""
    address: Address | None = None
    lives: str = ""
    """The kind of residence, as the register names it."""
    since: str = ""
    municipality: str = ""
    died: bool = False
    secret: bool = False
    guardianship: bool = False

    @property
    def name(self) -> str:
        given = self.first_names or self.initials
        return " ".join(part for part in (given, self.prefix, self.surname) if part)


class RegisterRecord(Frozen):
    """What the persons register answered about a person: the one who is clearly meant, or everybody who may be."""

    kind: Literal["register_record"] = "register_record"
    asked_at: AwareDatetime
    people: tuple[RegisteredPerson, ...]
    result: RegisterResult | None = None
    """What followed from it; None in a record from before that was kept."""
    since: AwareDatetime | None = None
    """When it answered exactly this for the first time; `asked_at` when it never did before."""


class DeliveredSignal(Frozen):
    """A row of a delivery as the partner sent it: the signal's erasure unit begins with it."""

    kind: Literal["row"] = "row"
    partner_reference: str
    customer_number: str = ""
    resident: Resident
    amount: Euro
    origin_date: date | None = None
    signal_date: date
    crisis: bool = False
    warm_handover: bool = False
    entrepreneur: bool = False
    legal_form: LegalForm = LegalForm.PERSON
    end_of_supply_on: date | None = None
    """The day on which the partner will end the supply, when the signal announces that."""
    own_steps: str = ""
    """What the partner did itself (its social collection), in its words."""
    received_on: date | None = None
    """Of a running case that is taken over: the day on which the signal came in at the system that it comes from."""
    past: tuple[PastAttempt, ...] = ()
    """What that system did about it, the first one first."""

    @property
    def days_in_arrears(self) -> int | None:
        """Days between the origin of the arrears and the signal; None when the partner gave no origin date."""
        return None if self.origin_date is None else (self.signal_date - self.origin_date).days


class RefusedRow(Frozen):
    """A row that could not be read, kept sealed as it came so that nothing is lost."""

    kind: Literal["refused_row"] = "refused_row"
    cells: dict[str, str]


class Note(Frozen):
    """Free text of a caseworker."""

    kind: Literal["note"] = "note"
    text: str


class CalendarPart(Frozen):
    """What a mail puts into the resident's calendar, or takes out of it. Others may see it: it says nothing of why."""

    uid: str
    sequence: int
    cancelled: bool = False
    starts_at: AwareDatetime
    minutes: int
    made_at: AwareDatetime
    summary: str
    description: str = ""


class Mail(Frozen):
    """A mail to a resident, as it is sent."""

    kind: Literal["mail"] = "mail"
    address: EmailAddress
    subject: str
    body: str
    calendar: CalendarPart | None = None
    sender_name: str = ""
    """Who it comes from, as the mail program shows it; empty: as the mail server's settings say."""


class Letter(Frozen):
    """A letter to a resident, as it is printed. The envelope shows the name and the address, and nothing else."""

    kind: Literal["letter"] = "letter"
    name: str
    address: Address
    subject: str
    body: str
    language: Language = Language.DUTCH


class PrintedLetter(Frozen):
    """A letter as the printer gets it."""

    kind: Literal["printed_letter"] = "printed_letter"
    pdf: str
    """A PDF in base64."""


class TextMessage(Frozen):
    """A text message to a resident, as it is sent."""

    kind: Literal["sms"] = "sms"
    number: PhoneNumber
    body: str


Message = Mail | Letter | TextMessage
"""What was written to a resident."""


class Particulars(Frozen):
    """What a form says of a person that may not travel: it waits sealed with its command and is written down with it.

    Which of them a command has follows from what it is about; the rest is None.
    """

    amount: Euro | None = None
    """The new amount of a signal."""
    phone: PhoneNumber | None = None
    mailbox: EmailAddress | None = None
    preferred: bool = False
    """Whether the number and the mail address go before those that were known."""
    address: Address | None = None
    """Where the resident lives now."""
    language: Language | None = None
    wish: ChannelWish | None = None
    name: str = ""
    """Of a representative."""
    initials: str = ""
    """With prefix and surname: what somebody is called who was called otherwise."""
    prefix: str = ""
    surname: str = ""
    birth_date: date | None = None


class Representative(Frozen):
    """Who stands for a resident. Numbers and addresses stand with the resident's own, by their source."""

    kind: Literal["representative"] = "representative"
    name: str
    phone: PhoneNumber | None = None
    mailbox: EmailAddress | None = None


class AmountAnswer(Frozen):
    """What a partner says is owed on a day.

    Sealed in the signal's own unit, with the row that the amount was first reported in. A signal's reported amount has
    a column, because triage, counts and the national statistics ask for it; nothing but the page of the case asks for
    this one.
    """

    kind: Literal["amount_answer"] = "amount_answer"
    amount: Euro
    as_of: date


class UploadedFile(Frozen):
    """A partner's file as it was sent."""

    kind: Literal["upload"] = "upload"
    content: str = Field(repr=False)
    """Base64."""


class CallRequest(Frozen):
    """Somebody who phoned the switchboard wants to be called back."""

    kind: Literal["call_request"] = "call_request"
    surname: str
    phone: PhoneNumber
    daypart: Daypart | None = None
    wanted: str = ""
    """When, in the caller's own words."""
    note: str = ""

    @property
    def told(self) -> str:
        """All that was said beside the name, as a caseworker reads it on the case."""
        return "\n".join(part for part in (f"Wil teruggebeld worden: {self.when}.", self.note) if part)

    @property
    def when(self) -> str:
        named = self.daypart.value.lower() if self.daypart is not None else ""
        return ", ".join(part for part in (named, self.wanted) if part) or "zo snel mogelijk"


class CommandDraft(Frozen):
    """A pressed button as the outbox keeps it: the command with what belongs to it and may not travel."""

    kind: Literal["command"] = "command"
    command_id: CommandId
    command: str
    """The command as JSON (`models.commands.Command`)."""
    note: str = ""
    particulars: Particulars = Particulars()


PersonalData = Annotated[
    Resident
    | RegisterRecord
    | DeliveredSignal
    | RefusedRow
    | Note
    | Mail
    | Letter
    | PrintedLetter
    | TextMessage
    | Representative
    | AmountAnswer
    | UploadedFile
    | CallRequest
    | CommandDraft,
    Field(discriminator="kind"),
]
