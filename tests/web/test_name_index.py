"""Finding cases by what a caller says: indexes only, also those of cases from before, and nothing after an erasure."""

from datetime import date

from sqlalchemy import delete
from sqlalchemy.dialects import sqlite
from sqlmodel import col

from adapters.blind import IndexKind, asked_for
from adapters.name_index import add_name_sounds
from models.ids import unit_of_case
from models.vault_tables import BlindIndexRow
from tests.builders import ZONNEDIJK
from tests.web.town import WATERDORP, Town, a_case_in_contact

ASKED = asked_for(surname="Smit", street="Zonnelaan")


def _forget_sounds(town: Town) -> None:
    with town.stores.vault.database.write() as session:
        session.execute(delete(BlindIndexRow).where(col(BlindIndexRow.kind) == IndexKind.NAME_SOUND))


def test_a_case_from_before_is_found_by_every_part_of_a_name(town: Town) -> None:
    state = a_case_in_contact(town, surname="Beemd-Smit")
    _forget_sounds(town)
    vault = town.stores.vault
    assert vault.find_by_all(ZONNEDIJK, ASKED) == ()
    assert add_name_sounds(town.stores.database, vault) == 1
    assert vault.find_by_all(ZONNEDIJK, ASKED) == (unit_of_case(state.case_id),)
    assert vault.find_by_all(WATERDORP, ASKED) == ()
    assert add_name_sounds(town.stores.database, vault) == 0


def test_an_erased_case_gets_no_index_again(town: Town) -> None:
    state = a_case_in_contact(town, surname="Smit")
    unit = unit_of_case(state.case_id)
    town.stores.vault.destroy([unit])
    assert add_name_sounds(town.stores.database, town.stores.vault) == 0
    assert town.stores.vault.find_by_all(ZONNEDIJK, ASKED) == ()
    assert town.stores.vault.destroyed(unit)


def test_the_vault_looks_in_indexes_only(town: Town) -> None:
    everything = asked_for(surname="Smit", street="Zonnelaan", birth_date=date(1991, 6, 2), phone="345678")
    for asked in (ASKED, everything):
        question = town.stores.vault.by_all(ZONNEDIJK, asked)
        text = str(question.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        with town.stores.vault.database.read() as session:
            plan = [str(row[-1]) for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
        looked = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
        assert len(looked) == len(asked)
        assert all(step.startswith("SEARCH") and "INDEX" in step for step in looked), plan
