"""The signaalreis: every fact of a case as a line, with the words of `web/told/`."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.case_store import JourneyEntry
from models.case import CaseState
from models.facts import AnyFact, RouteChosen, SignalJoined, VisitsBlocked
from models.ids import PersonId, SignalId
from policy.calendar import daypart_of, local
from web import labels, words
from web.in_dutch import marked
from web.language import said
from web.told.around import Around
from web.told.sentence import sentence

NOT_FOR_YOU = "De reden mag alleen de teamleider lezen."


@dataclass(frozen=True)
class Entry:
    """One line of the signaalreis."""

    day: str
    long_day: str
    """The day as one reads it aloud."""
    clock: str
    machine: str
    """The moment for `<time datetime>`."""
    daypart: str
    sentence: str
    by: str
    note: str = ""
    remark: str = ""
    """Why a note is not shown."""


def beginning(
    state: CaseState, *, partners: Mapping[SignalId, str], about: PersonId | None = None, now: datetime
) -> tuple[Entry, ...]:
    """The lines with which the journey begins: the signals that opened the case, about one person if that is asked."""
    first = (signal for signal in state.signals if signal.joined_at == state.opened_at)
    return tuple(
        line(
            said(
                "Signaal ontvangen van {partner}.",
                partner=partners.get(signal.signal_id) or said("de signaalpartner"),
            ),
            signal.received_at,
            by=said("automatisch"),
            now=now,
        )
        for signal in first
        if about in (None, signal.person_id)
    )


def entry(
    fact: AnyFact,
    *,
    by: str,
    note: str,
    partners: Mapping[SignalId, str],
    names: Mapping[str, str],
    may_read_safety: bool,
    now: datetime,
) -> Entry:
    """The fact's line. `partners` names the partner of each signal, `names` the members of staff.

    Why nobody may visit somebody is shown only to whoever may read that.
    """
    around = Around(partners=partners, names=names, now=now)
    hidden = isinstance(fact, VisitsBlocked) and not may_read_safety
    return line(
        marked(sentence(fact, around), fact.why if isinstance(fact, RouteChosen) else ""),
        fact.at,
        by=by,
        note="" if hidden else note,
        remark=said(NOT_FOR_YOU) if hidden else "",
        now=now,
    )


def worth_telling(journey: Iterable[JourneyEntry]) -> list[JourneyEntry]:
    """Without the route being chosen again by itself when it stayed the same."""
    told, last = list[JourneyEntry](), None
    for happened in journey:
        fact = happened.fact
        if isinstance(fact, RouteChosen):
            repeats = fact.command_id is None and (fact.route, fact.why) == last
            last = (fact.route, fact.why)
            if repeats:
                continue
        told.append(happened)
    return told


def woven(told: Sequence[tuple[datetime, Entry]], besides: Iterable[tuple[datetime, Entry]]) -> tuple[Entry, ...]:
    """Lines with their moments, and lines that stand in no journey put between them: each before the first line that
    is later. What is told stays in its own order."""
    lines, left = list[Entry](), deque(sorted(besides, key=lambda each: each[0]))
    for at, entry in told:
        while left and left[0][0] < at:
            lines.append(left.popleft()[1])
        lines.append(entry)
    return (*lines, *(entry for _, entry in left))


def line(text: str, at: datetime, *, by: str, note: str = "", remark: str = "", now: datetime) -> Entry:
    here = local(at)
    return Entry(
        day=words.weekday(here.date(), today=local(now).date()),
        long_day=words.long_day(here.date(), today=local(now).date()),
        clock=f"{here:%H:%M}",
        machine=here.isoformat(timespec="minutes"),
        daypart=labels.label(daypart_of(at)),
        sentence=text,
        by=by,
        note=note,
        remark=remark,
    )


def person_of(fact: AnyFact) -> PersonId | None:
    """The person a fact is about; None when it is about the case as a whole."""
    if isinstance(fact, SignalJoined):
        return fact.signal.person_id
    return getattr(fact, "person_id", None)


def staff_of(fact: AnyFact) -> tuple[str, ...]:
    """Whom the fact's sentence names."""
    found = (getattr(fact, name, None) for name in ("by", "to", "staff", "companion"))
    return tuple(name for name in found if isinstance(name, str))
