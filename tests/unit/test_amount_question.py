"""When a partner may be asked what is owed now."""

from typing import Any

import pytest

from models.case import CaseSignal, CaseState
from models.codes import Channel, Phase, SignalChange
from models.facts import ObjectionMade, SignalChanged, SignalJoined, VisitPlanned
from models.ids import SignalId
from models.terms import Terms
from policy.amount_question import AmountQuestion, is_lately, is_still_asked, may_ask_about, may_ask_amount
from tests.builders import NEIGHBOUR, NOW, a_case_in, a_signal, after, at, route_chosen, the_terms
from tests.unit.examples import a_fact
from tests.unit.situations import SITUATIONS, in_contact, with_plan


@pytest.mark.parametrize(
    ("situation", "answer"),
    [
        ("received", AmountQuestion.NOT_YET),
        ("waiting", AmountQuestion.NOT_YET),
        ("contact", AmountQuestion.NOT_YET),
        ("calling", AmountQuestion.NOT_YET),
        ("visit planned", AmountQuestion.BEFORE_VISIT),
        ("visiting", AmountQuestion.BEFORE_VISIT),
        ("objecting", AmountQuestion.OBJECTION),
        ("talking", AmountQuestion.AFTER_CONVERSATION),
        ("following up", AmountQuestion.AFTER_CONVERSATION),
        ("feedback", AmountQuestion.PAST),
        ("closed", AmountQuestion.PAST),
    ],
)
def test_a_partner_is_asked_after_a_conversation_or_before_a_visit(situation: str, answer: AmountQuestion) -> None:
    assert may_ask_amount(SITUATIONS[situation]) is answer


def test_only_those_two_allow_it() -> None:
    allowed = {answer for answer in AmountQuestion if answer.may}
    assert allowed == {AmountQuestion.AFTER_CONVERSATION, AmountQuestion.BEFORE_VISIT}


def test_a_visit_that_is_the_plans_next_attempt_counts_before_its_moment_is_known() -> None:
    resting = in_contact(with_plan(Channel.VISIT)).model_copy(update={"visit": None})
    assert may_ask_amount(resting) is AmountQuestion.BEFORE_VISIT
    done = resting.model_copy(update={"plan_next": 1})
    assert may_ask_amount(done) is AmountQuestion.NOT_YET


def test_nothing_is_asked_about_signals_that_are_paid() -> None:
    paid = after(a_case_in(Phase.IN_CONVERSATION), a_fact(SignalChanged, change=SignalChange.PAID))
    assert may_ask_amount(paid) is AmountQuestion.NOTHING_OPEN


def test_an_objection_goes_before_a_conversation() -> None:
    assert may_ask_amount(after(a_case_in(Phase.IN_CONVERSATION), a_fact(ObjectionMade))) is AmountQuestion.OBJECTION


def test_the_policy_may_allow_one_of_them_or_none() -> None:
    talking, visiting = Phase.IN_CONVERSATION, a_fact(VisitPlanned)
    assert may_ask_amount(_held_to(talking, after_conversation=False)) is AmountQuestion.NOT_YET
    assert may_ask_amount(after(_held_to(Phase.CONTACT, before_visit=False), visiting)) is AmountQuestion.NOT_YET
    silent = after(a_case_in(talking), route_chosen(NOW, the_terms().model_copy(update={"amount_question": None})))
    assert may_ask_amount(silent) is AmountQuestion.NO_RULE


SIGNAL = a_signal().signal_id


def test_of_each_signal_its_own_partner_is_asked() -> None:
    talking = after(a_case_in(Phase.IN_CONVERSATION), SignalJoined(at=NOW, signal=_second()))
    paid = after(talking, a_fact(SignalChanged, change=SignalChange.PAID))
    assert may_ask_about(paid, SIGNAL) is AmountQuestion.NOTHING_OPEN
    assert may_ask_about(paid, _second().signal_id) is AmountQuestion.AFTER_CONVERSATION
    assert may_ask_about(paid, SignalId("of another case")) is AmountQuestion.NOTHING_OPEN


def test_nothing_is_asked_about_a_housemate_with_whom_nobody_spoke() -> None:
    of_neighbour = _second().model_copy(update={"person_id": NEIGHBOUR})
    talking = after(a_case_in(Phase.IN_CONVERSATION), SignalJoined(at=NOW, signal=of_neighbour))
    assert may_ask_about(talking, SIGNAL) is AmountQuestion.AFTER_CONVERSATION
    assert may_ask_about(talking, of_neighbour.signal_id) is AmountQuestion.NOT_YET
    ended = SITUATIONS["closed"]
    assert may_ask_about(ended, ended.signals[0].signal_id) is AmountQuestion.PAST


@pytest.mark.parametrize(
    ("situation", "still"),
    [
        ("received", True),
        ("contact", True),
        ("talking", True),
        ("following up", True),
        ("objecting", False),
        ("feedback", False),
        ("closed", False),
    ],
)
def test_a_question_stands_until_its_answer_is_of_no_use(situation: str, still: bool) -> None:
    state = SITUATIONS[situation]
    assert is_still_asked(state, state.signals[0].signal_id) is still


@pytest.mark.parametrize("change", [SignalChange.PAID, SignalChange.WITHDRAWN])
def test_a_question_about_what_was_paid_or_withdrawn_is_of_no_use(change: SignalChange) -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    assert is_still_asked(talking, SIGNAL)
    assert not is_still_asked(after(talking, a_fact(SignalChanged, change=change)), SIGNAL)
    assert not is_still_asked(talking, SignalId("of another case"))


@pytest.mark.parametrize(
    ("now", "lately"),
    [("2027-04-18 23:59", True), ("2027-04-19 08:59", True), ("2027-04-19 09:00", False), ("2027-05-01 09:00", False)],
)
def test_an_answer_is_used_for_two_weeks(now: str, lately: bool) -> None:
    assert is_lately(NOW, terms=the_terms(), now=at(now)) is lately


def test_without_a_rule_nothing_was_asked_lately() -> None:
    assert not is_lately(NOW, terms=the_terms().model_copy(update={"amount_question": None}), now=NOW)


def _second() -> CaseSignal:
    return a_signal(signal_id="signal-2", unit_id="signal-row-2")


def _held_to(phase: Phase, **changes: Any) -> CaseState:
    question = the_terms().amount_question
    assert question is not None
    terms: Terms = the_terms().model_copy(update={"amount_question": question.model_copy(update=changes)})
    return after(a_case_in(phase), route_chosen(NOW, terms))
