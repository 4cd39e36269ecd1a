"""Whoever was right to object once is asked for again, not contacted, at a later signal."""

from datetime import date, timedelta

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import NotPickedUpReason, Objection, Outcome, Phase, Route, TaskKind
from models.commands import DecideObjection
from models.facts import Remembered
from models.ids import PersonId, SignalId, UnitId
from models.steps import Conclude
from models.terms import ObjectionMark, Term, Terms
from policy.commands import decide
from policy.file_parts import FileObjectionMark
from policy.next_step import next_step
from policy.objections import EARLIER, is_recalled, recognised
from tests.builders import (
    NOW,
    RESIDENT,
    ZONNEDIJK,
    a_case_state,
    a_signal,
    after,
    at,
    outcome_recorded,
    route_chosen,
    shipped_policies,
    the_terms,
)
from tests.unit.examples import a_command, a_fact
from tests.unit.playing import Play
from tests.unit.situations import SITUATIONS
from tests.unit.soundness import Watch

MARK = ObjectionMark(term=Term(months=24), ground="Beleid: zo lang als signalen elkaar opvolgen.")
OBJECTED = a_signal(objected=True)
SECOND = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"), objected=True)


def recalled() -> CaseState:
    """A case that was just opened by a signal about somebody who objected before."""
    return recognised(a_case_state(signals=(OBJECTED,)), OBJECTED, NOW)


def marking() -> Terms:
    return the_terms().model_copy(update={"objection_mark": MARK})


def objecting(terms: Terms) -> CaseState:
    return SITUATIONS["objecting"].model_copy(update={"terms": terms})


def decision(state: CaseState, *, upheld: bool) -> happened.ObjectionDecided:
    verdict = decide(state, a_command(DecideObjection, upheld=upheld), now=NOW)
    [fact] = verdict.facts
    assert isinstance(fact, happened.ObjectionDecided)
    return fact


def test_a_new_case_asks_whether_the_objection_holds_and_seeks_no_contact() -> None:
    play = Play(after(recalled(), route_chosen()), watcher=Watch())
    play.pass_time(timedelta(days=25))
    assert (play.sent, play.state.people[0].objection) == ([], Objection.MADE)
    task = play.state.task_of(TaskKind.DECIDE_OBJECTION, RESIDENT)
    assert task is not None
    assert (task.code, task.deadline.due_at) == (EARLIER, at("2027-05-05 09:00"))
    assert is_recalled(play.state, RESIDENT)


def test_what_a_policy_says_of_marks_are_terms_of_its_cases() -> None:
    written = FileObjectionMark(months=24, ground=MARK.ground)
    policy = shipped_policies().policy(ZONNEDIJK).model_copy(update={"objection_mark": written})
    assert policy.terms(ZONNEDIJK, Route.STANDARD, date(2027, 4, 5)).objection_mark == MARK


def test_before_it_has_a_route_the_case_knows_already() -> None:
    state = recalled()
    assert (state.phase, state.tasks, is_recalled(state, RESIDENT)) == (Phase.RECEIVED, (), True)


def test_it_goes_on_when_the_objection_does_not_hold_any_more() -> None:
    state = after(recalled(), route_chosen(), a_fact(happened.ObjectionDecided, upheld=False))
    assert (state.tasks, state.people[0].objection, is_recalled(state, RESIDENT)) == ((), Objection.REJECTED, False)
    assert next_step(state, now=NOW).kind == "ask_register"


def test_when_it_holds_the_signal_is_not_picked_up() -> None:
    state = after(recalled(), route_chosen(), a_fact(happened.ObjectionDecided, upheld=True))
    assert next_step(state, now=NOW) == Conclude(
        person_id=RESIDENT, outcome=Outcome.NOT_PICKED_UP_OTHER, reason=NotPickedUpReason.OBJECTION
    )


@pytest.mark.parametrize("situation", ["calling", "talking", "doubtful", "agreed", "waiting", "paused"])
def test_a_signal_that_joins_a_running_case_stops_it_too(situation: str) -> None:
    play = Play(after(SITUATIONS[situation], happened.SignalJoined(at=NOW, signal=SECOND)), watcher=Watch())
    assert is_recalled(play.state, RESIDENT)
    assert {task.kind for task in play.state.tasks} >= {TaskKind.DECIDE_OBJECTION}
    play.pass_time(timedelta(days=25))
    assert RESIDENT not in {message.person_id for message in play.sent}


def test_a_signal_that_joins_before_the_route_waits_for_it() -> None:
    joined = after(a_case_state(), happened.SignalJoined(at=NOW, signal=SECOND))
    assert (joined.people[0].objection, joined.tasks) == (Objection.MADE, ())
    assert after(joined, route_chosen()).task(TaskKind.DECIDE_OBJECTION) is not None


def test_what_was_decided_in_this_case_is_not_asked_again() -> None:
    state = after(SITUATIONS["objecting"], a_fact(happened.ObjectionDecided, upheld=False))
    again = after(state, happened.SignalJoined(at=NOW, signal=SECOND))
    assert (again.people[0].objection, again.task(TaskKind.DECIDE_OBJECTION)) == (Objection.REJECTED, None)


def test_a_signal_of_somebody_who_did_not_object_asks_nothing() -> None:
    plain = a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"))
    joined = after(SITUATIONS["calling"], happened.SignalJoined(at=NOW, signal=plain))
    assert joined.people[0].objection is None
    nobody = a_signal(person_id=PersonId("nobody"), objected=True)
    assert recognised(SITUATIONS["calling"], nobody, NOW) == SITUATIONS["calling"]


def test_an_objection_made_here_is_no_recalled_one() -> None:
    assert not is_recalled(SITUATIONS["objecting"], RESIDENT)
    assert not is_recalled(SITUATIONS["calling"], RESIDENT)


def test_an_upheld_objection_leaves_a_mark_for_the_term_of_the_policy() -> None:
    fact = decision(objecting(marking()), upheld=True)
    assert fact.remembered == Remembered(until=NOW.replace(year=NOW.year + 2), ground=MARK.ground)


@pytest.mark.parametrize(("terms", "upheld"), [(the_terms(), True), (marking(), False)], ids=["no term", "rejected"])
def test_nothing_stays_where_the_policy_names_no_term_or_nobody_was_right(terms: Terms, upheld: bool) -> None:
    assert decision(objecting(terms), upheld=upheld).remembered is None


def test_the_objection_that_is_recalled_after_the_outcome_keeps_the_case_open() -> None:
    talking = after(SITUATIONS["talking"], happened.SignalJoined(at=NOW, signal=SECOND), outcome_recorded())
    play = Play(talking, watcher=Watch())
    play.deliver_feedback()
    assert (play.state.phase, [task.kind for task in play.state.tasks]) == (Phase.FEEDBACK, [TaskKind.DECIDE_OBJECTION])
