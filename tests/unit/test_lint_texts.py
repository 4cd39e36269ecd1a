"""What is found wrong with texts of messages."""

from collections.abc import Mapping

import pytest

from adapters.message_files import MessageFiles
from models.codes import Channel, InvitationKind, Language, Route
from models.message_text import MessageText, MessageTexts, TextName
from models.terms import Sender
from policy.lint_texts import (
    faults_of_part,
    faults_of_sender,
    faults_of_text,
    missing,
    with_a_moment,
    without_english,
)

SHIPPED = MessageFiles().texts()
SENDER = Sender(name="Gemeente Zonnedijk", page="https://zonnedijk.example/bericht", phone="010 123 45 00")
CHECK = MessageText("Kijk op $page of bel $phone.")
NL, EN = Language.DUTCH, Language.ENGLISH


def texts(of: Mapping[TextName, MessageText] | None = None) -> MessageTexts:
    return MessageTexts(of or {}, {(NL, "check"): CHECK})


def lines(name: TextName, text: MessageText) -> list[int]:
    return [line for line, _ in faults_of_text(name, text, texts())]


def a_name(channel: Channel, template: str = "hello", language: Language = NL) -> TextName:
    return TextName(language, channel, template)


def test_nothing_is_wrong_with_what_is_shipped() -> None:
    faults = [fault for name, text in SHIPPED.texts.items() for fault in faults_of_text(name, text, SHIPPED)]
    faults += [fault for part in SHIPPED.parts.values() for fault in faults_of_part(part)]
    assert faults == []
    assert [*missing(SHIPPED)] == []
    assert without_english(SHIPPED) == ()
    assert [*faults_of_sender(SHIPPED, SENDER)] == []


def test_each_line_with_an_unknown_placeholder_is_told_and_nothing_else_then() -> None:
    text = MessageText("$hello\nrustig\n${name} ${where} $$\nuw $", subject="Aan $name", body_line=3)
    assert lines(a_name(Channel.MAIL), text) == [1, 3, 5, 6]
    assert [line for line, _ in faults_of_part(MessageText("$phone\n$check"))] == [2]


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.CALL, Channel.CARD])
def test_a_name_is_filled_in_only_where_somebody_opens_it(channel: Channel) -> None:
    assert lines(a_name(channel), MessageText("Dag $name. $check")) == [1]
    assert lines(a_name(Channel.MAIL), MessageText("Dag $name. $check", "Dag")) == []


@pytest.mark.parametrize("part", ["$page", "$phone"])
def test_page_and_number_must_both_be_there(part: str) -> None:
    assert lines(a_name(Channel.CALL), MessageText(part)) == [1]
    assert lines(a_name(Channel.CALL), MessageText("$page $phone")) == []
    assert lines(a_name(Channel.CALL), MessageText("$check")) == []


@pytest.mark.parametrize(
    ("template", "must"), [("notice-letter", "$kept"), *((kind.value, "$moment") for kind in InvitationKind)]
)
def test_what_a_text_is_for_must_be_in_it(template: str, must: str) -> None:
    name = a_name(Channel.LETTER, template)
    assert lines(name, MessageText("$check", "Bericht")) == [1]
    assert lines(name, MessageText(f"$check {must}", "Bericht")) == []


@pytest.mark.parametrize(
    ("channel", "subject", "body", "found"),
    [
        (Channel.MAIL, "Uw rekening", "$check", [1]),
        (Channel.LETTER, "Dag", "Uw rekening. $check", []),
        (Channel.SMS, "", "$check\nUw schuld", [2]),
        (Channel.CALL, "", "You owe us. $check", [1]),
        (Channel.CARD, "", "$check\n\nNiet betaald", [3]),
        (Channel.SMS, "", "Vóór morgen. $check", [1]),
        (Channel.CARD, "", "Vóór morgen. $check", []),
    ],
)
def test_words_of_debt_are_found_where_others_look(channel: Channel, subject: str, body: str, found: list[int]) -> None:
    assert lines(a_name(channel), MessageText(body, subject)) == found


def test_a_word_of_debt_in_a_shared_part_is_found_where_others_look() -> None:
    shared = MessageTexts({}, {(NL, "why"): MessageText("U heeft niet betaald. $page $phone")})
    found = [
        [line for line, _ in faults_of_text(a_name(channel), MessageText("$why", "Dag"), shared)]
        for channel in (Channel.CALL, Channel.MAIL)
    ]
    assert found == [[1], []]


def test_what_the_system_writes_by_itself_must_be_there_in_dutch() -> None:
    kept = {name: text for name, text in SHIPPED.texts.items() if name.template != "visit-letter"}
    assert [*missing(texts(kept))] == ["nl/letter/visit-letter.txt"]
    nothing = set(missing(texts()))
    assert {"nl/call/voicemail.txt", "nl/card/visit-card.txt", "nl/sms/callback-moved.txt"} <= nothing


def test_a_text_for_one_route_needs_one_for_everybody() -> None:
    alone = TextName(NL, Channel.MAIL, "hello", Route.CAK)
    assert [*missing(texts({**SHIPPED.texts, alone: CHECK}))] == ["nl/mail/hello.txt"]


def test_what_is_not_there_in_english_is_listed() -> None:
    both = {a_name(Channel.SMS, "one"): CHECK, a_name(Channel.SMS, "one", EN): CHECK}
    assert without_english(texts({**both, a_name(Channel.SMS, "two"): CHECK})) == ("sms/two",)


def test_a_sender_that_mentions_debt_is_told_by_its_place() -> None:
    named = Sender(name="Team Schuldhulp", page="https://zonnedijk.example/vroegsignalering", phone="1")
    assert [place for place, _ in faults_of_sender(texts(), named)] == [("sender", "name"), ("sender", "page")]


@pytest.mark.parametrize(("more", "found"), [(0, []), (1, [("sender",)])])
def test_a_text_message_may_be_as_long_as_one_piece(more: int, found: list[tuple[str, ...]]) -> None:
    # With its moment it is filled up to the last character.
    name, moment = a_name(Channel.SMS, InvitationKind.MOVED), "wo 29-12 om 11:30"
    sender = Sender(name="x" * (160 - len(moment) - 4 + more), page="p", phone="1")
    sms = MessageText("$municipality $moment $page$phone")
    assert [place for place, _ in faults_of_sender(texts({name: sms}), sender)] == found


def test_no_plan_can_send_what_is_about_a_callback() -> None:
    assert with_a_moment() == {kind.value for kind in InvitationKind}
