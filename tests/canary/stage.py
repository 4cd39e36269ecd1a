"""The canary's play: marked people go through an installation whose every port fails, and most are erased."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import update
from sqlmodel import col, select

import worker
from activities.limits import MAIN_QUEUE
from adapters.call_placing import CallPlacer
from adapters.call_requests import CallRequests
from adapters.case_store import CaseStore, UnknownCase
from adapters.command_desk import CommandDesk
from adapters.delivery_door import DeliveryDoor
from adapters.health import PartyHealth
from adapters.outbox import Outbox
from adapters.partner_keys import PartnerKeys
from adapters.registry import Member
from config import Settings
from models.codes import CallRequestStatus, Party, Phase, Role, RowStatus, TaskKind
from models.ids import CaseId, DeliveryId, StaffId, UnitId, unit_of_case
from models.periodic import DigestInput, PeriodicInput
from models.personal import CallRequest
from models.tables import CaseRow, DeliveredRow
from models.vault_tables import SecretRow
from simulation import installation
from simulation.deliveries import DIJKWATER, LICHTKRACHT, PARTNERS, WOONSTEE, ZORGGOED, Row, write_csv
from simulation.installation import Installation
from simulation.time_travel import offset_for
from tests.adapters.test_any_table import xlsx_of
from tests.builders import ZONNEDIJK, at
from tests.canary.attack import Attacker
from tests.canary.desk import Desk
from tests.canary.evidence import Evidence, Stored, numbers_of
from tests.canary.journeys import Journey
from tests.canary.leaks import Leaks, Leaky, leaky_activities, leaky_door, leaky_executions
from tests.canary.life import split_off
from tests.canary.logging_to import logging_to
from tests.canary.marks import NAME, PEOPLE, POSTCODE, marked
from tests.web.browser import Browser, forms_of
from tests.web.town import CLAIMS, nobodys_provider
from web.app import create_app
from web.partner_api.app import PATH
from web.services import Services
from workflows.client import delivery_report
from workflows.digest import DigestWorkflow
from workflows.periodic import ReconciliationWorkflow

BEGINS = at("2027-04-05 09:00")
"""A Monday."""
SIGNALLED = date(2027, 4, 2)
GHOST = marked(PEOPLE - 1)
"""Stands in errors, in rows that are refused and in addresses of pages; never in a case."""
FROM_COMMAND_LINE, FROM_SYSTEM, TAKEN_OVER = (marked(PEOPLE - before) for before in (2, 3, 4))
"""Their cases begin today, not when the play does, and stay where they are."""
_DIFFERENT = """
matching: {mode: daily, hour: 10}
disclosure: {signed_by: Kim de Boer, signed_on: 2025-01-06}
routes: {multiple: {plan: standard}}
plans:
  standard: {steps: {call-1: {wait: {working_days: 0, rule: "Meteen bellen."}}}}
  after_contact:
    steps:
      call-1: null
      call-2: null
      letter-1: null
      sms: {channel: sms, template: call-sms, wait: {working_days: 0, calendar: office, rule: "Meteen een sms."}}
      letter:
        channel: letter
        template: last-letter
        wait: {working_days: 0, calendar: office, rule: "Meteen ook een brief."}
      call: {channel: call, wait: {working_days: 2, calendar: office, rule: "Twee werkdagen later bellen."}}
"""
_OTHERS = (FROM_COMMAND_LINE, FROM_SYSTEM, TAKEN_OVER)
_AT_ONCE = 6
_PATIENCE_SECONDS = 60.0
_PAUSE = 0.05


async def play(folder: Path, journeys: Sequence[Journey], *, times: int, urls: tuple[str, str] = ("", "")) -> Evidence:
    """Everything, from the partners' files to the last certificate.

    `times`: how often each method of each port fails; `urls`: main database and vault, when they are not SQLite.
    """
    logs = folder / "logs"
    logs.mkdir()
    settings = Settings(data=folder, database_url=urls[0], vault_url=urls[1], policies=_policies(folder))
    leaks = Leaks(GHOST, times=times)
    with pytest.MonkeyPatch.context() as patch, logging_to(logs / "worker-and-web.log", component="worker"):
        patch.setattr(installation, "activities_by_queue", leaky_activities(leaks))
        patch.setattr(worker, "TemporalCaseDoor", leaky_door(leaks))
        patch.setattr(worker, "TemporalExecutions", leaky_executions(leaks))
        async with (
            Installation(folder, begins=BEGINS, settings=lambda _: settings) as town,
            Browser(app := create_app(_services(settings, town))) as browser,
            Browser(app) as partner,
        ):
            evidence = await Stage(settings, town, browser, partner, journeys, logs).play()
    evidence.missing_errors = leaks.missing()
    return evidence


class Stage:
    """One installation with the people who play on it."""

    def __init__(
        self,
        settings: Settings,
        town: Installation,
        browser: Browser,
        partner: Browser,
        journeys: Sequence[Journey],
        logs: Path,
    ) -> None:
        self._settings = replace(settings, temporal_port=town.machine.server.port)
        self._town = town
        self._browser = browser
        self._partner = partner
        self._journeys = journeys
        self._logs = logs
        self._settled: set[CaseId] = set()
        with town.stores.vault.database.read() as session:
            secrets = {row.purpose: row.wrapped_key for row in session.exec(select(SecretRow))}
        attacker = Attacker(bytes.fromhex(settings.master_key.read_text().strip()), secrets)
        people = [*(journey.somebody for journey in journeys), GHOST, *_OTHERS]
        self._evidence = Evidence(journeys, attacker, numbers_of(people), _OTHERS)

    async def play(self) -> Evidence:
        town, logs, evidence = self._town, self._logs, self._evidence
        # First: what fails of the mail server is for the mails of residents.
        await self._supervisors_are_told()
        await self._signals_come_in()
        await self._cases_are_worked_on()
        await town.draw_review(BEGINS + timedelta(days=62))
        await town.make_lists(BEGINS + timedelta(days=62))
        # Not earlier: on these the jobs run at the real date, where nobody is owed anything once all are told.
        await worker.ensure_schedules(town.client, town.stores)
        evidence.exported_before = await self._exports()
        await evidence.look(town, logs, "before the erasure")
        evidence.before = Stored.now(town)
        await self._each(self._is_erased)
        for days in (40, 41):  # the second one finds the files whose last rows the first one erased
            await town.sweep(BEGINS + timedelta(days=days))
        evidence.exported_after = await self._exports()
        evidence.verified = await self._verify("cli-verify")
        evidence.check(town, BEGINS + timedelta(days=42))
        await evidence.look_after(town, logs)
        evidence.leave_something(town)
        evidence.verified_planted = await self._verify("cli-verify-planted")
        await evidence.plant(town, logs, GHOST)
        return evidence

    async def _verify(self, name: str) -> tuple[int, str]:
        """How `retention verify` ended, and the last line that it printed."""
        ended = await self._command(name, "retention", "verify")
        return ended, (self._logs / f"{name}.log").read_text().splitlines()[-1]

    async def _supervisors_are_told(self) -> None:
        town, start = self._town, DigestInput(municipality=ZONNEDIJK, clock_offset=(offset := offset_for(BEGINS)))
        job = await town.client.start_workflow(DigestWorkflow.run, start, id="digest", task_queue=MAIN_QUEUE)
        # The pauses between its attempts are passed over.
        await town.machine.travel(job, BEGINS + timedelta(hours=1), clock_offset=offset)
        await job.result()

    # --- signals --------------------------------------------------------------------------------------------------

    async def _signals_come_in(self) -> None:
        """While one party after the other is down."""
        people = [journey.somebody.person for journey in self._journeys]
        self._town.world.add(*people, *(other.person for other in _OTHERS))
        await self._while_mail_is_down([journey for journey in self._journeys if not journey.without_register])
        await self._without_register([journey for journey in self._journeys if journey.without_register])
        self._learn_cases()
        await self._on_the_command_line()
        await self._by_a_system()

    async def _while_mail_is_down(self, journeys: Sequence[Journey]) -> None:
        town, first = self._town, journeys[0].somebody
        twice = [journey.somebody for journey in journeys if journey.twice]
        town.world.fault(Party.MAIL, "down")
        bad = [
            GHOST.row(WOONSTEE, SIGNALLED, postcode=f"99 {POSTCODE}", geboortedatum="1957-03-99"),
            GHOST.row(WOONSTEE, SIGNALLED, bedrag=GHOST.note, bsn="999912000"),
        ]
        await town.take_in(WOONSTEE.name, [*(journey.somebody.row(WOONSTEE, SIGNALLED) for journey in journeys), *bad])
        # Sent on a page, looked at and confirmed: the file is sealed until its rows are stored.
        as_text, in_a_sheet = twice[::2], twice[1::2]
        await town.send(LICHTKRACHT.partner_id, [somebody.row(LICHTKRACHT, SIGNALLED) for somebody in as_text])
        sheet = [somebody.row(DIJKWATER, SIGNALLED) for somebody in in_a_sheet]
        sheet.append(GHOST.row(DIJKWATER, SIGNALLED, huisnummer=GHOST.note))
        report = await town.send_file(DIJKWATER.partner_id, _sheet_of(sheet))
        assert (report.refused, report.joined) == (1, len(in_a_sheet))
        # The same arrears once more: nothing new, so it belongs to no case.
        await town.take_in(WOONSTEE.name, [first.row(WOONSTEE, SIGNALLED, eigen_stappen=first.note)])
        # The matching period ends an hour after they came in.
        await self._pass(timedelta(hours=1, minutes=30))
        assert self._mail_was_tried()
        await self._evidence.look(town, self._logs, "while parties are down")
        town.world.heal(Party.MAIL)
        await self._pass(timedelta(hours=3))
        self._settled.update(town.cases())

    def _mail_was_tried(self) -> bool:
        stores = self._town.stores
        tasks = {task.kind for case in self._town.cases() for task in stores.cases.load(case).tasks}
        return TaskKind.CHECK_MAIL in tasks or any(outage.party is Party.MAIL for outage in stores.health.outages())

    async def _without_register(self, journeys: Sequence[Journey]) -> None:
        self._town.world.fault(Party.REGISTER, "http-401")
        # Whoever waits for a call is not mailed first, and a mail of theirs is to come back.
        mailed = {"warme_overdracht": "nee", "crisis": "nee", "einde_levering": ""}
        rows = [journey.somebody.row(ZORGGOED, SIGNALLED) | mailed for journey in journeys]
        await self._town.take_in(ZORGGOED.name, rows)
        await self._pass(timedelta(hours=3))
        self._town.world.heal(Party.REGISTER)
        self._settled.update(self._town.cases())

    async def _pass(self, time: timedelta) -> None:
        """For the new cases: the pauses between attempts are passed over, so each gets as far as it can by itself."""
        new = [case for case in self._town.cases() if case not in self._settled]
        await asyncio.gather(*(self._town.travel(case, BEGINS + time) for case in new))

    async def _on_the_command_line(self) -> None:
        """In processes of their own: a row that cannot be read, a file and a case that are not there, and an error
        that nobody foresaw."""
        file = self._town.folder / f"{GHOST.person.surname}.csv"
        lately = (datetime.now(UTC) - timedelta(days=2)).date()
        bad = GHOST.row(ZORGGOED, lately, telefoon=GHOST.note)
        write_csv(file, [FROM_COMMAND_LINE.row(ZORGGOED, lately), bad])
        options = ("--municipality", "9901", "--partner", ZORGGOED.name, "--as", "hanna")
        without_tables = replace(self._settings, database_url=f"sqlite:///{self._town.folder / 'empty.db'}")
        imported, missing, unknown, broken = await asyncio.gather(
            self._command("cli-import", "import", str(file), *options),
            self._command("cli-missing", "import", f"{file}.old", *options),
            self._command("cli-journey", "journey", GHOST.person.surname),
            self._command("cli-broken", "journey", GHOST.person.surname, settings=without_tables),
        )
        assert (imported, missing, unknown, broken) == (1, 2, 2, 1)
        running = self._town.folder / "lopend.csv"
        moved = {"ontvangen_op": lately.isoformat(), "pogingen": f"{lately.isoformat()} mail verstuurd"}
        row = TAKEN_OVER.row(ZORGGOED, lately) | moved
        running.write_text(f"{';'.join(row)}\n{';'.join(row.values())}\n")
        assert await self._command("cli-takeover", "takeover", str(running), *options, "--confirm") == 0
        # The case that this opened began today, not when the play did: it stays where it is.
        self._settled.update(self._town.cases())

    async def _by_a_system(self) -> None:
        """A partner's own system reports somebody, and somebody who cannot be read; then asks for what it may see."""
        stores, system = self._town.stores, StaffId("koppeling-zorggoed")
        member = Member(system, "De koppeling", Role.PARTNER, (ZONNEDIJK,), partner=ZORGGOED.partner_id)
        stores.registry.ensure(staff=[member])
        keys = PartnerKeys(stores.database)
        key = keys.make(system, by=StaffId("hanna"), at=BEGINS, last_day=BEGINS.date() + timedelta(days=90))[1]
        rows = [FROM_SYSTEM.row(ZORGGOED, SIGNALLED), GHOST.row(ZORGGOED, SIGNALLED, geboortedatum=GHOST.note)]
        headers = {"Authorization": f"Bearer {key}"}
        place = f"{PATH}/gemeenten/{ZONNEDIJK.text}"
        answer = await self._browser.client.post(
            f"{place}/aanleveringen",
            json={"signalen": rows},
            headers=headers | {"Idempotency-Key": "vraag-0001"},
        )
        assert answer.status_code == 202, answer.text
        delivery = answer.json()["id"]
        await delivery_report(self._town.client, DeliveryId(delivery))
        for path in (f"aanleveringen/{delivery}/geweigerde-signalen", "signalen?maand=2027-04"):
            assert (await self._browser.client.get(f"{place}/{path}", headers=headers)).status_code == 200
        self._settled.update(self._town.cases())

    async def _exports(self) -> set[str]:
        """Of whom a BSN stands in the files for the national statistics; the files do not stay here."""
        folder = self._town.folder / "cbs"
        period = ("--since", "2027-03-01", "--until", "2027-06-30")
        options = ("--municipality", ZONNEDIJK.text, "--supplier", "SR", *period)
        folder.mkdir()
        assert await self._command("cli-export", "figures", "export", str(folder), *options) == 0
        written = "".join(file.read_text() for file in folder.iterdir())
        shutil.rmtree(folder)
        return set(re.findall(r"\b[0-9]{9}\b", written))

    async def _command(self, name: str, *arguments: str, settings: Settings | None = None) -> int:
        environment = {**os.environ, **(settings or self._settings).environment()}
        with (self._logs / f"{name}.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "cli.py", *arguments, env=environment, stdout=output, stderr=output
            )
            return await process.wait()

    def _learn_cases(self) -> None:
        """Which case is whose, and which units belong to it."""
        cases = self._town.stores.cases
        journeys = {journey.somebody.person.bsn: journey for journey in self._journeys}
        for case in self._town.cases():
            state = cases.load(case)
            bsn = cases.resident(case, state.resident).bsn
            assert bsn is not None
            if bsn in journeys:
                self._evidence.cases[journeys[bsn].somebody.number] = case
                units = (unit_of_case(case), *(signal.unit_id for signal in state.signals))
                self._evidence.units |= dict.fromkeys(units, not journeys[bsn].kept)

    # --- work -----------------------------------------------------------------------------------------------------

    async def _cases_are_worked_on(self) -> None:
        await self._browser.sign_in("samira")
        await self._partner.sign_in("wieke")
        await self._pages_fail()
        await self._somebody_phones()
        await self._each(self._is_worked_on)
        await self._comes_back()
        told = BEGINS + timedelta(days=22)
        await asyncio.gather(*(self._town.feedback_batch(partner.partner_id, told) for partner in PARTNERS))
        await self._town.print_round(told)
        await self._each(self._closes)
        await self._is_reconciled()
        await self._is_downloaded()

    async def _pages_fail(self) -> None:
        """Marks wherever a page takes something, and errors with marks from behind the page."""
        name, note, browser = GHOST.person.surname, GHOST.note, self._browser
        await browser.get(f"/aanmelden?naar={name}")
        await browser.get(f"/aanmelden/terug?state={name}&code={GHOST.person.bsn.text}&error_description={name}")
        await browser.get(f"/{name}/{GHOST.person.bsn.text}")
        page = f"/zaak/{self._case(self._journeys[0])}"
        await self._fails_until_it_works(f"{page}?persoon={name}&vastgelegd={note}")
        assert (await browser.press(page, "claim_case", note=note)).status_code == 500
        assert (await browser.press(page, "log_call", result=note, called_at=note, note=note)).status_code == 422
        # Somebody else's form could name anybody; the case refuses whom it does not know.
        strange = await browser.press(page, "log_call", result="conversation", called_at="", person_id=name)
        await self._fails_until_it_works(strange.headers["location"])

    async def _fails_until_it_works(self, page: str) -> None:
        """Each thing that the page asks fails once."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            statuses = [(await self._browser.get(page)).status_code]
            while statuses[-1] == 500:
                statuses.append((await self._browser.get(page)).status_code)
        assert statuses[-1] == 200
        assert len(statuses) > 2, statuses

    async def _somebody_phones(self) -> None:
        """The switchboard writes down somebody who has no case; a caseworker looks for them and for another."""
        town, ghost, stores = self._town, GHOST.person, self._town.stores
        assert ghost.phone is not None
        said = CallRequest(surname=ghost.surname, phone=ghost.phone, wanted=GHOST.note, note=GHOST.note)
        requests, desk = CallRequests(stores.database, stores.vault), CommandDesk(town.client, stores.outbox)
        requests.keep(said, ZONNEDIJK, by=StaffId("karin"), at=BEGINS)
        await CallPlacer(stores.database, stores.vault, stores.cases, desk, now=lambda: BEGINS).place()
        [call] = requests.waiting([CallRequestStatus.OPEN])
        self._evidence.units[UnitId(f"call-{call.id}")] = True
        known = self._journeys[0].somebody.person
        assert known.phone is not None
        assert await self._looks(achternaam=ghost.surname, geboortedatum=GHOST.note) == 422
        assert await self._looks(achternaam=ghost.surname, straat=ghost.address.street) in (200, 500)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await self._looks(achternaam=known.surname, telefoon=known.phone.text) == 500:
                pass

    async def _looks(self, **typed: str) -> int:
        page = await self._browser.get("/zoeken")
        form = next(form for form in forms_of(page.text) if form.action == "/zoeken")
        return (await self._browser.send(form, **typed)).status_code

    def _case(self, journey: Journey) -> CaseId:
        return self._evidence.cases[journey.somebody.number]

    async def _is_worked_on(self, journey: Journey) -> None:
        case = self._case(journey)
        desk = Desk(self._town, self._browser, self._partner, journey.somebody, case)
        if journey.merges:
            self._will_be_merged(journey, split_off(desk))
        await journey.script(desk)
        await self._reaches(Phase.FEEDBACK, case)

    def _will_be_merged(self, journey: Journey, case: CaseId) -> None:
        self._evidence.merged[journey.somebody.number] = case
        self._evidence.units[unit_of_case(case)] = not journey.kept

    async def _comes_back(self) -> None:
        """A signal about somebody whose case cannot be joined any more and is not closed either: a new case."""
        kept = next(journey for journey in self._journeys if journey.kept)
        taken = await self._town.take_in(DIJKWATER.name, [kept.somebody.row(DIJKWATER, SIGNALLED, arrears=2)])
        assert (taken.report.opened, taken.report.joined) == (1, 0)
        await self._pass(timedelta(hours=3))

    async def _closes(self, journey: Journey) -> None:
        case = self._case(journey)
        await self._reaches(Phase.CLOSED, case)
        await self._town.machine.quiet(self._town.retention(case))

    async def _reaches(self, phase: Phase, case: CaseId) -> None:
        try:
            await _until(lambda: self._town.state(case).phase is phase)
        except TimeoutError:
            raise AssertionError(f"{phase!r} is not reached within {_PATIENCE_SECONDS:.0f} s") from None

    async def _is_reconciled(self) -> None:
        """A case whose row lags behind is asked to publish again."""
        town, long_ago = self._town, at("2020-01-01 09:00")
        case = town.cases()[0]
        with town.stores.database.write() as session:
            session.execute(update(CaseRow).where(col(CaseRow.id) == case).values(wake_at=long_ago))
        start = PeriodicInput(clock_offset=(offset := offset_for(BEGINS)))
        job = await town.client.start_workflow(ReconciliationWorkflow.run, start, id="reconcile", task_queue=MAIN_QUEUE)
        await town.machine.travel(job, BEGINS + timedelta(minutes=30), clock_offset=offset)
        await _until(lambda: all(found.wake_at != long_ago for found in town.stores.overview.open_cases()))

    async def _is_downloaded(self) -> None:
        """What a partner, whoever takes files in and the privacy officer save; nobody stands in the last."""
        wanted = select(DeliveredRow.delivery_id).where(DeliveredRow.status == RowStatus.REFUSED)
        with self._town.stores.database.read() as session:
            deliveries = sorted(set(session.exec(wanted)))
        saved = [await self._partner.get(f"/partner/signalen.csv?maand={SIGNALLED:%Y-%m}")]
        await self._browser.sign_in("hanna")
        saved += [await self._browser.get(f"/aanleveringen/{delivery}/geweigerd.csv") for delivery in deliveries]
        assert [(answer.status_code, NAME.lower() in answer.text.lower()) for answer in saved] == [(200, True)] * 5
        await self._browser.sign_in("farida")
        looks = await self._browser.get("/inzage.csv")
        assert (looks.status_code, looks.text.count("\n") > 1, NAME in looks.text) == (200, True, False)

    async def _is_erased(self, journey: Journey) -> None:
        if journey.kept:
            return
        merged = self._evidence.merged.get(journey.somebody.number)
        for case in (self._case(journey), *([merged] if merged is not None else [])):
            last = max(retention.due_at for retention in self._town.state(case).retention)
            await self._town.travel_retention(case, last + timedelta(minutes=1))
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._town.retention(case).result()

    async def _each(self, act: Callable[[Journey], Awaitable[None]]) -> None:
        """For every journey, a few at a time; whatever goes wrong says in which journey."""
        few = asyncio.Semaphore(_AT_ONCE)

        async def one(journey: Journey) -> None:
            async with few:
                try:
                    await act(journey)
                except Exception as error:
                    error.add_note(self._standing(journey))
                    raise

        async with asyncio.TaskGroup() as group:
            for journey in self._journeys:
                group.create_task(one(journey))

    def _standing(self, journey: Journey) -> str:
        """Who it is, what their script is, and what their case waits for."""
        case, who = self._case(journey), f"person {journey.somebody.number}, script {journey.script.__name__}"
        try:
            state = self._town.state(case)
        except UnknownCase:
            return f"{who}: case {case} is erased"
        happened = [entry.fact.kind for entry in self._town.stores.cases.journey(case)]
        attempts = [f"{attempt.channel}: {attempt.result}" for attempt in state.attempts]
        tasks = [task.kind.value for task in state.tasks]
        waits = [f"{deadline.kind} {deadline.due_at:%Y-%m-%d %H:%M}" for deadline in state.all_deadlines()]
        return f"{who}: case {case} is in {state.phase!r}; {happened=}, {attempts=}, {tasks=}, {waits=}"


def _sheet_of(rows: Sequence[Row]) -> bytes:
    """The rows as a spreadsheet."""
    header = list(rows[0])
    return xlsx_of([header, *([row[column] for column in header] for row in rows)])


def _policies(folder: Path) -> Path:
    """The demonstration's, but signals of a day are collected, and who is sought again or reported twice is written to
    first."""
    policies = folder / "policies"
    shutil.copytree(Settings().policies, policies)
    file = policies / "9901.yaml"
    own = yaml.safe_load(file.read_text(encoding="utf-8")) | yaml.safe_load(_DIFFERENT)
    file.write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return policies


def _services(settings: Settings, town: Installation) -> Services:
    """What the pages ask; reading and pressing fails once each, with a marked error."""
    stores, leaks = town.stores, Leaks(GHOST, times=1)
    case_store: Any = Leaky(stores.cases, leaks, CaseStore)
    desk: Any = Leaky(CommandDesk(town.client, stores.outbox), leaks, CommandDesk)
    outbox: Any = Leaky(stores.outbox, leaks, Outbox)
    health: Any = Leaky(stores.health, leaks, PartyHealth)
    return Services(
        settings=settings,
        database=stores.database,
        vault=stores.vault,
        outbox=outbox,
        desk=desk,
        case_store=case_store,
        overview=stores.overview,
        health=health,
        absences=stores.absences,
        prints=stores.prints,
        policies=stores.policies,
        deliveries=DeliveryDoor(town.client),
        uploads=stores.uploads,
        sessions=stores.sessions,
        provider=nobodys_provider(settings),
        claims=CLAIMS,
        now=lambda: BEGINS,
    )


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not holds():
            await asyncio.sleep(_PAUSE)
