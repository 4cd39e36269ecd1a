"""Print rounds: closing a batch of letters, handing it to the printer, booking it."""

from pydantic import AwareDatetime
from temporalio import activity

from activities.ports import PartyHealth, PrintRounds, PrintShop
from models.base import Carried
from models.codes import Party
from models.errors import CodedError
from models.ids import BatchId
from models.values import MunicipalityCode


class PrintQuestion(Carried):
    """What waits for the printer at this moment."""

    municipality: MunicipalityCode
    at: AwareDatetime


class PrintOrder(Carried):
    """A closed batch and the moment at which something is done with it."""

    batch: BatchId
    at: AwareDatetime


class PrintActivities:
    """The printer knows a batch by its id, so every step may be repeated."""

    def __init__(self, *, rounds: PrintRounds, shop: PrintShop, health: PartyHealth) -> None:
        self._rounds = rounds
        self._shop = shop
        self._health = health

    @activity.defn(name="close_print_batch")
    def close(self, question: PrintQuestion) -> BatchId | None:
        """The batch to hand over; None when no letter waits."""
        return self._rounds.close(question.municipality, at=question.at)

    @activity.defn(name="hand_over_print_batch")
    def hand_over(self, order: PrintOrder) -> None:
        """Hands the batch to the printer. Raises `PartyUnavailable` (tried again) and other coded errors."""
        content = self._rounds.content(order.batch)
        try:
            self._shop.hand_over(order.batch, content)
        except CodedError as error:
            self._health.failed(Party.LETTERS, waiting=order.batch, code=error.code, at=order.at)
            raise
        self._health.answered(Party.LETTERS, waiting=order.batch)

    @activity.defn(name="settle_print_batch")
    def settle(self, order: PrintOrder) -> int:
        """Books the batch as taken; how many letters are in it."""
        return self._rounds.handed_over(order.batch, at=order.at)
