"""For how long a partner sees the signals that it sent."""

from collections.abc import Mapping

from models.codes import FeedbackCode, Outcome, OutcomeClass
from policy.disclosure import feedback_for
from policy.file_parts import Length


def shown_days(retention: Mapping[OutcomeClass, Length], classes: Mapping[Outcome, OutcomeClass]) -> int:
    """For how many days after it came in a signal is shown to its partner: no longer than the shortest term for which
    data stay of an outcome that is told as *afgehandeld*. Some of those are erased sooner than others, so that a
    signal that is still there, or is gone already, would tell which one hides behind that word."""
    hidden = {classes[outcome] for outcome in Outcome if feedback_for(outcome) is FeedbackCode.HANDLED}
    # A month has 28 days at least, and every term begins when the signal came in, or later.
    return min(28 * term.months + term.days for term in map(retention.__getitem__, hidden))
