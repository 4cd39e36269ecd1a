"""All of an installation put back as it was: both databases, and Temporal's, in which the erased case lives again."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from adapters.case_store import UnknownCase
from models.ids import CaseId
from models.vault_tables import CertificateRow
from tests.kill.harness import Site
from tests.kill.test_endings import LONG_AGO, a_case_to_tell_of
from workflows.names import case_workflow_id, retention_workflow_id

pytestmark = [pytest.mark.long, pytest.mark.processes]

_DATABASES = ("main.db", "vault.db", "temporal.db")


def files_of(folder: Path) -> list[Path]:
    """The three databases with their logs."""
    return [path for name in _DATABASES for path in folder.glob(f"{name}*")]


async def stopped(site: Site) -> None:
    """Nobody has a file open any more."""
    site.stop_worker()
    site.server.stop()
    site.stores.database.close()
    site.stores.vault.database.close()


async def put_back(site: Site, backup: Path) -> None:
    for path in files_of(site.folder):
        path.unlink()
    for path in files_of(backup):
        shutil.copy(path, site.folder)
    await site.server.start()


def certificates(site: Site) -> list[dict[str, Any]]:
    with site.stores.vault.database.read() as session:
        return [row.model_dump() for row in session.exec(select(CertificateRow).order_by(col(CertificateRow.number)))]


def surname(site: Site, case: CaseId) -> str:
    return site.stores.cases.resident(case, site.stores.cases.load(case).resident).surname


async def test_an_installation_that_was_put_back_is_made_whole_before_its_worker_runs(tmp_path: Path) -> None:
    (backup := tmp_path / "backup").mkdir()
    async with Site(tmp_path / "site") as site:
        site.start_worker()
        other = await site.opened(site.somebody())
        case, units = await a_case_to_tell_of(site, received=datetime.now(UTC) - LONG_AGO)
        await stopped(site)
        for path in files_of(site.folder):
            shutil.copy(path, backup)

        await site.server.start()
        site.start_worker()
        assert await site.feedback() == 1
        await site.until("the erasure is done", lambda: site.is_completed(retention_workflow_id(case)))
        newest, head = certificates(site), site.stores.certificates.head()
        assert await site.command("retention", "verify") == (0, "wrong: 0")
        await stopped(site)

        await put_back(site, backup)
        # The control: everything is there again, and can be read.
        assert surname(site, case)
        assert not await site.is_gone(case_workflow_id(case))
        assert not any(site.stores.vault.destroyed(unit) for unit in units)
        assert await site.command("retention", "verify") == (0, "wrong: 0")

        known = f"{head.number}:{head.hash}"
        assert (await site.command("retention", "verify", "--head", known))[0] == 1
        with site.stores.vault.database.write() as session:
            session.add_all(CertificateRow(**row) for row in newest)
        assert (await site.command("retention", "verify"))[0] == 1
        assert await site.command("retention", "again") == (0, f"erased again: {len(units)}")
        assert await site.command("retention", "verify", "--head", known) == (0, "wrong: 0")

        assert all(site.stores.vault.destroyed(unit) for unit in units)
        assert await site.is_gone(case_workflow_id(case))
        with pytest.raises(UnknownCase):
            surname(site, case)
        site.start_worker()
        assert surname(site, other)
        await site.is_well(other)
        assert await site.feedback() == 0
