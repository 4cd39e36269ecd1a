"""Killed while running cases of another system are taken over."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from adapters.takeover import take_over
from models.codes import AttemptResult, Channel, Phase
from models.ids import CaseId
from policy.calendar import at_local, local
from policy.takeover import goes_on_at
from simulation import demo
from simulation.deliveries import WOONSTEE
from simulation.people import SyntheticPerson
from tests.journeys.test_takeover import csv_of, running
from tests.kill.harness import Site, case_of
from tests.kill.moments import Moment

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


def file_about(person: SyntheticPerson) -> bytes:
    """A case of ten days ago, with a mail of nine and a call of four days ago."""
    today = local(datetime.now(UTC)).date()
    received, mailed, called = (today - timedelta(days=days) for days in (10, 9, 4))
    attempts = f"{mailed} mail verstuurd | {called} 10:15 telefoon niet opgenomen"
    return csv_of(running(person, attempts, received=received.isoformat()))


async def taken_over(site: Site, content: bytes) -> CaseId:
    taken = await take_over(
        site.client,
        site.stores,
        content,
        municipality=demo.ZONNEDIJK,
        partner=WOONSTEE.name,
        by=demo.IMPORTED_BY,
        at=datetime.now(UTC),
    )
    assert (taken.report.opened, taken.report.stored) == (1, 0)
    return case_of(taken.stored.delivery_id)


@pytest.mark.parametrize("moment", [Moment.CASE_RESERVED, Moment.ROWS_WRITTEN, Moment.CASE_STARTED, Moment.ROUTE_SAVED])
async def test_a_case_half_taken_over_at_the_kill_ends_as_if_nobody_was_killed(site: Site, moment: Moment) -> None:
    content, mails = file_about(site.somebody()), len(site.world.mails())
    site.start_worker(dies=moment)
    under_way = asyncio.create_task(taken_over(site, content))
    await site.worker_killed()
    site.start_worker()
    case = await under_way
    state = await site.in_phase(case, Phase.CONTACT)
    made = [(one.channel, one.result, one.elsewhere) for one in state.attempts]
    assert made == [
        (Channel.MAIL, AttemptResult.SENT, True),
        (Channel.CALL, AttemptResult.NO_ANSWER, True),
    ]
    assert site.kinds(case).count("attempt_made") == 2
    [call] = state.tasks
    begins = goes_on_at(state)
    assert begins is not None
    assert call.step_id == f"{case}.call-2"
    assert call.opens_at >= at_local(local(begins).date(), time(0))
    await site.is_well(case)
    # And once more: nothing changes, and nothing was sent.
    before = site.stores.cases.load(case)
    assert await taken_over(site, content) == case
    assert site.stores.cases.load(case) == before
    assert len(site.world.mails()) == mails
