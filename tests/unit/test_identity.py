"""Who the resident is: the persons register, and the caseworker who looks."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.codes import Party, Phase, RegisterResult, StallCause, Standing, TaskKind
from models.facts import IdentityChecked, PartyGaveUp, RegisterAnswered
from models.ids import StepId
from models.steps import AskRegister, Conclude
from policy.next_step import next_step, stall_of
from tests.builders import NEIGHBOUR, NOW, RESIDENT, a_case_in, after, at, outcome_recorded, register_says, the_terms
from tests.unit.examples import a_fact
from tests.unit.situations import SITUATIONS, a_case_of_two
from tests.unit.soundness import only_counted

GAVE_UP = PartyGaveUp(at=NOW, party=Party.REGISTER, step_id=StepId("case-1.register"), person_id=RESIDENT)


def checked(standing: Standing) -> IdentityChecked:
    return IdentityChecked(at=NOW, person_id=RESIDENT, standing=standing)


def test_a_case_with_a_route_asks_the_register_first() -> None:
    asked = next_step(a_case_in(Phase.IDENTITY_CHECK), now=NOW)
    assert asked == AskRegister(step_id=StepId("case-1.register"), person_id=RESIDENT)


@pytest.mark.parametrize(
    ("result", "standing", "phase"),
    [
        (RegisterResult.FOUND, Standing.CONFIRMED, Phase.CONTACT),
        (RegisterResult.NOT_FOUND, Standing.TO_CHECK, Phase.IDENTITY_CHECK),
        (RegisterResult.SEVERAL, Standing.TO_CHECK, Phase.IDENTITY_CHECK),
        (RegisterResult.DIED, Standing.DIED, Phase.IDENTITY_CHECK),
        (RegisterResult.NOT_A_RESIDENT, Standing.NOT_A_RESIDENT, Phase.IDENTITY_CHECK),
    ],
)
def test_the_register_decides_who_this_is(result: RegisterResult, standing: Standing, phase: Phase) -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), register_says(result))
    assert (state.people[0].standing, state.phase) == (standing, phase)


def test_a_doubt_becomes_a_task_of_the_identity_queue_with_its_reason() -> None:
    (task,) = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.SEVERAL)).tasks
    assert (task.kind, task.queue, task.code) == (
        TaskKind.CHECK_IDENTITY,
        the_terms().identity_queue,
        "register.several",
    )
    assert task.deadline.due_at == at("2027-04-07 23:59")


def test_a_register_that_keeps_silent_stalls_the_case_from_that_moment() -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), GAVE_UP)
    stall = stall_of(state)
    assert stall is not None
    assert (stall.cause, stall.since, state.tasks[0].code) == (StallCause.PARTY_BUDGET_SPENT, NOW, "party.register")


def test_a_late_answer_does_not_undo_what_a_caseworker_decided() -> None:
    decided = after(a_case_in(Phase.IDENTITY_CHECK), checked(Standing.NOT_A_RESIDENT))
    assert only_counted(decided, register_says(RegisterResult.FOUND))
    assert only_counted(decided, GAVE_UP)
    assert only_counted(decided, checked(Standing.CONFIRMED))
    assert only_counted(a_case_in(Phase.CONTACT), register_says(RegisterResult.DIED))


@pytest.mark.parametrize(
    ("standing", "phase"),
    [
        (Standing.CONFIRMED, Phase.CONTACT),
        (Standing.DIED, Phase.IDENTITY_CHECK),
        (Standing.NOT_A_RESIDENT, Phase.IDENTITY_CHECK),
    ],
)
def test_a_caseworkers_check_ends_the_task(standing: Standing, phase: Phase) -> None:
    state = after(SITUATIONS["doubtful"], checked(standing))
    assert (state.phase, state.people[0].standing, state.tasks) == (phase, standing, ())


@pytest.mark.parametrize("standing", [Standing.UNKNOWN, Standing.TO_CHECK])
def test_a_check_that_decides_nothing_leaves_the_task(standing: Standing) -> None:
    assert only_counted(SITUATIONS["doubtful"], checked(standing))


def test_what_is_found_of_somebody_else_neither_starts_nor_stops_contact() -> None:
    both = after(a_case_of_two(Phase.IDENTITY_CHECK), register_says(RegisterResult.NOT_FOUND))
    for standing in (Standing.CONFIRMED, Standing.DIED):
        state = after(both, IdentityChecked(at=NOW, person_id=NEIGHBOUR, standing=standing))
        assert (state.phase, state.people[1].standing, state.tasks) == (both.phase, standing, both.tasks)
    answered = RegisterAnswered(at=NOW, person_id=NEIGHBOUR, result=RegisterResult.SEVERAL)
    assert after(both, answered).tasks == both.tasks


def test_who_is_next_is_asked_about_under_a_name_of_their_own() -> None:
    asked = next_step(SITUATIONS["second turn"], now=NOW)
    assert asked == AskRegister(step_id=StepId("case-1.register.neighbour"), person_id=NEIGHBOUR)


def test_who_is_next_and_was_in_doubt_before_is_looked_at_by_a_caseworker() -> None:
    both = after(a_case_of_two(Phase.IDENTITY_CHECK), a_fact(happened.RegisterAnswered, person_id=NEIGHBOUR))
    doubted = after(
        a_case_of_two(Phase.IDENTITY_CHECK),
        RegisterAnswered(at=NOW, person_id=NEIGHBOUR, result=RegisterResult.SEVERAL),
        outcome_recorded(),
    )
    assert [(task.kind, task.person_id) for task in doubted.tasks] == [(TaskKind.CHECK_IDENTITY, NEIGHBOUR)]
    # Who was found already is contacted at once.
    assert after(both, outcome_recorded()).phase is Phase.CONTACT


def test_a_case_that_rests_asks_again_for_the_check_when_it_goes_on() -> None:
    paused = after(SITUATIONS["doubtful"], a_fact(happened.CasePaused))
    assert paused.tasks == ()
    (task,) = after(paused, a_fact(happened.PauseEnded, at=NOW + timedelta(days=14))).tasks
    assert (task.kind, task.opens_at) == (TaskKind.CHECK_IDENTITY, NOW + timedelta(days=14))


def test_who_turns_out_to_have_died_or_moved_ends_by_itself() -> None:
    gone = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.DIED))
    step = next_step(gone, now=NOW)
    assert isinstance(step, Conclude)
    assert (step.person_id, step.outcome, step.reason) == (RESIDENT, "Inwoner is overleden", None)
