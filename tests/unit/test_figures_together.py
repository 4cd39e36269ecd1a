"""Whoever lays all figures of a quarter beside each other computes no small count that is hidden."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.codes import NotPickedUpReason, Outcome
from policy import figure_tables
from policy.closing_counts import FirstAttempt, is_resident
from policy.figure_tables import TOTAL, Table
from policy.monitor import FIGURES, AreaCount, Closed, areas, tables
from policy.outcomes import HELP_OUTCOMES
from policy.small_cells import LEAST, crossed, told_in_groups

MONTHS = ("2027-04", "2027-05", "2027-06")
Spot = tuple[str, str, str]
"""Figure, line and column."""
Sum = Mapping[Spot, int]


@dataclass(frozen=True)
class Some:
    """So many cases that are alike, and where their residents live; nowhere when the address is secret."""

    case: Closed
    area: str
    number: int


@st.composite
def some_cases(draw: st.DrawFn) -> Some:
    outcome = draw(st.sampled_from((*list(Outcome)[:4], Outcome.NOT_PICKED_UP_UNJUSTIFIED, "")))
    acceptance = st.sampled_from(("accepted", "pending")) if outcome in HELP_OUTCOMES else st.just("not_accepted")
    why = st.sampled_from(
        (NotPickedUpReason.LEGAL_ENTITY, NotPickedUpReason.WITHDRAWN, NotPickedUpReason.BELOW_THRESHOLD)
    )
    kinds = draw(st.lists(st.sampled_from(("Huur", "Energie", "Water")), min_size=1, max_size=2))
    counted_then = draw(st.integers(0, 5)) > 0
    case = Closed(
        month=draw(st.sampled_from(MONTHS)),
        month_opened=draw(st.sampled_from(("2027-02", "2027-03", "2027-04"))) if counted_then else "",
        partner_types=tuple(kinds),
        partners=draw(st.integers(1, len(kinds))) if counted_then else 0,
        successive=draw(st.integers(0, 1)),
        not_compared=0,
        reach=draw(st.sampled_from(({}, {"Telefoon/Avond": (2, 1)}, {"Brief/Middag": (1, 0), "Mail/Avond": (1, 0)}))),
        reached=draw(st.booleans()),
        outcome=outcome,
        acceptance=draw(acceptance) if outcome else "",
        first_attempt=draw(st.sampled_from(list(FirstAttempt)[:3])) if counted_then else "",
        unjustified=draw(why) if outcome == Outcome.NOT_PICKED_UP_UNJUSTIFIED else "",
    )
    return Some(case, draw(st.sampled_from(("9990", "9991", "9992", ""))), draw(st.integers(1, 25)))


def all_figures(quarter: list[Some]) -> list[Table]:
    closed = [some.case for some in quarter for _ in range(some.number)]
    counted = [
        AreaCount(some.area, some.case.month, some.number, some.number * some.case.reached)
        for some in quarter
        if some.area and is_resident(some.case.unjustified)
    ]
    return [*tables(closed, period=""), *areas(counted, closed, MONTHS, period="")]


def numbers(figures: list[Table]) -> Iterator[tuple[Spot, int | None]]:
    """All that stands in them, with the sums."""
    for figure in figures:
        for line in (*figure.lines, *filter(None, (figure.total,))):
            for column, count in zip(figure.columns, line.counts, strict=True):
                yield (figure.title, line.name, column), count


def truth(quarter: list[Some]) -> dict[Spot, int]:
    """The same figures with nothing hidden."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure_tables, "crossed", lambda *counts, least: crossed(*counts, least=0))
        patch.setattr(figure_tables, "told_in_groups", lambda counts, *, least: told_in_groups(counts, least=0))
        return {spot: count for spot, count in numbers(all_figures(quarter)) if count is not None}


# --- what anybody knows of figures, whatever is told --------------------------------------------------------------


def known_sums(true: Mapping[Spot, int]) -> Iterator[Sum]:
    """Sums of counts that are zero by what the figures count."""
    lines, columns = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for title, line, column in true:
        lines[title].add(line)
        columns[title].add(column)
    for title, named in lines.items():
        inside, across = named - {TOTAL}, columns[title] - {TOTAL}
        for column in columns[title]:
            yield {**{(title, line, column): 1 for line in inside}, (title, TOTAL, column): -1}
        for line in named if TOTAL in columns[title] else ():
            yield {**{(title, line, column): 1 for column in across}, (title, line, TOTAL): -1}
    yield from _same(true, [figure.title for figure in FIGURES if figure.unit == "zaken" and figure.of_residents])
    yield from _same(true, [figure.title for figure in FIGURES if figure.unit == "meldingen"])
    reached = [title for title in lines if "bereikt" in columns[title] and title != "Bereik per kanaal en dagdeel"]
    yield from ({(reached[0], TOTAL, "bereikt"): 1, (title, TOTAL, "bereikt"): -1} for title in reached[1:])
    for month in lines["Bereik per maand"] - {TOTAL}:
        yield {("Bereik per maand", month, TOTAL): 1, ("Buurt en maand", TOTAL, month): -1}
    for area in lines["Bereik per buurt"]:
        # With one month the column is the sum.
        [of_months] = columns["Buurt en maand"] if len(columns["Buurt en maand"]) == 1 else [TOTAL]
        yield {("Bereik per buurt", area, TOTAL): 1, ("Buurt en maand", area, of_months): -1}
    helped = {("Resultaat", line, "aantal"): 1 for line in lines["Resultaat"] if line in HELP_OUTCOMES}
    yield {**helped, **dict.fromkeys(_of(true, "Hulpacceptatie", "hulp"), -1)}
    for title in ("Resultaat", "Enkelvoudig en meervoudig", "Tijd tot de eerste contactpoging"):
        other = "Hulpacceptatie" if title == "Resultaat" else "Maand van openen"
        yield {(title, "niet bekend", "aantal"): 1, (other, "niet bekend", "aantal"): -1}
    why = ("Waarom onterecht", TOTAL, "aantal")
    yield {why: 1, ("Resultaat", Outcome.NOT_PICKED_UP_UNJUSTIFIED, "aantal"): -1}


def _of(true: Mapping[Spot, int], title: str, start: str) -> list[Spot]:
    return [spot for spot in true if spot[0] == title and spot[1].startswith(start)]


def _same(true: Mapping[Spot, int], titles: list[str]) -> Iterator[Sum]:
    """Figures of the same things have the same sum."""
    sums = [spot for spot in true if spot[0] in titles and spot[1] == TOTAL and spot[2] in (TOTAL, "aantal")]
    whole = [spot for spot in sums if spot[0] != "Waarom onterecht"]
    yield from ({whole[0]: 1, spot: -1} for spot in whole[1:])


# --- the attacker -------------------------------------------------------------------------------------------------

Row = tuple[dict[Spot, Fraction], Fraction]
"""A sum and what it is."""


def solved(known: list[Row]) -> list[Row]:
    """By elimination: each row has a spot that is in no other one."""
    rows: dict[Spot, Row] = {}
    for sum_, value in known:
        sum_ = dict(sum_)
        for spot in [spot for spot in sum_ if spot in rows]:
            value = _less(sum_, value, rows[spot], sum_[spot])
        if not sum_:
            assert value == 0
            continue
        first = min(sum_)
        by = sum_[first]
        row = ({spot: number / by for spot, number in sum_.items()}, value / by)
        for other, (parts, whole) in rows.items():
            if first in parts:
                rows[other] = (parts, _less(parts, whole, row, parts[first]))
        rows[first] = row
    return list(rows.values())


def _less(sum_: dict[Spot, Fraction], value: Fraction, row: Row, times: Fraction) -> Fraction:
    for spot, number in row[0].items():
        left = sum_.pop(spot, Fraction(0)) - times * number
        if left:
            sum_[spot] = left
    return value - times * row[1]


def could_be(rows: list[Row], low: dict[Spot, float], high: dict[Spot, float]) -> None:
    """Narrows what each spot can be, until nothing more follows."""
    narrower, rounds = True, 0
    while narrower and rounds < 50:
        narrower, rounds = False, rounds + 1
        for sum_, value in rows:
            least = {spot: float(n) * (low[spot] if n > 0 else high[spot]) for spot, n in sum_.items()}
            most = {spot: float(n) * (high[spot] if n > 0 else low[spot]) for spot, n in sum_.items()}
            for spot, number in sum_.items():
                up = float(value) - sum(least[other] for other in sum_ if other != spot)
                down = float(value) - sum(most[other] for other in sum_ if other != spot)
                ends = sorted((up / float(number), down / float(number)))
                if ends[0] > low[spot] + 1e-6 or ends[1] < high[spot] - 1e-6:
                    low[spot], high[spot] = max(low[spot], ends[0]), min(high[spot], ends[1])
                    narrower = True


def found_out(quarter: list[Some]) -> dict[Spot, int]:
    """The small counts that can be computed."""
    true, told = truth(quarter), dict(numbers(all_figures(quarter)))
    equations: list[Row] = [
        ({spot: Fraction(n) for spot, n in sum_.items() if spot in true}, Fraction(0)) for sum_ in known_sums(true)
    ]
    equations += [({spot: Fraction(1)}, Fraction(count)) for spot, count in told.items() if count is not None]
    low, high = dict[Spot, float](dict.fromkeys(true, 0)), dict.fromkeys(true, float("inf"))
    for spot in true:
        _, line, column = spot
        if spot in told and column in (TOTAL, "aantal"):
            low[spot] = 1  # A line of nobody does not stand there.
        if column == "bereikt" and line.partition(",")[0] in ("Brief", "Kaartje"):
            high[spot] = 0  # Nobody talks to a letter.
    could_be(solved(equations) + equations, low, high)
    return {spot: count for spot, count in true.items() if count < LEAST and high[spot] - low[spot] < 1}


QUARTERS = st.lists(some_cases(), min_size=1, max_size=7)
SETTLED = Closed(
    month="2027-04",
    month_opened="2027-04",
    partner_types=("Huur",),
    partners=1,
    successive=0,
    not_compared=0,
    reach={},
    reached=True,
    outcome=Outcome.SETTLES_IT_HIMSELF,
    acceptance="not_accepted",
    first_attempt="0-3",
)
HELPED = replace(SETTLED, outcome=Outcome.ADVICE_OR_QUICK_FIX, acceptance="accepted")
UNJUSTIFIED = replace(SETTLED, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED)


def some(number: int, case: Closed = SETTLED, area: str = "9990", **changes: Any) -> Some:
    return Some(replace(case, **changes), area, number)


LAID_TOGETHER: dict[str, list[Some]] = {
    "help that is yet to begin, beside the results of help": [
        some(30, HELPED),
        some(4, HELPED, acceptance="pending"),
        some(12),
    ],
    "secret addresses, beside figures that count them": [some(30), some(40, area="9991"), some(3, area="")],
    "legal entities, beside figures without them": [
        some(40),
        some(20, UNJUSTIFIED, unjustified=NotPickedUpReason.WITHDRAWN),
        some(3, UNJUSTIFIED, unjustified=NotPickedUpReason.LEGAL_ENTITY),
    ],
    "what was not counted then, beside the same in another figure": [
        some(4),
        some(60, month_opened="2027-03"),
        some(12, month_opened="", partners=0, first_attempt=""),
    ],
    "letters, which nobody answers, beside calls": [
        some(12, reach={"Brief/Middag": (1, 0)}),
        some(5, reach={"Telefoon/Avond": (5, 1)}),
        some(30, reach={"Telefoon/Middag": (2, 1)}),
    ],
    "lines of one, that are there": [some(1, month_opened=f"20{year}-01") for year in range(10, 20)],
}


@pytest.mark.parametrize("quarter", LAID_TOGETHER.values(), ids=LAID_TOGETHER)
def test_no_small_count_is_the_difference_of_two_figures(quarter: list[Some]) -> None:
    assert found_out(quarter) == {}


@settings(max_examples=25, deadline=None)
@given(QUARTERS)
def test_no_small_count_follows_from_all_figures_together(quarter: list[Some]) -> None:
    assert found_out(quarter) == {}


@settings(max_examples=25, deadline=None)
@given(QUARTERS)
def test_the_attacker_starts_from_what_is_true(quarter: list[Some]) -> None:
    true = truth(quarter)
    assert all(sum(n * true.get(spot, 0) for spot, n in sum_.items()) == 0 for sum_ in known_sums(true))
    assert all(count in (None, true.get(spot, count)) for spot, count in numbers(all_figures(quarter)))
