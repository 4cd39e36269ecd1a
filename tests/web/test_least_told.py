"""From which number a count is told: a municipality may raise it, and every figure follows."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI

from adapters.policy_book import PolicyFiles
from models.codes import Role
from policy.small_cells import LEAST
from policy.terms import BadPolicy
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.pages_of_roles import somebody_of
from tests.web.policies import WATERDORP, policy_folder
from tests.web.policies import ZONNEDIJK as FILE
from tests.web.test_figures import closed_cases
from tests.web.test_staff_api import get
from tests.web.town import THEA, Town

CLOSED = 13
QUARTER = "kwartaal=2027-2"


def _files(folder: Path, least: int) -> PolicyFiles:
    files = policy_folder(folder, m9901=FILE + f"figures: {{least: {least}}}\n", m9902=WATERDORP)
    return PolicyFiles(files, today=lambda: date(2027, 4, 5))


@pytest.mark.parametrize("least", [LEAST - 1, 1, 0, 101])
def test_it_cannot_be_lowered_or_hide_everything(tmp_path: Path, least: int) -> None:
    with pytest.raises(BadPolicy, match=r"figures\.least"):
        _files(tmp_path, least)


@pytest.mark.parametrize(("least", "told"), [(LEAST, True), (CLOSED, True), (CLOSED + 1, False), (100, False)])
async def test_every_figure_follows(town: Town, app: FastAPI, tmp_path: Path, least: int, told: bool) -> None:
    closed_cases(town, CLOSED)
    folder = tmp_path / "policies"
    folder.mkdir()
    town.stores = replace(town.stores, policies=_files(folder, least))
    app.state.services = town.services
    assert town.stores.policies.least(ZONNEDIJK) == least
    async with Browser(app) as browser:
        await browser.sign_in(THEA)
        paths = (f"/cijfers?{QUARTER}", f"/cijfers.csv?gemeente=9901&{QUARTER}", f"/cijfers/partners?{QUARTER}")
        shown = [re.search(rf"[>;]{CLOSED}[<;]", (await browser.get(path)).text) is not None for path in paths]
        answer = (await get(browser, f"/cijfers?gemeente=9901&{QUARTER}")).json()
        of_api = [count for table in answer["tabellen"] for line in table["regels"] for count in line["aantallen"]]
        await browser.sign_in(somebody_of(town, Role.PARTNER))
        page = (await browser.get("/partner")).text
    assert shown == [told] * len(paths)
    assert (CLOSED in of_api) is told
    assert f"minder dan {least} is een streepje" in page
