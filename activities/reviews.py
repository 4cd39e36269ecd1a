"""Drawing the monthly samples of peer review."""

from temporalio import activity

from activities.ports import ReviewSamples
from activities.retention import Moment


class ReviewActivities:
    """May be repeated: a month is drawn once."""

    def __init__(self, *, samples: ReviewSamples) -> None:
        self._samples = samples

    @activity.defn(name="draw_reviews")
    def draw(self, moment: Moment) -> int:
        """How many samples were drawn now."""
        return self._samples.draw_due(moment.at)
