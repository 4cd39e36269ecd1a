"""Why a case does not take a command about help and how it ends: referrals, outcomes, what follows on them."""

from datetime import datetime
from typing import assert_never

from models.case import CaseState
from models.codes import Outcome, ReferralStatus, TaskKind
from models.commands import (
    AnswerReferral,
    Approve,
    CheckQuickFix,
    EndReferral,
    HoldFirstConversation,
    RecordOutcome,
    Refer,
    StartHelp,
    StartReferral,
)
from policy.changes import is_settled, outcome_of
from policy.outcomes import refusal_of_outcome, refusal_of_start
from policy.referrals import may_be_referred, open_referral
from policy.refusals.grounds import LATE, of_future, of_gone, of_late_correction

OutcomeCommand = (
    Refer
    | AnswerReferral
    | StartReferral
    | EndReferral
    | RecordOutcome
    | HoldFirstConversation
    | StartHelp
    | CheckQuickFix
    | Approve
)
_FOLLOWS = {
    AnswerReferral: ReferralStatus.MADE,
    StartReferral: ReferralStatus.ACCEPTED,
    EndReferral: ReferralStatus.STARTED,
}
"""How far a referral must be for what a party says of it."""


def of_referring(state: CaseState) -> str | None:
    possible = any(may_be_referred(state, person.person_id) for person in state.people)
    return None if possible else "Leg eerst het gesprek met de inwoner vast."


def of_ending_referral(state: CaseState) -> str | None:
    started = any(referral.status is ReferralStatus.STARTED for referral in state.referrals)
    return None if started else "Er is geen hulp begonnen na een doorverwijzing."


def of_outcome_command(state: CaseState, command: OutcomeCommand, now: datetime) -> str | None:
    match command:
        case Refer():
            return _of_referring(state, command)
        case AnswerReferral() | StartReferral() | EndReferral():
            return _of_referral(state, command, now)
        case RecordOutcome():
            return _of_outcome(state, command, now)
        case HoldFirstConversation():
            return of_future(now, command.conversation_at, command.started_at) or refusal_of_start(state, command)
        case StartHelp():
            return of_future(now, command.started_at) or refusal_of_start(state, command)
        case Approve():
            return _of_approval(state, command)
        case CheckQuickFix():
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _of_referring(state: CaseState, command: Refer) -> str | None:
    if open_referral(state, command.person_id) is not None:
        return "Er loopt al een doorverwijzing van deze persoon."
    if not may_be_referred(state, command.person_id):
        return "Leg eerst het gesprek met deze persoon vast." if outcome_of(state, command.person_id) is None else LATE
    if not command.consent:
        return (
            "Doorverwijzen kan alleen als de inwoner het goed vindt. Anders is het ‘Verwijzing zonder tussenkomst "
            "inwoner’, en daar beslist een tweede medewerker over."
        )
    return of_gone(state, command.person_id)


def _of_referral(state: CaseState, command: AnswerReferral | StartReferral | EndReferral, now: datetime) -> str | None:
    known = next((one for one in state.referrals if one.referral_id == command.referral_id), None)
    if known is None or known.person_id != command.person_id or known.status is not _FOLLOWS[type(command)]:
        return LATE
    if isinstance(command, AnswerReferral) and not command.accepted and command.note_id is None:
        return "Geef een reden voor de weigering."
    return of_future(now, command.started_at) if isinstance(command, StartReferral) else None


def _of_outcome(state: CaseState, command: RecordOutcome, now: datetime) -> str | None:
    settled = is_settled(state, command.person_id)
    if settled and not command.corrects:
        return "Er is al een uitkomst. Klopt die niet, verbeter haar dan."
    if command.corrects and not settled:
        return "Er is nog geen uitkomst om te verbeteren."
    if command.corrects and command.note_id is None:
        return "Schrijf op waarom u de uitkomst verbetert."
    known = outcome_of(state, command.person_id)
    # Where the form lies ready, the case itself asks for another outcome: a quick fix that solved nothing, a referral
    # that came back.
    asked = any(
        state.task_of(kind, command.person_id) is not None
        for kind in (TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL)
    )
    if known is not None and command.corrects and not asked:
        late = of_late_correction(state, command.role, known.at, now)
        if late is not None:
            return late
    if command.batch_id is not None and (command.outcome is not Outcome.NOT_PICKED_UP_OTHER or not command.reason):
        return "In een keer kan alleen ‘Niet opgepakt: andere reden’, met een reden."
    future = of_future(now, command.agreed_at, command.conversation_at, command.started_at)
    return future or refusal_of_outcome(state, command)


def _of_approval(state: CaseState, command: Approve) -> str | None:
    proposal = next((one for one in state.proposals if one.proposal_id == command.proposal_id), None)
    if proposal is None or proposal.command.person_id != command.person_id:
        return LATE
    if proposal.command.by == command.by:
        return "Een ander dan u moet hierover beslissen."
    if not command.agreed:
        return "Geef een reden waarom u het niet eens bent." if command.note_id is None else None
    return refusal_of_outcome(state, proposal.command)
