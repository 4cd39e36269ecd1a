"""The one next step of a case: what is due, what is complained of, what is waited for."""

from datetime import datetime, timedelta

import pytest

from models import facts as happened
from models.case import CaseState, Deadline
from models.codes import (
    CalendarName,
    DeadlineKind,
    FeedbackCode,
    Outcome,
    Party,
    Phase,
    RegisterResult,
    Rung,
    StallCause,
)
from models.facts import FeedbackDelivered, FeedbackOwed, PartyGaveUp, Stalled
from models.ids import BatchId, SignalId, StepId
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    ExpireReferral,
    OweFeedback,
    RaiseStall,
    Rest,
    WaitUntil,
)
from models.terms import Term
from policy.next_step import meanwhile, next_step, plan_step, rung_of, stall_of
from policy.step_names import step_id_of
from tests.builders import NOW, RESIDENT, a_case_in, a_case_state, after, at, register_says
from tests.unit.examples import REFERRAL, a_fact
from tests.unit.situations import SITUATIONS


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


def test_a_case_with_a_route_asks_the_register_next() -> None:
    asked = next_step(a_case_in(Phase.IDENTITY_CHECK), now=NOW)
    assert asked == AskRegister(step_id=StepId("case-1.register"), person_id=RESIDENT)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(RegisterResult.DIED, Outcome.DIED), (RegisterResult.NOT_A_RESIDENT, Outcome.NOT_A_RESIDENT)],
)
def test_a_resident_who_is_not_there_ends_the_case(answer: RegisterResult, outcome: Outcome) -> None:
    state = after(a_case_in(Phase.IDENTITY_CHECK), register_says(answer))
    assert next_step(state, now=NOW) == Conclude(person_id=RESIDENT, outcome=outcome)


def test_a_doubtful_resident_waits_for_a_caseworker() -> None:
    doubtful = SITUATIONS["doubtful"]
    assert (due(doubtful).kind, due(doubtful).due_at) == (DeadlineKind.TASK, at("2027-04-07 23:59"))


def test_a_planned_call_waits_for_a_person() -> None:
    # Call on Wednesday afternoon; overdue at the end of Thursday.
    calling = SITUATIONS["calling"]
    assert (due(calling).kind, due(calling).due_at) == (DeadlineKind.TASK, at("2027-04-08 23:59"))


def test_a_plan_that_is_done_waits_and_then_ends_by_itself() -> None:
    done = SITUATIONS["plan done"]
    assert plan_step(done) is None
    end = at("2027-04-12 23:59")
    assert due(done, end - timedelta(minutes=1)).due_at == end
    assert next_step(done, now=end) == Conclude(person_id=RESIDENT, outcome=Outcome.NEVER_REACHED)


def test_an_outcome_makes_the_case_tell_its_partners_and_close() -> None:
    state = a_case_in(Phase.FEEDBACK)
    assert next_step(state, now=NOW) == OweFeedback()
    owed = after(state, FeedbackOwed(at=NOW, signal_id=SignalId("signal-1"), code=FeedbackCode.HANDLED))
    assert (due(owed).kind, due(owed).due_at) == (DeadlineKind.FEEDBACK, at("2027-04-08 23:59"))
    told = after(owed, FeedbackDelivered(at=NOW, signal_id=SignalId("signal-1"), batch_id=BatchId("batch-1")))
    assert next_step(told, now=NOW) == Close()


@pytest.mark.parametrize("situation", ["closed", "merged"])
def test_a_closed_case_rests(situation: str) -> None:
    assert next_step(SITUATIONS[situation], now=NOW + timedelta(days=4000)) == Rest()


def test_a_referral_that_nobody_answered_expires_before_anything_is_complained_of() -> None:
    late = at("2027-12-01 09:00")
    assert next_step(SITUATIONS["referred"], now=late) == ExpireReferral(person_id=RESIDENT, referral_id=REFERRAL)


# --- stalls --------------------------------------------------------------------------------------------------------


def test_a_task_that_was_not_done_in_time_is_raised_and_again_after_the_reminder() -> None:
    state = after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.CaseClaimed))
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
    # The mail's own moment is now; what comes next is telling the resident after three weeks.
    assert waiting.deadline.kind is DeadlineKind.NOTICE_LETTER
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
    assert (stall.cause, stall.since, stall.level, stall.rung) == (
        StallCause.PARTY_BUDGET_SPENT,
        NOW,
        2,
        Rung.TEAM,
    )


@pytest.mark.parametrize(
    ("level", "has_owner", "rung"),
    [
        (0, True, Rung.OWNER),
        (1, True, Rung.OWNER),
        (1, False, Rung.TEAM),
        (2, True, Rung.TEAM),
        (2, False, Rung.TEAM),
        (3, True, Rung.SUPERVISOR),
        (9, False, Rung.SUPERVISOR),
    ],
)
def test_each_time_it_is_raised_a_stall_goes_one_higher_and_nobodys_case_begins_with_the_team(
    level: int, has_owner: bool, rung: Rung
) -> None:
    assert rung_of(level, has_owner=has_owner) is rung


def test_the_plan_has_no_step_before_there_is_a_route() -> None:
    assert plan_step(a_case_state()) is None


def test_a_step_of_one_case_is_not_that_of_another() -> None:
    assert step_id_of(a_case_state("case-2"), "mail-1") == "case-2.mail-1"
