"""What is measured, each beside the same thing without our work, so that a ratio remains."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle

from activities.limits import MAIN_QUEUE
from adapters.intake import take_in
from adapters.letter_pdf import letter_pdf
from adapters.print_batch import InBatch, manifest, packed
from bench.bare import BareStart, BareUpdate
from bench.figures import Figure, median, milliseconds, p95
from bench.pages import log_call, pages
from bench.town import PARTNER, Town
from models.ids import BatchId, CaseId, fresh
from models.personal import Address, Letter
from models.values import Postcode
from simulation import demo
from workflows.names import case_workflow_id

_BARE = "bare workflow"
_STARTS_AT_ONCE = 40


@dataclass(frozen=True)
class Sizes:
    """How much of everything. `presses` less than `signals`."""

    bare_starts: int
    signals: int
    presses: int
    looks: int
    """How often each page is opened."""
    cases: tuple[int, ...]
    """With so many open cases pages are opened, one number after the other."""


QUICK = Sizes(bare_starts=40, signals=12, presses=8, looks=10, cases=(300,))
FULL = Sizes(bare_starts=300, signals=120, presses=40, looks=40, cases=(1_000, 10_000))


async def measure(folder: Path, sizes: Sizes) -> Sequence[Figure]:
    """All figures, of one installation in `folder`. Raises `NotMeasured`."""
    async with Town(folder, residents=sizes.signals) as town:
        await _bare_starts(town, 5)  # the first ones wait for what is made once
        # The machine may be busier at one moment than at another, so before and after.
        before = await _bare_starts(town, sizes.bare_starts)
        opened, cases = await _opening(town)
        after = await _bare_starts(town, sizes.bare_starts)
        bare = (before + after) / 2
        return [
            Figure(f"bare workflow, start to end ({2 * sizes.bare_starts})", bare, "/s"),
            Figure(
                f"signal of a file, until its case waits for a call ({sizes.signals})",
                opened,
                "/s",
                opened / bare,
                _BARE,
            ),
            *await _histories(town, cases),
            *await _pressing(town, cases[: sizes.presses]),
            *await asyncio.to_thread(_letters, sizes.signals),
            *await pages(town, cases, sizes.cases, looks=sizes.looks, presses=sizes.presses),
        ]


async def _bare_starts(town: Town, number: int) -> float:
    """Bare workflows a second."""
    places = asyncio.Semaphore(_STARTS_AT_ONCE)

    async def one() -> None:
        async with places:
            await town.client.execute_workflow(BareStart.run, id=f"bare-{fresh()}", task_queue=MAIN_QUEUE)

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(number)))
    return number / (time.perf_counter() - began)


async def _opening(town: Town) -> tuple[float, Sequence[CaseId]]:
    """Signals a second, from taking in their file until every case waits for a call; and the cases.

    However fast the machine, no more than the mails a second of `activities/limits.py`.
    """
    file, began = town.file(), time.perf_counter()
    await take_in(
        town.client,
        town.stores,
        file,
        municipality=demo.ZONNEDIJK,
        partner=PARTNER.name,
        by=demo.IMPORTED_BY,
        at=datetime.now(UTC),
    )
    cases = await town.waiting_for_a_call()
    return len(cases) / (time.perf_counter() - began), cases


async def _histories(town: Town, cases: Sequence[CaseId]) -> Sequence[Figure]:
    """What an open case costs the server: its history while it waits for a call."""
    bare = await town.client.start_workflow(BareStart.run, id=f"bare-{fresh()}", task_queue=MAIN_QUEUE)
    await bare.result()
    bare_events, bare_bytes = await _history(bare)
    found = [await _history(town.client.get_workflow_handle(case_workflow_id(case))) for case in cases]
    events, kilobytes = median(events for events, _ in found), median(size for _, size in found) / 1000
    return [
        Figure("history of a case that waits for a call, median", events, "events", events / bare_events, _BARE),
        Figure("  the longest of them", max(events for events, _ in found), "events"),
        Figure("  its size, median", kilobytes, "kB", kilobytes * 1000 / bare_bytes, _BARE),
    ]


async def _history(handle: WorkflowHandle[Any, Any]) -> tuple[int, int]:
    """Events and bytes."""
    info = (await handle.describe()).raw_description.workflow_execution_info
    return info.history_length, info.history_size_bytes


async def _pressing(town: Town, cases: Sequence[CaseId]) -> Sequence[Figure]:
    """A caseworker's button, from the press to the answer on the page, and in turns a bare update."""
    bare, pressed = list[float](), list[float]()
    for case in cases:
        idle = await town.client.start_workflow(BareUpdate.run, id=f"bare-{fresh()}", task_queue=MAIN_QUEUE)
        await idle.execute_update(BareUpdate.press)  # so that both are known to the worker
        bare.append(await milliseconds(idle.execute_update(BareUpdate.press)))
        pressed.append(await milliseconds(log_call(town, case)))
    return [
        Figure(f"bare update, median ({len(cases)})", median(bare), "ms"),
        Figure("  95 of 100 within", p95(bare), "ms"),
        Figure(
            f"call logged by a caseworker, median ({len(cases)})",
            median(pressed),
            "ms",
            median(pressed) / median(bare),
            "bare update",
        ),
        Figure("  95 of 100 within", p95(pressed), "ms", p95(pressed) / p95(bare), "bare update"),
    ]


def _letters(number: int) -> Sequence[Figure]:
    """Letters a second that become a PDF, and how much faster they are packed for the printer."""
    letter = Letter(
        name="A. van den Beemd",
        address=Address(postcode=Postcode("9990AB"), number=12, street="Zonnelaan", town="Zonnedijk"),
        subject="Een bericht van de gemeente",
        body="Beste A. van den Beemd,\n\n" + "Wij denken graag met u mee over uw rekeningen. " * 20,
    )
    days = [date(2027, 1, 1) + timedelta(days=day) for day in range(number)]
    began = time.perf_counter()
    # Each of another day, so that none is known from the one before.
    pdfs = [letter_pdf(letter, sender="Gemeente Zonnedijk", on=day) for day in days]
    drawn = time.perf_counter()
    listed = [
        InBatch(f"letter-{place}", place, pdf.pages, hashlib.sha256(pdf.content).hexdigest())
        for place, pdf in enumerate(pdfs, start=1)
    ]
    contents = [(letter, pdf.content) for letter, pdf in zip(listed, pdfs, strict=True)]
    packed(manifest(BatchId("batch"), demo.ZONNEDIJK, listed), contents)
    done = time.perf_counter()
    a_second, packed_a_second = number / (drawn - began), number / (done - drawn)
    return [
        Figure(f"letter made into a PDF/UA ({number})", a_second, "/s"),
        Figure("  listed and packed in a print batch", packed_a_second, "/s", packed_a_second / a_second, "making it"),
    ]
