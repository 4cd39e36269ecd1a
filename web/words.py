"""Moments, terms and amounts as their reader says them; the examples are Dutch. What "today" means is an argument."""

from datetime import UTC, date, datetime, timedelta

from models.case import Deadline
from models.codes import CalendarName, Language
from models.terms import FreeDay, Term
from models.values import Euro, PhoneNumber, Postcode
from policy.calendar import local
from policy.deadlines import END_OF_DAY
from web.language import reading, said, said_of
from web.paging import COUNTED

_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_LONG_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_NEAR = {-1: "gisteren", 0: "vandaag", 1: "morgen"}
_LEGAL_DAYS = frozenset(
    {
        "Nieuwjaarsdag", "Goede vrijdag", "Eerste paasdag", "Tweede paasdag", "Koningsdag", "Bevrijdingsdag",
        "Hemelvaartsdag", "Eerste pinksterdag", "Tweede pinksterdag", "Eerste kerstdag", "Tweede kerstdag",
    }
)  # fmt: skip
"""Free days that have a name everywhere; the others have the one that a municipality gave them."""


def day(value: date, *, today: date) -> str:
    """`vandaag`, `morgen`, `di 30 maart`, and `di 30 maart 2026` outside this year."""
    near = _NEAR.get((value - today).days)
    return said(near) if near else weekday(value, today=today)


def weekday(value: date, *, today: date) -> str:
    """The day with its weekday, also when it is near."""
    year = "" if value.year == today.year else f" {value.year}"
    return f"{said(_DAYS[value.weekday()])} {value.day} {_month(value)}{year}"


def long_day(value: date, *, today: date) -> str:
    """`maandag 29 maart`, as one says it aloud; with the year outside this one."""
    year = "" if value.year == today.year else f" {value.year}"
    return f"{said(_LONG_DAYS[value.weekday()])} {value.day} {_month(value)}{year}"


def counted(number: int) -> str:
    """`999`, and `meer dan 1000` for what was counted no further."""
    return str(number) if number <= COUNTED else said("meer dan {number}", number=COUNTED)


def counted_briefly(number: int) -> str:
    """The same where there is little room: `1000+`."""
    return str(number) if number <= COUNTED else f"{COUNTED}+"


def month(value: date) -> str:
    """`maart 2026`."""
    return f"{_month(value)} {value.year}"


def full_day(value: date) -> str:
    """`30 maart 2026`: for papers that are read later."""
    return f"{value.day} {_month(value)} {value.year}"


def full_moment(value: datetime) -> str:
    """`30 maart 2026 om 17:00`: for papers that are read later."""
    here = local(value)
    return at_clock(full_day(here.date()), value)


def at_clock(day: str, value: datetime) -> str:
    """A day in words, with the clock of the moment: `di 30 maart om 17:00`."""
    return said("{day} om {clock}", day=day, clock=clock(value))


def clock(value: datetime) -> str:
    """`09:05`."""
    return f"{local(value):%H:%M}"


def moment(value: datetime, *, now: datetime) -> str:
    """`vandaag 17:00`, `di 30 maart 09:00`."""
    here = local(value)
    return f"{day(here.date(), today=local(now).date())} {here:%H:%M}"


def due(value: datetime, *, now: datetime) -> str:
    """A moment by which something must be done; the clock is left out when the whole day counts."""
    here = local(value)
    if here.time().replace(second=0, microsecond=0) == END_OF_DAY:
        return day(here.date(), today=local(now).date())
    return moment(value, now=now)


def since(value: datetime, *, now: datetime) -> str:
    """Today the clock alone (`09:10`), else the whole moment."""
    here = local(value)
    return f"{here:%H:%M}" if here.date() == local(now).date() else moment(value, now=now)


def age(began: datetime, *, now: datetime) -> str:
    """How long something has lasted: days by the wall clock, less than a day by the running clock."""
    days = (local(now).replace(tzinfo=None) - local(began).replace(tzinfo=None)).days
    if days > 0:
        return _count(days, "dag", "dagen")
    # Two moments of one time zone are subtracted by their wall clocks, which is wrong over a clock change.
    lasted = max(now.astimezone(UTC) - began.astimezone(UTC), timedelta(0))
    minutes = int(lasted.total_seconds()) // 60
    hours = minutes // 60
    if hours:
        return said_of(hours, "1 uur", "{number} uur")
    return _count(minutes, "minuut", "minuten") if minutes else said("net begonnen")


def ago(value: datetime, *, now: datetime) -> str:
    """`vandaag`, `gisteren`, `3 dagen geleden`: days on the wall calendar."""
    days = -_days_until(value, now)
    return said(_NEAR[-days]) if days in (0, 1) else said("{number} dagen geleden", number=days)


def term(value: Term) -> str:
    """`3 werkdagen`, `1 maand`, `28 dagen`; a term of nothing is `meteen`."""
    parts = (
        _some(value.months, "maand", "maanden"),
        _some(value.days, "dag", "dagen"),
        _some(value.working_days, "werkdag", "werkdagen"),
        _some(value.minutes, "minuut", "minuten"),
    )
    return f" {said('en')} ".join(part for part in parts if part) or said("meteen")


def calendar(name: CalendarName) -> str:
    """Which days the calendar counts."""
    match name:
        case CalendarName.LEGAL:
            return said("geteld op de wettelijke kalender (Algemene termijnenwet)")
        case CalendarName.OFFICE:
            return said("geteld op de werkdagen van de gemeente")
        case CalendarName.ALL:
            return said("alle dagen tellen mee")


def free_days(days: tuple[FreeDay, ...], *, today: date) -> str:
    """The free days that moved a deadline, each with its name."""
    return ", ".join(f"{weekday(free.day, today=today)} ({_name(free)})" for free in days)


def days_left(deadline: Deadline, *, now: datetime) -> str:
    """`nog 3 dagen`, `vandaag nog`, `1 dag te laat`: days on the wall calendar.

    Empty for a moment that passed without being anybody's task, such as the planning of a call.
    """
    passed, left = deadline.raised_at or deadline.due_at, _days_until(deadline.raised_at or deadline.due_at, now)
    if passed > now:
        return said("vandaag nog") if left == 0 else said("nog {days}", days=_count(left, "dag", "dagen"))
    if deadline.cause is None:
        return ""
    return said("te laat") if left == 0 else said("{days} te laat", days=_count(-left, "dag", "dagen"))


def amount(cents: int) -> str:
    """`€ 1.234,56`; an English reader writes `€1,234.56`."""
    text = f"{cents / 100:,.2f}"
    return f"€{text}" if reading() is Language.ENGLISH else "€ " + text.translate(str.maketrans(",.", ".,"))


def euro(value: Euro) -> str:
    """An amount as `amount` says it."""
    return amount(value.cents)


def phone(number: PhoneNumber) -> str:
    """A Dutch number as it is dialled, in groups that can be read aloud; a foreign one as it is."""
    text = number.text
    if not text.startswith("+31"):
        return text
    national = "0" + text[3:]
    if national.startswith("06"):
        return f"06 {national[2:6]} {national[6:]}"
    return f"{national[:3]} {national[3:6]} {national[6:]}"


def postcode(value: Postcode) -> str:
    """`1234 AB`."""
    return f"{value.text[:4]} {value.text[4:]}"


def count(number: int, one: str, many: str) -> str:
    """`1 zaak`, `12 zaken`."""
    return _count(number, one, many)


def _month(value: date) -> str:
    return said(_MONTHS[value.month - 1])


def _name(free: FreeDay) -> str:
    return said(free.name) if free.name in _LEGAL_DAYS else free.name


def _days_until(moment: datetime, now: datetime) -> int:
    return (local(moment).date() - local(now).date()).days


def _some(number: int, one: str, many: str) -> str:
    return _count(number, one, many) if number else ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {said(one if number == 1 else many)}"
