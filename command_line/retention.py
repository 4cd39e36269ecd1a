"""Whether everything went that had to go, and erasing it again after a restore."""

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.destruction_lists import by_policy, dates_of
from adapters.erasing_again import erase_again
from adapters.executions import TemporalExecutions
from adapters.forecast import forecast
from adapters.leftovers import Leftovers
from adapters.look_seals import LookSeals
from adapters.retention_check import RetentionCheck
from adapters.staff_trails import known_by_policy
from adapters.stores import open_stores
from config import Settings
from engine.client import connect
from engine.namespace import RETENTION
from policy.calendar import local
from policy.destruction import ListStanding, standing
from policy.proof_chain import Head

_SHOWN = timedelta(days=183)


def ask_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="NUMBER:HASH",
        help="a head of the chain that was noted before; may be given more than once",
    )
    parser.add_argument(
        "--looks-head",
        type=_head,
        action="append",
        default=[],
        metavar="NUMBER:HASH",
        help="the same of the seals of who looked",
    )


async def verify(settings: Settings, arguments: argparse.Namespace) -> int:
    """Looks whether the certificates are whole and nothing past its term exists anywhere; changes nothing. Prints one
    number, which must be 0."""
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    folder = settings.letters_folder if settings.letters_folder != Path() else None
    check = RetentionCheck(
        stores.database,
        stores.vault,
        print_folder=folder,
        terms_of=by_policy(stores.policies),
        known_since=known_by_policy(stores.policies),
    )
    found = check.look(
        await TemporalExecutions(client).of_cases(),
        *arguments.head,
        at=datetime.now(UTC),
        executions_kept=RETENTION,
        looks_known=arguments.looks_head,
    )
    for wrong in found:
        print(f"{wrong.thing.what} {wrong.thing.id}: {wrong.why}")
    head = stores.certificates.head()
    print(f"certificates: {head.number}; the last is {head.number}:{head.hash or '-'}")
    seals = LookSeals(stores.database, stores.vault.database)
    sealed = seals.head()
    print(f"seals of looks: {sealed.number}; the last is {sealed.number}:{sealed.hash or '-'}; lost: {seals.lost()}")
    print(f"wrong: {len(found)}")
    return 1 if found else 0


async def again(settings: Settings, arguments: argparse.Namespace) -> int:
    """After a restore, before worker and web start: carries out all certificates once more."""
    stores = open_stores(settings)
    executions = TemporalExecutions(await connect(settings.temporal_address, settings.namespace))
    stores.certificates.mark_all()
    lost = LookSeals(stores.database, stores.vault.database).seal_again(at=datetime.now(UTC))
    done = await erase_again(
        stores.eraser,
        Leftovers(stores.database, stores.vault),
        executions,
        await executions.of_cases(),
        at=datetime.now(UTC),
    )
    for order in done.left:
        print(f"{order}: a letter of it is on its way to the printer; start the worker, and do this again")
    print(f"looks that were not in the backup: {lost}")
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


def show_lists(settings: Settings, arguments: argparse.Namespace) -> int:
    """Lists what is going to be erased after people agree to it, of the last half year, the newest first. Ends with 1
    when there is a list to which nobody can agree in time any more."""
    stores, now = open_stores(settings), datetime.now(UTC)
    rows = stores.lists.since(now - _SHOWN, now=now)
    approvals = stores.lists.approvals([row.id for row in rows])
    print("municipality  list     made        from        until       cases  other  agreed  standing")
    late = False
    for row in rows:
        dates = dates_of(row)
        fares = standing(dates, now=now)
        late = late or fares is ListStanding.LATE
        days = "  ".join(f"{local(each):%Y-%m-%d}" for each in (row.made_at, dates.first_due_at, dates.ends_at))
        agreed = f"{len(approvals.get(row.id, ()))} of {row.people}"
        print(f"{row.municipality:12}  {row.name}  {days}  {row.cases:5}  {row.others:5}  {agreed:6}  {fares}")
    return 1 if late else 0


def _head(text: str) -> Head:
    number, colon, hash_ = text.partition(":")
    if not colon or not number.isdecimal() or not hash_:
        raise argparse.ArgumentTypeError("a head is NUMBER:HASH, as this command prints it")
    return Head(int(number), hash_)
