"""Killed while a partner is told, and while everything about a resident is erased."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import select

from adapters.executions import TemporalExecutions
from adapters.retention_check import RetentionCheck
from engine.namespace import RETENTION
from models.codes import Phase, RegisterResult
from models.ids import CaseId, UnitId, fresh, row_of, unit_of_case, unit_of_row
from models.vault_tables import CertificateRow
from policy.calendar import local
from simulation.deliveries import WOONSTEE, write_csv
from simulation.deliveries import row_of as row_of_file
from tests.adapters.conftest import Databases
from tests.adapters.test_erasure_broken_off import certified, check_half, has_key, rows_of
from tests.kill.harness import Site, case_of
from tests.kill.moments import STEPS, STEPS_OF_A_CASE, Moment, after, before
from workflows.client import delivery_report
from workflows.names import case_workflow_id, retention_workflow_id

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

LONG_AGO = timedelta(hours=1)
"""Received so long ago that the term of who was not picked up is over when the case closes."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bystander(installation: Site) -> CaseId:
    """An open case that all of this must leave alone."""
    installation.start_worker()
    case = await installation.opened(installation.somebody())
    installation.stop_worker()
    return case


async def a_case_to_tell_of(site: Site, *, received: datetime) -> tuple[CaseId, list[UnitId]]:
    """The case of somebody who died: its partner is owed the news. With its erasure units."""
    delivery = await site.deliver(site.somebody(RegisterResult.DIED), received=received)
    case = case_of(delivery)
    await site.until("feedback is owed", lambda: "feedback_owed" in site.kinds(case))
    return case, [unit_of_case(case), unit_of_row(row_of(delivery, 2))]


async def test_feedback_that_the_partner_took_before_the_kill_is_one_batch_and_the_case_closes(
    site: Site, bystander: CaseId
) -> None:
    site.start_worker(dies=Moment.FEEDBACK_TAKEN)
    case, _ = await a_case_to_tell_of(site, received=datetime.now(UTC))
    before = {batch.batch for batch in site.world.batches_of(WOONSTEE.partner_id)}
    telling = asyncio.create_task(site.feedback())
    await site.worker_killed()
    site.start_worker()
    assert await telling == 1
    [batch] = [batch for batch in site.world.batches_of(WOONSTEE.partner_id) if batch.batch not in before]
    assert (len(batch.items), batch.times_offered) == (1, 2)
    await site.in_phase(case, Phase.CLOSED)
    assert await site.feedback() == 0
    await site.is_well(bystander)


# --- erasing ------------------------------------------------------------------------------------------------------


def databases_of(site: Site) -> Databases:
    return Databases(site.stores.database, site.stores.vault, None)


async def said_of(site: Site) -> list[str]:
    """What `retention verify` tells now, without the executions that only just ended."""
    executions = await TemporalExecutions(site.client).of_cases()
    check = RetentionCheck(site.stores.database, site.stores.vault)
    return [wrong.thing.id for wrong in check.look(executions, at=datetime.now(UTC), executions_kept=RETENTION)]


async def nothing_is_wrong(site: Site) -> bool:
    """In the end: other cases go on beside this one, and are between two of their steps at some moment."""
    return await said_of(site) == []


@pytest.mark.parametrize("moment", [before(STEPS_OF_A_CASE[0]), *map(after, STEPS_OF_A_CASE)])
async def test_an_erasure_broken_off_by_the_kill_is_completed_with_one_certificate_for_each_unit(
    site: Site, bystander: CaseId, moment: str
) -> None:
    site.start_worker(dies=moment)
    case, units = await a_case_to_tell_of(site, received=datetime.now(UTC) - LONG_AGO)
    databases = databases_of(site)
    there = {unit: rows_of(databases, unit) for unit in units}
    assert await site.feedback() == 1
    await site.worker_killed()
    check_half(databases, there, restored=False)
    site.start_worker()
    await site.until("the erasure is done", lambda: site.is_completed(retention_workflow_id(case)))
    assert [(rows_of(databases, unit), has_key(databases, unit)) for unit in units] == [(set(), False)] * len(units)
    assert await site.is_gone(case_workflow_id(case))
    with site.stores.vault.database.read() as session:
        certificates = session.exec(select(CertificateRow).where(CertificateRow.case_id == case)).all()
    assert sorted(unit for row in certificates for unit in row.units) == sorted(units)
    assert [row.defect for row in certificates] == ["", ""]
    await site.until("verify tells nothing", lambda: nothing_is_wrong(site))
    await site.is_well(bystander)


# What the sweep finds here has no executions, and it looks at the lists itself.
OF_A_SWEEP = [step for step in STEPS if step not in ("delete_executions", "permits")]


@pytest.mark.parametrize("moment", [before(OF_A_SWEEP[0]), *map(after, OF_A_SWEEP)])
async def test_a_sweep_broken_off_by_the_kill_is_completed(site: Site, bystander: CaseId, moment: str) -> None:
    unit = await a_refused_row(site)
    databases = databases_of(site)
    there = {unit: rows_of(databases, unit)}
    assert there[unit] == {"DeliveredRow", "DocumentRow"}
    site.start_worker(dies=moment)
    sweeping = asyncio.create_task(site.sweep())
    await site.worker_killed()
    check_half(databases, there, restored=False)
    site.start_worker()
    assert await sweeping == 1
    assert (rows_of(databases, unit), has_key(databases, unit)) == (set(), False)
    assert certified(databases).count(unit) == 1
    await site.until("verify tells nothing", lambda: nothing_is_wrong(site))
    await site.is_well(bystander)


async def a_refused_row(site: Site) -> UnitId:
    """A row that nobody could read came in so long ago that it must go."""
    received = datetime.now(UTC) - timedelta(days=40)
    person = site.somebody()
    row = row_of_file(random.Random(1), WOONSTEE, person, reference=fresh(), signal_date=local(received).date())
    file = site.folder / "files" / f"{fresh()}.csv"
    write_csv(file, [row | {"geboortedatum": "onbekend"}])
    site.start_worker()
    delivery = await site.take_in(WOONSTEE, file, received)
    assert (await delivery_report(site.client, delivery)).refused == 1
    site.stop_worker()
    return unit_of_row(row_of(delivery, 2))
