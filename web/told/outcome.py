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
            return f"Doorverwezen, met toestemming van de inwoner: {labels.label(fact.party).lower()}."
        case ReferralAccepted():
            return "Doorverwijzing aangenomen."
        case ReferralRefused():
            return "Doorverwijzing geweigerd."
        case ReferralExpired():
            return "Geen antwoord op de doorverwijzing. De zaak komt terug."
        case ReferralStarted():
            return f"Hulp na de doorverwijzing begonnen op {around.day(fact.started_at)}."
        case ReferralEnded():
            return "Hulp na de doorverwijzing gestopt."
        case OutcomeRecorded():
            return _outcome(fact, around)
        case FirstConversationHeld():
            held = f"Eerste gesprek gehouden op {around.day(fact.conversation_at)}"
            began = (
                "de hulp begint later" if fact.started_at is None else f"hulp begonnen op {around.day(fact.started_at)}"
            )
            return f"{held}; {began}."
        case HelpStarted():
            return f"Hulp begonnen op {around.day(fact.started_at)}."
        case QuickFixChecked():
            return f"Nagegaan na 30 dagen: de achterstand is {'opgelost' if fact.solved else 'niet opgelost'}."
        case ApprovalAsked():
            return f"Voorstel: {proposed(fact.proposal)}. Een collega moet het goedkeuren."
        case ApprovalGiven():
            return "Voorstel goedgekeurd."
        case ApprovalRefused():
            return "Voorstel afgekeurd."
        case _:
            assert_never(fact)


def proposed(proposal: Proposal) -> str:
    """What somebody wants to record."""
    reason = proposal.command.reason
    why = f" ({labels.label(reason).lower()})" if reason is not None else ""
    return f"{proposal.command.outcome.value}{why}"


def _outcome(fact: OutcomeRecorded, around: Around) -> str:
    title = "Uitkomst verbeterd" if fact.corrects else "Uitkomst"
    parts = [f"{title}: {fact.outcome.value} ({labels.label(fact.acceptance)})"]
    if fact.help_kind is not None:
        parts.append(f"hulp: {labels.label(fact.help_kind).lower()}")
    if fact.reason is not None:
        parts.append(f"reden: {labels.label(fact.reason).lower()}")
    moments = (("afgesproken", fact.accepted_at), ("gesprek", fact.conversation_at), ("begonnen", fact.started_at))
    parts += [f"{word} op {around.day(at)}" for word, at in moments if at is not None]
    return f"{'; '.join(parts)}."
