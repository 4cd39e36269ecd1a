"""A file that was looked at and confirmed becomes cases: stored by the delivery's own workflow, on a real server."""

import random
from datetime import timedelta

import pytest

from adapters.delivery_control import DeliveryControl
from models.ids import PartnerId, UnitId
from models.periodic import DeliveryInput
from policy.calendar import local
from simulation import demo
from simulation.deliveries import WOONSTEE, row_of
from simulation.people import population
from tests.adapters.test_any_table import xlsx_of
from tests.builders import at
from tests.journeys.conftest import Begin
from workflows.client import delivery_report, start_delivery

BEGINS = at("2027-04-05 09:00")
ROWS = 12


async def test_a_confirmed_spreadsheet_becomes_cases_and_is_gone(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.matching.PAGE", 5)
    monkeypatch.setattr("adapters.delivery_store.CHUNK", 5)
    town, people = await begin(BEGINS), population(seed=67, count=ROWS)
    town.world.add(*people)
    signalled = local(BEGINS).date() - timedelta(days=2)
    rows = [
        row_of(random.Random(number), WOONSTEE, person, reference=f"S-{number}", signal_date=signalled)
        for number, person in enumerate(people)
    ]
    content = xlsx_of((tuple(rows[0]), *(tuple(row.values()) for row in rows)))
    uploads = town.stores.uploads
    partner = next(partner for partner in town.stores.registry.partners() if partner == WOONSTEE.partner_id)
    sent = uploads.put(content, town.municipality, PartnerId(partner), by=demo.IMPORTED_BY, at=BEGINS)
    upload = uploads.find(sent)
    assert upload is not None
    assert (uploads.preview(upload).good, uploads.preview(upload).missing) == (ROWS, ())
    delivery = uploads.confirm(upload, at=BEGINS)
    start = DeliveryInput(delivery_id=delivery, upload=sent, clock_offset=town.offset)
    for _ in range(2):
        await start_delivery(town.client, start)
    report = await delivery_report(town.client, delivery)
    assert (report.opened + report.joined + report.repeated, report.stored, report.refused) == (ROWS, 0, 0)
    progress = DeliveryControl(town.stores.database).progress(delivery)
    assert progress is not None
    assert (progress.rows, progress.done) == (ROWS, ROWS)
    assert town.stores.vault.destroyed(UnitId(f"upload-{sent}"))
