"""A delivery that is paused, and one that is taken in window by window, on a real server."""

import random
from datetime import datetime, timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.delivery import DeliveryActivities, GroupToOpen
from activities.records import MatchedRow, RowGroup
from adapters.delivery_control import DeliveryControl
from adapters.delivery_csv import delivered
from adapters.matching import Matching
from models.codes import RegisterResult
from models.ids import CaseId, RowId, StaffId
from models.periodic import DeliveryInput
from policy.calendar import local
from simulation import demo
from simulation.deliveries import WOONSTEE, row_of, write_csv
from simulation.people import population
from tests.builders import at
from tests.fakes import FakeDoor
from tests.journeys.conftest import Begin
from workflows.client import delivery_report, look_again, start_delivery

BEGINS = at("2027-04-05 09:00")
ROWS = 7


class NothingNew(Matching):
    """Rows of which every one was matched before."""

    def __init__(self) -> None: ...

    def match(self, row: RowId, *, at: datetime) -> MatchedRow:
        return MatchedRow(row_id=row, case_id=CaseId("case-1"))

    def settled(self, *rows: RowId) -> None: ...


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


async def test_more_repeats_than_a_batch_holds_are_all_told_in_one_run(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.feedback_ledger.LARGEST", 2)
    town = await begin(BEGINS)
    people = [one for one in population(seed=61, count=36) if one.situation is RegisterResult.FOUND][:5]
    town.world.add(*people)
    signalled = local(BEGINS).date() - timedelta(days=2)
    rows = [
        row_of(random.Random(n), WOONSTEE, person, reference=f"S-{n}", signal_date=signalled)
        for n, person in enumerate(people)
    ]
    await town.take_in(WOONSTEE.name, rows)
    # The same list a month later, with one more.
    taken = await town.take_in(WOONSTEE.name, [*rows, rows[0]])
    assert taken.report.repeated == 6
    assert await town.feedback_batch(WOONSTEE.partner_id, BEGINS + timedelta(days=1)) == 6
    assert await town.feedback_batch(WOONSTEE.partner_id, BEGINS + timedelta(days=2)) == 0


async def test_a_large_group_says_that_it_goes_on_with_each_row() -> None:
    beats = list[None]()
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *_: beats.append(None)
    group = RowGroup(rows=tuple(RowId(f"row-{number}") for number in range(30)))
    delivering = DeliveryActivities(deliveries=NothingNew(), door=FakeDoor())
    await environment.run(delivering.open_group, GroupToOpen(group=group, at=BEGINS))
    assert len(beats) == 30
