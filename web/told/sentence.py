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
from web.language import said
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
            return _route(fact)
        case CasePickedUp():
            return said("De signalen van deze periode zijn verzameld. De zaak is opgepakt.")
        case CaseClaimed():
            return said("Zaak in behandeling genomen.")
        case CaseAssigned():
            if not fact.to:
                return said("Zaak teruggegeven aan het team.")
            return said("Zaak gegeven aan {who}.", who=around.who(fact.to))
        case CasePaused():
            return said("Zaak rust tot en met {day}.", day=around.day(fact.until))
        case PauseEnded():
            return said("De zaak gaat verder.")
        case Stalled():
            return said("Zaak vastgelopen: {cause}.", cause=labels.label(fact.cause).lower())
        case DeadlineExtended():
            day = around.day(fact.until)
            return said("Termijn verlengd tot en met {day}: {what}.", day=day, what=_deadline(fact))
        case CaseMerged():
            return said("Zaak samengevoegd met zaak {case}. Deze zaak stopt hier.", case=fact.into[:8])
        case CaseClosed():
            return said("Zaak afgesloten. De bewaartermijn loopt.")
        case HoldSet():
            return said("Vernietiging uitgesteld tot en met {day}.", day=around.day(fact.until))
        case HoldReleased():
            return said("Uitstel van vernietiging opgeheven.")
        case SignalJoined():
            partner = around.partner(fact.signal.signal_id)
            return said("Nog een signaal ontvangen van {partner}.", partner=partner)
        case SignalChanged():
            partner = around.partner(fact.signal_id, first=True)
            return said("{partner} meldt: {change}.", partner=partner, change=_change(fact))
        case ThreatJudged():
            return said(
                "Beoordeeld: de situatie is bedreigend."
                if fact.threatening
                else "Beoordeeld: de situatie is niet bedreigend."
            )
        case SignalSplitOff():
            partner = around.partner(fact.signal_id)
            split = said("Signaal van {partner} hoort bij iemand anders en kreeg een eigen zaak.", partner=partner)
            told = f" {said('De inwoner van deze zaak is er wel over verteld.')}" if fact.wrong_person_told else ""
            return f"{split}{told}"
        case FeedbackOwed():
            partner, code = around.partner(fact.signal_id), labels.label(fact.code)
            return said("Terugkoppeling klaargezet voor {partner}: {code}.", partner=partner, code=code)
        case FeedbackDelivered():
            return said("Terugkoppeling aangekomen bij {partner}.", partner=around.partner(fact.signal_id))
        case _:
            assert_never(fact)


def _route(fact: RouteChosen) -> str:
    """With why, in the words of the municipality's policy."""
    route = labels.label(fact.route)
    if fact.version:
        text = "Beleid van versie {version} toegepast: de zaak volgt de {route}."
        follows = said(text, version=fact.version, route=route)
    else:
        follows = said("De zaak volgt de {route}.", route=route)
    return f"{follows} {fact.why}" if fact.why else follows


def _deadline(fact: DeadlineExtended) -> str:
    return labels.label(fact.task if fact.task is not None else fact.deadline).lower()


def _change(fact: SignalChanged) -> str:
    """What the partner told, with the day that it named."""
    change = said(_SIGNAL_CHANGES[fact.change])
    if fact.on is None:
        return change
    until = fact.change is SignalChange.COLLECTION_PAUSED
    text = "{change} tot en met {day}" if until else "{change} op {day}"
    return said(text, change=change, day=words.full_day(fact.on))
