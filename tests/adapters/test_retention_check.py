"""Everything that may be wrong is put there once, and found; where nothing is, nothing is found."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from adapters.call_requests import CallRequests
from adapters.case_searches import CaseSearches
from adapters.database import Database
from adapters.executions import CaseExecution
from adapters.looks import forget_looks
from adapters.outbox import Outbox
from adapters.requests import Requests, forget_requests
from adapters.retention_check import ERASED, NO_KEY, NO_OWNER, NO_TERM, PAST, TO_DECIDE, RetentionCheck
from adapters.sessions import FORGOTTEN_AFTER, Sessions
from models.case import CaseSignal
from models.codes import LookPurpose, Phase, Role, RowStatus, StallCause
from models.commands import ClaimCase
from models.facts import HoldSet
from models.ids import CaseId, CommandId, UnitId
from models.personal import CallRequest
from models.tables import (
    CaseRow,
    DeliveredRow,
    DocumentRow,
    LookRow,
    SignalRow,
    SignInRow,
    StaffRow,
    UploadRow,
)
from models.values import PhoneNumber
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow, UnitRow
from policy.proof_chain import Head
from policy.sweep_watch import LATE_AFTER
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal, sweep
from tests.adapters.test_erasure import CASE, NOOR, OF_CASE, a_full_closed_case, erase, orders_of, the_eraser
from tests.builders import NOW, ZONNEDIJK, a_case_in, a_case_state, a_signal

KEPT = timedelta(days=7)
"""How long Temporal keeps what ended."""
A_MOMENT = timedelta(seconds=1)
Found = dict[str, str]


def look(
    databases: Databases,
    at: datetime,
    *known: Head,
    executions: Iterable[CaseExecution] = (),
    folder: Path | None = None,
) -> Found:
    """What is wrong, by table and id."""
    check = RetentionCheck(databases.main, databases.vault, print_folder=folder)
    found = check.look(executions, *known, at=at, executions_kept=KEPT)
    assert len({wrong.thing for wrong in found}) == len(found)
    return {f"{wrong.thing.what} {wrong.thing.id}": wrong.why for wrong in found}


def erased(databases: Databases) -> datetime:
    """A case that was erased on its date; the answer is when."""
    state = a_full_closed_case(databases)
    due_at = max(kept.due_at for kept in state.retention)
    for order in orders_of(state):
        erase(databases, order, at=due_at)
    return due_at


def tables_of(found: Found, why: str) -> set[str]:
    return {thing.partition(" ")[0] for thing, reason in found.items() if reason == why}


def test_nothing_is_wrong_with_data_in_their_term_nor_after_their_erasure(databases: Databases) -> None:
    store_case(databases, a_case_state("case-2", signals=(_second(),)))
    state = a_full_closed_case(databases)
    due_at = max(kept.due_at for kept in state.retention)
    assert look(databases, NOW) == {}
    assert look(databases, due_at + timedelta(minutes=59)) == {}
    for order in orders_of(state):
        erase(databases, order, at=due_at)
    assert look(databases, due_at + timedelta(days=1)) == {}


def test_looking_changes_nothing(databases: Databases) -> None:
    a_full_closed_case(databases)
    before = _contents(databases)
    look(databases, NOW + timedelta(days=4_000))
    assert _contents(databases) == before


# --- certificates -------------------------------------------------------------------------------------------------


def test_a_certificate_that_is_missing_is_found(databases: Databases) -> None:
    at = erased(databases)
    assert look(databases, at, Head(3, "0a")) == {"certificate 3": "is missing from the chain"}


def test_everything_of_an_erased_case_that_is_back_is_found(databases: Databases) -> None:
    """Every table at once: the whole main database as it was before."""
    state = a_full_closed_case(databases)
    rows = _rows(databases.main)
    due_at = max(kept.due_at for kept in state.retention)
    for order in orders_of(state):
        erase(databases, order, at=due_at)
    kept = {name: {_key(row) for row in content} for name, content in _rows(databases.main).items()}
    gone = {name: [row for row in content if _key(row) not in kept[name]] for name, content in rows.items()}
    _put_back(databases.main, gone)
    # What hangs on a signal or on a search goes and comes with it.
    with_their_own = {name for name, content in gone.items() if content} - {
        "amount_question",
        "case_search",
        "delivery",
    }
    assert tables_of(look(databases, due_at), ERASED) == with_their_own
    assert len(with_their_own) >= 15


@pytest.mark.parametrize("table", ["blind_index", "reservation", "case_slot", "key"])
def test_everything_of_it_in_the_vault_is_found(databases: Databases, table: str) -> None:
    at = erased(databases)
    vault = databases.vault.database
    with vault.write() as session:
        if table == "key":
            session.execute(update(UnitRow).where(col(UnitRow.id) == OF_CASE).values(wrapped_key=b"again"))
        elif table == "blind_index":
            session.add(BlindIndexRow(unit_id=OF_CASE, kind="name", digest="0", municipality="9901"))
        elif table == "case_slot":
            session.add(CaseSlotRow(case_id=CASE, unit_id=OF_CASE, municipality="9901"))
        else:
            session.add(
                ReservationRow(
                    signal_id="signal-1", unit_id=OF_CASE, case_id=CASE, person_id="p", opens=True, attempt=1
                )
            )
    assert look(databases, at) == {f"{table} {OF_CASE}": ERASED}


def test_executions_of_an_erased_case_are_found(databases: Databases) -> None:
    at = erased(databases)
    of_case = CaseExecution(f"case/{CASE}", CASE, of_case=True, ended_at=NOW)
    timer = CaseExecution(f"retention/{CASE}", CASE, of_case=False, ended_at=at)
    running = CaseExecution(f"retention/{CASE}", CASE, of_case=False, ended_at=None)
    other = CaseExecution("case/case-2", CaseId("case-2"), of_case=True, ended_at=None)
    assert look(databases, at, executions=[of_case, timer, other]) == {f"execution case/{CASE}": ERASED}
    assert look(databases, at, executions=[running]) == {f"execution retention/{CASE}": ERASED}
    late = at + KEPT + LATE_AFTER
    assert look(databases, late, executions=[timer]) == {}
    assert look(databases, late + A_MOMENT, executions=[timer]) == {f"execution retention/{CASE}": ERASED}


def test_only_the_signals_own_certificate_says_nothing_of_its_case(databases: Databases) -> None:
    of_signal, _ = orders_of(a_full_closed_case(databases))
    erase(databases, of_signal)
    running = CaseExecution(f"case/{CASE}", CASE, of_case=True, ended_at=None)
    assert look(databases, NOW, executions=[running]) == {}


# --- terms --------------------------------------------------------------------------------------------------------


def test_a_case_and_its_signal_past_their_dates_are_found_unless_held(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    at = max(kept.due_at for kept in state.retention) + timedelta(hours=1)
    assert look(databases, at) == {f"case {CASE}": PAST, "signal signal-1": PAST}
    until = at + timedelta(days=90)
    happened(databases, state, HoldSet(at=NOW, by=NOOR, until=until))
    assert look(databases, until) == {}
    assert look(databases, until + timedelta(hours=1)) == {f"case {CASE}": PAST, "signal signal-1": PAST}


def test_a_closed_case_without_a_date_is_found(databases: Databases) -> None:
    a_full_closed_case(databases)
    _set(databases.main, CaseRow, erase_at=None)
    assert look(databases, NOW)[f"case {CASE}"] == NO_TERM


def test_an_open_case_on_its_date_is_found_until_it_is_held(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.CONTACT))
    _set(databases.main, CaseRow, stall_cause=StallCause.RETENTION_REACHED)
    assert look(databases, NOW) == {f"case {CASE}": TO_DECIDE}
    _set(databases.main, CaseRow, hold_until=NOW + timedelta(days=1))
    assert look(databases, NOW) == {}


def test_a_row_without_a_case_is_found_a_day_after_its_date(databases: Databases) -> None:
    store_signal(databases, a_signal())
    _set(databases.main, SignalRow, case_id=None, erase_at=NOW)
    _set(databases.main, DeliveredRow, status=RowStatus.REPEATED, erase_at=NOW)
    assert look(databases, NOW + LATE_AFTER - A_MOMENT) == {}
    assert look(databases, NOW + LATE_AFTER) == {"delivered_row row-1": PAST, "signal signal-1": PAST}


def test_a_row_that_no_case_will_take_along_is_found(databases: Databases) -> None:
    store_signal(databases, a_signal())
    assert look(databases, NOW + LATE_AFTER) == {"delivered_row row-1": NO_TERM}


def test_uploads_past_their_date_are_found(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(
            UploadRow(
                id="upload-1",
                municipality="9901",
                partner_id="woonstee",
                unit_id="upload-upload-1",
                received_at=NOW,
                received_by=NOOR,
                header=1,
                mapping={},
                erase_at=NOW,
            )
        )
    assert look(databases, NOW + LATE_AFTER - A_MOMENT) == {}
    assert look(databases, NOW + LATE_AFTER) == {"upload upload-1": PAST}


def test_call_requests_past_their_date_are_found(databases: Databases) -> None:
    said = CallRequest(surname="Kuijpers", phone=PhoneNumber("0612345678"))
    CallRequests(databases.main, databases.vault).keep(said, ZONNEDIJK, by=NOOR, at=NOW)
    due = NOW + timedelta(days=28)
    assert look(databases, due + LATE_AFTER - A_MOMENT) == {}
    assert tables_of(look(databases, due + LATE_AFTER), PAST) == {"call_request"}
    assert len(sweep(the_eraser(databases), due)) == 1
    assert look(databases, due + LATE_AFTER) == {}


def test_what_systems_asked_is_found_after_a_week(databases: Databases) -> None:
    Requests(databases.main, databases.vault).begin("key", "deliver", b"x", ZONNEDIJK, by=NOOR, at=NOW)
    due = NOW + timedelta(days=7)
    assert look(databases, due + LATE_AFTER - A_MOMENT) == {}
    assert tables_of(look(databases, due + LATE_AFTER), PAST) == {"request"}
    forget_requests(databases.main, databases.vault, at=due)
    assert look(databases, due + LATE_AFTER) == {}


def test_searches_are_found_after_a_year(databases: Databases) -> None:
    CaseSearches(databases.main).record(NOOR, ZONNEDIJK, [], [], hits=0, at=NOW)
    due = NOW + timedelta(days=365)
    assert look(databases, due + LATE_AFTER - A_MOMENT) == {}
    assert tables_of(look(databases, due + LATE_AFTER), PAST) == {"case_search"}


@pytest.mark.parametrize(("staff_for", "all_for"), [(10, 20), (20, 10)])
def test_who_looked_and_that_somebody_did_are_found_each_at_its_term(
    databases: Databases, staff_for: int, all_for: int
) -> None:
    look_row = LookRow(
        id="look",
        case_id="case",
        unit_id=None,
        municipality=ZONNEDIJK.text,
        staff_id=NOOR,
        role=Role.CASEWORKER,
        purpose=LookPurpose.CASE,
        first_at=NOW,
        last_at=NOW,
        times=1,
        staff_until=NOW + timedelta(days=staff_for),
        erase_at=NOW + timedelta(days=all_for),
    )
    with databases.main.write() as session:
        session.add(look_row)
    due = NOW + timedelta(days=10)
    assert look(databases, due + LATE_AFTER - A_MOMENT) == {}
    assert tables_of(look(databases, due + LATE_AFTER), PAST) == {"look"}
    forget_looks(databases.main, at=due)
    assert look(databases, due + LATE_AFTER) == {}


def test_sessions_and_sign_ins_of_long_ago_are_found_and_the_sweep_forgets_them(databases: Databases) -> None:
    with databases.main.write() as session:
        session.add(StaffRow(id=NOOR, name="Noor", role=Role.CASEWORKER, municipalities=["9901"]))
    sessions = Sessions(databases.main, idle=timedelta(hours=1), longest=timedelta(hours=12))
    sessions.begin(NOOR, at=NOW)
    with databases.main.write() as session:
        session.add(SignInRow(state_hash="a", browser_hash="b", nonce="n", verifier="v", back="/", begun_at=NOW))
    assert look(databases, NOW + LATE_AFTER) == {}
    late = NOW + FORGOTTEN_AFTER + LATE_AFTER
    assert tables_of(look(databases, late), PAST) == {"web_session", "sign_in"}
    the_eraser(databases).due_units(late)
    assert look(databases, late) == {}


def test_what_was_typed_with_a_refused_command_is_found_after_a_day(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.CONTACT))
    outbox = Outbox(databases.main, databases.vault)
    outbox.put(CASE, ClaimCase(command_id=CommandId("c-1"), by=NOOR, role=Role.CASEWORKER), "Ik bel.", NOW)
    outbox.refused(CommandId("c-1"), "Dit kan niet meer.", NOW)
    due = NOW + timedelta(days=1) + LATE_AFTER
    assert look(databases, due) == {}
    found = look(databases, due + A_MOMENT)
    assert (len(found), tables_of(found, PAST)) == (2, {"document"})


# --- halves and what belongs to nothing ---------------------------------------------------------------------------


def test_what_was_half_erased_is_found(databases: Databases) -> None:
    _, of_case = orders_of(a_full_closed_case(databases))
    the_eraser(databases).destroy(of_case)
    assert look(databases, NOW) == {f"document of unit {OF_CASE}": NO_KEY, f"case of unit {OF_CASE}": NO_KEY}


def test_a_key_that_belongs_to_nothing_is_found_after_a_day(databases: Databases) -> None:
    databases.vault.create(UnitId("case-nobody"), ZONNEDIJK, NOW)
    databases.vault.create(UnitId("delivery-nothing"), ZONNEDIJK, NOW)
    due = NOW + LATE_AFTER + timedelta(days=1)
    assert look(databases, due - A_MOMENT) == {}
    assert look(databases, due) == {"key case-nobody": NO_OWNER, "key delivery-nothing": NO_OWNER}


def test_a_file_is_recognised_while_one_of_its_rows_is_there(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.CONTACT))
    databases.vault.create(UnitId("delivery-delivery-row-1"), ZONNEDIJK, NOW)
    assert look(databases, NOW + timedelta(days=3)) == {}


def test_a_batch_in_the_printers_folder_is_found_when_a_letter_of_it_was_erased(
    databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "prints"
    folder.mkdir()
    (folder / "batch-1.zip").write_bytes(b"letters")
    (folder / ".batch-1.complete").write_bytes(b"")
    state = a_full_closed_case(databases)
    assert look(databases, NOW, folder=folder) == {}
    for order in orders_of(state):
        erase(databases, order)
    assert look(databases, NOW, folder=folder) == {"print file batch-1": ERASED}
    (folder / "batch-1.zip").rename(tmp_path / "taken.zip")
    assert look(databases, NOW, folder=folder) == {}
    (folder / ".batch-9.part").write_bytes(b"half")
    assert look(databases, NOW, folder=folder) == {"print file batch-9": ERASED}


def test_many_units_are_looked_at_in_parts(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("retention_check", "leftovers", "certificates"):
        monkeypatch.setattr(f"adapters.{place}._AT_ONCE", 2)
    for number in range(5):
        databases.vault.create(UnitId(f"case-{number}"), ZONNEDIJK, NOW)
    found = look(databases, NOW + timedelta(days=3))
    assert list(found) == [f"key case-{number}" for number in range(5)]


def _second() -> CaseSignal:
    return a_signal("case-2", signal_id="signal-2", unit_id="signal-row-2")


def _set(database: Database, table: type, **values: object) -> None:
    with database.write() as session:
        session.execute(update(table).values(**values))


Rows = dict[str, list[dict[str, object]]]


def _rows(database: Database) -> Rows:
    tables = DocumentRow.metadata.sorted_tables
    with database.read() as session:
        return {table.name: [dict(row) for row in session.execute(table.select()).mappings()] for table in tables}


def _contents(databases: Databases) -> tuple[Rows, list[dict[str, object]]]:
    with databases.vault.database.read() as session:
        return _rows(databases.main), [row.model_dump() for row in session.exec(select(UnitRow).order_by(UnitRow.id))]


def _key(row: dict[str, object]) -> str:
    return json.dumps(row, default=str, sort_keys=True)


def _put_back(database: Database, rows: Rows) -> None:
    with database.write() as session:
        for table in DocumentRow.metadata.sorted_tables:
            if rows[table.name]:
                session.execute(table.insert(), rows[table.name])
