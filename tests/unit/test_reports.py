"""What is heard of a message after it left, and what follows from it."""

from itertools import permutations

import pytest

from models import facts as happened
from models.case import CaseState
from models.codes import AttemptResult, Channel, DeadlineKind, MessageReport, Phase, TaskKind
from models.facts import AddressChecked, AttemptMade, MessageReported
from models.ids import PersonId, StepId
from models.steps import SendMessage, WaitUntil
from policy.conclude import owed
from policy.next_step import next_step
from tests.builders import NEIGHBOUR, NOW, RESIDENT, a_case_in, after, at, call_made, mail_made, outcome_recorded
from tests.unit.examples import a_fact
from tests.unit.situations import SITUATIONS, in_contact, with_plan
from tests.unit.soundness import only_counted

CAME_TO_NOTHING = (MessageReport.FAILED, MessageReport.BOUNCED)


def reported(report: MessageReport, step: str = "mail-1", person: PersonId = RESIDENT) -> MessageReported:
    return MessageReported(at=NOW, person_id=person, step_id=StepId(f"case-1.{step}"), report=report)


def letter(result: AttemptResult, step: str) -> AttemptMade:
    return mail_made(result, step=step).model_copy(update={"channel": Channel.LETTER})


def kinds(state: CaseState) -> list[TaskKind]:
    return [task.kind for task in state.tasks]


def without_order(state: CaseState) -> CaseState:
    """The state, however many facts made it and in whatever order its deadlines were counted."""
    in_order = tuple(sorted(state.deadlines, key=lambda deadline: deadline.kind))
    return state.model_copy(update={"sequence": 0, "deadlines": in_order})


def mailed() -> CaseState:
    return after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))


def test_a_message_that_arrived_is_as_it_was_with_that_said() -> None:
    state = after(mailed(), reported(MessageReport.DELIVERED))
    (attempt,) = state.attempts
    assert (attempt.result, attempt.report) == (AttemptResult.SENT, MessageReport.DELIVERED)
    assert (kinds(state), state.people[0].notified_at) == ([TaskKind.CALL], NOW)


@pytest.mark.parametrize("report", CAME_TO_NOTHING)
def test_whoever_a_message_did_not_reach_was_not_told(report: MessageReport) -> None:
    state = after(mailed(), reported(report))
    (attempt,) = state.attempts
    assert (attempt.result, attempt.report) == (AttemptResult.REFUSED, report)
    assert state.people[0].notified_at is None
    assert state.deadline(DeadlineKind.NOTICE_LETTER) is not None
    # The plan goes on where it was.
    assert TaskKind.CALL in kinds(state)
    assert state.plan_next == 1


def test_whoever_was_spoken_to_meanwhile_stays_told_from_then_on() -> None:
    called_at = at("2027-04-07 13:30")
    spoken = after(mailed(), call_made(AttemptResult.CONVERSATION, called_at, step="call-1"))
    assert after(spoken, reported(MessageReport.BOUNCED)).people[0].notified_at == called_at


def test_an_address_that_does_not_work_is_somebodys_task_once() -> None:
    state = after(mailed(), reported(MessageReport.BOUNCED))
    assert kinds(state) == [TaskKind.CALL, TaskKind.CHECK_ADDRESS]
    task = state.task(TaskKind.CHECK_ADDRESS)
    assert task is not None
    assert (task.code, task.person_id) == ("message.bounced", RESIDENT)
    second = after(state, letter(AttemptResult.SENT, "extra-2"), reported(MessageReport.BOUNCED, "extra-2"))
    assert kinds(second).count(TaskKind.CHECK_ADDRESS) == 1
    for found in (True, False):
        done = after(state, AddressChecked(at=NOW, person_id=RESIDENT, found=found))
        assert kinds(done) == [TaskKind.CALL]


def test_a_message_that_failed_says_nothing_about_the_address() -> None:
    assert kinds(after(mailed(), reported(MessageReport.FAILED))) == [TaskKind.CALL]


@pytest.mark.parametrize("situation", ["feedback", "told", "quick fix"])
def test_nobody_looks_for_an_address_once_it_is_known_how_it_ended(situation: str) -> None:
    before = after(SITUATIONS[situation], letter(AttemptResult.SENT, "notice-1"))
    state = after(before, reported(MessageReport.BOUNCED, "notice-1"))
    assert TaskKind.CHECK_ADDRESS not in kinds(state)
    assert state.attempts[-1].result is AttemptResult.REFUSED


def test_an_outcome_ends_the_search_for_an_address() -> None:
    state = after(mailed(), reported(MessageReport.BOUNCED), outcome_recorded())
    assert TaskKind.CHECK_ADDRESS not in kinds(state)


def test_reports_may_come_twice_and_in_any_order() -> None:
    heard = [reported(report) for report in (MessageReport.POSTED, MessageReport.DELIVERED, MessageReport.BOUNCED)]
    ends = {
        without_order(after(mailed(), *order, *order)).model_dump_json() for order in permutations(heard, len(heard))
    }
    assert len(ends) == 1
    assert after(mailed(), *heard).attempts[0].report is MessageReport.BOUNCED


@pytest.mark.parametrize("report", MessageReport)
def test_a_report_that_is_quicker_than_the_attempt_waits_for_it(report: MessageReport) -> None:
    sent, news = mail_made(AttemptResult.SENT), reported(report)
    late = after(a_case_in(Phase.CONTACT), sent, news)
    early = after(a_case_in(Phase.CONTACT), news)
    assert [(one.step_id, one.report) for one in early.early_reports] == [("case-1.mail-1", report)]
    assert without_order(after(early, sent)) == without_order(late)


def test_a_message_that_arrived_after_all_told_whom_it_reached() -> None:
    state = after(mailed(), reported(MessageReport.FAILED), reported(MessageReport.DELIVERED))
    assert (state.attempts[0].result, state.people[0].notified_at) == (AttemptResult.SENT, NOW)
    assert without_order(state) == without_order(
        after(mailed(), reported(MessageReport.DELIVERED), reported(MessageReport.FAILED))
    )


def test_of_early_reports_the_last_word_counts_and_others_wait_for_their_own() -> None:
    state = after(
        a_case_in(Phase.CONTACT),
        reported(MessageReport.BOUNCED),
        reported(MessageReport.DELIVERED),
        reported(MessageReport.FAILED, "mail-2"),
        mail_made(AttemptResult.SENT),
    )
    assert state.attempts[0].report is MessageReport.BOUNCED
    assert [one.step_id for one in state.early_reports] == ["case-1.mail-2"]


def test_what_nobody_knew_is_known_when_it_is_reported() -> None:
    doubt = SITUATIONS["odd mail"]
    arrived = after(doubt, reported(MessageReport.DELIVERED))
    assert (kinds(arrived), arrived.attempts[0].result) == ([TaskKind.CALL], AttemptResult.SENT)
    assert arrived.people[0].notified_at == NOW
    failed = after(doubt, reported(MessageReport.FAILED))
    assert (kinds(failed), failed.attempts[0].result) == ([TaskKind.CALL], AttemptResult.REFUSED)
    assert failed.people[0].notified_at is None


@pytest.mark.parametrize(("channel", "told"), [(Channel.MAIL, NOW), (Channel.SMS, None)])
def test_what_nobody_looked_into_any_more_is_known_all_the_same(channel: Channel, told: object) -> None:
    made = mail_made(AttemptResult.UNKNOWN).model_copy(update={"channel": channel})
    step = f"{channel}-1"
    state = after(in_contact(with_plan(channel, Channel.CALL)), made.model_copy(update={"step_id": f"case-1.{step}"}))
    state = after(state, a_fact(happened.CasePaused))
    arrived = after(state, reported(MessageReport.DELIVERED, step))
    assert arrived.attempts[0].result is AttemptResult.SENT
    assert arrived.people[0].notified_at == told
    # When it goes on, the case does not try again what is known by now.
    for report in (MessageReport.DELIVERED, MessageReport.FAILED):
        going_on = after(state, reported(report, step), a_fact(happened.PauseEnded))
        assert [task.kind for task in going_on.tasks if task.kind is TaskKind.CALL] == [TaskKind.CALL]


def test_a_message_that_was_taken_back_is_sent_again_when_the_case_goes_on() -> None:
    paused = after(mailed(), a_fact(happened.CasePaused), reported(MessageReport.WITHDRAWN))
    assert (paused.attempts[0].result, paused.plan_next) == (AttemptResult.CALLED_OFF, 0)
    assert paused.people[0].notified_at is None
    going_on = after(paused, a_fact(happened.PauseEnded))
    step = next_step(going_on, now=NOW)
    assert isinstance(step, SendMessage)
    assert step.step_id == "case-1.mail-1"
    again = after(going_on, mail_made(AttemptResult.SENT))
    assert [(one.result, one.report) for one in again.attempts] == [(AttemptResult.SENT, None)]
    assert after(again, reported(MessageReport.POSTED)).attempts[0].report is MessageReport.POSTED


def test_what_is_told_twice_does_not_take_back_what_left_since() -> None:
    withdrawn = reported(MessageReport.WITHDRAWN).model_copy(update={"report_id": "round-1"})
    again = after(mailed(), withdrawn, mail_made(AttemptResult.SENT))
    assert only_counted(again, withdrawn)


def test_a_message_that_is_taken_back_a_second_time_is_somebodys_task() -> None:
    first, second = (
        reported(MessageReport.WITHDRAWN).model_copy(update={"report_id": f"round-{number}"}) for number in (1, 2)
    )
    once = after(mailed(), first)
    assert (kinds(once), once.plan_next) == ([], 0)
    state = after(once, mail_made(AttemptResult.SENT), second)
    assert [(task.kind, task.code) for task in state.tasks] == [(TaskKind.CHECK_MAIL, "message.called_off")]
    assert not isinstance(next_step(state, now=NOW), SendMessage)


def test_a_notice_that_was_taken_back_was_no_try_and_nobody_is_left_untold_in_silence() -> None:
    owing = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.REFUSED), outcome_recorded())
    state = after(owing, *owed(owing, at=NOW), a_fact(happened.FeedbackDelivered))
    for number in (1, 2):
        step = next_step(state, now=NOW)
        assert isinstance(step, SendMessage)
        assert step.step_id == "case-1.notice-1"
        state = after(
            state,
            letter(AttemptResult.SENT, "notice-1"),
            reported(MessageReport.WITHDRAWN, "notice-1").model_copy(update={"report_id": f"round-{number}"}),
        )
    assert [(task.kind, task.code) for task in state.tasks] == [(TaskKind.CHECK_MAIL, "message.called_off")]
    assert isinstance(next_step(state, now=NOW), WaitUntil)


def test_the_plan_does_not_go_back_behind_what_was_done_since() -> None:
    called = after(mailed(), call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"))
    state = after(called, reported(MessageReport.WITHDRAWN))
    assert (state.plan_next, state.attempts[0].result) == (2, AttemptResult.CALLED_OFF)


@pytest.mark.parametrize("situation", ["talking", "contact", "two people"])
def test_a_message_beside_the_plan_that_was_taken_back_leaves_the_plan(situation: str) -> None:
    person = NEIGHBOUR if situation == "two people" else RESIDENT
    before = after(
        SITUATIONS[situation], letter(AttemptResult.SENT, "notice-1").model_copy(update={"person_id": person})
    )
    state = after(before, reported(MessageReport.WITHDRAWN, "notice-1", person))
    assert (state.phase, state.plan_next, kinds(state)) == (before.phase, before.plan_next, kinds(before))


def test_an_announcement_that_was_taken_back_is_looked_into_as_long_as_the_visit_stands() -> None:
    planned = SITUATIONS["visit planned"]
    step = next_step(planned, now=NOW)
    assert isinstance(step, SendMessage)
    name = step.step_id.removeprefix("case-1.")
    sent = after(planned, letter(AttemptResult.SENT, name))
    state = after(sent, reported(MessageReport.WITHDRAWN, name))
    assert kinds(state) == [TaskKind.VISIT, TaskKind.CHECK_MAIL]
    off = after(sent, a_fact(happened.VisitCancelled))
    assert TaskKind.CHECK_MAIL not in kinds(after(off, reported(MessageReport.WITHDRAWN, name)))


def test_an_address_that_failed_a_case_merged_into_this_one_is_looked_for_here_once() -> None:
    elsewhere = a_fact(MessageReported, step_id=StepId("case-0.mail-1"), report=MessageReport.BOUNCED)
    state = a_case_in(Phase.CONTACT)
    heard = after(state, elsewhere)
    assert heard.task_of(TaskKind.CHECK_ADDRESS, RESIDENT) is not None
    checked = after(heard, a_fact(AddressChecked))
    assert only_counted(checked, elsewhere)
    # A report of this case's own that is quicker than the answer that it was sent asks nothing yet.
    early = elsewhere.model_copy(update={"step_id": StepId("case-1.mail-1")})
    assert after(state, early).tasks == state.tasks
