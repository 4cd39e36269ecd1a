"""The contact plan: which daypart a next call is for."""

from collections import Counter

from models.case import CaseState
from models.codes import Channel, Daypart


def planned_daypart(state: CaseState) -> Daypart:
    """The daypart in which the resident was called least often, in the plan's order.

    Calls that were made at another daypart than planned count where they were made.
    """
    assert state.terms is not None
    called = Counter(attempt.daypart for attempt in state.attempts if attempt.channel is Channel.CALL)
    return min(state.terms.plan.dayparts, key=lambda daypart: called[daypart])
