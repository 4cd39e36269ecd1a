"""Facts that follow by themselves: an outcome without a conversation, and what partners are then owed."""

from datetime import datetime

from models.case import CaseSignal, CaseState
from models.codes import Acceptance, FeedbackCode, Objection
from models.facts import FeedbackOwed, OutcomeRecorded
from models.steps import Conclude
from policy.changes import outcome_of
from policy.disclosure import code_for


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
    return tuple(
        FeedbackOwed(at=at, signal_id=signal.signal_id, code=_code(state, signal))
        for signal in state.signals
        if signal.feedback is None
    )


def _code(state: CaseState, signal: CaseSignal) -> FeedbackCode:
    result, person = outcome_of(state, signal.person_id), state.person(signal.person_id)
    if result is None:
        return FeedbackCode.HANDLED
    table = None if state.terms is None else state.terms.disclosure
    # Who objects to the use of their data lets partners hear no more, whatever they allowed before.
    objects = person is not None and person.objection in (Objection.MADE, Objection.UPHELD)
    ground = None if person is None or objects else person.disclosure
    return code_for(result.outcome, signal.partner_type, ground, table)
