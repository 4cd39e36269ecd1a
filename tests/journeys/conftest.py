"""An installation for journeys, with the default policy's numbers."""

import dataclasses
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest

from config import Settings
from simulation.installation import Installation

SENDER = """\
sender:
  name: Gemeente Zonnedijk
  page: https://zonnedijk.example/vroegsignalering
  phone: 010 123 45 00
"""

Begin = Callable[[datetime], Awaitable[Installation]]


@pytest.fixture
async def begin(tmp_path: Path) -> AsyncIterator[Begin]:
    """Gives an installation that begins at a moment; everything stops at the end of the test."""
    policies = tmp_path / "policies"
    policies.mkdir()
    shutil.copy(Settings().policies / "default.yaml", policies)
    (policies / "9901.yaml").write_text(SENDER, encoding="utf-8")
    async with AsyncExitStack() as stack:

        async def at(moment: datetime) -> Installation:
            return await stack.enter_async_context(
                Installation(
                    tmp_path / "data",
                    begins=moment,
                    settings=lambda settings: dataclasses.replace(settings, policies=policies),
                )
            )

        yield at
