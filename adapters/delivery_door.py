"""Where a delivery is started and told to go on: its workflow."""

from temporalio.client import Client

from models.ids import DeliveryId
from models.periodic import DeliveryInput
from workflows import client as door


class DeliveryDoor:
    """Both may be done again. Raise `RPCError` while Temporal is away."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def start(self, start: DeliveryInput) -> None:
        await door.start_delivery(self._client, start)

    async def look_again(self, delivery: DeliveryId) -> None:
        await door.look_again(self._client, delivery)
