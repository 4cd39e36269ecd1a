"""Every number of the policy counts, for exactly the routes that it is about."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.case import CaseState
from models.codes import PartnerType, Phase, Route
from models.terms import Terms
from policy.faults import Place
from policy.terms import BadPolicy, Policy, merged
from policy.triage import Situation, is_due
from tests.builders import ZONNEDIJK, a_case_in
from tests.unit.test_terms import DEFAULT, SENDER
from tests.unit.test_triage import a_situation, owed
from tests.unit.test_wording import changed, places

DAY = date(2027, 4, 5)
COMPLETE = {**DEFAULT, **SENDER}
EVERY, NONE = frozenset(Route), frozenset[Route]()

CONCERNED: list[tuple[str, frozenset[Route]]] = [
    (r"routes\.(\w+)\.priority", EVERY),  # only the route that is named, see `concerned`
    (r"plans\.standard\..*", frozenset({Route.STANDARD, Route.YOUNG_ADULT, Route.ENTREPRENEUR})),
    (r"plans\.call_first\..*", frozenset({Route.MULTIPLE, Route.RETURNING})),
    (r"plans\.warm\..*", frozenset({Route.WARM_HANDOVER})),
    (r"plans\.urgent\..*", frozenset({Route.END_OF_SUPPLY, Route.THREATENING})),
    (r"plans\.letter_first\..*", frozenset({Route.CAK})),
    (
        r"plans\.in_writing\..*",
        frozenset({Route.LOW_AMOUNT, Route.KNOWN_AT_DEBT_HELP, Route.BELOW_THRESHOLD}),
    ),
    (r"plans\.in_person\..*", frozenset({Route.SECRET_ADDRESS})),
    (r"plans\.after_contact\..*", EVERY),
    (
        r"(patience|referral|budgets|retention|escalation|callback|corrections|amount_question|register_check|by_hand|notice)\..*",
        EVERY,
    ),
    (r"(first_conversation|threatening_conversation|quick_fix|end_of_supply|feedback)\..*", EVERY),
    (r"open_case_retention\..*", EVERY),
    # What chooses a route changes no route, see `EDGES`.
    (r"(triage|thresholds)\..*", NONE),
    # What is about no case: earlier ones, deliveries, the national figures and the daily rounds.
    (
        r"matching\.look_back_months|signals_without_case_days|(access_log|destruction_list|trails)\..*|statistics\..*|figures\..*|peer_review\..*|(feedback_schedule|print_schedule|sweep|supervision)\..*",
        NONE,
    ),
]
"""Which routes a number is about, by where it stands."""


def concerned(place: Place) -> frozenset[Route]:
    """The routes of the one line of the table that fits."""
    path = ".".join(map(str, place))
    (found,) = [(match, routes) for wanted, routes in CONCERNED if (match := re.fullmatch(wanted, path))]
    match, routes = found
    return frozenset({Route(match[1])}) if path.startswith("routes.") else routes


def _value(place: Place) -> Any:
    part: Any = COMPLETE
    for key in place:
        part = part[key]
    return part


NUMBERS = [place for place in places(COMPLETE) if type(_value(place)) in (int, float)]


def _by_one(place: Place) -> Policy:
    """The policy with this number one higher; one lower where higher is not allowed."""
    for value in (_value(place) + 1, _value(place) - 1):
        try:
            return merged(changed(COMPLETE, place, value))
        except BadPolicy:
            continue
    raise AssertionError(f"{place} can be nothing else")


def _held(policy: Policy) -> dict[Route, Terms]:
    return {route: policy.terms(ZONNEDIJK, route, DAY) for route in policy.routes}


BEFORE = merged(COMPLETE)
HELD = _held(BEFORE)


@pytest.mark.parametrize("place", NUMBERS, ids=lambda place: ".".join(map(str, place)))
def test_a_number_changes_exactly_the_routes_that_it_is_about(place: Place) -> None:
    after = _held(_by_one(place))
    assert {route for route in Route if after[route] != HELD[route]} == concerned(place)


def _aged(age: int) -> Situation:
    return a_situation(age=age)


def _owes(kind: PartnerType) -> Callable[[int], Situation]:
    return lambda amount: a_situation(owed(str(Decimal(amount)), of=kind))


# (the number that chooses, who is just inside or outside it, how they go now, how once it is one higher)
EDGES: list[tuple[str, Situation, Route, Route]] = [
    ("triage.7.when.age_from", _aged(18), Route.YOUNG_ADULT, Route.STANDARD),
    ("triage.7.when.age_to", _aged(27), Route.STANDARD, Route.YOUNG_ADULT),
    ("triage.12.when.amount_below", _owes(PartnerType.RENT)(150), Route.STANDARD, Route.LOW_AMOUNT),
    *(
        (f"thresholds.{kind}", _owes(kind)(75), Route.LOW_AMOUNT, Route.BELOW_THRESHOLD)
        for kind in (PartnerType.RENT, PartnerType.ENERGY, PartnerType.WATER, PartnerType.HEALTH)
    ),
]


def _chosen(policy: Policy, situation: Situation) -> Route:
    return policy.choose(ZONNEDIJK, situation, DAY).route


@pytest.mark.parametrize(("path", "situation", "now", "then"), EDGES, ids=[path for path, *_ in EDGES])
def test_a_number_that_chooses_changes_the_way_of_whoever_is_at_its_edge(
    path: str, situation: Situation, now: Route, then: Route
) -> None:
    (place,) = [number for number in NUMBERS if ".".join(map(str, number)) == path]
    after = _by_one(place)
    assert (_chosen(BEFORE, situation), _chosen(after, situation)) == (now, then)
    # Nobody else goes another way.
    others = [each for other, each, *_ in EDGES if other != path]
    assert [_chosen(after, each) for each in others] == [_chosen(BEFORE, each) for each in others]


def test_every_number_that_chooses_has_an_edge() -> None:
    choosing = {".".join(map(str, place)) for place in NUMBERS if place[0] in ("triage", "thresholds")}
    assert choosing == {path for path, *_ in EDGES}


@pytest.mark.parametrize("phase", [Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION])
def test_a_running_case_holds_its_terms_and_never_asks_for_those_of_today(phase: Phase) -> None:
    case = a_case_in(phase)
    assert case.terms == HELD[Route.STANDARD]
    # Nothing in it asks for another choice; one that comes is of the day on which the case began.
    assert not is_due(case)
    assert case.terms.chosen_on == DAY
    # What it knows of the policy travels with it, so that no file is read for it again.
    assert CaseState.model_validate_json(case.model_dump_json()) == case
