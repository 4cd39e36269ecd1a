"""What a partner may be told about its signal."""

from models.codes import FeedbackCode, Outcome

_SETTLED = {
    Outcome.NOT_PICKED_UP_REPEAT: FeedbackCode.REPEAT,
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: FeedbackCode.UNJUSTIFIED,
    Outcome.DIED: FeedbackCode.DIED,
    Outcome.NOT_A_RESIDENT: FeedbackCode.NOT_A_RESIDENT,
    # The reason (detention, unsafe address, no capacity ...) is never the partner's business.
    Outcome.NOT_PICKED_UP_OTHER: FeedbackCode.NOT_PICKED_UP,
}


def feedback_for(outcome: Outcome) -> FeedbackCode:
    """The five results the national standard settles; every other one is told as `afgehandeld`."""
    return _SETTLED.get(outcome, FeedbackCode.HANDLED)
