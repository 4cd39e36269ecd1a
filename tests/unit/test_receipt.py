"""What a municipality owes from the day it received a signal."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    Outcome,
    Phase,
    Queue,
    RegisterResult,
    StallCause,
    TaskKind,
)
from models.facts import AttemptMade, RegisterAnswered
from models.ids import StepId
from models.steps import SendMessage
from policy.next_step import next_step
from policy.receipt import is_untold, notice_owed
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    a_signal,
    after,
    at,
    mail_made,
    outcome_recorded,
    register_says,
)
from tests.unit.examples import a_fact
from tests.unit.playing import CalmWorld, Play
from tests.unit.situations import SITUATIONS, a_case_of_two, in_contact, with_plan
from tests.unit.soundness import Watch

THREE_WEEKS = at("2027-04-26 09:00")
UNTOLD = after(in_contact(with_plan(Channel.CALL)), a_fact(happened.CaseClaimed))
"""A route without any message: the resident hears of us only when somebody reaches them."""


def asked_again() -> RegisterAnswered:
    """The register is asked before a letter leaves: they still live there."""
    answer = register_says(RegisterResult.FOUND, THREE_WEEKS)
    return answer.model_copy(update={"step_id": StepId("case-1.register-1")})


def letter(number: int, result: AttemptResult, whose: str = "") -> AttemptMade:
    return AttemptMade(
        at=THREE_WEEKS,
        step_id=StepId(f"case-1.notice-{number}{whose}"),
        person_id=RESIDENT,
        channel=Channel.LETTER,
        result=result,
    )


def the_notice(number: int = 1) -> SendMessage:
    return SendMessage(
        step_id=StepId(f"case-1.notice-{number}"),
        person_id=RESIDENT,
        channel=Channel.LETTER,
        template="notice-letter",
    )


# --- what is owed --------------------------------------------------------------------------------------------------


def test_with_its_route_a_case_owes_a_notice_within_a_month_and_a_decision_within_six() -> None:
    state = a_case_in(Phase.IDENTITY_CHECK)
    assert {deadline.kind: (deadline.due_at, deadline.cause) for deadline in state.deadlines} == {
        DeadlineKind.NOTICE: (at("2027-05-05 09:00"), StallCause.NOTICE_NOT_GIVEN),
        DeadlineKind.NOTICE_LETTER: (THREE_WEEKS, None),
        DeadlineKind.RETENTION: (at("2027-10-05 09:00"), StallCause.RETENTION_REACHED),
    }


def test_the_terms_run_from_the_first_receipt_not_from_the_opening() -> None:
    old = a_case_in(Phase.IDENTITY_CHECK, signals=(a_signal(received_at=at("2027-03-29 12:00")),))
    notice = old.deadline(DeadlineKind.NOTICE)
    assert (notice and notice.due_at) == at("2027-04-29 12:00")


# --- the notice ----------------------------------------------------------------------------------------------------


def test_after_three_weeks_without_message_or_conversation_the_system_tells_it_itself() -> None:
    assert not isinstance(next_step(UNTOLD, now=THREE_WEEKS - timedelta(seconds=1)), SendMessage)
    assert next_step(after(UNTOLD, asked_again()), now=THREE_WEEKS) == the_notice()
    told = after(UNTOLD, letter(1, AttemptResult.SENT))
    assert (told.deadline(DeadlineKind.NOTICE), notice_owed(told)) == (None, ())


@pytest.mark.parametrize(
    "result", [AttemptResult.REFUSED, AttemptResult.NO_ADDRESS, AttemptResult.UNKNOWN, AttemptResult.CALLED_OFF]
)
def test_two_letters_are_enough_and_then_the_deadline_tells(result: AttemptResult) -> None:
    class Silent(CalmWorld):
        def message(self) -> AttemptResult:
            return result

    play = Play(UNTOLD, world=Silent(), watcher=Watch())
    for _ in range(3):
        play.pass_time(timedelta(days=12))
        for task in play.state.tasks:
            if task.kind is TaskKind.CHECK_MAIL and task.step_id is not None:
                checked = happened.MailChecked(at=play.now, person_id=RESIDENT, step_id=task.step_id, sent=False)
                play.happened(checked)
    assert notice_owed(play.state) == ()
    tried = [one.step_id for one in play.state.attempts]
    assert tried == ["case-1.notice-1", "case-1.notice-2"]
    assert StallCause.NOTICE_NOT_GIVEN in {one.cause for one in play.trail if isinstance(one, happened.Stalled)}


def test_a_mail_of_the_plan_tells_it_too() -> None:
    assert SITUATIONS["contact"].deadline(DeadlineKind.NOTICE_LETTER) is not None
    assert SITUATIONS["calling"].deadline(DeadlineKind.NOTICE_LETTER) is None


def test_nobody_is_written_to_whose_identity_is_in_doubt() -> None:
    doubtful = SITUATIONS["doubtful"]
    assert notice_owed(doubtful) == ()
    play = Play(doubtful, watcher=Watch())
    play.pass_time(timedelta(days=40))
    assert play.sent == []
    # The law's month is raised all the same.
    assert StallCause.NOTICE_NOT_GIVEN in {one.cause for one in play.trail if isinstance(one, happened.Stalled)}


def test_who_turns_out_to_be_who_they_are_after_three_weeks_is_told_by_the_plan_first() -> None:
    late = after(SITUATIONS["doubtful"], a_fact(happened.IdentityChecked, at=at("2027-04-28 10:00")))
    step = next_step(late, now=at("2027-04-28 10:00"))
    assert isinstance(step, SendMessage)
    assert step.template == "first-mail"


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.NOT_PICKED_UP_REPEAT, True),
        (Outcome.NOT_PICKED_UP_OTHER, True),
        (Outcome.KNOWN_AT_DEBT_HELP, True),
        (Outcome.DIED, False),
        (Outcome.NOT_A_RESIDENT, False),
    ],
)
def test_who_never_heard_of_us_is_written_to_at_the_end_unless_nobody_is_there(outcome: Outcome, told: bool) -> None:
    play = Play(UNTOLD, watcher=Watch())
    play.happened(outcome_recorded(outcome, moment=play.now))
    assert ([message.template for message in play.sent] == ["notice-letter"]) is told
    ended = after(UNTOLD, outcome_recorded(outcome))
    assert (ended.deadline(DeadlineKind.NOTICE) is not None) is told


def test_the_case_does_not_close_before_the_notice_was_tried() -> None:
    class Slow(CalmWorld):
        def takes(self) -> timedelta:
            return timedelta(hours=6)

    play = Play(UNTOLD, world=Slow(), watcher=Watch())
    play.happened(outcome_recorded(Outcome.NOT_PICKED_UP_REPEAT, moment=play.now))
    play.deliver_feedback()
    assert play.state.phase is Phase.FEEDBACK
    play.pass_time(timedelta(hours=7))
    assert play.is_closed()


def test_each_person_is_told_under_a_name_of_their_own_from_their_own_receipt() -> None:
    two = after(
        a_case_of_two(),
        mail_made(AttemptResult.SENT),
        outcome_recorded(),
        register_says(RegisterResult.FOUND).model_copy(update={"person_id": NEIGHBOUR}),
        outcome_recorded(Outcome.NOT_PICKED_UP_REPEAT, person_id=NEIGHBOUR),
    )
    told = after(two, *(a_fact(happened.FeedbackOwed, signal_id=signal.signal_id) for signal in two.signals))
    step = next_step(told, now=NOW)
    assert isinstance(step, SendMessage)
    assert (step.step_id, step.person_id) == ("case-1.notice-1.neighbour", NEIGHBOUR)
    notice = told.deadline(DeadlineKind.NOTICE)
    # Their signal was received a day after the resident's.
    assert (notice and notice.started_at) == at("2027-04-06 10:00")


def test_who_objects_is_not_written_to_and_who_was_heard_is_never_written_to_again() -> None:
    objecting = after(UNTOLD, a_fact(happened.ObjectionMade))
    assert (notice_owed(objecting), objecting.deadline(DeadlineKind.NOTICE) is not None) == ((), True)
    upheld = after(objecting, a_fact(happened.ObjectionDecided))
    assert (notice_owed(upheld), upheld.deadline(DeadlineKind.NOTICE)) == ((), None)
    rejected = after(objecting, a_fact(happened.ObjectionDecided, upheld=False))
    assert notice_owed(rejected) == (RESIDENT,)


def test_no_second_notice_leaves_while_somebody_looks_what_became_of_the_first() -> None:
    doubt = after(UNTOLD, letter(1, AttemptResult.UNKNOWN))
    assert not isinstance(next_step(doubt, now=THREE_WEEKS), SendMessage)


# --- somebody at work ----------------------------------------------------------------------------------------------


def owner_by(state: CaseState) -> object:
    unassigned = state.deadline(DeadlineKind.ASSIGNMENT)
    return unassigned and unassigned.due_at


def test_work_is_somebodys_within_two_days_of_becoming_visible() -> None:
    assert owner_by(SITUATIONS["talking"]) == at("2027-04-07 23:59")
    # The call is to be made on Wednesday afternoon.
    assert owner_by(SITUATIONS["calling"]) == at("2027-04-09 23:59")
    assert owner_by(after(SITUATIONS["talking"], a_fact(happened.CaseClaimed))) is None
    given_back = after(SITUATIONS["talking"], a_fact(happened.CaseAssigned), a_fact(happened.CaseAssigned, to=None))
    assert owner_by(given_back) == at("2027-04-07 23:59")


@pytest.mark.parametrize("situation", ["contact", "agreed", "referred", "taken", "feedback", "waiting"])
def test_work_of_a_party_a_promise_and_waiting_need_no_owner(situation: str) -> None:
    assert owner_by(SITUATIONS[situation]) is None


def test_a_second_person_is_not_the_owner() -> None:
    proposed = after(SITUATIONS["paused talking"], a_fact(happened.ApprovalAsked))
    assert ([task.kind for task in proposed.tasks], owner_by(proposed)) == ([TaskKind.APPROVE], None)


def test_the_work_of_young_adults_waits_in_the_queue_of_the_youth_workers() -> None:
    young = with_plan(Channel.CALL).model_copy(update={"queue": Queue.YOUTH_WORKERS})
    assert [task.queue for task in in_contact(young).tasks] == [Queue.YOUTH_WORKERS]


def test_before_a_route_was_chosen_nobody_was_told() -> None:
    received = SITUATIONS["received"]
    assert is_untold(received, received.people[0])
