"""A policy file, checked before it is used: what is said, of which line."""

import argparse
from pathlib import Path

import pytest

import cli
import config
from adapters.policy_check import Findings, check
from command_line.policies import policy_check

SHIPPED = config.read({}).policies
SENDER = 'sender: {name: Gemeente Elders, page: "https://elders.example", phone: "010 987 65 00"}\n'


def found(folder: Path, content: str, name: str = "1234") -> Findings:
    """What is said of this file beside the shipped default, without the folder before its name."""
    (folder / "default.yaml").write_text((SHIPPED / "default.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    said = check(folder / f"{name}.yaml")
    errors, remarks = (tuple(one.replace(f"{folder}/", "") for one in each) for each in (said.errors, said.remarks))
    return Findings(errors, remarks)


_NO_YAML = "dit is geen YAML: let op inspringen, haakjes, aanhalingstekens en de spatie na een dubbele punt"


def _broken() -> list[tuple[str, tuple[str, ...]]]:
    """Each block: what a file says after its sender, which is line 1, and what is told of it."""
    blocks = Path(__file__).with_name("broken_policies.txt").read_text(encoding="utf-8").split("\n\n")
    parted = ([line.rpartition("=> ") for line in block.splitlines()] for block in blocks)
    return [
        (
            "".join(f"{text}\n" for _, arrow, text in lines if not arrow),
            tuple(text for _, arrow, text in lines if arrow),
        )
        for lines in parted
    ]


BROKEN = _broken()


@pytest.mark.parametrize(("content", "said"), BROKEN, ids=[content.splitlines()[0] for content, _ in BROKEN])
def test_a_broken_file_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, content: str, said: tuple[str, ...]
) -> None:
    assert said
    assert found(tmp_path, SENDER + content) == Findings(errors=said)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert check(tmp_path / "1234.yaml").errors == (f"{tmp_path}/1234.yaml: dit bestand is er niet",)


def test_a_file_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "1234.yaml").write_bytes(b"\xff\xfe")
    said = "dit bestand is niet te lezen: het hoort tekst te zijn, in UTF-8"
    assert check(tmp_path / "1234.yaml").errors == (f"{tmp_path}/1234.yaml: {said}",)
    (tmp_path / "folder.yaml").mkdir()
    assert check(tmp_path / "folder.yaml").errors == (f"{tmp_path}/folder.yaml: {said}",)


def test_a_sign_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    assert found(tmp_path, "version: \x07\n").errors == (f"1234.yaml: {_NO_YAML}",)


def test_a_file_whose_name_is_no_code_is_an_error(tmp_path: Path) -> None:
    said = (
        "elders is geen code: een gemeentecode heeft vier cijfers; zet die tussen aanhalingstekens onder municipalities"
    )
    assert found(tmp_path, SENDER, name="elders").errors == (f"elders.yaml: {said}",)


def test_a_municipality_without_a_sender_is_told_so(tmp_path: Path) -> None:
    assert found(tmp_path, 'version: "2"\n').errors == ("1234.yaml: sender: dit ontbreekt: vul het in",)


REGION = """\
municipalities:
  "1234":
    sender: {name: Gemeente Elders, page: "https://elders.example", phone: "010 987 65 00"}
    thresholds:
      Huur: veel
  "1235":
    sender: {name: Gemeente Anders, page: "http://anders.example", phone: "010 987 65 01"}
matching:
  mode: weekly
routes:
  cak: {priority: 5}
"""


def test_all_that_is_wrong_for_any_municipality_is_said_at_once_and_once(tmp_path: Path) -> None:
    assert found(tmp_path, REGION, name="regio").errors == (
        "regio.yaml, regel 5: municipalities.1234.thresholds.Huur: hier hoort een bedrag in euro's, zoals 75 of 75.50",
        "regio.yaml, regel 11: routes.cak.priority: te hoog: hooguit 4",
        "regio.yaml, regel 9: matching.mode: dit kan hier niet; kies uit: at_once, daily, monthly",
        "regio.yaml, regel 7: municipalities.1235.sender.page: het adres van een pagina begint met https://",
    )


def test_what_does_not_belong_together_is_said_at_once_too(tmp_path: Path) -> None:
    content = "first_conversation: {days: 40}\nidentity_queue: nobody\nend_of_supply: {working_days: 0}\n"
    assert found(tmp_path, SENDER + content).errors == (
        "1234.yaml, regel 2: first_conversation: minstens 1 en hooguit 28 days (Wgs art. 4), geteld in days",
        "1234.yaml, regel 4: end_of_supply: tel terug in working_days, minstens 1",
        "1234.yaml, regel 3: identity_queue: er is geen werkbakje nobody; wel: early_signals, identity, youth_workers",
    )


def test_remarks_name_the_line_and_never_come_twice(tmp_path: Path) -> None:
    content = REGION.replace("veel", "10").replace("http:", "https:").replace("weekly", "daily").replace("5}", "4}")
    shared = "patience:\n  visit: {working_days: 50}\n"
    assert found(tmp_path, content + shared, name="regio") == Findings(
        remarks=(
            "regio.yaml, regel 13: patience.visit: 50 werkdagen is veel langer dan wat ernaast staat: klopt dat, of is "
            "het een tikfout?",
            "regio.yaml, regel 5: municipalities.1234.thresholds.Huur: 10 euro ligt ver van wat andere gemeenten "
            "hebben (meestal 75 euro): klopt dat, of is het een tikfout?",
        )
    )


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_shipped_file_has_an_error_or_a_remark(file: Path) -> None:
    said = check(file)
    assert said.errors == ()
    # The demonstration forgets in ten minutes, so that one can watch it; nothing else stands out.
    assert [remark for remark in said.remarks if "9901.yaml, regel 16: retention.not_picked_up" not in remark] == []
    assert bool(said.remarks) is (file.stem == "9901")


def test_a_file_that_only_lies_under_others_is_checked_too(tmp_path: Path) -> None:
    assert found(tmp_path, "municipalities: {}\nfeedback: {working_days: -1}\n", name="region").errors == (
        "region.yaml, regel 2: feedback.working_days: te laag: minstens 0",
    )


def test_the_command_prints_what_is_found_and_fails_only_on_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found(tmp_path, SENDER + "version: 2\n")
    arguments = argparse.Namespace(file=tmp_path / "1234.yaml")
    assert policy_check(config.read({}), arguments) == 1
    told = f"{tmp_path}/1234.yaml, regel 2: version: hier hoort een tekst; zet een getal tussen aanhalingstekens"
    assert capsys.readouterr().out == f"fout: {told}\nfouten: 1, opmerkingen: 0\n"
    found(tmp_path, SENDER + "patience: {visit: {working_days: 0}}\n")
    assert policy_check(config.read({}), arguments) == 0
    told = f"{tmp_path}/1234.yaml, regel 2: patience.visit: nul: dit werk is te laat zodra het er is; geef er tijd voor"
    assert capsys.readouterr().out == f"let op: {told}\nfouten: 0, opmerkingen: 1\n"


def test_the_command_is_one_of_the_policy_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["cli.py", "policy", "check", str(SHIPPED / "default.yaml")])
    assert cli.main() == 0
