"""What residents read: every text as it is shipped, for every route, municipality and language."""

from datetime import date
from itertools import product

import pytest

from adapters.message_files import MessageFiles
from models.codes import Channel, InvitationKind, Language, OutcomeClass, RetentionStart, Route
from models.message_text import CannotWrite, TextName
from models.personal import Letter, Mail, Message, TextMessage
from models.terms import RetentionRule, Sender, Term
from models.values import MunicipalityCode
from policy.lint_texts import SMS_LENGTH, word_of_debt
from policy.message_words import date_in_words
from policy.message_writing import OPENING, VISIT_CARD, VOICEMAIL, Occasion, filled, said, write
from tests.builders import a_resident, at, shipped_policies, the_terms

BOOK = shipped_policies()
TEXTS = MessageFiles().texts()
SENDER = Sender(name="Gemeente Zonnedijk", page="https://zonnedijk.example/bericht", phone="010 123 45 00")
LONGEST = SENDER.model_copy(update={"name": "Gemeente Nuenen, Gerwen en Nederwetten"})
WRITTEN = (Channel.MAIL, Channel.LETTER, Channel.SMS)
EVERY = [(channel, template) for channel in WRITTEN for template in sorted(TEXTS.templates(channel))]
ROUTES = (None, *Route)
RESIDENT = a_resident()
MONDAY = at("2027-04-12 09:00")
CALLBACK = at("2027-12-29 10:30")
ENGLISH_LINE = f"Do you prefer English? Call us on {SENDER.phone}, and we will write to you in English."


def occasion(route: Route | None = None) -> Occasion:
    return Occasion(route=route, reply_by=MONDAY, retention=the_terms().retention, moment=CALLBACK)


def written(
    channel: Channel, template: str, *, language: Language = Language.DUTCH, route: Route | None = None
) -> Message:
    resident = RESIDENT.model_copy(update={"language": language})
    message = write(TEXTS, channel, template, resident, SENDER, occasion(route))
    assert message is not None
    return message


def letter(template: str, *, language: Language = Language.DUTCH, about: Occasion | None = None) -> Letter:
    resident = RESIDENT.model_copy(update={"language": language})
    about = about or Occasion(retention=the_terms().retention)
    message = write(TEXTS, Channel.LETTER, template, resident, SENDER, about)
    assert isinstance(message, Letter)
    return message


def seen_by_others(message: Message) -> str:
    match message:
        case Mail():
            return f"{message.subject} {message.sender_name}"
        case Letter():
            return " ".join((message.subject, message.name, message.address.model_dump_json()))
        case TextMessage():
            return message.body


@pytest.mark.parametrize("municipality", BOOK.municipalities(), ids=lambda here: here.text)
@pytest.mark.parametrize("language", Language)
def test_every_text_of_every_route_can_be_written_checked_and_seen_by_others(
    municipality: MunicipalityCode, language: Language
) -> None:
    texts, sender = BOOK.texts(municipality), BOOK.sender(municipality)
    resident = RESIDENT.model_copy(update={"language": language})
    for (channel, template), route in product(EVERY, ROUTES):
        message = write(texts, channel, template, resident, sender, occasion(route))
        assert message is not None
        for needed in (sender.name, sender.page, sender.phone):
            assert needed in message.body, (channel, template, route)
        assert "$" not in message.body
        assert word_of_debt(seen_by_others(message)) is None, (channel, template, route)
        if isinstance(message, TextMessage):
            assert len(message.body) <= SMS_LENGTH and message.body.isascii()
            assert resident.surname not in message.body
        else:
            assert resident.name in message.body
    for name, route in product((VOICEMAIL, OPENING, VISIT_CARD), ROUTES):
        wanted = TextName(language, name.channel, name.template, route)
        text = said(texts, wanted, sender).body
        assert word_of_debt(text) is None
        for needed in (sender.name, sender.page, sender.phone):
            assert needed in text


@pytest.mark.parametrize("name", [name for name in TEXTS.texts if name.channel is Channel.SMS], ids=str)
def test_a_text_message_of_the_longest_name_is_still_one_piece(name: TextName) -> None:
    resident = RESIDENT.model_copy(update={"language": name.language})
    message = write(TEXTS, Channel.SMS, name.template, resident, LONGEST, occasion())
    assert message is not None
    assert len(message.body) <= SMS_LENGTH


@pytest.mark.parametrize(
    "text",
    ["Uw Schulden", "huurachterstand", "niet betaald", "een rekening", "vroegsignalering", "your debts", "you owe"],
)
def test_a_word_of_debt_is_found_in_whatever_shape(text: str) -> None:
    assert word_of_debt(text) is not None


@pytest.mark.parametrize("text", ["Dit geldt voor u", "however", "Wij bellen u", "a happy power billboard"])
def test_a_word_that_only_looks_like_one_is_left_alone(text: str) -> None:
    assert word_of_debt(text) is None


@pytest.mark.parametrize(("channel", "template"), [each for each in EVERY if each[0] is not Channel.SMS])
def test_a_dutch_message_ends_with_one_english_sentence_and_an_english_one_does_not(
    channel: Channel, template: str
) -> None:
    assert written(channel, template).body.splitlines()[-1] == ENGLISH_LINE
    assert ENGLISH_LINE not in written(channel, template, language=Language.ENGLISH).body


@pytest.mark.parametrize("name", [name for name in TEXTS.texts if name.language is Language.DUTCH], ids=str)
def test_every_dutch_text_is_there_in_english(name: TextName) -> None:
    assert TextName(Language.ENGLISH, name.channel, name.template, name.route) in TEXTS.texts


def test_a_letter_goes_to_the_residents_name_and_address() -> None:
    posted = letter("first-letter")
    assert (posted.name, posted.address) == ("A. van der Kuijpers", RESIDENT.address)
    assert posted.body.startswith("Beste A. van der Kuijpers,\n")


def test_a_resident_who_chose_english_gets_english() -> None:
    posted = letter("first-letter", language=Language.ENGLISH)
    assert posted.language is Language.ENGLISH
    assert posted.body.startswith("Dear A. van der Kuijpers,\n")
    assert letter("first-letter").language is Language.DUTCH


def test_a_text_that_is_not_there_in_english_is_dutch() -> None:
    dutch = {name: text for name, text in TEXTS.texts.items() if name.language is Language.DUTCH}
    texts = type(TEXTS)(dutch, TEXTS.parts)
    resident = RESIDENT.model_copy(update={"language": Language.ENGLISH})
    message = write(texts, Channel.LETTER, "visit-letter", resident, SENDER, Occasion(reply_by=MONDAY))
    assert isinstance(message, Letter)
    assert message.language is Language.DUTCH
    assert "vóór maandag 12 april 2027" in message.body


def test_a_route_with_a_text_of_its_own_gets_it_and_every_other_one_the_text_for_everybody() -> None:
    young, other = (written(Channel.MAIL, "first-mail", route=route) for route in (Route.YOUNG_ADULT, Route.CAK))
    assert "jongerenwerker" in young.body
    assert "jongerenwerker" not in other.body
    assert other == written(Channel.MAIL, "first-mail")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("template", "channel"),
    [
        ("notice-letter", Channel.LETTER),
        ("visit-letter", Channel.LETTER),
        ("first-letter", Channel.LETTER),
        ("first-mail", Channel.MAIL),
        ("call-sms", Channel.SMS),
        *((kind, channel) for kind in InvitationKind for channel in (Channel.MAIL, Channel.SMS)),
    ],
)
def test_nothing_is_written_over_a_channel_that_the_resident_does_not_want(
    template: str, channel: Channel, language: Language
) -> None:
    resident = RESIDENT.model_copy(update={"unwanted": (channel,), "language": language})
    assert write(TEXTS, channel, template, resident, SENDER, occasion()) is None
    for other in WRITTEN:
        if other is not channel and template in TEXTS.templates(other):
            assert write(TEXTS, other, template, resident, SENDER, occasion()) is not None


@pytest.mark.parametrize(
    ("language", "visit", "answer"),
    [
        (
            Language.DUTCH,
            "Wij komen bij u langs op of na maandag 12 april 2027.",
            "Laat het ons weten vóór maandag 12 april 2027.",
        ),
        (
            Language.ENGLISH,
            "We will visit you on or after Monday 12 April 2027.",
            "Let us know before Monday 12 April 2027.",
        ),
    ],
)
def test_the_visit_letter_says_from_when_and_until_when_the_resident_can_answer(
    language: Language, visit: str, answer: str
) -> None:
    body = letter("visit-letter", language=language, about=Occasion(reply_by=MONDAY)).body
    assert visit in body
    assert answer in body


def test_a_visit_without_a_day_is_announced_without_one() -> None:
    body = letter("visit-letter", about=Occasion()).body
    assert "Wij komen binnenkort bij u langs." in body
    assert "Laat het ons dan snel weten." in body


@pytest.mark.parametrize("about", InvitationKind)
def test_every_message_about_a_callback_says_when_that_is(about: InvitationKind) -> None:
    assert "woensdag 29 december 2027 om 10:30 uur" in written(Channel.MAIL, about).body
    assert "wo 29-12 om 10:30" in written(Channel.SMS, about).body
    assert "Wednesday 29 December 2027 at 10:30" in written(Channel.MAIL, about, language=Language.ENGLISH).body
    assert "Wed 29 Dec at 10:30" in written(Channel.SMS, about, language=Language.ENGLISH).body


@pytest.mark.parametrize("about", InvitationKind)
@pytest.mark.parametrize("language", Language)
def test_nothing_about_a_callback_mentions_debt_at_all(about: InvitationKind, language: Language) -> None:
    for channel in (Channel.MAIL, Channel.SMS):
        assert word_of_debt(written(channel, about, language=language).body) is None


def test_a_message_about_a_callback_without_its_moment_is_not_written() -> None:
    with pytest.raises(CannotWrite):
        write(TEXTS, Channel.MAIL, InvitationKind.CONFIRMED, RESIDENT, SENDER)


def test_the_day_is_the_dutch_one() -> None:
    body = letter("visit-letter", about=Occasion(reply_by=at("2027-03-01 00:30"))).body
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
    ("term", "start", "dutch", "english"),
    [
        (
            Term(months=6),
            RetentionStart.RECEIPT,
            "tot 6 maanden nadat wij ze kregen.",
            "until 6 months after we received them.",
        ),
        (
            Term(months=60),
            RetentionStart.END_OF_HELP,
            "tot 5 jaar nadat onze hulp is afgelopen.",
            "until 5 years after our help has ended.",
        ),
        (
            Term(months=13),
            RetentionStart.CLOSURE,
            "tot 1 jaar en 1 maand nadat wij klaar zijn.",
            "until 1 year and 1 month after we are done.",
        ),
        (
            Term(days=1),
            RetentionStart.LAST_ATTEMPT,
            "tot 1 dag nadat wij u voor het laatst probeerden te bereiken.",
            "until 1 day after we last tried to reach you.",
        ),
        (
            Term(minutes=10),
            RetentionStart.CLOSURE,
            "tot 10 minuten nadat wij klaar zijn.",
            "until 10 minutes after we are done.",
        ),
    ],
)
def test_the_notice_letter_says_how_long_by_the_cases_terms(
    term: Term, start: RetentionStart, dutch: str, english: str
) -> None:
    rule = RetentionRule(outcome_class=OutcomeClass.HELP, outcomes=(), start=start, term=term, ground="beleid")
    about = Occasion(retention=(rule,))
    assert f"Als wij u helpen: {dutch}" in letter("notice-letter", about=about).body
    assert f"If we help you: {english}" in letter("notice-letter", language=Language.ENGLISH, about=about).body


def test_a_notice_letter_that_cannot_say_how_long_is_not_written() -> None:
    with pytest.raises(CannotWrite):
        letter("notice-letter", about=Occasion())


@pytest.mark.parametrize("channel", Channel)
def test_a_text_of_another_channel_is_no_text(channel: Channel) -> None:
    every = {name.template for name in TEXTS.texts}
    for template in {*every, "hello"} - TEXTS.templates(channel):
        with pytest.raises(CannotWrite) as caught:
            write(TEXTS, channel, template, RESIDENT, SENDER)
        assert caught.value.code == "message.unknown-template"


def test_what_is_said_is_not_sent() -> None:
    with pytest.raises(CannotWrite):
        write(TEXTS, VOICEMAIL.channel, VOICEMAIL.template, RESIDENT, SENDER)


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.SMS])
def test_without_an_address_or_number_nothing_is_written(channel: Channel) -> None:
    unreachable = a_resident(phones=(), mailboxes=())
    template = min(TEXTS.templates(channel))
    assert write(TEXTS, channel, template, unreachable, SENDER, occasion()) is None


def test_words_that_hold_a_dollar_are_shown_as_they_are() -> None:
    odd = SENDER.model_copy(update={"name": "Gemeente $onnedijk"})
    assert "Gemeente $onnedijk" in said(TEXTS, VOICEMAIL, odd).body


def test_what_is_filled_in_is_never_in_an_error() -> None:
    with pytest.raises(CannotWrite) as caught:
        filled(TEXTS, TextName(Language.DUTCH, Channel.MAIL, "first-mail"), {"name": "A. van der Kuijpers"})
    assert caught.value.code == "message.nothing-to-fill-in"
    assert caught.value.__cause__ is None and caught.value.__context__ is None


@pytest.mark.parametrize(
    ("language", "written"), [(Language.DUTCH, "5 april 2027"), (Language.ENGLISH, "5 April 2027")]
)
def test_a_day_is_written_in_the_language_of_the_text(language: Language, written: str) -> None:
    assert date_in_words(date(2027, 4, 5), language) == written
