"""Calendars as text (RFC 5545): the invitation in a mail, and the feed of a caseworker's own calendar.

Moments are in the time of the Netherlands, with the rules of its clock, so that a calendar anywhere shows them right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from models.personal import CalendarPart, Mail
from policy.calendar import AMSTERDAM, local

_PRODUCT = "-//Signaalreis//NL"


@dataclass(frozen=True)
class FeedEvent:
    """A moment in somebody's own calendar."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    link: str


def method_of(part: CalendarPart) -> str:
    """What the receiving calendar is asked to do (RFC 5546)."""
    return "CANCEL" if part.cancelled else "REQUEST"


def invitation(mail: Mail, part: CalendarPart, *, organiser: str) -> str:
    """The calendar part of a mail from `organiser`; the same mail gives the same text."""
    event = _event(part.uid, part.starts_at, part.starts_at.astimezone(UTC) + timedelta(minutes=part.minutes))
    event.add("DTSTAMP", part.made_at.astimezone(UTC))
    event.add("SEQUENCE", part.sequence)
    event.add("STATUS", "CANCELLED" if part.cancelled else "CONFIRMED")
    event.add("SUMMARY", part.summary)
    event.add("DESCRIPTION", part.description)
    event.add("ORGANIZER", vCalAddress(f"mailto:{organiser}"))
    attendee = vCalAddress(f"mailto:{mail.address.text}")
    # Nobody has to answer, so no calendar asks for it.
    attendee.params["RSVP"] = vText("FALSE")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    event.add("ATTENDEE", attendee)
    return _text(_calendar(method_of(part), [event]))


def feed(events: Iterable[FeedEvent], *, made_at: datetime) -> str:
    """A calendar to subscribe to."""
    return _text(_calendar("PUBLISH", [_of_feed(one, made_at) for one in events]))


def _of_feed(one: FeedEvent, made_at: datetime) -> Event:
    event = _event(one.uid, one.starts_at, one.ends_at)
    event.add("DTSTAMP", made_at.astimezone(UTC))
    event.add("SUMMARY", one.summary)
    event.add("URL", one.link)
    event.add("CLASS", "PRIVATE")
    return event


def _event(uid: str, starts_at: datetime, ends_at: datetime) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTART", _shown(starts_at))
    event.add("DTEND", _shown(ends_at))
    return event


def _shown(moment: datetime) -> datetime:
    """On the clock of the Netherlands. A calendar reads an hour that comes twice as the first of the two, so the second
    one is told by the clock of the world."""
    here = local(moment)
    return moment.astimezone(UTC) if here.fold else here


def _calendar(method: str, events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", method)
    calendar.add_component(Timezone.from_tzinfo(AMSTERDAM))
    for event in events:
        calendar.add_component(event)
    return calendar


def _text(calendar: Calendar) -> str:
    return str(calendar.to_ical(), "utf-8")
