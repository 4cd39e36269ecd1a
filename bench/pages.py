"""What pages and one recorded command take with ever more open cases: cold, after a restart, and warm."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import col, select

from activities.limits import MAIN_QUEUE
from adapters.command_desk import Answer
from bench.bare import BareUpdate
from bench.crowd import Crowd, Someone
from bench.examples import examples
from bench.figures import Figure, NotMeasured, median, milliseconds, p95
from bench.town import Town
from bench.visitors import Visitor, forget
from models.codes import AttemptResult, Role
from models.commands import LogCall
from models.ids import CaseId, CommandId, StaffId, fresh
from models.tables import CaseRow
from simulation import demo
from web.app import create_app

_CASEWORKER, _SUPERVISOR = StaffId("samira"), StaffId("hanna")
_COLD = 8
"""Times that everything is forgotten before a page is opened."""
_COMMAND, _BARE = "call logged", "bare update"
_EMPTY = "empty page"
"""The form of a search: who is signed in, the menu, and nothing of any case."""
Measured = dict[tuple[str, str], list[float]]
"""Milliseconds by what was done, and cold or warm."""


async def pages(
    town: Town, cases: Sequence[CaseId], sizes: Sequence[int], *, looks: int, presses: int
) -> Sequence[Figure]:
    """Opens each page at each number of open cases. `cases`: those that live, the last one as it came."""
    found = dict[int, Measured]()
    living = await asyncio.to_thread(examples, town.stores, cases[-1], now=datetime.now(UTC))
    crowd = Crowd(town.stores, demo.ZONNEDIJK, living, first=_CASEWORKER)
    some = list[Someone]()
    async with _staff(town) as (caseworker, supervisor):
        for size in sizes:
            some += await asyncio.to_thread(_grow, town, crowd, size)
            found[size] = defaultdict(list)
            opened = _opened(caseworker, supervisor, itertools.cycle(some[-200:]))
            await _look(town, opened, found[size], looks=looks)
            await _press(town, cases[:presses], found[size])
    return list(_figures(found))


async def log_call(town: Town, case: CaseId) -> None:
    """A caseworker's button. Raises `NotMeasured` unless it is recorded."""
    command = LogCall(
        command_id=CommandId(fresh()),
        by=_CASEWORKER,
        role=Role.CASEWORKER,
        person_id=town.stores.cases.load(case).resident,
        result=AttemptResult.NO_ANSWER,
    )
    pressed = await town.desk.press(case, command, note="Niet opgenomen.", at=datetime.now(UTC))
    if pressed.answer is not Answer.RECORDED:
        raise NotMeasured(f"a logged call was answered with {pressed.answer}")


def _grow(town: Town, crowd: Crowd, size: int) -> list[Someone]:
    """Until there are so many open cases; a few more come than that, as some of the crowd are closed."""
    some = list[Someone]()
    while (lacking := size - _open_cases(town)) > 0:
        some += crowd.grow(crowd.number + lacking)
    return some


def _open_cases(town: Town) -> int:
    with town.stores.database.read() as session:
        return session.exec(select(func.count()).select_from(CaseRow).where(col(CaseRow.closed_at).is_(None))).one()


@asynccontextmanager
async def _staff(town: Town) -> AsyncIterator[tuple[Visitor, Visitor]]:
    services = town.services()
    app = create_app(services)
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(Visitor(app, services, _CASEWORKER)),
            await stack.enter_async_context(Visitor(app, services, _SUPERVISOR)),
        )


def _opened(
    caseworker: Visitor, supervisor: Visitor, some: Iterator[Someone]
) -> dict[str, Callable[[], Awaitable[float]]]:
    def searches() -> Awaitable[float]:
        resident = next(some).resident
        return caseworker.opens("/zoeken", achternaam=resident.surname, straat=resident.address.street)

    return {
        _EMPTY: lambda: caseworker.opens("/zoeken"),
        "work list, the team's": lambda: caseworker.opens("/"),
        "work list, one's own": lambda: caseworker.opens("/?wie=mij"),
        "case": lambda: caseworker.opens(f"/zaak/{next(some).case}"),
        "stalled list": lambda: supervisor.opens("/vastgelopen"),
        "search": searches,
    }


async def _look(town: Town, opened: dict[str, Callable[[], Awaitable[float]]], found: Measured, *, looks: int) -> None:
    for _ in range(_COLD):
        for what, look in opened.items():
            await asyncio.to_thread(forget, town.stores)
            found[what, "cold"].append(await look())
    for look in opened.values():
        await look()
    # In turns, because the machine may be busier at one moment than at another.
    for _ in range(looks):
        for what, look in opened.items():
            found[what, "warm"].append(await look())


async def _press(town: Town, cases: Sequence[CaseId], found: Measured) -> None:
    """Cold: the worker has to read the case back from its history first. In turns with a bare update."""
    await town.restart()
    idle = await town.client.start_workflow(BareUpdate.run, id=f"bare-{fresh()}", task_queue=MAIN_QUEUE)
    await idle.execute_update(BareUpdate.press)
    for heat in ("cold", "warm"):
        for case in cases:
            found[_COMMAND, heat].append(await milliseconds(log_call(town, case)))
            found[_BARE, heat].append(await milliseconds(idle.execute_update(BareUpdate.press)))


def _figures(found: dict[int, Measured]) -> Iterator[Figure]:
    """The ratios are those to a page with nothing on it and to a bare update, at the same size and in the same minutes:
    when the ratio of one size is that of another, the number of cases costs nothing."""
    for what, heat in itertools.product(dict.fromkeys(what for what, _ in found[min(found)]), ("cold", "warm")):
        for size, measured in found.items():
            values, beside = measured[what, heat], _BARE if what in (_BARE, _COMMAND) else _EMPTY
            ratio = None if what == beside else median(values) / median(measured[beside, heat])
            name = f"{what}, {heat}, {size:,} open cases, median"
            yield Figure(name, median(values), "ms", ratio, "" if ratio is None else beside)
            yield Figure("  95 of 100 within", p95(values), "ms")
