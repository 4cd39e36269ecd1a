"""What happened, fact by fact, in a plain sentence."""

from collections.abc import Mapping
from typing import assert_never

from models.codes import SignalChange
from models.facts import (
    AnyFact,
    CaseAssigned,
    CaseClaimed,
    CaseClosed,
    CaseMerged,
    CasePaused,
    CasePickedUp,
    DeadlineExtended,
    FeedbackDelivered,
    FeedbackOwed,
    HoldReleased,
    HoldSet,
    PauseEnded,
    RouteChosen,
    SignalChanged,
    SignalJoined,
    SignalSplitOff,
    Stalled,
    ThreatJudged,
)
from web import labels, words
from web.told import contact, outcome, resident
from web.told.around import Around

_SIGNAL_CHANGES: Mapping[SignalChange, str] = {
    SignalChange.PAID: "de achterstand is betaald",
    SignalChange.WITHDRAWN: "het signaal is ingetrokken",
    SignalChange.NEW_AMOUNT: "het bedrag is veranderd",
    SignalChange.COLLECTION_PAUSED: "de incasso staat stil",
    SignalChange.END_OF_SUPPLY: "de levering stopt",
}


def sentence(fact: AnyFact, around: Around) -> str:
    """What happened, for a caseworker who reads the case for the first time."""
    if isinstance(fact, resident.Told):
        return resident.sentence(fact)
    if isinstance(fact, contact.Told):
        return contact.sentence(fact, around)
    if isinstance(fact, outcome.Told):
        return outcome.sentence(fact, around)
    match fact:
        case RouteChosen():
            follows = f"de zaak volgt de {labels.label(fact.route)}.{f' {fact.why}' if fact.why else ''}"
            applied = f"Beleid van versie {fact.version} toegepast: {follows}"
            return applied if fact.version else f"{follows[0].upper()}{follows[1:]}"
        case CasePickedUp():
            return "De signalen van deze periode zijn verzameld. De zaak is opgepakt."
        case CaseClaimed():
            return "Zaak in behandeling genomen."
        case CaseAssigned():
            return f"Zaak gegeven aan {around.who(fact.to)}." if fact.to else "Zaak teruggegeven aan het team."
        case CasePaused():
            return f"Zaak rust tot en met {around.day(fact.until)}."
        case PauseEnded():
            return "De zaak gaat verder."
        case Stalled():
            return f"Zaak vastgelopen: {labels.label(fact.cause).lower()}."
        case DeadlineExtended():
            return f"Termijn verlengd tot en met {around.day(fact.until)}: {_deadline(fact)}."
        case CaseMerged():
            return f"Zaak samengevoegd met zaak {fact.into[:8]}. Deze zaak stopt hier."
        case CaseClosed():
            return "Zaak afgesloten. De bewaartermijn loopt."
        case HoldSet():
            return f"Vernietiging uitgesteld tot en met {around.day(fact.until)}."
        case HoldReleased():
            return "Uitstel van vernietiging opgeheven."
        case SignalJoined():
            return f"Nog een signaal ontvangen van {around.partner(fact.signal.signal_id)}."
        case SignalChanged():
            return f"{around.partner(fact.signal_id, first=True)} meldt: {_SIGNAL_CHANGES[fact.change]}{_day_of(fact)}."
        case ThreatJudged():
            return f"Beoordeeld: de situatie is {'bedreigend' if fact.threatening else 'niet bedreigend'}."
        case SignalSplitOff():
            told = " De inwoner van deze zaak is er wel over verteld." if fact.wrong_person_told else ""
            return (
                f"Signaal van {around.partner(fact.signal_id)} hoort bij iemand anders en kreeg een eigen zaak.{told}"
            )
        case FeedbackOwed():
            return f"Terugkoppeling klaargezet voor {around.partner(fact.signal_id)}: {fact.code.value}."
        case FeedbackDelivered():
            return f"Terugkoppeling aangekomen bij {around.partner(fact.signal_id)}."
        case _:
            assert_never(fact)


def _deadline(fact: DeadlineExtended) -> str:
    return labels.label(fact.task if fact.task is not None else fact.deadline).lower()


def _day_of(fact: SignalChanged) -> str:
    if fact.on is None:
        return ""
    before = "tot en met" if fact.change is SignalChange.COLLECTION_PAUSED else "op"
    return f" {before} {words.full_day(fact.on)}"
