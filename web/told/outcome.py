"""Referrals, proposals, outcomes and help."""

from typing import assert_never

from models.case import Proposal
from models.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalRefused,
    FirstConversationHeld,
    HelpStarted,
    OutcomeRecorded,
    QuickFixChecked,
    ReferralAccepted,
    ReferralEnded,
    ReferralExpired,
    ReferralMade,
    ReferralRefused,
    ReferralStarted,
)
from web import labels
from web.language import said
from web.told.around import Around

Told = (
    ReferralMade
    | ReferralAccepted
    | ReferralRefused
    | ReferralExpired
    | ReferralStarted
    | ReferralEnded
    | OutcomeRecorded
    | FirstConversationHeld
    | HelpStarted
    | QuickFixChecked
    | ApprovalAsked
    | ApprovalGiven
    | ApprovalRefused
)


def sentence(fact: Told, around: Around) -> str:
    match fact:
        case ReferralMade():
            party = labels.label(fact.party).lower()
            return said("Doorverwezen, met toestemming van de inwoner: {party}.", party=party)
        case ReferralAccepted():
            return said("Doorverwijzing aangenomen.")
        case ReferralRefused():
            return said("Doorverwijzing geweigerd.")
        case ReferralExpired():
            return said("Geen antwoord op de doorverwijzing. De zaak komt terug.")
        case ReferralStarted():
            return said("Hulp na de doorverwijzing begonnen op {day}.", day=around.day(fact.started_at))
        case ReferralEnded():
            return said("Hulp na de doorverwijzing gestopt.")
        case OutcomeRecorded():
            return _outcome(fact, around)
        case FirstConversationHeld():
            return _conversation(fact, around)
        case HelpStarted():
            return said("Hulp begonnen op {day}.", day=around.day(fact.started_at))
        case QuickFixChecked():
            return said(
                "Nagegaan na 30 dagen: de achterstand is opgelost."
                if fact.solved
                else "Nagegaan na 30 dagen: de achterstand is niet opgelost."
            )
        case ApprovalAsked():
            what = proposed(fact.proposal)
            return said("Voorstel: {what}. Een collega moet het goedkeuren.", what=what)
        case ApprovalGiven():
            return said("Voorstel goedgekeurd.")
        case ApprovalRefused():
            return said("Voorstel afgekeurd.")
        case _:
            assert_never(fact)


def proposed(proposal: Proposal) -> str:
    """What somebody wants to record."""
    reason = proposal.command.reason
    why = f" ({labels.label(reason).lower()})" if reason is not None else ""
    return f"{labels.label(proposal.command.outcome)}{why}"


def _conversation(fact: FirstConversationHeld, around: Around) -> str:
    held = around.day(fact.conversation_at)
    if fact.started_at is None:
        return said("Eerste gesprek gehouden op {day}; de hulp begint later.", day=held)
    began = around.day(fact.started_at)
    return said("Eerste gesprek gehouden op {day}; hulp begonnen op {began}.", day=held, began=began)


def _outcome(fact: OutcomeRecorded, around: Around) -> str:
    title = said("Uitkomst verbeterd" if fact.corrects else "Uitkomst")
    parts = [f"{title}: {labels.label(fact.outcome)} ({labels.label(fact.acceptance)})"]
    if fact.help_kind is not None:
        parts.append(said("hulp: {help}", help=labels.label(fact.help_kind).lower()))
    if fact.reason is not None:
        parts.append(said("reden: {reason}", reason=labels.label(fact.reason).lower()))
    moments = (
        ("afgesproken op {day}", fact.accepted_at),
        ("gesprek op {day}", fact.conversation_at),
        ("begonnen op {day}", fact.started_at),
    )
    parts += [said(text, day=around.day(at)) for text, at in moments if at is not None]
    return f"{'; '.join(parts)}."
