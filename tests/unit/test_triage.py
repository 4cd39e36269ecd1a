"""Which route a case goes: the rules of a policy, held against what is known."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models import facts as happened
from models.codes import PartnerType, Phase, Recurrence, Route, SignalChange, Trait
from models.ids import SignalId
from policy.file_routes import FileNeighbourhood, Triage, TriageRule, When
from policy.terms import Policy, merged
from policy.transitions import apply
from policy.triage import Arrears, Known, Situation, is_due, key_of, known_of, whole_months
from tests.builders import ZONNEDIJK, a_case_in, a_case_state, a_signal, after
from tests.unit.examples import a_fact
from tests.unit.situations import SITUATIONS
from tests.unit.test_terms import DEFAULT, SENDER

DAY = date(2027, 4, 5)
RENT, ENERGY, CAK = PartnerType.RENT, PartnerType.ENERGY, PartnerType.CAK_HEALTH


def owed(amount: str = "640", months: int | None = 3, of: PartnerType = RENT) -> Arrears:
    return Arrears(partner_type=of, amount=Decimal(amount), months=months)


def a_situation(*arrears: Arrears, **known: Any) -> Situation:
    """One signal of a landlord about somebody of 43, unless something else is said."""
    all_owed = arrears or (owed(),)
    of_situation = {name: known.pop(name) for name in ("age", "postcode", "returning") if name in known}
    values: dict[str, Any] = {
        "signals": tuple(SignalId(f"signal-{number}") for number, _ in enumerate(all_owed)),
        "partner_types": tuple(each.partner_type for each in all_owed),
        "traits": (),
        **dict.fromkeys(("crisis", "threatening", "warm_handover", "end_of_supply", "successive"), False),
        **known,
    }
    return Situation(known=Known(**values), arrears=all_owed, **{"age": 43, "postcode": "9901AB", **of_situation})


def triage(**more: Any) -> Triage:
    rule = TriageRule(route=Route.STANDARD, rule="Beleid: zo.")
    return Triage(**{"rules": (rule,), "thresholds": {}, "neighbourhoods": {}, **more})


def the_policy() -> Policy:
    return merged(DEFAULT, SENDER)


# (what is asked, in which situation it holds, in which it does not)
CONDITIONS: list[tuple[dict[str, Any], Situation, Situation | None]] = [
    ({}, a_situation(), None),
    ({"partner_types": [RENT, ENERGY]}, a_situation(owed(), owed(of=ENERGY)), a_situation(owed(), owed(of=CAK))),
    ({"multiple": True}, a_situation(owed(), owed()), a_situation()),
    ({"multiple": False}, a_situation(), a_situation(owed(), owed())),
    ({"successive": True}, a_situation(successive=True), a_situation()),
    ({"amount_from": "150"}, a_situation(owed("100"), owed("50")), a_situation(owed("149.99"))),
    ({"amount_below": "150"}, a_situation(owed("149.99")), a_situation(owed("150"))),
    ({"months_from": 3}, a_situation(owed(months=1), owed(months=3)), a_situation(owed(months=2))),
    ({"months_from": 0}, a_situation(owed(months=0)), a_situation(owed(months=None))),
    ({"age_from": 18}, a_situation(age=18), a_situation(age=17)),
    ({"age_from": 18}, a_situation(age=18), a_situation(age=None)),
    ({"age_to": 26}, a_situation(age=26), a_situation(age=27)),
    ({"age_to": 26}, a_situation(age=26), a_situation(age=None)),
    ({"crisis": True}, a_situation(crisis=True), a_situation()),
    ({"threatening": True}, a_situation(threatening=True), a_situation()),
    ({"warm_handover": True}, a_situation(warm_handover=True), a_situation()),
    ({"end_of_supply": True}, a_situation(end_of_supply=True), a_situation()),
    ({"entrepreneur": True}, a_situation(traits=(Trait.ENTREPRENEUR,)), a_situation()),
    ({"known_at_debt_help": True}, a_situation(traits=(Trait.KNOWN_AT_DEBT_HELP,)), a_situation()),
    ({"secret_address": True}, a_situation(traits=(Trait.SECRET_ADDRESS,)), a_situation()),
    ({"returning": True}, a_situation(returning=True), a_situation()),
    ({"below_threshold": True}, a_situation(owed("74.99"), owed("49", of=ENERGY)), a_situation(owed("75"))),
    ({"below_threshold": True}, a_situation(owed("10")), a_situation(owed("10", of=CAK))),
    ({"below_threshold": False}, a_situation(owed("74"), owed("50", of=ENERGY)), a_situation(owed("74"))),
    ({"neighbourhoods": ["Haven"]}, a_situation(postcode="9901AB"), a_situation(postcode="9902AB")),
    ({"neighbourhoods": ["Haven"]}, a_situation(postcode="9901AB"), a_situation(postcode="1000AA")),
    ({"crisis": True, "age_from": 50}, a_situation(crisis=True, age=50), a_situation(crisis=True)),
]


@pytest.mark.parametrize(("when", "holds", "does_not"), CONDITIONS, ids=[str(when) for when, _, _ in CONDITIONS])
def test_a_condition_holds_and_does_not(when: dict[str, Any], holds: Situation, does_not: Situation | None) -> None:
    asked = When.model_validate(when)
    haven, dorp = FileNeighbourhood(postcodes=("99", "9901")), FileNeighbourhood(postcodes=("9902",))
    rules = triage(thresholds={RENT: Decimal(75), ENERGY: Decimal(50)}, neighbourhoods={"Haven": haven, "Dorp": dorp})
    assert rules.fits(asked, holds)
    assert does_not is None or not rules.fits(asked, does_not)


def test_every_condition_is_held_against_something() -> None:
    assert {name for when, _, _ in CONDITIONS for name in when} == set(When.model_fields)


def test_of_somebody_without_arrears_nothing_is_below_a_threshold() -> None:
    assert not triage().is_below_threshold(())


# (what is known, the route of the default policy)
ROUTES = [
    (a_situation(), Route.STANDARD),
    (a_situation(owed("74")), Route.BELOW_THRESHOLD),
    (a_situation(owed("74"), traits=(Trait.SECRET_ADDRESS,)), Route.BELOW_THRESHOLD),
    (a_situation(traits=(Trait.SECRET_ADDRESS,), crisis=True), Route.SECRET_ADDRESS),
    (a_situation(traits=(Trait.KNOWN_AT_DEBT_HELP,), crisis=True), Route.KNOWN_AT_DEBT_HELP),
    (a_situation(threatening=True), Route.THREATENING),
    (a_situation(crisis=True, end_of_supply=True), Route.THREATENING),
    (a_situation(end_of_supply=True, warm_handover=True), Route.END_OF_SUPPLY),
    (a_situation(warm_handover=True, age=20), Route.WARM_HANDOVER),
    (a_situation(age=None), Route.STANDARD),
    (a_situation(age=17), Route.STANDARD),
    (a_situation(age=18), Route.YOUNG_ADULT),
    (a_situation(age=26), Route.YOUNG_ADULT),
    (a_situation(age=27), Route.STANDARD),
    (a_situation(traits=(Trait.ENTREPRENEUR,), returning=True), Route.ENTREPRENEUR),
    (a_situation(owed(), owed(), returning=True), Route.RETURNING),
    (a_situation(owed("100"), owed("100", of=ENERGY)), Route.MULTIPLE),
    (a_situation(owed("20", of=CAK)), Route.CAK),
    (a_situation(owed("149.99")), Route.LOW_AMOUNT),
    (a_situation(owed("150")), Route.STANDARD),
]


@pytest.mark.parametrize(("situation", "route"), ROUTES)
def test_the_default_policy_chooses(situation: Situation, route: Route) -> None:
    policy = the_policy()
    terms = policy.choose(ZONNEDIJK, situation, DAY)
    rule = next(rule for rule in policy.triage if rule.route is route and rule.rule == terms.why)
    assert (terms.route, terms.why, terms.priority) == (route, rule.rule, policy.routes[route].priority)
    bare = policy.terms(ZONNEDIJK, route, DAY)
    assert terms.model_copy(update={"why": ""}) == bare


def test_every_route_of_the_default_policy_is_chosen_somewhere() -> None:
    assert {route for _, route in ROUTES} == set(the_policy().routes) == set(Route)


def test_a_rule_goes_before_the_neighbourhood_and_that_before_the_route() -> None:
    served = {"name": "Team", "served_by": ["caseworker"]}
    overlay = {
        **SENDER,
        "queues": {"north": served, "crisis": served},
        "neighbourhoods": {"Noord": {"postcodes": ["9901"], "queue": "north"}, "Zuid": {"postcodes": ["9902"]}},
        "routes": {"standard": {"by_neighbourhood": True}, "threatening": {"by_neighbourhood": True}},
        "triage": [
            {"route": "threatening", "when": {"crisis": True}, "rule": "Crisis.", "queue": "crisis", "priority": 2},
            {"route": "low_amount", "when": {"amount_below": 100}, "rule": "Laag."},
            {"route": "standard", "rule": "Gewoon."},
        ],
    }
    policy = merged(DEFAULT, overlay)

    def chosen(situation: Situation) -> tuple[str, int]:
        terms = policy.choose(ZONNEDIJK, situation, DAY)
        return terms.queue, terms.priority

    assert chosen(a_situation()) == ("north", 3)
    assert chosen(a_situation(postcode="9902AA")) == ("early_signals", 3)
    assert chosen(a_situation(postcode="1000AA")) == ("early_signals", 3)
    assert chosen(a_situation(crisis=True)) == ("crisis", 2)
    assert chosen(a_situation(owed("99"))) == ("early_signals", 4)


# --- what a case knows --------------------------------------------------------------------------------------------


def test_a_case_knows_its_subjects_running_signals_as_codes() -> None:
    state = a_case_state(
        signals=(
            a_signal(crisis=True, recurrence=Recurrence.SUCCESSIVE),
            a_signal(signal_id=SignalId("signal-2"), partner_type=ENERGY, warm_handover=True, entrepreneur=True),
            a_signal(signal_id=SignalId("signal-3"), end_of_supply_on=DAY, ended=SignalChange.PAID),
        )
    )
    assert known_of(state) == Known(
        signals=(SignalId("signal-1"), SignalId("signal-2")),
        partner_types=(RENT, ENERGY),
        crisis=True,
        threatening=False,
        warm_handover=True,
        end_of_supply=False,
        successive=True,
        traits=(Trait.ENTREPRENEUR,),
    )


def test_when_everything_was_paid_the_last_known_arrears_count() -> None:
    paid = a_case_state(signals=(a_signal(ended=SignalChange.PAID),))
    assert known_of(paid).signals == (SignalId("signal-1"),)


def test_a_household_is_judged_by_whose_turn_it_is() -> None:
    assert known_of(SITUATIONS["two people"]).signals == (SignalId("signal-1"),)
    assert known_of(SITUATIONS["second turn"]).signals == (SignalId("signal-2"),)


@pytest.mark.parametrize(
    "fact",
    [
        a_fact(happened.SignalJoined),
        a_fact(happened.SignalChanged, change=SignalChange.NEW_AMOUNT),
        a_fact(happened.SignalChanged, change=SignalChange.PAID),
        a_fact(happened.TraitRecorded, trait=Trait.KNOWN_AT_DEBT_HELP, applies=True),
        a_fact(happened.ThreatJudged, threatening=True),
    ],
)
def test_news_asks_for_the_route_again_and_the_same_news_does_not(fact: happened.AnyFact) -> None:
    calling = SITUATIONS["calling"]
    told = apply(calling, fact)
    # Paid arrears are the only ones of this case: nothing else is left to choose by.
    changes = not (isinstance(fact, happened.SignalChanged) and fact.change is SignalChange.PAID)
    assert is_due(told) is changes
    assert not is_due(after(calling, fact))
    assert changes is (key_of(told) != key_of(calling))


@pytest.mark.parametrize("phase", [Phase.RECEIVED, Phase.WAITING, Phase.FEEDBACK, Phase.CLOSED])
def test_a_route_is_chosen_again_only_while_somebody_works_on_the_case(phase: Phase) -> None:
    assert not is_due(a_case_in(phase).model_copy(update={"triaged": "something else"}))


def test_a_case_of_another_release_keeps_its_route() -> None:
    calling = SITUATIONS["calling"]
    assert calling.terms is not None
    joined = apply(calling, a_fact(happened.SignalJoined))
    assert is_due(joined)
    old = joined.model_copy(update={"terms": calling.terms.model_copy(update={"chosen_on": None})})
    assert not is_due(old)
    another_releases = joined.model_copy(update={"triaged": "0/something"})
    assert not is_due(another_releases)


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2027, 1, 1), date(2027, 4, 1), 3),
        (date(2027, 1, 2), date(2027, 4, 1), 2),
        (date(2026, 12, 31), date(2027, 1, 30), 0),
        (date(2025, 12, 1), date(2027, 1, 1), 13),
        (date(2027, 4, 1), date(2027, 4, 1), 0),
        (date(2027, 5, 1), date(2027, 4, 1), 0),
    ],
)
def test_months_in_arrears_are_whole_months(since: date, until: date, months: int) -> None:
    assert whole_months(since, until) == months
