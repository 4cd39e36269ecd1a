"""Whether the partner of a signal may be asked what is owed now."""

from enum import Enum

from models.case import CaseState
from models.codes import Channel, Phase
from policy.changes import is_objecting, was_reached
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


def _visit_is_next(state: CaseState) -> bool:
    if state.visit is not None:
        return True
    step = plan_step(state)
    return state.phase is Phase.CONTACT and step is not None and step.channel is Channel.VISIT
