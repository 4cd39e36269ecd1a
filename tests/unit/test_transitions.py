"""How facts change a case: what holds for all of them. What each does stands with its subject."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import facts as happened
from models.case import CaseState
from models.codes import AttemptResult, DeadlineKind, Party, Phase, StallCause, TaskKind
from models.facts import AnyFact, CaseClaimed, CaseClosed, HoldReleased, HoldSet, Stalled
from models.ids import CommandId, StaffId
from policy.changes import RouteMissing, terms_of
from policy.transitions import _EFFECTS, apply, takes_signals
from tests.builders import (
    NOOR,
    NOW,
    SAM,
    a_case_in,
    a_case_state,
    after,
    at,
    call_made,
    outcome_recorded,
    told_and_closed,
)
from tests.unit.any_fact import STRANGER, any_fact, any_facts
from tests.unit.examples import FACT_KINDS, a_fact
from tests.unit.playing import Play
from tests.unit.situations import SITUATIONS
from tests.unit.soundness import Watch, check_next_step, check_parts, check_told_twice, only_counted

# --- every fact, everywhere ----------------------------------------------------------------------------------------


def test_there_is_a_rule_for_every_fact() -> None:
    assert set(_EFFECTS) == set(FACT_KINDS)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_fact_can_come_in_every_situation(situation: str) -> None:
    chance = random.Random(situation)
    for kind in FACT_KINDS:
        sound(SITUATIONS[situation], a_fact(kind))
        for _ in range(6):
            sound(SITUATIONS[situation], any_fact(kind, chance.choice))


@given(st.sampled_from(sorted(SITUATIONS)), st.lists(st.tuples(any_facts(), st.integers(0, 30 * 24 * 60)), max_size=12))
def test_whatever_is_said_to_have_happened_an_open_case_has_exactly_one_next_step(
    situation: str, happenings: list[tuple[AnyFact, int]]
) -> None:
    state, moment = SITUATIONS[situation], NOW
    for fact, minutes in happenings:
        moment += timedelta(minutes=minutes)
        state = sound(state, fact.model_copy(update={"at": moment}))
    assert CaseState.model_validate_json(state.model_dump_json()) == state


@given(st.lists(st.tuples(any_facts(), st.integers(0, 10 * 24 * 60)), max_size=8))
def test_a_case_that_is_followed_never_acts_without_end(happenings: list[tuple[AnyFact, int]]) -> None:
    play = Play(a_case_state())
    for fact, minutes in happenings:
        play.pass_time(timedelta(minutes=minutes))
        play.happened(fact.model_copy(update={"at": play.now}))


def sound(before: CaseState, fact: AnyFact) -> CaseState:
    """The state after the fact, once everything that must hold of it was looked at."""
    new = apply(before, fact)
    assert (new.sequence, new.resident) == (before.sequence + 1, before.resident)
    check_parts(new)
    check_next_step(new, fact.at)
    check_told_twice(new, fact)
    return new


def test_a_case_that_nobody_touches_is_raised_again_and_again_and_never_lost() -> None:
    play = Play(a_case_state(), watcher=Watch())
    for _ in range(40):
        play.wait()
    stalls = [fact for fact in play.trail if isinstance(fact, Stalled)]
    overdue = [fact.at for fact in stalls if fact.cause is StallCause.TASK_OVERDUE]
    assert overdue[:3] == [at("2027-04-08 23:59"), at("2027-04-12 23:59"), at("2027-04-14 23:59")]
    assert len(overdue) > 12


# --- counting and commands -----------------------------------------------------------------------------------------


def test_facts_are_counted_and_commands_remembered_once() -> None:
    claimed = CaseClaimed(at=NOW, by=NOOR, command_id=CommandId("c-1"))
    state = after(a_case_state(), claimed, claimed, HoldReleased(at=NOW, command_id=CommandId("c-2")))
    assert (state.sequence, state.commands, state.owner) == (3, ("c-1", "c-2"), "noor")


def test_a_case_can_be_given_to_a_colleague_and_back_to_the_team() -> None:
    given_away = after(a_case_in(Phase.CONTACT), a_fact(happened.CaseAssigned, to=SAM))
    assert given_away.owner == SAM
    assert after(given_away, a_fact(happened.CaseAssigned, to=None)).owner is None


def test_a_fact_about_somebody_unknown_is_only_counted() -> None:
    stranger = call_made(AttemptResult.CONVERSATION).model_copy(update={"person_id": STRANGER})
    assert only_counted(a_case_in(Phase.CONTACT), stranger)
    assert only_counted(a_case_in(Phase.IN_CONVERSATION), outcome_recorded(person_id=STRANGER))


@pytest.mark.parametrize("phase", Phase)
def test_signals_may_join_until_the_outcome_is_known(phase: Phase) -> None:
    assert takes_signals(a_case_in(phase)) is (phase not in (Phase.FEEDBACK, Phase.CLOSED))


def test_before_its_route_a_case_has_no_terms() -> None:
    with pytest.raises(RouteMissing):
        terms_of(a_case_state())


BEFORE_ROUTE = {
    happened.RouteChosen,
    happened.CaseClaimed,
    happened.CaseAssigned,
    happened.SignalJoined,
    happened.TraitRecorded,
    happened.HoldSet,
}


@pytest.mark.parametrize("kind", FACT_KINDS)
def test_before_its_route_only_few_facts_change_a_case(kind: type[AnyFact]) -> None:
    assert only_counted(a_case_state(), a_fact(kind)) is (kind not in BEFORE_ROUTE)


@pytest.mark.parametrize("kind", FACT_KINDS)
def test_a_closed_case_changes_only_by_a_hold(kind: type[AnyFact]) -> None:
    assert only_counted(a_case_in(Phase.CLOSED), a_fact(kind)) is (kind is not happened.HoldSet)


def test_what_is_offered_to_survivors_stands_in_the_trail_and_changes_nothing() -> None:
    assert only_counted(a_case_in(Phase.FEEDBACK), a_fact(happened.SurvivorsOffered))


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.CLOSED])
def test_a_partner_that_takes_no_feedback_is_known_by_the_deadline_of_the_feedback(phase: Phase) -> None:
    assert only_counted(a_case_in(phase), a_fact(happened.PartyGaveUp, party=Party.PARTNERS))


# --- holds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
def test_a_hold_is_by_somebody_until_a_date(phase: Phase) -> None:
    fact = HoldSet(at=NOW, by=StaffId("sam"), until=at("2027-12-31 12:00"))
    hold = after(a_case_in(phase), fact).hold
    assert hold is not None
    assert (hold.by, hold.since, hold.until) == ("sam", NOW, at("2027-12-31 12:00"))
    assert after(a_case_in(phase), fact, HoldReleased(at=NOW)).hold is None


def test_a_hold_can_be_set_without_the_terms_which_a_closed_case_no_longer_carries() -> None:
    bare = a_case_in(Phase.CLOSED).model_copy(update={"terms": None})
    assert after(bare, HoldSet(at=NOW, until=at("2027-12-31 12:00"))).hold is not None


# --- stalls and extensions -----------------------------------------------------------------------------------------


def test_only_a_deadline_that_passed_is_raised() -> None:
    stalled = Stalled(at=NOW, cause=StallCause.RETENTION_REACHED, deadline=DeadlineKind.RETENTION)
    assert only_counted(a_case_in(Phase.CONTACT), stalled)
    late = stalled.model_copy(update={"at": at("2027-10-05 09:00")})
    raised = after(a_case_in(Phase.CONTACT), late).deadline(DeadlineKind.RETENTION)
    assert raised is not None
    assert (raised.raised, raised.due_at) == (1, at("2027-10-07 23:59"))


def test_a_task_that_was_put_off_is_due_later_and_starts_its_ladder_again() -> None:
    late = at("2027-04-07 23:59")
    stalled = Stalled(at=late, cause=StallCause.TASK_OVERDUE, deadline=DeadlineKind.TASK)
    put_off = a_fact(happened.DeadlineExtended, at=late + timedelta(minutes=1))
    state = after(a_case_in(Phase.IN_CONVERSATION), stalled, put_off)
    (task,) = state.tasks
    assert (task.deadline.due_at, task.deadline.extended) == (at("2027-04-19 23:59"), True)
    assert (task.deadline.raised, task.deadline.raised_at) == (0, None)


def test_only_the_task_that_is_named_is_put_off() -> None:
    repairing = SITUATIONS["to repair"]
    state = after(repairing, a_fact(happened.DeadlineExtended))
    assert state.task(TaskKind.REPAIR) == repairing.task(TaskKind.REPAIR)
    assert state.task(TaskKind.RECORD_OUTCOME) != repairing.task(TaskKind.RECORD_OUTCOME)


def test_a_deadline_of_the_case_can_be_put_off() -> None:
    put_off = a_fact(happened.DeadlineExtended, deadline=DeadlineKind.ASSIGNMENT, task=None)
    state = after(a_case_in(Phase.IN_CONVERSATION), put_off)
    own = state.deadline(DeadlineKind.ASSIGNMENT)
    assert own is not None
    assert (own.due_at, own.extended) == (at("2027-04-19 23:59"), True)
    assert state.tasks == a_case_in(Phase.IN_CONVERSATION).tasks


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_case_with_everything_raised_still_waits_for_its_next_reminder(situation: str) -> None:
    play = Play(SITUATIONS[situation], watcher=Watch())
    play.pass_time(timedelta(days=120))
    if play.state.phase is not Phase.CLOSED:
        moment = play.next_moment()
        assert moment is not None
        assert moment > play.now


def test_a_closed_case_has_nothing_left_but_its_dates() -> None:
    state = told_and_closed(a_case_in(Phase.FEEDBACK), at("2027-04-06 06:00"))
    assert (state.phase, state.closed_at, state.deadlines, state.tasks) == (
        Phase.CLOSED,
        at("2027-04-06 06:00"),
        (),
        (),
    )
    assert [retention.unit_id for retention in state.retention] == ["signal-row-1", "case-case-1"]


@pytest.mark.parametrize("situation", [name for name, state in SITUATIONS.items() if state.phase is not Phase.CLOSED])
def test_a_case_that_still_owes_something_does_not_close(situation: str) -> None:
    assert only_counted(SITUATIONS[situation], CaseClosed(at=NOW)) is (situation != "told")
