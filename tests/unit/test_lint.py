"""What is remarked about a policy that can be used."""

from typing import Any

import pytest

from models.codes import PartnerType
from policy.file_parts import Length
from policy.file_routes import When
from policy.lint import remarks
from policy.lint_triage import implies
from policy.remark import days_of, in_dutch
from policy.terms import merged
from tests.unit.test_terms import DEFAULT, _with


def remarked(*overlays: dict[str, Any]) -> list[str]:
    """The places that stand out."""
    return [".".join(map(str, remark.place)) for remark in remarks(merged(DEFAULT, *overlays))]


def _rules(*rules: dict[str, Any]) -> dict[str, Any]:
    """The default's triage with these rules before all others."""
    written = [{"route": "standard", "rule": "Beleid: zo.", **rule} for rule in rules]
    return _with("triage", [*written, *DEFAULT["triage"]])


def _before_the_last(*rules: dict[str, Any]) -> dict[str, Any]:
    written = [{"route": "standard", "rule": "Beleid: zo.", **rule} for rule in rules]
    return _with("triage", [*DEFAULT["triage"][:-1], *written, DEFAULT["triage"][-1]])


LAST = len(DEFAULT["triage"]) - 1
NORTH = {"name": "Noord", "served_by": ["caseworker"]}
_WAIT = {"working_days": 2, "calendar": "office", "rule": "Beleid: zo."}
PATCH = {"Noord": {"postcodes": ["9910"]}, "Zuid": {"postcodes": ["9911"]}}


def test_the_default_has_nothing_that_stands_out() -> None:
    assert remarked(_with("version", "2")) == []


# (what is written, the place that stands out, what is written nearly the same and does not)
STANDS_OUT: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    (
        _with("retention", "no_contact", "months", 600),
        "retention.no_contact",
        _with("retention", "no_contact", "months", 24),
    ),
    (_with("retention", "help", "months", 121), "retention.help", _with("retention", "help", "months", 120)),
    (
        _with("plans", "standard", "steps", "call-2", "wait", "working_days", 50),
        "plans.standard.steps.call-2.wait",
        _with("plans", "standard", "steps", "call-2", "wait", "working_days", 10),
    ),
    (
        _with("plans", "warm", "end", "working_days", 50),
        "plans.warm.end",
        _with("plans", "warm", "end", "working_days", 10),
    ),
    (_with("patience", "visit", "working_days", 50), "patience.visit", _with("patience", "visit", "working_days", 10)),
    (
        _with("referral", "start", "working_days", 100),
        "referral.start",
        _with("referral", "start", "working_days", 15),
    ),
    (_with("thresholds", "Huur", 7.5), "thresholds.Huur", _with("thresholds", "Huur", 0)),
    (_with("budgets", "mail_hours", 480), "budgets.mail_hours", _with("budgets", "mail_hours", 48)),
    (_with("patience", "call", "working_days", 0), "patience.call", _with("patience", "call", "working_days", 2)),
    (_with("callback", "patience", "minutes", 0), "callback.patience", _with("callback", "patience", "minutes", 5)),
    (
        _with("referral", "decision", "working_days", 0),
        "referral.decision",
        _with("referral", "decision", "working_days", 2),
    ),
    (
        _with("plans", "warm", "end", "working_days", 0),
        "plans.warm.end",
        _with("plans", "warm", "end", "working_days", 1),
    ),
    (
        _with("plans", "warm", "outcome", "(Budget)advies en/of quick fix"),
        "plans.warm.outcome",
        _with("plans", "warm", "outcome", "Definitief geen contact kunnen krijgen"),
    ),
    (
        _with("plans", "after_contact", "outcome", "Definitief geen contact kunnen krijgen"),
        "plans.after_contact.outcome",
        _with("plans", "after_contact", "outcome", "Geen reactie na eerder contact"),
    ),
    (
        _with("triage", [rule for rule in DEFAULT["triage"] if rule["route"] != "cak"]),
        "routes.cak",
        {
            **_with("triage", [rule for rule in DEFAULT["triage"] if rule["route"] != "cak"]),
            "routes": {"cak": None},
            "plans": {"letter_first": None},
        },
    ),
    (
        _with("plans", "slow", DEFAULT["plans"]["warm"]),
        "plans.slow",
        {
            **_with("plans", "slow", DEFAULT["plans"]["warm"]),
            "routes": {"cak": {"plan": "slow"}, "standard": {"plan": "letter_first"}},
        },
    ),
    (
        _with("office_hours", "Ochtend", "opens", "07:30"),
        "office_hours.Ochtend",
        _with("office_hours", "Ochtend", "opens", "08:00"),
    ),
    (
        _with("office_hours", "Avond", "closes", "21:30"),
        "office_hours.Avond",
        _with("office_hours", "Avond", "closes", "21:00"),
    ),
    (
        _with("office_hours", "Avond", "closes", "18:10"),
        "office_hours.Avond",
        _with("office_hours", "Avond", "closes", "18:15"),
    ),
    (
        _with("queues", "identity", "served_by", []),
        "queues.identity.served_by",
        _with("queues", "identity", "served_by", ["supervisor"]),
    ),
    (
        _with("queues", "identity", "served_by", ["policy_officer", "partner"]),
        "queues.identity.served_by",
        _with("queues", "identity", "served_by", ["policy_officer", "caseworker"]),
    ),
    (
        _with("queues", "north", NORTH),
        "queues.north",
        {**_with("queues", "north", NORTH), "routes": {"cak": {"queue": "north"}}},
    ),
    (
        {**_with("queues", "north", NORTH), "neighbourhoods": {"Noord": {"postcodes": ["9910"], "queue": "north"}}},
        "neighbourhoods.Noord.queue",
        {
            **_with("queues", "north", NORTH),
            "neighbourhoods": {"Noord": {"postcodes": ["9910"], "queue": "north"}},
            "routes": {"standard": {"by_neighbourhood": True}},
        },
    ),
    (
        _with("neighbourhoods", {**PATCH, "Haven": {"postcodes": ["9912", "9910"]}}),
        "neighbourhoods.Haven.postcodes.1",
        # The longest beginning counts.
        _with("neighbourhoods", {**PATCH, "Haven": {"postcodes": ["9912", "9910X"]}}),
    ),
    (_with("triage", [*DEFAULT["triage"], DEFAULT["triage"][-1]]), f"triage.{LAST + 1}", {**_with("version", "2")}),
    (
        _before_the_last({"when": {"crisis": True, "multiple": True}}),
        f"triage.{LAST}",
        _before_the_last({"when": {"crisis": False, "successive": True}}),
    ),
    (
        _before_the_last({"when": {"age_from": 20, "age_to": 23}}),
        f"triage.{LAST}",
        _before_the_last({"when": {"age_from": 20, "age_to": 27}}),
    ),
    (
        _before_the_last({"when": {"amount_from": 80, "amount_below": 100}}),
        f"triage.{LAST}",
        _before_the_last({"when": {"amount_from": 80, "amount_below": 200}}),
    ),
    (
        _before_the_last({"when": {"partner_types": ["CAK Eigen bijdrage"]}}),
        f"triage.{LAST}",
        _before_the_last({"when": {"partner_types": ["CAK Eigen bijdrage", "Huur"]}}),
    ),
    (
        {**_before_the_last(*2 * [{"when": {"neighbourhoods": ["Noord"]}}]), "neighbourhoods": PATCH},
        f"triage.{LAST + 1}",
        {
            **_before_the_last(*({"when": {"neighbourhoods": [name]}} for name in PATCH)),
            "neighbourhoods": PATCH,
        },
    ),
    (
        {**_with("thresholds", dict.fromkeys(DEFAULT["thresholds"], 0))},
        "triage.0",
        {**_with("thresholds", {"Huur": 0})},
    ),
    (
        _with(
            "triage",
            [*DEFAULT["triage"][:12], {**DEFAULT["triage"][12], "when": {"amount_below": 75}}, DEFAULT["triage"][13]],
        ),
        "triage.12.when.amount_below",
        _with(
            "triage",
            [*DEFAULT["triage"][:12], {**DEFAULT["triage"][12], "when": {"amount_below": 76}}, DEFAULT["triage"][13]],
        ),
    ),
    (
        _before_the_last({"when": {"amount_below": 75, "partner_types": ["Huur"], "multiple": False, "months_from": 1}})
        | {"routes": {}},
        f"triage.{LAST}",
        _before_the_last({"when": {"amount_from": 150, "partner_types": ["Huur"], "months_from": 1}}),
    ),
]


@pytest.mark.parametrize(("written", "place", "nearly"), STANDS_OUT, ids=[place for _, place, _ in STANDS_OUT])
def test_what_nobody_may_have_meant_stands_out(written: dict[str, Any], place: str, nearly: dict[str, Any]) -> None:
    assert remarked(written) == [place]
    assert remarked(nearly) == []


def test_a_daypart_in_which_nobody_is_called_stands_out() -> None:
    everywhere = {name: {"dayparts": ["Middag", "Ochtend"]} for name in DEFAULT["plans"]}
    assert remarked(_with("plans", everywhere)) == ["office_hours.Avond"]
    without = {**_with("plans", everywhere), "office_hours": {"Avond": None}}
    assert remarked(without) == []
    # Who only writes calls in no daypart.
    assert remarked(_with("plans", {**everywhere, "in_writing": {}})) == ["office_hours.Avond"]


def test_data_that_are_gone_before_they_are_needed_stand_out() -> None:
    assert remarked(_with("matching", "look_back_months", 7)) == [
        "retention.contact_without_help",
        "retention.no_contact",
        "retention.not_picked_up",
    ]
    assert remarked(_with("statistics", "every_months", 6)) == []
    short = _with("retention", "no_contact", {"months": None, "days": 20})
    (look_back, figures) = [remark.sentence for remark in remarks(merged(DEFAULT, short))]
    assert look_back.startswith("korter dan matching.look_back_months (6 maanden): ")
    assert figures.startswith("korter dan statistics.every_months (1): ")
    minutes = _with("retention", "no_contact", {"months": None, "minutes": 10})
    assert remarked(minutes) == ["retention.no_contact"] * 3


def test_a_threshold_far_above_those_of_others_stands_out_and_what_it_hides() -> None:
    assert remarked(_with("thresholds", "Huur", 376)) == ["triage.12.when.amount_below", "thresholds.Huur"]
    assert remarked(_with("thresholds", "Huur", 375)) == ["triage.12.when.amount_below"]
    assert remarked(_with("thresholds", "Huur", 149)) == []


def test_one_rung_alone_has_nobody_to_be_compared_with() -> None:
    alone = {"to": "supervisor", "again_after": {**_WAIT, "working_days": 50}}
    assert remarked(_with("escalation", [alone])) == []


def test_a_low_amount_rule_without_a_rule_for_the_threshold_sees_everything() -> None:
    without = [rule for rule in DEFAULT["triage"] if rule["route"] != "below_threshold"]
    lower = [{**rule, "when": {"amount_below": 50}} if rule["route"] == "low_amount" else rule for rule in without]
    assert remarked({**_with("triage", lower), "routes": {"below_threshold": None}}) == []


def test_a_rule_for_amounts_under_the_threshold_itself_is_meant() -> None:
    first = {"when": {"below_threshold": True, "amount_below": 20, "crisis": True}}
    assert remarked(_rules(first)) == []


# (conditions, weaker ones that hold whenever those do, others that may not)
IMPLIED: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"crisis": True}, {}, {"multiple": True}),
    ({"crisis": True, "multiple": False}, {"multiple": False}, {"multiple": True}),
    ({"amount_from": 100}, {"amount_from": 50}, {"amount_from": 101}),
    ({"amount_below": 100}, {"amount_below": 100}, {"amount_below": 99}),
    ({"months_from": 3}, {"months_from": 2}, {"months_from": 4}),
    ({"age_from": 18, "age_to": 26}, {"age_from": 18, "age_to": 26}, {"age_from": 19}),
    ({"age_to": 26}, {"age_from": 0}, {"age_from": 1}),
    ({"age_to": 26}, {"age_to": 30}, {"age_to": 25}),
    ({"age_from": 18}, {"age_from": 10}, {"age_to": 120}),
    ({"partner_types": [PartnerType.RENT]}, {"partner_types": [PartnerType.RENT, PartnerType.WATER]}, {"crisis": True}),
    (
        {"partner_types": [PartnerType.RENT, PartnerType.WATER]},
        {"partner_types": [PartnerType.WATER, PartnerType.RENT]},
        {"partner_types": [PartnerType.RENT]},
    ),
    ({"neighbourhoods": ["Noord"]}, {"neighbourhoods": ["Zuid", "Noord"]}, {"neighbourhoods": ["Zuid"]}),
]


@pytest.mark.parametrize(("later", "weaker", "other"), IMPLIED)
def test_a_rule_behind_a_weaker_one_is_never_reached(
    later: dict[str, Any], weaker: dict[str, Any], other: dict[str, Any]
) -> None:
    conditions = When.model_validate(later)
    assert implies(conditions, When.model_validate(weaker))
    assert not implies(conditions, When.model_validate(other))


def test_lengths_are_compared_in_days() -> None:
    lengths = [Length(working_days=5), Length(days=8), Length(months=1), Length(minutes=720), Length()]
    assert [days_of(each) for each in lengths] == [7, 8, 30, 0.5, 0]
    assert [in_dutch(each) for each in lengths] == ["5 werkdagen", "8 dagen", "1 maanden", "720 minuten", "0 dagen"]
