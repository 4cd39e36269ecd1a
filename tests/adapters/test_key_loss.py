"""After a master key is lost: what goes with what nobody can read, and by how many at a time."""

import os

from sqlmodel import select

from activities.records import ErasureOrder
from adapters.key_loss import KEY_LOST, KeyLoss
from adapters.master_keys import MasterKey
from models.ids import UnitId, unit_of_case
from models.tables import SignalRow
from models.vault_tables import UnitRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case
from tests.adapters.test_erasure import OF_CASE, OF_SIGNAL, erase
from tests.builders import NOW, ZONNEDIJK

NOBODYS = MasterKey(bytes(range(64, 96)))


def lose(databases: Databases, unit: UnitId) -> None:
    """As when a rotation was killed on its way, and the newer key is lost."""
    with databases.vault.database.write() as session:
        session.get_one(UnitRow, unit).wrapped_key = NOBODYS.wrap(unit, os.urandom(32))


def orders(databases: Databases) -> list[ErasureOrder]:
    loss = KeyLoss(databases.main, databases.vault)
    return list(loss.orders(loss.units(), at=NOW))


def test_with_a_case_that_is_lost_go_its_signals_that_can_still_be_read(databases: Databases) -> None:
    state = store_case(databases)
    lose(databases, unit_of_case(state.case_id))
    given = orders(databases)
    assert [order.units for order in given] == [(OF_SIGNAL,), (OF_CASE,)]
    assert {order.defect for order in given} == {KEY_LOST}
    for order in given:
        erase(databases, order)
    assert databases.vault.destroyed(OF_SIGNAL)


def test_a_signal_that_has_another_case_by_now_stays(databases: Databases) -> None:
    state = store_case(databases)
    with databases.main.write() as session:
        session.exec(select(SignalRow)).one().case_id = "case-2"
    lose(databases, unit_of_case(state.case_id))
    assert [order.units for order in orders(databases)] == [(OF_CASE,)]


def test_of_a_case_that_can_be_read_only_the_signal_goes_that_cannot(databases: Databases) -> None:
    store_case(databases)
    lose(databases, OF_SIGNAL)
    assert [(order.units, order.case_id) for order in orders(databases)] == [((OF_SIGNAL,), "case-1")]


def test_more_is_destroyed_than_one_statement_takes(databases: Databases) -> None:
    """PostgreSQL takes 65,535 values in one."""
    databases.vault.create(OF_CASE, ZONNEDIJK, NOW)
    databases.vault.destroy([*(UnitId(f"upload-{number}") for number in range(70_000)), OF_CASE])
    assert databases.vault.destroyed(OF_CASE)
