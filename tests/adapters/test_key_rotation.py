"""Another master key while everything runs: nothing is lost, nothing that was destroyed comes back."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select, update

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.key_rotation import KeyRotation, Wrappings
from adapters.master_keys import MasterKey, MasterKeyMissing, MasterKeys
from adapters.vault import Damaged, Erased, Vault
from models.ids import UnitId
from models.personal import Note
from models.vault_tables import MasterKeyInUse, SecretRow, UnitRow
from tests.adapters.conftest import MASTER_KEY, Databases
from tests.adapters.intake import BreakableDatabase, Interrupted
from tests.builders import NOW, ZONNEDIJK

NEW_KEY = bytes(range(32, 64))
OLD, NEW = MasterKey(MASTER_KEY).id, MasterKey(NEW_KEY).id
BSN = (IndexKind.BSN, "999990019")
HOUR = timedelta(hours=1)


def units(number: int, *, kind: str = "case") -> list[UnitId]:
    return [UnitId(f"{kind}-{each:03}") for each in range(number)]


def url_of(databases: Databases) -> str:
    return databases.vault.database.url.render_as_string(hide_password=False)


def with_keys(databases: Databases, *keys: bytes) -> Vault:
    """The vault as a process sees it that knows these master keys."""
    return Vault(databases.vault.database, MasterKeys(lambda: keys))


def given_sealed(vault: Vault, named: list[UnitId]) -> dict[UnitId, bytes]:
    for unit in named:
        vault.create(unit, ZONNEDIJK, NOW)
    return {unit: vault.seal(unit, Note(text=unit)) for unit in named}


def rotate(vault: Vault, *, at_once: int = 500) -> Wrappings:
    rotation = KeyRotation(vault, at_once=at_once)
    list(rotation.rewrap(rotation.begin(at=NOW + HOUR)))
    return rotation.look()


def number_of_secrets(vault: Vault) -> int:
    with vault.database.read() as session:
        return len(session.exec(select(SecretRow)).all())


def test_after_it_the_new_key_alone_opens_everything(databases: Databases) -> None:
    databases.vault.settle(NOW)
    sealed = given_sealed(databases.vault, units(7))
    databases.vault.index(units(1)[0], ZONNEDIJK, [BSN])
    veiled = databases.vault.veiled(ZONNEDIJK, "case-000")
    found = rotate(with_keys(databases, NEW_KEY, MASTER_KEY), at_once=3)
    number = 7 + number_of_secrets(databases.vault)
    assert found == Wrappings(in_use=NEW, known=(NEW, OLD), by_it=number, by_others={}, by_none=0, made_before=number)
    assert found.needs_others == 0
    alone = with_keys(databases, NEW_KEY)
    assert {unit: alone.open(unit, one) for unit, one in sealed.items()} == {unit: Note(text=unit) for unit in sealed}
    assert alone.find(ZONNEDIJK, *BSN) == (UnitId("case-000"),)
    assert alone.veiled(ZONNEDIJK, "case-000") == veiled


def test_a_vault_of_before_keeps_its_hashes(databases: Databases) -> None:
    """Nobody settled it: its hashes are made with keys of the master key itself, and nothing says what wraps."""
    vault = databases.vault
    sealed = given_sealed(vault, units(2))
    vault.index(units(1)[0], ZONNEDIJK, [BSN])
    with vault.database.write() as session:
        session.execute(text("DELETE FROM master_key_in_use"))
        session.execute(update(UnitRow).values(wrapped_by="", made_under=""))
    both = with_keys(databases, NEW_KEY, MASTER_KEY)
    both.settle(NOW)
    with vault.database.read() as session:
        assert session.exec(select(MasterKeyInUse.master_key)).one() == OLD
    assert rotate(both).needs_others == 0
    alone = with_keys(databases, NEW_KEY)
    assert alone.find(ZONNEDIJK, *BSN) == (UnitId("case-000"),)
    assert alone.open(units(1)[0], sealed[units(1)[0]]) == Note(text="case-000")


def test_while_it_runs_both_kinds_of_process_read_and_write(databases: Databases) -> None:
    old_units, new_units = units(4), units(4, kind="new")
    sealed = given_sealed(databases.vault, old_units)
    stays = with_keys(databases, NEW_KEY, MASTER_KEY)
    both = with_keys(databases, NEW_KEY, MASTER_KEY)
    rotation = KeyRotation(both, at_once=2)
    steps = rotation.rewrap(rotation.begin(at=NOW))
    next(steps)
    next(steps)
    assert {with_keys(databases, NEW_KEY, MASTER_KEY).open(unit, one) for unit, one in sealed.items()} == {
        Note(text=unit) for unit in old_units
    }
    sealed |= given_sealed(stays, new_units)
    list(steps)
    assert rotation.look().needs_others == 0
    assert stays.open_many({unit: (unit, one) for unit, one in sealed.items()}) == {
        unit: Note(text=unit) for unit in sealed
    }


def test_whoever_does_not_know_the_key_in_use_makes_nothing_under_the_old_one(databases: Databases) -> None:
    given_sealed(databases.vault, units(1))
    rotation = KeyRotation(with_keys(databases, NEW_KEY, MASTER_KEY))
    rotation.begin(at=NOW)
    for behind in (
        lambda: databases.vault.create(UnitId("case-9"), ZONNEDIJK, NOW),
        lambda: databases.vault.seal_many([(UnitId("case-9"), Note(text="x"), [])], ZONNEDIJK, NOW),
    ):
        with pytest.raises(MasterKeyMissing) as raised:
            behind()
        assert raised.value.retryable
    assert databases.vault.destroyed(UnitId("case-9"))


def test_a_key_that_is_added_later_needs_no_restart(databases: Databases) -> None:
    known = [MASTER_KEY]
    running = Vault(databases.vault.database, MasterKeys(lambda: known))
    sealed = given_sealed(running, units(2))
    known.insert(0, NEW_KEY)
    assert rotate(with_keys(databases, NEW_KEY, MASTER_KEY)).needs_others == 0
    assert running.open(units(1)[0], sealed[units(1)[0]]) == Note(text="case-000")
    running.create(UnitId("case-9"), ZONNEDIJK, NOW)
    assert KeyRotation(with_keys(databases, NEW_KEY)).look().needs_others == 0


@pytest.mark.parametrize("left", range(8))
def test_broken_off_anywhere_it_is_made_whole_by_doing_it_again(databases: Databases, left: int) -> None:
    databases.vault.settle(NOW)
    sealed = given_sealed(databases.vault, units(6))
    databases.vault.destroy([units(6)[4]])
    breaks = BreakableDatabase(url_of(databases), full_sync=True)
    breaks.left = left
    with pytest.raises(Interrupted):
        rotate(Vault(breaks, MasterKeys(lambda: (NEW_KEY, MASTER_KEY))), at_once=2)
    breaks.close()
    both = with_keys(databases, NEW_KEY, MASTER_KEY)
    left_open = {unit: (unit, one) for unit, one in sealed.items() if unit != units(6)[4]}
    assert both.open_many(left_open) == {unit: Note(text=unit) for unit in left_open}
    assert rotate(both, at_once=2).needs_others == 0
    alone = with_keys(databases, NEW_KEY)
    assert alone.open_many(left_open) == {unit: Note(text=unit) for unit in left_open}
    with pytest.raises(Erased):
        alone.open(units(6)[4], sealed[units(6)[4]])


_KILLED = """
import sys
from adapters.database import Database
from adapters.key_rotation import KeyRotation
from adapters.master_keys import MasterKeys
from adapters.vault import Vault
from tests.adapters.test_key_rotation import MASTER_KEY, NEW_KEY
from tests.builders import NOW
vault = Vault(Database(sys.argv[1], full_sync=True), MasterKeys(lambda: (NEW_KEY, MASTER_KEY)))
rotation = KeyRotation(vault, at_once=1)
for done in rotation.rewrap(rotation.begin(at=NOW)):
    print(done, flush=True)
"""


@pytest.mark.long
@pytest.mark.processes
@pytest.mark.parametrize("steps", [1, 5, 19])
def test_a_killed_process_loses_nothing(databases: Databases, steps: int) -> None:
    databases.vault.settle(NOW)
    sealed = given_sealed(databases.vault, units(30))
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, url_of(databases)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    for _ in range(steps):
        process.stdout.readline()
    process.kill()
    process.wait()
    process.stdout.close()
    assert rotate(with_keys(databases, NEW_KEY, MASTER_KEY)).needs_others == 0
    alone = with_keys(databases, NEW_KEY)
    assert alone.open_many({unit: (unit, one) for unit, one in sealed.items()}) == {
        unit: Note(text=unit) for unit in sealed
    }


def test_units_that_are_destroyed_or_made_meanwhile(databases: Databases) -> None:
    """Two others work on: what they destroyed is gone, what they made can be read with the new key."""
    vault, gone, made = databases.vault, units(60)[::2], units(30, kind="new")
    vault.settle(NOW)
    sealed = given_sealed(vault, units(60))
    with vault.database.read() as session:
        before = {row.id: row.wrapped_key for row in session.exec(select(UnitRow))}
    others = Vault(Database(url_of(databases), full_sync=True), MasterKeys(lambda: (NEW_KEY, MASTER_KEY)))
    new: dict[UnitId, bytes] = {}

    def destroying() -> None:
        for first in range(0, len(gone), 3):
            others.destroy(reversed(gone[first : first + 3]))

    def making() -> None:
        for unit in made:
            new.update(given_sealed(others, [unit]))

    with_both = with_keys(databases, NEW_KEY, MASTER_KEY)
    at_work = [threading.Thread(target=work) for work in (destroying, making)]
    rotation = KeyRotation(with_both, at_once=4)
    steps = rotation.rewrap(rotation.begin(at=NOW))
    for each in at_work:
        each.start()
    list(steps)
    for each in at_work:
        each.join()
    others.database.close()
    assert rotate(with_both).needs_others == 0
    alone = with_keys(databases, NEW_KEY)
    stay = [unit for unit in sealed if unit not in gone]
    assert [alone.open(unit, sealed[unit]) for unit in stay] == [Note(text=unit) for unit in stay]
    assert [alone.open(unit, new[unit]) for unit in made] == [Note(text=unit) for unit in made]
    assert all(alone.destroyed(unit) for unit in gone)
    if databases.folder is not None:
        on_disk = databases.files("vault")
        assert not any((key or b"")[12:28] in on_disk for key in before.values())


def test_an_erasure_in_the_middle_of_a_step_wins(databases: Databases) -> None:
    """The rotation read the wrapping; before it writes, the unit is destroyed (on SQLite it waits for that)."""
    given_sealed(databases.vault, units(3))
    with databases.vault.database.write() as session:
        session.execute(update(UnitRow).where(col(UnitRow.id) == "case-001").values(wrapped_key=None))
        if databases.folder is None:
            assert rotate(with_keys(databases, NEW_KEY, MASTER_KEY)).by_others == {OLD: 1}
    assert rotate(with_keys(databases, NEW_KEY, MASTER_KEY)).needs_others == 0
    assert databases.vault.destroyed(UnitId("case-001"))


def test_what_no_key_opens_is_told_and_left(databases: Databases) -> None:
    given_sealed(databases.vault, units(3))
    with databases.vault.database.write() as session:
        session.execute(update(UnitRow).where(col(UnitRow.id) == "case-001").values(wrapped_key=b"x" * 60))
    found = rotate(with_keys(databases, NEW_KEY, MASTER_KEY))
    assert (found.by_none, found.by_others, found.needs_others) == (1, {}, 1)
    with pytest.raises(Damaged):
        with_keys(databases, NEW_KEY, MASTER_KEY).key_of(UnitId("case-001"))


def test_before_it_the_look_tells_what_the_old_key_still_opens(databases: Databases) -> None:
    given_sealed(databases.vault, units(3))
    rotation = KeyRotation(with_keys(databases, NEW_KEY, MASTER_KEY))
    rotation.begin(at=NOW)
    assert rotation.look().by_others == {OLD: 3 + number_of_secrets(databases.vault)}


def test_with_another_key_than_the_one_in_use_the_look_opens_nothing(databases: Databases) -> None:
    given_sealed(databases.vault, units(3))
    found = KeyRotation(with_keys(databases, NEW_KEY)).look()
    assert (found.in_use, found.known, found.by_it, found.by_none) == (OLD, (NEW,), 0, 3)


def test_settling_again_changes_nothing(databases: Databases) -> None:
    def rows() -> list[object]:
        with databases.vault.database.read() as session:
            return [row.model_dump() for table in (SecretRow, MasterKeyInUse) for row in session.exec(select(table))]

    databases.vault.settle(NOW)
    before = rows()
    databases.vault.settle(NOW + HOUR)
    assert rows() == before


def test_two_who_hash_before_and_after_settling_agree(databases: Databases) -> None:
    databases.vault.create(units(1)[0], ZONNEDIJK, NOW)
    before: Callable[[], str] = lambda: databases.vault.digest(ZONNEDIJK, *BSN)  # noqa: E731
    was = before()
    with_keys(databases, MASTER_KEY).settle(NOW)
    assert (before(), with_keys(databases, MASTER_KEY).digest(ZONNEDIJK, *BSN)) == (was, was)
