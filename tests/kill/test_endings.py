"""Killed while a partner is told, and while everything about a resident is erased."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import select

from models.codes import Phase, RegisterResult
from models.ids import CaseId, UnitId, row_of, unit_of_case, unit_of_row
from models.tables import (
    AttemptRow,
    AuditPersonRow,
    CaseRow,
    CaseSignalRow,
    CommandRow,
    DeliveredRow,
    DocumentRow,
    FeedbackRow,
    MessageRow,
    SignalRow,
    TaskRow,
)
from models.vault_tables import CertificateRow
from simulation.deliveries import WOONSTEE
from tests.kill.harness import Site, case_of
from tests.kill.moments import Moment
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


def left_of(site: Site, case: CaseId, units: list[UnitId]) -> list[str]:
    """The tables in which something of the case is left."""
    of_units = (DocumentRow, SignalRow, DeliveredRow, CaseRow)
    of_case = (AttemptRow, AuditPersonRow, CaseSignalRow, CommandRow, FeedbackRow, MessageRow, TaskRow)
    with site.stores.database.read() as session:
        by_unit = [
            table.__name__
            for table in of_units
            if session.exec(select(table.unit_id).where(table.unit_id.in_(units))).first()  # type: ignore[attr-defined]
        ]
        by_case = [
            table.__name__
            for table in of_case
            if session.exec(select(table.case_id).where(table.case_id == case)).first()
        ]
    return by_unit + by_case


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


@pytest.mark.parametrize(
    "moment",
    [
        Moment.KEYS_DESTROYED,
        Moment.ROWS_DELETED,
        Moment.EXECUTIONS_DELETED,
        Moment.CERTIFICATE_AT_HAND,
        Moment.CERTIFIED,
    ],
)
async def test_an_erasure_broken_off_by_the_kill_is_completed_with_one_certificate_for_each_unit(
    site: Site, bystander: CaseId, moment: Moment
) -> None:
    site.start_worker(dies=moment)
    case, units = await a_case_to_tell_of(site, received=datetime.now(UTC) - LONG_AGO)
    assert await site.feedback() == 1
    await site.worker_killed()
    site.start_worker()
    await site.until("the erasure is done", lambda: site.is_completed(retention_workflow_id(case)))
    assert left_of(site, case, units) == []
    assert all(site.stores.vault.destroyed(unit) for unit in units)
    assert await site.is_gone(case_workflow_id(case))
    with site.stores.vault.database.read() as session:
        certificates = session.exec(select(CertificateRow).where(CertificateRow.case_id == case)).all()
    assert sorted(unit for row in certificates for unit in row.units) == sorted(units)
    assert [row.defect for row in certificates] == ["", ""]
    await site.is_well(bystander)
