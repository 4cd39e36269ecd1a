"""The chain of certificates as it is stored: one end, whoever adds; and whatever is done to it afterwards is found."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from adapters.certificates import Certificates
from adapters.database import Database
from models.tables import CertificateMarkRow
from models.vault_tables import CertificateRow
from policy.proof_chain import Break, Fault, Head
from tests.adapters.conftest import Databases
from tests.builders import NOW

Found = list[tuple[Break, str]]


def a_certificate(name: str, *, rows: int = 3) -> CertificateRow:
    return CertificateRow(
        id=name,
        municipality="9901",
        units=[f"case-{name}"],
        case_id=name,
        rule={"ground": "Beleid: één jaar.", "term": {"months": 6, "days": 0}},
        started_at=NOW,
        rows=rows,
        executions=1,
        erased_at=NOW + timedelta(days=180, microseconds=5),
    )


def the_chain(databases: Databases, *names: str) -> Certificates:
    chain = Certificates(databases.main, databases.vault.database)
    for name in names:
        chain.add(a_certificate(name))
    return chain


def found(chain: Certificates, *known: Head) -> Found:
    return [(fault.what, fault.which) for fault in chain.faults(*known)]


def by_hand(database: Database, do: Callable[[Session], object]) -> None:
    """As somebody who owns the database can: past its triggers."""
    tables = ("certificate", "certificate_mark")
    with database.write() as session:
        if database.is_sqlite:
            for table in tables:
                for verb in ("update", "delete"):
                    session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
        do(session)


def changed(databases: Databases, statement: str) -> None:
    by_hand(databases.vault.database, lambda session: session.execute(text(statement)))


def test_certificates_stand_in_one_chain_that_has_no_faults(databases: Databases) -> None:
    chain = the_chain(databases, "a", "b", "c")
    with databases.vault.database.read() as session:
        rows = session.exec(select(CertificateRow).order_by(col(CertificateRow.number))).all()
    assert [(row.id, row.number, row.before) for row in rows] == [
        ("a", 1, ""),
        ("b", 2, rows[0].hash),
        ("c", 3, rows[1].hash),
    ]
    assert (chain.head(), found(chain)) == (Head(3, rows[2].hash), [])


def test_added_again_the_first_one_stays(databases: Databases) -> None:
    chain = the_chain(databases, "a", "b")
    head = chain.head()
    again = chain.add(a_certificate("a", rows=99))
    assert (again.rows, again.number, chain.head(), found(chain)) == (3, 1, head, [])


def test_an_empty_chain_has_no_head_and_no_faults(databases: Databases) -> None:
    chain = the_chain(databases)
    assert (chain.head(), found(chain)) == (Head(0, ""), [])


def test_however_many_add_at_once_the_chain_has_one_end(databases: Databases) -> None:
    names = [str(number) for number in range(9)]

    def add(part: list[str]) -> None:
        # Each with its own door to the vault, as processes have it; every certificate comes twice.
        vault = databases.another_vault()
        for name in part:
            Certificates(databases.main, vault.database).add(a_certificate(name))
        vault.database.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(add, [names[:6], names[3:], names[6:] + names[:3]]))
    chain = the_chain(databases)
    assert (chain.head().number, found(chain)) == (9, [])


@pytest.mark.parametrize(
    "column", ["municipality", "case_id", "units", "rule", "started_at", "defect", "rows", "executions", "erased_at"]
)
def test_any_other_word_in_a_certificate_is_found(databases: Databases, column: str) -> None:
    chain = the_chain(databases, "a", "b", "c")
    another = {"units": "'[]'", "rule": "'{}'", "rows": "4", "executions": "4"}.get(column, "'2027-01-01 00:00:00'")
    changed(databases, f"UPDATE certificate SET {column} = {another} WHERE id = 'b'")
    assert found(chain) == [(Break.CHANGED, "b")]


@pytest.mark.parametrize(("gone", "missing"), [("a", "1"), ("b", "2"), ("c", "3")])
def test_a_certificate_that_was_taken_out_is_missed_the_last_one_too(
    databases: Databases, gone: str, missing: str
) -> None:
    chain = the_chain(databases, "a", "b", "c")
    changed(databases, f"DELETE FROM certificate WHERE id = '{gone}'")
    assert found(chain) == [(Break.MISSING, missing)]


def test_an_end_that_was_made_anew_is_another_than_its_mark(databases: Databases) -> None:
    chain = the_chain(databases, "a", "b", "c")
    changed(databases, "DELETE FROM certificate WHERE id = 'c'")
    chain.add(a_certificate("d"))
    chain.add(a_certificate("e"))
    assert found(chain) == [(Break.ANOTHER, "d")]


def test_whoever_changed_both_databases_is_found_by_a_head_that_was_noted(databases: Databases) -> None:
    chain = the_chain(databases, "a", "b", "c")
    noted = chain.head()
    changed(databases, "DELETE FROM certificate WHERE id = 'c'")
    by_hand(databases.main, lambda session: session.execute(text("DELETE FROM certificate_mark WHERE number = 3")))
    assert (found(chain), found(chain, noted)) == ([], [(Break.MISSING, "3")])
    chain.add(a_certificate("d"))
    assert (found(chain), found(chain, noted)) == ([], [(Break.ANOTHER, "d")])


def test_a_certificate_that_was_put_beside_the_chain_is_found(databases: Databases) -> None:
    chain = the_chain(databases, "a")
    with databases.vault.database.write() as session:
        session.add(a_certificate("b"))
    assert found(chain) == [(Break.OUTSIDE, "b")]


def test_marks_that_a_restored_main_database_lacks_are_made_again(databases: Databases) -> None:
    chain = the_chain(databases, "a", "b")
    by_hand(databases.main, lambda session: session.execute(text("DELETE FROM certificate_mark")))
    chain.mark_all()
    chain.mark_all()
    with databases.main.read() as session:
        marks = session.exec(select(CertificateMarkRow).order_by(col(CertificateMarkRow.number))).all()
    assert ([mark.number for mark in marks], marks[-1].hash) == ([1, 2], chain.head().hash)


def test_a_long_chain_is_read_in_parts(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.certificates._AT_ONCE", 2)
    chain = the_chain(databases, *"abcde")
    changed(databases, "UPDATE certificate SET rows = 9 WHERE id = 'c'")
    assert list(chain.faults()) == [Fault(Break.CHANGED, "c")]
