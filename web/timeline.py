"""The signaalreis: every fact of a case as a plain sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from models.codes import Daypart
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClaimed,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    FirstConversationHeld,
    HoldReleased,
    HoldSet,
    IdentityChecked,
    MailChecked,
    OutcomeRecorded,
    PartyGaveUp,
    RegisterAnswered,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from models.ids import PersonId, SignalId
from policy.calendar import daypart_of, local
from web import labels, words


@dataclass(frozen=True)
class Entry:
    """One line of the signaalreis."""

    day: str
    clock: str
    machine: str
    """The moment for `<time datetime>`."""
    daypart: Daypart
    sentence: str
    by: str
    note: str = ""


def entry(fact: AnyFact, *, by: str, note: str, partners: Mapping[SignalId, str], now: datetime) -> Entry:
    """The fact's line. `partners` names the partner of each signal."""
    return line(sentence(fact, partners, today=local(now).date()), fact.at, by=by, note=note, now=now)


def line(text: str, at: datetime, *, by: str, note: str = "", now: datetime) -> Entry:
    here = local(at)
    return Entry(
        day=words.weekday(here.date(), today=local(now).date()),
        clock=f"{here:%H:%M}",
        machine=here.isoformat(timespec="minutes"),
        daypart=daypart_of(at),
        sentence=text,
        by=by,
        note=note,
    )


def person_of(fact: AnyFact) -> PersonId | None:
    """The person a fact is about; None when it is about the case as a whole."""
    if isinstance(fact, SignalJoined):
        return fact.signal.person_id
    return getattr(fact, "person_id", None)


def sentence(fact: AnyFact, partners: Mapping[SignalId, str], *, today: date) -> str:
    match fact:
        case RouteChosen():
            return "De behandeling volgens het beleid van de gemeente is vastgelegd."
        case RegisterAnswered():
            return f"{labels.label(fact.result)}."
        case PartyGaveUp():
            return f"{labels.label(fact.party)} gaf te lang geen antwoord. Een medewerker neemt het over."
        case IdentityChecked():
            return f"Gegevens gecontroleerd: {labels.label(fact.standing).lower()}."
        case AttemptMade():
            return f"{labels.ATTEMPTS[fact.channel, fact.result]}."
        case MailChecked():
            return f"E-mail gecontroleerd: {'wel' if fact.sent else 'niet'} verstuurd."
        case OutcomeRecorded():
            return _outcome(fact, today)
        case FirstConversationHeld():
            held, started = _day(fact.conversation_at, today), _day(fact.started_at, today)
            return f"Eerste gesprek gehouden op {held}; hulp begonnen op {started}."
        case FeedbackOwed():
            return f"Terugkoppeling klaargezet voor {_partner(fact.signal_id, partners)}: {fact.code.value}."
        case FeedbackDelivered():
            return f"Terugkoppeling aangekomen bij {_partner(fact.signal_id, partners)}."
        case SignalJoined():
            return f"Nog een signaal ontvangen van {_partner(fact.signal.signal_id, partners)}."
        case CaseClaimed():
            return "Zaak in behandeling genomen."
        case Stalled():
            return f"Zaak vastgelopen: {labels.label(fact.cause).lower()}."
        case HoldSet():
            return f"Vernietiging uitgesteld tot en met {_day(fact.until, today)}."
        case HoldReleased():
            return "Uitstel van vernietiging opgeheven."
        case CaseClosed():
            return "Zaak afgesloten. De bewaartermijn loopt."
        case _:
            assert_never(fact)


def _outcome(fact: OutcomeRecorded, today: date) -> str:
    parts = [f"Uitkomst: {fact.outcome.value} ({labels.label(fact.acceptance)})"]
    if fact.help_kind is not None:
        parts.append(f"hulp: {labels.label(fact.help_kind).lower()}")
    moments = (("afgesproken", fact.accepted_at), ("gesprek", fact.conversation_at), ("begonnen", fact.started_at))
    parts += [f"{word} op {_day(at, today)}" for word, at in moments if at is not None]
    return f"{'; '.join(parts)}."


def _partner(signal_id: SignalId, partners: Mapping[SignalId, str]) -> str:
    return partners.get(signal_id, "de signaalpartner")


def _day(at: datetime, today: date) -> str:
    return words.weekday(local(at).date(), today=today)
