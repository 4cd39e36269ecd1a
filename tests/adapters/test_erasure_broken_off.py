"""The one erase path broken off before each of its steps: nothing is half gone without being listed, nothing is
certified that still exists, and done again it comes to its end.

The steps are counted while it walks: every transaction that writes in either database, and every time that the vault's
log is emptied. A step that is added joins by itself.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from activities.records import ErasureOrder
from adapters.database import Database
from adapters.erasing_again import erase_again
from adapters.erasure import OF_A_CASE, OF_A_UNIT
from adapters.leftovers import Leftovers
from adapters.retention_check import RetentionCheck
from adapters.vault import Vault
from models.ids import UnitId, case_of_unit
from models.vault_tables import BlindIndexRow, CertificateRow, UnitRow
from tests.adapters.conftest import MASTER_KEY, Databases, Templates, fresh_databases
from tests.adapters.stored import sweep
from tests.adapters.test_erasure import OF_CASE, OF_SIGNAL, a_full_closed_case, erase, orders_of, the_eraser
from tests.adapters.test_restore import Backup, certificates, is_called, outside_cases
from tests.builders import NOW
from tests.fakes import FakeExecutions

LATE = NOW + timedelta(days=400)
AFTERWARDS = LATE + timedelta(days=3)
_KEPT = timedelta(days=7)


class BrokenOff(Exception):
    """Stands for a process that dies."""


class Steps:
    """Breaks off before the step with this number; counts from 0."""

    def __init__(self, last: int) -> None:
        self._left = last

    def next(self) -> None:
        if self._left == 0:
            raise BrokenOff
        self._left -= 1


class SteppingDatabase(Database):
    def __init__(self, url: str, steps: Steps, *, full_sync: bool = False) -> None:
        super().__init__(url, full_sync=full_sync)
        self._steps = steps

    @contextmanager
    def write(self) -> Iterator[Session]:
        self._steps.next()
        with super().write() as session:
            yield session

    def empty_log(self) -> None:
        self._steps.next()
        super().empty_log()


def stepping(databases: Databases, steps: Steps) -> Databases:
    """The same databases, as a process opens them that is going to die."""
    main, vault = (
        each.url.render_as_string(hide_password=False) for each in (databases.main, databases.vault.database)
    )
    return Databases(
        SteppingDatabase(main, steps),
        Vault(SteppingDatabase(vault, steps, full_sync=True), MASTER_KEY),
        databases.folder,
    )


# --- the ways along the path --------------------------------------------------------------------------------------


Orders = list[ErasureOrder]
"""Those at hand: a workflow has them in its history, so that they outlive whoever carries them out."""


@dataclass(frozen=True)
class Way:
    """What there is before, with the orders that somebody carries for it, and who walks the path."""

    prepare: Callable[[Databases, Path], Orders]
    walk: Callable[[Databases, Orders], Awaitable[None]]
    steps: int
    """At least so many."""


def _a_case(databases: Databases, _: Path) -> Orders:
    return orders_of(a_full_closed_case(databases))


async def _by_timer(databases: Databases, orders: Orders) -> None:
    while orders:
        erase(databases, orders[0], at=LATE)
        del orders[0]


def _what_the_sweep_finds(databases: Databases, _: Path) -> Orders:
    a_full_closed_case(databases)
    outside_cases(databases)
    is_called(databases)
    return []


async def _by_sweep(databases: Databases, orders: Orders) -> None:
    await _by_timer(databases, orders)
    while found := the_eraser(databases).due_units(LATE):
        orders += found
        await _by_timer(databases, orders)


def _an_old_copy(databases: Databases, folder: Path) -> Orders:
    _what_the_sweep_finds(databases, folder)
    backups = [Backup(databases.main, folder), Backup(databases.vault.database, folder)]
    sweep(the_eraser(databases), LATE)
    newest = certificates(databases)
    databases.close()
    for backup in backups:
        backup.put_back()
    with databases.vault.database.write() as session:
        session.add_all(CertificateRow(**certificate) for certificate in newest)
    return []


async def _again(databases: Databases, _: Orders) -> None:
    leftovers = Leftovers(databases.main, databases.vault)
    await erase_again(the_eraser(databases), leftovers, FakeExecutions(), [], at=LATE)


WAYS = {
    "timer": Way(_a_case, _by_timer, steps=10),
    "sweep": Way(_what_the_sweep_finds, _by_sweep, steps=20),
    "again": Way(_an_old_copy, _again, steps=20),
}


# --- what must hold -----------------------------------------------------------------------------------------------


def rows_of(databases: Databases, unit: UnitId) -> set[str]:
    """The tables in which something of the unit is left."""
    case = case_of_unit(unit)
    with databases.main.read() as session:
        left = {
            table.__name__
            for table in OF_A_UNIT
            if session.exec(select(table.unit_id).where(col(table.unit_id) == unit)).first() is not None
        }
        if case is not None:
            left |= {
                table.__name__
                for table in OF_A_CASE
                if session.exec(select(table.case_id).where(col(table.case_id) == case)).first() is not None
            }
    return left


def has_key(databases: Databases, unit: UnitId) -> bool:
    with databases.vault.database.read() as session:
        row = session.get(UnitRow, unit)
        index = session.exec(select(BlindIndexRow.unit_id).where(BlindIndexRow.unit_id == unit)).first()
    return (row is not None and row.wrapped_key is not None) or index is not None


def units_of(databases: Databases) -> list[UnitId]:
    """Those that have a key."""
    with databases.vault.database.read() as session:
        return [UnitId(row.id) for row in session.exec(select(UnitRow)) if row.wrapped_key is not None]


def certified(databases: Databases) -> list[UnitId]:
    with databases.vault.database.read() as session:
        return [UnitId(unit) for row in session.exec(select(CertificateRow)) for unit in row.units]


def listed(databases: Databases) -> list[str]:
    """All that `retention verify` says afterwards, and the units of the certificates whose things it tells."""
    found = RetentionCheck(databases.main, databases.vault).look((), at=AFTERWARDS, executions_kept=_KEPT)
    told = Leftovers(databases.main, databases.vault).by_certificate()
    return [*(wrong.thing.id for wrong in found), *(unit for row, _ in told for unit in row.units)]


def check_half(databases: Databases, before: Mapping[UnitId, set[str]], *, restored: bool) -> None:
    """Each unit is whole, or gone and proven, or listed; and what is proven is gone, unless an old copy brought it
    back."""
    proven, said = certified(databases), listed(databases)
    for unit, had in before.items():
        key, rows = has_key(databases, unit), rows_of(databases, unit)
        is_gone = not key and not rows
        assert is_gone or unit not in proven or restored, unit
        is_whole = key and (bool(rows) or not had)
        is_proven = unit in proven or not unit.startswith(("case-", "signal-"))
        assert is_whole or (is_gone and is_proven) or unit in said, unit


@pytest.mark.parametrize(
    "way", ["timer", pytest.param("sweep", marks=pytest.mark.long), pytest.param("again", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_an_erasure_that_is_broken_off_before_any_of_its_steps_comes_to_its_end(
    way: str, backend: str, tmp_path: Path, templates: Templates
) -> None:
    chosen, number, ended = WAYS[way], 0, False
    while not ended:
        folder = tmp_path / str(number)
        folder.mkdir()
        with fresh_databases(backend, folder, templates) as databases:
            orders = chosen.prepare(databases, folder)
            before = {unit: rows_of(databases, unit) for unit in units_of(databases)}
            assert {OF_CASE, OF_SIGNAL} <= set(before)
            dying = stepping(databases, Steps(number))
            try:
                await chosen.walk(dying, orders)
                ended = True
            except BrokenOff:
                check_half(databases, before, restored=way == "again")
            dying.close()
            await chosen.walk(databases, orders)
            assert {unit for unit in before if has_key(databases, unit) or rows_of(databases, unit)} == set()
            proven = certified(databases)
            assert len(proven) == len(set(proven))
            assert {unit for unit in before if unit.startswith(("case-", "signal-", "call-"))} == set(proven)
            assert listed(databases) == []
        number += 1
    assert number > chosen.steps
