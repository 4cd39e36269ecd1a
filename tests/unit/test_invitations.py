"""What a resident is told of a callback: once, about the moment that counts, and never as a contact attempt."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    InvitationKind,
    LifeEvent,
    MessageReport,
    Objection,
    Phase,
    TaskKind,
)
from models.facts import InvitationSent
from models.steps import Close, SendInvitation, WaitUntil
from models.terms import InvitationTerms, Terms
from policy.changes import with_person
from policy.invitations import invitation_due, reminders_ahead
from policy.next_step import next_step
from tests.builders import NEIGHBOUR, NOW, RESIDENT, a_case_in, after, another_policy, at, the_terms
from tests.unit.examples import APPOINTMENT, TOMORROW, a_fact
from tests.unit.situations import a_case_of_two

LATER = at("2027-04-07 10:00")
FRIDAY = at("2027-04-09 14:00")
BEFORE_FRIDAY = at("2027-04-08 16:00")
CONFIRMED, MOVED, CANCELLED, REMINDER = InvitationKind


def talking(**agreed: Any) -> CaseState:
    """In conversation, with a callback agreed for Friday."""
    return after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.CallbackAgreed, **{"due_at": FRIDAY, **agreed}))


def due(state: CaseState, *, now: datetime = NOW) -> SendInvitation:
    step = next_step(state, now=now)
    assert isinstance(step, SendInvitation)
    return step


def silent(state: CaseState, *, now: datetime = NOW) -> bool:
    return invitation_due(state, now=now) is None


def became(step: SendInvitation, result: AttemptResult, when: datetime = NOW, **changes: Any) -> InvitationSent:
    named = {name: value for name, value in dict(step).items() if name != "kind"}
    return InvitationSent.model_validate({**named, "at": when, "result": result, **changes})


def told(state: CaseState, result: AttemptResult = AttemptResult.SENT, *, when: datetime = NOW) -> CaseState:
    """The case once what is due was sent with this result."""
    return after(state, became(due(state, now=when), result, when))


def moved(state: CaseState, **changes: Any) -> CaseState:
    return after(state, a_fact(happened.CallbackMoved, **{"due_at": LATER, **changes}))


def doubted(state: CaseState) -> list[str | None]:
    return [task.step_id for task in state.tasks if task.kind is TaskKind.CHECK_MAIL]


# --- made, moved, called off ----------------------------------------------------------------------------------------


def test_an_agreed_callback_is_confirmed_once_and_counts_as_no_attempt() -> None:
    agreed = talking()
    first = due(agreed)
    assert (first.about, first.channel, first.sequence, first.due_at) == (CONFIRMED, Channel.MAIL, 0, FRIDAY)
    confirmed = told(agreed)
    assert silent(confirmed)
    assert confirmed.attempts == agreed.attempts
    assert [one.appointment_id for one in confirmed.invitations] == [APPOINTMENT]


def test_a_move_is_told_with_a_higher_number_under_a_step_of_its_own() -> None:
    confirmed = told(talking())
    update = due(moved(confirmed))
    assert (update.about, update.sequence, update.due_at) == (MOVED, 1, LATER)
    assert update.step_id not in {one.step_id for one in confirmed.invitations}
    again = due(moved(told(moved(confirmed)), due_at=FRIDAY))
    assert (again.about, again.sequence, again.due_at) == (MOVED, 2, FRIDAY)


def test_another_colleague_at_the_same_moment_is_no_news_for_the_resident() -> None:
    assert silent(moved(told(talking()), due_at=FRIDAY))


def test_what_was_moved_before_anything_was_sent_is_confirmed_at_its_new_moment() -> None:
    first = due(moved(talking()))
    assert (first.about, first.sequence, first.due_at) == (CONFIRMED, 1, LATER)


@pytest.mark.parametrize("result", [AttemptResult.SENT, AttemptResult.UNKNOWN])
def test_a_move_while_the_confirmation_is_under_way_is_followed_by_an_update(result: AttemptResult) -> None:
    agreed = talking()
    under_way = due(agreed)
    arrived = after(moved(agreed), became(under_way, result))
    update = due(arrived)
    assert (update.about, update.sequence, update.due_at) == (MOVED, 1, LATER)
    assert doubted(arrived) == []


@pytest.mark.parametrize("result", [AttemptResult.SENT, AttemptResult.UNKNOWN])
def test_what_was_perhaps_told_is_called_off_once(result: AttemptResult) -> None:
    gone = after(told(talking(), result), a_fact(happened.CallbackCancelled))
    end = due(gone)
    assert (end.about, end.sequence, end.due_at) == (CANCELLED, 1, FRIDAY)
    assert silent(told(gone))


@pytest.mark.parametrize(
    "result", [None, AttemptResult.NO_ADDRESS, AttemptResult.REFUSED, AttemptResult.CALLED_OFF], ids=str
)
def test_nothing_is_sent_of_the_end_of_what_was_never_told(result: AttemptResult | None) -> None:
    agreed = talking() if result is None else told(talking(), result)
    assert silent(after(agreed, a_fact(happened.CallbackCancelled)))


@pytest.mark.parametrize("kind", [happened.CallbackKept, happened.CallbackMissed])
def test_a_callback_that_was_kept_or_missed_is_not_called_off(kind: type[happened.AnyFact]) -> None:
    over = after(told(talking()), a_fact(kind))
    assert silent(over)
    assert all(one.over for one in over.invitations)


def test_a_callback_that_an_outcome_takes_away_is_called_off_before_the_case_closes() -> None:
    decided = after(told(talking()), a_fact(happened.OutcomeRecorded), a_fact(happened.FeedbackOwed))
    assert decided.appointments == ()
    assert due(decided).about is CANCELLED


def test_the_end_of_a_moment_that_has_passed_is_not_told() -> None:
    gone = after(told(talking()), a_fact(happened.CallbackCancelled))
    assert not silent(gone, now=FRIDAY - timedelta(minutes=1))
    assert silent(gone, now=FRIDAY)


def test_a_second_callback_after_the_first_was_called_off_is_confirmed_beside_it() -> None:
    gone = after(told(talking()), a_fact(happened.CallbackCancelled))
    both = after(gone, a_fact(happened.CallbackAgreed, appointment_id="appointment-2", due_at=LATER))
    first = due(both)
    assert (first.about, first.appointment_id, first.sequence) == (CONFIRMED, "appointment-2", 0)
    second = due(told(both))
    assert (second.about, second.appointment_id) == (CANCELLED, APPOINTMENT)


# --- who is told nothing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [a_fact(happened.LifeEventReported, event=LifeEvent.DIED), a_fact(happened.ObjectionMade)],
    ids=["died", "objects"],
)
def test_nobody_who_died_or_objects_hears_anything_not_even_of_the_end(fact: happened.AnyFact) -> None:
    assert silent(after(told(talking()), fact))
    assert silent(after(talking(), fact))


@pytest.mark.parametrize("objection", [Objection.MADE, Objection.UPHELD])
def test_whoever_objects_is_not_written_to_about_a_callback_that_is_still_there(objection: Objection) -> None:
    assert silent(with_person(talking(), RESIDENT, objection=objection))


def test_while_a_case_rests_what_was_promised_is_still_told() -> None:
    resting = after(talking(), a_fact(happened.CasePaused))
    assert due(resting).about is CONFIRMED
    assert due(moved(told(resting))).about is MOVED


def test_each_of_two_people_hears_of_their_own_callback() -> None:
    both = after(
        a_case_of_two(),
        a_fact(happened.CallbackAgreed, due_at=FRIDAY),
        a_fact(happened.CallbackAgreed, person_id=NEIGHBOUR, appointment_id="appointment-2", due_at=LATER),
    )
    first = due(both)
    second = due(told(both))
    assert (first.person_id, second.person_id, second.due_at) == (RESIDENT, NEIGHBOUR, LATER)
    rest = told(told(both))
    assert silent(rest)
    gone = after(rest, a_fact(happened.CallbackCancelled, person_id=NEIGHBOUR, appointment_id="appointment-2"))
    assert (due(gone).person_id, due(gone).about) == (NEIGHBOUR, CANCELLED)


def without_invitation(terms: Terms) -> Terms:
    return terms.model_copy(update={"callback": terms.callback.model_copy(update={"invitation": None})})


def with_invitation(**changes: Any) -> Any:
    def change(terms: Terms) -> Terms:
        invitation = InvitationTerms(**changes)
        return terms.model_copy(update={"callback": terms.callback.model_copy(update={"invitation": invitation})})

    return change


def test_an_old_case_whose_terms_say_nothing_of_it_sends_nothing() -> None:
    with another_policy(without_invitation):
        agreed = talking()
        assert silent(agreed)
        assert reminders_ahead(agreed) == ()
        assert silent(after(agreed, a_fact(happened.CallbackCancelled)))
    old = the_terms().model_dump(mode="json")
    del old["callback"]["invitation"]
    assert Terms.model_validate(old).callback.invitation is None


def test_a_case_without_a_route_sends_nothing() -> None:
    received = a_case_in(Phase.RECEIVED)
    assert silent(received)
    assert reminders_ahead(received) == ()


# --- no mailbox ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [AttemptResult.NO_ADDRESS, AttemptResult.REFUSED])
def test_whoever_cannot_be_mailed_gets_a_text_message(result: AttemptResult) -> None:
    unmailed = told(talking(), result)
    assert due(unmailed).channel is Channel.SMS
    texted = told(unmailed)
    assert silent(texted)
    assert due(told(moved(texted), AttemptResult.NO_ADDRESS)).about is MOVED
    assert due(texted, now=BEFORE_FRIDAY).channel is Channel.SMS


def test_a_policy_without_text_messages_sends_none() -> None:
    with another_policy(with_invitation()):
        assert silent(told(talking(), AttemptResult.NO_ADDRESS))


# --- the reminder ----------------------------------------------------------------------------------------------------


def test_the_day_before_at_the_hour_of_the_policy_the_resident_is_reminded_once() -> None:
    confirmed = told(talking())
    waits = next_step(confirmed, now=BEFORE_FRIDAY - timedelta(seconds=1))
    assert isinstance(waits, WaitUntil)
    assert (waits.deadline.kind, waits.due_at) == (DeadlineKind.CALLBACK_REMINDER, BEFORE_FRIDAY)
    reminder = due(confirmed, now=BEFORE_FRIDAY)
    assert (reminder.about, reminder.due_at, reminder.channel) == (REMINDER, FRIDAY, Channel.MAIL)
    reminded = told(confirmed, when=BEFORE_FRIDAY)
    assert silent(reminded, now=BEFORE_FRIDAY)
    assert reminders_ahead(reminded) == ()


def test_whoever_heard_of_the_moment_on_the_day_before_is_not_reminded_of_it_that_day() -> None:
    heard = told(talking(due_at=TOMORROW))
    assert reminders_ahead(heard) == ()
    assert silent(heard, now=at("2027-04-05 16:00"))
    sooner = told(talking(due_at=LATER))
    assert due(sooner, now=at("2027-04-06 16:00")).about is REMINDER


def test_what_is_moved_is_reminded_of_at_its_new_moment() -> None:
    reminded = told(told(talking()), when=BEFORE_FRIDAY)
    monday = at("2027-04-12 10:00")
    again = told(moved(reminded, due_at=monday), when=BEFORE_FRIDAY)
    assert due(again, now=at("2027-04-11 16:00")).about is REMINDER


def test_the_reminder_comes_at_the_same_hour_on_the_day_of_a_clock_change() -> None:
    confirmed = told(talking(due_at=at("2027-11-01 10:00")))
    (ahead,) = reminders_ahead(confirmed)
    # The day before is the Sunday on which the clock goes back.
    assert ahead.due_at == at("2027-10-31 16:00")


def test_nobody_is_reminded_of_what_they_were_never_told_or_where_the_policy_does_not_say_so() -> None:
    refused = told(told(talking(), AttemptResult.NO_ADDRESS), AttemptResult.NO_ADDRESS)
    assert silent(refused, now=BEFORE_FRIDAY)
    with another_policy(with_invitation(text_messages=True)):
        confirmed = told(talking())
        assert silent(confirmed, now=BEFORE_FRIDAY)
        assert reminders_ahead(confirmed) == ()


# --- what nobody knows -----------------------------------------------------------------------------------------------


def test_when_nobody_knows_whether_it_left_a_person_looks_and_nothing_is_sent_meanwhile() -> None:
    unknown = told(talking(), AttemptResult.UNKNOWN)
    assert doubted(unknown) == [unknown.invitations[0].step_id]
    assert silent(unknown)


@pytest.mark.parametrize(("sent", "again"), [(True, False), (False, True)])
def test_what_a_person_found_never_left_is_written_anew_under_another_step(*, sent: bool, again: bool) -> None:
    unknown = told(talking(), AttemptResult.UNKNOWN)
    first = unknown.invitations[0].step_id
    checked = after(unknown, a_fact(happened.MailChecked, step_id=first, sent=sent))
    assert doubted(checked) == []
    assert (not silent(checked)) is again
    if again:
        step = due(checked)
        assert (step.about, step.sequence) == (CONFIRMED, 0)
        assert step.step_id != first


def test_a_check_of_another_message_changes_nothing_about_an_invitation() -> None:
    unknown = told(talking(), AttemptResult.UNKNOWN)
    moved_on = moved(unknown)
    assert doubted(moved_on) == []
    late = after(moved_on, a_fact(happened.MailChecked, step_id=unknown.invitations[0].step_id, sent=False))
    assert late.invitations == moved_on.invitations


def test_the_party_that_gave_no_answer_within_its_budget_leaves_a_doubt_that_shows_at_once() -> None:
    agreed = talking()
    gave_up = after(agreed, became(due(agreed), AttemptResult.UNKNOWN, given_up=True))
    (task,) = [one for one in gave_up.tasks if one.kind is TaskKind.CHECK_MAIL]
    assert task.deadline.raised_at == NOW


def test_after_the_moment_nobody_looks_for_what_became_of_it() -> None:
    agreed = talking()
    assert doubted(after(agreed, became(due(agreed), AttemptResult.UNKNOWN, FRIDAY))) == []


def test_a_doubt_about_the_end_of_a_callback_stays_until_somebody_looked() -> None:
    gone = after(told(talking()), a_fact(happened.CallbackCancelled))
    unknown = told(gone, AttemptResult.UNKNOWN)
    assert doubted(unknown) == [unknown.invitations[-1].step_id]


def test_a_doubt_falls_away_when_the_callback_was_kept() -> None:
    assert doubted(after(told(talking(), AttemptResult.UNKNOWN), a_fact(happened.CallbackKept))) == []


def test_what_is_known_of_an_invitation_is_not_replaced_by_a_later_answer() -> None:
    agreed = talking()
    step = due(agreed)
    sent = after(agreed, became(step, AttemptResult.SENT))
    assert after(sent, became(step, AttemptResult.REFUSED)).invitations == sent.invitations
    unknown = after(agreed, became(step, AttemptResult.UNKNOWN))
    twice = after(unknown, became(step, AttemptResult.UNKNOWN))
    assert (twice.invitations, twice.tasks) == (unknown.invitations, unknown.tasks)


def test_a_move_is_told_while_somebody_looks_for_what_became_of_another_message() -> None:
    confirmed = told(talking())
    notice = "case-1.notice-1"
    task = told(talking(), AttemptResult.UNKNOWN).tasks[-1].model_copy(update={"step_id": notice})
    untold = with_person(confirmed, RESIDENT, notified_at=None)
    busy = untold.model_copy(update={"tasks": (*untold.tasks, task)})
    assert due(moved(busy)).about is MOVED
    unknown = told(moved(busy), AttemptResult.UNKNOWN)
    assert doubted(unknown) == [notice]
    # That was found out: now it is the invitation's turn.
    checked = after(unknown, a_fact(happened.MailChecked, step_id=notice, sent=True))
    assert doubted(checked) == [unknown.invitations[-1].step_id]


def test_nobody_looks_for_what_became_of_a_message_to_somebody_who_objects_since() -> None:
    gone = after(told(talking()), a_fact(happened.CallbackCancelled))
    assert doubted(after(told(gone, AttemptResult.UNKNOWN), a_fact(happened.ObjectionMade))) == []


def test_a_case_that_closes_leaves_nobody_with_a_moment_that_will_not_be() -> None:
    ended = after(
        told(talking()),
        a_fact(happened.OutcomeRecorded),
        a_fact(happened.FeedbackOwed),
        a_fact(happened.FeedbackDelivered),
    )
    reached = with_person(ended, RESIDENT, notified_at=NOW)
    assert due(reached).about is CANCELLED
    assert isinstance(next_step(told(reached), now=NOW), Close)


# --- what is heard of it later ---------------------------------------------------------------------------------------


def reported(state: CaseState, report: MessageReport, **changes: Any) -> CaseState:
    step = state.invitations[-1].step_id
    return after(state, a_fact(happened.MessageReported, **{"step_id": step, "report": report, **changes}))


def test_an_invitation_that_bounced_asks_for_another_address_and_goes_as_a_text_message() -> None:
    bounced = reported(told(talking()), MessageReport.BOUNCED)
    assert TaskKind.CHECK_ADDRESS in [task.kind for task in bounced.tasks]
    assert due(bounced).channel is Channel.SMS

    assert reported(bounced, MessageReport.DELIVERED).invitations == bounced.invitations


def test_an_invitation_that_arrived_is_known_to_be_sent_and_doubted_no_longer() -> None:
    arrived = reported(told(talking(), AttemptResult.UNKNOWN), MessageReport.DELIVERED)
    assert doubted(arrived) == []
    assert silent(arrived)


def test_a_report_that_is_quicker_than_the_answer_counts_all_the_same() -> None:
    agreed = talking()
    step = due(agreed)
    early = after(agreed, a_fact(happened.MessageReported, step_id=step.step_id, report=MessageReport.BOUNCED))
    sent = after(early, became(step, AttemptResult.SENT))
    assert (sent.early_reports, sent.invitations[0].result) == ((), AttemptResult.REFUSED)


def test_a_report_about_somebody_else_changes_no_invitation() -> None:
    both = after(a_case_of_two(), a_fact(happened.CallbackAgreed, due_at=FRIDAY))
    confirmed = told(both)
    heard = reported(confirmed, MessageReport.BOUNCED, person_id=NEIGHBOUR)
    assert heard.invitations == confirmed.invitations


def test_a_callback_that_is_not_there_is_not_over() -> None:
    confirmed = told(talking())
    unknown = after(confirmed, a_fact(happened.CallbackKept, appointment_id="another"))
    assert unknown.invitations == confirmed.invitations
