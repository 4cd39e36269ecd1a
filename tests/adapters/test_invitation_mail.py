"""A mail about a callback as a mail program gets it: a calendar part that a calendar understands (RFC 5545, 5546)."""

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar

from activities.calendar_part import InvitationOrder, with_calendar
from adapters.ics import FeedEvent, feed, invitation
from adapters.smtp import Smtp
from models.codes import InvitationKind
from models.ids import AppointmentId
from models.personal import CalendarPart, Mail
from models.terms import Sender
from models.values import EmailAddress
from tests.builders import NOW, at

ORGANISER = "gemeente@zonnedijk.example"
SENDER = Sender(name="Gemeente Zonnedijk", page="https://zonnedijk.example", phone="010 123 45 00")
SUMMER, WINTER = at("2027-07-01 10:00"), at("2027-12-01 10:00")


class Mailbox:
    """A mail server that keeps what it gets, byte for byte."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.kept.append(envelope.content)
        return "250 OK"


def a_mail(
    about: InvitationKind = InvitationKind.CONFIRMED, *, sequence: int = 0, starts_at: datetime = SUMMER
) -> Mail:
    bare = Mail(address=EmailAddress("inwoner@example.nl"), subject="Wij bellen u", body="Beste inwoner,\n\nTot dan.\n")
    order = InvitationOrder(
        appointment_id=AppointmentId("appointment-1"), about=about, sequence=sequence, starts_at=starts_at, minutes=20
    )
    return with_calendar(bare, order, SENDER, at=NOW)


def part_of(mail: Mail) -> CalendarPart:
    assert mail.calendar is not None
    return mail.calendar


def the_calendar(mail: Mail) -> Calendar:
    return Calendar.from_ical(invitation(mail, part_of(mail), organiser=ORGANISER))


async def received(mail: Mail, reference: str) -> EmailMessage:
    """The mail after its way over a real connection."""
    mailbox, loop = Mailbox(), asyncio.get_running_loop()
    async with await loop.create_server(lambda: SMTP(mailbox, loop=loop), "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        await asyncio.to_thread(Smtp(host, port, sender=ORGANISER).send, mail, reference=reference)
    (content,) = mailbox.kept
    return message_from_bytes(content, policy=default)


@pytest.mark.parametrize(
    ("about", "method", "status"),
    [
        (InvitationKind.CONFIRMED, "REQUEST", "CONFIRMED"),
        (InvitationKind.MOVED, "REQUEST", "CONFIRMED"),
        (InvitationKind.CANCELLED, "CANCEL", "CANCELLED"),
    ],
)
def test_a_calendar_is_asked_to_keep_or_to_drop_the_same_appointment(
    about: InvitationKind, method: str, status: str
) -> None:
    calendar = the_calendar(a_mail(about, sequence=3))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (method, status, 3)
    assert event["UID"] == "appointment-1@signaalreis"
    assert (event["ORGANIZER"], event["ATTENDEE"]) == (f"mailto:{ORGANISER}", "mailto:inwoner@example.nl")
    assert event.decoded("DTSTAMP") == NOW


@pytest.mark.parametrize(("moment", "offset"), [(SUMMER, 2), (WINTER, 1)], ids=["summer", "winter"])
def test_the_moment_is_that_of_the_netherlands_with_the_rules_of_its_clock(moment: datetime, offset: int) -> None:
    calendar = the_calendar(a_mail(starts_at=moment))
    (zone,) = calendar.walk("VTIMEZONE")
    (event,) = calendar.walk("VEVENT")
    assert zone["TZID"] == event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert event.decoded("DTSTART").utcoffset() == timedelta(hours=offset)
    assert event.decoded("DTSTART") == moment
    assert event.decoded("DTEND") == moment + timedelta(minutes=20)
    assert {rule["TZOFFSETTO"].to_ical() for rule in zone.subcomponents} == {"+0100", "+0200"}


@pytest.mark.parametrize("hour", [0, 1], ids=["first time", "second time"])
def test_a_callback_in_the_hour_that_comes_twice_is_at_its_own_moment(hour: int) -> None:
    starts_at = datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
    (event,) = the_calendar(a_mail(starts_at=starts_at)).walk("VEVENT")
    start, end = (event.decoded(name).astimezone(UTC) for name in ("DTSTART", "DTEND"))
    assert (start, end) == (starts_at, starts_at + timedelta(minutes=20))
    assert event["DTSTART"].params.get("TZID") == ("Europe/Amsterdam" if hour == 0 else None)


def test_what_others_may_see_in_a_calendar_says_nothing_of_why() -> None:
    said = invitation(a_mail(), part_of(a_mail()), organiser=ORGANISER).casefold()
    assert [word for word in ("schuld", "achterstand", "betal", "rekening", "vroegsignal") if word in said] == []


def test_a_reminder_has_nothing_for_a_calendar() -> None:
    assert a_mail(InvitationKind.REMINDER).calendar is None


def test_a_mail_program_gets_the_text_and_the_calendar_as_alternatives() -> None:
    mail = a_mail(InvitationKind.MOVED, sequence=1)
    message = asyncio.run(received(mail, "case-1.invitation-1"))
    assert message.get_content_type() == "multipart/alternative"
    assert message.is_multipart()
    text, calendar = message.iter_parts()
    assert (text.get_content_type(), text.get_content().replace("\r\n", "\n")) == ("text/plain", mail.body)
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    (event,) = Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert event["SEQUENCE"] == 1


def test_a_feed_has_every_moment_and_where_to_read_on() -> None:
    event = FeedEvent(
        "a-1@signaalreis", SUMMER, SUMMER + timedelta(minutes=15), "Terugbelafspraak", "https://x.example/1"
    )
    calendar = Calendar.from_ical(feed([event], made_at=NOW))
    (found,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], found["SUMMARY"], found["URL"]) == (
        "PUBLISH",
        "Terugbelafspraak",
        "https://x.example/1",
    )
    assert (found.decoded("DTSTART"), found.decoded("DTEND")) == (SUMMER, SUMMER + timedelta(minutes=15))
