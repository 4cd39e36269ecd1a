"""What is agreed with the resident: a callback at a moment, a home visit."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import AttemptResult, Channel, DeadlineKind, Phase, PlanName, StallCause, TaskKind
from models.facts import AttemptMade, CallbackAgreed, Stalled, VisitPlanned
from models.ids import StepId
from models.steps import RaiseStall, SendMessage, WaitUntil
from policy.next_step import next_step, stall_of
from tests.builders import NEIGHBOUR, NOW, RESIDENT, SAM, a_case_in, after, at, mail_made, outcome_recorded, the_terms
from tests.unit.examples import APPOINTMENT, TOMORROW, a_fact
from tests.unit.playing import Play
from tests.unit.situations import SITUATIONS, a_case_of_two, in_contact, with_plan
from tests.unit.soundness import Watch, only_counted

AGREED = a_fact(happened.CallbackAgreed)
NEIGHBOURS = a_fact(happened.CallbackAgreed, person_id=NEIGHBOUR)
PLANNED = a_fact(happened.VisitPlanned)


def visited(result: AttemptResult, moment: object = TOMORROW, step: str = "visit-3") -> AttemptMade:
    return AttemptMade.model_validate(
        {
            "at": moment,
            "person_id": RESIDENT,
            "step_id": f"case-1.{step}",
            "channel": Channel.VISIT,
            "result": result,
            "companion": SAM,
        }
    )


def kinds(state: CaseState) -> list[TaskKind]:
    return [task.kind for task in state.tasks]


# --- callbacks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ["contact", "calling", "odd mail", "talking", "came back", "following up"])
def test_an_agreed_callback_takes_the_place_of_whatever_was_planned(situation: str) -> None:
    state = after(SITUATIONS[situation], AGREED)
    (task,) = state.tasks
    assert (state.phase, task.kind, task.staff, task.urgent) == (Phase.IN_CONVERSATION, TaskKind.CALLBACK, SAM, True)
    assert task.opens_at == TOMORROW - timedelta(minutes=the_terms().callback.reminder_minutes)
    assert (task.deadline.due_at, task.deadline.kind) == (TOMORROW + timedelta(minutes=30), DeadlineKind.CALLBACK)
    assert not {DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END} & {one.kind for one in state.deadlines}


def test_a_callback_that_is_agreed_ends_the_rest_of_the_case() -> None:
    assert after(SITUATIONS["paused"], AGREED).pause is None


def test_nobody_calls_back_who_objects_or_has_an_outcome() -> None:
    assert only_counted(SITUATIONS["objecting"], AGREED)
    assert only_counted(SITUATIONS["pending"], AGREED)
    assert only_counted(a_case_in(Phase.FEEDBACK), AGREED)


def test_a_callback_nobody_made_in_time_is_raised_within_the_hour() -> None:
    agreed = SITUATIONS["agreed"]
    late = TOMORROW + timedelta(minutes=30)
    assert isinstance(next_step(agreed, now=late - timedelta(seconds=1)), WaitUntil)
    assert next_step(agreed, now=late) == RaiseStall(cause=StallCause.CALLBACK_MISSED, deadline=DeadlineKind.CALLBACK)
    raised = after(agreed, Stalled(at=late, cause=StallCause.CALLBACK_MISSED, deadline=DeadlineKind.CALLBACK))
    stall = stall_of(raised)
    assert stall is not None
    assert (stall.cause, stall.since) == (StallCause.CALLBACK_MISSED, late)


def test_the_reminder_of_a_callback_just_after_the_clock_change_comes_just_before_it() -> None:
    spring = after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.CallbackAgreed, due_at=at("2028-03-26 03:00")))
    # A quarter of an hour earlier the clock says 01:45: the hour from two to three does not exist.
    assert spring.tasks[0].opens_at == at("2028-03-26 01:45")


def test_a_callback_that_was_kept_is_followed_by_the_form() -> None:
    state = after(SITUATIONS["agreed"], a_fact(happened.CallbackKept, at=TOMORROW))
    (task,) = state.tasks
    assert (state.appointments, task.kind, task.code) == ((), TaskKind.RECORD_OUTCOME, "callback.kept")


def test_a_callback_that_was_missed_is_followed_by_the_follow_up_plan() -> None:
    state = after(SITUATIONS["agreed"], a_fact(happened.CallbackMissed, at=TOMORROW))
    assert (state.phase, state.plan, kinds(state)) == (Phase.CONTACT, PlanName.FOLLOW_UP, [TaskKind.CALL])


def test_a_callback_that_was_missed_while_a_referral_is_under_way_leaves_it_to_the_referral() -> None:
    both = after(SITUATIONS["agreed"], a_fact(happened.ReferralMade))
    state = after(both, a_fact(happened.CallbackMissed, at=TOMORROW))
    assert (state.phase, kinds(state)) == (Phase.IN_CONVERSATION, [TaskKind.ACCEPT_REFERRAL])


def test_a_callback_that_was_called_off_is_followed_by_the_form() -> None:
    state = after(SITUATIONS["agreed"], a_fact(happened.CallbackCancelled))
    assert (state.appointments, kinds(state)) == ((), [TaskKind.RECORD_OUTCOME])


def test_a_callback_that_was_moved_is_due_at_its_new_moment_by_its_new_colleague() -> None:
    state = after(SITUATIONS["agreed"], a_fact(happened.CallbackMoved))
    (task,), (agreed,) = state.tasks, state.appointments
    assert (agreed.appointment_id, agreed.due_at, agreed.staff) == (APPOINTMENT, at("2027-04-07 10:00"), "noor")
    assert (task.staff, task.opens_at) == ("noor", at("2027-04-07 09:45"))


@pytest.mark.parametrize(
    "kind",
    [happened.CallbackMoved, happened.CallbackCancelled, happened.CallbackKept, happened.CallbackMissed],
)
def test_news_of_another_callback_is_only_counted(kind: type[happened.AnyFact]) -> None:
    other = a_fact(kind, appointment_id="appointment-0")
    assert only_counted(SITUATIONS["agreed"], other)
    assert only_counted(SITUATIONS["talking"], a_fact(kind))


def test_a_conversation_before_the_callback_leaves_what_was_agreed() -> None:
    state = after(SITUATIONS["agreed"], a_fact(happened.ContactReceived))
    assert (kinds(state), len(state.appointments)) == ([TaskKind.CALLBACK], 1)


def test_somebody_else_can_be_called_back_while_the_plan_goes_on() -> None:
    state = after(a_case_of_two(), mail_made(AttemptResult.SENT), NEIGHBOURS)
    assert (state.phase, kinds(state)) == (Phase.CONTACT, [TaskKind.CALL, TaskKind.CALLBACK])
    kept = after(state, a_fact(happened.CallbackKept, person_id=NEIGHBOUR))
    missed = after(state, a_fact(happened.CallbackMissed, person_id=NEIGHBOUR))
    for then in (kept, missed):
        assert (then.phase, kinds(then)) == (Phase.CONTACT, [TaskKind.CALL, TaskKind.RECORD_OUTCOME])


def test_who_has_a_callback_when_it_is_their_turn_is_spoken_with_already() -> None:
    state = after(a_case_of_two(), NEIGHBOURS, outcome_recorded())
    assert (state.subject, state.phase, kinds(state)) == (NEIGHBOUR, Phase.IN_CONVERSATION, [TaskKind.CALLBACK])


# --- visits --------------------------------------------------------------------------------------------------------


def test_a_visit_takes_the_place_of_the_next_attempt_and_opens_at_its_moment() -> None:
    state = after(SITUATIONS["calling"], PLANNED)
    (task,) = state.tasks
    assert (task.kind, task.step_id, task.opens_at, state.phase) == (
        TaskKind.VISIT,
        "case-1.visit-3",
        TOMORROW,
        Phase.CONTACT,
    )
    assert state.visit is not None
    assert (state.visit.companion, state.visit.announced) == (SAM, False)


def test_a_visit_that_the_plan_asks_for_is_that_step() -> None:
    state = after(SITUATIONS["visiting"], PLANNED)
    assert (state.visit and state.visit.step_id, state.tasks[0].opens_at) == ("case-1.visit-1", TOMORROW)


def test_a_visit_beside_the_plan_that_reached_nobody_lets_the_plan_go_on() -> None:
    state = after(SITUATIONS["calling"], PLANNED, visited(AttemptResult.NOBODY_HOME))
    assert (state.visit, kinds(state), state.tasks[0].step_id) == (None, [TaskKind.CALL], "case-1.call-1")
    # Two working days after the visit.
    assert state.tasks[0].opens_at == at("2027-04-08 13:00")


def test_a_visit_in_a_conversation_that_reached_nobody_begins_the_follow_up() -> None:
    planned = after(a_case_in(Phase.IN_CONVERSATION), PLANNED)
    assert kinds(planned) == [TaskKind.VISIT]
    state = after(planned, visited(AttemptResult.CARD_LEFT))
    assert (state.phase, state.plan, kinds(state)) == (Phase.CONTACT, PlanName.FOLLOW_UP, [TaskKind.CALL])


def test_a_visit_that_reached_somebody_is_a_conversation() -> None:
    state = after(SITUATIONS["calling"], PLANNED, visited(AttemptResult.CONVERSATION))
    assert (state.visit, state.phase, kinds(state)) == (None, Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])


def test_a_visit_that_nobody_planned_stands_beside_the_plan() -> None:
    for situation in ("calling", "talking", "agreed", "odd mail", "referred"):
        before = SITUATIONS[situation]
        state = after(before, visited(AttemptResult.NOBODY_HOME, step="extra-9"))
        assert (state.tasks, state.phase) == (before.tasks, before.phase)


def test_a_visit_that_failed_while_a_referral_is_under_way_leaves_it_to_the_referral() -> None:
    both = after(a_case_in(Phase.IN_CONVERSATION), PLANNED, a_fact(happened.ReferralMade))
    state = after(both, visited(AttemptResult.NOBODY_HOME))
    assert (state.phase, kinds(state)) == (Phase.IN_CONVERSATION, [TaskKind.ACCEPT_REFERRAL])


def test_a_visit_is_planned_only_with_the_subject() -> None:
    assert only_counted(a_case_of_two(), a_fact(happened.VisitPlanned, person_id=NEIGHBOUR))


def test_nobody_visits_who_objects_or_where_it_is_not_safe() -> None:
    assert only_counted(SITUATIONS["objecting"], PLANNED)
    assert only_counted(SITUATIONS["visits blocked"], PLANNED)
    allowed = after(SITUATIONS["visits blocked"], a_fact(happened.VisitsAllowed), PLANNED)
    assert kinds(allowed) == [TaskKind.VISIT]


@pytest.mark.parametrize("fact", [happened.VisitCancelled, happened.VisitsBlocked])
def test_a_visit_that_will_not_be_gives_way_to_what_came_before(fact: type[happened.AnyFact]) -> None:
    in_plan = after(SITUATIONS["visiting"], a_fact(fact))
    assert (in_plan.visit, in_plan.tasks[0].step_id) == (None, "case-1.call-2")
    beside = after(SITUATIONS["calling"], PLANNED, a_fact(fact))
    assert (beside.visit, beside.tasks[0].step_id) == (None, "case-1.call-1")
    talking = after(a_case_in(Phase.IN_CONVERSATION), PLANNED, a_fact(fact))
    assert (talking.visit, kinds(talking)) == (None, [TaskKind.RECORD_OUTCOME])


def test_cancelling_a_visit_that_nobody_planned_is_only_counted() -> None:
    assert only_counted(SITUATIONS["calling"], a_fact(happened.VisitCancelled))


# --- announcements -------------------------------------------------------------------------------------------------


def announced(state: CaseState, due_at: object = at("2027-04-12 14:00")) -> CaseState:
    return after(state, a_fact(happened.VisitPlanned, announced=True, due_at=due_at))


@pytest.mark.parametrize("situation", ["contact", "talking"])
def test_an_announced_visit_is_announced_by_letter_that_says_until_when_to_answer(situation: str) -> None:
    state = announced(SITUATIONS[situation])
    step = next_step(state, now=NOW)
    assert isinstance(step, SendMessage)
    assert (step.channel, step.template, step.person_id) == (Channel.LETTER, "visit-letter", RESIDENT)
    assert step.reply_by == at("2027-04-12 14:00")
    sent = AttemptMade(
        at=NOW, person_id=RESIDENT, step_id=step.step_id, channel=Channel.LETTER, result=AttemptResult.SENT
    )
    assert isinstance(next_step(after(state, sent), now=NOW), WaitUntil)


def test_a_visit_that_was_moved_is_announced_again() -> None:
    play = Play(announced(SITUATIONS["visiting"]), watcher=Watch())
    play.happened(a_fact(happened.VisitPlanned, announced=True, due_at=at("2027-04-13 14:00")))
    assert [message.reply_by for message in play.sent] == [at("2027-04-12 14:00"), at("2027-04-13 14:00")]


def test_a_visit_whose_moment_has_come_is_announced_no_more() -> None:
    state = announced(SITUATIONS["contact"])
    step = next_step(state, now=at("2027-04-12 14:00"))
    assert not isinstance(step, SendMessage) or step.template != "visit-letter"


def test_nothing_is_announced_while_the_case_rests() -> None:
    resting = after(announced(SITUATIONS["contact"]), a_fact(happened.ObjectionMade))
    assert (resting.visit, isinstance(next_step(resting, now=NOW), WaitUntil)) == (None, True)


def test_the_name_of_an_announcement_is_the_same_in_every_time_zone() -> None:
    here = announced(SITUATIONS["contact"])
    there = CaseState.model_validate_json(here.model_dump_json())
    one, other = next_step(here, now=NOW), next_step(there, now=NOW)
    assert isinstance(one, SendMessage)
    assert isinstance(other, SendMessage)
    assert one.step_id == other.step_id == StepId("case-1.visit-2.270412-1200.announced")


def test_a_visit_by_plan_in_terms_with_visits_first_is_made_when_the_office_opens() -> None:
    state = in_contact(with_plan(Channel.MAIL, Channel.VISIT))
    planned = after(state, mail_made(AttemptResult.SENT))
    assert (planned.visit and planned.visit.due_at) == at("2027-04-07 09:00")


def test_the_facts_of_this_file_are_of_their_kinds() -> None:
    assert isinstance(AGREED, CallbackAgreed)
    assert isinstance(PLANNED, VisitPlanned)
