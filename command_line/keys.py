"""The master key: another one in its place, and what to do when it leaked or is lost (docs/keys.md)."""

import argparse
import sys
from datetime import UTC, datetime

from adapters.database import LogNotEmptied
from adapters.erasing_again import erase
from adapters.executions import TemporalExecutions
from adapters.key_loss import KeyLoss
from adapters.key_rotation import KeyRotation, Wrappings
from adapters.master_keys import MasterKey, MasterKeyMissing
from adapters.resealing import Resealing
from adapters.secrets import add_newest, keep_only, keys_in, load_all
from adapters.stores import Stores, open_stores
from adapters.vault import Damaged
from command_line.staff import NotAllowed
from config import Settings
from engine.client import connect
from models.ids import UnitId

_TOLD_EVERY = 10_000
_LOG_BUSY = "what was there before is still in a log of SQLite, which somebody reads: do this once more"


def add_key(settings: Settings, arguments: argparse.Namespace) -> int:
    """Puts a new master key before those in the file. It is read and not used until `keys rotate`."""
    stores = open_stores(settings)
    add_newest(settings.master_key)
    stores.vault.master_keys.read_again()
    print(f"master key {stores.vault.master_keys.newest.id} stands first in {settings.master_key}")
    print("keep a copy of it where the former one is kept, before anything is wrapped by it")
    return 0


def tell_ids(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints the id of each master key that comes in by standard input, one a line: so a copy in a safe is known."""
    for key in keys_in(sys.stdin.read(), where="what comes in"):
        print(MasterKey(key).id)
    return 0


def ask_rotate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="ID", help="the new master key, as adding it printed")


def rotate(settings: Settings, arguments: argparse.Namespace) -> int:
    """Wraps every key by the first master key of the file, while web and worker run; broken off, do it again."""
    stores = open_stores(settings)
    first = stores.vault.master_keys.newest.id
    if first != arguments.to:
        raise NotAllowed(
            f"Nothing was wrapped: here master key {first} stands first in {settings.master_key}, not {arguments.to}. "
            "Was the file replaced by another one? Then start again whatever has it open."
        )
    rotation, done, told = KeyRotation(stores.vault), 0, 0
    try:
        by = rotation.begin(at=datetime.now(UTC))
        print(f"master key {by.id} wraps from now on")
        for number in rotation.rewrap(by):
            done += number
            if done - told >= _TOLD_EVERY:
                told = done
                print(f"  {done} wrapped by it", flush=True)
    except MasterKeyMissing:
        raise NotAllowed("Something is wrapped by a master key that is not in the file: put that in it, too.") from None
    except LogNotEmptied:
        print(_LOG_BUSY)
        return 1
    print(f"wrapped anew: {done}")
    return _told(rotation.look())


def check(settings: Settings, arguments: argparse.Namespace) -> int:
    """Opens every key with the master key in use; changes nothing. Prints one number, which must be 0 before another
    master key may go."""
    return _told(KeyRotation(open_stores(settings).vault).look())


def drop(settings: Settings, arguments: argparse.Namespace) -> int:
    """Takes all master keys but the newest out of the file; refuses while it is not in use or anything needs them."""
    stores = open_stores(settings)
    found = KeyRotation(stores.vault).look()
    if found.needs_others or found.in_use != found.known[0]:
        print("nothing was dropped: `keys rotate` first")
        _told(found)
        return 1
    newest, *others = load_all(settings.master_key, may_make=False)
    keep_only(settings.master_key, newest)
    print(f"dropped: {len(others)}; master key {found.in_use} is the only one in {settings.master_key}")
    return 0


def ask_stopped(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stopped", action="store_true", required=True, help="web and worker stand still: otherwise data are lost"
    )


def reseal(settings: Settings, arguments: argparse.Namespace) -> int:
    """After a leak, when `keys rotate` is done: makes every key anew and seals everything anew. Only while web and
    worker stand still; broken off, do it again."""
    stores = open_stores(settings)
    found = KeyRotation(stores.vault).look()
    if found.needs_others:
        print("nothing was sealed anew: `keys rotate` first")
        return _told(found)
    done = 0
    try:
        for number in Resealing(stores.database, stores.vault).run():
            done += number
            print(f"  {done} made anew", flush=True)
    except Damaged:
        raise NotAllowed(
            "Something cannot be opened by its own key; it was left, and so is what comes after."
        ) from None
    except LogNotEmptied:
        print(_LOG_BUSY)
        return 1
    print(f"made anew: {done}")
    return _told(KeyRotation(stores.vault).look())


def ask_lost(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--confirm", action="store_true", help="no copy of the key is left: erase what it wrapped")


async def lost(settings: Settings, arguments: argparse.Namespace) -> int:
    """When a master key is lost for good: tells what can no longer be read; with --confirm erases it, with
    certificates, and begins anew with the first key of the file."""
    stores, now = open_stores(settings), datetime.now(UTC)
    loss = KeyLoss(stores.database, stores.vault)
    units = loss.units()
    print(f"can no longer be read: {len(units)}")
    _tell_partners(stores, loss, units)
    if not arguments.confirm:
        print("nothing was erased: say --confirm when no copy of the key is left")
        return 1 if units else 0
    executions = TemporalExecutions(await connect(settings.temporal_address, settings.namespace))
    left, erased = list[str](), set[UnitId]()
    for order in list(loss.orders(units, at=now)):
        if await erase(order, stores.eraser, executions, at=now):
            erased.update(order.units)
        else:
            left.append(order.order_id)
    if left:
        print(f"left: {len(left)}; a letter of them is on its way to the printer, see docs/keys.md")
        return 1
    loss.forget_rest(units)
    print(f"erased, with a certificate: {len(erased)}; without: {len(set(units) - erased)}")
    print(f"keys of indexes and of the log made anew: {loss.begin_anew(at=now)}")
    return _told(KeyRotation(stores.vault).look())


def _tell_partners(stores: Stores, loss: KeyLoss, units: list[UnitId]) -> None:
    for each in loss.ask_again(units):
        between = f"{each.first:%Y-%m-%d} to {each.last:%Y-%m-%d}"
        print(f"  ask {each.partner} for municipality {each.municipality}: {each.signals} signals, received {between}")


def _told(found: Wrappings) -> int:
    print(f"master key in use      {found.in_use}")
    print(f"in the file            {', '.join(found.known)}")
    print(f"opened by it           {found.by_it}")
    for id, number in found.by_others.items():
        print(f"only by {id}  {number}")
    print(f"by none of them        {found.by_none}")
    print(f"made before it         {found.made_before}")
    print(f"need another key: {found.needs_others}")
    return 1 if found.needs_others else 0
