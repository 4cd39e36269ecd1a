"""The activity that writes to residents, on real databases and with the outside world's mail server and providers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from activities.calendar_part import InvitationOrder
from activities.limits import PARTY_OF_CHANNEL
from activities.messages import SETTLING, MessageActivities, MessageOrder
from activities.ports import AnswerLost, MailServer, NotAuthorised, PartyUnavailable, Printer, SmsGateway
from adapters.documents import Documents
from adapters.health import PartyHealth
from adapters.http_party import RequestRefused
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from adapters.print_http import PrintHttp
from adapters.print_queue import PrintQueue
from adapters.print_rounds import PrintRounds
from adapters.smtp import Smtp
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    DocumentKind,
    InvitationKind,
    ItemState,
    Language,
    LifeEvent,
    Party,
    Phase,
)
from models.facts import (
    AnyFact,
    CasePaused,
    LifeEventReported,
    ObjectionDecided,
    ObjectionMade,
    PauseEnded,
)
from models.ids import AppointmentId, PersonId, StepId, fresh, unit_of_case
from models.personal import Mail, Message, Resident
from models.tables import MessageRow
from models.values import PhoneNumber
from simulation.world import World
from tests.adapters.conftest import Databases
from tests.adapters.stored import THE_RESIDENT, happened, store_case, the_store
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_case_in, shipped_policies

WRITTEN = list(PARTY_OF_CHANNEL)
ASKED_AGAIN = [Channel.LETTER, Channel.SMS]
AT_ONCE = [Channel.MAIL, Channel.SMS]
"""Whoever carries these has the message when it is sent; a letter waits for its print round."""
TEMPLATES = {Channel.MAIL: "first-mail", Channel.LETTER: "first-letter", Channel.SMS: "call-sms"}
MAILBOX, PHONE = THE_RESIDENT.mailboxes[0], THE_RESIDENT.phones[0]

DIED = LifeEventReported(at=NOW, person_id=RESIDENT, event=LifeEvent.DIED)
OBJECTS = ObjectionMade(at=NOW, person_id=RESIDENT)
PAUSED = CasePaused(at=NOW, until=NOW + timedelta(days=7))


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    for party in PARTY_OF_CHANNEL.values():
        running.heal(party)


class Killed(BaseException):
    """Stands for a process that dies."""


class Deadly:
    """A way out at which the worker is killed, before or after the message was taken."""

    is_queue = True

    def __init__(self, way: MailServer | Printer | SmsGateway, *, handed_over: bool) -> None:
        self._way: Any = way
        self.can_be_asked, self.carrier = way.can_be_asked, way.carrier
        self._handed_over = handed_over

    def send(self, message: Message, *, reference: str) -> None:
        if self._handed_over:
            self._way.send(message, reference=reference)
        raise Killed

    def took(self, reference: str) -> bool:
        return bool(self._way.took(reference))


@dataclass
class Office:
    """A case in contact, and the activity with everything real behind it."""

    databases: Databases
    world: World
    state: CaseState

    def __post_init__(self) -> None:
        host, port = self.world.smtp_address
        self.mail = Smtp(host, port, sender="gemeente@zonnedijk.example")
        self.policies = shipped_policies()
        main, vault = self.databases.main, self.databases.vault
        self.letters = PrintQueue(main, vault, sender=self.policies.sender)
        self.rounds = PrintRounds(main, vault, MessageReports(main, vault))
        self.sms = self.world.sms_gateway()
        self.messages = Messages(self.databases.main, self.databases.vault)
        self.health = PartyHealth(self.databases.main)

    def activities(self, *, mail: MailServer, letters: Printer, sms: SmsGateway) -> MessageActivities:
        return MessageActivities(
            mail=mail,
            letters=letters,
            sms=sms,
            messages=self.messages,
            store=the_store(self.databases),
            policies=self.policies,
            health=self.health,
        )

    def order(self, channel: Channel, *, template: str = "", person: PersonId = RESIDENT) -> MessageOrder:
        return MessageOrder(
            step_id=StepId(fresh()),
            case_id=self.state.case_id,
            person_id=person,
            municipality=ZONNEDIJK,
            channel=channel,
            template=template or TEMPLATES[channel],
            at=NOW,
        )

    def send(self, order: MessageOrder) -> AttemptResult:
        return self.activities(mail=self.mail, letters=self.letters, sms=self.sms).send(order)

    def happen(self, *facts: AnyFact) -> None:
        self.state = happened(self.databases, self.state, *facts)

    def correct(self, **changes: object) -> None:
        """What the case knows of its resident."""
        changed = THE_RESIDENT.model_copy(update=changes)
        assert isinstance(changed, Resident)
        with self.databases.main.write() as session:
            Documents(self.databases.vault).keep(
                session, unit_of_case(self.state.case_id), DocumentKind.PERSON, RESIDENT, changed, at=NOW
            )

    def die_sending(self, order: MessageOrder, *, handed_over: bool) -> None:
        """A worker is killed between booking and settling."""
        mail, letters, sms = (Deadly(way, handed_over=handed_over) for way in (self.mail, self.letters, self.sms))
        with pytest.raises(Killed):
            self.activities(mail=mail, letters=letters, sms=sms).send(order)

    def time_passes(self, order: MessageOrder, length: timedelta = timedelta(minutes=2)) -> None:
        """Since the message was last handed over, if it was."""
        with self.databases.main.write() as session:
            row = session.get(MessageRow, order.step_id)
            if row is not None and row.handed_at is not None:
                row.handed_at -= length

    def received(self, order: MessageOrder) -> int:
        """How many messages of this order the outside world has."""
        match order.channel:
            case Channel.MAIL:
                found = [mail.message_id for mail in self.world.mails_to(MAILBOX.address.text)]
                return found.count(f"<{order.step_id}@signaalreis>")
            case Channel.LETTER:
                self.print_round()
                return [one.reference for one in self.world.letters_to(THE_RESIDENT.address)].count(order.step_id)
            case _:
                return [one.reference for one in self.world.sms_to(PHONE.number)].count(order.step_id)

    def print_round(self) -> None:
        """Everything that waits goes to the printer."""
        batch = self.rounds.close(ZONNEDIJK, at=NOW)
        if batch is not None:
            PrintHttp(self.world.letters_url).hand_over(batch, self.rounds.content(batch))
            self.rounds.handed_over(batch, at=NOW)

    def waiting(self, channel: Channel) -> int | None:
        """How many cases wait for who carries it; None while it works."""
        found = [outage.waiting for outage in self.health.outages() if outage.party is PARTY_OF_CHANNEL[channel]]
        return found[0] if found else None


@pytest.fixture
def office(databases: Databases, world: World) -> Office:
    return Office(databases, world, store_case(databases, a_case_in(Phase.CONTACT)))


@pytest.mark.parametrize("channel", WRITTEN)
def test_a_message_arrives_once_however_often_it_is_tried(office: Office, channel: Channel) -> None:
    order = office.order(channel)
    assert [office.send(order) for _ in range(2)] == [AttemptResult.SENT] * 2
    assert office.received(order) == 1


def test_each_channel_says_how_it_can_be_checked(office: Office, world: World) -> None:
    orders = {channel: office.order(channel) for channel in WRITTEN}
    for order in orders.values():
        office.send(order)
    office.print_round()
    bodies = [
        world.mails_to(MAILBOX.address.text)[-1].body,
        world.letters_to(THE_RESIDENT.address)[-1].content.tekst,
        world.sms_to(PHONE.number)[-1].text,
    ]
    for body in bodies:
        assert "https://zonnedijk.example/" in body
        assert "010 123 45 00" in body


def test_the_notice_letter_tells_how_long_the_cases_own_terms_keep_the_data(office: Office, world: World) -> None:
    order = office.order(Channel.LETTER, template="notice-letter")
    assert office.send(order) is AttemptResult.SENT
    office.print_round()
    letter = next(found for found in world.letters_to(THE_RESIDENT.address) if found.reference == order.step_id)
    assert "Als wij u niet kunnen bereiken: tot 6 maanden nadat wij ze kregen." in letter.content.tekst


# --- no way to reach ----------------------------------------------------------------------------------------------


def test_without_a_usable_mailbox_there_is_no_mail(office: Office) -> None:
    office.correct(mailboxes=(MAILBOX.model_copy(update={"state": ItemState.WRONG}),))
    order = office.order(Channel.MAIL)
    assert office.send(order) is AttemptResult.NO_ADDRESS
    assert office.messages.booked(order.step_id) is None


@pytest.mark.parametrize(
    "change", [{"state": ItemState.DO_NOT_USE}, {"state": ItemState.WRONG}, {"number": PhoneNumber("010 123 45 67")}]
)
def test_without_a_usable_mobile_number_there_is_no_text_message(office: Office, change: dict[str, object]) -> None:
    office.correct(phones=(PHONE.model_copy(update=change),))
    order = office.order(Channel.SMS)
    assert office.send(order) is AttemptResult.NO_ADDRESS
    assert office.messages.booked(order.step_id) is None


def test_a_letter_needs_neither_mailbox_nor_telephone(office: Office) -> None:
    office.correct(mailboxes=(), phones=())
    order = office.order(Channel.LETTER)
    assert office.send(order) is AttemptResult.SENT
    assert office.received(order) == 1


# --- the party fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", AT_ONCE)
def test_while_the_party_is_down_the_case_waits_and_then_the_message_goes_once(
    office: Office, world: World, channel: Channel
) -> None:
    order = office.order(channel)
    world.fault(PARTY_OF_CHANNEL[channel], "down")
    for _ in range(2):
        with pytest.raises(PartyUnavailable):
            office.send(order)
    assert (office.waiting(channel), office.received(order)) == (1, 0)
    world.heal(PARTY_OF_CHANNEL[channel])
    office.time_passes(order)
    assert office.send(order) is AttemptResult.SENT
    assert (office.waiting(channel), office.received(order)) == (None, 1)


@pytest.mark.parametrize("channel", AT_ONCE)
def test_an_outage_of_one_party_is_not_the_others(office: Office, world: World, channel: Channel) -> None:
    world.fault(PARTY_OF_CHANNEL[channel], "down")
    others = [other for other in WRITTEN if other is not channel]
    assert [office.send(office.order(other)) for other in others] == [AttemptResult.SENT] * 2


@pytest.mark.parametrize("channel", AT_ONCE)
def test_a_message_that_is_refused_for_good_is_not_offered_again(
    office: Office, world: World, channel: Channel
) -> None:
    order = office.order(channel)
    world.fault(PARTY_OF_CHANNEL[channel], "refuse")
    assert office.send(order) is AttemptResult.REFUSED
    world.heal(PARTY_OF_CHANNEL[channel])
    assert office.send(order) is AttemptResult.REFUSED
    assert (office.waiting(channel), office.received(order)) == (None, 0)


@pytest.mark.parametrize("channel", [Channel.SMS])
def test_a_lost_answer_is_asked_again_and_one_message_left(office: Office, world: World, channel: Channel) -> None:
    order = office.order(channel)
    world.fault(PARTY_OF_CHANNEL[channel], "drop-after-data")
    with pytest.raises(AnswerLost):
        office.send(order)
    assert office.waiting(channel) == 1
    world.heal(PARTY_OF_CHANNEL[channel])
    assert office.send(order) is AttemptResult.SENT
    assert (office.waiting(channel), office.received(order)) == (None, 1)


def test_a_mail_whose_answer_was_lost_stays_unknown(office: Office, world: World) -> None:
    order = office.order(Channel.MAIL)
    world.fault(Party.MAIL, "drop-after-data")
    assert office.send(order) is AttemptResult.UNKNOWN
    world.heal(Party.MAIL)
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.received(order) == 1


@pytest.mark.parametrize("channel", [Channel.SMS])
@pytest.mark.parametrize(("fault", "error"), [("http-401", NotAuthorised), ("http-302", RequestRefused)])
def test_a_party_that_cannot_be_used_as_it_is_configured_is_shown_as_down(
    office: Office, world: World, channel: Channel, fault: str, error: type[Exception]
) -> None:
    world.fault(PARTY_OF_CHANNEL[channel], fault)
    with pytest.raises(error):
        office.send(office.order(channel))
    assert office.waiting(channel) == 1


# --- the worker is killed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ASKED_AGAIN)
@pytest.mark.parametrize("handed_over", [True, False], ids=["handed-over", "booked"])
def test_a_message_under_way_at_the_kill_is_one_message(office: Office, channel: Channel, handed_over: bool) -> None:
    order = office.order(channel)
    office.die_sending(order, handed_over=handed_over)
    office.time_passes(order)
    assert office.send(order) is AttemptResult.SENT
    assert office.received(order) == 1


@pytest.mark.parametrize("channel", ASKED_AGAIN)
def test_whoever_looks_too_early_waits_instead_of_handing_it_over_again(office: Office, channel: Channel) -> None:
    order = office.order(channel)
    office.die_sending(order, handed_over=False)
    with pytest.raises(AnswerLost) as caught:
        office.send(order)
    assert (caught.value.code, caught.value.retry_after) == (f"{PARTY_OF_CHANNEL[channel]}.too-early", SETTLING)
    # Each time that it is handed over counts anew.
    office.time_passes(order)
    office.die_sending(order, handed_over=False)
    with pytest.raises(AnswerLost):
        office.send(order)


@pytest.mark.parametrize("channel", ASKED_AGAIN)
def test_after_a_week_nobody_can_tell_any_more_and_nothing_is_sent_again(office: Office, channel: Channel) -> None:
    order = office.order(channel)
    office.die_sending(order, handed_over=False)
    office.time_passes(order, timedelta(days=8))
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.received(order) == 0


@pytest.mark.parametrize("channel", ASKED_AGAIN)
def test_who_carries_messages_today_cannot_tell_what_became_of_anothers(office: Office, channel: Channel) -> None:
    order = office.order(channel)
    office.die_sending(order, handed_over=True)
    with office.databases.main.write() as session:
        session.get_one(MessageRow, order.step_id).carrier = "somebody-else"
    office.time_passes(order)
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.received(order) == 1


@pytest.mark.parametrize("handed_over", [True, False], ids=["handed-over", "booked"])
def test_a_mail_under_way_at_the_kill_is_unknown_and_never_sent_again(office: Office, handed_over: bool) -> None:
    order = office.order(Channel.MAIL)
    office.die_sending(order, handed_over=handed_over)
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.received(order) == int(handed_over)


@pytest.mark.parametrize("channel", WRITTEN)
def test_who_was_killed_before_saying_that_the_party_answered_leaves_nothing_that_waits(
    office: Office, channel: Channel
) -> None:
    order = office.order(channel)
    office.send(order)
    office.health.failed(PARTY_OF_CHANNEL[channel], waiting=order.case_id, code="timeout", at=NOW)
    assert office.send(order) is AttemptResult.SENT
    assert not office.waiting(channel)


def test_that_the_queue_took_a_letter_says_nothing_of_the_printer(office: Office) -> None:
    office.health.failed(Party.LETTERS, waiting="batch", code="letters.http-503", at=NOW)
    assert office.send(office.order(Channel.LETTER)) is AttemptResult.SENT
    assert office.waiting(Channel.LETTER) == 1


def test_a_letter_that_cannot_be_set_in_type_is_refused(office: Office) -> None:
    office.correct(surname="李小龍")
    order = office.order(Channel.LETTER)
    assert office.send(order) is AttemptResult.REFUSED
    assert office.received(order) == 0


def test_a_mail_that_a_person_must_look_into_no_longer_waits(office: Office) -> None:
    order = office.order(Channel.MAIL)
    office.health.failed(Party.MAIL, waiting=order.case_id, code="timeout", at=NOW)
    office.die_sending(order, handed_over=False)
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.waiting(Channel.MAIL) == 0


def test_a_letter_to_an_address_that_changed_while_it_waited_does_not_leave(office: Office) -> None:
    order = office.order(Channel.LETTER)
    office.die_sending(order, handed_over=True)
    office.correct(address=THE_RESIDENT.address.model_copy(update={"number": 99}))
    office.time_passes(order)
    assert office.send(order) is AttemptResult.SENT
    assert office.received(order) == 0


def test_a_letter_that_was_not_taken_is_written_anew_as_things_are_now(office: Office, world: World) -> None:
    order = office.order(Channel.LETTER)
    office.die_sending(order, handed_over=False)
    moved = THE_RESIDENT.address.model_copy(update={"number": 99})
    office.correct(address=moved)
    office.time_passes(order)
    assert office.send(order) is AttemptResult.SENT
    office.print_round()
    assert [letter.reference for letter in world.letters_to(moved)].count(order.step_id) == 1
    assert office.received(order) == 0


def test_a_text_message_that_was_not_taken_does_not_go_to_a_number_that_is_wrong_by_now(office: Office) -> None:
    order = office.order(Channel.SMS)
    office.die_sending(order, handed_over=False)
    office.correct(phones=(PHONE.model_copy(update={"state": ItemState.WRONG}),))
    office.time_passes(order)
    assert office.send(order) is AttemptResult.NO_ADDRESS
    assert (office.received(order), office.messages.booked(order.step_id)) == (0, None)


# --- nobody may write any more ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", WRITTEN)
@pytest.mark.parametrize("fact", [DIED, OBJECTS, PAUSED], ids=lambda fact: fact.kind)
def test_who_may_not_be_written_to_gets_nothing_and_nothing_is_booked(
    office: Office, channel: Channel, fact: AnyFact
) -> None:
    order = office.order(channel)
    office.happen(fact)
    assert office.send(order) is AttemptResult.CALLED_OFF
    assert office.messages.booked(order.step_id) is None
    assert office.received(order) == 0


def test_an_upheld_objection_is_for_good_and_a_rejected_one_is_over(office: Office) -> None:
    office.happen(OBJECTS, ObjectionDecided(at=NOW, person_id=RESIDENT, upheld=True))
    assert office.send(office.order(Channel.LETTER)) is AttemptResult.CALLED_OFF
    office.happen(OBJECTS, ObjectionDecided(at=NOW, person_id=RESIDENT, upheld=False))
    assert office.send(office.order(Channel.LETTER)) is AttemptResult.SENT


def test_that_data_were_received_is_told_in_a_pause_too_but_not_to_who_objects(office: Office) -> None:
    notice = office.order(Channel.LETTER, template="notice-letter")
    notice = notice.model_copy(update={"step_id": StepId(f"{fresh()}.notice-1")})
    office.happen(OBJECTS)
    assert office.send(notice) is AttemptResult.CALLED_OFF
    office.happen(ObjectionDecided(at=NOW, person_id=RESIDENT, upheld=False), PAUSED)
    assert office.send(notice) is AttemptResult.SENT


def test_after_the_pause_the_resident_is_written_to_again(office: Office) -> None:
    office.happen(PAUSED, PauseEnded(at=NOW))
    assert office.send(office.order(Channel.LETTER)) is AttemptResult.SENT


def test_somebody_who_is_not_of_the_case_is_not_written_to(office: Office) -> None:
    order = office.order(Channel.LETTER, person=PersonId("somebody-else"))
    assert office.send(order) is AttemptResult.CALLED_OFF


@pytest.mark.parametrize("channel", AT_ONCE)
def test_who_died_while_the_party_was_down_gets_nothing_and_nothing_waits_any_more(
    office: Office, world: World, channel: Channel
) -> None:
    order = office.order(channel)
    world.fault(PARTY_OF_CHANNEL[channel], "down")
    with pytest.raises(PartyUnavailable):
        office.send(order)
    office.happen(DIED)
    world.heal(PARTY_OF_CHANNEL[channel])
    office.time_passes(order)
    assert office.send(order) is AttemptResult.CALLED_OFF
    assert office.messages.booked(order.step_id) is None
    assert not office.waiting(channel)
    assert office.received(order) == 0


@pytest.mark.parametrize("channel", [Channel.SMS])
def test_what_had_left_before_somebody_died_is_told_as_sent(office: Office, world: World, channel: Channel) -> None:
    order = office.order(channel)
    world.fault(PARTY_OF_CHANNEL[channel], "drop-after-data")
    with pytest.raises(PartyUnavailable):
        office.send(order)
    office.happen(DIED)
    world.fault(PARTY_OF_CHANNEL[channel], "down")
    with pytest.raises(PartyUnavailable):
        office.send(order)
    world.heal(PARTY_OF_CHANNEL[channel])
    assert office.send(order) is AttemptResult.SENT
    assert (office.waiting(channel), office.received(order)) == (None, 1)


def test_a_mail_under_way_when_somebody_died_stays_unknown(office: Office) -> None:
    order = office.order(Channel.MAIL)
    office.die_sending(order, handed_over=True)
    office.happen(DIED)
    assert office.send(order) is AttemptResult.UNKNOWN


def test_the_ledger_keeps_every_kind_of_message(office: Office) -> None:
    kinds: list[type[Message]] = []
    for channel in WRITTEN:
        order = office.order(channel)
        office.send(order)
        booking = office.messages.booked(order.step_id)
        assert booking is not None
        kinds.append(type(booking.message))
    assert kinds[0] is Mail
    assert len(set(kinds)) == len(WRITTEN)


@pytest.mark.parametrize(
    ("channel", "template"),
    [
        *TEMPLATES.items(),
        (Channel.LETTER, "notice-letter"),
        (Channel.LETTER, "visit-letter"),
        *((channel, kind) for channel in AT_ONCE for kind in InvitationKind),
    ],
)
def test_nothing_goes_over_a_channel_that_the_resident_does_not_want(
    office: Office, channel: Channel, template: str
) -> None:
    order = office.order(channel, template=template)
    office.correct(unwanted=(channel,))
    assert office.send(order) is AttemptResult.NO_ADDRESS
    assert office.received(order) == 0


@pytest.mark.parametrize(("language", "begins"), [(Language.DUTCH, "Beste "), (Language.ENGLISH, "Dear ")])
def test_a_resident_is_written_to_in_their_language(office: Office, language: Language, begins: str) -> None:
    office.correct(language=language)
    order = office.order(Channel.MAIL)
    assert office.send(order) is AttemptResult.SENT
    booking = office.messages.booked(order.step_id)
    assert booking is not None
    assert isinstance(booking.message, Mail)
    assert booking.message.body.startswith(begins)
    assert booking.message.sender_name == "Gemeente Zonnedijk"


# --- about a callback ---------------------------------------------------------------------------------------------


def about_a_callback(office: Office) -> MessageOrder:
    appointment = AppointmentId(fresh())
    invitation = InvitationOrder(
        appointment_id=appointment, about=InvitationKind.CONFIRMED, sequence=2, starts_at=NOW, minutes=15
    )
    step = StepId(f"{office.state.case_id}.invitation-{appointment}.2.confirmed.mail")
    order = office.order(Channel.MAIL, template=InvitationKind.CONFIRMED)
    return order.model_copy(update={"step_id": step, "invitation": invitation})


def test_looking_up_what_became_of_a_message_hands_nothing_over(office: Office) -> None:
    never, killed, sent = (office.order(Channel.MAIL) for _ in range(3))
    office.die_sending(killed, handed_over=True)
    assert office.send(sent) is AttemptResult.SENT
    looked = [office.send(order.model_copy(update={"only_look": True})) for order in (never, killed, sent)]
    assert looked == [AttemptResult.CALLED_OFF, AttemptResult.UNKNOWN, AttemptResult.SENT]
    assert [office.received(order) for order in (never, killed, sent)] == [0, 1, 1]


@pytest.mark.parametrize(("handed_over", "became"), [(True, AttemptResult.SENT), (False, AttemptResult.CALLED_OFF)])
def test_whoever_can_be_asked_is_asked_what_became_of_a_message(
    office: Office, handed_over: bool, became: AttemptResult
) -> None:
    order = office.order(Channel.SMS)
    office.die_sending(order, handed_over=handed_over)
    look = order.model_copy(update={"only_look": True})
    if not handed_over:
        # It may be on its way into their books.
        with pytest.raises(AnswerLost):
            office.send(look)
        office.time_passes(order)
    assert office.send(look) is became
    assert (office.received(order), office.waiting(Channel.SMS)) == (int(handed_over), None)


def test_while_nobody_answers_looking_up_waits_and_is_seen(office: Office, world: World) -> None:
    order = office.order(Channel.SMS)
    office.die_sending(order, handed_over=True)
    world.fault(Party.SMS, "down")
    with pytest.raises(PartyUnavailable):
        office.send(order.model_copy(update={"only_look": True}))
    assert office.waiting(Channel.SMS) == 1


@pytest.mark.parametrize("handed_over", [True, False])
def test_after_a_kill_an_invitation_is_in_doubt_and_never_goes_twice(office: Office, *, handed_over: bool) -> None:
    order = about_a_callback(office)
    office.die_sending(order, handed_over=handed_over)
    assert office.send(order) is AttemptResult.UNKNOWN
    assert office.received(order) == int(handed_over)


def test_a_mail_about_a_callback_is_booked_with_its_calendar_part(office: Office) -> None:
    order = about_a_callback(office)
    assert office.send(order) is AttemptResult.SENT
    booking = office.messages.booked(order.step_id)
    assert booking is not None
    assert isinstance(booking.message, Mail)
    assert booking.message.calendar is not None
    assert (booking.message.calendar.sequence, booking.message.calendar.starts_at) == (2, NOW)


def test_while_a_case_rests_an_invitation_is_sent_and_another_mail_is_not(office: Office) -> None:
    office.happen(PAUSED)
    assert office.send(office.order(Channel.MAIL)) is AttemptResult.CALLED_OFF
    assert office.send(about_a_callback(office)) is AttemptResult.SENT


@pytest.mark.parametrize("fact", [DIED, OBJECTS], ids=["died", "objects"])
def test_whoever_may_not_be_written_to_gets_no_invitation(office: Office, fact: AnyFact) -> None:
    office.happen(fact)
    order = about_a_callback(office)
    assert office.send(order) is AttemptResult.CALLED_OFF
    assert office.received(order) == 0
