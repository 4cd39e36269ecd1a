"""A partner's file on its way in: stored first, then opened by its own workflow."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from activities.records import DeliveryReport
from adapters.delivery_csv import delivered
from adapters.delivery_store import StoredDelivery
from adapters.stores import Stores
from models.ids import StaffId
from models.periodic import DeliveryInput
from models.values import MunicipalityCode
from workflows.client import delivery_report, start_delivery


@dataclass(frozen=True)
class TakenIn:
    """What became of a file."""

    stored: StoredDelivery
    report: DeliveryReport


async def take_in(
    client: Client,
    stores: Stores,
    file: Path,
    *,
    municipality: MunicipalityCode,
    partner: str,
    by: StaffId,
    at: datetime,
    clock_offset: timedelta = timedelta(0),
) -> TakenIn:
    """Stores the file and waits until every row has its case. The same file twice opens nothing twice.

    Raises `UnknownMunicipality`, `UnknownPartner`, `NoAgreement`, `UnreadableFile`; then nothing was stored.
    """
    store = stores.deliveries(municipality)
    stored = await asyncio.to_thread(lambda: store.store(delivered(file), municipality, partner, by, at))
    await start_delivery(client, DeliveryInput(delivery_id=stored.delivery_id, clock_offset=clock_offset))
    return TakenIn(stored, await delivery_report(client, stored.delivery_id))
