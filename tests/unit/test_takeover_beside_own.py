"""What comes over from another system to a case of our own changes no moment of it; and what proves to be somebody
else's is taken out again."""

from datetime import date, timedelta

from models.case import CaseState
from models.codes import AttemptResult, Channel, DeadlineKind, Phase, RegisterResult, Route, TaskKind
from models.facts import SignalSplitOff
from models.ids import SignalId, UnitId
from policy.closing_counts import first_attempt
from policy.receipt import notice_owed
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    monthly_terms,
    register_says,
    route_chosen,
)
from tests.unit.playing import Play
from tests.unit.situations import SITUATIONS
from tests.unit.soundness import Watch
from tests.unit.test_signals import supply_ends
from tests.unit.test_takeover import called, chosen, did, joined, mailed, planned, running, taken_over, terms_of


def our_own(**changes: object) -> CaseState:
    """A case of ours, found in the register."""
    state = after(a_case_state(signals=(a_signal(**changes),)), route_chosen())  # type: ignore[arg-type]
    return after(state, register_says(RegisterResult.FOUND))


def test_the_calls_of_a_pressing_case_of_ours_are_made() -> None:
    urgent = terms_of(Route.THREATENING)
    opened = after(a_case_state(signals=(a_signal(crisis=True),)), route_chosen(NOW, urgent))
    state = after(opened, register_says(RegisterResult.FOUND))
    visit = did(Channel.VISIT, AttemptResult.CARD_LEFT, "2027-02-05 10:00")
    old = running(called("2027-02-02 10:00"), called("2027-02-03 10:00"), visit, number=2)
    assert planned(joined(state, old)) == planned(state)


def test_a_message_that_was_sent_there_is_not_sent_by_a_case_of_ours() -> None:
    state = our_own()
    assert planned(state)[0] == "mail-1"
    assert planned(joined(state, running(mailed(), number=2)))[0] == "call-1"


def test_a_conversation_there_is_not_about_a_signal_that_was_here() -> None:
    talked = called("2026-11-01 10:00", AttemptResult.CONVERSATION)
    assert joined(our_own(), running(talked, number=2)).phase is Phase.CONTACT
    paused = joined(SITUATIONS["paused"], running(talked, number=2))
    assert paused.pause is not None
    assert taken_over(talked).phase is Phase.IN_CONVERSATION


def test_work_that_is_late_or_hurried_stays_so() -> None:
    play = Play(our_own(), now=NOW, watcher=Watch())
    play.pass_time(timedelta(days=9))
    late = play.state.task_of(TaskKind.CALL, RESIDENT)
    assert late is not None and late.deadline.raised > 0
    over = running(mailed(), number=2, taken_over_at=play.now)
    assert joined(play.state, over, play.now).task_of(TaskKind.CALL, RESIDENT) == late
    moment = at("2027-04-08 10:00")
    made = (mail_made(AttemptResult.SENT, NOW, step="mail-1"),)
    missed = call_made(AttemptResult.NO_ANSWER, at("2027-04-07 14:00"), step="call-1")
    hurried = after(our_own(), *made, missed, supply_ends(date(2027, 5, 10), moment))
    assert planned(joined(hurried, running(mailed(), number=2, taken_over_at=moment), moment)) == planned(hurried)


def test_the_moments_and_counts_of_a_case_of_ours_stay() -> None:
    state = after(a_case_state(signals=(a_signal(received_at=at("2027-03-05 10:00")),)), route_chosen())
    untold = after(state, register_says(RegisterResult.NOT_FOUND))
    assert joined(untold, running(number=2)).deadline(DeadlineKind.NOTICE) == untold.deadline(DeadlineKind.NOTICE)
    old = after(a_case_state(opened_at=at("2027-03-01 10:00")), route_chosen(), register_says(RegisterResult.FOUND))
    sought = after(old, mail_made(AttemptResult.SENT, at("2027-03-20 09:00"), step="mail-1"))
    over = running(mailed("2027-03-18 12:00"), number=2, received_at=at("2027-03-18 00:00"))
    assert first_attempt(joined(sought, over)) == first_attempt(sought)


def test_a_case_of_ours_that_waits_is_picked_up() -> None:
    state = chosen(a_case_state(signals=(a_signal(),)), monthly_terms())
    assert (state.phase, joined(state, running(mailed(), number=2)).phase) == (Phase.WAITING, Phase.IDENTITY_CHECK)


def test_the_order_of_files_changes_nothing() -> None:
    terms = terms_of(Route.MULTIPLE)
    past = (called("2027-02-01 14:00"), mailed("2027-02-01 14:05"), called("2027-02-03 18:30"))
    visit = did(Channel.VISIT, AttemptResult.CARD_LEFT, "2027-03-01 12:00")
    one = taken_over(*past, visit, terms=terms)
    # By the first file a visit is next; the second one tells that it was made.
    two = joined(taken_over(*past, terms=terms), running(*past, visit, number=2))
    assert (planned(two), two.visit) == (planned(one), None)


def test_what_was_done_about_somebody_else_is_taken_out_again() -> None:
    state = joined(taken_over(), running(mailed(), called("2027-04-02 10:00"), number=2))
    assert (planned(state)[0], notice_owed(state)) == ("call-2", ())
    split = after(state, SignalSplitOff(at=NOW, signal_id=SignalId("signal-2"), wrong_person_told=False))
    assert (split.attempts, split.people[0].notified_at, planned(split)[0]) == ((), None, "mail-1")
    assert split.deadline(DeadlineKind.NOTICE) is not None


def test_what_the_other_signals_tell_too_stays() -> None:
    state = joined(taken_over(mailed()), running(mailed(), called("2027-04-02 10:00"), number=2))
    split = after(state, SignalSplitOff(at=NOW, signal_id=SignalId("signal-2"), wrong_person_told=False))
    assert ([one.channel for one in split.attempts], planned(split)[0]) == ([Channel.MAIL], "call-1")


def test_a_plan_that_went_on_here_is_not_begun_again_by_a_split() -> None:
    state = joined(taken_over(), running(mailed(), number=2, unit_id=UnitId("unit-2")))
    gone_on = after(state, call_made(AttemptResult.NO_ANSWER, at("2027-04-06 14:00"), step="call-1"))
    split = after(gone_on, SignalSplitOff(at=NOW, signal_id=SignalId("signal-2"), wrong_person_told=False))
    assert planned(split) == planned(gone_on)
    assert [one.channel for one in split.attempts] == [Channel.CALL]
