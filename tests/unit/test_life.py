"""The whole life of a case, played out at random: what must hold always holds, and there is a way to the end."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from models.case import CaseState
from models.codes import AttemptResult, Channel, Phase, RegisterResult, Role
from models.facts import (
    AnyFact,
    AttemptMade,
    CasePickedUp,
    FeedbackDelivered,
    ReferralExpired,
    RegisterAnswered,
    SignalJoined,
)
from models.ids import SYSTEM, SignalId, UnitId
from policy.commands import available, refusal_of
from policy.step_names import is_notice
from policy.transitions import apply, takes_signals
from tests.builders import NEIGHBOUR, RESIDENT, a_case_state, a_signal, monthly_terms, the_terms
from tests.unit.playing import Play
from tests.unit.pressing import any_press, settling, weighed
from tests.unit.situations import SITUATIONS, with_plan
from tests.unit.soundness import Watch

_T = TypeVar("_T")
PRESSES = 30
PLANS = (the_terms(), monthly_terms(), with_plan(Channel.VISIT, Channel.SMS, Channel.CALL, Channel.LETTER))
MINUTES = (0, 0, 0, 10, 60, 24 * 60, 5 * 24 * 60, 30 * 24 * 60)


class DrawnWorld:
    """Outside parties as hypothesis draws them."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def register(self) -> RegisterResult | None:
        return self._data.draw(st.sampled_from((RegisterResult.FOUND, *RegisterResult, None)))

    def message(self) -> AttemptResult | None:
        return self._data.draw(st.sampled_from(_FATES))

    def takes(self) -> timedelta:
        return timedelta(minutes=self._data.draw(st.sampled_from((0, 0, 5, 3 * 24 * 60))))

    def is_torn_off(self) -> bool:
        return self._data.draw(st.booleans())


_FATES = (
    AttemptResult.SENT,
    AttemptResult.SENT,
    AttemptResult.REFUSED,
    AttemptResult.UNKNOWN,
    AttemptResult.NO_ADDRESS,
    AttemptResult.CALLED_OFF,
    None,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_happens_a_case_stays_sound_and_can_be_brought_to_its_end(data: st.DataObject) -> None:
    def pick(things: Sequence[_T], /) -> _T:
        return data.draw(st.sampled_from(things))

    play = Play(_begun(pick(BEGINNINGS)), world=DrawnWorld(data), watcher=Watch(), terms=pick(PLANS))
    for number in range(data.draw(st.integers(0, PRESSES))):
        play.pass_time(timedelta(minutes=pick(MINUTES)))
        if pick((True,) * 9 + (False,)):
            _press(play, number, pick)
        else:
            _join(play, number, pick)
    check_settleable(play)
    check_told_late(play)
    bring_to_its_end(play)
    check_nothing_twice(play)


BEGINNINGS = ("alone", "two", "alone", "two", *SITUATIONS)


def _begun(name: str) -> CaseState:
    if name in SITUATIONS:
        return SITUATIONS[name]
    if name == "alone":
        return a_case_state()
    return a_case_state(
        people=(*a_case_state().people, a_case_state().people[0].model_copy(update={"person_id": NEIGHBOUR})),
        signals=(a_signal(), a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("unit-2"), person_id=NEIGHBOUR)),
    )


def _press(play: Play, number: int, pick) -> None:
    role = pick((Role.SUPERVISOR, Role.CASEWORKER, Role.REFERRAL_PARTY))
    kinds = available(play.state, role)
    if kinds:
        command = any_press(play.state, pick(weighed(kinds)), number=number, role=role, now=play.now, pick=pick)
        before = play.state
        if play.press(command) is None:
            assert command.kind in ONLY_IN_TRAIL or _but_counted(play.state) != _but_counted(before), command.kind


ONLY_IN_TRAIL = frozenset({"offer_to_survivors", "report_life_event", "record_signal_change", "record_representative"})
"""What may leave the state as it was: a move within the municipality, a new amount, the same kind of representative."""


def _but_counted(state: CaseState) -> CaseState:
    return state.model_copy(update={"sequence": 0, "commands": ()})


def _join(play: Play, number: int, pick) -> None:
    if takes_signals(play.state):
        signal = a_signal(
            signal_id=SignalId(f"signal-{number + 10}"),
            unit_id=UnitId(f"unit-{number + 10}"),
            person_id=pick((RESIDENT, NEIGHBOUR)),
            received_at=play.now,
            joined_at=play.now,
            crisis=pick((False, True)),
        )
        play.happened(SignalJoined(at=play.now, signal=signal))


def check_settleable(play: Play) -> None:
    """Whatever work is open, the case takes a command that does it."""
    for task in play.state.tasks:
        if task.opens_at <= play.now:
            refusal = refusal_of(play.state, settling(play.state, task, number=0, now=play.now), now=play.now)
            assert refusal is None, f"{task.kind}: {refusal}"


def check_told_late(play: Play) -> None:
    """An answer that comes once more, long after, changes nothing."""
    for fact in play.trail:
        if isinstance(fact, LATE) and fact.by == SYSTEM and not _may_count_again(play.state, fact):
            late = apply(play.state, fact.model_copy(update={"at": play.now}))
            assert _but_counted(late) == _but_counted(play.state), f"told late: {fact.kind}"


def _may_count_again(state: CaseState, fact: AnyFact) -> bool:
    """A message that was called off or in doubt is tried again, and a signal that left may come back."""
    if isinstance(fact, AttemptMade):
        return fact.result in (AttemptResult.CALLED_OFF, AttemptResult.UNKNOWN)
    return isinstance(fact, SignalJoined) and state.signal(fact.signal.signal_id) is None


LATE = (RegisterAnswered, AttemptMade, SignalJoined, FeedbackDelivered, CasePickedUp, ReferralExpired)


def check_nothing_twice(play: Play) -> None:
    """Nobody gets the same message twice: a plan's once in a run of it, a notice two times at most."""
    steps = [message.step_id for message in play.sent]
    assert len(set(steps)) == len(steps)
    first_plan = Counter((one.person_id, one.template) for one in play.sent if one.template in FIRST_TEMPLATES)
    assert all(times == 1 for times in first_plan.values()), first_plan
    notices = Counter(message.person_id for message in play.sent if is_notice(message.step_id))
    assert all(times <= 2 for times in notices.values())


FIRST_TEMPLATES = frozenset(step.template for terms in PLANS for step in terms.plan.steps if step.template)


def bring_to_its_end(play: Play) -> None:
    """A caseworker who wants to be done settles whatever is open, partners take their feedback, time passes."""
    for number in range(120):
        if play.state.phase is Phase.CLOSED:
            return
        play.deliver_feedback()
        for task in play.state.tasks:
            if task in play.state.tasks and task.opens_at <= play.now:
                refusal = play.press(settling(play.state, task, number=1000 + number, now=play.now))
                assert refusal is None, f"{task.kind}: {refusal}"
        play.wait()
    raise AssertionError("the case does not end")
