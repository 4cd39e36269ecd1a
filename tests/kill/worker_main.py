"""The worker of `worker.py`, put together from the same parts, that kills itself once at a moment of its choice.

`run` is the whole process. No schedules: the tests start recurring jobs themselves.
"""

import asyncio
import dataclasses
import functools
import inspect
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session
from temporalio.client import Client

from activities import limits
from activities.records import CaseRecord, ErasureOrder, MatchedRow
from activities.retention import ErasedSoFar, RetentionActivities
from adapters.brp_http import BrpHttp
from adapters.case_store import CaseStore
from adapters.command_desk import CommandDesk
from adapters.database import Database
from adapters.matching import Matching
from adapters.partner_http import PartnerHttp
from adapters.print_http import PrintHttp
from adapters.print_queue import PrintQueue
from adapters.print_rounds import PrintRounds
from adapters.relocations import Relocations
from adapters.smtp import Smtp
from adapters.stores import Stores, open_stores
from config import Settings
from engine.client import connect, leave
from engine.processes import die_with
from models.case import CaseSignal
from models.ids import BatchId, CaseId, PartnerId, RowId, SignalId
from models.personal import Letter, Mail
from models.values import MunicipalityCode
from observability import configure
from tests.kill import moments
from tests.kill.moments import Moment
from worker import activities_by_queue, running_workers, sms_of

NOTICED = timedelta(seconds=3)
"""After this the server takes an activity of a dead worker for lost; in the product it takes longer."""


@dataclass(frozen=True)
class Fate:
    """When this process dies, and who dies with it."""

    moment: str
    """Empty: never."""
    marker: Path
    """Shows that the moment came, so that it comes once."""
    server: int | None = None

    def meet(self, moment: str) -> None:
        """Does not return when this is the moment."""
        if moment != self.moment or self.marker.exists():
            return
        self.marker.touch()
        if self.server is not None:
            os.kill(self.server, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


class MortalCases(CaseStore):
    def __init__(self, stores: Stores, fate: Fate) -> None:
        super().__init__(stores.database, stores.vault)
        self._fate = fate

    def save(self, record: CaseRecord) -> None:
        kinds = [recorded.fact.kind for recorded in record.facts]
        for kind in kinds:
            self._fate.meet(f"saving {kind}")
        super().save(record)
        for kind in kinds:
            self._fate.meet(f"saved {kind}")


class MortalDatabase(Database):
    """Matching, splitting and merging write here for the first time when they have chosen in the vault."""

    def __init__(self, url: str, fate: Fate, *, chosen: Moment) -> None:
        super().__init__(url)
        self._fate = fate
        self._chosen = chosen

    @contextmanager
    def write(self) -> Iterator[Session]:
        self._fate.meet(self._chosen)
        with super().write() as session:
            yield session


class MortalMatching(Matching):
    def __init__(self, database: Database, stores: Stores, fate: Fate) -> None:
        super().__init__(database, stores.vault, keep_repeated=timedelta(days=30), look_back=stores.policies.look_back)
        self._fate = fate

    def match(self, row: RowId, *, at: datetime) -> MatchedRow:
        matched = super().match(row, at=at)
        self._fate.meet(Moment.ROWS_WRITTEN)
        return matched

    def settled(self, *rows: RowId) -> None:
        self._fate.meet(Moment.CASE_STARTED)
        super().settled(*rows)


class MortalRelocations(Relocations):
    def __init__(self, database: Database, stores: Stores, fate: Fate) -> None:
        super().__init__(database, stores.vault)
        self._fate = fate

    def settled(self, signal: SignalId) -> None:
        self._fate.meet(Moment.SPLIT_OPENED)
        super().settled(signal)

    def moved(self, signals: Sequence[CaseSignal], into: CaseId, *, at: datetime) -> tuple[CaseSignal, ...]:
        moved = super().moved(signals, into, at=at)
        self._fate.meet(Moment.SIGNALS_MOVED)
        return moved

    def merged(self, case: CaseId, into: CaseId) -> None:
        self._fate.meet(Moment.SIGNALS_BROUGHT)
        super().merged(case, into)


class MortalMail(Smtp):
    def __init__(self, settings: Settings, fate: Fate) -> None:
        super().__init__(settings.smtp_host, settings.smtp_port, sender=settings.mail_from)
        self._fate = fate

    def send(self, mail: Mail, *, reference: str) -> None:
        self._fate.meet(Moment.MAIL_BOOKED)
        super().send(mail, reference=reference)
        self._fate.meet(Moment.MAIL_HANDED_OVER)


class MortalQueue(PrintQueue):
    def __init__(self, stores: Stores, fate: Fate) -> None:
        super().__init__(stores.database, stores.vault, sender=stores.policies.sender)
        self._fate = fate

    def send(self, letter: Letter, *, reference: str) -> None:
        self._fate.meet(Moment.LETTER_BOOKED)
        super().send(letter, reference=reference)
        self._fate.meet(Moment.LETTER_QUEUED)


class MortalRounds(PrintRounds):
    def __init__(self, stores: Stores, fate: Fate) -> None:
        super().__init__(stores.database, stores.vault, stores.reports)
        self._fate = fate

    def close(self, municipality: MunicipalityCode, *, at: datetime) -> BatchId | None:
        batch = super().close(municipality, at=at)
        if batch is not None:
            self._fate.meet(Moment.BATCH_CLOSED)
        return batch

    def handed_over(self, batch: BatchId, *, at: datetime) -> int:
        printed = super().handed_over(batch, at=at)
        self._fate.meet(Moment.BATCH_SETTLED)
        return printed


class MortalPrinter(PrintHttp):
    def __init__(self, settings: Settings, fate: Fate) -> None:
        super().__init__(settings.letters_url)
        self._fate = fate

    def hand_over(self, batch: BatchId, content: bytes) -> None:
        self._fate.meet(Moment.BATCH_AT_HAND)
        super().hand_over(batch, content)
        self._fate.meet(Moment.BATCH_TAKEN)


class MortalDesk(PartnerHttp):
    def __init__(self, settings: Settings, fate: Fate) -> None:
        super().__init__(settings.partners_url)
        self._fate = fate

    def deliver(self, partner: PartnerId, batch: BatchId, items: Sequence[tuple[str, str]]) -> None:
        super().deliver(partner, batch, items)
        self._fate.meet(Moment.FEEDBACK_TAKEN)


def dying(step: Callable[..., Any], fate: Fate) -> Callable[..., Any]:
    """A step of erasing, before and after which the worker may die: over whatever has no case, and of a case over its
    own unit, the last one, with which the executions go."""
    name = step.__name__

    def meet(moment: str, told: object) -> None:
        order = told.order if isinstance(told, ErasedSoFar) else told
        if not isinstance(order, ErasureOrder) or order.case_id is None or order.workflow_ids:
            fate.meet(moment)

    @functools.wraps(step)
    def carried_out(told: Any) -> Any:
        meet(moments.before(name), told)
        answer = step(told)
        meet(moments.after(name), told)
        return answer

    @functools.wraps(step)
    async def carried_out_async(told: Any) -> Any:
        meet(moments.before(name), told)
        answer = await step(told)
        meet(moments.after(name), told)
        return answer

    return carried_out_async if inspect.iscoroutinefunction(step) else carried_out


def notice_soon() -> None:
    """A dead worker's activity is noticed by its timeout only. How long that is, changes nothing but the waiting."""
    for timed in (limits.DATABASE, limits.TEMPORAL):
        timed["start_to_close_timeout"] = NOTICED
    limits.GROUP["heartbeat_timeout"] = NOTICED
    of_product = limits.party

    def party(task_queue: str, *, budget: timedelta, slowest: timedelta = timedelta(minutes=5)) -> limits.PartyLimits:
        found = of_product(task_queue, budget=budget, slowest=slowest)
        found["start_to_close_timeout"] = NOTICED
        return found

    limits.party = party


def mortal_activities(
    settings: Settings, stores: Stores, client: Client, fate: Fate
) -> dict[str, list[Callable[..., Any]]]:
    """The activities of `worker.py` on ports that die."""
    mortal = dataclasses.replace(
        stores,
        cases=MortalCases(stores, fate),
        matching=MortalMatching(
            MortalDatabase(settings.main_database, fate, chosen=Moment.CASE_RESERVED), stores, fate
        ),
        relocations=MortalRelocations(
            MortalDatabase(settings.main_database, fate, chosen=Moment.RELOCATION_RESERVED), stores, fate
        ),
        prints=MortalRounds(stores, fate),
    )
    activities = activities_by_queue(
        mortal,
        client,
        register=BrpHttp(settings.register_url),
        mail=MortalMail(settings, fate),
        letters=MortalQueue(stores, fate),
        printer=MortalPrinter(settings, fate),
        sms=sms_of(settings),
        desk=MortalDesk(settings, fate),
        # Who carries messages here has them in its books before it answers.
        settling=timedelta(0),
    )
    erasing = {getattr(RetentionActivities, step).__temporal_activity_definition.name for step in moments.STEPS}

    def of_this(step: Callable[..., Any]) -> Callable[..., Any]:
        definition = getattr(step, "__temporal_activity_definition", None)
        return dying(step, fate) if definition is not None and definition.name in erasing else step

    return {queue: [of_this(found) for found in served] for queue, served in activities.items()}


async def main(settings: Settings, fate: Fate) -> None:
    """Works until SIGTERM, or until its moment."""
    notice_soon()
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with running_workers(client, mortal_activities(settings, stores, client, fate)):
        resending = asyncio.create_task(CommandDesk(client, stores.outbox).resend_forever())
        await stop.wait()
        resending.cancel()


def run(settings: Settings, fate: Fate, log: Path) -> None:
    """For a process of its own, which ends with the tests."""
    die_with(os.getppid())
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab", buffering=0) as output:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(output.fileno(), stream.fileno())
    configure(component="worker")
    asyncio.run(main(settings, fate))
    leave(0)
