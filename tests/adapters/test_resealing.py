"""After a leak: everything has another key, and can be broken off anywhere."""

import pytest
from sqlmodel import select

from adapters.blind import IndexKind
from adapters.database import Database
from adapters.documents import Documents
from adapters.key_rotation import KeyRotation
from adapters.master_keys import MasterKeys
from adapters.objection_marks import ObjectionMarks
from adapters.resealing import Resealing
from adapters.vault import Damaged, Erased, UnitKey, Vault
from models.codes import DocumentKind
from models.ids import UnitId
from models.personal import Note
from models.tables import DocumentRow
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, ObjectionMarkRow, UnitRow
from tests.adapters.conftest import MASTER_KEY, Databases
from tests.adapters.intake import BreakableDatabase, Interrupted
from tests.adapters.test_key_rotation import NEW_KEY, url_of, with_keys
from tests.adapters.test_objection_marks import BSN as MARKED
from tests.adapters.test_objection_marks import kept, somebody
from tests.builders import NOW, ZONNEDIJK

UNITS = [UnitId(f"case-{number:03}") for number in range(5)]
BSN = (IndexKind.BSN, "999990019")
FILE = (IndexKind.CONTENT, "een heel bestand")


def filled(databases: Databases) -> None:
    """Five units with two notes each, found by a number and a file; everything is wrapped by the new key already."""
    vault = databases.vault
    vault.settle(NOW)
    for unit in UNITS:
        vault.create(unit, ZONNEDIJK, NOW)
        vault.index(unit, ZONNEDIJK, [BSN, FILE])
        note_in(databases.main, vault, unit, "een")
        note_in(databases.main, vault, unit, "twee")
    rotation = KeyRotation(with_keys(databases, NEW_KEY, MASTER_KEY))
    list(rotation.rewrap(rotation.begin(at=NOW)))


def note_in(main: Database, vault: Vault, unit: UnitId, text: str) -> None:
    with main.write() as session:
        Documents(vault).keep(session, unit, DocumentKind.NOTE, f"{unit}.{text}", Note(text=text), at=NOW)


def sealed_in(databases: Databases) -> dict[str, tuple[UnitId, bytes]]:
    with databases.main.read() as session:
        return {row.id: (UnitId(row.unit_id), row.sealed) for row in session.exec(select(DocumentRow))}


def opened_by(keys: dict[UnitId, UnitKey], sealed: dict[str, tuple[UnitId, bytes]]) -> list[str]:
    found = []
    for unit, one in sealed.values():
        try:
            found.append(f"{keys[unit].open(one).model_dump()['text']}")
        except Damaged:
            continue
    return sorted(found)


def digests(databases: Databases) -> set[str]:
    with databases.vault.database.read() as session:
        return set(session.exec(select(BlindIndexRow.digest)).all())


def test_stolen_keys_open_nothing_and_stolen_hashes_find_nothing(databases: Databases) -> None:
    filled(databases)
    vault = with_keys(databases, NEW_KEY)
    stolen = {unit: vault.key_of(unit) for unit in UNITS}
    copied, hashed = sealed_in(databases), digests(databases)
    assert list(Resealing(databases.main, vault, at_once=2).run())[:3] == [2, 2, 1]
    now = with_keys(databases, NEW_KEY)
    assert opened_by(stolen, copied) == ["een"] * 5 + ["twee"] * 5
    assert opened_by(stolen, sealed_in(databases)) == []
    assert opened_by({unit: now.key_of(unit) for unit in UNITS}, sealed_in(databases)) == ["een"] * 5 + ["twee"] * 5
    assert [now.find(ZONNEDIJK, *entry) for entry in (BSN, FILE)] == [tuple(UNITS)] * 2
    assert not hashed & digests(databases)
    assert KeyRotation(now).look().made_before == 0


def test_once_more_there_is_nothing_to_do(databases: Databases) -> None:
    filled(databases)
    list(Resealing(databases.main, with_keys(databases, NEW_KEY)).run())
    before = sealed_in(databases), digests(databases)
    assert list(Resealing(databases.main, with_keys(databases, NEW_KEY)).run()) == [0]
    assert (sealed_in(databases), digests(databases)) == before


def test_whoever_was_right_to_object_is_recognised_after_a_leak_too(databases: Databases) -> None:
    filled(databases)
    kept(ObjectionMarks(with_keys(databases, NEW_KEY)), somebody(bsn=MARKED))
    with databases.vault.database.read() as session:
        stolen = {hashed for row in session.exec(select(ObjectionMarkRow)) for hashed in (row.id, row.digest)}
    list(Resealing(databases.main, with_keys(databases, NEW_KEY)).run())
    with databases.vault.database.read() as session:
        rows = session.exec(select(ObjectionMarkRow)).all()
    assert not stolen & {hashed for row in rows for hashed in (row.id, row.digest)}
    marks = ObjectionMarks(with_keys(databases, NEW_KEY))
    assert marks.knows(ZONNEDIJK, somebody(bsn=MARKED), at=NOW)
    # The same decision once more is the same mark.
    kept(marks, somebody(bsn=MARKED))
    with databases.vault.database.read() as session:
        assert {row.id for row in session.exec(select(ObjectionMarkRow))} == {row.id for row in rows}


def test_a_second_leak_adds_a_hash_of_its_own(databases: Databases) -> None:
    filled(databases)
    list(Resealing(databases.main, with_keys(databases, NEW_KEY)).run())
    third = bytes(range(64, 96))
    rotation = KeyRotation(with_keys(databases, third, NEW_KEY))
    list(rotation.rewrap(rotation.begin(at=NOW)))
    list(Resealing(databases.main, with_keys(databases, third)).run())
    assert with_keys(databases, third).find(ZONNEDIJK, *BSN) == tuple(UNITS)
    assert with_keys(databases, third).find(MunicipalityCode("9902"), *BSN) == ()


@pytest.mark.parametrize(
    ("which", "left"),
    [*(("main", left) for left in range(5)), *(("vault", n) for n in (0, 1, 2, 5, 6, 7, 13, 20, 22, 23))],
)
def test_broken_off_anywhere_all_can_be_read_and_it_is_made_whole(databases: Databases, which: str, left: int) -> None:
    filled(databases)
    main = BreakableDatabase(databases.main.url.render_as_string(hide_password=False))
    in_vault = BreakableDatabase(url_of(databases), full_sync=True)
    (main if which == "main" else in_vault).left = left
    breaking = Vault(in_vault, MasterKeys(lambda: [NEW_KEY]))
    try:
        list(Resealing(main, breaking, at_once=2).run())
    except Interrupted:
        pass
    else:
        assert (which, left) == ("vault", 23)
    between = with_keys(databases, NEW_KEY)
    # Somebody starts the web app all the same: what it writes is there afterwards.
    note_in(databases.main, between, UNITS[3], "tussendoor")
    texts = ["een"] * 5 + ["tussendoor"] + ["twee"] * 5
    assert opened_by({unit: between.key_of(unit) for unit in UNITS}, sealed_in(databases)) == texts
    list(Resealing(databases.main, between, at_once=2).run())
    after = with_keys(databases, NEW_KEY)
    assert opened_by({unit: after.key_of(unit) for unit in UNITS}, sealed_in(databases)) == texts
    assert [after.find(ZONNEDIJK, *entry) for entry in (BSN, FILE)] == [tuple(UNITS)] * 2
    with databases.vault.database.read() as session:
        assert {row.next_key for row in session.exec(select(UnitRow))} == {None}
    main.close()
    in_vault.close()


def test_what_is_destroyed_stays_so_also_half_way(databases: Databases) -> None:
    filled(databases)
    vault = with_keys(databases, NEW_KEY)
    copied = sealed_in(databases)
    steps = Resealing(databases.main, vault, at_once=2).run()
    next(steps)
    vault.destroy([UNITS[0], UNITS[4]])
    list(steps)
    for unit in (UNITS[0], UNITS[4]):
        with pytest.raises(Erased):
            with_keys(databases, NEW_KEY).key_of(unit)
        assert vault.destroyed(unit)
    left = {name: one for name, one in copied.items() if one[0] in UNITS[1:4]}
    now = {name: one for name, one in sealed_in(databases).items() if name in left}
    assert opened_by({unit: vault.key_of(unit) for unit in UNITS[1:4]}, now) == ["een"] * 3 + ["twee"] * 3


def test_both_keys_of_a_unit_are_destroyed_and_wrapped_anew_together(databases: Databases) -> None:
    """Between two steps of resealing a unit has two; a rotation and an erasure then take both."""
    filled(databases)
    breaks = BreakableDatabase(databases.main.url.render_as_string(hide_password=False))
    breaks.left = 0
    with pytest.raises(Interrupted):
        list(Resealing(breaks, with_keys(databases, NEW_KEY), at_once=2).run())
    breaks.close()
    third = bytes(range(64, 96))
    rotation = KeyRotation(with_keys(databases, third, NEW_KEY))
    list(rotation.rewrap(rotation.begin(at=NOW)))
    assert rotation.look().needs_others == 0
    vault = with_keys(databases, third)
    vault.destroy([UNITS[0]])
    with databases.vault.database.read() as session:
        row, other = session.get_one(UnitRow, UNITS[0]), session.get_one(UnitRow, UNITS[1])
    assert (row.wrapped_key, row.next_key, other.next_key is None) == (None, None, False)
    of_other = {name: one for name, one in sealed_in(databases).items() if one[0] == UNITS[1]}
    assert opened_by({UNITS[1]: vault.key_of(UNITS[1])}, of_other) == ["een", "twee"]


def test_what_no_key_of_its_unit_opens_stops_it_before_anything_is_lost(databases: Databases) -> None:
    filled(databases)
    with databases.main.write() as session:
        session.get_one(DocumentRow, next(iter(sealed_in(databases)))).sealed = b"x" * 40
    copied = sealed_in(databases)
    with pytest.raises(Damaged):
        list(Resealing(databases.main, with_keys(databases, NEW_KEY)).run())
    vault = with_keys(databases, NEW_KEY)
    assert len(opened_by({unit: vault.key_of(unit) for unit in UNITS}, sealed_in(databases))) == len(copied) - 1
