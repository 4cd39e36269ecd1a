"""How often colleagues agree, without telling of few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import Outcome, OutcomeClass, ReviewReason
from policy.figure_tables import Line
from policy.review_agreement import Agreement, Judged, Share, agreement, agreement_figure, by_quarter
from policy.small_cells import LEAST
from tests.unit.test_terms import DEFAULT

QUICK_FIX, FURTHER = Outcome.ADVICE_OR_QUICK_FIX, Outcome.FURTHER_HELP_FINANCIAL
HIMSELF, PAID = Outcome.SETTLES_IT_HIMSELF, Outcome.PAID_OR_ARRANGED
CLASSES = {Outcome(outcome): OutcomeClass(kind) for outcome, kind in DEFAULT["outcome_classes"].items()}


def judged(outcome: Outcome, said: Outcome, cases: int, month: str = "2027-03") -> Judged:
    return Judged(month, outcome, said, None if said is outcome else ReviewReason.UNCLEAR, cases)


def the_agreement(*counts: Judged) -> Agreement:
    return agreement(counts, CLASSES)


def test_agreement_is_told_by_month_and_class_with_sums() -> None:
    found = the_agreement(
        judged(QUICK_FIX, QUICK_FIX, 15),
        judged(QUICK_FIX, HIMSELF, 5),
        judged(HIMSELF, HIMSELF, 30),
        judged(HIMSELF, PAID, 10, "2027-04"),
        judged(FURTHER, FURTHER, 12, "2027-04"),
    )
    assert found.classes == (OutcomeClass.HELP, OutcomeClass.CONTACT_WITHOUT_HELP)
    assert found.months == (
        ("2027-03", (Share(20, 15), Share(30, 30), Share(50, 45))),
        ("2027-04", (Share(12, 12), Share(10, 0), Share(22, 12))),
    )
    assert found.sums == (Share(32, 27), Share(40, 30), Share(72, 57))
    # "Paid already" instead of "settles it himself" is no disagreement about help.
    assert found.on_help == Share(72, 67)


def test_few_judgements_are_not_told_nor_what_they_follow_from() -> None:
    found = the_agreement(
        judged(QUICK_FIX, QUICK_FIX, 4),
        judged(HIMSELF, HIMSELF, 30),
        judged(QUICK_FIX, QUICK_FIX, 20, "2027-04"),
        judged(HIMSELF, HIMSELF, 25, "2027-04"),
    )
    assert found.months == (("2027-03", (None, None, Share(34, 34))), ("2027-04", (None, None, Share(45, 45))))
    assert found.sums == (Share(24, 24), Share(55, 55), Share(79, 79))


def test_nothing_is_told_of_a_handful() -> None:
    found = the_agreement(judged(QUICK_FIX, QUICK_FIX, 4), judged(HIMSELF, HIMSELF, 5))
    assert found.months == (("2027-03", (None, None, None)),)
    assert (found.sums, found.on_help) == ((None, None, None), None)


def test_without_judgements_there_is_nothing_to_tell() -> None:
    assert the_agreement() == Agreement((), (), (), None)
    figure = agreement_figure((), period="kwartaal 2027-1")
    assert (figure.lines, figure.total) == ((), None)


QUARTERS = st.lists(
    st.builds(
        judged,
        st.sampled_from((QUICK_FIX, HIMSELF)),
        st.sampled_from((QUICK_FIX, HIMSELF)),
        st.integers(1, 25),
        st.sampled_from(("2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05")),
    ),
    max_size=8,
)


@given(QUARTERS)
def test_a_quarter_tells_the_same_sum_here_and_among_the_figures(counts: list[Judged]) -> None:
    found = by_quarter(counts, CLASSES)
    assert [quarter for quarter, _ in found] == sorted({quarter for quarter, _ in found}, reverse=True)
    for quarter, agreed in found:
        inside = [one for one in counts if one.month in {month for month, _ in agreed.months}]
        [line] = agreement_figure(inside, period=quarter).lines
        assert (agreed.sums[-1] and agreed.sums[-1].judged) == line.counts[0]
        # What that sum leaves for the months that are hidden is of more than one of them, and not small.
        hidden = [
            sum(one.cases for one in inside if one.month == month) for month, row in agreed.months if row[-1] is None
        ]
        assert not hidden or agreed.sums[-1] is None or (len(hidden) > 1 and sum(hidden) >= LEAST)


def test_a_month_is_hidden_with_one_of_its_own_quarter() -> None:
    counts = [judged(HIMSELF, HIMSELF, cases, f"2027-{month:02}") for month, cases in enumerate((4, 30, 40, 12), 1)]
    (later, second), (earlier, first) = by_quarter(counts, CLASSES)
    assert (earlier, later) == ("2027-1", "2027-2")
    assert [row[-1] for _, row in first.months] == [None, None, Share(40, 40)]
    assert [row[-1] for _, row in second.months] == [Share(12, 12)]


@pytest.mark.parametrize(("agreed", "percent"), [(0, 0), (1, 13), (7, 88), (8, 100), (4, 50)])
def test_a_share_is_told_in_whole_percents(agreed: int, percent: int) -> None:
    assert Share(8, agreed).percent == percent


def test_the_figure_of_a_quarter_is_of_all_together() -> None:
    figure = agreement_figure(
        [
            judged(QUICK_FIX, QUICK_FIX, 15),
            judged(QUICK_FIX, HIMSELF, 5, "2027-02"),
            judged(HIMSELF, HIMSELF, 30),
            judged(Outcome.NO_RESPONSE_AFTER_CONTACT, HIMSELF, 10),
        ],
        period="kwartaal 2027-1",
    )
    assert (figure.period, figure.columns) == ("kwartaal 2027-1", ("oordelen", "eens, in procent"))
    assert (figure.lines, figure.total) == ((Line("alle resultaten", (60, 75)),), None)


def test_what_few_judged_is_not_told() -> None:
    figure = agreement_figure([judged(QUICK_FIX, QUICK_FIX, 6), judged(HIMSELF, QUICK_FIX, 3)], period="")
    assert figure.lines == (Line("alle resultaten", (None, None)),)
