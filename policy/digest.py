"""What supervisors read in the morning: how the work stands, in counts. Nothing of it is about anybody. Pure."""

from dataclasses import dataclass
from datetime import datetime

from models.codes import Language
from policy.calendar import local
from policy.message_words import date_in_words


@dataclass(frozen=True)
class Standing:
    """How the work of a municipality stands."""

    stalled: int
    new: int
    """Of the stalled cases: for less than two days."""
    long: int
    """Of the stalled cases: for four weeks or longer."""
    late: int
    """Work that is late."""
    today: int
    """Work for today that is not late."""
    nobodys: int
    """Open cases that nobody has."""
    outages: int


def subject(at: datetime) -> str:
    return f"Vroegsignalering: stand van {date_in_words(local(at).date(), Language.DUTCH)}"


def body(standing: Standing, *, sender: str, at: datetime, overview: str, stalled: str) -> str:
    """The mail's text. `overview` and `stalled`: where the pages with the cases are."""
    here = local(at)
    lines = [
        f"Stand van {date_in_words(here.date(), Language.DUTCH)} om {here:%H:%M}, {sender}.",
        "",
        _stalled(standing),
        f"Taken te laat: {standing.late}.",
        f"Taken voor vandaag: {standing.today}.",
        f"Open zaken van niemand: {standing.nobodys}.",
        _outages(standing.outages),
        "",
        f"Het overzicht van het team: {overview}",
        f"De vastgelopen zaken: {stalled}",
        "",
        "In deze mail staan alleen aantallen. Zij gaat op werkdagen naar de adressen in het beleid van de gemeente.",
    ]
    return "\n".join(lines) + "\n"


def _stalled(standing: Standing) -> str:
    if not standing.stalled:
        return "Vastgelopen zaken: 0."
    parts = f"{standing.new} korter dan 2 dagen, {standing.long} al 4 weken of langer"
    return f"Vastgelopen zaken: {standing.stalled} ({parts})."


def _outages(number: int) -> str:
    return "Storingen: geen." if not number else f"Storingen bij andere systemen: {number}."
