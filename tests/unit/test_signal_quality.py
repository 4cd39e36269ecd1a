"""What is counted of a signal, and that what is told of the counts gives no small one away."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.signal_quality import DELIVERED, REFUSED, UNIT
from models.case import CaseState
from models.codes import FeedbackCode, NotPickedUpReason, Outcome, Phase, SignalChange
from models.facts import SignalChanged
from models.values import PhoneNumber
from policy.disclosure import feedback_for
from policy.reasons import UNJUSTIFIED as WORDS
from policy.reasons import reasons_of
from policy.signal_quality import (
    FIGURES,
    OWN_FIGURES,
    Counted,
    Ending,
    FigureKey,
    Line,
    PhoneGiven,
    SignalFacts,
    SinceCollection,
    counted,
    counted_repeat,
    phone_given,
    since_collection,
    tell,
)
from tests.builders import NOW, a_case_in, after, outcome_recorded
from tests.unit.situations import a_case_of_two

SIGNAL_DAY = date(2027, 4, 1)
FACTS = SignalFacts(signal_date=SIGNAL_DAY, collection_day=27, phone=PhoneGiven.USABLE)
ONE, OTHER = PhoneNumber("0612345678"), PhoneNumber("0687654321")
ENDING, UNJUSTIFIED, PAID, PHONE = FigureKey


def ended_as(outcome: Outcome) -> CaseState:
    return after(a_case_in(Phase.IN_CONVERSATION), outcome_recorded(outcome))


def lines(state: CaseState, facts: SignalFacts = FACTS) -> dict[str, str]:
    return dict(counted(state, state.signals[0], facts))


# --- what is counted ----------------------------------------------------------------------------------------------

BY_OUTCOME = {
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: Ending.UNJUSTIFIED,
    Outcome.NOT_PICKED_UP_REPEAT: Ending.REPEAT,
    Outcome.NOT_A_RESIDENT: Ending.NOT_A_RESIDENT,
    Outcome.PAID_OR_ARRANGED: Ending.PAID,
}


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_line(outcome: Outcome) -> None:
    found = lines(ended_as(outcome))
    assert found[ENDING] == BY_OUTCOME.get(outcome, Ending.OTHER)
    assert (UNJUSTIFIED in found, PAID in found) == (found[ENDING] == "unjustified", found[ENDING] == "paid")


def test_a_signal_of_somebody_without_outcome_says_nothing_of_itself() -> None:
    state = after(a_case_of_two(), outcome_recorded(Outcome.NOT_A_RESIDENT))
    own, neighbours = (dict(counted(state, signal, FACTS))[ENDING] for signal in state.signals)
    assert (own, neighbours) == (Ending.NOT_A_RESIDENT, Ending.OTHER)


@pytest.mark.parametrize("why", [*reasons_of(Outcome.NOT_PICKED_UP_UNJUSTIFIED), None])
def test_why_a_signal_was_unjustified(why: NotPickedUpReason | None) -> None:
    recorded = outcome_recorded(Outcome.NOT_PICKED_UP_UNJUSTIFIED).model_copy(update={"reason": why})
    state = after(a_case_in(Phase.IN_CONVERSATION), recorded)
    # That one of the case's signals was withdrawn is said of that one alone.
    others = "" if why in (None, NotPickedUpReason.WITHDRAWN) else why
    assert lines(state)[UNJUSTIFIED] == others
    withdrawn = SignalChanged(at=NOW, signal_id=state.signals[0].signal_id, change=SignalChange.WITHDRAWN)
    assert lines(after(state, withdrawn))[UNJUSTIFIED] == NotPickedUpReason.WITHDRAWN


def test_every_reason_has_words() -> None:
    assert set(WORDS) == {*reasons_of(Outcome.NOT_PICKED_UP_UNJUSTIFIED), ""}


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, SinceCollection.DAYS_0_3),
        (3, SinceCollection.DAYS_0_3),
        (4, SinceCollection.DAYS_4_7),
        (7, SinceCollection.DAYS_4_7),
        (8, SinceCollection.DAYS_8_14),
        (14, SinceCollection.DAYS_8_14),
        (15, SinceCollection.LATER),
        (29, SinceCollection.LATER),
    ],
)
def test_days_since_the_collection_are_counted_in_bands(days: int, band: SinceCollection) -> None:
    assert since_collection(date(2027, 4, 2) + timedelta(days=days), 2) is band


def test_a_paid_signal_is_counted_by_the_collection_day_if_that_is_known() -> None:
    state = ended_as(Outcome.PAID_OR_ARRANGED)
    assert lines(state)[PAID] == SinceCollection.DAYS_4_7
    assert lines(state, replace(FACTS, collection_day=None))[PAID] == SinceCollection.UNKNOWN


def test_a_phone_is_wrong_when_every_number_is() -> None:
    assert phone_given((), wrong={ONE}) is PhoneGiven.NONE
    assert phone_given([ONE], wrong={OTHER}) is PhoneGiven.USABLE
    assert phone_given([ONE, OTHER], wrong={ONE}) is PhoneGiven.USABLE
    assert phone_given([ONE], wrong={ONE, OTHER}) is PhoneGiven.WRONG


def test_a_phone_that_nobody_can_tell_of_is_not_counted() -> None:
    assert PHONE not in lines(ended_as(Outcome.DIED), replace(FACTS, phone=None))


def test_a_repeat_is_counted_without_a_case() -> None:
    assert dict(counted_repeat(PhoneGiven.NONE)) == {ENDING: Ending.REPEAT, PHONE: PhoneGiven.NONE}


# --- what is told -------------------------------------------------------------------------------------------------


def shown(counts: dict[Counted, Sequence[int]], key: FigureKey) -> tuple[dict[str, int | None], int | None]:
    figure = next(one for one in tell(FIGURES, counts) if one.figure.key is key)
    return {line.name: line.count for line in figure.lines}, figure.total


ALL: dict[Counted, Sequence[int]] = {
    (ENDING, Ending.UNJUSTIFIED): (10, 10, 13),
    (ENDING, Ending.REPEAT): (10, 11, 12),
    (ENDING, Ending.NOT_A_RESIDENT): (20, 11, 12),
    (ENDING, Ending.PAID): (30, 30, 30),
    (ENDING, Ending.OTHER): (50, 60, 70),
    (UNJUSTIFIED, NotPickedUpReason.WITHDRAWN): (10, 10, 2),
    (UNJUSTIFIED, ""): (0, 0, 11),
    (PAID, SinceCollection.DAYS_0_3): (10, 10, 10),
    (PAID, SinceCollection.DAYS_4_7): (10, 10, 10),
    (PAID, SinceCollection.DAYS_8_14): (10, 10, 10),
}


def test_small_counts_are_hidden_with_what_would_give_them_away() -> None:
    assert shown(ALL, ENDING)[1] == 379
    lines, total = shown(ALL, UNJUSTIFIED)
    assert total == 33
    assert {name: count for name, count in lines.items() if count is not None} == {"ingetrokken door de partner": 22}


def test_what_divides_a_hidden_count_is_hidden_whole() -> None:
    """Its parts would add up to the count that was hidden."""
    few = ALL | {(ENDING, Ending.REPEAT): (1, 1, 1)}
    assert shown(few, ENDING)[0]["onterecht"] is None
    lines, total = shown(few, UNJUSTIFIED)
    assert (set(lines.values()), total) == ({None}, None)


def test_months_are_told_only_when_none_of_them_is_small() -> None:
    """The quarter and two of its months would tell the third."""
    figure = tell(FIGURES, ALL)[0]
    assert [line.parts for line in figure.lines][:2] == [(10, 10, 13), (10, 11, 12)]
    smaller = ALL | {(ENDING, Ending.UNJUSTIFIED): (9, 11, 13)}
    assert {line.parts for line in tell(FIGURES, smaller)[0].lines} == {()}


def test_months_of_a_division_are_told_only_with_those_of_what_it_divides() -> None:
    full = {(PAID, band): (10, 10, 10) for band in SinceCollection}
    counts = ALL | full | {(ENDING, Ending.PAID): (50, 50, 50)}
    assert all(line.parts for line in tell(FIGURES, counts)[2].lines)
    counts[ENDING, Ending.OTHER] = (9, 80, 91)
    assert not any(line.parts for line in tell(FIGURES, counts)[2].lines)


def test_of_nothing_nothing_is_told() -> None:
    assert {line for figure in tell(FIGURES, {}) for line in figure.lines} == {
        Line(name, None) for figure in FIGURES for name in figure.lines.values()
    }


# --- what the partner sees ----------------------------------------------------------------------------------------


def test_the_partners_own_lines_follow_from_what_it_was_told() -> None:
    """Two outcomes that are told alike are counted in one line, so that the counts tell no more than the feedback."""
    (own,) = (figure for figure in OWN_FIGURES if figure.key is ENDING)
    seen: dict[FeedbackCode, set[str]] = {}
    for outcome in Outcome:
        line = lines(ended_as(outcome))[ENDING]
        seen.setdefault(feedback_for(outcome), set()).add(own.lines[line])
    assert {code: len(names) for code, names in seen.items()} == dict.fromkeys(seen, 1)


def test_the_partner_does_not_see_what_was_tried_or_why() -> None:
    assert [figure.key for figure in OWN_FIGURES] == [ENDING, PHONE]
    (phones,) = (figure for figure in OWN_FIGURES if figure.key is PHONE)
    assert phones.lines[PhoneGiven.WRONG] == phones.lines[PhoneGiven.USABLE]


@pytest.mark.parametrize("figures", [FIGURES, OWN_FIGURES])
def test_every_line_that_is_counted_has_a_name(figures: tuple[object, ...]) -> None:
    codes: dict[FigureKey, Iterable[str]] = {
        ENDING: Ending,
        UNJUSTIFIED: WORDS,
        PAID: SinceCollection,
        PHONE: PhoneGiven,
    }
    for figure in FIGURES if figures is FIGURES else OWN_FIGURES:
        assert set(figure.lines) == set(codes[figure.key])


def test_the_document_defines_every_figure() -> None:
    text = " ".join(Path("docs/figures.md").read_text("utf-8").split())
    figures = [(figure.title, UNIT, figure.definition) for figure in FIGURES]
    figures += [(DELIVERED[0], UNIT, DELIVERED[1]), (REFUSED[0], "regels", REFUSED[1])]
    assert [title for title, unit, said in figures if f"- *{title}* ({unit}). {said}" not in text] == []
