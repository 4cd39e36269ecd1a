"""Every row of a delivered file is kept, once, sealed."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from adapters import delivery_store
from adapters.delivery_csv import delivered
from adapters.delivery_store import (
    Refusal,
    StoredDelivery,
    UnknownMunicipality,
    UnknownPartner,
    forget_files,
    unit_of_delivery,
)
from adapters.documents import Documents
from adapters.signal_form import UnreadableFile
from models.codes import DocumentKind, RowStatus
from models.ids import RowId, StaffId, unit_of_row
from models.personal import DeliveredSignal, RefusedRow
from models.tables import DeliveredRow, DeliveryRow, DocumentRow
from models.values import MunicipalityCode
from models.vault_tables import BlindIndexRow, UnitRow
from tests.adapters.intake import KEPT, RECEIVED, Intake, Interrupted, a_row
from tests.builders import ZONNEDIJK, at

SOMEBODY = StaffId("staff-1")


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def many(count: int) -> list[dict[str, str]]:
    return [a_row(kenmerk=f"WO-{number}", huisnummer=str(number)) for number in range(1, count + 1)]


def stored_again(intake: Intake, path: Path, *, later: timedelta = timedelta(0)) -> StoredDelivery:
    return intake.store.store(delivered(path), ZONNEDIJK, "Woonstee", SOMEBODY, RECEIVED + later)


def rows_of(intake: Intake) -> list[DeliveredRow]:
    with intake.database.read() as session:
        return list(session.exec(select(DeliveredRow).order_by(col(DeliveredRow.number))))


def content_of(intake: Intake, row: DeliveredRow) -> object:
    with intake.database.read() as session:
        return Documents(intake.vault).read(session, DocumentKind.ROW, row.id)


def counted(intake: Intake) -> dict[str, int]:
    """How many of everything there is."""
    counts = {}
    with intake.database.read() as session:
        for table in (DeliveryRow, DeliveredRow, DocumentRow):
            counts[str(table.__tablename__)] = session.exec(select(func.count()).select_from(table)).one()
    with intake.vault.database.read() as session:
        for vault_table in (UnitRow, BlindIndexRow):
            counts[str(vault_table.__tablename__)] = session.exec(select(func.count()).select_from(vault_table)).one()
    return counts


def test_every_row_is_stored_and_sealed_also_one_that_cannot_be_read(intake: Intake) -> None:
    done = intake.deliver(a_row(kenmerk="WO-1"), a_row(postcode="99 onbekend", bsn="1"))
    assert (done.already, done.stored, done.refused) == (False, 1, 1)
    assert [(refusal.number, refusal.field) for refusal in done.refusals] == [(3, "bsn"), (3, "postcode")]
    good, bad = rows_of(intake)
    assert (good.status, good.errors, good.erase_at) == (RowStatus.STORED, [], RECEIVED + KEPT)
    assert (bad.status, bad.erase_at) == (RowStatus.REFUSED, RECEIVED + KEPT)
    assert [Refusal(bad.number, **error) for error in bad.errors] == list(done.refusals)
    assert (good.unit_id, bad.unit_id) == (unit_of_row(RowId(good.id)), unit_of_row(RowId(bad.id)))
    signal, refused = content_of(intake, good), content_of(intake, bad)
    assert isinstance(signal, DeliveredSignal)
    assert signal.partner_reference == "WO-1"
    assert isinstance(refused, RefusedRow)
    assert refused.cells["postcode"] == "99 onbekend"


def test_the_same_file_twice_is_one_delivery(intake: Intake) -> None:
    path = intake.file(*many(3), a_row(postcode="x"))
    first = stored_again(intake, path)
    before = counted(intake)
    second = stored_again(intake, path, later=timedelta(days=2))
    assert (first.already, second.already) == (False, True)
    assert (second.delivery_id, second.stored, second.refusals) == (first.delivery_id, 3, first.refusals)
    assert counted(intake) == before


def test_a_copy_under_another_name_is_the_same_file_but_not_for_another_partner(intake: Intake) -> None:
    path = intake.file(*many(2))
    copy = path.with_name("copy.csv")
    copy.write_bytes(path.read_bytes())
    first, second = stored_again(intake, path), stored_again(intake, copy)
    other = intake.store.store(delivered(copy), ZONNEDIJK, "Stroomnet", SOMEBODY, RECEIVED)
    assert first.delivery_id == second.delivery_id != other.delivery_id


def test_a_file_that_comes_again_is_judged_by_the_day_it_first_came(intake: Intake) -> None:
    path = intake.file(a_row(signaaldatum="2027-04-06"))
    assert stored_again(intake, path).refused == 1
    assert stored_again(intake, path, later=timedelta(days=3)).refused == 1


@pytest.mark.parametrize("transactions", range(4))
def test_a_file_broken_off_anywhere_is_completed_by_storing_it_again(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    monkeypatch.setattr(delivery_store, "CHUNK", 4)
    path = intake.file(*many(9), a_row(postcode="x"))
    intake.database.left = transactions
    with pytest.raises(Interrupted):
        stored_again(intake, path)
    done = stored_again(intake, path)
    assert (done.already, done.stored, done.refused) == (False, 9, 1)
    assert [row.number for row in rows_of(intake)] == list(range(2, 12))
    assert counted(intake) | {"blind_index": 0} == {
        "delivery": 1,
        "delivered_row": 10,
        "document": 10,
        "unit": 11,
        "blind_index": 0,
    }
    assert all(content_of(intake, row) is not None for row in rows_of(intake))
    assert stored_again(intake, path).already


def store_and_die(main: str, vault: str, folder: Path, path: Path) -> None:
    intake = Intake.on(main, vault, folder)
    intake.database.dies, intake.database.left = True, 2
    stored_again(intake, path)


def test_a_process_that_dies_between_chunks_loses_nothing(intake: Intake) -> None:
    path = intake.file(*many(delivery_store.CHUNK * 2))
    process = multiprocessing.get_context("spawn").Process(
        target=store_and_die, args=(*intake.urls, intake.folder, path)
    )
    process.start()
    process.join(60)
    assert process.exitcode == 9
    assert len(rows_of(intake)) == delivery_store.CHUNK
    assert stored_again(intake, path).stored == delivery_store.CHUNK * 2
    assert len(rows_of(intake)) == delivery_store.CHUNK * 2


def test_the_same_file_from_two_sides_at_once_is_stored_once(intake: Intake) -> None:
    path = intake.file(*many(300))
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: stored_again(intake, path), range(2))
    assert one.delivery_id == other.delivery_id
    assert len(rows_of(intake)) == 300


def test_an_erased_row_is_not_taken_in_again_with_its_file(intake: Intake) -> None:
    path = intake.file(a_row(postcode="x"), a_row())
    stored_again(intake, path)
    refused = rows_of(intake)[0]
    intake.vault.destroy([unit_of_row(RowId(refused.id))])
    with intake.database.write() as session:
        session.delete(session.get_one(DeliveredRow, refused.id))
    assert stored_again(intake, path).already
    assert [row.status for row in rows_of(intake)] == [RowStatus.STORED]


def test_a_file_is_recognised_until_the_last_of_its_rows_is_gone(intake: Intake) -> None:
    path = intake.file(a_row(postcode="x"), a_row())
    first = stored_again(intake, path)
    refused, stored = rows_of(intake)

    def forgotten(received_before: datetime) -> int:
        return forget_files(intake.database, intake.vault, received_before=received_before)

    later = RECEIVED + timedelta(seconds=1)
    for row in (refused, stored):
        assert forgotten(later) == 0
        with intake.database.write() as session:
            session.delete(session.get_one(DeliveredRow, row.id))
    assert (forgotten(RECEIVED), forgotten(later), forgotten(later)) == (0, 1, 0)
    assert intake.vault.destroyed(unit_of_delivery(first.delivery_id))
    assert stored_again(intake, path).delivery_id != first.delivery_id


def test_nothing_is_stored_of_what_cannot_be_stored(intake: Intake) -> None:
    path = intake.file(*many(2))
    with pytest.raises(UnknownPartner, match="Bekend zijn: Stroomnet, Woonstee"):
        intake.store.store(delivered(path), ZONNEDIJK, "Onbekend bedrijf", SOMEBODY, RECEIVED)
    with pytest.raises(UnknownMunicipality, match="Gemeente 0000 is hier niet bekend"):
        intake.store.store(delivered(path), MunicipalityCode("0000"), "Woonstee", SOMEBODY, RECEIVED)
    path.write_bytes(path.read_bytes() + b"\xff")
    with pytest.raises(UnreadableFile):
        stored_again(intake, path)
    assert set(counted(intake).values()) == {0}


def test_today_is_the_day_in_the_netherlands(intake: Intake) -> None:
    path = intake.file(a_row(signaaldatum="2027-04-06"))
    just_past_midnight = at("2027-04-06 00:30")
    assert intake.store.store(delivered(path), ZONNEDIJK, "Woonstee", SOMEBODY, just_past_midnight).refused == 0
