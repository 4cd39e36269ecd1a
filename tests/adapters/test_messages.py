from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from activities import ports
from activities.ports import Booking
from activities.records import MessageClaim, MessageFate
from adapters.messages import Messages
from models.codes import Channel
from models.ids import CaseId, StepId
from models.personal import Mail
from models.tables import DocumentRow, MessageRow
from models.values import EmailAddress
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case
from tests.builders import NOW, RESIDENT

STEP = StepId("case-1.mail-1")
CLAIM = MessageClaim(
    step_id=STEP, case_id=CaseId("case-1"), person_id=RESIDENT, channel=Channel.MAIL, template="first-mail", at=NOW
)
MAIL = Mail(address=EmailAddress("a@post.example"), subject="Hulp", body="Beste A.")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def messages(databases: Databases) -> ports.Messages:
    store_case(databases)
    return Messages(databases.main, databases.vault)


def left(databases: Databases, table: type[SQLModel]) -> int:
    with databases.main.read() as session:
        return len(session.exec(select(table)).all())


def fate_of(messages: ports.Messages) -> MessageFate | None:
    booking = messages.booked(STEP)
    assert booking is not None
    return booking.fate


def test_the_first_claim_goes_ahead_and_keeps_the_mail_sealed(messages: ports.Messages, databases: Databases) -> None:
    assert messages.booked(STEP) is None
    assert messages.claim(CLAIM, MAIL) is None
    with databases.main.read() as session:
        document = session.exec(select(DocumentRow).where(DocumentRow.kind == "message")).one()
        row = session.get_one(MessageRow, STEP)
    assert (document.unit_id, document.subject_id) == ("case-case-1", STEP)
    assert (row.channel, row.template, row.fate) == ("mail", "first-mail", None)


def test_a_second_claim_is_told_the_message_as_it_was_booked(messages: ports.Messages) -> None:
    messages.claim(CLAIM, MAIL)
    corrected = MAIL.model_copy(update={"address": EmailAddress("b@post.example")})
    assert messages.claim(CLAIM, corrected) == messages.booked(STEP) == Booking(MAIL, None)


@pytest.mark.parametrize("fate", MessageFate)
def test_what_became_of_a_message_is_told(messages: ports.Messages, fate: MessageFate) -> None:
    messages.claim(CLAIM, MAIL)
    messages.settle(STEP, fate, at=LATER)
    assert messages.claim(CLAIM, MAIL) == Booking(MAIL, fate)


def test_a_known_fate_stays_and_an_unknown_one_can_become_known(messages: ports.Messages) -> None:
    messages.claim(CLAIM, MAIL)
    for fate in (MessageFate.UNKNOWN, MessageFate.SENT, MessageFate.REFUSED):
        messages.settle(STEP, fate, at=LATER)
    assert fate_of(messages) is MessageFate.SENT


def test_a_message_that_surely_did_not_leave_may_be_claimed_again(
    messages: ports.Messages, databases: Databases
) -> None:
    before = left(databases, DocumentRow)
    messages.claim(CLAIM, MAIL)
    messages.release(STEP)
    assert (left(databases, MessageRow), left(databases, DocumentRow)) == (0, before)
    assert messages.claim(CLAIM, MAIL) is None


def test_a_settled_message_is_not_released(messages: ports.Messages) -> None:
    messages.claim(CLAIM, MAIL)
    messages.settle(STEP, MessageFate.SENT, at=LATER)
    messages.release(STEP)
    assert fate_of(messages) is MessageFate.SENT
