"""Referring a resident to somebody who helps further: made, accepted or come back, begun, reported back."""

from datetime import timedelta

import pytest

from models import facts as happened
from models.codes import (
    Acceptance,
    DeadlineKind,
    Outcome,
    Phase,
    Queue,
    ReferralParty,
    ReferralStatus,
    StallCause,
    TaskKind,
)
from models.facts import AnyFact
from models.steps import ExpireReferral, WaitUntil
from policy.next_step import next_step
from policy.referrals import may_be_referred, open_referral
from tests.builders import NEIGHBOUR, NOW, RESIDENT, a_case_in, after, at, outcome_recorded
from tests.unit.examples import REFERRAL, a_fact
from tests.unit.playing import Play
from tests.unit.situations import PENDING, QUICK_FIX, SITUATIONS
from tests.unit.soundness import Watch, only_counted

MADE = a_fact(happened.ReferralMade)
STARTED = a_fact(happened.ReferralStarted, at=at("2027-04-09 10:00"), started_at=at("2027-04-09 10:00"))


@pytest.mark.parametrize(
    ("party", "queue"),
    [
        (ReferralParty.YOUTH_WORKER, Queue.YOUTH_WORKERS),
        (ReferralParty.DEBT_COUNSELLING, Queue.DEBT_COUNSELLING),
        (ReferralParty.NEIGHBOURHOOD_TEAM, Queue.NEIGHBOURHOOD_TEAM),
        (ReferralParty.VOLUNTEERS, Queue.VOLUNTEERS),
    ],
)
def test_a_referral_waits_in_the_queue_of_its_party(party: ReferralParty, queue: Queue) -> None:
    state = after(SITUATIONS["talking"], a_fact(happened.ReferralMade, party=party))
    (task,), (referral,) = state.tasks, state.referrals
    assert (task.kind, task.queue, task.referral_id) == (TaskKind.ACCEPT_REFERRAL, queue, REFERRAL)
    assert (task.deadline.kind, task.deadline.due_at) == (DeadlineKind.REFERRAL, at("2027-04-12 23:59"))
    assert (referral.status, referral.party, referral.made_at) == (ReferralStatus.MADE, party, NOW)
    accepted = after(state, a_fact(happened.ReferralAccepted))
    assert [(one.kind, one.queue) for one in accepted.tasks] == [(TaskKind.START_REFERRAL, queue)]


def test_a_referral_that_nobody_answers_comes_back_by_itself_before_other_work() -> None:
    state = SITUATIONS["referred"]
    late = at("2027-04-12 23:59")
    assert isinstance(next_step(state, now=late - timedelta(seconds=1)), WaitUntil)
    assert next_step(state, now=late) == ExpireReferral(person_id=RESIDENT, referral_id=REFERRAL)
    back = after(state, a_fact(happened.ReferralExpired, at=late))
    (task,) = back.tasks
    assert (task.kind, task.urgent, task.deadline.cause, task.code) == (
        TaskKind.DECIDE_REFERRAL,
        True,
        StallCause.REFERRAL_NOT_ACCEPTED,
        "referral.expired",
    )
    assert task.deadline.due_at == at("2027-04-13 23:59")


def test_a_referral_that_was_refused_comes_back_before_other_work() -> None:
    (task,) = SITUATIONS["came back"].tasks
    assert (task.kind, task.urgent, task.deadline.cause, task.code) == (
        TaskKind.DECIDE_REFERRAL,
        True,
        StallCause.TASK_OVERDUE,
        "referral.refused",
    )


def test_help_that_does_not_begin_in_time_is_raised() -> None:
    (task,) = SITUATIONS["taken"].tasks
    assert (task.deadline.cause, task.deadline.due_at) == (StallCause.TASK_OVERDUE, at("2027-04-19 23:59"))


def test_a_referral_that_was_refused_after_all_comes_back_too() -> None:
    back = after(SITUATIONS["taken"], a_fact(happened.ReferralRefused))
    assert [task.kind for task in back.tasks] == [TaskKind.DECIDE_REFERRAL]


@pytest.mark.parametrize(
    "settles",
    [
        a_fact(happened.ReferralMade, referral_id="referral-2"),
        a_fact(happened.ContactContinued),
        outcome_recorded(),
        a_fact(happened.CallbackAgreed),
    ],
    ids=["refer again", "continue contact", "outcome", "callback"],
)
def test_a_referral_that_came_back_is_decided_by_what_is_done_next(settles: AnyFact) -> None:
    state = after(SITUATIONS["came back"], settles)
    assert state.task(TaskKind.DECIDE_REFERRAL) is None


def test_help_that_began_asks_for_the_outcome() -> None:
    (task,) = SITUATIONS["started"].tasks
    assert (task.kind, task.code) == (TaskKind.RECORD_OUTCOME, "referral.started")


def test_help_that_began_makes_a_pending_acceptance_count_when_its_conversation_was_held() -> None:
    held = after(SITUATIONS["referred"], PENDING.model_copy(update={"conversation_at": NOW}), STARTED)
    (result,) = held.outcomes
    assert (result.acceptance, result.started_at, result.conversation_at) == (
        Acceptance.ACCEPTED,
        STARTED.at,
        NOW,
    )
    assert (held.phase, held.tasks) == (Phase.FEEDBACK, ())


def test_help_that_began_before_the_first_conversation_leaves_the_acceptance_pending() -> None:
    state = after(SITUATIONS["pending, referred"], STARTED)
    assert ([task.kind for task in state.tasks], state.outcomes[0].started_at) == (
        [TaskKind.HOLD_FIRST_CONVERSATION],
        STARTED.at,
    )
    done = after(state, a_fact(happened.FirstConversationHeld, at=STARTED.at))
    assert (done.phase, done.outcomes[0].acceptance) == (Phase.FEEDBACK, Acceptance.ACCEPTED)


def test_a_referral_of_pending_help_that_comes_back_leaves_the_clock_of_the_law() -> None:
    pending = SITUATIONS["pending, referred"]
    back = after(pending, a_fact(happened.ReferralExpired, at=at("2027-04-12 23:59")))
    assert {task.kind for task in back.tasks} == {TaskKind.HOLD_FIRST_CONVERSATION, TaskKind.DECIDE_REFERRAL}
    again = after(back, a_fact(happened.ReferralMade, referral_id="referral-2"))
    assert {task.kind for task in again.tasks} == {TaskKind.HOLD_FIRST_CONVERSATION, TaskKind.ACCEPT_REFERRAL}


def test_without_help_in_the_end_what_is_under_way_is_called_off() -> None:
    state = after(SITUATIONS["taken"], outcome_recorded(Outcome.SETTLES_IT_HIMSELF))
    assert ([one.status for one in state.referrals], state.tasks) == ([ReferralStatus.WITHDRAWN], ())
    assert open_referral(state, RESIDENT) is None


def test_the_party_still_answers_after_a_quick_fix_and_the_case_closes_when_all_is_done() -> None:
    play = Play(after(SITUATIONS["referred"], QUICK_FIX), watcher=Watch())
    assert {task.kind for task in play.state.tasks} == {TaskKind.ACCEPT_REFERRAL, TaskKind.CHECK_QUICK_FIX}
    back = after(play.state, a_fact(happened.ReferralRefused))
    assert may_be_referred(back, RESIDENT)
    again = after(back, a_fact(happened.ReferralMade, referral_id="referral-2"))
    assert again.task(TaskKind.ACCEPT_REFERRAL) is not None


def test_a_party_reports_back_once_it_began() -> None:
    ended = after(SITUATIONS["started"], a_fact(happened.ReferralEnded))
    assert [one.status for one in ended.referrals] == [ReferralStatus.ENDED]
    assert only_counted(SITUATIONS["taken"], a_fact(happened.ReferralEnded))


@pytest.mark.parametrize("situation", ["referred", "taken"])
def test_one_referral_is_under_way_at_a_time(situation: str) -> None:
    assert only_counted(SITUATIONS[situation], a_fact(happened.ReferralMade, referral_id="referral-2"))


@pytest.mark.parametrize("situation", ["waiting", "asking", "contact", "calling", "feedback"])
def test_nobody_is_referred_who_was_not_spoken_with(situation: str) -> None:
    assert only_counted(SITUATIONS[situation], MADE)


def test_somebody_beside_the_subject_can_be_referred_while_the_plan_goes_on() -> None:
    state = after(SITUATIONS["two people"], a_fact(happened.ReferralMade, person_id=NEIGHBOUR))
    assert [(task.kind, task.person_id) for task in state.tasks] == [(TaskKind.ACCEPT_REFERRAL, NEIGHBOUR)]
    settled = after(state, outcome_recorded(Outcome.PAID_OR_ARRANGED, person_id=NEIGHBOUR))
    assert only_counted(settled, a_fact(happened.ReferralMade, person_id=NEIGHBOUR, referral_id="referral-2"))


LATER_NEWS = [
    happened.ReferralAccepted,
    happened.ReferralRefused,
    happened.ReferralExpired,
    happened.ReferralStarted,
    happened.ReferralEnded,
]


@pytest.mark.parametrize("kind", LATER_NEWS)
def test_news_of_a_referral_nobody_made_is_only_counted(kind: type[AnyFact]) -> None:
    assert only_counted(SITUATIONS["talking"], a_fact(kind))
    assert only_counted(SITUATIONS["referred"], a_fact(kind, referral_id="referral-9"))


@pytest.mark.parametrize("kind", LATER_NEWS[:-1])
def test_news_of_a_referral_that_is_over_is_only_counted(kind: type[AnyFact]) -> None:
    assert only_counted(a_case_in(Phase.FEEDBACK), a_fact(kind))
    assert only_counted(SITUATIONS["came back"], a_fact(kind))
    assert only_counted(SITUATIONS["started"], a_fact(kind))
