"""The contact plan: attempts, one after the other, until somebody is reached or the plan is done."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import AttemptResult, Channel, Daypart, DeadlineKind, Outcome, Phase, PlanName, Route, TaskKind
from models.facts import ContactContinued, ContactReceived
from models.ids import StepId
from models.steps import Conclude, SendMessage, WaitUntil
from policy.next_step import next_step, plan_step
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
)
from tests.unit.any_fact import SHORT_TERMS
from tests.unit.examples import SECOND, a_fact
from tests.unit.playing import Play
from tests.unit.situations import OTHERS, SITUATIONS, a_case_of_two, in_contact, with_plan
from tests.unit.soundness import Watch, only_counted

URGENT = SECOND.model_copy(update={"crisis": True})


def planned_call(state: CaseState) -> tuple[StepId | None, Daypart | None, object]:
    (task,) = state.tasks
    assert task.kind is TaskKind.CALL
    return task.step_id, task.daypart, task.opens_at


# --- the first plan ------------------------------------------------------------------------------------------------


def test_the_first_mail_leaves_at_once() -> None:
    assert next_step(a_case_in(Phase.CONTACT), now=NOW) == SendMessage(
        step_id=StepId("case-1.mail-1"), person_id=RESIDENT, channel=Channel.MAIL, template="first-mail"
    )


def test_the_plan_goes_mail_three_calls_on_other_dayparts_mail_end() -> None:
    state = SITUATIONS["calling"]
    planned = []
    for call in ("call-1", "call-2", "call-3"):
        (task,) = state.tasks
        assert task.planned is not None
        planned.append((task.daypart, task.opens_at, task.planned.due_at, task.deadline.due_at))
        state = after(state, call_made(AttemptResult.NO_ANSWER, task.opens_at, step=call))
    assert planned == [
        (Daypart.AFTERNOON, at("2027-04-07 13:00"), at("2027-04-07 13:00"), at("2027-04-08 23:59")),
        (Daypart.EVENING, at("2027-04-09 18:00"), at("2027-04-09 18:00"), at("2027-04-12 23:59")),
        (Daypart.MORNING, at("2027-04-13 09:00"), at("2027-04-13 09:00"), at("2027-04-14 23:59")),
    ]
    last = state.deadline(DeadlineKind.PLAN_STEP)
    assert (state.tasks, last and last.due_at) == ((), at("2027-04-15 09:00"))
    state = after(state, mail_made(AttemptResult.SENT, at("2027-04-15 09:00"), step="mail-2"))
    end = state.deadline(DeadlineKind.PLAN_END)
    assert (plan_step(state), end and end.due_at, end and end.cause) == (None, at("2027-04-22 23:59"), None)


def test_a_plan_that_reached_nobody_ends_as_never_reached_and_closes_the_case() -> None:
    play = Play(a_case_state(), watcher=Watch())
    for step in ("call-1", "call-2", "call-3"):
        play.pass_time(timedelta(days=4))
        play.happened(call_made(AttemptResult.NO_ANSWER, play.now, step=step))
    play.pass_time(timedelta(days=20))
    assert [result.outcome for result in play.state.outcomes] == [Outcome.NEVER_REACHED]
    play.deliver_feedback()
    assert play.is_closed()
    assert [message.template for message in play.sent] == ["first-mail", "last-mail"]


def test_a_call_at_another_daypart_than_planned_counts_where_it_was_made() -> None:
    state = after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, at("2027-04-07 10:00"), step="call-1"))
    assert (state.attempts[-1].daypart, state.tasks[0].daypart) == (Daypart.MORNING, Daypart.AFTERNOON)


def test_calls_to_somebody_else_do_not_turn_the_dayparts() -> None:
    other = call_made(AttemptResult.NO_ANSWER, at("2027-04-05 14:00")).model_copy(update={"person_id": NEIGHBOUR})
    state = after(a_case_of_two(), other, mail_made(AttemptResult.SENT))
    assert planned_call(state)[1] is Daypart.AFTERNOON


def test_before_a_visit_by_plan_the_case_waits_for_a_person() -> None:
    state = SITUATIONS["visiting"]
    (task,) = state.tasks
    assert (task.kind, task.step_id, state.visit and state.visit.step_id) == (
        TaskKind.VISIT,
        "case-1.visit-1",
        "case-1.visit-1",
    )


@pytest.mark.parametrize("result", [AttemptResult.NOBODY_HOME, AttemptResult.CARD_LEFT, AttemptResult.WRONG_PERSON])
def test_a_visit_by_plan_that_reached_nobody_makes_the_plan_go_on(result: AttemptResult) -> None:
    made = a_fact(happened.AttemptMade, step_id=StepId("case-1.visit-1"), channel=Channel.VISIT, result=result)
    state = after(SITUATIONS["visiting"], made)
    assert (state.visit, planned_call(state)[0]) == (None, "case-1.call-2")


def test_where_visits_are_not_safe_the_plan_passes_them_over() -> None:
    terms = with_plan(Channel.MAIL, Channel.VISIT, Channel.VISIT, Channel.CALL)
    blocked = after(in_contact(terms), a_fact(happened.VisitsBlocked), mail_made(AttemptResult.SENT))
    assert planned_call(blocked)[0] == "case-1.call-4"
    only_visits = after(in_contact(with_plan(Channel.VISIT)), a_fact(happened.VisitsBlocked))
    assert only_visits.deadline(DeadlineKind.PLAN_END) is not None


def test_another_route_leaves_a_mail_in_doubt_and_a_planned_visit_as_they_are() -> None:
    for situation in ("odd mail", "visit planned"):
        before = SITUATIONS[situation]
        state = after(before, a_fact(happened.RouteChosen, terms=SHORT_TERMS))
        assert (state.tasks, state.deadlines, state.visit) == (before.tasks, before.deadlines, before.visit)


def test_another_route_in_a_conversation_only_changes_the_terms() -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    pressing = SHORT_TERMS.model_copy(update={"route": Route.THREATENING, "priority": 1})
    state = after(talking, a_fact(happened.RouteChosen, route=Route.THREATENING, terms=pressing))
    assert (state.terms, state.phase, state.tasks) == (pressing, talking.phase, talking.tasks)


def test_a_route_without_terms_is_only_counted() -> None:
    assert only_counted(a_case_state(), a_fact(happened.RouteChosen, terms=None))


# --- contact from their side ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [Channel.CALL, Channel.MAIL, Channel.DESK, Channel.WHATSAPP])
def test_a_resident_who_comes_to_us_is_reached_and_told_and_the_planned_attempt_falls_away(channel: Channel) -> None:
    state = after(
        SITUATIONS["contact"], ContactReceived(at=at("2027-04-05 09:30"), person_id=RESIDENT, channel=channel)
    )
    (attempt,) = state.attempts
    assert (attempt.reached, attempt.incoming, attempt.channel) == (True, True, channel)
    assert (state.phase, [task.kind for task in state.tasks]) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])
    assert state.deadline(DeadlineKind.PLAN_STEP) is None
    assert state.people[0].notified_at == at("2027-04-05 09:30")


@pytest.mark.parametrize("situation", ["paused", "paused talking"])
def test_a_resident_who_comes_to_us_ends_the_rest_of_the_case(situation: str) -> None:
    state = after(SITUATIONS[situation], a_fact(happened.ContactReceived))
    assert (state.pause, state.phase) == (None, Phase.IN_CONVERSATION)
    assert state.task(TaskKind.RECORD_OUTCOME) is not None


def test_a_resident_who_comes_while_signals_are_collected_waits_no_longer_and_is_spoken_with_once_known() -> None:
    state = after(SITUATIONS["waiting"], a_fact(happened.ContactReceived))
    assert (state.phase, state.deadline(DeadlineKind.MATCHING)) == (Phase.IDENTITY_CHECK, None)
    known = after(state, a_fact(happened.RegisterAnswered))
    assert (known.phase, [task.kind for task in known.tasks]) == (Phase.IN_CONVERSATION, [TaskKind.RECORD_OUTCOME])


def test_a_resident_who_comes_while_their_identity_is_in_doubt_leaves_the_doubt() -> None:
    doubtful = SITUATIONS["doubtful"]
    assert after(doubtful, a_fact(happened.ContactReceived)).tasks == doubtful.tasks
    rests = after(doubtful, a_fact(happened.CasePaused), a_fact(happened.ContactReceived))
    assert ([task.kind for task in rests.tasks], rests.pause) == ([TaskKind.CHECK_IDENTITY], None)


def test_two_contacts_of_one_day_are_two_attempts() -> None:
    state = after(a_case_in(Phase.CONTACT), a_fact(happened.ContactReceived), a_fact(happened.ContactReceived))
    assert [attempt.step_id for attempt in state.attempts] == ["case-1.in-2", "case-1.in-3"]


def test_who_is_spoken_with_beside_the_subject_gets_a_form_and_the_plan_goes_on() -> None:
    came = ContactReceived(at=NOW, person_id=NEIGHBOUR, channel=Channel.DESK)
    state = after(a_case_of_two(), mail_made(AttemptResult.SENT), came)
    assert state.phase is Phase.CONTACT
    assert [(task.kind, task.person_id) for task in state.tasks] == [
        (TaskKind.CALL, RESIDENT),
        (TaskKind.RECORD_OUTCOME, NEIGHBOUR),
    ]
    # When it is their turn the conversation goes on where it is.
    next_one = after(state, outcome_recorded())
    assert (next_one.subject, next_one.phase) == (NEIGHBOUR, Phase.IN_CONVERSATION)
    assert [task.kind for task in next_one.tasks] == [TaskKind.RECORD_OUTCOME]


def test_who_calls_while_the_partners_are_told_is_written_down_and_nothing_else_follows() -> None:
    state = after(SITUATIONS["quick fix"], a_fact(happened.ContactReceived))
    assert (state.attempts[-1].incoming, state.phase) == (True, Phase.FEEDBACK)
    assert state.tasks == SITUATIONS["quick fix"].tasks


# --- contact again -------------------------------------------------------------------------------------------------


def test_a_conversation_that_settled_nothing_is_followed_up_by_a_plan_of_its_own() -> None:
    state = SITUATIONS["following up"]
    assert (state.phase, state.plan, state.plan_run, planned_call(state)) == (
        Phase.CONTACT,
        PlanName.FOLLOW_UP,
        1,
        ("case-1.1.call-1", Daypart.AFTERNOON, at("2027-04-07 13:00")),
    )


def test_the_follow_up_ends_as_no_response_after_contact() -> None:
    play = Play(SITUATIONS["following up"], watcher=Watch())
    for step in ("1.call-1", "1.call-2"):
        play.pass_time(timedelta(days=4))
        play.happened(call_made(AttemptResult.NO_ANSWER, play.now, step=step))
    play.pass_time(timedelta(days=20))
    assert [message.template for message in play.sent] == ["last-letter"]
    assert [result.outcome for result in play.state.outcomes] == [Outcome.NO_RESPONSE_AFTER_CONTACT]


def test_the_end_of_the_first_plan_after_somebody_was_spoken_to_is_no_response_after_contact() -> None:
    done = SITUATIONS["plan done"]
    heard = (done.attempts[0].model_copy(update={"reached": True}),)
    step = next_step(done.model_copy(update={"attempts": heard}), now=at("2027-04-13 09:00"))
    assert step == Conclude(person_id=RESIDENT, outcome=Outcome.NO_RESPONSE_AFTER_CONTACT)


def test_a_second_follow_up_has_steps_of_its_own() -> None:
    reached = call_made(AttemptResult.CONVERSATION, at("2027-04-07 13:30"), step="1.call-1")
    again = after(SITUATIONS["following up"], reached, ContactContinued(at=reached.at, person_id=RESIDENT))
    assert (planned_call(again)[0], again.plan_run) == ("case-1.2.call-1", 2)


def test_contact_is_continued_only_in_a_conversation_with_the_subject() -> None:
    assert only_counted(a_case_in(Phase.CONTACT), a_fact(happened.ContactContinued))
    assert only_counted(SITUATIONS["two talking"], a_fact(happened.ContactContinued, person_id=NEIGHBOUR))


# --- hurry ---------------------------------------------------------------------------------------------------------


def test_an_urgent_signal_makes_the_next_call_at_once() -> None:
    hurried = a_fact(happened.SignalJoined, at=at("2027-04-06 14:00"), signal=URGENT)
    state = after(SITUATIONS["calling"], hurried)
    assert planned_call(state) == ("case-1.call-1", Daypart.AFTERNOON, at("2027-04-06 14:00"))
    assert planned_call(after(SITUATIONS["calling"], a_fact(happened.SignalJoined)))[2] == at("2027-04-07 13:00")


def test_an_urgent_signal_sends_the_next_mail_at_once() -> None:
    waiting = after(in_contact(with_plan(Channel.MAIL, Channel.SMS)), mail_made(AttemptResult.SENT))
    state = after(waiting, a_fact(happened.SignalJoined, signal=URGENT))
    assert isinstance(next_step(waiting, now=NOW), WaitUntil)
    assert isinstance(next_step(state, now=NOW), SendMessage)


@pytest.mark.parametrize("situation", ["odd mail", "visit planned"])
def test_an_urgent_signal_leaves_what_waits_for_a_person_or_was_promised(situation: str) -> None:
    before = SITUATIONS[situation]
    state = after(before, a_fact(happened.SignalJoined, signal=URGENT))
    assert (state.tasks, state.visit, state.deadlines) == (before.tasks, before.visit, before.deadlines)


def test_without_calls_in_the_plan_an_urgent_signal_changes_nothing_when_it_is_done() -> None:
    done = SITUATIONS["plan done"]
    assert after(done, a_fact(happened.SignalJoined, signal=URGENT)).deadlines == done.deadlines


def test_a_warm_handover_is_called_at_once_like_what_is_urgent() -> None:
    warm = SECOND.model_copy(update={"warm_handover": True})
    state = after(SITUATIONS["calling"], a_fact(happened.SignalJoined, at=at("2027-04-06 14:00"), signal=warm))
    assert planned_call(state)[2] == at("2027-04-06 14:00")
    # It may wait for its matching period, and it leaves a rest in peace.
    assert after(SITUATIONS["waiting"], a_fact(happened.SignalJoined, signal=warm)).phase is Phase.WAITING
    assert after(SITUATIONS["paused"], a_fact(happened.SignalJoined, signal=warm)).pause is not None


def test_an_urgent_signal_after_the_last_call_begins_the_calls_again() -> None:
    state = SITUATIONS["calling"]
    for number, day in enumerate(("07 13:30", "09 18:30", "13 10:00"), start=1):
        state = after(state, call_made(AttemptResult.NO_ANSWER, at(f"2027-04-{day}"), step=f"call-{number}"))
    # Only the last mail is left, for the fifteenth.
    assert state.tasks == ()
    called = after(state, a_fact(happened.SignalJoined, at=at("2027-04-13 14:00"), signal=URGENT))
    assert planned_call(called)[0] == "case-1.1.call-1"
    mailed = after(state, mail_made(AttemptResult.SENT, at("2027-04-15 09:00"), step="mail-2"))
    done = after(mailed, a_fact(happened.SignalJoined, at=at("2027-04-19 09:30"), signal=URGENT))
    assert (planned_call(done)[0], planned_call(done)[2]) == ("case-1.1.call-1", at("2027-04-19 13:00"))


def test_an_urgent_signal_does_not_put_off_a_call_that_is_to_be_made_already() -> None:
    calling = SITUATIONS["calling"]
    hurried = a_fact(happened.SignalJoined, at=at("2027-04-07 15:00"), signal=URGENT)
    assert after(calling, hurried).tasks == calling.tasks


def test_without_a_call_to_come_to_an_urgent_signal_does_not_pour_out_the_messages_of_the_plan() -> None:
    terms = with_plan(Channel.MAIL, Channel.SMS, Channel.LETTER)
    play = Play(a_case_state(signals=(URGENT,)), terms=terms, watcher=Watch())
    assert [message.template for message in play.sent] == ["mail-text"]


def test_an_urgent_signal_ends_the_rest_of_a_case() -> None:
    state = after(SITUATIONS["paused"], a_fact(happened.SignalJoined, signal=URGENT))
    assert (state.pause, isinstance(next_step(state, now=NOW), SendMessage)) == (None, True)
    rests = after(SITUATIONS["paused"], a_fact(happened.SignalJoined))
    assert rests.pause is not None


def test_an_urgent_signal_does_not_overrule_an_objection() -> None:
    state = after(SITUATIONS["objecting"], a_fact(happened.SignalJoined, signal=URGENT))
    assert isinstance(next_step(state, now=NOW), WaitUntil)


# --- one after the other -------------------------------------------------------------------------------------------


def test_somebody_elses_outcome_leaves_the_subjects_plan_where_it_is() -> None:
    calling = after(a_case_of_two(), mail_made(AttemptResult.SENT))
    state = after(calling, outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    assert (state.phase, state.plan_run, state.plan_next, state.tasks) == (
        Phase.CONTACT,
        0,
        1,
        calling.tasks,
    )


def test_the_next_persons_plan_begins_anew_with_steps_of_its_own() -> None:
    known = after(SITUATIONS["second turn"], a_fact(happened.RegisterAnswered, person_id=NEIGHBOUR))
    assert next_step(known, now=NOW) == SendMessage(
        step_id=StepId("case-1.1.mail-1"), person_id=NEIGHBOUR, channel=Channel.MAIL, template="first-mail"
    )


def test_each_of_two_people_gets_the_first_mail_once() -> None:
    play = Play(a_case_of_two(), watcher=Watch())
    play.happened(outcome_recorded(Outcome.PAID_OR_ARRANGED, moment=play.now))
    play.pass_time(timedelta(days=1))
    assert [(message.person_id, message.template) for message in play.sent] == [
        (RESIDENT, "first-mail"),
        (NEIGHBOUR, "first-mail"),
    ]


def test_a_signal_of_somebody_new_makes_them_next_when_everybody_else_is_waited_for() -> None:
    state = after(SITUATIONS["pending"], a_fact(happened.SignalJoined, signal=OTHERS))
    assert (state.subject, state.phase) == (NEIGHBOUR, Phase.IDENTITY_CHECK)
    assert state.task_of(TaskKind.HOLD_FIRST_CONVERSATION, RESIDENT) is not None
