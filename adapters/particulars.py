"""What a form said of a person and may not travel, written down where it belongs when its fact is recorded."""

from collections.abc import Callable
from datetime import date
from typing import assert_never

from sqlalchemy import update
from sqlmodel import Session, col

from adapters.blind import entries_of
from adapters.documents import Documents
from adapters.vault import Vault
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    ChannelWish,
    DocumentKind,
    ItemSource,
    ItemState,
    LifeEvent,
    PersonField,
    RegisterResult,
    SignalChange,
)
from models.facts import (
    AnyFact,
    AttemptMade,
    LifeEventReported,
    PersonFact,
    PersonRectified,
    RegisterAnswered,
    RepresentativeEnded,
    RepresentativeRecorded,
    SignalChanged,
)
from models.ids import CommandId, ItemId, SignalId, derived, unit_of_case
from models.personal import Mailbox, Particulars, Phone, RegisterRecord, Representative, Resident
from models.tables import SignalRow
from models.values import EmailAddress, Euro, PhoneNumber

_ONE_PERSON = frozenset({RegisterResult.FOUND, RegisterResult.FOUND_SECRET, RegisterResult.MOVED_WITHIN})
Change = Callable[[Resident], Resident]
_NOTHING = Particulars()
_UNWANTED = {
    ChannelWish.NO_MAIL: Channel.MAIL,
    ChannelWish.NO_LETTERS: Channel.LETTER,
    ChannelWish.NO_SMS: Channel.SMS,
}


def item_of(command: CommandId) -> ItemId:
    """The phone number that was given with a command; a command can name it before it is written down."""
    return ItemId(derived("item", command))


class ParticularsKept:
    """Writes particulars in the case's own unit, in the transaction that records their fact.

    Writing the same again changes nothing. Everything here raises `Erased`.
    """

    def __init__(self, documents: Documents, vault: Vault) -> None:
        self._documents = documents
        self._vault = vault

    def write_down(self, session: Session, state: CaseState, fact: AnyFact, given: Particulars) -> None:
        """`given` came with the fact's command; what the fact itself says of a number or address counts too."""
        match fact:
            case SignalChanged(change=SignalChange.END_OF_SUPPLY):
                _supply_ends(session, fact.signal_id, fact.on)
            case SignalChanged(change=SignalChange.NEW_AMOUNT) if given.amount is not None:
                _amount_changed(session, fact.signal_id, given.amount)
            case RepresentativeRecorded():
                self._represented(session, state, fact, given)
            case RepresentativeEnded():
                self._documents.drop(session, DocumentKind.REPRESENTATIVE, fact.person_id)
                self._change(session, state, fact, _without_representative)
            case RegisterAnswered():
                self._as_registered(session, state, fact)
            case PersonRectified():
                self._change(session, state, fact, lambda resident: _rectified(resident, fact, given))
            case PersonFact() if given != _NOTHING or _says_a_number_is_wrong(fact):
                self._change(session, state, fact, lambda resident: _learned(resident, fact, given))
            case _:
                pass

    def _as_registered(self, session: Session, state: CaseState, fact: RegisterAnswered) -> None:
        """The one person whom the register clearly meant: how they are written to, and where they live now."""
        if fact.result not in _ONE_PERSON:
            return
        record = self._documents.read(session, DocumentKind.REGISTER, fact.person_id)
        if not isinstance(record, RegisterRecord) or len(record.people) != 1:
            return
        (told,) = record.people

        def known(resident: Resident) -> Resident:
            moved = fact.result is RegisterResult.MOVED_WITHIN and told.address is not None
            address = told.address if moved and told.address is not None else resident.address
            return resident.model_copy(update={"addressed_as": told.addressed_as, "address": address})

        self._change(session, state, fact, known)

    def _represented(
        self, session: Session, state: CaseState, fact: RepresentativeRecorded, given: Particulars
    ) -> None:
        document = Representative(name=given.name, phone=given.phone, mailbox=given.mailbox)
        unit = unit_of_case(state.case_id)
        self._documents.keep(session, unit, DocumentKind.REPRESENTATIVE, fact.person_id, document, at=fact.at)

        def reachable(resident: Resident) -> Resident:
            return _reachable(_without_representative(resident), fact, given, ItemSource.REPRESENTATIVE)

        self._change(session, state, fact, reachable)

    def _change(self, session: Session, state: CaseState, fact: PersonFact, change: Change) -> None:
        resident = self._documents.read(session, DocumentKind.PERSON, fact.person_id, to_change=True)
        if not isinstance(resident, Resident):
            return
        changed, unit = change(resident), unit_of_case(state.case_id)
        # A signal from where the resident lives now must find this case; an index too many finds nobody else.
        entity = all(signal.legal_entity for signal in state.signals if signal.person_id == fact.person_id)
        self._vault.index(unit, state.municipality, entries_of(changed, legal_entity=entity))
        self._documents.keep(session, unit, DocumentKind.PERSON, fact.person_id, changed, at=fact.at)


def _says_a_number_is_wrong(fact: PersonFact) -> bool:
    return isinstance(fact, AttemptMade) and fact.result is AttemptResult.WRONG_NUMBER and fact.phone_id is not None


def _learned(resident: Resident, fact: PersonFact, given: Particulars) -> Resident:
    match fact:
        case AttemptMade(result=AttemptResult.WRONG_NUMBER, phone_id=wrong) if wrong is not None:
            resident = _without_number(resident, wrong)
        case LifeEventReported(event=LifeEvent.MOVED_WITHIN) if given.address is not None:
            resident = resident.model_copy(update={"address": given.address})
        case _:
            pass
    return _reachable(resident, fact, given, ItemSource.RESIDENT)


def _rectified(resident: Resident, fact: PersonRectified, given: Particulars) -> Resident:
    """What was wrong is replaced; a number or address that was is kept as wrong, so that nobody takes it up again."""
    match fact.what:
        case PersonField.NAME:
            named = {"initials": given.initials, "prefix": given.prefix, "surname": given.surname}
            # How the register writes to them may rest on what was wrong; it is asked again before a letter.
            return resident.model_copy(update={**named, "addressed_as": ""}) if given.surname else resident
        case PersonField.BIRTH_DATE:
            return resident.model_copy(update={"birth_date": given.birth_date or resident.birth_date})
        case PersonField.ADDRESS:
            return resident.model_copy(update={"address": given.address or resident.address})
        case PersonField.PHONE:
            bare = resident if fact.phone_id is None else _without_number(resident, fact.phone_id)
            return _reachable(bare, fact, given, ItemSource.RESIDENT)
        case PersonField.MAIL:
            wrong = (
                box if box.source is ItemSource.REPRESENTATIVE else box.model_copy(update={"state": ItemState.WRONG})
                for box in resident.mailboxes
            )
            return _reachable(resident.model_copy(update={"mailboxes": tuple(wrong)}), fact, given, ItemSource.RESIDENT)
        case _:
            assert_never(fact.what)


def _reachable(resident: Resident, fact: PersonFact, given: Particulars, source: ItemSource) -> Resident:
    if given.phone is not None and fact.command_id is not None:
        resident = _with_phone(resident, given.phone, item_of(fact.command_id), source, preferred=given.preferred)
    if given.mailbox is not None:
        resident = _with_mailbox(resident, given.mailbox, source, preferred=given.preferred)
    if given.language is not None:
        resident = resident.model_copy(update={"language": given.language})
    return resident if given.wish is None else _as_wished(resident, given.wish)


def _as_wished(resident: Resident, wish: ChannelWish) -> Resident:
    channel = _UNWANTED.get(wish)
    unwanted = () if channel is None else tuple(dict.fromkeys((*resident.unwanted, channel)))
    return resident.model_copy(update={"unwanted": unwanted})


def _with_phone(
    resident: Resident, number: PhoneNumber, item: ItemId, source: ItemSource, *, preferred: bool
) -> Resident:
    """A number that was known keeps its place and may be used again."""
    known = next((phone for phone in resident.phones if phone.number == number), None)
    others = tuple(phone for phone in resident.phones if phone.number != number)
    if preferred:
        others = tuple(phone.model_copy(update={"preferred": False}) for phone in others)
    phone = known or Phone(id=item, number=number, source=source)
    phone = phone.model_copy(update={"state": ItemState.USABLE, "preferred": preferred or phone.preferred})
    return resident.model_copy(update={"phones": (*others, phone)})


def _with_mailbox(resident: Resident, address: EmailAddress, source: ItemSource, *, preferred: bool) -> Resident:
    known = next((mailbox for mailbox in resident.mailboxes if mailbox.address == address), None)
    others = tuple(mailbox for mailbox in resident.mailboxes if mailbox.address != address)
    if preferred:
        others = tuple(mailbox.model_copy(update={"preferred": False}) for mailbox in others)
    mailbox = known or Mailbox(address=address, source=source)
    mailbox = mailbox.model_copy(update={"state": ItemState.USABLE, "preferred": preferred or mailbox.preferred})
    return resident.model_copy(update={"mailboxes": (*others, mailbox)})


def _without_number(resident: Resident, wrong: ItemId) -> Resident:
    phones = tuple(
        phone.model_copy(update={"state": ItemState.WRONG}) if phone.id == wrong else phone for phone in resident.phones
    )
    return resident.model_copy(update={"phones": phones})


def _without_representative(resident: Resident) -> Resident:
    """Nobody may reach the one who stood for the resident by what was kept of the resident."""
    phones = tuple(phone for phone in resident.phones if phone.source is not ItemSource.REPRESENTATIVE)
    mailboxes = tuple(mailbox for mailbox in resident.mailboxes if mailbox.source is not ItemSource.REPRESENTATIVE)
    return resident.model_copy(update={"phones": phones, "mailboxes": mailboxes})


def _amount_changed(session: Session, signal: SignalId, amount: Euro) -> None:
    session.execute(update(SignalRow).where(col(SignalRow.id) == signal).values(amount_cents=amount.cents))


def _supply_ends(session: Session, signal: SignalId, on: date | None) -> None:
    session.execute(update(SignalRow).where(col(SignalRow.id) == signal).values(end_of_supply_on=on))
