"""Facts that follow by themselves: an outcome without a conversation, and what partners are then owed."""

from datetime import datetime

from models.case import CaseState
from models.codes import Acceptance, FeedbackCode
from models.facts import FeedbackOwed, OutcomeRecorded
from models.steps import Conclude
from policy.disclosure import feedback_for


def conclusion(step: Conclude, *, at: datetime) -> OutcomeRecorded:
    """The outcome that nobody had to decide on."""
    return OutcomeRecorded(
        at=at,
        person_id=step.person_id,
        outcome=step.outcome,
        acceptance=Acceptance.NOT_ACCEPTED,
        reason=step.reason,
    )


def owed(state: CaseState, *, at: datetime) -> tuple[FeedbackOwed, ...]:
    """One answer for each signal not settled yet, by the outcome of the signal's own person.

    A person without an outcome of their own (their signal joined an address, nobody spoke to them) is told as handled:
    what became of somebody else (died, moved away) is never this partner's business.
    """
    codes = {result.person_id: feedback_for(result.outcome) for result in state.outcomes}
    return tuple(
        FeedbackOwed(at=at, signal_id=signal.signal_id, code=codes.get(signal.person_id, FeedbackCode.HANDLED))
        for signal in state.signals
        if signal.feedback is None
    )
