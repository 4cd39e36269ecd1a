"""Backups that are really put back: what was erased since is unreadable, and goes again; the rest is as it was."""

import base64
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url
from sqlmodel import col, select

from adapters.call_requests import CallRequests
from adapters.certificates import Certificates
from adapters.database import Database
from adapters.delivery_store import DeliveryStore
from adapters.documents import Documents
from adapters.erasing_again import ErasedAgain, erase_again
from adapters.executions import CaseExecution
from adapters.leftovers import Leftovers
from adapters.requests import Requests
from adapters.retention_check import RetentionCheck, Wrong
from adapters.uploads import LIFE, Uploads
from adapters.vault import Damaged, Erased, Vault
from models.case import CaseState
from models.codes import CallRequestStatus, DocumentKind, Phase, RowStatus
from models.ids import CaseId, UnitId
from models.personal import CallRequest, UploadedFile
from models.tables import CallRequestRow, DeliveredRow, DocumentRow, PrintBatchRow, RequestRow, SignalRow, UploadRow
from models.values import MunicipalityCode, PhoneNumber
from models.vault_tables import CertificateRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case, store_signal, sweep, the_store
from tests.adapters.test_erasure import CASE, NOOR, OF_CASE, OF_SIGNAL, a_full_closed_case, erase, orders_of, the_eraser
from tests.builders import NOW, ZONNEDIJK, a_case_state, a_signal
from tests.fakes import FakeExecutions
from tests.postgres import binaries

OTHER = CaseId("case-2")
KEPT = timedelta(days=7)


class Backup:
    """A copy of one database, made and put back by its own programs."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._url = database.url
        self._file = folder / f"{Path(str(self._url.database)).name}.backup"
        if database.is_sqlite:
            database.empty_log()
            shutil.copy(str(self._url.database), self._file)
        else:
            _run("pg_dump", "-Fc", "-f", str(self._file), self._address)

    @property
    def _address(self) -> str:
        return make_url(self._url).set(drivername="postgresql").render_as_string(hide_password=False)

    def put_back(self) -> None:
        """Nobody may have the database open."""
        if self._url.get_backend_name() == "sqlite":
            shutil.copy(self._file, str(self._url.database))
            for rest in ("-wal", "-shm"):
                Path(f"{self._url.database}{rest}").unlink(missing_ok=True)
        else:
            _run("pg_restore", "--clean", "-d", self._address, str(self._file))


def _run(program: str, *words: str) -> None:
    done = subprocess.run([binaries() / program, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def the_chain(databases: Databases) -> Certificates:
    return Certificates(databases.main, databases.vault.database)


def two_cases(databases: Databases) -> CaseState:
    """One that is going to be erased, and one that stays."""
    state = a_full_closed_case(databases)
    signal = a_signal(OTHER, signal_id="signal-2", unit_id="signal-row-2")
    store_case(databases, a_case_state(OTHER, signals=(signal,)))
    return state


def wrong(databases: Databases, *executions: CaseExecution, at: datetime = NOW) -> set[str]:
    """What `retention verify` finds, by its table."""
    check = RetentionCheck(databases.main, databases.vault)
    found: list[Wrong] = check.look(executions, at=at, executions_kept=KEPT)
    return {each.thing.what for each in found}


async def again(databases: Databases, *executions: CaseExecution, at: datetime = NOW) -> tuple[ErasedAgain, list[str]]:
    """`retention again`: what it did, and which executions it had Temporal delete."""
    temporal = FakeExecutions()
    leftovers = Leftovers(databases.main, databases.vault)
    done = await erase_again(the_eraser(databases), leftovers, temporal, list(executions), at=at)
    return done, temporal.deleted


def opened(databases: Databases, *, kept_for: CaseId) -> set[str]:
    """Of which units the documents in the main database can be read; of whose case nobody was erased, all."""
    with databases.main.read() as session:
        documents = session.exec(select(DocumentRow)).all()
    found = {row.unit_id for row in documents if _opens(databases.vault, row)}
    assert f"case-{kept_for}" in found
    return found - {f"case-{kept_for}", "signal-row-2"}


def _opens(vault: Vault, row: DocumentRow) -> bool:
    try:
        vault.open(UnitId(row.unit_id), row.sealed)
    except (Erased, Damaged):
        return False
    return True


def certificates(databases: Databases) -> list[dict[str, Any]]:
    with databases.vault.database.read() as session:
        return [row.model_dump() for row in session.exec(select(CertificateRow).order_by(col(CertificateRow.number)))]


async def test_a_main_database_that_was_put_back_is_unreadable_where_it_was_erased_and_is_erased_again(
    databases: Databases, tmp_path: Path
) -> None:
    state = two_cases(databases)
    backup = Backup(databases.main, tmp_path)
    for order in orders_of(state):
        erase(databases, order)
    proofs = certificates(databases)
    databases.close()
    backup.put_back()

    assert the_store(databases).load(CASE).case_id == CASE
    assert opened(databases, kept_for=OTHER) == set()
    assert {"case", "document", "signal", "delivered_row", "audit_person"} <= wrong(databases)

    done, deleted = await again(databases)
    assert (done.units, done.left, deleted) == (2, (), [f"case/{CASE}", f"retention/{CASE}"])
    assert wrong(databases) == set()
    assert certificates(databases) == proofs
    assert the_store(databases).load(OTHER).phase is Phase.RECEIVED
    assert opened(databases, kept_for=OTHER) == set()
    assert (await again(databases))[0].units == 0


async def test_a_vault_that_was_put_back_too_gives_nothing_back_once_its_certificates_are_carried_out(
    databases: Databases, tmp_path: Path
) -> None:
    state = two_cases(databases)
    backups = [Backup(databases.main, tmp_path), Backup(databases.vault.database, tmp_path)]
    for order in orders_of(state):
        erase(databases, order)
    newest, head = certificates(databases), the_chain(databases).head()
    databases.close()
    for backup in backups:
        backup.put_back()

    # The control: the keys are back, so everything can be read; and without its certificates nobody would know,
    # but for a head that was noted.
    assert opened(databases, kept_for=OTHER) == {OF_CASE, OF_SIGNAL}
    assert (wrong(databases), [fault.which for fault in the_chain(databases).faults(head)]) == (set(), ["1-2"])

    with databases.vault.database.write() as session:
        session.add_all(CertificateRow(**certificate) for certificate in newest)
    assert {"key", "blind_index", "case", "document"} <= wrong(databases)
    assert (await again(databases))[0] == ErasedAgain(units=2, left=())
    assert opened(databases, kept_for=OTHER) == set()
    assert (wrong(databases), list(the_chain(databases).faults(head))) == (set(), [])


def test_a_vault_that_was_put_back_without_its_certificates_is_found_by_the_main_database(
    databases: Databases, tmp_path: Path
) -> None:
    state = two_cases(databases)
    backup = Backup(databases.vault.database, tmp_path)
    for order in orders_of(state):
        erase(databases, order)
    databases.close()
    backup.put_back()
    # The keys are back and belong to nothing; that of the case is a day old only on the next day.
    assert "certificate" in wrong(databases)


async def test_executions_of_erased_cases_that_came_back_go_again(databases: Databases) -> None:
    for order in orders_of(two_cases(databases)):
        erase(databases, order)
    back = CaseExecution(f"case/{CASE}", CASE, of_case=True, ended_at=None)
    other = CaseExecution(f"case/{OTHER}", OTHER, of_case=True, ended_at=None)
    assert wrong(databases, back, other) == {"execution"}
    done, deleted = await again(databases, back, other)
    assert (done.units, deleted) == (1, [f"case/{CASE}", f"retention/{CASE}"])


async def test_what_is_on_its_way_to_the_printer_again_is_told_and_the_rest_goes(
    databases: Databases, tmp_path: Path
) -> None:
    state = two_cases(databases)
    with databases.main.write() as session:
        session.get_one(PrintBatchRow, "batch-1").handed_over_at = None
    backup = Backup(databases.main, tmp_path)
    with databases.main.write() as session:
        session.get_one(PrintBatchRow, "batch-1").handed_over_at = NOW
    of_signal, of_case = orders_of(state)
    for order in (of_signal, of_case):
        erase(databases, order)
    databases.close()
    backup.put_back()
    done, _ = await again(databases)
    assert done == ErasedAgain(units=1, left=(of_case.order_id,))
    with databases.main.write() as session:
        session.get_one(PrintBatchRow, "batch-1").handed_over_at = NOW
    assert (await again(databases))[0] == ErasedAgain(units=1, left=())
    assert wrong(databases) == set()


async def test_what_only_a_timer_may_erase_is_left_to_it(databases: Databases) -> None:
    """Of a hold that was set after the backup the timer alone knows."""
    state = a_full_closed_case(databases)
    late = max(kept.due_at for kept in state.retention) + timedelta(days=30)
    done = await erase_again(
        the_eraser(databases), Leftovers(databases.main, databases.vault), FakeExecutions(), [], at=late
    )
    assert (done, the_store(databases).load(CASE).phase) == (ErasedAgain(units=0, left=()), Phase.CLOSED)


# --- what belongs to no case ---------------------------------------------------------------------------------------

CALLED = NOW + timedelta(days=1)
"""Who asked to be called back was called at once, so that the request went a day later, and not after four weeks."""


def outside_cases(databases: Databases) -> None:
    """Somebody asks to be called back, a file waits for somebody to look at it, a system asked something, and of a file
    a row was refused."""
    said = CallRequest(surname="Kuijpers", phone=PhoneNumber("0612345678"))
    CallRequests(databases.main, databases.vault).keep(said, ZONNEDIJK, by=NOOR, at=NOW)
    _keep_upload(databases)
    Requests(databases.main, databases.vault).begin("key", "deliver", b"Kuijpers", ZONNEDIJK, by=NOOR, at=NOW)
    store_signal(databases, a_signal(signal_id="signal-3", unit_id="signal-row-3"))
    with databases.main.write() as session:
        session.delete(session.get_one(SignalRow, "signal-3"))
        row = session.get_one(DeliveredRow, "row-3")
        row.status, row.erase_at = RowStatus.REFUSED, NOW + timedelta(days=30)


def _keep_upload(databases: Databases) -> None:
    unit = UnitId("upload-1")
    databases.vault.create(unit, ZONNEDIJK, NOW)
    with databases.main.write() as session:
        session.add(
            UploadRow(
                id="1",
                municipality=ZONNEDIJK.text,
                partner_id="woonstee",
                unit_id=unit,
                received_at=NOW,
                received_by=NOOR,
                header=1,
                mapping={},
                erase_at=NOW + LIFE,
            )
        )
        session.flush()
        file = UploadedFile(content=base64.b64encode(b"kenmerk;achternaam").decode())
        Documents(databases.vault).keep(session, unit, DocumentKind.UPLOAD, "1", file, at=NOW)


def no_store(municipality: MunicipalityCode) -> DeliveryStore:
    raise NotImplementedError


def is_called(databases: Databases) -> None:
    requests = CallRequests(databases.main, databases.vault)
    [call] = requests.waiting(list(CallRequestStatus))
    requests.done(call.id, calls=call.calls, at=NOW)


def those_outside(databases: Databases) -> list[str]:
    """Of what belongs to no case, the tables with a row, and the kinds of documents that can be read."""
    tables = (CallRequestRow, UploadRow, RequestRow, DeliveredRow)
    with databases.main.read() as session:
        rows = [str(table.__tablename__) for table in tables if session.exec(select(table)).first() is not None]
        documents = session.exec(select(DocumentRow)).all()
    return rows + sorted(row.kind for row in documents if _opens(databases.vault, row))


ALL_OUTSIDE = ["call_request", "upload", "request", "delivered_row", "call_request", "row", "upload"]


async def test_who_was_called_back_is_not_to_be_called_again_after_a_restore(
    databases: Databases, tmp_path: Path
) -> None:
    outside_cases(databases)
    backups = [Backup(databases.main, tmp_path), Backup(databases.vault.database, tmp_path)]
    assert those_outside(databases) == ALL_OUTSIDE
    is_called(databases)
    sweep(the_eraser(databases), CALLED)
    newest = certificates(databases)
    databases.close()
    for backup in backups:
        backup.put_back()
    # The control: by the backup they wait to be called.
    assert len(CallRequests(databases.main, databases.vault).waiting([CallRequestStatus.NEW])) == 1
    with databases.vault.database.write() as session:
        session.add_all(CertificateRow(**certificate) for certificate in newest)
    assert {"call_request", "document", "key", "blind_index"} <= wrong(databases)
    assert (await again(databases))[0] == ErasedAgain(units=1, left=())
    assert those_outside(databases) == ["upload", "request", "delivered_row", "row", "upload"]
    assert wrong(databases) == set()


@pytest.mark.parametrize("with_vault", [False, True])
async def test_whatever_belongs_to_no_case_is_gone_when_its_date_passed_before_the_restore(
    databases: Databases, tmp_path: Path, with_vault: bool
) -> None:
    outside_cases(databases)
    both = [Backup(databases.main, tmp_path), Backup(databases.vault.database, tmp_path)]
    backups = both if with_vault else both[:1]
    late = NOW + timedelta(days=31)
    sweep(the_eraser(databases), late)
    assert those_outside(databases) == []
    newest = certificates(databases)
    databases.close()
    for backup in backups:
        backup.put_back()
    if with_vault:
        with databases.vault.database.write() as session:
            session.add_all(CertificateRow(**certificate) for certificate in newest)
    assert those_outside(databases) == (ALL_OUTSIDE if with_vault else ALL_OUTSIDE[:4])
    assert {"call_request", "document", "upload", "request"} <= wrong(databases, at=late + timedelta(days=2))
    done, _ = await again(databases, at=late)
    assert (done.left, those_outside(databases)) == ((), [])
    assert certificates(databases) == newest
    assert wrong(databases, at=late + timedelta(days=2)) == set()


async def test_what_nobody_can_read_any_more_of_a_file_goes_although_its_date_is_to_come(
    databases: Databases, tmp_path: Path
) -> None:
    """Whoever sent it took it back after the backup."""
    outside_cases(databases)
    backup = Backup(databases.main, tmp_path)
    uploads = Uploads(databases.main, databases.vault, no_store)
    upload = uploads.find("1")
    assert upload is not None
    uploads.forget_now(upload)
    databases.close()
    backup.put_back()
    assert wrong(databases) == {"document of unit"}
    await again(databases)
    assert wrong(databases) == set()
