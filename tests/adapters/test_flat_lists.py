"""However many cases there are, a page asks as many questions of indexes only, and the database does the same work."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlmodel import col, select

from adapters.database import Database
from adapters.registry import Member, Partner
from adapters.stores import open_stores
from bench.crowd import Crowd, Someone
from bench.examples import examples
from config import Settings
from models.case import CaseState
from models.codes import AttemptResult, PartnerType, ReferralParty, Role
from models.facts import AttemptMade
from models.ids import PartnerId, StaffId
from models.steps import SendMessage
from models.tables import TaskRow
from policy.next_step import next_step
from tests.adapters.conftest import Templates, fresh_databases
from tests.builders import ZONNEDIJK, shipped_policies
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, THEA, WATERDORP, Town, a_case_in_contact
from web import work_queries
from web.app import create_app
from web.paging import PAGE
from web.work_queries import Reader, Whose, WorkFilter

FEW, MANY = 150, 600
YARA = StaffId("yara")
GROWING = {
    "amount_question",
    "appointment",
    "audit_person",
    "audit_process",
    "blind_index",
    "case",
    "case_signal",
    "case_slot",
    "certificate",
    "command",
    "contact_attempt",
    "delivered_row",
    "delivery",
    "document",
    "feedback",
    "message",
    "message_report",
    "print_letter",
    "proposal",
    "reservation",
    "review",
    "signal",
    "task",
    "unit",
}
"""Tables that have more rows where there are more cases."""
COUNTED_WHOLE = {"figures"}
"""What tells how many there are, has to count them."""
CHECKED = 20
"""How far lists are counted here, less than the few cases that there are at first."""
Asks = Callable[["Staff"], Awaitable[httpx.Response]]


@dataclass
class Staff:
    """Who opens pages, and somebody of whom there is a case."""

    noor: Browser
    thea: Browser
    yara: Browser
    someone: Someone

    async def searches(self) -> httpx.Response:
        form = next(form for form in _forms((await self.noor.get("/zoeken")).text))
        resident = self.someone.resident
        typed = {"token": form, "achternaam": resident.surname, "straat": resident.address.street}
        return await self.noor.client.post("/zoeken", data=typed)


def _forms(html: str) -> list[str]:
    return re.findall(r'name="token" value="([^"]+)"', html)


PAGES: dict[str, Asks] = {
    "the team's work": lambda staff: staff.noor.get("/"),
    "its third page": lambda staff: staff.noor.get("/?pagina=3"),
    "one's own work": lambda staff: staff.noor.get("/?wie=mij"),
    "a queue": lambda staff: staff.noor.get("/?wie=early_signals"),
    "a party's work": lambda staff: staff.yara.get("/"),
    "who is to be called": lambda staff: staff.noor.get("/bellen"),
    "when a party is to call": lambda staff: staff.yara.get("/bellen"),
    "a call": lambda staff: staff.noor.get(f"/bellen/{staff.someone.case}"),
    "a case": lambda staff: staff.noor.get(f"/zaak/{staff.someone.case}"),
    "a search": lambda staff: staff.searches(),
    "the agenda": lambda staff: staff.noor.get("/agenda"),
    "deliveries": lambda staff: staff.noor.get("/aanleveringen"),
    "requests to be called": lambda staff: staff.noor.get("/terugbelverzoeken"),
    "proposals": lambda staff: staff.noor.get("/goedkeuren"),
    "questions for partners": lambda staff: staff.noor.get("/bedragen"),
    "feedback": lambda staff: staff.noor.get("/terugkoppeling"),
    "figures": lambda staff: staff.noor.get("/cijfers"),
    "stalled cases": lambda staff: staff.thea.get("/vastgelopen"),
    "retention": lambda staff: staff.thea.get("/bewaren"),
}


LISTS = ["the team's work", "its third page", "one's own work", "a queue", "stalled cases", "retention"]

IN_ORDER = {
    "the team's work": {"ix_task_in_order"},
    "a queue": {"ix_task_in_order"},
    "a party's work": {"ix_task_later"},
    "who is to be called": {"ix_task_call_now", "ix_task_owner_now"},
    "when a party is to call": {"ix_task_call_later", "ix_task_owner_later"},
    "retention": {"ix_case_erased_first", "ix_case_oldest_data", "ix_certificate_erased"},
    "deliveries": {"ix_delivery_received"},
}

AS_GOOD = {
    "a party's work": {"ix_task_open": "ix_task_later"},
    "when a party is to call": {"ix_task_open": "ix_task_owner_later", "ix_task_nobodys": "ix_task_call_later"},
}
"""Which others have that order too, of which PostgreSQL takes either."""


@dataclass
class Asked:
    """What a page asked of the databases, and how much they had to do for it."""

    text: str = ""

    questions: list[tuple[Database, str, Any]] = field(default_factory=list)
    steps: int = 0
    """Hundreds of instructions of SQLite's machine: the same for the same rows, however busy this machine is."""


@dataclass
class Crowded:
    """A town on one of the databases, with a crowd that can grow."""

    town: Town
    app: FastAPI
    crowd: Crowd
    some: list[Someone]

    @asynccontextmanager
    async def staff(self) -> AsyncIterator[Staff]:
        async with Browser(self.app) as noor, Browser(self.app) as thea, Browser(self.app) as yara:
            for browser, who in ((noor, NOOR), (thea, THEA), (yara, YARA)):
                await browser.sign_in(who)
            yield Staff(noor, thea, yara, self.some[0])

    @contextmanager
    def listening(self) -> Iterator[Asked]:
        asked = Asked()
        databases = (self.town.stores.database, self.town.stores.vault.database)
        with _heard(databases[0], asked), _heard(databases[1], asked):
            yield asked


@contextmanager
def _heard(database: Database, asked: Asked) -> Iterator[None]:
    with database.read() as session:
        engine: Any = session.get_bind()

    def heard(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.questions.append((database, statement, parameters))

    def step() -> int:
        asked.steps += 1
        return 0

    def taken(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(step, 100)

    event.listen(engine, "before_cursor_execute", heard)
    if database.is_sqlite:
        event.listen(engine, "checkout", taken)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", heard)
        if database.is_sqlite:
            event.remove(engine, "checkout", taken)
            database.close()  # so that no connection counts on


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def crowded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Templates
) -> Iterator[Crowded]:
    folder = tmp_path_factory.mktemp("crowded")
    with fresh_databases(request.param, folder, templates) as databases:
        urls = [each.url.render_as_string(hide_password=False) for each in (databases.main, databases.vault.database)]
        settings = Settings(data=folder, database_url=urls[0], vault_url=urls[1])
        town = Town(settings, open_stores(settings, shipped_policies()))
        town.stores.vault.settle(town.now)
        town.stores.registry.ensure(
            municipalities=[(ZONNEDIJK, "Zonnedijk"), (WATERDORP, "Waterdorp")],
            partners=[Partner(PartnerId("woonstee"), "Woonstee Zonnedijk", PartnerType.RENT)],
            staff=[
                Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK, WATERDORP)),
                Member(THEA, "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK, WATERDORP)),
                Member(YARA, "Yara Jong", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.YOUTH_WORKER),
            ],
        )
        lived = examples(town.stores, _waits_for_a_call(town).case_id, now=town.now)
        some = Crowd(town.stores, ZONNEDIJK, lived, first=NOOR).grow(FEW)
        # Of cases that stand still there are few, however many cases there are.
        crowd = Crowd(town.stores, ZONNEDIJK, [case for case in lived if not case[1]], first=NOOR, seed=2)
        Crowd(town.stores, WATERDORP, lived, first=NOOR, seed=3).grow(FEW // 2)
        yield Crowded(town, create_app(town.services), crowd, some)
        town.close()


def _waits_for_a_call(town: Town) -> CaseState:
    state = a_case_in_contact(town)
    step = next_step(state, now=OPENED + timedelta(hours=4))
    assert isinstance(step, SendMessage)
    sent = AttemptMade(
        at=OPENED, person_id=step.person_id, step_id=step.step_id, channel=step.channel, result=AttemptResult.SENT
    )
    return town.happens(state, sent)


@pytest.mark.parametrize("page", PAGES)
async def test_every_question_is_answered_by_an_index(crowded: Crowded, page: str) -> None:
    asked = await _asked(crowded, page)
    assert asked.questions
    for database, statement, parameters in asked.questions:
        plan = _plan(database, statement, parameters)
        assert [step for step in plan if _reads_a_table(step)] == [], statement


@pytest.mark.parametrize("chosen", [Whose.TEAM, Whose.MINE, "early_signals"])
def test_the_pages_together_are_the_whole_list_in_order(crowded: Crowded, chosen: WorkFilter) -> None:
    database, now = crowded.town.stores.database, crowded.town.now
    reader = Reader(NOOR, (ZONNEDIJK, WATERDORP))
    pages = [work_queries.work(database, reader, chosen, now=now, page=page) for page in range(1, 20)]
    with database.read() as session:
        every = session.exec(select(TaskRow)).all()
    wanted = sorted((task for task in every if _is_in(task, chosen)), key=lambda task: _place(task, now))
    assert len(wanted) > PAGE and {task.municipality for task in wanted} == {ZONNEDIJK.text, WATERDORP.text}
    assert [work.task.id for page in pages for work in page.rows] == [task.id for task in wanted]
    assert {page.total for page in pages} == {len(wanted)}


def test_what_is_open_is_counted_for_each_part(crowded: Crowded) -> None:
    database, now = crowded.town.stores.database, crowded.town.now
    reader = Reader(NOOR, (ZONNEDIJK, WATERDORP))
    with database.read() as session:
        every = session.exec(select(TaskRow).where(col(TaskRow.opens_at) <= now)).all()
    wanted = {part: sum(_is_in(task, part) for task in every) for part in (Whose.MINE, Whose.TEAM, "early_signals")}
    assert work_queries.work_counts(database, reader, now=now) == wanted


def _is_in(task: TaskRow, chosen: WorkFilter) -> bool:
    match chosen:
        case Whose.TEAM:
            return True
        case Whose.MINE:
            return task.owner == NOOR
        case queue:
            return (task.queue, task.owner) == (queue, None)


def _place(task: TaskRow, now: datetime) -> tuple[bool, Any, Any, str]:
    if task.opens_at > now:
        return True, task.opens_at, task.rank, task.id
    return False, task.rank, task.sorts_at, task.id


@pytest.mark.parametrize(("page", "indexes"), IN_ORDER.items(), ids=IN_ORDER)
async def test_an_index_has_the_order_of_the_list(crowded: Crowded, page: str, indexes: set[str]) -> None:
    """Nothing is sorted but what indexes gave of each part of the list, which is a page at most."""
    asked = await _asked(crowded, page)
    listed = [question for question in asked.questions if "ORDER BY" in question[1] and "GROUP BY" not in question[1]]
    plans = [_plan(*question, "seqscan", "bitmapscan", "sort") for question in listed]
    as_good = AS_GOOD.get(page, {})
    parts = [
        (as_good.get(found[0], found[0]), {plan[place - 1], *plan[place + 1 : place + 2]})
        for plan in plans
        for place, step in enumerate(plan)
        if (found := re.search(r"ix_\w+", step)) and as_good.get(found[0], found[0]) in indexes
    ]
    taken = {index for index, _ in parts}
    # By its statistics, which come when they come, PostgreSQL may read a part of few rows by an index of another list.
    assert taken == indexes or (taken and not crowded.town.stores.database.is_sqlite)
    sorted_parts = [index for index, beside in parts if any(re.search("Sort|TEMP B-TREE", step) for step in beside)]
    assert sorted_parts == []


@pytest.mark.parametrize("page", LISTS)
async def test_a_list_asks_as_much_for_many_rows_as_for_few(
    crowded: Crowded, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    many = await _asked(crowded, page)
    for module in ("web.paging", "web.work_queries", "web.queries"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    few = await _asked(crowded, page)
    assert len(few.text) < len(many.text)
    assert len(few.questions) == len(many.questions)


async def test_a_page_costs_the_same_with_four_times_the_cases(
    crowded: Crowded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("web.paging", "web.words"):
        monkeypatch.setattr(f"{module}.COUNTED", CHECKED)
    monkeypatch.setattr("web.work_counts.LOOKED", CHECKED)
    before = {page: await _asked(crowded, page) for page in PAGES}
    crowded.crowd.grow(MANY - FEW)
    after = {page: await _asked(crowded, page) for page in PAGES}
    for page in PAGES.keys() - COUNTED_WHOLE:
        # A case may be found more in a search, and its people are then shown.
        assert len(after[page].questions) <= len(before[page].questions) + 2, page
        assert after[page].steps <= before[page].steps * 1.5 + 20, page


async def _asked(crowded: Crowded, page: str) -> Asked:
    async with crowded.staff() as staff:
        await PAGES[page](staff)
        with crowded.listening() as asked:
            answer = await PAGES[page](staff)
    assert answer.status_code in (200, 303), page
    asked.text = answer.text
    return asked


def _plan(database: Database, statement: str, parameters: Any, *without: str) -> list[str]:
    """The steps by which the database answers; PostgreSQL if it can without these, always without reading a table."""
    with database.read() as session:
        connection = session.connection()
        if database.is_sqlite:
            return [step[3] for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        # Of a small table it would read everything, which is as quick.
        for way in ("seqscan", *without):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return [step[0] for step in connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters)]


def _reads_a_table(step: str) -> bool:
    if re.search("COVERING INDEX ix_task_(in_order|later)$", step):
        # In the order of the list, until the page is full.
        return False
    found = re.search(r'^SCAN (\w+)|Seq Scan on "?(\w+)', step)
    return found is not None and (found[1] or found[2]) in GROWING
