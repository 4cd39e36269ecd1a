import os

import pytest
from pydantic import ValidationError
from sqlmodel import select

from adapters.blind import IndexKind
from adapters.database import LogNotEmptied
from adapters.master_keys import MasterKeyMissing
from adapters.vault import Damaged, Erased, Vault
from models.ids import CommandId, UnitId
from models.personal import Address, CommandDraft, Letter, Mail, Note, PersonalData, RefusedRow, TextMessage
from models.values import EmailAddress, MunicipalityCode, PhoneNumber, Postcode
from models.vault_tables import BlindIndexRow, CaseSlotRow, ReservationRow, UnitRow
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK, a_delivered_signal, a_resident, at

UNIT, OTHER = UnitId("case-1"), UnitId("case-2")
NOW = at("2027-04-05 09:00")

EVERY_KIND: list[PersonalData] = [
    a_resident(),
    a_delivered_signal(),
    RefusedRow(cells={"bsn": "niet leesbaar"}),
    Note(text="Belt liever na zessen."),
    Mail(address=EmailAddress("a@b.example"), subject="Hulp", body="Beste"),
    Letter(name="A", address=Address(postcode=Postcode("9901AB"), number=1), subject="Hulp", body="Beste"),
    TextMessage(number=PhoneNumber("0612345678"), body="Bel ons"),
    CommandDraft(command_id=CommandId("c"), command="{}"),
]


@pytest.fixture
def vault(databases: Databases) -> Vault:
    for unit in (UNIT, OTHER):
        databases.vault.create(unit, ZONNEDIJK, NOW)
    return databases.vault


@pytest.mark.parametrize("data", EVERY_KIND, ids=lambda data: data.kind)
def test_what_is_sealed_can_be_opened(vault: Vault, data: PersonalData) -> None:
    assert vault.open(UNIT, vault.seal(UNIT, data)) == data


def test_the_same_data_are_sealed_differently_each_time(vault: Vault) -> None:
    assert vault.seal(UNIT, Note(text="x")) != vault.seal(UNIT, Note(text="x"))


def test_many_are_opened_at_once_but_for_what_is_erased(vault: Vault) -> None:
    sealed = {unit: (unit, vault.seal(unit, Note(text=unit))) for unit in (UNIT, OTHER)}
    assert vault.open_many(sealed) == {unit: Note(text=unit) for unit in (UNIT, OTHER)}
    vault.destroy([OTHER])
    assert vault.open_many(sealed) == {UNIT: Note(text=UNIT)}
    with pytest.raises(Damaged):
        vault.open_many({"exchanged": (UNIT, sealed[OTHER][1])})


def test_one_unit_cannot_open_what_another_sealed(vault: Vault) -> None:
    with pytest.raises(Damaged):
        vault.open(OTHER, vault.seal(UNIT, a_resident()))


def test_another_master_key_opens_nothing(vault: Vault) -> None:
    sealed = vault.seal(UNIT, a_resident())
    with pytest.raises(MasterKeyMissing):
        Vault(vault.database, os.urandom(32)).open(UNIT, sealed)


def test_a_unit_that_never_existed_is_as_good_as_erased(vault: Vault) -> None:
    with pytest.raises(Erased):
        vault.seal(UnitId("case-3"), Note(text="x"))
    assert vault.destroyed(UnitId("case-3"))


def test_making_a_unit_twice_keeps_its_key(vault: Vault) -> None:
    sealed = vault.seal(UNIT, a_resident())
    vault.create(UNIT, ZONNEDIJK, NOW)
    assert vault.open(UNIT, sealed) == a_resident()


def test_a_destroyed_unit_neither_opens_nor_seals_nor_comes_back(vault: Vault) -> None:
    sealed = vault.seal(UNIT, a_resident())
    vault.destroy([UNIT])
    vault.create(UNIT, ZONNEDIJK, NOW)
    with pytest.raises(Erased):
        vault.open(UNIT, sealed)
    with pytest.raises(Erased):
        vault.seal(UNIT, a_resident())
    with pytest.raises(Erased):
        vault.index(UNIT, ZONNEDIJK, [(IndexKind.BSN, "999990019")])
    assert (vault.destroyed(UNIT), vault.destroyed(OTHER)) == (True, False)


def test_a_destroyed_key_is_gone_for_every_process_at_once(databases: Databases, vault: Vault) -> None:
    elsewhere = databases.another_vault()
    sealed = elsewhere.seal(UNIT, a_resident())
    vault.destroy([UNIT])
    with pytest.raises(Erased):
        elsewhere.open(UNIT, sealed)
    elsewhere.database.close()


def test_destroying_twice_is_no_error(vault: Vault) -> None:
    vault.destroy([UNIT])
    vault.destroy([UNIT])
    assert vault.destroyed(UNIT)


def test_a_unit_is_found_by_its_values_in_its_own_municipality(vault: Vault) -> None:
    entry = (IndexKind.BSN, "999990019")
    vault.index(UNIT, ZONNEDIJK, [entry, entry])
    vault.index(OTHER, ZONNEDIJK, [entry])
    assert vault.find(ZONNEDIJK, *entry) == (UNIT, OTHER)
    assert vault.find(MunicipalityCode("9902"), *entry) == ()
    assert vault.find(ZONNEDIJK, IndexKind.MAIL, "999990019") == ()


def test_destroying_takes_indexes_and_what_matching_knew(vault: Vault) -> None:
    vault.index(UNIT, ZONNEDIJK, [(IndexKind.BSN, "999990019")])
    with vault.database.write() as session:
        session.add(CaseSlotRow(case_id="1", unit_id=UNIT, municipality="9901"))
        session.add(ReservationRow(signal_id="s", unit_id=UNIT, case_id="1", person_id="p", opens=True, attempt=1))
    vault.destroy([UNIT])
    assert vault.find(ZONNEDIJK, IndexKind.BSN, "999990019") == ()
    with vault.database.read() as session:
        left = [session.exec(select(table)).all() for table in (BlindIndexRow, CaseSlotRow, ReservationRow)]
    assert left == [[], [], []]


def test_several_steps_can_share_one_transaction(vault: Vault) -> None:
    unit = UnitId("case-9")
    with pytest.raises(RuntimeError), vault.database.write() as session:
        vault.create(unit, ZONNEDIJK, NOW, within=session)
        vault.index(unit, ZONNEDIJK, [(IndexKind.BSN, "999990019")], within=session)
        sealed = vault.seal(unit, Note(text="x"), within=session)
        assert vault.open(unit, sealed, within=session) == Note(text="x")
        assert vault.find(ZONNEDIJK, IndexKind.BSN, "999990019", within=session) == (unit,)
        raise RuntimeError
    assert vault.destroyed(unit)


def test_a_key_leaves_the_vaults_files_when_it_is_destroyed(databases: Databases) -> None:
    if databases.folder is None:
        pytest.skip("on PostgreSQL this is up to vacuum and the log's horizon")
    vault = databases.vault
    units = [UnitId(f"unit-{number}") for number in range(120)]
    entries = {unit: [(kind, f"{kind}-{unit}") for kind in IndexKind] for unit in units}
    with vault.database.write() as session:
        for unit in units:
            vault.create(unit, ZONNEDIJK, NOW, within=session)
            vault.index(unit, ZONNEDIJK, entries[unit], within=session)
    with vault.database.read() as session:
        keys = {row.id: row.wrapped_key or b"" for row in session.exec(select(UnitRow))}
    # Every third: pages are split and merged around the ones that stay.
    gone = units[::3]
    for unit in gone:
        vault.destroy([unit])
    on_disk = databases.files("vault")
    assert not any(keys[unit][12:28] in on_disk for unit in gone)
    assert all(keys[unit][12:28] in on_disk for unit in units if unit not in gone)
    digests = [vault.digest(ZONNEDIJK, *entry).encode() for unit in gone for entry in entries[unit]]
    assert not any(digest in on_disk for digest in digests)


def test_the_vault_holds_no_value_in_the_clear(databases: Databases, vault: Vault) -> None:
    vault.index(UNIT, ZONNEDIJK, [(IndexKind.BSN, "999990019"), (IndexKind.SURNAME_SOUND, "kuijpers")])
    with vault.database.read() as session:
        rows = session.exec(select(BlindIndexRow)).all()
    assert not any(value in f"{row.model_dump()}" for row in rows for value in ("999990019", "kuijpers"))


def test_a_reader_can_hold_up_the_proof_but_not_the_destruction(
    databases: Databases, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    if databases.folder is None:
        pytest.skip("PostgreSQL has no such file")
    impatient = databases.another_vault()
    monkeypatch.setattr("adapters.database._BUSY_SECONDS", 0)
    sealed = vault.seal(UNIT, a_resident())
    with vault.database.read() as reader:
        reader.exec(select(UnitRow)).all()
        with pytest.raises(LogNotEmptied):
            impatient.destroy([UNIT])
    with pytest.raises(Erased):
        vault.open(UNIT, sealed)
    impatient.destroy([UNIT])
    impatient.database.close()


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
def test_opened_data_that_do_not_fit_say_nothing_of_themselves(vault: Vault) -> None:
    sealed = vault.seal(UNIT, Note(text="x").model_copy(update={"text": ["geheim"]}))
    with pytest.raises(ValidationError) as raised:
        vault.open(UNIT, sealed)
    assert "geheim" not in str(raised.value)


def test_a_master_key_of_another_length_is_refused(vault: Vault) -> None:
    with pytest.raises(ValueError):
        Vault(vault.database, b"short")
