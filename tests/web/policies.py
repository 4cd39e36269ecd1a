"""Policy files for a town: Zonnedijk has a newer version to come, Waterdorp has a policy of its own."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import config
from adapters.policy_book import PolicyFiles
from tests.web.town import Town

ZONNEDIJK = 'sender: {name: Gemeente Zonnedijk, page: "https://zonnedijk.example", phone: "010 123 45 00"}\n'
WATERDORP = 'sender: {name: Gemeente Waterdorp, page: "https://waterdorp.example", phone: "010 987 65 00"}\n'
NEWER = (
    ZONNEDIJK
    + """\
municipalities: {"9901": {}}
version: "2027-2"
starts: 2027-07-01
thresholds: {Huur: 100}
plans:
  standard:
    steps:
      call-3: null
"""
)


def policy_folder(folder: Path, **files: str) -> Path:
    """The shipped default with these files; a name that begins with a digit has an `m` before it."""
    shipped = (config.read({}).policies / "default.yaml").read_text(encoding="utf-8")
    for name, content in {"default": shipped, **files}.items():
        (folder / f"{name.removeprefix('m')}.yaml").write_text(content, encoding="utf-8")
    return folder


def with_policies(town: Town, folder: Path) -> Town:
    """The town with a version to come in Zonnedijk, and Waterdorp."""
    folder.mkdir()
    files = policy_folder(folder, m9901=ZONNEDIJK + 'version: "2025-1 Zonnedijk"\n', m9901_2=NEWER, m9902=WATERDORP)
    town.stores = replace(town.stores, policies=PolicyFiles(files, today=lambda: date(2027, 4, 5)))
    return town
