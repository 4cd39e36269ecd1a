"""Whether everything went that had to go, and erasing it again after a restore."""

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from adapters.erasing_again import erase_again
from adapters.executions import TemporalExecutions
from adapters.forecast import forecast
from adapters.leftovers import Leftovers
from adapters.retention_check import RetentionCheck
from adapters.stores import open_stores
from config import Settings
from engine.client import connect
from engine.namespace import RETENTION
from policy.proof_chain import Head


def ask_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="NUMBER:HASH",
        help="a head of the chain that was noted before; may be given more than once",
    )


async def verify(settings: Settings, arguments: argparse.Namespace) -> int:
    """Looks whether the certificates are whole and nothing past its term exists anywhere; changes nothing. Prints one
    number, which must be 0."""
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    folder = settings.letters_folder if settings.letters_folder != Path() else None
    check = RetentionCheck(stores.database, stores.vault, print_folder=folder)
    found = check.look(
        await TemporalExecutions(client).of_cases(), *arguments.head, at=datetime.now(UTC), executions_kept=RETENTION
    )
    for wrong in found:
        print(f"{wrong.thing.what} {wrong.thing.id}: {wrong.why}")
    head = stores.certificates.head()
    print(f"certificates: {head.number}; the last is {head.number}:{head.hash or '-'}")
    print(f"wrong: {len(found)}")
    return 1 if found else 0


async def again(settings: Settings, arguments: argparse.Namespace) -> int:
    """After a restore, before worker and web start: carries out all certificates once more."""
    stores = open_stores(settings)
    executions = TemporalExecutions(await connect(settings.temporal_address, settings.namespace))
    stores.certificates.mark_all()
    done = await erase_again(
        stores.eraser,
        Leftovers(stores.database, stores.vault),
        executions,
        await executions.of_cases(),
        at=datetime.now(UTC),
    )
    for order in done.left:
        print(f"{order}: a letter of it is on its way to the printer; start the worker, and do this again")
    print(f"erased again: {done.units}")
    return 1 if done.left else 0


def ask_forecast(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", type=date.fromisoformat, metavar="DATE", help="until the end of this day")


def show_forecast(settings: Settings, arguments: argparse.Namespace) -> int:
    """Counts what is going to be erased until a day, by municipality and rule. Nothing is erased by it."""
    print("municipality  rule                cases  signals  other  held")
    stores = open_stores(settings)
    for line in forecast(stores.database, stores.vault, arguments.day):
        counts = f"{line.cases:5}  {line.signals:7}  {line.other:5}  {line.held:4}"
        print(f"{line.municipality.text:12}  {line.rule:18}  {counts}")
    return 0


def _head(text: str) -> Head:
    number, colon, hash_ = text.partition(":")
    if not colon or not number.isdecimal() or not hash_:
        raise argparse.ArgumentTypeError("a head is NUMBER:HASH, as this command prints it")
    return Head(int(number), hash_)
