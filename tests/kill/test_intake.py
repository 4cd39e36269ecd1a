"""Killed while signals become cases."""

import asyncio
import random
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from adapters.delivery_control import DeliveryControl
from models.codes import Phase, RowStatus
from models.ids import CaseId, DeliveryId, case_opened_by, row_of, signal_of
from models.tables import CaseRow, CaseSignalRow, DeliveredRow
from policy.calendar import local
from simulation import demo
from simulation.deliveries import LICHTKRACHT, PARTNERS, WOONSTEE, write_csv
from simulation.deliveries import row_of as row_for
from tests.kill.harness import Site, case_of
from tests.kill.moments import Moment
from workflows.client import delivery_report
from workflows.names import delivery_workflow_id

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


def statuses(site: Site, delivery: DeliveryId) -> list[str]:
    with site.stores.database.read() as session:
        return list(session.exec(select(DeliveredRow.status).where(DeliveredRow.delivery_id == delivery)))


@pytest.mark.parametrize("moment", [Moment.CASE_RESERVED, Moment.ROWS_WRITTEN, Moment.CASE_STARTED])
async def test_a_signal_half_opened_at_the_kill_gets_one_case(site: Site, moment: Moment) -> None:
    site.start_worker(dies=moment)
    delivery = await site.deliver(site.somebody())
    await site.worker_killed()
    site.start_worker()
    report = await delivery_report(site.client, delivery)
    assert (report.opened, report.stored) == (1, 0)
    case = case_of(delivery)
    await site.in_phase(case, Phase.CONTACT)
    await site.is_well(case)
    with site.stores.database.read() as session:
        # The reserved id is the only one: no other case was opened for the row.
        row = session.get_one(DeliveredRow, row_of(delivery, 2))
        assert session.exec(select(CaseSignalRow.case_id).where(CaseSignalRow.case_id == row.case_id)).all() == [case]


async def test_a_file_whose_worker_is_killed_three_times_ends_as_if_nobody_was(site: Site) -> None:
    now, people = datetime.now(UTC), [site.somebody() for _ in range(24)]
    file = site.folder / "files" / "drie-keer.csv"
    write_csv(
        file,
        [
            row_for(random.Random(number), WOONSTEE, person, reference=f"D-{number}", signal_date=local(now).date())
            for number, person in enumerate(people)
        ],
    )
    site.start_worker(dies=Moment.CASE_RESERVED)
    delivery = await site.take_in(WOONSTEE, file, now)
    for moment in (Moment.ROWS_WRITTEN, Moment.CASE_STARTED, None):
        await site.worker_killed()
        site.start_worker(dies=moment)
    report = await delivery_report(site.client, delivery)
    assert (report.opened, report.joined, report.repeated, report.stored) == (len(people), 0, 0, 0)
    with site.stores.database.read() as session:
        rows = session.exec(select(DeliveredRow).where(DeliveredRow.delivery_id == delivery)).all()
    # Which case a row opens follows from the row, so the same cases as without any death.
    assert {row.case_id for row in rows} == {case_opened_by(signal_of(row_of(delivery, row.number))) for row in rows}
    progress = DeliveryControl(site.stores.database).progress(delivery)
    assert progress is not None
    assert (progress.rows, progress.done) == (len(people), len(people))


@pytest.mark.parametrize("with_server", [False, True], ids=["worker", "worker-and-server"])
async def test_a_signal_half_joined_at_the_kill_is_in_its_case_once(site: Site, with_server: bool) -> None:
    person = site.somebody()
    site.start_worker()
    case = await site.opened(person)
    site.stop_worker()
    site.start_worker(dies=Moment.JOINING_SAVED, with_server=with_server)
    delivery = await site.deliver(person, partner=LICHTKRACHT)
    await site.worker_killed()
    if with_server:
        await site.restart_server()
    site.start_worker()
    report = await delivery_report(site.client, delivery)
    assert (report.joined, report.stored) == (1, 0)
    await site.is_well(case)
    assert len(site.stores.cases.load(case).signals) == 2
    assert site.kinds(case).count("signal_joined") == 1


async def test_a_server_killed_during_the_intake_of_whole_files_opens_every_case_once(site: Site) -> None:
    now = datetime.now(UTC)
    before = {case.case_id for case in site.stores.overview.open_cases()}
    site.start_worker()
    taken = [
        await site.take_in(partner, file, now)
        for partner, (_, file) in zip(PARTNERS, demo.files(site.folder / "demo", local(now).date()), strict=True)
    ]
    await site.until("some cases are open", lambda: len(site.stores.overview.open_cases()) > len(before) + 5)
    await site.restart_server()
    await asyncio.gather(*(_done(site, delivery) for delivery in taken))
    found = [status for delivery in taken for status in statuses(site, delivery)]
    assert RowStatus.STORED not in found
    with site.stores.database.read() as session:
        opened = sorted({CaseId(case) for case in session.exec(select(CaseRow.id))} - before)
    assert len(opened) == found.count(RowStatus.OPENED)
    await site.until("every case waits for a person or a partner", lambda: all(_waits(site, case) for case in opened))
    await site.is_well(opened[0])


async def _done(site: Site, delivery: DeliveryId) -> None:
    await site.until("the delivery is done", lambda: site.is_completed(delivery_workflow_id(delivery)))


def _waits(site: Site, case: CaseId) -> bool:
    state = site.stores.cases.load(case)
    return bool(state.tasks) or state.phase is Phase.FEEDBACK
