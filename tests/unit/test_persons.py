"""What somebody tells us of a person: died, moved, objects, is represented."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.codes import (
    AttemptResult,
    LifeEvent,
    NotPickedUpReason,
    Objection,
    Outcome,
    PassOnChannel,
    Phase,
    ReferralStatus,
    RegisterResult,
    RepresentativeKind,
    StallCause,
    Standing,
    TaskKind,
)
from models.facts import AnyFact, LifeEventReported, ObjectionDecided
from models.ids import PersonId
from models.steps import Conclude, SendMessage, WaitUntil
from policy.next_step import next_step
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
)
from tests.unit.examples import ELSEWHERE, a_fact
from tests.unit.playing import Play
from tests.unit.situations import PENDING, QUICK_FIX, SITUATIONS, a_case_of_two
from tests.unit.soundness import Watch, only_counted

DIED = LifeEventReported(at=NOW, person_id=RESIDENT, event=LifeEvent.DIED)
MOVED_AWAY = DIED.model_copy(update={"event": LifeEvent.MOVED_AWAY})
MOVED_WITHIN = DIED.model_copy(update={"event": LifeEvent.MOVED_WITHIN})
OBJECTS = a_fact(happened.ObjectionMade)
OPEN = [name for name, state in SITUATIONS.items() if state.phase not in (Phase.RECEIVED, Phase.FEEDBACK, Phase.CLOSED)]


def decided(*, upheld: bool, moment: object = NOW) -> ObjectionDecided:
    return ObjectionDecided.model_validate({"at": moment, "person_id": RESIDENT, "upheld": upheld})


# --- died, moved ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", OPEN)
@pytest.mark.parametrize(
    ("event", "outcome"), [(DIED, Outcome.DIED), (MOVED_AWAY, Outcome.NOT_A_RESIDENT)], ids=["died", "moved"]
)
def test_whoever_died_or_moved_away_is_not_contacted_any_more(
    situation: str, event: LifeEventReported, outcome: Outcome
) -> None:
    play = Play(after(SITUATIONS[situation], event), watcher=Watch())
    play.pass_time(timedelta(days=60))
    assert RESIDENT not in {message.person_id for message in play.sent}
    if situation != "second turn":
        ended = {result.person_id: result.outcome for result in play.state.outcomes}
        assert ended[RESIDENT] == outcome


@pytest.mark.parametrize("situation", ["agreed", "visit planned", "calling", "odd mail", "doubtful", "talking"])
def test_a_death_takes_away_what_was_planned_or_agreed(situation: str) -> None:
    state = after(SITUATIONS[situation], DIED)
    assert (state.tasks, state.visit, state.appointments) == ((), None, ())
    assert next_step(state, now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.DIED)


@pytest.mark.parametrize("situation", ["referred", "taken"])
def test_a_death_calls_off_what_was_under_way_at_another_party(situation: str) -> None:
    state = after(SITUATIONS[situation], DIED)
    assert ([one.status for one in state.referrals], state.tasks) == ([ReferralStatus.WITHDRAWN], ())


def test_a_death_ends_help_that_was_to_begin() -> None:
    step = next_step(after(SITUATIONS["pending"], DIED), now=NOW)
    assert step == Conclude(person_id=RESIDENT, outcome=Outcome.DIED)
    ended = after(SITUATIONS["pending"], DIED, outcome_recorded(Outcome.DIED))
    assert (ended.phase, ended.tasks) == (Phase.FEEDBACK, ())


def test_whether_the_arrears_of_the_dead_were_solved_is_not_asked() -> None:
    fixed = after(a_case_in(Phase.IN_CONVERSATION), QUICK_FIX)
    assert after(fixed, DIED).tasks == ()
    assert after(fixed, MOVED_AWAY).tasks == fixed.tasks


def test_a_death_after_the_outcome_leaves_the_outcome() -> None:
    ended = after(a_case_in(Phase.FEEDBACK), DIED)
    assert [result.outcome for result in ended.outcomes] == [Outcome.SETTLES_IT_HIMSELF]


@pytest.mark.parametrize(("event", "outcome"), [(DIED, Outcome.DIED), (MOVED_AWAY, Outcome.NOT_A_RESIDENT)])
def test_who_was_wrongly_recorded_as_dead_or_gone_is_there_again_once_that_is_corrected(
    event: LifeEventReported, outcome: Outcome
) -> None:
    wrong = after(a_case_in(Phase.CONTACT), event, outcome_recorded(outcome))
    corrected = after(wrong, PENDING.model_copy(update={"corrects": True}))
    assert (corrected.people[0].standing, corrected.phase) == (Standing.CONFIRMED, Phase.IN_CONVERSATION)
    assert isinstance(next_step(corrected, now=NOW), WaitUntil)


def test_who_died_after_the_outcome_stays_dead_when_the_outcome_is_corrected() -> None:
    died = after(a_case_in(Phase.FEEDBACK), DIED)
    corrected = after(died, outcome_recorded(Outcome.PAID_OR_ARRANGED).model_copy(update={"corrects": True}))
    assert corrected.people[0].standing is Standing.DIED


def test_who_died_has_not_moved() -> None:
    assert only_counted(after(a_case_in(Phase.CONTACT), DIED), MOVED_AWAY)
    died = after(a_case_in(Phase.CONTACT), MOVED_AWAY, DIED)
    assert died.people[0].standing is Standing.DIED


def test_a_move_within_the_municipality_changes_nothing() -> None:
    assert only_counted(a_case_in(Phase.CONTACT), MOVED_WITHIN)


def test_the_death_of_one_leaves_the_contact_with_the_other() -> None:
    state = after(SITUATIONS["two people"], DIED.model_copy(update={"person_id": NEIGHBOUR}))
    assert next_step(state, now=NOW) == Conclude(person_id=NEIGHBOUR, outcome=Outcome.DIED)
    ended = after(state, outcome_recorded(Outcome.DIED, person_id=NEIGHBOUR))
    assert isinstance(next_step(ended, now=NOW), SendMessage)


def test_the_signal_of_who_moved_away_is_passed_on_before_the_case_closes() -> None:
    play = Play(after(a_case_in(Phase.CONTACT), MOVED_AWAY), watcher=Watch())
    (task,) = play.state.tasks
    assert (task.kind, task.deadline.due_at) == (TaskKind.PASS_ON, at("2027-04-12 23:59"))
    play.deliver_feedback()
    assert play.state.phase is Phase.FEEDBACK
    play.happened(happened.PassedOn(at=NOW, person_id=RESIDENT, channel=PassOnChannel.SECURE_MAIL, to=ELSEWHERE))
    assert play.is_closed()


# --- objections ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", [name for name in OPEN if name not in ("objecting", "second turn")])
def test_until_an_objection_is_decided_nobody_seeks_contact_and_the_law_counts_a_month(situation: str) -> None:
    play = Play(after(SITUATIONS[situation], OBJECTS), watcher=Watch())
    asked = play.state.task_of(TaskKind.DECIDE_OBJECTION, RESIDENT)
    assert asked is not None
    assert asked.deadline.due_at == at("2027-05-05 09:00")
    play.pass_time(timedelta(days=60))
    assert RESIDENT not in {message.person_id for message in play.sent}
    assert any(
        fact.kind == "stalled" and fact.cause is StallCause.TASK_OVERDUE and fact.at == at("2027-05-05 09:00")
        for fact in play.trail
    )


@pytest.mark.parametrize("situation", ["calling", "talking", "doubtful", "agreed"])
def test_an_objection_that_is_upheld_ends_the_case_without_the_partner_hearing_why(situation: str) -> None:
    state = after(SITUATIONS[situation], OBJECTS, decided(upheld=True))
    assert state.tasks == ()
    assert next_step(state, now=NOW) == Conclude(
        person_id=RESIDENT, outcome=Outcome.NOT_PICKED_UP_OTHER, reason=NotPickedUpReason.OBJECTION
    )


@pytest.mark.parametrize(
    ("situation", "kinds"),
    [
        ("calling", [TaskKind.CALL]),
        ("talking", [TaskKind.RECORD_OUTCOME]),
        ("agreed", [TaskKind.RECORD_OUTCOME]),
        ("doubtful", [TaskKind.CHECK_IDENTITY]),
        ("waiting", []),
        ("pending", [TaskKind.HOLD_FIRST_CONVERSATION]),
    ],
)
def test_an_objection_that_is_rejected_lets_the_case_go_on_where_it_was(situation: str, kinds: list[TaskKind]) -> None:
    state = after(SITUATIONS[situation], OBJECTS, decided(upheld=False))
    assert ([task.kind for task in state.tasks], state.people[0].objection) == (kinds, Objection.REJECTED)


def test_a_case_that_was_let_rest_still_rests_after_the_objection() -> None:
    state = after(SITUATIONS["paused talking"], OBJECTS, decided(upheld=False))
    assert (state.pause is not None, state.tasks) == (True, ())


def test_an_objection_is_decided_also_when_the_outcome_is_known_meanwhile() -> None:
    play = Play(after(SITUATIONS["talking"], OBJECTS, outcome_recorded()), watcher=Watch())
    play.deliver_feedback()
    assert (play.state.phase, [task.kind for task in play.state.tasks]) == (Phase.FEEDBACK, [TaskKind.DECIDE_OBJECTION])
    play.happened(decided(upheld=True))
    assert (play.state.phase, play.state.outcomes[0].outcome) == (Phase.CLOSED, Outcome.SETTLES_IT_HIMSELF)


def test_an_objection_of_who_died_needs_no_decision_but_that_of_who_moved_away_does() -> None:
    died = after(SITUATIONS["objecting"], DIED, outcome_recorded(Outcome.DIED))
    assert (died.phase, died.tasks, died.people[0].objection) == (Phase.FEEDBACK, (), None)
    moved = after(SITUATIONS["objecting"], MOVED_AWAY, outcome_recorded(Outcome.NOT_A_RESIDENT))
    assert {task.kind for task in moved.tasks} == {TaskKind.DECIDE_OBJECTION, TaskKind.PASS_ON}


def test_an_objection_that_is_made_twice_keeps_its_month() -> None:
    assert only_counted(SITUATIONS["objecting"], a_fact(happened.ObjectionMade, at=at("2027-04-20 09:00")))


def test_an_objection_can_be_made_until_the_case_closes_and_then_keeps_it_open() -> None:
    play = Play(after(SITUATIONS["told"], OBJECTS), watcher=Watch())
    assert (play.is_closed(), [task.kind for task in play.state.tasks]) == (False, [TaskKind.DECIDE_OBJECTION])
    play.happened(decided(upheld=False))
    assert play.is_closed()


def test_a_decision_nobody_asked_for_is_only_counted() -> None:
    assert only_counted(SITUATIONS["calling"], decided(upheld=True))


def test_the_objection_of_somebody_else_does_not_stop_the_subjects_plan() -> None:
    objecting = after(a_case_of_two(), a_fact(happened.ObjectionMade, person_id=NEIGHBOUR))
    step = next_step(objecting, now=NOW)
    assert isinstance(step, SendMessage)
    assert step.person_id == RESIDENT
    # When it is their turn, their objection is what is waited for.
    turn = after(objecting, outcome_recorded())
    assert (turn.subject, isinstance(next_step(turn, now=NOW), WaitUntil)) == (NEIGHBOUR, True)


def test_the_rejected_objection_of_somebody_else_who_was_spoken_to_brings_back_their_form() -> None:
    spoken = call_made(AttemptResult.CONVERSATION).model_copy(update={"person_id": NEIGHBOUR})
    objects = a_fact(happened.ObjectionMade, person_id=NEIGHBOUR)
    rejected = a_fact(happened.ObjectionDecided, person_id=NEIGHBOUR, upheld=False)
    both = after(a_case_of_two(), mail_made(AttemptResult.SENT), spoken, objects)
    assert [task.kind for task in both.tasks] == [TaskKind.CALL, TaskKind.DECIDE_OBJECTION]
    assert [task.kind for task in after(both, rejected).tasks] == [TaskKind.CALL, TaskKind.RECORD_OUTCOME]
    silent = after(a_case_of_two(), mail_made(AttemptResult.SENT), objects, rejected)
    assert [task.kind for task in silent.tasks] == [TaskKind.CALL]


def test_a_new_turn_begins_with_the_objection_that_was_rejected_meanwhile() -> None:
    turn = after(
        a_case_of_two(),
        a_fact(happened.ObjectionMade, person_id=NEIGHBOUR),
        outcome_recorded(),
        register_says(RegisterResult.FOUND).model_copy(update={"person_id": NEIGHBOUR}),
        a_fact(happened.ObjectionDecided, person_id=NEIGHBOUR, upheld=False),
    )
    step = next_step(turn, now=NOW)
    assert isinstance(step, SendMessage)
    assert step.person_id == NEIGHBOUR


# --- representatives, repair ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("representative", RepresentativeKind)
def test_a_representative_is_known_with_what_they_may_be_told(representative: RepresentativeKind) -> None:
    recorded = a_fact(happened.RepresentativeRecorded, representative=representative, may_be_told=True)
    state = after(a_case_in(Phase.CONTACT), recorded)
    assert (state.people[0].representative, state.people[0].representative_may_be_told) == (representative, True)
    ended = after(state, a_fact(happened.RepresentativeEnded))
    assert (ended.people[0].representative, ended.people[0].representative_may_be_told) == (None, False)


def test_what_was_made_good_is_no_work_any_more() -> None:
    state = after(SITUATIONS["to repair"], a_fact(happened.RepairSettled))
    assert [task.kind for task in state.tasks] == [TaskKind.RECORD_OUTCOME]


def test_a_case_does_not_close_before_it_made_good_what_was_told_to_the_wrong_person() -> None:
    play = Play(after(SITUATIONS["to repair"], outcome_recorded()), watcher=Watch())
    play.deliver_feedback()
    assert (play.state.phase, [task.kind for task in play.state.tasks]) == (Phase.FEEDBACK, [TaskKind.REPAIR])
    play.happened(a_fact(happened.RepairSettled, at=play.now))
    assert play.is_closed()


def test_pending_help_of_who_objects_and_is_heard_ends_as_not_picked_up() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), PENDING, OBJECTS, decided(upheld=True))
    step = next_step(state, now=NOW)
    assert isinstance(step, Conclude)
    assert step.outcome is Outcome.NOT_PICKED_UP_OTHER


# --- corrections ---------------------------------------------------------------------------------------------------


def rectified(*, told: bool) -> AnyFact:
    return a_fact(happened.PersonRectified, partners_told=told)


@pytest.mark.parametrize(
    ("facts", "to_tell"),
    [
        ((rectified(told=True),), False),
        ((rectified(told=False),), True),
        ((rectified(told=False), rectified(told=True)), True),
        ((rectified(told=False), a_fact(happened.CorrectionTold)), False),
    ],
)
def test_partners_have_to_hear_of_a_correction_until_somebody_told_them(
    facts: tuple[AnyFact, ...], to_tell: bool
) -> None:
    assert after(SITUATIONS["calling"], *facts).people[0].correction_to_tell is to_tell


def test_a_correction_about_somebody_who_is_not_in_the_case_changes_nothing() -> None:
    fact = a_fact(happened.PersonRectified, person_id=PersonId("nobody"))
    assert only_counted(SITUATIONS["calling"], fact)
