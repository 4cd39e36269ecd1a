"""`python -m bench.big_delivery --rows N --kills K`: one large delivery twice, straight through and with its worker
killed, and whether both end the same. `--in-order` compares with rows that are matched without any worker."""

import argparse
import asyncio
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.delivery_control import DeliveryControl
from bench.delivered import Outcome, outcome
from bench.figures import NotMeasured
from bench.in_order import in_order
from bench.installation import Installation
from bench.logs import measuring, print_tails
from bench.many_rows import many_rows
from engine.client import leave
from models.ids import DeliveryId
from models.periodic import DeliveryInput
from policy.calendar import local
from simulation import demo
from simulation.deliveries import WOONSTEE, write_csv
from simulation.people import SEED
from workflows.client import delivery_report, start_delivery
from workflows.names import delivery_workflow_id

_LOOKS_EVERY_SECONDS = 1.0
_BARE_STARTS = 200


@dataclass(frozen=True)
class Seen:
    """How a delivery stood at a moment."""

    seconds: float
    done: int
    megabytes: float
    """Of the worker, in memory."""
    worker: float
    """Seconds of processor time since this worker started."""
    server: float
    """The same, of Temporal."""


@dataclass(frozen=True)
class Run:
    """One delivery from its confirmation until every row has its case."""

    kills: int
    seconds: float
    bare: float
    seen: Sequence[Seen]
    runs: int
    longest: int
    """Events in the longest history of the delivery's workflow; it begins a new one as it goes on."""
    largest: int
    """Bytes."""
    outcome: Outcome


async def deliver(
    folder: Path, rows: int, *, kills: int, seed: int, day: date, bare_starts: int, held: bool = False
) -> Run:
    """In an installation of its own. Raises `NotMeasured`."""
    async with Installation(folder, held=held) as site:
        file = folder / "delivery.csv"
        write_csv(file, many_rows(rows, seed=seed, partner=WOONSTEE, signal_date=day))
        before = await site.bare_starts(bare_starts)
        began, moment = time.monotonic(), datetime.now(UTC)
        sent = site.stores.uploads.put(
            file.read_bytes(), demo.ZONNEDIJK, WOONSTEE.partner_id, by=demo.IMPORTED_BY, at=moment
        )
        upload = site.stores.uploads.find(sent)
        assert upload is not None
        shown = site.stores.uploads.preview(upload)
        print(f"read and shown after {time.monotonic() - began:.1f} s: {shown.good:,} good, {shown.refused:,} refused")
        site.start_worker()
        began = time.monotonic()
        delivery = site.stores.uploads.confirm(upload, at=moment)
        await start_delivery(site.client, DeliveryInput(delivery_id=delivery, upload=sent))
        watching = asyncio.create_task(_watch(site, delivery, rows, kills=kills, began=began))
        report = await delivery_report(site.client, delivery)
        seconds = time.monotonic() - began
        seen = await watching
        site.stop_worker()
        bare = (before + await site.bare_starts(bare_starts)) / 2
        runs, longest, largest = await _histories(site, delivery)
        return Run(kills, seconds, bare, seen, runs, longest, largest, await outcome(site.client, site.stores, report))


async def _watch(site: Installation, delivery: DeliveryId, rows: int, *, kills: int, began: float) -> Sequence[Seen]:
    """Looks on until every row is done, and kills the worker at moments spread over it."""
    control, seen = DeliveryControl(site.stores.database), list[Seen]()
    deaths, tenths = [rows * number // (kills + 1) for number in range(1, kills + 1)], 0
    while True:
        progress = await asyncio.to_thread(control.progress, delivery)
        if progress is None:
            raise NotMeasured("the delivery is not there")
        seen.append(_look(site, progress.done, began))
        if progress.done * 10 // rows > tenths:
            tenths = progress.done * 10 // rows
            _tell(seen[-1], rows)
        if progress.finished_at is not None:
            return seen
        if deaths and progress.done >= deaths[0]:
            site.kill_worker()
            print(f"  killed at {progress.done:,} rows", flush=True)
            deaths.pop(0)
            site.start_worker()
        await asyncio.sleep(_LOOKS_EVERY_SECONDS)


def _tell(seen: Seen, rows: int) -> None:
    print(
        f"  {seen.done / rows:4.0%} after {seen.seconds:,.0f} s, {seen.done / seen.seconds:.1f} signals/s, "
        f"worker {seen.megabytes:,.0f} MB",
        flush=True,
    )


def _look(site: Installation, done: int, began: float) -> Seen:
    pid = site.worker_pid
    return Seen(time.monotonic() - began, done, _megabytes(pid), _processor(pid), _processor(site.server_pid))


def _megabytes(pid: int) -> float:
    """Of the process, in memory now."""
    lines = _told(pid, "status").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmRSS:"))


def _processor(pid: int) -> float:
    """Seconds of processor time that the process has taken."""
    in_user, in_system = _told(pid, "stat").rpartition(")")[2].split()[11:13]
    return (int(in_user) + int(in_system)) / os.sysconf("SC_CLK_TCK")


def _told(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8")
    except OSError:
        raise NotMeasured("what a process takes is known on Linux only") from None


async def _histories(site: Installation, delivery: DeliveryId) -> tuple[int, int, int]:
    """How many runs the delivery's workflow took, and events and bytes of the longest and the largest."""
    found = [
        execution.raw_info
        async for execution in site.client.list_workflows(f"WorkflowId = '{delivery_workflow_id(delivery)}'")
    ]
    return (
        len(found),
        max(info.history_length for info in found),
        max(info.history_size_bytes for info in found),
    )


def table(rows: int, runs: Sequence[Run]) -> str:
    """One column for each run."""
    lines: list[tuple[str, list[str]]] = [
        ("rows", [f"{rows:,}" for _ in runs]),
        ("worker killed, times", [f"{run.kills}" for run in runs]),
        ("seconds", [f"{run.seconds:,.0f}" for run in runs]),
        ("signals/s", [f"{rows / run.seconds:.1f}" for run in runs]),
        ("  in the first fifth", [f"{_pace(run, rows, 0.0, 0.2):.1f}" for run in runs]),
        ("  in the last fifth", [f"{_pace(run, rows, 0.8, 1.0):.1f}" for run in runs]),
        ("bare starts/s, same run", [f"{run.bare:.1f}" for run in runs]),
        ("ratio", [f"{rows / run.seconds / run.bare:.2f}" for run in runs]),
        ("processor, ms a signal: worker", [f"{_worked(run) / rows * 1000:.0f}" for run in runs]),
        ("  Temporal", [f"{(run.seen[-1].server - run.seen[0].server) / rows * 1000:.0f}" for run in runs]),
        ("worker's memory at 20 %, MB", [f"{_at(run, rows, 0.2).megabytes:,.0f}" for run in runs]),
        ("  at 50 %, MB", [f"{_at(run, rows, 0.5).megabytes:,.0f}" for run in runs]),
        ("  at 100 %, MB", [f"{run.seen[-1].megabytes:,.0f}" for run in runs]),
        ("  at most, MB", [f"{max(seen.megabytes for seen in run.seen):,.0f}" for run in runs]),
        ("runs of its workflow", [f"{run.runs}" for run in runs]),
        ("  longest history, events", [f"{run.longest:,}" for run in runs]),
        ("  largest history, kB", [f"{run.largest / 1000:,.0f}" for run in runs]),
        *((name, [f"{run.outcome.counts[name]:,}" for run in runs]) for name in runs[0].outcome.counts),
        ("cases in the lists", [f"{run.outcome.cases:,}" for run in runs]),
        ("cases in Temporal", [f"{run.outcome.workflows:,}" for run in runs]),
        ("fingerprint of rows and cases", [run.outcome.fingerprint[:12] for run in runs]),
    ]
    return "\n".join(f"{name:<32}" + "".join(f"{cell:>15}" for cell in cells) for name, cells in lines)


def _at(run: Run, rows: int, part: float) -> Seen:
    return next((seen for seen in run.seen if seen.done >= part * rows), run.seen[-1])


def _pace(run: Run, rows: int, since: float, until: float) -> float:
    """Signals a second between two parts of the delivery; how long its rows took to be stored is in the first."""
    first, last = _at(run, rows, since), _at(run, rows, until)
    done, seconds = (0, 0.0) if since == 0 else (first.done, first.seconds)
    return (last.done - done) / max(last.seconds - seconds, _LOOKS_EVERY_SECONDS)


def _worked(run: Run) -> float:
    """Seconds of processor time of all workers, those that were killed too."""
    following = [*(seen.worker for seen in run.seen[1:]), 0.0]
    return sum(seen.worker for seen, after in zip(run.seen, following, strict=True) if after < seen.worker)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.big_delivery", description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, metavar="N")
    parser.add_argument("--kills", type=int, default=3, metavar="K", help="in the second run; 0: no second run")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="the same seed gives the same rows")
    parser.add_argument("--held", action="store_true", help="cases wait: register and mail are not asked meanwhile")
    parser.add_argument("--in-order", action="store_true", help="no run straight through: its rows are only matched")
    parser.add_argument("--bare-starts", type=int, default=_BARE_STARTS, metavar="N", help="before and after a run")
    return parser.parse_args()


async def _runs(folder: Path, chosen: argparse.Namespace, day: date) -> Sequence[Run]:
    runs, straight = list[Run](), () if chosen.in_order else (0,)
    for kills in dict.fromkeys((*straight, chosen.kills)):
        print(f"{chosen.rows:,} rows, worker killed {kills} times", flush=True)
        runs.append(
            await deliver(
                folder / f"killed-{kills}",
                chosen.rows,
                kills=kills,
                seed=chosen.seed,
                day=day,
                bare_starts=chosen.bare_starts,
                held=chosen.held,
            )
        )
    return runs


def main() -> int:
    """1 when the runs end differently, or one of them left rows without a case."""
    chosen = _arguments()
    with measuring("big-delivery") as folder:
        # Of one day, whatever midnight does between the runs.
        day = local(datetime.now(UTC)).date()
        runs = asyncio.run(_runs(folder, chosen, day))
        outcomes = [run.outcome for run in runs]
        if chosen.in_order:
            outcomes.append(in_order(folder / "in-order", chosen.rows, seed=chosen.seed, day=day))
            print(f"matched in order, without Temporal: {outcomes[-1].fingerprint[:12]}", flush=True)
        if wrong := faults(outcomes):
            print_tails(folder)
    print(f"\n{table(chosen.rows, runs)}")
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, SQLite", flush=True)
    if wrong:
        print(wrong, flush=True)
    return 1 if wrong else 0


def faults(outcomes: Sequence[Outcome]) -> str:
    """What is wrong in how the runs ended, in a sentence; empty when nothing is."""
    if any(one != outcomes[0] for one in outcomes):
        return "The runs end differently."
    if any(one.counts["stored"] or one.cases != one.counts["opened"] or one.workflows != one.cases for one in outcomes):
        return "Not every row has its case, or not every case its workflow."
    return ""


if __name__ == "__main__":
    leave(main())
