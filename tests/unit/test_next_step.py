"""The one next step of a case."""

from datetime import datetime, timedelta

import pytest

from models.case import CaseState, Deadline
from models.codes import (
    AttemptResult,
    CalendarName,
    DeadlineKind,
    FeedbackCode,
    Outcome,
    Party,
    Phase,
    RegisterResult,
    StallCause,
)
from models.facts import FeedbackDelivered, FeedbackOwed, PartyGaveUp, Stalled
from models.ids import BatchId, SignalId, StepId
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    OweFeedback,
    RaiseStall,
    Rest,
    SendMail,
    WaitUntil,
)
from models.terms import Term
from policy.next_step import meanwhile, next_step, plan_step, stall_of, step_id_of
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    after,
    at,
    call_made,
    mail_made,
    register_says,
)


def a_deadline(kind: DeadlineKind, due_at: datetime, cause: StallCause | None = StallCause.TASK_OVERDUE) -> Deadline:
    return Deadline(
        kind=kind,
        rule="Beleid.",
        start_event="signal.received",
        started_at=NOW,
        due_at=due_at,
        term=Term(),
        calendar=CalendarName.ALL,
        cause=cause,
    )


def due(state: CaseState, now: datetime = NOW) -> Deadline:
    step = next_step(state, now=now)
    assert isinstance(step, WaitUntil)
    assert step.due_at == step.deadline.due_at
    return step.deadline


def test_a_case_just_received_gets_its_route_first() -> None:
    assert next_step(a_case_state(), now=NOW) == ChooseRoute()


def test_a_case_with_a_route_asks_the_register_first() -> None:
    asked = next_step(a_case_in(Phase.IDENTITY_CHECK), now=NOW)
    assert asked == AskRegister(step_id=StepId("case-1.register"), person_id=RESIDENT)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(RegisterResult.DIED, Outcome.DIED), (RegisterResult.NOT_A_RESIDENT, Outcome.NOT_A_RESIDENT)],
)
def test_a_resident_who_is_not_there_ends_the_case(answer: RegisterResult, outcome: Outcome) -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), register_says(answer))
    assert next_step(state, now=NOW) == Conclude(person_id=RESIDENT, outcome=outcome)


@pytest.mark.parametrize("answer", [RegisterResult.NOT_FOUND, RegisterResult.SEVERAL])
def test_a_doubtful_resident_waits_for_a_caseworker(answer: RegisterResult) -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), register_says(answer))
    assert (due(state).kind, due(state).due_at) == (DeadlineKind.TASK, at("2027-04-07 23:59"))


def test_the_first_mail_leaves_at_once() -> None:
    sent = next_step(a_case_in(Phase.CONTACT), now=NOW)
    assert sent == SendMail(step_id=StepId("case-1.mail-1"), person_id=RESIDENT, template="first-mail")


def test_a_mail_planned_later_waits_for_its_moment() -> None:
    state = _nobody_answers()
    last_mail = at("2027-04-15 09:00")
    assert (due(state, last_mail - timedelta(seconds=1)).kind) is DeadlineKind.PLAN_STEP
    assert next_step(state, now=last_mail) == SendMail(
        step_id=StepId("case-1.mail-2"), person_id=RESIDENT, template="last-mail"
    )


def test_a_planned_call_waits_for_a_person() -> None:
    state = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    # Call on Wednesday afternoon; overdue at the end of Thursday.
    assert (due(state).kind, due(state).due_at) == (DeadlineKind.TASK, at("2027-04-08 23:59"))


def test_after_the_last_attempt_the_case_waits_and_then_ends_by_itself() -> None:
    state = after(_nobody_answers(), mail_made(AttemptResult.SENT, at("2027-04-15 09:00"), step="mail-2"))
    assert plan_step(state) is None
    assert due(state, at("2027-04-22 23:58")).due_at == at("2027-04-22 23:59")
    ended = next_step(state, now=at("2027-04-22 23:59"))
    assert ended == Conclude(person_id=RESIDENT, outcome=Outcome.NEVER_REACHED)


def test_a_conversation_waits_for_the_outcome_form() -> None:
    assert due(a_case_in(Phase.IN_CONVERSATION)).due_at == at("2027-04-07 23:59")


def test_an_outcome_makes_the_case_tell_its_partners_and_close() -> None:
    state = a_case_in(Phase.FEEDBACK)
    assert next_step(state, now=NOW) == OweFeedback()
    owed = after(state, FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.HANDLED))
    assert (due(owed).kind, due(owed).due_at) == (DeadlineKind.FEEDBACK, at("2027-04-08 23:59"))
    told = after(owed, FeedbackDelivered(at=NOW, signal_id=SignalId("signal-1"), batch_id=BatchId("batch-1")))
    assert next_step(told, now=NOW) == Close()


def test_a_closed_case_rests() -> None:
    assert next_step(a_case_in(Phase.CLOSED), now=NOW) == Rest()


def test_a_task_that_was_not_done_in_time_is_raised_once_and_again_after_the_reminder() -> None:
    state = a_case_in(Phase.IN_CONVERSATION)
    late = at("2027-04-07 23:59")
    assert due(state, late - timedelta(seconds=1)).raised == 0
    assert next_step(state, now=late) == RaiseStall(cause=StallCause.TASK_OVERDUE, deadline=DeadlineKind.TASK)
    raised = after(state, Stalled(at=late, cause=StallCause.TASK_OVERDUE, deadline=DeadlineKind.TASK))
    assert due(raised, late).due_at == at("2027-04-09 23:59")
    assert next_step(raised, now=at("2027-04-09 23:59")) == next_step(state, now=late)


def test_of_two_deadlines_that_passed_the_older_one_is_raised_first() -> None:
    deadlines = (
        a_deadline(DeadlineKind.RETENTION, at("2027-04-06 10:00"), StallCause.RETENTION_REACHED),
        a_deadline(DeadlineKind.NOTICE, at("2027-04-06 09:00"), StallCause.NOTICE_NOT_GIVEN),
        a_deadline(DeadlineKind.FIRST_CONVERSATION, at("2027-05-06 09:00"), StallCause.NO_FIRST_CONVERSATION),
    )
    state = a_case_in(Phase.IN_CONVERSATION).model_copy(update={"deadlines": deadlines, "tasks": ()})
    raised = next_step(state, now=at("2027-04-07 09:00"))
    assert raised == RaiseStall(cause=StallCause.NOTICE_NOT_GIVEN, deadline=DeadlineKind.NOTICE)


def test_of_two_deadlines_at_one_moment_the_order_of_kinds_decides() -> None:
    moment = at("2027-04-06 09:00")
    deadlines = (
        a_deadline(DeadlineKind.RETENTION, moment, StallCause.RETENTION_REACHED),
        a_deadline(DeadlineKind.NOTICE, moment, StallCause.NOTICE_NOT_GIVEN),
    )
    state = a_case_in(Phase.IN_CONVERSATION).model_copy(update={"deadlines": deadlines, "tasks": ()})
    assert due(state).kind is DeadlineKind.NOTICE
    late = a_deadline(DeadlineKind.FEEDBACK, at("2027-05-06 09:00"), StallCause.FEEDBACK_NOT_DELIVERED)
    passed = state.model_copy(update={"deadlines": (*deadlines, late)})
    assert next_step(passed, now=moment) == RaiseStall(cause=StallCause.NOTICE_NOT_GIVEN, deadline=DeadlineKind.NOTICE)


def test_while_a_mail_is_under_way_other_deadlines_still_pass() -> None:
    state = a_case_in(Phase.CONTACT)
    waiting = meanwhile(state, now=NOW)
    assert isinstance(waiting, WaitUntil)
    # The mail's own moment is now; what comes next is telling the resident within a month.
    assert waiting.deadline.kind is DeadlineKind.NOTICE
    assert meanwhile(state, now=at("2027-05-05 09:00")) == RaiseStall(
        cause=StallCause.NOTICE_NOT_GIVEN, deadline=DeadlineKind.NOTICE
    )


def test_a_case_that_moves_has_no_stall() -> None:
    assert stall_of(a_case_in(Phase.IN_CONVERSATION)) is None


def test_a_stall_names_the_deadline_that_passed_first_and_how_often_it_was_raised() -> None:
    state = after(
        a_case_in(Phase.IDENTITY_CHECK),
        PartyGaveUp(at=NOW, party=Party.REGISTER, step_id=StepId("case-1.register"), person_id=RESIDENT),
    )
    notice = Stalled(at=at("2027-05-05 09:00"), cause=StallCause.NOTICE_NOT_GIVEN, deadline=DeadlineKind.NOTICE)
    task = Stalled(at=at("2027-05-06 09:00"), cause=StallCause.PARTY_BUDGET_SPENT, deadline=DeadlineKind.TASK)
    stall = stall_of(after(state, notice, task))
    assert stall is not None
    assert (stall.cause, stall.since, stall.level) == (StallCause.PARTY_BUDGET_SPENT, NOW, 2)


def test_the_plan_has_no_step_before_there_is_a_route() -> None:
    assert plan_step(a_case_state()) is None


def test_a_step_of_one_case_is_not_that_of_another() -> None:
    assert step_id_of(a_case_state("case-2"), "mail-1") == "case-2.mail-1"


def _nobody_answers() -> CaseState:
    """Mail on Monday, calls on Wednesday, Friday and Tuesday; the last mail is planned on Thursday 15 April."""
    return after(
        a_case_in(Phase.CONTACT),
        mail_made(AttemptResult.SENT),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"),
        call_made(AttemptResult.VOICEMAIL, at("2027-04-09 18:30"), step="call-2"),
        call_made(AttemptResult.NO_ANSWER, at("2027-04-13 10:00"), step="call-3"),
    )
