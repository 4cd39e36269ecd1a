"""What differs between policies, in words and on the command line."""

from decimal import Decimal
from pathlib import Path

import pytest

import cli
from models.codes import PartnerType, Route
from policy.file_routes import TriageRule, When
from policy.terms import Policy
from tests.web.policies import NEWER, WATERDORP, ZONNEDIJK, policy_folder
from tests.web.policy_text import default_policy
from web.policy_diff import Difference, differences
from web.policy_words import sections, sentences


def changed(**parts: object) -> Policy:
    return default_policy().model_copy(update=parts)


def said(*arguments: str | Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `cli.py policy diff` prints."""
    monkeypatch.setattr("sys.argv", ["cli.py", "policy", "diff", *map(str, arguments)])
    assert cli.main() == 0
    return capsys.readouterr().out.splitlines()


def test_a_policy_does_not_differ_from_itself() -> None:
    assert differences(default_policy(), default_policy().model_copy()) == ()


def test_a_difference_has_its_place_what_was_and_what_becomes() -> None:
    less = changed(thresholds={**default_policy().thresholds, PartnerType.RENT: Decimal(100)})
    assert differences(default_policy(), less) == (
        Difference(
            "Drempels",
            ("thresholds", "Huur"),
            "Een signaal van Huur telt vanaf € 75,00.",
            "Een signaal van Huur telt vanaf € 100,00.",
        ),
    )


def test_a_rule_that_comes_in_between_is_the_only_difference() -> None:
    between = TriageRule(route=Route.CAK, when=When(successive=True), rule="Beleid: opnieuw.")
    more = changed(triage=(*default_policy().triage[:3], between, *default_policy().triage[3:]))
    added = "Is dit adres al eerder gemeld? Dan de route voor CAK-lijsten. (Beleid: opnieuw.)"
    assert differences(default_policy(), more) == (Difference("Welke route?", ("triage", 3), "", added),)
    assert differences(more, default_policy()) == (Difference("Welke route?", ("triage", 3), added, ""),)


def test_rules_that_change_places_differ() -> None:
    first, second, *others = default_policy().triage
    assert len(differences(default_policy(), changed(triage=(second, first, *others)))) == 2


def test_a_route_that_is_gone_is_told_where_it_stood() -> None:
    without = changed(routes={name: its for name, its in default_policy().routes.items() if name != Route.CAK})
    found = differences(default_policy(), without)
    assert {each.title for each in found} == {"De routes: Route voor CAK-lijsten"}
    assert all(each.before and not each.after for each in found)


def test_differences_come_in_the_order_of_the_page() -> None:
    other = changed(
        visits_in_pairs=False,
        version="anders",
        plans={**default_policy().plans, "warm": default_policy().plans["urgent"]},
    )
    order = [one.place for one in sentences(sections(other))]
    places = [each.place for each in differences(default_policy(), other) if each.after]
    assert places == sorted(places, key=order.index)
    assert len(places) > 4


def test_two_files_are_compared_for_each_municipality_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = ZONNEDIJK + 'municipalities: {"9901": {}, "9902": {visits_in_pairs: false}, "9903": {}}\n'
    other = ZONNEDIJK + 'municipalities: {"9901": {}, "9902": {}, "9904": {}}\n'
    folder = policy_folder(tmp_path, old=shared, new=other)
    lines = said(folder / "old.yaml", folder / "new.yaml", capsys=capsys, monkeypatch=monkeypatch)
    assert lines == [
        "== 9901",
        "geen verschil",
        "== 9902",
        "Huisbezoek",
        "  visits_in_pairs",
        "    was:   Een medewerker mag alleen op huisbezoek.",
        "    wordt: Medewerkers gaan altijd met twee op huisbezoek.",
    ]


def test_a_file_alone_is_compared_with_the_version_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = policy_folder(tmp_path, m9901=ZONNEDIJK, newer=NEWER, m9902=WATERDORP)
    monkeypatch.setenv("SIGNAALREIS_POLICIES", str(folder))
    lines = said(folder / "newer.yaml", capsys=capsys, monkeypatch=monkeypatch)
    assert lines[0] == "== 9901"
    assert "    wordt: Een signaal van Huur telt vanaf € 100,00." in lines
    assert "    wordt: (niets)" in lines
    first = said(folder / "9902.yaml", capsys=capsys, monkeypatch=monkeypatch)
    assert first == ["== 9902", "hiervoor gold geen beleid; dit is de eerste versie (2025-1)"]


def test_the_default_stands_beside_every_municipality(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = policy_folder(tmp_path, m9902=WATERDORP)
    default, own = folder / "default.yaml", folder / "9902.yaml"
    forth = said(default, own, capsys=capsys, monkeypatch=monkeypatch)
    back = said(own, default, capsys=capsys, monkeypatch=monkeypatch)
    assert forth[:2] == back[:2] == ["== 9902", "Deze versie"]
    assert forth[2:] != back[2:] and len(forth) == len(back)
    assert said(default, default, capsys=capsys, monkeypatch=monkeypatch) == ["== default", "geen verschil"]


def test_files_without_a_municipality_in_common_say_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = policy_folder(tmp_path, m9901=ZONNEDIJK, m9902=WATERDORP)
    lines = said(folder / "9901.yaml", folder / "9902.yaml", capsys=capsys, monkeypatch=monkeypatch)
    assert lines == ["er is geen gemeente waarvoor hier twee versies zijn"]
