"""Making the weekly lists of what is going to be erased."""

from temporalio import activity

from activities.ports import ListMaker
from activities.retention import Moment


class DestructionActivities:
    """May be repeated: a week's list is made once."""

    def __init__(self, *, lists: ListMaker) -> None:
        self._lists = lists

    @activity.defn(name="make_destruction_lists")
    def make(self, moment: Moment) -> int:
        """How many lists were made now."""
        return self._lists.make_due(moment.at)
