"""A town in which every number is the default policy's, whatever the demonstration's municipality has chosen."""

import dataclasses
import shutil
from datetime import datetime
from pathlib import Path

from config import Settings
from simulation.installation import Installation

SENDER = """\
sender:
  name: Gemeente Zonnedijk
  page: https://zonnedijk.example/bericht
  phone: 010 123 45 00
"""
SUPERVISORS = "teamleiders@zonnedijk.example"


def a_town(folder: Path, *, begins: datetime) -> Installation:
    """To be entered; everything it keeps lies in `folder`, and the next one there goes on with it."""
    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    shutil.copy(Settings().policies / "default.yaml", policies)
    (policies / "9901.yaml").write_text(f"{SENDER}supervision: {{digest_to: [{SUPERVISORS}]}}\n", encoding="utf-8")
    return Installation(
        folder / "data", begins=begins, settings=lambda settings: dataclasses.replace(settings, policies=policies)
    )
