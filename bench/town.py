"""An installation for one measurement: real server, databases, worker and outside world, and nothing else at work."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import func
from sqlmodel import col, select
from temporalio.client import Client

from adapters.brp_http import BrpHttp
from adapters.claims import claims_of
from adapters.command_desk import CommandDesk
from adapters.delivery_door import DeliveryDoor
from adapters.oidc import COMES_BACK_TO, Provider
from adapters.partner_http import PartnerHttp
from adapters.print_http import PrintHttp
from adapters.smtp import Smtp
from adapters.stores import Stores, migrate, open_stores
from bench.bare import BareStart, BareUpdate
from config import Settings
from engine.client import connect
from engine.servers import EmbeddedServer
from models.codes import RegisterResult, TaskKind
from models.ids import CaseId
from models.tables import TaskRow
from policy.calendar import local
from simulation import demo
from simulation.deliveries import WOONSTEE, row_of, write_csv
from simulation.people import BLOCK, SEED, SyntheticPerson, population
from simulation.world import World
from web.services import Services
from worker import WORKFLOWS, activities_by_queue, running_workers

PARTNER = WOONSTEE
_LOOKS_EVERY_SECONDS = 0.02


class Town:
    """A municipality with `residents` people who live where partners say, each with a mailbox that takes mail."""

    def __init__(self, folder: Path, *, residents: int) -> None:
        self.folder = folder
        blocks = next(blocks for blocks in count(1) if len(_residents(blocks)) >= residents)
        self._people = tuple(islice(_residents(blocks), residents))
        self._world = World(folder / "world", count=blocks * BLOCK)
        self._server = EmbeddedServer(data=folder)
        self._stack = AsyncExitStack()
        self._workers = AsyncExitStack()
        self.stores: Stores
        self.client: Client
        self.desk: CommandDesk
        self.settings: Settings

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._server)
        self._stack.enter_context(self._world)
        self.settings = Settings(data=self.folder)
        migrate(self.settings)
        self.stores = open_stores(self.settings)
        demo.register_everybody(self.stores.registry)
        self.client = await connect(self._server.address, self._server.namespace)
        self.desk = CommandDesk(self.client, self.stores.outbox)
        await self._work()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._workers.aclose()
        await self._stack.aclose()

    async def restart(self) -> None:
        """The worker anew: it remembers no case."""
        await self._workers.aclose()
        await self._work()

    async def _work(self) -> None:
        host, port = self._world.smtp_address
        activities = activities_by_queue(
            self.stores,
            self.client,
            register=BrpHttp(self._world.register_url),
            mail=Smtp(host, port, sender=self.settings.mail_from),
            letters=self.stores.letters,
            printer=PrintHttp(self._world.letters_url),
            sms=self._world.sms_gateway(),
            desk=PartnerHttp(self._world.partners_url),
        )
        workflows = (*WORKFLOWS, BareStart, BareUpdate)
        await self._workers.enter_async_context(running_workers(self.client, activities, workflows=workflows))

    def services(self) -> Services:
        """What the web app stands on."""
        stores = self.stores
        return Services(
            settings=self.settings,
            database=stores.database,
            vault=stores.vault,
            outbox=stores.outbox,
            desk=self.desk,
            case_store=stores.cases,
            overview=stores.overview,
            health=stores.health,
            absences=stores.absences,
            prints=stores.prints,
            policies=stores.policies,
            deliveries=DeliveryDoor(self.client),
            uploads=stores.uploads,
            sessions=stores.sessions,
            provider=_nobodys_provider(self.settings),
            claims=claims_of(self.settings),
        )

    def file(self) -> Path:
        """A partner's file with one signal about each resident."""
        chance, today = random.Random(SEED), local(datetime.now(UTC)).date()
        file = self.folder / "signals.csv"
        rows = (
            row_of(chance, PARTNER, person, reference=f"B-{number}", signal_date=today) | {"bedrag": "640,00"}
            for number, person in enumerate(self._people)
        )
        write_csv(file, rows)
        return file

    async def waiting_for_a_call(self) -> Sequence[CaseId]:
        """Returns when the case of every resident waits for a caseworker's call."""
        while await asyncio.to_thread(self._calls) < len(self._people):
            await asyncio.sleep(_LOOKS_EVERY_SECONDS)
        return [case.case_id for case in self.stores.overview.open_cases()]

    def _calls(self) -> int:
        with self.stores.database.read() as session:
            return session.exec(
                select(func.count()).select_from(TaskRow).where(col(TaskRow.kind) == TaskKind.CALL)
            ).one()


def _nobodys_provider(settings: Settings) -> Provider:
    """Nobody signs in here: who opens pages has a session already."""
    return Provider(
        "http://127.0.0.1:1/nobody",
        client_id=settings.signin_client_id,
        client_secret="",
        scope=settings.signin_scope,
        comes_back_to=settings.address + COMES_BACK_TO,
        demo=True,
    )


def _residents(blocks: int) -> tuple[SyntheticPerson, ...]:
    return tuple(
        person
        for person in population(SEED, blocks * BLOCK)
        if person.situation is RegisterResult.FOUND
        and person.email is not None
        and not (person.mail_refused or person.secret)
    )
