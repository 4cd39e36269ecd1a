"""What comes before the plan's ordinary waits: a warm handover, an urgent signal; and from when the plan counts."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.case import CaseState
from models.codes import Acceptance, AttemptResult, Outcome, Phase, RegisterResult, TaskKind
from models.facts import FirstConversationHeld, HelpStarted
from models.steps import SendMessage
from policy.next_step import next_step
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
)


def known(**signal: Any) -> CaseState:
    """A case with one such signal, whose resident the register just found."""
    state = a_case_in(Phase.IDENTITY_CHECK, signals=(a_signal(**signal),))
    return after(state, register_says(RegisterResult.FOUND))


def opens(state: CaseState) -> str:
    call = state.task(TaskKind.CALL)
    assert call is not None
    return f"{call.opens_at.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M}"


def test_a_warm_handover_is_called_at_once_and_gets_no_cold_mail() -> None:
    state = known(warm_handover=True)
    assert not isinstance(next_step(state, now=NOW), SendMessage)
    assert opens(state) == "2027-04-05 13:00"


def test_after_the_first_call_of_a_warm_handover_the_plan_goes_its_way() -> None:
    called = after(known(warm_handover=True), call_made(AttemptResult.NO_ANSWER, at("2027-04-05 14:00"), step="call-1"))
    assert opens(called) == "2027-04-07 18:00"


@pytest.mark.parametrize("urgent", [{"crisis": True}, {"end_of_supply_on": date(2027, 5, 3)}])
def test_an_urgent_signal_is_called_on_the_day_of_its_mail(urgent: dict[str, Any]) -> None:
    state = known(**urgent)
    assert isinstance(next_step(state, now=NOW), SendMessage)
    assert opens(after(state, mail_made(AttemptResult.SENT))) == "2027-04-05 13:00"


def test_without_urgency_the_call_waits_for_its_day() -> None:
    assert opens(after(known(), mail_made(AttemptResult.SENT))) == "2027-04-07 13:00"


def test_a_call_written_down_late_does_not_put_the_plan_back() -> None:
    mailed = after(known(), mail_made(AttemptResult.SENT))
    first = after(mailed, call_made(AttemptResult.NO_ANSWER, at("2027-04-07 14:00"), step="call-1"))
    late = after(first, call_made(AttemptResult.NO_ANSWER, at("2027-04-05 15:00"), step="call-2"))
    assert opens(late) == opens(after(first, call_made(AttemptResult.NO_ANSWER, at("2027-04-07 14:00"), step="call-2")))


def helped(conversation_held: bool = False) -> CaseState:
    pending = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, accepted_at=NOW)
    held = pending.model_copy(update={"conversation_at": NOW if conversation_held else None})
    return after(a_case_in(Phase.IN_CONVERSATION), held)


def test_a_first_conversation_meets_the_law_before_the_help_begins() -> None:
    held = after(helped(), FirstConversationHeld(at=NOW, person_id=RESIDENT, conversation_at=NOW))
    assert held.task(TaskKind.HOLD_FIRST_CONVERSATION) is None
    assert held.task(TaskKind.START_HELP) is not None
    assert [result.acceptance for result in held.outcomes] == [Acceptance.PENDING]


def test_help_that_begins_after_its_conversation_is_accepted() -> None:
    later = NOW + timedelta(days=3)
    begun = after(helped(conversation_held=True), HelpStarted(at=later, person_id=RESIDENT, started_at=later))
    assert begun.phase is Phase.FEEDBACK
    assert [(result.acceptance, result.started_at) for result in begun.outcomes] == [(Acceptance.ACCEPTED, later)]


def test_help_that_began_before_its_conversation_is_accepted_with_that() -> None:
    begun = after(helped(), HelpStarted(at=NOW, person_id=RESIDENT, started_at=NOW))
    assert begun.task(TaskKind.HOLD_FIRST_CONVERSATION) is not None
    held = after(begun, FirstConversationHeld(at=NOW, person_id=RESIDENT, conversation_at=NOW))
    assert [result.acceptance for result in held.outcomes] == [Acceptance.ACCEPTED]
