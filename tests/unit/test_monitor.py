"""What each figure counts of a case, and that the document defines them all."""

from dataclasses import replace
from pathlib import Path

from policy.monitor import FIGURES, Closed, Line, lines

CASE = Closed(
    month_opened="2027-04",
    partner_types=("Huur", "Energie", "Huur"),
    partners=2,
    successive=1,
    not_compared=1,
    reach={"SMS/Whatsapp/Ochtend": (3, 1)},
    reached=True,
    outcome="Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
    acceptance="not_accepted",
    first_attempt="29+",
)
OLD = replace(CASE, month_opened="", partners=0, reach={}, reached=False, outcome="", acceptance="", first_attempt="")


def counted(case: Closed) -> list[dict[str, int]]:
    return [dict(figure.counts(case)) for figure in FIGURES]


def test_a_case_is_counted_in_every_figure() -> None:
    assert counted(CASE) == [
        {"2027-04": 1},
        {"Huur": 2, "Energie": 1},
        {"meervoudig": 1},
        {"eerder gemeld": 1, "niet eerder gemeld": 1, "niet bekend": 1},
        {"SMS/Whatsapp, Ochtend: bereikt": 1, "SMS/Whatsapp, Ochtend: niet bereikt": 2},
        {"bereikt": 1},
        {"29 dagen of meer": 1},
        {"geen hulp aangenomen": 1},
        {"Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering": 1},
    ]


def test_what_was_not_counted_then_is_not_guessed() -> None:
    unknown = {"niet bekend": 1}
    found = counted(OLD)
    assert [found[0], found[2], found[4], found[6], found[7], found[8]] == [unknown, unknown, {}, *[unknown] * 3]
    assert FIGURES[2].counts(replace(CASE, partners=1)) == {"enkelvoudig": 1}


def test_a_small_line_is_hidden_with_the_next() -> None:
    cases = [CASE] * 20 + [replace(CASE, reached=False)] * 9
    reach = next(figure for figure in FIGURES if figure.title == "Bereik")
    assert lines(reach, cases) == (Line("bereikt", None), Line("niet bereikt", None))
    assert lines(reach, cases[:20]) == (Line("bereikt", 20),)


def test_the_document_defines_every_figure() -> None:
    text = Path("docs/figures.md").read_text("utf-8")
    assert [
        figure.title for figure in FIGURES if f"- *{figure.title}* ({figure.unit}). {figure.definition}" not in text
    ] == []
