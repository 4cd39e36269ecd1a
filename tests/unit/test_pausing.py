"""A case that waits: for the end of its matching period, or because somebody let it rest."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import CaseSignal
from models.codes import (
    AttemptResult,
    DeadlineKind,
    MatchingMode,
    Outcome,
    Phase,
    SignalChange,
    TaskKind,
)
from models.ids import SignalId
from models.steps import Conclude, EndPause, PickUp, SendMessage, WaitUntil
from models.terms import Matching, Terms
from policy.next_step import next_step
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    route_chosen,
    the_terms,
)
from tests.unit.examples import SECOND, a_fact
from tests.unit.playing import Play
from tests.unit.situations import OTHERS, SITUATIONS, a_case_of_two
from tests.unit.soundness import Watch, only_counted

CRISIS = SECOND.model_copy(update={"crisis": True})
ENDS = SECOND.model_copy(update={"end_of_supply_on": at("2027-06-01 00:00").date()})


def collecting(mode: MatchingMode, **when: int) -> Terms:
    return the_terms().model_copy(update={"matching": Matching(mode=mode, **when)})


# --- the matching period -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "picked_up"),
    [
        (collecting(MatchingMode.DAILY, hour=12), "2027-04-05 12:00"),
        (collecting(MatchingMode.DAILY, hour=9), "2027-04-06 09:00"),
        (collecting(MatchingMode.MONTHLY, hour=7, day=8), "2027-04-08 07:00"),
        (collecting(MatchingMode.MONTHLY, hour=7, day=1), "2027-05-01 07:00"),
        (collecting(MatchingMode.MONTHLY, hour=9, day=5), "2027-05-05 09:00"),
    ],
)
def test_signals_of_a_period_wait_for_its_end(terms: Terms, picked_up: str) -> None:
    state = after(a_case_state(), route_chosen(terms=terms))
    period = state.deadline(DeadlineKind.MATCHING)
    assert (state.phase, period and period.due_at) == (Phase.WAITING, at(picked_up))
    assert isinstance(next_step(state, now=at(picked_up) - timedelta(minutes=1)), WaitUntil | SendMessage)
    assert next_step(state, now=at(picked_up)) == PickUp()
    done = after(state, a_fact(happened.CasePickedUp, at=at(picked_up)))
    assert (done.phase, done.deadline(DeadlineKind.MATCHING)) == (Phase.IDENTITY_CHECK, None)


@pytest.mark.parametrize("signal", [CRISIS, ENDS])
def test_a_crisis_and_the_end_of_supply_never_wait(signal: CaseSignal) -> None:
    alone = a_case_state(signals=(signal,))
    assert after(alone, route_chosen(terms=collecting(MatchingMode.MONTHLY))).phase is Phase.IDENTITY_CHECK
    state = after(SITUATIONS["waiting"], a_fact(happened.SignalJoined, signal=signal))
    assert (state.phase, state.deadline(DeadlineKind.MATCHING)) == (Phase.IDENTITY_CHECK, None)


def test_an_urgent_signal_that_was_withdrawn_may_wait() -> None:
    over = a_case_state(signals=(CRISIS.model_copy(update={"ended": SignalChange.WITHDRAWN}),))
    assert after(over, route_chosen(terms=collecting(MatchingMode.MONTHLY))).phase is Phase.WAITING


def test_another_signal_of_the_period_waits_along() -> None:
    state = after(SITUATIONS["waiting"], a_fact(happened.SignalJoined))
    assert (state.phase, len(state.signals)) == (Phase.WAITING, 2)


def test_who_paid_while_signals_are_collected_is_not_called() -> None:
    paid = after(SITUATIONS["waiting"], a_fact(happened.SignalChanged))
    assert next_step(paid, now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.PAID_OR_ARRANGED)
    ended = after(paid, outcome_recorded(Outcome.PAID_OR_ARRANGED))
    assert (ended.phase, ended.deadline(DeadlineKind.MATCHING)) == (Phase.FEEDBACK, None)


def test_one_of_two_who_paid_while_signals_are_collected_leaves_the_other_waiting() -> None:
    both = after(SITUATIONS["waiting"], a_fact(happened.SignalJoined, signal=OTHERS))
    state = after(both, outcome_recorded(Outcome.PAID_OR_ARRANGED))
    assert (state.phase, state.subject) == (Phase.WAITING, NEIGHBOUR)
    assert state.deadline(DeadlineKind.MATCHING) is not None


def test_picking_up_a_case_that_does_not_wait_is_only_counted() -> None:
    assert only_counted(a_case_in(Phase.CONTACT), a_fact(happened.CasePickedUp))


def test_a_month_of_waiting_tells_the_resident_only_once_they_are_known() -> None:
    long = collecting(MatchingMode.MONTHLY, hour=7, day=4)
    play = Play(a_case_state(), terms=long, watcher=Watch())
    play.pass_time(timedelta(days=28))
    assert play.sent == []
    # The notice is due after three weeks; the register is asked on the fourth of May, and then the mail tells.
    play.pass_time(timedelta(days=2))
    assert [message.template for message in play.sent] == ["first-mail"]


# --- rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["calling", "odd mail", "talking", "doubtful", "visiting"])
def test_a_case_that_rests_asks_for_nothing_and_goes_on_at_its_moment(situation: str) -> None:
    paused = after(SITUATIONS[situation], a_fact(happened.CasePaused))
    assert (paused.tasks, paused.pause and paused.pause.by) == ((), "noor")
    step = next_step(paused, now=NOW)
    assert isinstance(step, WaitUntil)
    until = at("2027-04-19 09:00")
    assert (step.deadline.kind, step.due_at) == (DeadlineKind.PAUSE, until)
    assert next_step(paused, now=until) == EndPause()
    resumed = after(paused, a_fact(happened.PauseEnded, at=until))
    assert (resumed.pause, resumed.deadline(DeadlineKind.PAUSE)) == (None, None)
    again = {TaskKind.CHECK_MAIL: []}.get(SITUATIONS[situation].tasks[0].kind, [SITUATIONS[situation].tasks[0].kind])
    assert [task.kind for task in resumed.tasks] == again


def test_a_plan_goes_on_where_it_was_counted_from_the_end_of_the_rest() -> None:
    paused = after(SITUATIONS["calling"], a_fact(happened.CasePaused))
    resumed = after(paused, a_fact(happened.PauseEnded, at=at("2027-04-12 10:00")))
    assert (resumed.tasks[0].step_id, resumed.tasks[0].opens_at) == ("case-1.call-1", at("2027-04-14 13:00"))


def test_the_end_of_a_plan_is_waited_for_again_after_the_rest() -> None:
    paused = after(SITUATIONS["plan done"], a_fact(happened.CasePaused))
    assert paused.deadline(DeadlineKind.PLAN_END) is None
    resumed = after(paused, a_fact(happened.PauseEnded, at=at("2027-04-19 09:00")))
    end = resumed.deadline(DeadlineKind.PLAN_END)
    assert (end and end.due_at) == at("2027-04-26 23:59")


def test_while_a_case_rests_no_message_of_the_plan_leaves_but_the_law_does_not_rest() -> None:
    old = a_case_in(Phase.CONTACT, signals=(a_signal(received_at=at("2027-03-20 09:00")),))
    play = Play(after(old, a_fact(happened.CasePaused)), watcher=Watch())
    play.pass_time(timedelta(days=13))
    assert [message.template for message in play.sent] == ["notice-letter"]


def test_a_rest_that_is_set_again_ends_at_the_new_moment() -> None:
    state = after(SITUATIONS["paused"], a_fact(happened.CasePaused, until=at("2027-05-10 09:00")))
    rest = state.deadline(DeadlineKind.PAUSE)
    assert (rest and rest.due_at) == at("2027-05-10 09:00")


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.FEEDBACK])
def test_a_case_that_waits_anyway_does_not_rest(phase: Phase) -> None:
    assert only_counted(a_case_in(phase), a_fact(happened.CasePaused))


def test_the_end_of_a_rest_that_is_over_is_only_counted() -> None:
    assert only_counted(SITUATIONS["calling"], a_fact(happened.PauseEnded))


def test_an_attempt_that_was_under_way_when_the_case_was_let_rest_counts_and_plans_nothing() -> None:
    state = after(SITUATIONS["paused"], mail_made(AttemptResult.SENT))
    assert (state.plan_next, state.tasks) == (1, ())
    resumed = after(state, a_fact(happened.PauseEnded))
    assert resumed.tasks[0].step_id == "case-1.call-1"


def test_a_register_that_answers_while_the_case_rests_starts_nothing_yet() -> None:
    paused = after(a_case_in(Phase.IDENTITY_CHECK), a_fact(happened.CasePaused))
    known = after(paused, a_fact(happened.RegisterAnswered))
    assert (known.phase, isinstance(next_step(known, now=NOW), WaitUntil)) == (Phase.CONTACT, True)
    assert isinstance(next_step(after(known, a_fact(happened.PauseEnded)), now=NOW), SendMessage)


def test_what_is_to_be_recorded_of_somebody_else_stays_while_the_case_rests() -> None:
    both = after(a_case_of_two(), call_made(AttemptResult.CONVERSATION).model_copy(update={"person_id": NEIGHBOUR}))
    paused = after(both, a_fact(happened.CasePaused))
    assert [(task.kind, task.person_id) for task in paused.tasks] == [(TaskKind.RECORD_OUTCOME, NEIGHBOUR)]


def test_an_outcome_ends_the_rest_unless_somebody_else_is_next() -> None:
    assert after(SITUATIONS["paused"], outcome_recorded()).pause is None
    both = after(a_case_of_two(), a_fact(happened.CasePaused), outcome_recorded())
    assert (both.pause is None, both.subject, both.phase) == (False, NEIGHBOUR, Phase.IDENTITY_CHECK)
    assert isinstance(next_step(both, now=NOW), WaitUntil)


def test_paid_while_the_case_rests_is_not_put_to_anybody_when_it_was_in_conversation() -> None:
    paid = after(SITUATIONS["paused talking"], a_fact(happened.SignalChanged, signal_id=SignalId("signal-1")))
    assert paid.tasks == ()
    assert after(paid, a_fact(happened.PauseEnded)).tasks[0].kind is TaskKind.RECORD_OUTCOME
