"""What residents read."""

from datetime import datetime
from itertools import chain

import pytest

from activities.message_texts import SMS_LENGTH, TEMPLATES, CannotWrite, sms_text, write
from models.codes import Channel, InvitationKind, OutcomeClass, RetentionStart
from models.personal import Letter, Mail, Message, TextMessage
from models.terms import RetentionRule, Sender, Term
from tests.builders import a_resident, at, the_terms

SENDER = Sender(name="Gemeente Zonnedijk", page="https://zonnedijk.example/bericht", phone="010 123 45 00")
EVERY = [(channel, template) for channel, templates in TEMPLATES.items() for template in sorted(templates)]
RESIDENT = a_resident()
MONDAY = at("2027-04-12 09:00")
CALLBACK = at("2027-12-29 10:30")
ABOUT_DEBT = ("schuld", "achterstand", "betal", "rekening", "geld", "incasso", "vroegsignal")


def written(channel: Channel, template: str, sender: Sender = SENDER) -> Message:
    message = write(
        channel, template, RESIDENT, sender, reply_by=MONDAY, retention=the_terms().retention, moment=CALLBACK
    )
    assert message is not None
    return message


def letter(
    template: str, *, reply_by: datetime | None = None, retention: tuple[RetentionRule, ...] | None = None
) -> Letter:
    rules = the_terms().retention if retention is None else retention
    message = write(Channel.LETTER, template, RESIDENT, SENDER, reply_by=reply_by, retention=rules)
    assert isinstance(message, Letter)
    return message


@pytest.mark.parametrize(("channel", "template"), EVERY)
def test_every_message_names_the_page_and_the_number_by_which_it_can_be_checked(
    channel: Channel, template: str
) -> None:
    body = written(channel, template).body
    assert SENDER.page in body
    assert SENDER.phone in body
    assert SENDER.name in body
    assert "$" not in body


@pytest.mark.parametrize(("channel", "template"), EVERY)
def test_what_others_may_see_never_mentions_debt(channel: Channel, template: str) -> None:
    match written(channel, template):
        case Mail() as mail:
            seen = mail.subject
        case Letter() as posted:
            seen = " ".join((posted.subject, posted.name, posted.address.model_dump_json()))
        case TextMessage() as text:
            seen = text.body
    assert [word for word in ABOUT_DEBT if word in seen.casefold()] == []


@pytest.mark.parametrize("template", sorted(TEMPLATES[Channel.SMS]))
def test_a_text_message_is_one_piece_that_names_nobody(template: str) -> None:
    longest = SENDER.model_copy(update={"name": "Gemeente Nuenen, Gerwen en Nederwetten"})
    for sender in (SENDER, longest):
        text = sms_text(template, sender, moment=CALLBACK)
        assert len(text) <= SMS_LENGTH
        assert text.isascii()
    assert written(Channel.SMS, template).body == sms_text(template, SENDER, moment=CALLBACK)
    assert RESIDENT.surname not in written(Channel.SMS, template).body


def test_a_letter_goes_to_the_residents_name_and_address() -> None:
    posted = letter("first-letter")
    assert (posted.name, posted.address) == ("A. van der Kuijpers", RESIDENT.address)
    assert posted.body.startswith("Beste A. van der Kuijpers,\n")


def test_the_visit_letter_says_from_when_and_until_when_the_resident_can_answer() -> None:
    body = letter("visit-letter", reply_by=MONDAY).body
    assert "Wij komen bij u langs op of na maandag 12 april 2027." in body
    assert "Laat het ons weten vóór maandag 12 april 2027." in body


def test_a_visit_without_a_day_is_announced_without_one() -> None:
    body = letter("visit-letter").body
    assert "Wij komen binnenkort bij u langs." in body
    assert "Laat het ons dan snel weten." in body


@pytest.mark.parametrize("about", InvitationKind)
def test_every_message_about_a_callback_says_when_that_is(about: InvitationKind) -> None:
    assert "woensdag 29 december 2027 om 10:30 uur" in written(Channel.MAIL, about).body
    assert "wo 29-12 om 10:30" in written(Channel.SMS, about).body


def test_a_message_about_a_callback_without_its_moment_is_not_written() -> None:
    with pytest.raises(CannotWrite):
        write(Channel.MAIL, InvitationKind.CONFIRMED, RESIDENT, SENDER)


def test_the_day_is_the_dutch_one() -> None:
    body = letter("visit-letter", reply_by=at("2027-03-01 00:30")).body
    assert "maandag 1 maart 2027" in body


def test_the_notice_letter_says_what_the_law_asks() -> None:
    body = letter("notice-letter").body
    for question in (
        "Van wie kregen wij de gegevens?",
        "Welke gegevens zijn het?",
        "Waarom kregen wij ze?",
        "Met wie delen wij ze?",
        "Hoe lang bewaren wij ze?",
        "Wat zijn uw rechten?",
    ):
        assert question in body
    for right in ("zien", "verbeteren", "verwijderen", "bezwaar", "Autoriteit Persoonsgegevens"):
        assert right in body


@pytest.mark.parametrize(
    ("term", "start", "said"),
    [
        (Term(months=6), RetentionStart.RECEIPT, "tot 6 maanden nadat wij ze kregen."),
        (Term(months=60), RetentionStart.END_OF_HELP, "tot 5 jaar nadat onze hulp is afgelopen."),
        (Term(months=13), RetentionStart.CLOSURE, "tot 1 jaar en 1 maand nadat wij klaar zijn."),
        (Term(days=1), RetentionStart.LAST_ATTEMPT, "tot 1 dag nadat wij u voor het laatst probeerden te bereiken."),
        (Term(minutes=10), RetentionStart.CLOSURE, "tot 10 minuten nadat wij klaar zijn."),
    ],
)
def test_the_notice_letter_says_how_long_by_the_cases_terms(term: Term, start: RetentionStart, said: str) -> None:
    rule = RetentionRule(outcome_class=OutcomeClass.HELP, outcomes=(), start=start, term=term, ground="beleid")
    assert f"Als wij u helpen: {said}" in letter("notice-letter", retention=(rule,)).body


def test_a_notice_letter_that_cannot_say_how_long_is_not_written() -> None:
    with pytest.raises(CannotWrite):
        letter("notice-letter", retention=())


@pytest.mark.parametrize("channel", Channel)
def test_a_text_of_another_channel_is_no_text(channel: Channel) -> None:
    others = chain.from_iterable(templates for other, templates in TEMPLATES.items() if other is not channel)
    for template in {*others, "hello"} - TEMPLATES.get(channel, frozenset()):
        with pytest.raises(CannotWrite) as caught:
            write(channel, template, RESIDENT, SENDER)
        assert caught.value.code == "message.unknown-template"


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.SMS])
def test_without_an_address_or_number_nothing_is_written(channel: Channel) -> None:
    unreachable = a_resident(phones=(), mailboxes=())
    template = min(TEMPLATES[channel])
    assert write(channel, template, unreachable, SENDER) is None
