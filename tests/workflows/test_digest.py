"""The mail of supervisors, started by its schedule, against a real server."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import ScheduleActionExecutionStartWorkflow

from activities import limits
from activities.digest import DigestActivities
from activities.ports import DueDigest, NotAuthorised
from activities.records import MessageFate
from models.personal import Mail
from models.values import EmailAddress, MunicipalityCode
from simulation.time_travel import TimeMachine
from tests.builders import ZONNEDIJK
from tests.fakes import FakeHealth, FakeMailServer
from worker import running_workers
from workflows.digest import DigestWorkflow
from workflows.names import digest_workflow_id
from workflows.schedules import DailyAt, ensure_digest

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE_SECONDS = 120.0


class Book:
    """One address; the database is away at first."""

    def __init__(self) -> None:
        self.away = 1
        self.days: set[str] = set()

    def due(self, municipality: MunicipalityCode, *, at: datetime) -> Sequence[DueDigest]:
        if self.away:
            self.away -= 1
            raise OSError
        day = f"{at:%Y-%m-%d}"
        mail = Mail(address=EmailAddress("team@zonnedijk.example"), subject="Stand", body="Aantallen.")
        return () if day in self.days else (DueDigest(day, municipality, mail, None),)

    def handing_over(self, due: DueDigest, *, again: bool) -> bool:
        self.days.add(due.reference)
        return True

    def became(self, reference: str, fate: MessageFate | None) -> None:
        if fate is None:
            self.days.discard(reference)


class Refuses(FakeMailServer):
    """Does not let us in."""

    def send(self, mail: Mail, *, reference: str) -> None:
        raise NotAuthorised("mail.smtp-535")


async def run_by_its_schedule(machine: TimeMachine, activities: DigestActivities) -> int:
    served: dict[str, list[Callable[..., Any]]] = {
        limits.MAIN_QUEUE: [activities.give_up],
        limits.MAIL_QUEUE: [activities.send],
    }
    async with running_workers(machine.client, served, workflows=[DigestWorkflow]):
        await ensure_digest(machine.client, ZONNEDIJK, DailyAt(7, 30))
        schedule = machine.client.get_schedule_handle(digest_workflow_id(ZONNEDIJK))
        await schedule.trigger()
        started = await asyncio.wait_for(_started(machine), PATIENCE_SECONDS)
        sent: int = await asyncio.wait_for(
            machine.client.get_workflow_handle(started, result_type=int).result(), PATIENCE_SECONDS
        )
        await schedule.delete()
    return sent


async def _started(machine: TimeMachine) -> str:
    """The workflow that the schedule started last."""
    schedule = machine.client.get_schedule_handle(digest_workflow_id(ZONNEDIJK))
    while not (actions := (await schedule.describe()).info.recent_actions):
        await asyncio.sleep(0)
    started = actions[-1].action
    assert isinstance(started, ScheduleActionExecutionStartWorkflow)
    return started.workflow_id


async def test_the_mail_leaves_once_on_a_day_however_often_it_runs(machine: TimeMachine) -> None:
    mail, book, health = FakeMailServer(), Book(), FakeHealth()
    activities = DigestActivities(digests=book, mail=mail, health=health)
    assert [await run_by_its_schedule(machine, activities) for _ in range(2)] == [1, 0]
    assert (len(mail.sent), health.waiting) == (1, set())


async def test_a_mail_server_that_never_takes_it_ends_the_day_without(machine: TimeMachine) -> None:
    book, health = Book(), FakeHealth()
    activities = DigestActivities(digests=book, mail=Refuses(), health=health, settling=timedelta(0))
    assert await run_by_its_schedule(machine, activities) == 0
    assert (book.days, health.waiting) == (set(), set())
