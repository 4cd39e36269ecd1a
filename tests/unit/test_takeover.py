"""Running cases of another system: what was done there counts, and the plan goes on after it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.case import CaseSignal, CaseState
from models.codes import (
    AttemptResult,
    Channel,
    Daypart,
    DeadlineKind,
    Outcome,
    Phase,
    RegisterResult,
    Route,
    StallCause,
    TaskKind,
)
from models.facts import AnyFact, CaseClaimed, ContactContinued, SignalJoined, Stalled, ThreatJudged
from models.ids import PartnerId, SignalId, UnitId
from models.steps import SendMessage
from models.takeover import PastAttempt
from models.terms import PlanStep, Terms
from policy.closing_counts import FirstAttempt, first_attempt
from policy.next_step import next_step, plan_of, plan_step, plan_step_id
from policy.takeover import goes_on_at, past_attempts
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    ZONNEDIJK,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    monthly_terms,
    register_says,
    route_chosen,
    shipped_policies,
    the_terms,
)
from tests.unit.examples import a_fact
from tests.unit.playing import Play
from tests.unit.soundness import Watch

GOES_ON = at("2027-04-06 09:00")
"""The working day after the take-over."""


def did(channel: Channel, result: AttemptResult, moment: str) -> PastAttempt:
    return PastAttempt(channel=channel, result=result, at=at(moment))


def mailed(moment: str = "2027-03-30 12:00", result: AttemptResult = AttemptResult.SENT) -> PastAttempt:
    return did(Channel.MAIL, result, moment)


def called(moment: str, result: AttemptResult = AttemptResult.NO_ANSWER) -> PastAttempt:
    return did(Channel.CALL, result, moment)


def running(*past: PastAttempt, number: int = 1, **changes: Any) -> CaseSignal:
    """A signal of 29 March that was taken over on 5 April."""
    own: dict[str, Any] = {
        "signal_id": SignalId(f"signal-{number}"),
        "unit_id": UnitId(f"signal-row-{number}"),
        "received_at": at("2027-03-29 00:00"),
        "taken_over_at": NOW,
        "past": past,
    }
    return a_signal(**{**own, **changes})


def chosen(state: CaseState, terms: Terms | None = None, moment: datetime = NOW) -> CaseState:
    """With its route, and what was done elsewhere."""
    return after(state, route_chosen(moment, terms), *past_attempts(state, state.signals, now=moment))


def taken_over(*past: PastAttempt, terms: Terms | None = None, **changes: Any) -> CaseState:
    """A case that was taken over and found in the register."""
    state = chosen(a_case_state(signals=(running(*past, **changes),)), terms)
    return after(state, register_says(RegisterResult.FOUND))


def joined(state: CaseState, signal: CaseSignal, moment: datetime = NOW) -> CaseState:
    facts: list[AnyFact] = [SignalJoined(at=moment, signal=signal)]
    return after(state, *facts, *past_attempts(state, (signal,), now=moment))


def planned(state: CaseState) -> tuple[str, datetime]:
    """What is planned, and when."""
    step = plan_step(state)
    if (call := state.task_of(TaskKind.CALL, state.subject)) is not None:
        due = call.opens_at
    elif state.visit is not None:
        due = state.visit.due_at
    else:
        kind = DeadlineKind.PLAN_END if step is None else DeadlineKind.PLAN_STEP
        deadline = state.deadline(kind)
        assert deadline is not None
        due = deadline.due_at
    return "end" if step is None else step.id, due


def terms_of(route: Route) -> Terms:
    return shipped_policies().terms(ZONNEDIJK, route, NOW)


# --- the plan -------------------------------------------------------------------------------------------------------

FRIDAY = "2027-04-02 10:15"
THREE_CALLS = (called("2027-03-31 14:00"), called("2027-04-01 18:30"), called(FRIDAY))


@pytest.mark.parametrize(
    ("past", "goes_on"),
    [
        ((), ("mail-1", GOES_ON)),
        ((mailed(),), ("call-1", at("2027-04-06 13:00"))),
        ((mailed(result=AttemptResult.REFUSED),), ("mail-1", GOES_ON)),
        ((called(FRIDAY),), ("mail-1", GOES_ON)),
        ((mailed(), called(FRIDAY)), ("call-2", at("2027-04-06 13:00"))),
        # Two working days after it are over already, so it is due on the next working day.
        ((mailed(), called("2027-03-31 14:00")), ("call-2", at("2027-04-06 18:00"))),
        ((mailed(), *THREE_CALLS), ("mail-2", at("2027-04-06 09:00"))),
        # A reminder is not the mail that says that it ends.
        ((mailed(), mailed("2027-03-31 12:00"), called(FRIDAY)), ("call-2", at("2027-04-06 13:00"))),
        ((mailed(), *THREE_CALLS, mailed("2027-04-02 16:00")), ("end", at("2027-04-09 23:59"))),
        ((mailed(), called("2027-03-30 14:00"), called("2027-04-05 18:30")), ("call-3", at("2027-04-07 18:00"))),
    ],
)
def test_the_plan_goes_on_after_what_was_done(past: tuple[PastAttempt, ...], goes_on: tuple[str, datetime]) -> None:
    state = taken_over(*past)
    assert planned(state) == goes_on
    assert not isinstance(next_step(state, now=NOW), SendMessage)


def test_a_plan_that_was_done_long_ago_ends_on_the_next_working_day() -> None:
    past = [mailed("2027-02-01 12:00"), *(called(f"2027-02-0{day} 10:00") for day in (2, 3, 4))]
    state = taken_over(*past, mailed("2027-02-05 12:00"), received_at=at("2027-01-29 00:00"))
    assert planned(state) == ("end", GOES_ON)
    play = Play(state, now=NOW, watcher=Watch())
    play.pass_time(GOES_ON - NOW)
    assert [result.outcome for result in play.state.outcomes] == [Outcome.NEVER_REACHED]
    assert play.sent == []


def test_the_last_mail_is_sent_when_more_mails_than_the_first_were() -> None:
    state = taken_over(mailed(), mailed("2027-03-31 12:00"), called("2027-04-01 10:00"), called(FRIDAY))
    play = Play(state, now=NOW, watcher=Watch())
    play.pass_time(at("2027-04-06 18:30") - NOW)
    play.happened(call_made(AttemptResult.NO_ANSWER, play.now, step="call-3"))
    play.pass_time(at("2027-04-15 09:00") - play.now)
    assert [message.template for message in play.sent] == ["last-mail"]


def test_an_announced_visit_keeps_its_time_and_another_does_not() -> None:
    past = (called("2027-02-01 14:00"), mailed("2027-02-01 14:05"), called("2027-02-03 18:30"))
    announced = taken_over(*past, terms=terms_of(Route.MULTIPLE))
    # Five working days after the case goes on, so that the letter comes before it.
    assert planned(announced) == ("visit-1", at("2027-04-13 09:00"))
    play = Play(announced, now=NOW, watcher=Watch(), terms=terms_of(Route.MULTIPLE))
    assert (play.sent, play.next_moment()) == ([], GOES_ON)
    play.pass_time(GOES_ON - NOW)
    assert [message.template for message in play.sent] == ["visit-letter"]
    at_once = taken_over(called("2027-02-01 14:00"), terms=terms_of(Route.THREATENING))
    assert planned(at_once) == ("visit-1", GOES_ON)


def test_a_message_that_is_hurried_waits_for_the_next_working_day_and_a_call_does_not() -> None:
    urgent = terms_of(Route.THREATENING)
    nobody_called = taken_over(terms=urgent, crisis=True)
    assert planned(nobody_called) == ("call-1", at("2027-04-05 13:00"))
    first_mail = taken_over(crisis=True)
    assert planned(first_mail) == ("mail-1", GOES_ON)


def test_a_call_that_was_made_counts_at_a_warm_handover() -> None:
    assert planned(taken_over(called(FRIDAY), warm_handover=True)) == ("call-2", at("2027-04-06 13:00"))


def test_after_contact_the_follow_up_is_a_plan_of_its_own() -> None:
    state = taken_over(mailed(), called("2027-04-02 10:15", AttemptResult.CONVERSATION))
    assert state.phase is Phase.IN_CONVERSATION
    [task] = state.tasks
    assert (task.kind, task.opens_at, task.deadline.due_at) == (TaskKind.RECORD_OUTCOME, NOW, at("2027-04-07 23:59"))
    again = after(state, ContactContinued(at=NOW, person_id=RESIDENT))
    assert planned(again)[0] == "call-1"


# --- what came over later -------------------------------------------------------------------------------------------


def test_the_same_attempt_told_with_two_signals_is_one() -> None:
    state = joined(taken_over(mailed()), running(mailed(), called(FRIDAY), number=2))
    assert [(one.channel, one.elsewhere) for one in state.attempts] == [(Channel.MAIL, True), (Channel.CALL, True)]
    assert planned(state) == ("call-2", at("2027-04-06 13:00"))


def test_what_another_file_tells_replaces_what_was_planned() -> None:
    state = taken_over()
    assert planned(state) == ("mail-1", GOES_ON)
    assert planned(joined(state, running(mailed(), number=2))) == ("call-1", at("2027-04-06 13:00"))
    # Of somebody else it changes nothing in the plan.
    other = running(mailed(), number=2, person_id=NEIGHBOUR)
    assert planned(joined(state, other)) == ("mail-1", GOES_ON)


def test_what_another_file_tells_leaves_alone_what_waits_for_a_person() -> None:
    state = taken_over(mailed(result=AttemptResult.REFUSED))
    visited = after(state, call_made(AttemptResult.CONVERSATION))
    assert visited.phase is Phase.IN_CONVERSATION
    late = joined(visited, running(called(FRIDAY), number=2))
    assert [task.kind for task in late.tasks] == [TaskKind.RECORD_OUTCOME]
    in_doubt = after(taken_over(), call_made(AttemptResult.UNKNOWN).model_copy(update={"step_id": "case-1.mail-1"}))
    assert [task.kind for task in in_doubt.tasks] == [TaskKind.CHECK_MAIL]
    assert [task.kind for task in joined(in_doubt, running(called(FRIDAY), number=2)).tasks] == [TaskKind.CHECK_MAIL]


def test_a_more_pressing_route_within_the_take_over_makes_nothing_again() -> None:
    state = joined(taken_over(mailed(), called(FRIDAY)), running(number=2, partner_id=PartnerId("lichtkracht")))
    pressing = route_chosen(NOW, terms_of(Route.MULTIPLE))
    assert planned(after(state, pressing)) == ("call-2", at("2027-04-06 13:00"))


def test_something_new_begins_a_more_pressing_plan_but_sends_no_mail_again() -> None:
    state = taken_over(mailed(), called(FRIDAY))
    new = joined(state, a_signal(signal_id=SignalId("new"), unit_id=UnitId("new"), received_at=NOW))
    begun = after(new, route_chosen(NOW, terms_of(Route.MULTIPLE)))
    assert planned(begun) == ("call-1", at("2027-04-05 13:00"))
    made = after(begun, call_made(AttemptResult.NO_ANSWER, at("2027-04-05 13:05"), step="1.call-1"))
    assert planned(made) == ("call-2", at("2027-04-07 18:00"))


def test_a_threat_that_is_found_here_is_new() -> None:
    state = after(taken_over(mailed(), called(FRIDAY)), ThreatJudged(at=NOW, threatening=True))
    begun = after(state, route_chosen(NOW, terms_of(Route.THREATENING)))
    assert planned(begun) == ("call-1", at("2027-04-05 13:00"))


# --- moments --------------------------------------------------------------------------------------------------------


def test_a_case_of_our_own_waits_for_nothing() -> None:
    assert goes_on_at(a_case_state()) is None


def test_a_running_case_waits_for_no_matching_period() -> None:
    state = chosen(a_case_state(signals=(running(mailed()),)), monthly_terms())
    assert state.phase is Phase.IDENTITY_CHECK


def test_a_mail_or_letter_of_the_past_told_that_data_were_received() -> None:
    [person] = taken_over(mailed()).people
    assert person.notified_at == at("2027-03-30 12:00")
    state = taken_over(did(Channel.SMS, AttemptResult.SENT, "2027-03-30 12:00"))
    assert state.people[0].notified_at is None


def test_a_notice_that_is_late_is_due_with_the_day_on_which_the_case_goes_on() -> None:
    late = taken_over(received_at=at("2027-02-01 00:00"))
    due = {one.kind: (one.started_at, one.due_at, one.raised) for one in late.deadlines}
    assert due[DeadlineKind.NOTICE] == (at("2027-02-01 00:00"), at("2027-04-06 23:59"), 0)
    assert due[DeadlineKind.NOTICE_LETTER] == (at("2027-02-01 00:00"), GOES_ON, 0)
    on_time = taken_over()
    kept = on_time.deadline(DeadlineKind.NOTICE)
    assert kept is not None
    assert kept.due_at == at("2027-04-29 00:00")


def test_a_notice_that_is_still_not_given_is_complained_of_once() -> None:
    unknown = chosen(a_case_state(signals=(running(received_at=at("2027-02-01 00:00")),)))
    looked_for = after(unknown, register_says(RegisterResult.NOT_FOUND))
    late = at("2027-04-06 23:59")
    raised = after(
        looked_for, a_fact(Stalled, at=late, cause=StallCause.NOTICE_NOT_GIVEN, deadline=DeadlineKind.NOTICE)
    )
    reminded = raised.deadline(DeadlineKind.NOTICE)
    assert reminded is not None
    assert (reminded.raised, reminded.raised_at, reminded.due_at > late) == (1, late, True)
    assert after(raised, a_fact(CaseClaimed, at=late)).deadline(DeadlineKind.NOTICE) == reminded


def test_the_retention_of_an_open_case_counts_from_the_first_receipt_and_is_raised_once() -> None:
    old = taken_over(mailed("2026-09-01 12:00"), received_at=at("2026-08-31 00:00"))
    kept = old.deadline(DeadlineKind.RETENTION)
    assert kept is not None
    assert (kept.started_at, kept.due_at < NOW) == (at("2026-08-31 00:00"), True)
    play = Play(old, now=NOW, watcher=Watch())
    raised = [fact.cause for fact in play.trail if fact.kind == "stalled"]
    assert raised == [StallCause.RETENTION_REACHED]


def test_a_conversation_before_the_take_over_counts_before_the_end_of_supply() -> None:
    spoken = taken_over(called("2027-04-01 10:00", AttemptResult.CONVERSATION), end_of_supply_on=date(2027, 4, 30))
    assert spoken.deadline(DeadlineKind.END_OF_SUPPLY) is None
    silent = taken_over(called("2027-04-01 10:00"), end_of_supply_on=date(2027, 4, 30))
    assert silent.deadline(DeadlineKind.END_OF_SUPPLY) is not None


def test_days_to_the_first_attempt_count_from_the_receipt_elsewhere() -> None:
    assert first_attempt(taken_over(mailed("2027-03-31 12:00"))) is FirstAttempt.DAYS_0_3
    assert first_attempt(taken_over(mailed("2027-04-03 12:00"))) is FirstAttempt.DAYS_4_7


def test_no_attempt_is_later_than_the_take_over() -> None:
    state = taken_over(called("2027-04-05 12:00"))
    [made] = state.attempts
    assert (made.at, made.daypart) == (NOW, Daypart.MORNING)


def test_the_terms_that_a_case_is_taken_over_under_are_those_of_its_route() -> None:
    assert taken_over(mailed()).terms == the_terms()


def test_a_case_that_ends_at_once_tells_it_on_the_next_working_day() -> None:
    """Another file of the same day may know that the resident was told."""
    play = Play(taken_over(terms=terms_of(Route.KNOWN_AT_DEBT_HELP)), now=NOW, watcher=Watch())
    play.deliver_feedback()
    assert (play.state.phase, play.sent, play.next_moment()) == (Phase.FEEDBACK, [], GOES_ON)
    play.pass_time(GOES_ON - NOW)
    assert [message.template for message in play.sent] == ["notice-letter"]
    assert play.is_closed()


# --- whatever was done ----------------------------------------------------------------------------------------------

_RESULTS = {
    Channel.MAIL: [AttemptResult.SENT, AttemptResult.REFUSED],
    Channel.LETTER: [AttemptResult.SENT, AttemptResult.REFUSED],
    Channel.SMS: [AttemptResult.SENT],
    Channel.CALL: [AttemptResult.NO_ANSWER, AttemptResult.VOICEMAIL, AttemptResult.CONVERSATION],
    Channel.VISIT: [AttemptResult.NOBODY_HOME, AttemptResult.CARD_LEFT],
}


@st.composite
def histories(draw: st.DrawFn) -> tuple[PastAttempt, ...]:
    """What another system may have done in the half year before."""
    channels = draw(st.lists(st.sampled_from(list(_RESULTS)), max_size=8))
    return tuple(
        PastAttempt(
            channel=channel,
            result=draw(st.sampled_from(_RESULTS[channel])),
            at=NOW - timedelta(hours=draw(st.integers(min_value=1, max_value=4_300))),
        )
        for channel in channels
    )


# Rare: a letter that the plan would send again, and is not its last one.
@example(first=(did(Channel.LETTER, AttemptResult.SENT, "2027-03-30 12:00"),), second=(), route=Route.CAK, days=10)
@given(first=histories(), second=histories(), route=st.sampled_from(list(Route)), days=st.integers(0, 170))
def test_whatever_was_done_no_message_is_sent_again_or_at_once(
    first: tuple[PastAttempt, ...], second: tuple[PastAttempt, ...], route: Route, days: int
) -> None:
    received = NOW - timedelta(days=days)
    state = chosen(a_case_state(signals=(running(*first, received_at=received),)), terms_of(route))
    state = after(state, register_says(RegisterResult.FOUND))
    more = running(*second, number=2, received_at=received)
    play = Play(joined(state, more), now=NOW, watcher=Watch(), terms=terms_of(route))
    play.pass_time(GOES_ON - NOW - timedelta(seconds=1))
    assert play.sent == []
    play.pass_time(timedelta(days=60))
    there = {(past.channel, past.result, past.at): past for past in (*first, *second)}.values()
    again = [
        message.template
        for message in play.sent
        for place, step in enumerate(plan_of(state).steps)
        if message.step_id == plan_step_id(state, step) and stands_for_what_was_done(place, plan_of(state).steps, there)
    ]
    assert again == []
    if any(tells_of_the_receipt(past) for past in there):
        assert "notice-letter" not in [message.template for message in play.sent]
    once = [message.step_id for message in play.sent]
    assert len(once) == len(set(once))


def stands_for_what_was_done(place: int, steps: Sequence[PlanStep], there: Collection[PastAttempt]) -> bool:
    """Whether the other system sought the resident over the channel as often as the plan does up to this message. The
    last one says that it ends, so it stands for what was done only when the whole plan was."""

    def was_done(number: int) -> bool:
        channel = steps[number].channel
        made = [past for past in there if past.channel is channel and past.result is not AttemptResult.REFUSED]
        return len(made) >= sum(step.channel is channel for step in steps[: number + 1])

    return all(map(was_done, range(len(steps)))) if place == len(steps) - 1 else was_done(place)


def tells_of_the_receipt(past: PastAttempt) -> bool:
    written = past.channel in (Channel.MAIL, Channel.LETTER) and past.result is AttemptResult.SENT
    return written or past.result is AttemptResult.CONVERSATION
