"""The log of looks cannot be thinned unseen, by whoever can write in the main database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, delete, select, update

from adapters.look_seals import LookSeals, Thinned
from adapters.looks import Looker, Looks
from adapters.overdue import Overdue
from adapters.retention_check import RetentionCheck
from adapters.vault import Vault
from models.codes import LookPurpose, Role
from models.ids import StaffId, UnitId
from models.tables import LookRow
from models.vault_tables import LookSealRow
from policy.proof_chain import Break, Head
from tests.adapters.conftest import Databases
from tests.builders import NOW, ZONNEDIJK, at, shipped_policies

DAY = timedelta(days=1)
TONIGHT = at("2027-04-06 02:00")
"""After the day of `NOW`."""


def seals(databases: Databases) -> LookSeals:
    return LookSeals(databases.main, databases.vault.database)


def looked(databases: Databases, *, days: int = 0, number: int = 1) -> None:
    """So many looks at something that is in no case."""
    moment = NOW + days * DAY
    for each in range(number):
        unit = UnitId(f"upload-{days}-{each}")
        databases.vault.create(unit, ZONNEDIJK, moment)
        looker = Looker(StaffId("noor"), Role.CASEWORKER, LookPurpose.DELIVERY)
        Looks(databases.main, databases.vault, shipped_policies()).record(looker, [unit], at=moment)


def wrong(databases: Databases, *, days: int = 0) -> list[tuple[int, int]]:
    """Of each day of which something is wrong: how many were sealed, and are found."""
    return [(each.sealed, each.found) for each in seals(databases).thinned(at=TONIGHT + days * DAY)]


def number_of_seals(vault: Vault) -> int:
    with vault.database.read() as session:
        return len(session.exec(select(LookSealRow)).all())


def without_trigger(databases: Databases) -> None:
    """What an administrator of the main database can do."""
    on = "" if databases.folder is not None else " ON look"
    with databases.main.write() as session:
        session.execute(text(f"DROP TRIGGER look_no_update{on}"))


def test_each_day_is_sealed_once_the_night_after(databases: Databases) -> None:
    looked(databases, number=3)
    assert NOW.date() == at("2027-04-05 09:00").date()
    assert seals(databases).seal(at=at("2027-04-06 00:59")) == 0
    assert [seals(databases).seal(at=TONIGHT) for _ in range(2)] == [1, 0]
    looked(databases, days=3, number=2)
    assert seals(databases).seal(at=TONIGHT + 5 * DAY) == 1
    assert (wrong(databases, days=5), list(seals(databases).broken()), seals(databases).put_in(at=TONIGHT)) == (
        [],
        [],
        0,
    )


def test_the_sweep_seals(databases: Databases) -> None:
    looked(databases)
    Overdue(databases.main, databases.vault).clear(TONIGHT)
    assert number_of_seals(databases.vault) == 1


def test_many_sweeps_at_once_seal_once(databases: Databases) -> None:
    looked(databases, number=2)
    looked(databases, days=1)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: seals(databases).seal(at=TONIGHT + 2 * DAY), range(4)))
    assert (sum(done), number_of_seals(databases.vault)) == (2, 2)


@pytest.mark.parametrize("gone", [1, 3])
def test_a_look_that_was_taken_out_is_missed(databases: Databases, gone: int) -> None:
    looked(databases, number=3)
    looked(databases, days=1)
    seals(databases).seal(at=TONIGHT + DAY)
    with databases.main.write() as session:
        some = select(LookRow.id).where(col(LookRow.first_at) < TONIGHT).order_by(LookRow.id).limit(gone)
        session.execute(delete(LookRow).where(col(LookRow.id).in_(session.exec(some).all())))
    assert list(seals(databases).thinned(at=TONIGHT + DAY)) == [Thinned(NOW.date(), "9901", 3, 3 - gone)]


def test_a_look_that_says_something_else_is_seen(databases: Databases) -> None:
    looked(databases, number=2)
    seals(databases).seal(at=TONIGHT)
    without_trigger(databases)
    with databases.main.write() as session:
        one = session.exec(select(LookRow.id).limit(1)).one()
        session.execute(update(LookRow).where(col(LookRow.id) == one).values(purpose="work_list"))
    assert wrong(databases) == [(2, 2)]


def test_a_look_that_was_put_in_is_seen_also_on_a_day_without_any(databases: Databases) -> None:
    looked(databases)
    looked(databases, days=4)
    seals(databases).seal(at=TONIGHT + 4 * DAY)
    looked(databases, number=2)
    looked(databases, days=2)
    assert wrong(databases, days=4) == [(1, 2)]
    assert seals(databases).put_in(at=TONIGHT + 4 * DAY) == 1


def test_what_goes_at_its_own_term_is_not_missed(databases: Databases) -> None:
    """Who it was after two years, the rest after five; nothing is wrong the days before and after."""
    looked(databases, number=2)
    seals(databases).seal(at=TONIGHT)
    with databases.main.read() as session:
        row = session.exec(select(LookRow).limit(1)).one()
    for term in (row.staff_until, row.erase_at):
        for moment in (term - DAY, term, term + DAY):
            Overdue(databases.main, databases.vault).clear(moment)
            assert list(seals(databases).thinned(at=moment)) == []
    with databases.main.read() as session:
        assert session.exec(select(LookRow)).all() == []


def test_whoever_deletes_before_the_term_cannot_say_that_it_was_the_sweep(databases: Databases) -> None:
    looked(databases)
    seals(databases).seal(at=TONIGHT)
    with databases.main.read() as session:
        term = session.exec(select(LookRow.erase_at)).one()
    with databases.main.write() as session:
        session.execute(delete(LookRow))
    assert len(list(seals(databases).thinned(at=term - timedelta(seconds=1)))) == 1


def test_a_seal_stays_as_it_was(databases: Databases) -> None:
    looked(databases)
    seals(databases).seal(at=TONIGHT)
    for statement in ("UPDATE look_seal SET looks = 0", "DELETE FROM look_seal"):
        with pytest.raises(DBAPIError, match="append-only"), databases.vault.database.write() as session:
            session.execute(text(statement))


def test_a_chain_without_its_end_is_seen_beside_a_head_that_was_noted(databases: Databases) -> None:
    looked(databases)
    seals(databases).seal(at=TONIGHT)
    head = seals(databases).head()
    assert list(seals(databases).broken(head)) == []
    assert list(seals(databases).broken(Head(2, "later"), Head(1, "another"))) == [
        ("1", Break.ANOTHER),
        ("2", Break.MISSING),
    ]


def test_after_a_restore_the_loss_is_told_for_ever_and_is_no_fault(databases: Databases) -> None:
    """Of the looks since the backup the seals know how many there were, and nobody which."""
    looked(databases, number=3)
    seals(databases).seal(at=TONIGHT)
    with databases.main.write() as session:
        session.execute(delete(LookRow).where(col(LookRow.id).in_(select(LookRow.id).limit(2))))
    assert [seals(databases).seal_again(at=TONIGHT) for _ in range(2)] == [2, 0]
    assert (wrong(databases), seals(databases).lost(), list(seals(databases).broken())) == ([], 2, [])


def test_verify_tells_a_thinned_day(databases: Databases) -> None:
    looked(databases, number=2)
    seals(databases).seal(at=TONIGHT)
    check = RetentionCheck(databases.main, databases.vault)

    def told() -> list[str]:
        found = check.look((), at=TONIGHT, executions_kept=DAY, looks_known=[Head(1, "noted elsewhere")])
        return [f"{each.thing.what} {each.thing.id}: {each.why}" for each in found]

    seal = "seal of looks 1: is another one than was known elsewhere"
    assert told() == [seal]
    with databases.main.write() as session:
        session.execute(delete(LookRow).where(col(LookRow.id).in_(select(LookRow.id).limit(1))))
    assert told() == [seal, "looks of 2027-04-05 in 9901: are 1, and 2 were sealed"]
