"""`cli.py keys`, and the runbooks of docs/keys.md: their commands, in the order in which they stand there."""

import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import col, select

import cli
import config
from adapters.blind import IndexKind
from adapters.documents import Documents
from adapters.master_keys import MasterKey, MasterKeyMissing
from adapters.secrets import SecretUnusable, load_all, load_or_make
from adapters.stores import open_stores
from adapters.vault import Damaged, Erased, UnitKey, Vault
from command_line import keys, retention
from models.case import CaseState
from models.codes import DocumentKind
from models.ids import UnitId, unit_of_case
from models.personal import Resident
from models.tables import CaseRow, DocumentRow, SignalRow
from models.vault_tables import CertificateRow, UnitRow
from tests.builders import ZONNEDIJK
from tests.fakes import FakeExecutions
from tests.web.town import OPENED, Town, a_case_in_contact, closed_case

RUNBOOKS = Path(__file__).parents[2] / "docs" / "keys.md"
HOUSE = (IndexKind.HOUSE, "9990AB|12")


@pytest.fixture(autouse=True)
def temporal(monkeypatch: pytest.MonkeyPatch) -> FakeExecutions:
    """What Temporal knows of cases, at the end of the commands' own connection."""
    known = FakeExecutions()

    async def connect(*_: object) -> None:
        return None

    for commands in (keys, retention):
        monkeypatch.setattr(commands, "connect", connect)
        monkeypatch.setattr(commands, "TemporalExecutions", lambda client: known)
    return known


@pytest.fixture(autouse=True)
def environment(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read the town's settings, and say nothing in the log of the tests."""
    for name, value in town.settings.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli, "configure", lambda **_: None)


def steps_of(heading: str) -> list[str]:
    """The lines of the first block of commands below a heading of the runbooks."""
    below = RUNBOOKS.read_text().partition(f"## {heading}\n")[2]
    block = re.search(r"^```\n(.*?)^```", below, re.DOTALL | re.MULTILINE)
    assert block is not None
    return block.group(1).splitlines()


class Console:
    """Types the lines of a runbook. What is no command of ours is done by the test; a line that it does not know is an
    error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **others: Callable[[], object]) -> None:
        self._monkeypatch = monkeypatch
        self._others = others
        self.codes: list[tuple[str, int]] = []

    def type(self, *lines: str) -> None:
        for line in lines:
            name = line.removeprefix("sudo ").split()[0].rpartition("/")[2].partition(".")[0]
            if line.startswith("cli.py "):
                self.codes.append((line.removeprefix("cli.py "), self._ours(line)))
            elif line.startswith("docker compose "):
                words = line.split()
                self._others[words[5] if words[2] == "exec" else words[2]]()
            else:
                self._others[name.replace("-", "_")]()

    def _ours(self, line: str) -> int:
        words = line.split()
        self._monkeypatch.setattr(sys, "argv", [first_in_file() if word == "ID" else word for word in words])
        return cli.main()


def first_in_file() -> str:
    """The id that adding a master key printed."""
    return MasterKey(load_all(config.read().master_key, may_make=False)[0]).id


def resident_in(vault: Vault, town: Town, state: CaseState) -> object:
    with town.stores.database.read() as session:
        return Documents(vault).read(session, DocumentKind.PERSON, state.resident)


def everything_in(town: Town) -> dict[str, tuple[UnitId, bytes]]:
    with town.stores.database.read() as session:
        return {row.id: (UnitId(row.unit_id), row.sealed) for row in session.exec(select(DocumentRow))}


def known_keys(town: Town) -> tuple[bytes, ...]:
    return load_all(town.settings.master_key, may_make=False)


def alone(town: Town, key: bytes) -> Vault:
    """The vault with this master key and no other."""
    return Vault(town.stores.vault.database, key)


def test_replacing_the_master_key(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Web and worker go on with the stores that they have."""
    state, gone = a_case_in_contact(town), a_case_in_contact(town)
    [former] = known_keys(town)
    backup = Backup(town, monkeypatch)
    console = Console(monkeypatch, pg_dump=backup.make, check_vault_backup=backup.check)
    add, rotate, *rest = steps_of("Replacing the master key")
    console.type(add)
    later = a_case_in_contact(town)
    console.type(rotate)
    during = a_case_in_contact(town)
    town.stores.vault.destroy([unit_of_case(gone.case_id)])
    console.type(*rest)
    assert console.codes == [("keys add", 0), ("keys rotate --to ID", 0), ("keys check", 0), ("keys drop", 0)]
    assert capsys.readouterr().out.splitlines()[-2] == "need another key: 0"
    assert backup.codes == [0]
    [key] = known_keys(town)
    assert key != former
    for vault in (town.stores.vault, alone(town, key)):
        assert all(isinstance(resident_in(vault, town, each), Resident) for each in (state, later, during))
        with pytest.raises(Erased):
            resident_in(vault, town, gone)
    assert unit_of_case(state.case_id) in alone(town, key).find(ZONNEDIJK, *house_of(town, state))


class Backup:
    """A copy of the vault, and its keys tried where nobody works with it."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self._vault = Path(town.stores.vault.database.url.database or "")
        self._monkeypatch = monkeypatch
        self._copy = self._vault.with_name("copy.db")
        self.codes: list[int] = []

    def make(self) -> None:
        with closing(sqlite3.connect(self._vault)) as source, closing(sqlite3.connect(self._copy)) as copy:
            source.backup(copy)

    def check(self) -> None:
        console = Console(self._monkeypatch)
        with self._monkeypatch.context() as changed:
            changed.setenv("SIGNAALREIS_VAULT_URL", f"sqlite:///{self._copy}")
            console.type("cli.py keys check")
        self.codes += [code for _, code in console.codes]


def house_of(town: Town, state: CaseState) -> tuple[IndexKind, str]:
    resident = resident_in(town.stores.vault, town, state)
    assert isinstance(resident, Resident)
    return IndexKind.HOUSE, f"{resident.address.postcode.text}|{resident.address.number}"


def test_after_a_leak_the_thief_reads_nothing_that_came_later(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state, closed = a_case_in_contact(town), closed_case(town)
    house, veiled = house_of(town, state), town.stores.vault.veiled(ZONNEDIJK, state.case_id)
    [stolen] = known_keys(town)
    thief = {unit: alone(town, stolen).key_of(unit) for unit, _ in everything_in(town).values()}
    hashed = town.stores.vault.digest(ZONNEDIJK, *house)
    copied = everything_in(town)
    backup = Backup(town, monkeypatch)
    console = Console(
        monkeypatch,
        stop=town.close,
        start=lambda: None,
        pg_dump=backup.make,
        check_vault_backup=backup.check,
    )
    console.type(*steps_of("The master key leaked"))
    assert {code for _, code in console.codes} == {0}
    assert [line for line, _ in console.codes][-1] == "retention verify"
    assert "made before it         0" in capsys.readouterr().out.splitlines()

    town.stores = open_stores(town.settings)
    # The control: what was copied can be read with what was stolen.
    assert [thief[unit].open(sealed) for unit, sealed in copied.values()]
    now = everything_in(town)
    assert now.keys() == copied.keys()
    readable = [name for name, (unit, sealed) in now.items() if _opens(thief[unit], sealed)]
    assert readable == []
    assert all(isinstance(resident_in(town.stores.vault, town, each), Resident) for each in (state, closed))
    assert unit_of_case(state.case_id) in town.stores.vault.find(ZONNEDIJK, *house)
    assert town.stores.vault.digest(ZONNEDIJK, *house) != hashed
    assert town.stores.vault.veiled(ZONNEDIJK, state.case_id) != veiled
    later = a_case_in_contact(town)
    assert unit_of_case(later.case_id) in town.stores.vault.find(ZONNEDIJK, *house_of(town, later))
    with pytest.raises(MasterKeyMissing):
        alone(town, stolen).key_of(unit_of_case(state.case_id))


def _opens(key: UnitKey, sealed: bytes) -> bool:
    try:
        key.open(sealed)
    except Damaged:
        return False
    return True


def test_a_lost_key_ends_in_certificates_and_a_new_beginning(
    town: Town, temporal: FakeExecutions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state, closed = a_case_in_contact(town), closed_case(town)
    house = house_of(town, state)
    town.settings.master_key.unlink()
    console = Console(
        monkeypatch,
        stop=town.close,
        start=lambda: None,
        make_secrets=lambda: load_or_make(town.settings.master_key, may_make=True),
    )
    steps = steps_of("The master key is lost")
    confirmed = steps.index("cli.py keys lost --confirm")
    console.type(*steps[:confirmed])
    told = capsys.readouterr().out
    assert "ask woonstee for municipality 9901: 1 signals, received 2027-04-05 to 2027-04-05" in told
    fresh = open_stores(town.settings)
    with pytest.raises(MasterKeyMissing):
        fresh.vault.create(UnitId("case-9"), ZONNEDIJK, OPENED)
    console.type(*steps[confirmed:])
    assert console.codes == [
        ("keys lost", 1),
        ("keys lost --confirm", 0),
        ("keys check", 0),
        ("retention verify", 0),
    ]
    town.stores = open_stores(town.settings)
    with town.stores.vault.database.read() as session:
        proofs = session.exec(select(CertificateRow).order_by(col(CertificateRow.number))).all()
    assert {proof.case_id for proof in proofs} == {state.case_id, closed.case_id}
    assert {proof.defect for proof in proofs} == {"key_lost"}
    with town.stores.database.read() as session:
        assert [session.exec(select(table)).all() for table in (CaseRow, SignalRow, DocumentRow)] == [[], [], []]
    assert f"case/{state.case_id}" in temporal.deleted
    assert town.stores.vault.find(ZONNEDIJK, *house) == ()
    again = a_case_in_contact(town)
    assert unit_of_case(again.case_id) in town.stores.vault.find(ZONNEDIJK, *house)


def test_a_key_that_is_found_again_makes_everything_readable(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until somebody confirms, nothing is lost that a copy of the key opens."""
    state = a_case_in_contact(town)
    found = town.settings.master_key.read_text()
    town.settings.master_key.unlink()
    console = Console(monkeypatch)
    console.type("cli.py keys lost", "cli.py keys check", "cli.py keys rotate --to ID")
    town.settings.master_key.write_text(found)
    console.type("cli.py keys check", "cli.py keys lost")
    assert console.codes == [
        ("keys lost", 1),
        ("keys check", 1),
        ("keys rotate --to ID", 2),
        ("keys check", 0),
        ("keys lost", 0),
    ]
    assert isinstance(resident_in(open_stores(town.settings).vault, town, state), Resident)


def test_nothing_is_dropped_or_sealed_anew_while_another_key_is_needed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case_in_contact(town)
    console = Console(monkeypatch)
    console.type("cli.py keys add", "cli.py keys drop", "cli.py keys rotate --to ID")
    with town.stores.vault.database.write() as session:
        some = select(UnitRow.id).limit(1)
        former = MasterKey(known_keys(town)[1])
        row = session.get_one(UnitRow, session.exec(some).one())
        row.wrapped_key, row.wrapped_by = former.wrap(row.id, bytes(32)), former.id
    console.type("cli.py keys drop", "cli.py keys reseal --stopped")
    assert len(known_keys(town)) == 2
    assert console.codes == [
        ("keys add", 0),
        ("keys drop", 1),
        ("keys rotate --to ID", 0),
        ("keys drop", 1),
        ("keys reseal --stopped", 1),
    ]


def test_what_does_not_see_the_new_key_wraps_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a container that has the file as it was: there the former key stands first, and nothing needs another."""
    a_case_in_contact(town)
    as_it_was = town.settings.master_key.read_bytes()
    console = Console(monkeypatch)
    console.type("cli.py keys add")
    added = first_in_file()
    town.settings.master_key.write_bytes(as_it_was)
    console.type(f"cli.py keys rotate --to {added}")
    assert [code for _, code in console.codes] == [0, 2]
    assert f"master key {first_in_file()} stands first" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_stays_as_it_was(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError

    before = town.settings.master_key.read_bytes()
    monkeypatch.setattr(Path, "replace", full)
    Console(monkeypatch).type("cli.py keys add")
    assert town.settings.master_key.read_bytes() == before
    assert "cannot be written here" in capsys.readouterr().err
    assert [path for path in town.settings.master_key.parent.iterdir() if path.name.startswith(".master")] == []


@pytest.mark.parametrize("content", ["", "zz" * 32, f"{'ab' * 32}\n{'AB' * 32}", f"{'ab' * 32}\nabc"])
def test_a_file_of_keys_that_says_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content)
    with pytest.raises(SecretUnusable) as raised:
        load_all(path, may_make=True)
    assert not content or content[:8] not in str(raised.value)
