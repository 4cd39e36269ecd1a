"""The scripts that stand for `keys add` and `keys drop` where the file of master keys is handed in to containers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.master_keys import MasterKey
from adapters.secrets import load_all
from tests.compose import ROOT
from tests.web.town import Town, a_case_in_contact

_DOCKER = f"""#!/bin/sh
# What comes after the image's own `python` runs here.
while [ "$1" != python ]; do shift; done
shift
cd {ROOT} && exec {sys.executable} "$@"
"""


class Host:
    """The folder of an installation whose master keys are the town's. `handed_in` is the file as a container has it
    that started before: the same file, whatever its name leads to later."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.file = folder / "secrets" / "master.key"
        self.handed_in = folder / "handed_in"
        self.file.parent.mkdir(parents=True)
        self.file.write_bytes(town.settings.master_key.read_bytes())
        self.handed_in.hardlink_to(self.file)
        self._folder = folder
        (folder / "deploy").symlink_to(ROOT / "deploy")
        self.docker = folder / "bin" / "docker"
        self.docker.parent.mkdir()
        self.docker.write_text(_DOCKER)
        self.docker.chmod(0o755)
        self._given = {**os.environ, **town.settings.environment()}
        self._given |= {
            "PATH": f"{self.docker.parent}:{os.environ['PATH']}",
            "SIGNAALREIS_MASTER_KEY_FILE": str(self.handed_in),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        # By its name in this folder: the scripts go up from where they lie.
        return subprocess.run(words, cwd=self._folder, env=self._given, capture_output=True, text=True, check=False)

    def script(self, name: str, before: str = ":") -> subprocess.CompletedProcess[str]:
        return self.run("sh", "-c", f"{before}; exec sh deploy/{name}")

    def keys(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Typed in the container that started before."""
        return self.run("docker", "python", "cli.py", "keys", *words)

    def seen(self) -> list[str]:
        return [MasterKey(key).id for key in load_all(self.handed_in, may_make=False)]


@pytest.fixture
def host(town: Town, tmp_path: Path) -> Host:
    a_case_in_contact(town)
    return Host(town, tmp_path / "host")


def test_a_container_that_runs_sees_what_the_scripts_add_and_drop(host: Host) -> None:
    [former] = host.seen()
    assert "stands first" in (added := host.script("add-master-key.sh")).stdout, added.stderr
    new, *others = host.seen()
    assert others == [former]
    assert f"master key {new} stands first" in added.stdout
    early = host.script("drop-master-key.sh")
    assert (early.returncode, host.seen()) == (1, [new, former])
    assert host.keys("rotate", "--to", new).returncode == 0
    dropped = host.script("drop-master-key.sh")
    assert dropped.returncode == 0, dropped.stderr
    assert dropped.stdout.splitlines()[-1] == f"dropped: {former}"
    assert host.seen() == [new]
    assert host.file.read_bytes() == host.handed_in.read_bytes()
    assert host.keys("check").returncode == 0
    assert [path.name for path in host.file.parent.iterdir()] == ["master.key"]


def test_on_a_full_disk_no_key_is_lost(host: Host) -> None:
    before = host.seen()
    assert host.script("add-master-key.sh", before="ulimit -f 0").returncode != 0
    assert host.seen() == before


@pytest.mark.parametrize("name", ["add-master-key.sh", "drop-master-key.sh"])
def test_without_an_answer_from_the_program_the_file_stays_as_it_was(host: Host, name: str) -> None:
    before = host.seen()
    host.docker.write_text("#!/bin/sh\nexit 1\n")
    assert host.script(name).returncode != 0
    assert host.seen() == before
