"""What is wrong in a policy file is said in Dutch, whatever stands where it does not belong."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from policy.faults import Place
from policy.terms import BadPolicy, merged
from policy.wording import _UNNAMED
from tests.unit.test_terms import DEFAULT, SENDER, _with

COMPLETE = {**DEFAULT, **SENDER}
NONSENSE: tuple[Any, ...] = (
    "?",
    "",
    "x" * 400,
    -1,
    10**9,
    10**30,
    1.5,
    float("nan"),
    True,
    date(2027, 1, 31),
    [],
    [{}],
    {},
    {"?": 1},
    {2: "x"},
    [7, "?"],
)
_ENGLISH = ("should", "Input", "required", "valid", "must", "Value error", "permitted")


def places(part: Any, at: Place = ()) -> Iterator[Place]:
    """Every place of a policy, from above."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*at, key)
        yield from places(value, (*at, key))


_NAMED_BY_THE_AUTHOR = {"plans", "routes", "queues", "neighbourhoods", "closing_days", "outcome_classes", "steps"}
"""What stands below these is shaped alike, whatever its name."""


def shapes(content: Any, at: Place) -> Iterator[Place]:
    """One place of each shape: the first plan stands for all plans, the first rule for all rules."""
    seen = set()
    for place in (at, *places(content, at)):
        above = (None, *place[:-1])
        shape = tuple(
            "*" if isinstance(key, int) or parent in _NAMED_BY_THE_AUTHOR else key
            for parent, key in zip(above, place, strict=True)
        )
        if shape not in seen:
            seen.add(shape)
            yield place


def changed(content: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """The same content with another value at one place."""
    copy: Any = deepcopy(content)
    part = copy
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    assert isinstance(copy, dict)
    return copy


@pytest.mark.parametrize("key", COMPLETE)
def test_whatever_stands_where_it_does_not_belong_is_told_in_dutch(key: str) -> None:
    for place in shapes(COMPLETE[key], (key,)):
        for value in NONSENSE:
            try:
                merged(changed(COMPLETE, place, value))
            except BadPolicy as refused:
                for at, said in refused.faults:
                    assert said != _UNNAMED, (place, value)
                    assert not any(word in said for word in _ENGLISH), said
                    assert at


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        (_with("starts", "2027-02-30"), "starts: hier hoort een datum: jaar-maand-dag, zoals 2027-01-31"),
        (_with("verison", "2"), "verison: deze sleutel bestaat niet; bedoelt u version?"),
        (
            _with("matching", "frequency", 3),
            "matching.frequency: deze sleutel bestaat niet; wel: mode, hour, day, household, look_back_months",
        ),
        (
            _with(
                "triage", [{"route": "cak", "when": {"woman": True}, "rule": "Zo."}, {"route": "cak", "rule": "Zo."}]
            ),
            "triage.0.when.woman: deze sleutel bestaat niet; wel: partner_types, multiple, successive, amount_from, "
            "amount_below, months_from, age_from, age_to, crisis, threatening, warm_handover, end_of_supply, "
            "entrepreneur, known_at_debt_help, secret_address, returning, below_threshold, neighbourhoods",
        ),
        (
            _with("plans", "urgent", "patience", "wait", 1),
            "plans.urgent.patience.wait: deze sleutel bestaat niet; wel: working_days, months, days, minutes, "
            "calendar, rule",
        ),
        (
            _with(
                "escalation", [{"to": "baas", "again_after": {"working_days": 1, "calendar": "office", "rule": "x"}}]
            ),
            "escalation.0.to: dit kan hier niet; kies uit: owner, team, supervisor",
        ),
        (_with("neighbourhoods", "Haven", "postcodes", []), "neighbourhoods.Haven.postcodes: leeg kan niet"),
    ],
)
def test_a_refusal_says_what_is_allowed(overlay: dict[str, Any], said: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        merged(DEFAULT, overlay)
    assert str(refused.value).startswith(said)
    assert len(refused.value.faults) == 1
