"""The mailbox where mail comes back, read over real IMAP, with what its notices do to messages of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from activities.bounces import AT_ONCE, BounceActivities
from activities.ports import NotAuthorised, PartyUnavailable
from activities.records import MessageClaim
from activities.retention import Moment
from adapters.bounce_mailbox import LARGEST, LOOKED_AT, ImapBounceMailbox, MailboxAddress
from adapters.health import PartyHealth
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from adapters.smtp import Login, Security, Smtp
from models.codes import Channel, MessageReport, Party
from models.errors import CodedError
from models.ids import CaseId, StepId
from models.personal import Mail
from models.values import EmailAddress
from simulation.imap_mailbox import PASSWORD, USER
from simulation.returned_mail import notice
from simulation.world import World
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case
from tests.adapters.test_smtp import everything_said
from tests.builders import NOW, RESIDENT

LATER = NOW + timedelta(hours=1)
OTHER_MAIL = b"From: a@post.example\r\nSubject: Vraag\r\nContent-Type: text/plain\r\n\r\nKunt u mij bellen?\r\n"


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    running.heal(Party.BOUNCES)
    running.empty_returned()
    yield running
    running.heal(Party.BOUNCES)


def mailbox(world: World, *, password: str = PASSWORD, folder: str = "INBOX", timeout: float = 10) -> ImapBounceMailbox:
    host, port = world.imap_address
    address = MailboxAddress(host, port, security=Security.NONE, folder=folder, timeout=timeout)
    return ImapBounceMailbox(address, Login(USER, password))


@dataclass
class Office:
    """A case with a database, whose mail comes back."""

    databases: Databases
    world: World

    def __post_init__(self) -> None:
        store_case(self.databases)
        self.reports = MessageReports(self.databases.main, self.databases.vault)
        self.health = PartyHealth(self.databases.main)

    def send(self, step: str, address: str) -> None:
        mail = Mail(address=EmailAddress(address), subject="Een bericht", body="Beste A.")
        claim = MessageClaim(
            step_id=StepId(step),
            case_id=CaseId("case-1"),
            person_id=RESIDENT,
            channel=Channel.MAIL,
            template="first-mail",
            at=NOW,
        )
        Messages(self.databases.main, self.databases.vault).claim(claim, mail)
        host, port = self.world.smtp_address
        Smtp(host, port, sender="gemeente@zonnedijk.example").send(mail, reference=step)

    def read(self, box: ImapBounceMailbox | None = None) -> int:
        activities = BounceActivities(mailbox=box or mailbox(self.world), reports=self.reports, health=self.health)
        return activities.read(Moment(at=LATER))

    def heard(self) -> list[tuple[str, MessageReport]]:
        return [(found.news.step_id, found.news.report) for found in self.reports.untold(1000)]


@pytest.fixture
def office(databases: Databases, world: World) -> Office:
    return Office(databases, world)


@pytest.mark.parametrize(
    ("address", "report"),
    [
        ("terug-onbekend@post.example", MessageReport.BOUNCED),
        ("terug-opgeheven@post.example", MessageReport.BOUNCED),
        ("terug-vol@post.example", MessageReport.FAILED),
        ("terug-geweigerd@post.example", MessageReport.FAILED),
    ],
)
def test_a_mail_that_came_back_is_heard_and_its_notice_is_gone(
    office: Office, address: str, report: MessageReport
) -> None:
    office.send("stap-1", address)
    assert office.world.mails_to(address) == []
    assert office.read() == 1
    assert office.heard() == [("stap-1", report)]
    assert office.world.returned() == []


def test_a_mail_that_is_late_is_no_news(office: Office) -> None:
    office.send("stap-1", "terug-later@post.example")
    assert office.read() == 1
    assert (office.heard(), office.world.returned()) == ([], [])


def test_what_people_wrote_stays_unread_for_people(office: Office) -> None:
    office.world.put_returned(OTHER_MAIL)
    assert office.read() == 0
    (left,) = office.world.returned()
    assert (left.content, left.flags) == (OTHER_MAIL, frozenset())


def test_a_notice_of_somebody_elses_mail_stays_unread_and_is_looked_at_once(office: Office) -> None:
    others = notice(OTHER_MAIL, recipient="b@post.example", code="5.1.1")
    office.world.put_returned(others)
    for _ in range(2):
        assert office.read() == 0
    (left,) = office.world.returned()
    assert left.flags == {LOOKED_AT}


def test_a_mail_that_is_too_large_does_not_stop_the_others(office: Office) -> None:
    huge = notice(OTHER_MAIL + b"x" * LARGEST, recipient="b@post.example", code="5.1.1")
    office.world.put_returned(huge)
    office.send("stap-1", "terug-onbekend@post.example")
    assert office.read() == 1
    assert [one.flags for one in office.world.returned()] == [{LOOKED_AT}]


def test_a_notice_of_a_message_that_was_erased_is_gone_too(office: Office) -> None:
    office.world.put_returned(notice(b"Message-ID: <weg@signaalreis>\r\n\r\n", recipient="a@b.example", code="5.1.1"))
    assert office.read() == 1
    assert (office.heard(), office.world.returned()) == ([], [])


def test_a_notice_is_kept_before_it_is_deleted_and_the_same_one_twice_is_one_report(office: Office) -> None:
    class Killed(BaseException):
        pass

    office.send("stap-1", "terug-onbekend@post.example")
    before = office.world.returned()

    def die_after(reference: str, report: MessageReport) -> None:
        office.reports.keep(reference, report, at=LATER)
        raise Killed

    with pytest.raises(Killed):
        mailbox(office.world).take(die_after, at_most=AT_ONCE)
    assert [one.content for one in office.world.returned()] == [one.content for one in before]
    assert office.read() == 1
    assert office.heard() == [("stap-1", MessageReport.BOUNCED)]


def test_many_notices_are_read_in_portions_the_oldest_first(world: World) -> None:
    for number in range(3):
        mail = f"Message-ID: <stap-{number}@signaalreis>\r\n\r\n".encode()
        world.put_returned(notice(mail, recipient="a@b.example", code="5.1.1"))
    heard: list[str] = []
    assert mailbox(world).take(lambda reference, report: heard.append(reference), at_most=2) == 2
    assert heard == ["stap-0", "stap-1"]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", PartyUnavailable, "bounces.connection-lost"),
        ("slow", PartyUnavailable, "bounces.timeout"),
        ("half-open", PartyUnavailable, "bounces.timeout"),
        ("malformed", PartyUnavailable, "bounces.connection-lost"),
        ("refuse", NotAuthorised, "bounces.no-login"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_an_outage_until_it_can(
    office: Office, fault: str, error: type[CodedError], code: str
) -> None:
    office.send("stap-1", "terug-onbekend@post.example")
    office.world.fault(Party.BOUNCES, fault, seconds=3.0)
    with pytest.raises(error) as caught:
        office.read(mailbox(office.world, timeout=0.5))
    assert caught.value.code == code
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "terug-onbekend" not in everything_said(caught.value)
    assert [(found.party, found.code) for found in office.health.outages()] == [(Party.BOUNCES, code)]
    office.world.heal(Party.BOUNCES)
    assert office.read() == 1
    assert office.health.outages() == []


def test_a_wrong_password_and_a_folder_that_is_not_there_are_told_apart(world: World) -> None:
    with pytest.raises(NotAuthorised):
        mailbox(world, password="iets anders").take(lambda reference, report: None, at_most=1)
    with pytest.raises(PartyUnavailable) as caught:
        mailbox(world, folder="ELDERS").take(lambda reference, report: None, at_most=1)
    assert caught.value.code == "bounces.not-understood"


def test_without_a_mailbox_nothing_is_read(databases: Databases) -> None:
    reports = MessageReports(databases.main, databases.vault)
    health = PartyHealth(databases.main)
    assert BounceActivities(mailbox=None, reports=reports, health=health).read(Moment(at=NOW)) == 0


def test_a_server_that_does_not_offer_a_closed_connection_gets_no_password(world: World) -> None:
    host, port = world.imap_address
    address = MailboxAddress(host, port, security=Security.STARTTLS)
    with pytest.raises(PartyUnavailable) as caught:
        ImapBounceMailbox(address, Login(USER, PASSWORD)).take(lambda reference, report: None, at_most=1)
    assert caught.value.code == "bounces.connection-lost"
