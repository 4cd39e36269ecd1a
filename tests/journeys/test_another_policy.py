"""A newer version of a municipality's policy is applied to running cases by the command line."""

import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from adapters.command_desk import CommandDesk
from adapters.policy_book import PolicyFiles
from adapters.stores import Stores
from command_line.policy_move import MayNotApply, Move, apply, mover, open_cases
from models.case import CaseState
from models.codes import TaskKind
from models.ids import CaseId, StaffId
from models.values import MunicipalityCode
from simulation.deliveries import PARTNERS, row_of
from simulation.installation import Installation
from simulation.people import population
from tests.builders import at
from tests.journeys.conftest import Begin
from tests.journeys.town import SENDER
from web.timeline import entry, worth_telling

HANNA, SAMIRA = StaffId("hanna"), StaffId("samira")
BEGINS, TODAY = at("2025-04-15 09:00"), date(2025, 4, 15)
NEWER = """\
version: "2025-2"
starts: 2025-04-10
plans:
  standard:
    steps:
      call-1: {wait: {working_days: 3, calendar: office, rule: "Beleid: drie werkdagen na de mail bellen."}}
"""
SHORTER = """\
version: "2025-3"
starts: 2025-04-12
plans: {standard: {steps: {call-1: null}}}
"""


async def town_with_a_case(begin: Begin, people: int = 1) -> tuple[Installation, list[CaseId]]:
    town = await begin(BEGINS)
    residents = population(seed=7, count=people)
    for person in residents:
        town.world.add(person)
    rows = [
        row_of(random.Random(1), PARTNERS[0], person, reference=f"R-{number}", signal_date=date(2025, 4, 14))
        for number, person in enumerate(residents)
    ]
    await town.take_in(PARTNERS[0].name, rows)
    return town, town.cases()


def with_policy(town: Installation, folder: Path, text: str) -> Stores:
    """The stores of the same installation, where another version of the policy lies beside the one of before."""
    (folder / "policies" / "9901-newer.yaml").write_text(
        SENDER + "municipalities: {'9901': {}}\n" + text, encoding="utf-8"
    )
    return replace(town.stores, policies=PolicyFiles(folder / "policies", today=lambda: TODAY))


def a_move(town: Installation, moment: datetime = BEGINS) -> Move:
    role = mover(town.stores, HANNA, town.municipality)
    return Move(municipality=town.municipality, by=HANNA, role=role, on=TODAY, at=moment)


def call_of(state: CaseState) -> tuple[datetime, ...]:
    return tuple(task.opens_at for task in state.tasks if task.kind is TaskKind.CALL)


async def test_a_move_is_shown_first_then_done_once_and_the_trail_says_by_whom(begin: Begin, tmp_path: Path) -> None:
    town, [case] = await town_with_a_case(begin)
    stores, desk, before = (
        with_policy(town, tmp_path, NEWER),
        CommandDesk(town.client, town.stores.outbox),
        town.state(case),
    )
    said = list[str]()

    assert await apply(stores, None, a_move(town), open_cases(stores, town.municipality), say=said.append) == 0
    assert said[-1] == "1 zaak: 1 te verplaatsen."
    assert said[0].endswith("(versie 2025-1) → gewone route (versie 2025-2)")
    call = "  Bellen gepland: do 17 april 13:00 → di 22 april 13:00 (Beleid: drie werkdagen na de mail bellen.)"
    assert call in said
    assert town.state(case) == before

    said.clear()
    assert await apply(stores, desk, a_move(town), [case], say=said.append) == 0
    assert (said[-2:], call in said) == (["  verplaatst", "1 zaak: 1 verplaatst."], True)
    await town.machine.quiet(town.case(case))
    assert call_of(town.state(case)) == (at("2025-04-22 13:00"),)

    said.clear()
    assert await apply(stores, desk, a_move(town), [case], say=said.append) == 0
    assert said == [f"Zaak {case[:8]}: volgt versie 2025-2 al.", "1 zaak: 1 volgt dit beleid al."]
    told = worth_telling(town.stores.cases.journey(case))[-1]
    line = entry(told.fact, by=told.fact.by, note=told.note, partners={}, names={}, may_read_safety=False, now=BEGINS)
    assert line.sentence.startswith("Beleid van versie 2025-2 toegepast: de zaak volgt de gewone route.")
    assert (line.by, await town.reconcile(at("2025-04-15 10:00"))) == ("hanna", 0)


async def test_a_case_whose_step_is_gone_is_refused_and_nothing_changes(begin: Begin, tmp_path: Path) -> None:
    town, [case] = await town_with_a_case(begin)
    stores, before, said = with_policy(town, tmp_path, SHORTER), town.state(case), list[str]()
    desk = CommandDesk(town.client, town.stores.outbox)
    assert await apply(stores, desk, a_move(town), [case], say=said.append) == 1
    assert said == [
        f"Zaak {case[:8]}: niet te verplaatsen. Het nieuwe contactplan heeft de stap niet waar de zaak nu is.",
        "1 zaak: 1 niet te verplaatsen.",
    ]
    assert town.state(case) == before


async def test_only_who_may_apply_a_policy_moves_the_cases_of_their_municipality(begin: Begin) -> None:
    town = await begin(BEGINS)
    for staff, municipality in ((SAMIRA, "9901"), (HANNA, "9902"), (StaffId("nobody"), "9901")):
        with pytest.raises(MayNotApply):
            mover(town.stores, staff, MunicipalityCode(municipality))
