"""A delivery ends the same whether its worker lives or dies, and the measurement would say so if it did not."""

import dataclasses
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.big_delivery import deliver, faults, table
from bench.delivered import Outcome
from bench.in_order import in_order
from bench.many_rows import many_rows
from policy.calendar import local
from simulation.deliveries import WOONSTEE, Row

DAY = date(2027, 4, 5)
ENDED = Outcome(
    counts={"stored": 0, "opened": 2, "joined": 1, "repeated": 0, "refused": 1}, cases=2, workflows=2, fingerprint="a"
)


def rows(number: int, seed: int = 1) -> list[Row]:
    return list(many_rows(number, seed=seed, partner=WOONSTEE, signal_date=DAY))


def test_a_seed_gives_the_same_rows_and_a_larger_file_begins_with_them() -> None:
    assert rows(300)[:200] == rows(200)
    assert rows(200) != rows(200, seed=2)


def test_there_are_rows_of_every_kind_and_an_address_for_each_of_fifty_thousand() -> None:
    delivered = rows(50_000)
    homes = Counter((row["postcode"], row["huisnummer"], row["toevoeging"]) for row in delivered)
    assert len(homes) > 40_000
    assert sum(row["rechtsvorm"] == "bv" for row in delivered) > 500
    assert sum(row["postcode"] == "99 onbekend" for row in delivered) > 500
    assert len({row["kenmerk"] for row in delivered}) < 49_500
    assert {row["bsn"] for row in delivered} == {""}
    assert max(int(row["huisnummer"]) for row in delivered) < 100_000


def test_runs_that_end_alike_have_no_fault() -> None:
    assert faults([ENDED, ENDED]) == ""


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(ENDED, fingerprint="b"),
        dataclasses.replace(ENDED, cases=3, workflows=3),
        dataclasses.replace(ENDED, counts=ENDED.counts | {"joined": 0, "repeated": 1}),
    ],
)
def test_runs_that_end_differently_are_told(other: Outcome) -> None:
    assert faults([ENDED, other]) == "The runs end differently."


@pytest.mark.parametrize(
    "ended",
    [
        dataclasses.replace(ENDED, workflows=1),
        dataclasses.replace(ENDED, cases=3, workflows=3),
        dataclasses.replace(ENDED, counts=ENDED.counts | {"stored": 1}),
    ],
)
def test_a_row_without_a_case_or_a_case_without_a_workflow_is_told(ended: Outcome) -> None:
    assert faults([ended]) == "Not every row has its case, or not every case its workflow."


@pytest.mark.long
@pytest.mark.processes
async def test_a_delivery_of_every_kind_of_row_ends_the_same_when_its_worker_is_killed_or_its_cases_held(
    tmp_path: Path,
) -> None:
    # The installation lives in real time, and takes no signal of a day to come.
    day = local(datetime.now(UTC)).date()
    runs = [
        await deliver(tmp_path / f"{kills}{held}", 120, kills=kills, seed=1, day=day, bare_starts=5, held=held)
        for kills, held in ((0, False), (2, False), (0, True))
    ]
    ordered = in_order(tmp_path / "in-order", 120, seed=1, day=day)
    assert faults([ordered, *(run.outcome for run in runs)]) == ""
    assert [run.kills for run in runs] == [0, 2, 0]
    counts = runs[0].outcome.counts
    assert all(counts[name] > 0 for name in ("opened", "joined", "repeated", "refused", "legal_entities"))
    assert "fingerprint of rows and cases" in table(120, runs)
