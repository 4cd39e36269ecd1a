"""The mail adapter against the outside world's mail server, over real SMTP."""

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.ports import FateUnknown, MessageRefused, PartyUnavailable
from adapters.smtp import Smtp
from models.codes import Party
from models.errors import CodedError
from models.personal import Mail
from models.values import EmailAddress
from simulation.world import World

SENDER = "Gemeente Zonnedijk <post@zonnedijk.example>"
BODY = (
    "Beste inwoner,\n\nWij willen u graag spreken – belt u ons?\n.een regel met een punt\n..\n.\nGroet, café Zonnedijk"
)

FAULTS = [
    ("down", PartyUnavailable, "mail.smtp-421", 0),
    ("slow", PartyUnavailable, "mail.connection-lost", 0),
    ("drop-before-data", PartyUnavailable, "mail.connection-lost", 0),
    ("rcpt-451", PartyUnavailable, "mail.smtp-451", 0),
    ("rcpt-530", PartyUnavailable, "mail.smtp-530", 0),
    ("data-452", PartyUnavailable, "mail.smtp-452", 0),
    ("refuse", MessageRefused, "mail.smtp-550", 0),
    ("data-552", MessageRefused, "mail.smtp-552", 0),
    ("drop-after-data", FateUnknown, "mail.answer-lost", 1),
    ("slow-after-data", FateUnknown, "mail.answer-lost", 1),
]


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    running.heal(Party.MAIL)


def mailer(world: World, *, timeout: float = 10.0) -> Smtp:
    host, port = world.smtp_address
    return Smtp(host, port, sender=SENDER, timeout=timeout)


def a_message(to: str) -> Mail:
    return Mail(address=EmailAddress(to), subject="Bericht van de gemeente – één vraag", body=BODY)


def everything_said(error: BaseException) -> str:
    """All text that an error and its hidden contexts could put into a log or a history."""
    said = ""
    link: BaseException | None = error
    while link is not None:
        said += f"{link!s} {link!r} {link.args!r} {vars(link)!r}"
        link = link.__cause__ or link.__context__
    return said + "".join(traceback.format_exception(error))


def test_a_mail_arrives_as_it_was_written(world: World) -> None:
    mailer(world).send(a_message("ontvanger@example.nl"), reference="stap-1")
    (mail,) = world.mails_to("Ontvanger@example.nl")
    assert mail.message_id == "<stap-1@signaalreis>"
    assert mail.sender == SENDER
    assert mail.subject == "Bericht van de gemeente – één vraag"
    assert mail.body == BODY


@pytest.mark.parametrize(
    "address", ["o'neil@example.nl", "a..b@example.nl", ".punt@example.nl", "punt.@example.nl", "a+b_c%d-e@example.nl"]
)
def test_every_address_that_the_product_takes_can_be_written_to(world: World, address: str) -> None:
    mailer(world).send(a_message(address), reference="stap-0")
    (mail,) = world.mails_to(address)
    assert mail.body == BODY


def test_a_mail_that_is_sent_twice_lies_there_twice(world: World) -> None:
    for _ in range(2):
        mailer(world).send(a_message("dubbel@example.nl"), reference="stap-2")
    assert len(world.mails_to("dubbel@example.nl")) == 2


@pytest.mark.parametrize(("fault", "error", "code", "kept"), FAULTS)
def test_each_fault_says_whether_the_mail_can_have_been_sent_and_names_nobody(
    world: World, fault: str, error: type[CodedError], code: str, kept: int
) -> None:
    address = f"{fault}@example.nl"
    world.fault(Party.MAIL, fault, seconds=3.0)
    post = mailer(world, timeout=1.0 if "slow" in fault else 10.0)
    with pytest.raises(error) as caught:
        post.send(a_message(address), reference="stap-3")
    assert caught.value.code == code
    assert len(world.mails_to(address)) == kept
    said = everything_said(caught.value)
    assert address not in said
    assert "Beste inwoner" not in said
    assert "gemeente" not in said


def test_an_address_that_its_provider_refuses_is_refused_for_good(world: World) -> None:
    refused = next(person for person in world.people if person.mail_refused)
    assert refused.email is not None
    with pytest.raises(MessageRefused) as caught:
        mailer(world).send(a_message(refused.email.text), reference="stap-4")
    assert caught.value.code == "mail.smtp-550"
    assert refused.email.text not in everything_said(caught.value)
    assert world.mails_to(refused.email.text) == []


def test_after_an_outage_the_same_adapter_goes_on(world: World) -> None:
    post = mailer(world)
    world.fault(Party.MAIL, "down")
    with pytest.raises(PartyUnavailable):
        post.send(a_message("later@example.nl"), reference="stap-5")
    world.heal(Party.MAIL)
    post.send(a_message("later@example.nl"), reference="stap-5")
    assert len(world.mails_to("later@example.nl")) == 1


def test_the_mailbox_survives_a_restart_and_a_server_that_is_away_is_unreachable(tmp_path: Path) -> None:
    world = World(tmp_path).start()
    post = mailer(world)
    post.send(a_message("blijft@example.nl"), reference="stap-6")
    world.fault(Party.PARTNERS, "down")
    world.stop()
    with pytest.raises(PartyUnavailable) as caught:
        post.send(a_message("blijft@example.nl"), reference="stap-7")
    assert caught.value.code == "mail.unreachable"
    with world:
        post.send(a_message("blijft@example.nl"), reference="stap-7")
        received = [mail.message_id for mail in world.mails_to("blijft@example.nl")]
        assert received == ["<stap-6@signaalreis>", "<stap-7@signaalreis>"]
        assert world.faults()[Party.PARTNERS].kind == "down"


def test_a_mail_shows_who_it_comes_from_by_its_own_name(world: World) -> None:
    to = "naam@bewoner.example"
    mailer(world).send(a_message(to).model_copy(update={"sender_name": "Gemeente Waterdorp"}), reference="step-name")
    assert world.mails_to(to)[-1].sender == "Gemeente Waterdorp <post@zonnedijk.example>"
