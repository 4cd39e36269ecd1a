"""When a partner may be asked what is owed now."""

from typing import Any

import pytest

from models.case import CaseState
from models.codes import Channel, Phase, SignalChange
from models.facts import ObjectionMade, SignalChanged, VisitPlanned
from models.terms import Terms
from policy.amount_question import AmountQuestion, may_ask_amount
from tests.builders import NOW, a_case_in, after, route_chosen, the_terms
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


def _held_to(phase: Phase, **changes: Any) -> CaseState:
    question = the_terms().amount_question
    assert question is not None
    terms: Terms = the_terms().model_copy(update={"amount_question": question.model_copy(update=changes)})
    return after(a_case_in(phase), route_chosen(NOW, terms))
