"""A file that was read well becomes a delivery."""

from starlette.concurrency import run_in_threadpool

from adapters.uploads import Upload
from models.ids import DeliveryId
from models.periodic import DeliveryInput
from web.services import Services


async def begin_delivery(services: Services, upload: Upload) -> DeliveryId:
    """The delivery runs before it is written down that somebody confirmed, so that no confirmed file waits for nobody.
    May be done again. Raises `UploadGone`, `NoAgreement`, and `RPCError` while Temporal is away."""
    uploads = services.uploads
    delivery = await run_in_threadpool(lambda: uploads.receive(upload, at=services.now()))
    await services.deliveries.start(DeliveryInput(delivery_id=delivery, upload=upload.id))
    await run_in_threadpool(lambda: uploads.settle(upload, delivery, at=services.now()))
    return delivery
