"""What a form said of a person is written down with the fact of its command, once, in the case's own unit."""

from typing import Any

import pytest
from sqlmodel import col, select, update

from adapters.blind import IndexKind
from adapters.documents import Documents, document_of
from adapters.outbox import Outbox
from adapters.particulars import item_of
from models.codes import (
    AttemptResult,
    Channel,
    ChannelWish,
    DocumentKind,
    ItemSource,
    ItemState,
    Language,
    LifeEvent,
    Phase,
    RepresentativeKind,
    Role,
    SignalChange,
    Standing,
)
from models.commands import AnyCommand, LogCall
from models.facts import (
    AnyFact,
    AttemptMade,
    CallbackAgreed,
    CallbackKept,
    ContactReceived,
    IdentityChecked,
    LifeEventReported,
    RepresentativeEnded,
    RepresentativeRecorded,
    SignalChanged,
)
from models.ids import AppointmentId, CaseId, CommandId, ItemId, SignalId, StaffId, StepId, unit_of_case
from models.personal import Address, Mailbox, Particulars, PersonalData, Phone, Representative, Resident
from models.tables import DocumentRow, SignalRow
from models.values import EmailAddress, Euro, PhoneNumber, Postcode
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, record, store_case, the_store
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_case_in

CASE = CaseId("case-1")
PRESS = CommandId("press-1")
NUMBER, MAILBOX = PhoneNumber("0687654321"), EmailAddress("nieuw@post.example")
KNOWN = PhoneNumber("0612345678")
REACHABLE = Particulars(phone=NUMBER, mailbox=MAILBOX)

OF_THE_RESIDENT: dict[str, AnyFact] = {
    "a call": AttemptMade(
        at=NOW,
        command_id=PRESS,
        person_id=RESIDENT,
        step_id=StepId("case-1.extra"),
        channel=Channel.CALL,
        result=AttemptResult.CONVERSATION,
    ),
    "contact": ContactReceived(at=NOW, command_id=PRESS, person_id=RESIDENT, channel=Channel.DESK),
    "a check": IdentityChecked(at=NOW, command_id=PRESS, person_id=RESIDENT, standing=Standing.CONFIRMED),
    "a callback": CallbackAgreed(
        at=NOW,
        command_id=PRESS,
        person_id=RESIDENT,
        appointment_id=AppointmentId("agreed"),
        due_at=NOW,
        phone_id=item_of(PRESS),
        staff=StaffId("noor"),
    ),
}


@pytest.mark.parametrize("fact", OF_THE_RESIDENT.values(), ids=OF_THE_RESIDENT)
def test_a_number_and_an_address_that_were_given_are_kept(databases: Databases, fact: AnyFact) -> None:
    given(databases, REACHABLE, fact)
    resident = the_resident(databases)
    assert resident.phones[-1] == Phone(id=item_of(PRESS), number=NUMBER, source=ItemSource.RESIDENT)
    assert resident.mailboxes[-1] == Mailbox(address=MAILBOX, source=ItemSource.RESIDENT)
    assert [phone.number for phone in resident.phones] == [KNOWN, NUMBER]
    assert resident.usable_phones()[0].number == KNOWN


def test_the_language_that_a_resident_chose_is_kept(databases: Databases) -> None:
    given(databases, Particulars(language=Language.ENGLISH), OF_THE_RESIDENT["a call"])
    assert the_resident(databases).language is Language.ENGLISH


def test_what_a_resident_wants_no_more_adds_up_until_everything_may_again(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    wishes = (ChannelWish.NO_MAIL, ChannelWish.NO_LETTERS, ChannelWish.NO_MAIL, ChannelWish.NO_SMS, ChannelWish.ALL)
    unwanted = []
    for number, wish in enumerate(wishes):
        pressed = CommandId(f"wish-{number}")
        press(databases, Particulars(wish=wish), pressed)
        heard = ContactReceived(at=NOW, command_id=pressed, person_id=RESIDENT, channel=Channel.DESK)
        state = happened(databases, state, heard)
        unwanted.append(the_resident(databases).unwanted)
    mail, letter, sms = Channel.MAIL, Channel.LETTER, Channel.SMS
    assert unwanted == [(mail,), (mail, letter), (mail, letter), (mail, letter, sms), ()]


def test_a_preferred_number_goes_before_the_others(databases: Databases) -> None:
    given(databases, REACHABLE.model_copy(update={"preferred": True}), OF_THE_RESIDENT["contact"])
    resident = the_resident(databases)
    assert resident.usable_phones()[0].number == NUMBER
    mailbox = resident.usable_mailbox()
    assert mailbox is not None and mailbox.address == MAILBOX
    assert [phone.preferred for phone in resident.phones] == [False, True]


def test_a_known_number_is_not_kept_twice_and_may_be_used_again(databases: Databases) -> None:
    wrong = AttemptMade(
        at=NOW,
        person_id=RESIDENT,
        step_id=StepId("case-1.call-1"),
        channel=Channel.CALL,
        result=AttemptResult.WRONG_NUMBER,
        phone_id=ItemId("phone-1"),
    )
    state = store_case(databases, a_case_in(Phase.CONTACT))
    state = happened(databases, state, wrong)
    assert [phone.state for phone in the_resident(databases).phones] == [ItemState.WRONG]
    press(databases, Particulars(phone=KNOWN))
    happened(databases, state, OF_THE_RESIDENT["contact"])
    [phone] = the_resident(databases).phones
    assert (phone.id, phone.state) == (ItemId("phone-1"), ItemState.USABLE)


def test_a_wrong_number_spoils_no_other(databases: Databases) -> None:
    fact = OF_THE_RESIDENT["a call"].model_copy(
        update={"result": AttemptResult.WRONG_NUMBER, "phone_id": ItemId("phone-1")}
    )
    given(databases, REACHABLE, fact)
    states = {phone.number: phone.state for phone in the_resident(databases).phones}
    assert states == {KNOWN: ItemState.WRONG, NUMBER: ItemState.USABLE}


def test_what_was_given_counts_whichever_fact_of_the_press_comes_first(databases: Databases) -> None:
    kept = CallbackKept(at=NOW, command_id=PRESS, person_id=RESIDENT, appointment_id=AppointmentId("agreed"))
    state = store_case(databases, a_case_in(Phase.CONTACT))
    press(databases, REACHABLE)
    happened(databases, state, kept, OF_THE_RESIDENT["a call"])
    assert [phone.number for phone in the_resident(databases).phones] == [KNOWN, NUMBER]


def test_writing_down_twice_writes_once(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    press(databases, REACHABLE)
    twice = record(state, OF_THE_RESIDENT["contact"])
    for _ in range(2):
        the_store(databases).save(twice)
    assert len(the_resident(databases).phones) == 2


def test_a_move_within_the_municipality_changes_the_address_and_lets_the_case_be_found_there(
    databases: Databases,
) -> None:
    address = Address(postcode=Postcode("9902XZ"), number=7, street="Zeeweg", town="Zonnedijk")
    moved = LifeEventReported(at=NOW, command_id=PRESS, person_id=RESIDENT, event=LifeEvent.MOVED_WITHIN)
    given(databases, Particulars(address=address), moved)
    assert the_resident(databases).address == address
    assert unit_of_case(CASE) in databases.vault.find(ZONNEDIJK, IndexKind.HOUSE, "9902XZ|7")


def test_a_new_amount_stands_on_the_signal_and_nowhere_else(databases: Databases) -> None:
    changed = SignalChanged(at=NOW, command_id=PRESS, signal_id=SignalId("signal-1"), change=SignalChange.NEW_AMOUNT)
    given(databases, Particulars(amount=Euro.parse("1.234,56")), changed)
    with databases.main.read() as session:
        assert session.get_one(SignalRow, "signal-1").amount_cents == 123_456


def test_a_paid_signal_keeps_its_amount(databases: Databases) -> None:
    paid = SignalChanged(at=NOW, command_id=PRESS, signal_id=SignalId("signal-1"), change=SignalChange.PAID)
    given(databases, Particulars(amount=Euro.parse("1")), paid)
    with databases.main.read() as session:
        assert session.get_one(SignalRow, "signal-1").amount_cents == 64_015


def test_a_representative_is_sealed_in_the_case_and_can_be_reached(databases: Databases) -> None:
    given(databases, Particulars(name="mr. B. Windvaer", phone=NUMBER, mailbox=MAILBOX), represented())
    assert document(databases, DocumentKind.REPRESENTATIVE) == Representative(
        name="mr. B. Windvaer", phone=NUMBER, mailbox=MAILBOX
    )
    with databases.main.read() as session:
        row = session.get_one(DocumentRow, document_of(DocumentKind.REPRESENTATIVE, RESIDENT))
        assert row.unit_id == unit_of_case(CASE)
    assert the_resident(databases).phones[-1].source is ItemSource.REPRESENTATIVE


def test_when_nobody_stands_for_the_resident_nothing_is_left_of_who_did(databases: Databases) -> None:
    state = given(databases, Particulars(name="mr. B. Windvaer", phone=NUMBER, mailbox=MAILBOX), represented())
    happened(databases, state, RepresentativeEnded(at=NOW, command_id=CommandId("press-2"), person_id=RESIDENT))
    assert document(databases, DocumentKind.REPRESENTATIVE) is None
    resident = the_resident(databases)
    assert [phone.number for phone in resident.phones] == [KNOWN]
    assert MAILBOX not in [mailbox.address for mailbox in resident.mailboxes]


def test_another_representative_takes_the_place_of_the_first(databases: Databases) -> None:
    state = given(databases, Particulars(name="mr. B. Windvaer", phone=NUMBER), represented())
    press(databases, Particulars(name="mw. C. Urator"), CommandId("press-2"))
    happened(databases, state, represented().model_copy(update={"command_id": CommandId("press-2")}))
    assert document(databases, DocumentKind.REPRESENTATIVE) == Representative(name="mw. C. Urator")
    assert [phone.number for phone in the_resident(databases).phones] == [KNOWN]


def test_the_sealed_command_goes_when_its_fact_is_recorded(databases: Databases) -> None:
    given(databases, REACHABLE, OF_THE_RESIDENT["contact"])
    with databases.main.read() as session:
        kinds = session.exec(select(DocumentRow.kind).where(DocumentRow.subject_id == PRESS)).all()
    assert list(kinds) == []


def test_a_fact_of_an_erased_case_is_recorded_all_the_same(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    press(databases, REACHABLE)
    databases.vault.destroy([unit_of_case(CASE)])
    happened(databases, state, OF_THE_RESIDENT["contact"], represented())
    assert [entry.fact.kind for entry in the_store(databases).journey(CASE)] == [
        "contact_received",
        "representative_recorded",
    ]


def test_a_resident_who_is_not_there_is_no_error(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    with databases.main.write() as session:
        gone = update(DocumentRow).where(col(DocumentRow.kind) == DocumentKind.PERSON).values(kind="gone", id="gone")
        session.execute(gone)
    press(databases, REACHABLE)
    happened(databases, state, OF_THE_RESIDENT["contact"])
    assert document(databases, DocumentKind.PERSON) is None


# --- small parts --------------------------------------------------------------------------------------------------


def represented() -> RepresentativeRecorded:
    return RepresentativeRecorded(
        at=NOW,
        command_id=PRESS,
        person_id=RESIDENT,
        representative=RepresentativeKind.ADMINISTRATOR,
        may_be_told=True,
    )


def press(databases: Databases, particulars: Particulars, command_id: CommandId = PRESS) -> None:
    """A button with particulars, waiting in the outbox."""
    command: AnyCommand = LogCall(
        command_id=command_id,
        by=StaffId("noor"),
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        result=AttemptResult.CONVERSATION,
    )
    Outbox(databases.main, databases.vault).put(CASE, command, "", NOW, particulars)


def given(databases: Databases, particulars: Particulars, fact: AnyFact) -> Any:
    """A case to which this fact happened, by a press with these particulars."""
    state = store_case(databases, a_case_in(Phase.CONTACT))
    press(databases, particulars)
    return happened(databases, state, fact)


def document(databases: Databases, kind: DocumentKind) -> PersonalData | None:
    with databases.main.read() as session:
        return Documents(databases.vault).read(session, kind, RESIDENT)


def the_resident(databases: Databases) -> Resident:
    found = document(databases, DocumentKind.PERSON)
    assert isinstance(found, Resident)
    return found
