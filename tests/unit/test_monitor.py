"""What each figure counts of a case, and that the document defines them all."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.codes import REACHED, Channel, NotPickedUpReason, Outcome, Phase
from policy.ddas import CONTACT_KINDS
from policy.figure_tables import Line, Table, told_table
from policy.monitor import FIGURES, ONLY_SENT, AreaCount, Closed, Figure, areas, tables
from policy.open_cases import age_limits, open_cases
from policy.reasons import reasons_of
from policy.refusals import CALL_RESULTS, OTHER_RESULTS, VISIT_RESULTS
from policy.review_agreement import agreement_figure
from tests.builders import at

CASE = Closed(
    month="2027-06",
    month_opened="2027-04",
    partner_types=("Huur", "Energie", "Huur"),
    partners=2,
    successive=1,
    not_compared=1,
    reach={"SMS/Whatsapp/Ochtend": (3, 1), "Brief/Middag": (4, 0)},
    reached=True,
    outcome="Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
    acceptance="not_accepted",
    first_attempt="29+",
)
OLD = replace(CASE, month_opened="", partners=0, reach={}, reached=False, outcome="", acceptance="", first_attempt="")


def the_figure(title: str) -> Figure:
    return next(figure for figure in FIGURES if figure.title == title)


def counted(case: Closed) -> dict[str, dict[str, tuple[int, ...]]]:
    return {figure.title: dict(figure.counts(case)) for figure in FIGURES}


def shown(title: str, *cases: Closed) -> Table:
    return next(each for each in tables(cases, period="kwartaal 2027-2") if each.title == title)


def test_a_case_is_counted_in_every_figure() -> None:
    assert counted(CASE) == {
        "Maand van openen": {"2027-04": (1,)},
        "Meldingen per soort partner": {"Huur": (2,), "Energie": (1,)},
        "Enkelvoudig en meervoudig": {"meervoudig": (1,)},
        "Opeenvolgend": {"eerder gemeld": (1,), "niet eerder gemeld": (1,), "niet bekend": (1,)},
        "Bereik per kanaal en dagdeel": {"SMS/Whatsapp, Ochtend": (1, 2)},
        "Brieven en kaartjes per dagdeel": {"Brief, Middag": (4,)},
        "Bereik per maand": {"2027-06": (1, 0)},
        "Bereik per soort partner": {"meer soorten partner": (1, 0)},
        "Tijd tot de eerste contactpoging": {"29 dagen of meer": (1,)},
        "Hulpacceptatie": {"geen hulp aangenomen": (1,)},
        "Resultaat": {"Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering": (1,)},
        "Waarom onterecht": {},
        "Rechtspersonen": {"rechtspersoon": (1,)},
    }


@pytest.mark.parametrize("reason", reasons_of(Outcome.NOT_PICKED_UP_UNJUSTIFIED))
def test_every_reason_why_a_signal_is_unjustified_has_a_line_of_its_own(reason: NotPickedUpReason) -> None:
    case = replace(CASE, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED, unjustified=reason)
    figure = the_figure("Waarom onterecht")
    [line] = figure.counts(case)
    assert (line in figure.order, len(set(figure.order))) == (
        True,
        1 + len(reasons_of(Outcome.NOT_PICKED_UP_UNJUSTIFIED)),
    )
    assert dict(figure.counts(replace(case, unjustified=""))) == {"niet bekend": (1,)}


def test_a_legal_entity_is_not_somebody_who_was_not_reached() -> None:
    company = replace(CASE, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED, unjustified=NotPickedUpReason.LEGAL_ENTITY)
    found = {each.title: each.total for each in tables([*[CASE] * 30, *[company] * 12], period="")}
    assert found.pop("Rechtspersonen") == Line("totaal", (12,))
    # Else how many there were would be the difference between figures with and without them.
    assert found["Resultaat"] == Line("totaal", (30,)) and found["Bereik per maand"] == Line("totaal", (None, None, 30))
    of_residents = {each.title: each.total for each in tables([CASE] * 30, period="")}
    assert found == {title: total for title, total in of_residents.items() if title != "Rechtspersonen"}


def test_what_a_figure_divides_must_be_told_itself() -> None:
    unjustified = replace(CASE, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED, unjustified=NotPickedUpReason.WITHDRAWN)
    died, fine = replace(CASE, outcome=Outcome.DIED), replace(CASE, outcome=Outcome.SETTLES_IT_HIMSELF)
    told = shown("Waarom onterecht", *[unjustified] * 12, *[fine] * 30)
    assert told.lines == (Line("ingetrokken door de partner", (12,)),)
    # Beside the three who died the twelve are hidden: told here, they would tell the three.
    assert shown("Waarom onterecht", *[unjustified] * 12, *[died] * 3, *[fine] * 30).lines == ()


def test_results_of_help_are_hidden_with_each_other() -> None:
    def helped(outcome: Outcome) -> Closed:
        return replace(CASE, outcome=outcome, acceptance="accepted")

    few, more = helped(Outcome.ADVICE_OR_QUICK_FIX), helped(Outcome.FURTHER_HELP_FINANCIAL)
    fine = replace(CASE, outcome=Outcome.SETTLES_IT_HIMSELF)
    lines = {line.name: line.counts for line in shown("Resultaat", *[few] * 3, *[more] * 40, *[fine] * 12).lines}
    assert lines == {few.outcome: (None,), more.outcome: (None,), fine.outcome: (12,)}


def test_what_was_not_counted_then_is_not_guessed() -> None:
    unknown = {"niet bekend": (1,)}
    found = counted(OLD)
    assert found["Bereik per kanaal en dagdeel"] == {}
    assert [title for title, lines in found.items() if lines == unknown] == [
        "Maand van openen",
        "Enkelvoudig en meervoudig",
        "Tijd tot de eerste contactpoging",
        "Hulpacceptatie",
        "Resultaat",
    ]


def test_one_partner_and_one_kind_of_partner_are_said_as_such() -> None:
    case = replace(CASE, partner_types=("Huur", "Huur"), partners=1, reached=False)
    assert the_figure("Enkelvoudig en meervoudig").counts(case) == {"enkelvoudig": (1,)}
    assert the_figure("Bereik per soort partner").counts(case) == {"Huur": (0, 1)}


def test_a_small_line_is_hidden_with_the_next_and_the_sum_stays() -> None:
    other = replace(CASE, month_opened="2027-05")
    assert shown("Maand van openen", *[CASE] * 20, *[other] * 9).lines == (
        Line("2027-04", (None,)),
        Line("2027-05", (None,)),
    )
    assert shown("Maand van openen", *[CASE] * 20, *[other] * 9).total == Line("totaal", (29,))


def test_reach_has_a_sum_of_each_line_and_of_each_column() -> None:
    rent = replace(CASE, partner_types=("Huur",))
    missed = replace(rent, reached=False)
    found = shown(
        "Bereik per soort partner", *[CASE] * 10, *[replace(CASE, reached=False)] * 12, *[rent] * 20, *[missed] * 11
    )
    assert found.columns == ("bereikt", "niet bereikt", "totaal")
    assert found.lines == (Line("Huur", (20, 11, 31)), Line("meer soorten partner", (10, 12, 22)))
    assert found.total == Line("totaal", (30, 23, 53))


def test_without_cases_a_figure_has_no_lines_and_no_sum() -> None:
    assert (shown("Bereik per maand").lines, shown("Bereik per maand").total) == ((), None)


def test_lines_with_an_order_of_their_own_keep_it() -> None:
    bands = ("none", "29+", "8-14", "0-3")
    found = shown("Tijd tot de eerste contactpoging", *(replace(CASE, first_attempt=band) for band in bands), OLD)
    names = ["0-3 dagen", "8-14 dagen", "29 dagen of meer", "geen contactpoging", "niet bekend"]
    assert [line.name for line in found.lines] == names


def test_a_neighbourhood_is_told_by_reach_and_by_month() -> None:
    counts = [
        AreaCount("9990", "2027-04", 30, 12),
        AreaCount("9990", "2027-05", 20, 10),
        AreaCount("9991", "2027-05", 40, 25),
    ]
    may = replace(CASE, month="2027-05", reached=False)
    april = replace(may, month="2027-04")
    closed = [
        *[replace(april, reached=True)] * 12,
        *[april] * 18,
        *[replace(may, reached=True)] * 35,
        *[may] * 25,
        replace(may, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED, unjustified=NotPickedUpReason.LEGAL_ENTITY),
    ]
    reach, by_month = areas(counts, closed, ("2027-04", "2027-05", "2027-06"), period="kwartaal 2027-2")
    assert reach.lines == (Line("9990", (22, 28, 50)), Line("9991", (25, 15, 40)))
    assert by_month.columns == ("2027-04", "2027-05", "totaal")
    # In June nothing closed, and in April nothing of 9991.
    assert by_month.lines == (Line("9990", (None, None, 50)), Line("9991", (None, None, 40)))
    assert by_month.total == Line("totaal", (30, 60, 90))


def test_who_is_in_no_neighbourhood_is_not_the_difference_of_two_sums() -> None:
    """Three with a secret address: their line is hidden, with that of the smallest neighbourhood."""
    counts = [AreaCount("9990", "2027-06", 30, 30), AreaCount("9991", "2027-06", 40, 40)]
    reach, by_month = areas(counts, [CASE] * 73, ("2027-06",), period="")
    assert reach.lines == (
        Line("9990", (None, None, None)),
        Line("9991", (None, None, 40)),
        Line("adres geheim of niet bekend", (None, None, None)),
    )
    assert by_month.total == Line("totaal", (73,))
    # What was counted of more than closed (it was counted otherwise then) makes no line of its own.
    assert [line.name for line in areas(counts, [CASE] * 60, ("2027-06",), period="")[0].lines] == ["9990", "9991"]


def test_nobody_is_reached_by_what_is_only_sent() -> None:
    """So that it has a figure of its own: that none of it was answered is known, and would hide nothing."""
    results = {Channel.CALL: CALL_RESULTS, Channel.VISIT: VISIT_RESULTS, **OTHER_RESULTS}
    speaking = {CONTACT_KINDS[channel] for channel, possible in results.items() if REACHED & set(possible)}
    ours = {CONTACT_KINDS[channel] for channel in results}
    assert ours - speaking == ONLY_SENT


def test_lines_are_not_named_where_so_many_are_hidden() -> None:
    """Ten lines of one, of which the sum is told elsewhere, would be known by being there."""
    ten = [replace(CASE, month_opened=f"20{year}-01") for year in range(10, 20)]
    found = shown("Maand van openen", *ten)
    assert (found.lines, found.total) == ((Line("te kleine aantallen", (None,)),), Line("totaal", (10,)))


# --- open cases -----------------------------------------------------------------------------------------------------


def test_open_cases_are_told_by_stage_and_age() -> None:
    found = open_cases({Phase.IN_CONVERSATION: (10, 22, 34, 45), Phase.CONTACT: (20, 31, 43, 60)}, moment="nu")
    assert (found.period, found.columns[0], found.columns[-1]) == ("nu", "jonger dan 4 weken", "totaal")
    assert found.lines == (Line("Contact zoeken", (20, 11, 12, 17, 60)), Line("In gesprek", (10, 12, 12, 11, 45)))
    assert found.total == Line("totaal", (30, 23, 24, 28, 105))


def test_age_is_counted_in_whole_local_days_also_when_the_clock_changes() -> None:
    assert age_limits(at("2027-04-05 09:00")) == (
        at("2027-03-09 00:00"),
        at("2027-01-05 00:00"),
        at("2026-10-06 00:00"),
    )


def test_a_table_without_lines_is_empty() -> None:
    assert told_table("x", "zaken", "", "nu", ("a", "b"), {}).lines == ()


def test_the_document_defines_every_figure() -> None:
    text = Path("docs/figures.md").read_text("utf-8")
    defined: list[Figure | Table] = [
        *FIGURES,
        *areas((), (), (), period=""),
        open_cases({}, moment=""),
        agreement_figure((), period=""),
    ]
    assert [
        figure.title for figure in defined if f"- *{figure.title}* ({figure.unit}). {figure.definition}" not in text
    ] == []
