"""The canary's play: marked people go through a whole installation whose every port fails, and most are erased."""

import asyncio
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

import worker
from adapters.command_desk import CommandDesk
from adapters.stores import Stores
from config import Settings
from models.codes import Party, Phase
from models.ids import CaseId, unit_of_case
from models.periodic import PeriodicInput
from models.tables import AuditProcessRow, CaseRow, Row, StatisticRow
from models.vault_tables import VaultRow
from observability import configure
from simulation import installation
from simulation.deliveries import DIJKWATER, LICHTKRACHT, PARTNERS, WOONSTEE, ZORGGOED, write_csv
from simulation.installation import Installation
from tests.builders import at
from tests.canary.attack import Attacker, Rows, copy_of
from tests.canary.journeys import Desk, Journey
from tests.canary.leaks import Leaks, Leaky, leaky_activities, leaky_door, leaky_executions
from tests.canary.marks import POSTCODE, Marked, marked
from tests.canary.places import Places, everywhere, mentioning, vault_files
from tests.canary.search import findings, found_in
from tests.web.browser import Browser
from web.app import create_app
from web.services import Desk as WebDesk
from web.services import Services
from workflows.periodic import ReconciliationWorkflow

BEGINS = at("2027-04-05 09:00")
"""A Monday."""
SIGNALLED = date(2027, 4, 2)
GHOST = marked(80)
"""Stands in errors and in what is wrong; never in a case."""
FROM_COMMAND_LINE = marked(81)
AT_ONCE = 6
_PATIENCE = 60.0


@dataclass
class Evidence:
    """What was found in and after the play."""

    journeys: Sequence[Journey]
    attacker: Attacker
    marks: list[str] = field(default_factory=list)
    """Every mark that was found where none may be."""
    missing_errors: set[str] = field(default_factory=set)
    planted: set[str] = field(default_factory=set)
    """Places in which a mark was put at the end."""
    found: set[str] = field(default_factory=set)
    """Places in which it was found."""
    log: str = ""
    cases: dict[int, CaseId] = field(default_factory=dict)
    """By number of the person, the case of their first signal."""
    units: dict[str, bool] = field(default_factory=dict)
    """The erasure units of all journeys, and whether they must be gone."""
    main_before: Rows = field(default_factory=dict)
    vault_before: Rows = field(default_factory=dict)
    vault_bytes_before: bytes = b""
    main_after: Rows = field(default_factory=dict)
    vault_after: Rows = field(default_factory=dict)
    bytes_after: bytes = b""
    """Of the vault's files; empty on PostgreSQL."""
    executions_after: dict[int, set[str]] = field(default_factory=dict)
    """Types of Temporal's executions that mention the case."""

    @property
    def erased(self) -> list[Marked]:
        return [journey.somebody for journey in self.journeys if not journey.kept]

    @property
    def kept(self) -> list[Marked]:
        return [journey.somebody for journey in self.journeys if journey.kept]


async def play(folder: Path, journeys: Sequence[Journey], *, times: int, urls: tuple[str, str] | None) -> Evidence:
    """Everything, from the files of the partners to the last certificate. `times`: how often each port's method fails;
    `urls`: main database and vault, when they are not SQLite."""
    logs = folder / "logs"
    logs.mkdir()
    leaks = Leaks(GHOST, times=times)
    with pytest.MonkeyPatch.context() as patch, _logged(logs / "worker-and-web.log"):
        patch.setattr(installation, "activities_by_queue", leaky_activities(leaks))
        patch.setattr(worker, "TemporalCaseDoor", leaky_door(leaks))
        patch.setattr(worker, "TemporalExecutions", leaky_executions(leaks))
        town = Installation(folder, begins=BEGINS, settings=lambda settings: _on(settings, urls))
        async with town, Browser(create_app(_services(town, leaks))) as browser:
            stage = Stage(town, browser, journeys, logs)
            await worker.ensure_schedules(town.client, town.stores)
            await stage.live()
            await stage.look_before()
            await stage.forget()
            await stage.look_after()
            stage.evidence.missing_errors = leaks.missing()
            await stage.plant()
            return stage.evidence


class Stage:
    """One installation with the people who play on it."""

    def __init__(self, town: Installation, browser: Browser, journeys: Sequence[Journey], logs: Path) -> None:
        self.town = town
        self.browser = browser
        self.logs = logs
        key = bytes.fromhex(town.stores_settings.master_key.read_text().strip())
        self.evidence = Evidence(journeys, Attacker(key))

    # --- living ---------------------------------------------------------------------------------------------------

    async def live(self) -> None:
        """Signals come in while parties are down, caseworkers do their work, partners are told."""
        people = [journey.somebody for journey in self.evidence.journeys]
        self.town.world.add(*(somebody.person for somebody in people), FROM_COMMAND_LINE.person)
        await self.browser.sign_in("samira")
        await self._probe_pages()
        await self._take_in_while_mail_is_down([journey for journey in self.evidence.journeys if not journey.without_register])
        await self._take_in_without_register([journey for journey in self.evidence.journeys if journey.without_register])
        await self._on_the_command_line()
        self._learn_cases()
        await self._each(self._journey)
        await self._come_back()
        await asyncio.gather(*(self.town.feedback_batch(partner.partner_id, BEGINS + timedelta(days=22)) for partner in PARTNERS))
        await self._each(self._closed)
        await self._reconcile()

    async def _take_in_while_mail_is_down(self, journeys: Sequence[Journey]) -> None:
        self.town.world.fault(Party.MAIL, "down")
        health = self.town.stores.health
        rows = [journey.somebody.row(WOONSTEE, SIGNALLED) for journey in journeys]
        bad = GHOST.row(WOONSTEE, SIGNALLED, postcode=f"99 {POSTCODE}", bsn="999912000", geboortedatum="1957-03-99")
        await self.town.take_in(WOONSTEE.name, [*rows, bad, GHOST.row(WOONSTEE, SIGNALLED, bedrag=GHOST.note)])
        first = journeys[0].somebody
        await self.town.take_in(LICHTKRACHT.name, [first.row(LICHTKRACHT, SIGNALLED)])
        # The same arrears once more: nothing new, so it belongs to no case.
        await self.town.take_in(WOONSTEE.name, [first.row(WOONSTEE, SIGNALLED, eigen_stappen=first.note)])
        await _until(lambda: any(outage.party is Party.MAIL for outage in health.outages()))
        await self._look("while parties are down")
        self.town.world.heal(Party.MAIL)
        await self._pass_an_hour()

    async def _take_in_without_register(self, journeys: Sequence[Journey]) -> None:
        self.town.world.fault(Party.REGISTER, "http-401")
        await self.town.take_in(ZORGGOED.name, [journey.somebody.row(ZORGGOED, SIGNALLED) for journey in journeys])
        await self._pass_an_hour()
        self.town.world.heal(Party.REGISTER)

    async def _come_back(self) -> None:
        """A signal about somebody whose case can no longer be joined and is not closed either: a new case."""
        kept = next(journey.somebody for journey in self.evidence.journeys if journey.kept)
        assert self.town.state(self.evidence.cases[kept.number]).phase is Phase.FEEDBACK
        taken = await self.town.take_in(DIJKWATER.name, [kept.row(DIJKWATER, SIGNALLED, arrears=2)])
        assert taken.report.opened == 1
        await self._pass_an_hour()

    async def _pass_an_hour(self) -> None:
        """The pauses between attempts are passed over, so every case gets as far as it can by itself."""
        later = BEGINS + timedelta(hours=1)
        await asyncio.gather(*(self.town.travel(case, later) for case in self.town.cases()))

    async def _each(self, act: Callable[[Journey], Awaitable[None]]) -> None:
        few = asyncio.Semaphore(AT_ONCE)

        async def one(journey: Journey) -> None:
            async with few:
                await act(journey)

        await asyncio.gather(*map(one, self.evidence.journeys))

    async def _journey(self, journey: Journey) -> None:
        case = self.evidence.cases[journey.somebody.number]
        await journey.script(Desk(self.town, self.browser, journey.somebody, case))
        await _until(lambda: self.town.state(case).phase is Phase.FEEDBACK)

    async def _closed(self, journey: Journey) -> None:
        case = self.evidence.cases[journey.somebody.number]
        await _until(lambda: self.town.state(case).phase is Phase.CLOSED)
        await self.town.machine.quiet(self.town.retention(case))

    async def _reconcile(self) -> None:
        """A case whose row lags behind is asked to publish again."""
        [case, *_] = self.town.cases()
        with self.town.stores.database.write() as session:
            session.execute(update(CaseRow).where(col(CaseRow.id) == case).values(wake_at=at("2020-01-01 09:00")))
        start = PeriodicInput(clock_offset=self.town.offset)
        await self.town.client.execute_workflow(
            ReconciliationWorkflow.run, start, id="reconcile-once", task_queue="signaalreis"
        )
        await _until(lambda: self._wakes_at(case) > BEGINS)

    async def _probe_pages(self) -> None:
        """Marks wherever a page takes something."""
        name, note = GHOST.person.surname, GHOST.note
        await self.browser.get(f"/zaak/{name}?persoon={name}&vastgelegd={note}")
        await self.browser.get(f"/{name}/{GHOST.person.bsn.text}")
        await self.browser.client.post("/aanmelden", data={"token": note, "staff": name})
        await self.browser.client.post(f"/zaak/{name}/opdracht", data={"token": name, "note": note})
        for _ in range(40):  # each method of the stores behind the pages fails first
            await self.browser.get("/")
            await self.browser.get("/aanleveringen")

    async def _on_the_command_line(self) -> None:
        """A real process of its own, with a row that cannot be read and a file that is not there."""
        file = self.town.folder / f"{GHOST.person.surname}.csv"
        yesterday = date.today() - timedelta(days=1)
        bad = GHOST.row(ZORGGOED, yesterday, telefoon=GHOST.note)
        write_csv(file, [FROM_COMMAND_LINE.row(ZORGGOED, yesterday), bad])
        importing = ["--municipality", "9901", "--partner", ZORGGOED.name, "--as", "hanna"]
        codes = await asyncio.gather(
            self._command("import", str(file), *importing),
            self._command("import", str(file.with_suffix(".oud")), *importing),
            self._command("journey", GHOST.person.surname),
        )
        assert codes == [1, 2, 2]
        file.unlink()

    async def _command(self, *arguments: str) -> int:
        environment = {**os.environ, **self.town.stores_settings.environment()}
        log = self.logs / f"cli-{arguments[0]}-{len(list(self.logs.iterdir()))}.log"
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "cli.py", *arguments, env=environment, stdout=output, stderr=output
            )
            return await process.wait()

    def _learn_cases(self) -> None:
        """Which case is whose, and which units belong to it."""
        stores = self.town.stores
        by_bsn = {journey.somebody.person.bsn: journey for journey in self.evidence.journeys}
        for case in self.town.cases():
            state = stores.cases.load(case)
            journey = by_bsn.get(stores.cases.resident(case, state.resident).bsn)  # type: ignore[arg-type]
            if journey is None:
                continue
            self.evidence.cases[journey.somebody.number] = case
            for unit in (unit_of_case(case), *(signal.unit_id for signal in state.signals)):
                self.evidence.units[unit] = not journey.kept

    def _wakes_at(self, case: CaseId) -> object:
        return next(found.wake_at for found in self.town.stores.overview.open_cases() if found.case_id == case)

    # --- forgetting -----------------------------------------------------------------------------------------------

    async def forget(self) -> None:
        """The retention of everybody who is not kept passes; the sweep takes what belongs to no case."""
        await self._each(self._erased)
        await self.town.sweep(BEGINS + timedelta(days=40))

    async def _erased(self, journey: Journey) -> None:
        if journey.kept:
            return
        case = self.evidence.cases[journey.somebody.number]
        last = max(retention.due_at for retention in self.town.state(case).retention)
        await self.town.travel_retention(case, last + timedelta(minutes=1))
        await self.town.retention(case).result()

    # --- looking --------------------------------------------------------------------------------------------------

    async def _look(self, when: str) -> Places:
        places = await everywhere(self.town, self.logs)
        self.evidence.marks += [f"{when}, {found}" for found in findings(places, numbers=self._numbers())]
        return places

    async def look_before(self) -> None:
        await self._look("before the erasure")
        self.evidence.main_before = copy_of(self.town.stores.database, Row.metadata.sorted_tables)
        self.evidence.vault_before = copy_of(self.town.stores.vault.database, VaultRow.metadata.sorted_tables)
        self.evidence.vault_bytes_before = self._vault_files()

    async def look_after(self) -> None:
        await self._look("after the erasure")
        self.evidence.main_after = copy_of(self.town.stores.database, Row.metadata.sorted_tables)
        self.evidence.vault_after = copy_of(self.town.stores.vault.database, VaultRow.metadata.sorted_tables)
        self.evidence.bytes_after = self._vault_files()
        self.evidence.log = (self.logs / "worker-and-web.log").read_text()
        for somebody in (*self.evidence.erased[:3], *self.evidence.kept[:1]):
            case = self.evidence.cases[somebody.number]
            self.evidence.executions_after[somebody.number] = await mentioning(self.town.client, case)
