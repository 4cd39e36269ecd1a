"""A delivery that is paused, and one that is taken in window by window, on a real server."""

import random
from datetime import timedelta

import pytest

from adapters.delivery_control import DeliveryControl
from adapters.delivery_csv import delivered
from models.ids import StaffId
from models.periodic import DeliveryInput
from policy.calendar import local
from simulation import demo
from simulation.deliveries import WOONSTEE, row_of, write_csv
from simulation.people import population
from tests.builders import at
from tests.journeys.conftest import Begin
from workflows.client import delivery_report, look_again, start_delivery

BEGINS = at("2027-04-05 09:00")
ROWS = 7


async def test_a_paused_delivery_opens_nothing_until_somebody_lets_it_go_on(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matching.PAGE", 3)
    town, file = await begin(BEGINS), "aanlevering.csv"
    people = population(seed=61, count=ROWS)
    town.world.add(*people)
    signalled = local(BEGINS).date() - timedelta(days=2)
    write_csv(
        town.folder / file,
        [
            row_of(random.Random(n), WOONSTEE, person, reference=f"S-{n}", signal_date=signalled)
            for n, person in enumerate(people)
        ],
    )
    store, control = town.stores.deliveries(town.municipality), DeliveryControl(town.stores.database)
    stored = store.store(delivered(town.folder / file), town.municipality, WOONSTEE.name, demo.IMPORTED_BY, BEGINS)
    delivery = stored.delivery_id
    assert control.pause(delivery, by=StaffId("hanna"), at=BEGINS)
    await start_delivery(town.client, DeliveryInput(delivery_id=delivery, clock_offset=town.offset))
    assert town.cases() == []
    assert control.resume(delivery)
    await look_again(town.client, delivery)
    report = await delivery_report(town.client, delivery)
    assert (report.opened + report.joined + report.repeated, report.stored) == (ROWS, 0)
    progress = control.progress(delivery)
    assert progress is not None
    assert (progress.rows, progress.done) == (ROWS, ROWS)
    # A delivery that is done needs no telling.
    await look_again(town.client, delivery)
