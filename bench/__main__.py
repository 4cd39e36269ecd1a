"""`python -m bench`: what this installation can do on this machine, beside what Temporal alone can do on it."""

import argparse
import asyncio
import dataclasses
import os
import platform
import sys
import time

from bench.figures import table
from bench.logs import measuring
from bench.measures import FULL, QUICK, Sizes, measure
from engine.client import leave


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything: half a minute")
    for field in dataclasses.fields(Sizes):
        name = f"--{field.name.replace('_', '-')}"
        if field.name == "cases":
            parser.add_argument(name, type=_numbers, metavar="N,N", help="open cases when pages are opened")
        else:
            parser.add_argument(name, type=int, metavar="N")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(number) for number in text.split(",")))


def _sizes(arguments: argparse.Namespace) -> Sizes:
    chosen = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(Sizes)}
    given = {name: number for name, number in chosen.items() if number is not None}
    return dataclasses.replace(QUICK if arguments.quick else FULL, **given)


def main() -> int:
    """Prints one table. The ratios say what our work costs; the figures beside them hold for this machine only."""
    sizes, began = _sizes(_arguments()), time.monotonic()
    with measuring("bench") as folder:
        # Workflows are imported anew for each case: without kept bytecode the compiler would be measured too.
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(folder / "bytecode")
        figures = asyncio.run(measure(folder, sizes))
    print(table(figures))
    seconds = time.monotonic() - began
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, SQLite, {seconds:.0f} s in all", flush=True)
    return 0


if __name__ == "__main__":
    leave(main())
