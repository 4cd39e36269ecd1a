"""Whether the partner of a signal may be asked what is owed now."""

from datetime import datetime
from enum import Enum

from models.case import CaseState
from models.codes import Channel, Phase
from models.ids import SignalId
from models.terms import Terms
from policy.changes import is_objecting, was_reached
from policy.deadlines import moment_after
from policy.next_step import plan_step


class AmountQuestion(Enum):
    """Whether the partner may be asked, and why (not)."""

    AFTER_CONVERSATION = "after_conversation"
    BEFORE_VISIT = "before_visit"
    NOT_YET = "not_yet"
    OBJECTION = "objection"
    NOTHING_OPEN = "nothing_open"
    """Every signal was paid or withdrawn."""
    PAST = "past"
    """It is known how it ended."""
    NO_RULE = "no_rule"
    """The terms of the case do not say when."""

    @property
    def may(self) -> bool:
        return self in _ALLOWED


_ALLOWED = frozenset({AmountQuestion.AFTER_CONVERSATION, AmountQuestion.BEFORE_VISIT})
_PAST = frozenset({Phase.FEEDBACK, Phase.CLOSED})


def may_ask_amount(state: CaseState) -> AmountQuestion:
    """Whether a partner may be asked now what the subject owes. Asking tells the partner that we are in touch with
    the resident, so policy wants a reason: a conversation, or a visit that is next."""
    if state.phase in _PAST:
        return AmountQuestion.PAST
    if state.terms is None:
        return AmountQuestion.NOT_YET
    if state.terms.amount_question is None:
        return AmountQuestion.NO_RULE
    if is_objecting(state, state.subject):
        return AmountQuestion.OBJECTION
    if all(signal.ended is not None for signal in state.signals if signal.person_id == state.subject):
        return AmountQuestion.NOTHING_OPEN
    if state.terms.amount_question.after_conversation and was_reached(state, state.subject):
        return AmountQuestion.AFTER_CONVERSATION
    if state.terms.amount_question.before_visit and _visit_is_next(state):
        return AmountQuestion.BEFORE_VISIT
    return AmountQuestion.NOT_YET


def may_ask_about(state: CaseState, signal_id: SignalId) -> AmountQuestion:
    """Whether the partner of this signal may be asked now. Of somebody else than the subject nothing is asked: with
    them there was no conversation, nor is there a visit."""
    signal = state.signal(signal_id)
    if signal is None or signal.ended is not None:
        return AmountQuestion.NOTHING_OPEN
    verdict = may_ask_amount(state)
    return AmountQuestion.NOT_YET if verdict.may and signal.person_id != state.subject else verdict


def is_still_asked(state: CaseState, signal_id: SignalId) -> bool:
    """Whether the answer to a question that was asked before is still of use, and the partner may still see it."""
    signal = state.signal(signal_id)
    if signal is None or signal.ended is not None or state.phase in _PAST:
        return False
    return not is_objecting(state, signal.person_id)


def is_lately(last: datetime, *, terms: Terms, now: datetime) -> bool:
    """Whether what was asked or answered then is young enough to be used, so that nobody asks again without thought."""
    if terms.amount_question is None:
        return False
    rule = terms.amount_question.again_after
    until, _ = moment_after(last, rule.term, rule.calendar, terms.calendars)
    return now < until


def _visit_is_next(state: CaseState) -> bool:
    if state.visit is not None:
        return True
    step = plan_step(state)
    return state.phase is Phase.CONTACT and step is not None and step.channel is Channel.VISIT
