"""The whole life of a case, played out at random: what must hold always holds, and there is a way to the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import Phase as Stage
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Carried
from models.case import CaseState
from models.codes import AttemptResult, Channel, MessageReport, RegisterResult, Role, Route
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
from models.terms import Term, TermRule, Terms
from policy.commands import available, refusal_of
from policy.step_names import is_notice
from policy.terms import merged
from policy.transitions import apply, takes_signals
from tests.builders import NEIGHBOUR, NOW, RESIDENT, ZONNEDIJK, a_case_state, a_signal, after, monthly_terms, the_terms
from tests.unit.playing import Play
from tests.unit.pressing import Pick, any_press, settling, weighed
from tests.unit.situations import OTHERS, SITUATIONS, with_plan
from tests.unit.soundness import Watch
from tests.unit.test_terms import DEFAULT, SENDER

_T = TypeVar("_T")

BEGINNINGS: Mapping[str, CaseState] = {
    "received": a_case_state(),
    "two received": after(a_case_state(), SignalJoined(at=NOW, signal=OTHERS)),
    **SITUATIONS,
}


def _at_once(terms: Terms) -> Terms:
    """As hasty as a policy can be: whatever may be waited for is due at once."""

    def hastened(part: Any) -> Any:
        match part:
            case TermRule():
                return part.model_copy(update={"term": Term()})
            case Carried():
                return part.model_copy(update={name: hastened(value) for name, value in part})
            case tuple():
                return tuple(map(hastened, part))
            case _:
                return part

    names = ("first_conversation", "threatening_conversation", "reminder", "escalation")
    kept = {name: getattr(terms, name) for name in names}
    slow = {"notice": terms.notice, "end_of_supply": terms.end_of_supply, "retention": terms.retention}
    hasty: Terms = hastened(terms)
    return hasty.model_copy(update=kept | slow)


def _of_every_route() -> tuple[Terms, ...]:
    day = the_terms().chosen_on
    assert day is not None
    return tuple(merged(DEFAULT, SENDER).terms(ZONNEDIJK, route, day) for route in Route)


TERMS: Mapping[str, Terms | tuple[Terms, ...]] = {
    "default": the_terms(),
    "monthly": monthly_terms(),
    "visit first": with_plan(Channel.VISIT, Channel.SMS, Channel.CALL, Channel.LETTER),
    "hasty": _at_once(the_terms()),
    "any route": _of_every_route(),
}
MINUTES = (0, 0, 0, 10, 60, 24 * 60, 5 * 24 * 60, 30 * 24 * 60)
FATES = (
    AttemptResult.SENT,
    AttemptResult.SENT,
    AttemptResult.REFUSED,
    AttemptResult.UNKNOWN,
    AttemptResult.NO_ADDRESS,
    AttemptResult.CALLED_OFF,
    None,
)
ANSWERS = (RegisterResult.FOUND, RegisterResult.FOUND, *RegisterResult, None)


class AnyWorld:
    """Outside parties that answer as it comes."""

    def __init__(self, pick: Pick) -> None:
        self._pick = pick

    def register(self) -> RegisterResult | None:
        answer: RegisterResult | None = self._pick(ANSWERS)
        return answer

    def message(self) -> AttemptResult | None:
        return self._pick(FATES)

    def takes(self) -> timedelta:
        return timedelta(minutes=self._pick((0, 0, 5, 3 * 24 * 60)))

    def is_torn_off(self) -> bool:
        return self._pick((True, False))


@given(st.data())
@settings(phases=(Stage.explicit, Stage.generate))
def test_whatever_happens_a_case_stays_sound_and_can_be_brought_to_its_end(data: st.DataObject) -> None:
    def pick(things: Sequence[_T], /) -> _T:
        return data.draw(st.sampled_from(things))

    live(pick, presses=data.draw(st.integers(0, 25)))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_from_every_situation_a_willing_caseworker_brings_the_case_to_its_end(situation: str) -> None:
    play = Play(SITUATIONS[situation], watcher=Watch())
    check_settleable(play)
    bring_to_its_end(play)
    check_nothing_twice(play)


# --- a life --------------------------------------------------------------------------------------------------------


def live(pick: Pick, *, presses: int) -> Play:
    """A case in which everything happens as `pick` chooses, until somebody brings it to its end."""
    begins, terms = pick(tuple(BEGINNINGS)), pick(tuple(TERMS))
    play = Play(BEGINNINGS[begins], world=AnyWorld(pick), watcher=Watch(), terms=TERMS[terms])
    for number in range(presses):
        play.pass_time(timedelta(minutes=pick(MINUTES)))
        match pick(("press",) * 8 + ("join", "hear")):
            case "press":
                press(play, number, pick)
            case "join":
                join(play, number, pick)
            case _:
                hear(play, pick)
    check_settleable(play)
    check_told_late(play)
    assert CaseState.model_validate_json(play.state.model_dump_json()) == play.state
    bring_to_its_end(play)
    check_nothing_twice(play)
    return play


ONLY_IN_TRAIL = frozenset(
    {"offer_to_survivors", "report_life_event", "record_signal_change", "record_representative", "rectify"}
)
"""What may leave the state as it was: a move within the municipality, a new amount, the same kind of representative,
and what was corrected before while partners were not told of it."""


def press(play: Play, number: int, pick: Pick) -> None:
    """Presses a button that the page offers; what the case takes has an effect."""
    role = pick((Role.SUPERVISOR, Role.CASEWORKER, Role.REFERRAL_PARTY))
    kinds = available(play.state, role)
    if not kinds:
        return
    command = any_press(play.state, pick(weighed(kinds)), number=number, role=role, now=play.now, pick=pick)
    before = play.state
    if play.press(command) is None:
        assert command.kind in ONLY_IN_TRAIL or _but_counted(play.state) != _but_counted(before), command.kind


def join(play: Play, number: int, pick: Pick) -> None:
    """Another signal joins, when that is possible."""
    if takes_signals(play.state):
        signal = a_signal(
            signal_id=SignalId(f"signal-{number + 10}"),
            unit_id=UnitId(f"unit-{number + 10}"),
            person_id=pick((RESIDENT, NEIGHBOUR)),
            received_at=play.now,
            joined_at=play.now,
            crisis=pick((False, True)),
            warm_handover=pick((False, True)),
        )
        play.happened(SignalJoined(at=play.now, signal=signal))


def hear(play: Play, pick: Pick) -> None:
    """Something is heard of a message that was sent."""
    if play.sent:
        play.hear(pick(tuple(play.sent)), pick(tuple(MessageReport)))


def check_settleable(play: Play) -> None:
    """Whatever work is open, the case takes a command that does it."""
    for task in play.state.tasks:
        if task.opens_at <= play.now:
            refusal = refusal_of(play.state, settling(play.state, task, number=0, now=play.now), now=play.now)
            assert refusal is None, f"{task.kind}: {refusal}"


LATE = (RegisterAnswered, AttemptMade, SignalJoined, FeedbackDelivered, CasePickedUp, ReferralExpired)


def check_told_late(play: Play) -> None:
    """An answer that comes once more, long after, changes nothing."""
    for fact in play.trail:
        if isinstance(fact, LATE) and fact.by == SYSTEM and not _may_count_again(play.state, fact):
            late = apply(play.state, fact.model_copy(update={"at": play.now}))
            assert _but_counted(late) == _but_counted(play.state), f"told late: {fact.kind}"


def bring_to_its_end(play: Play) -> None:
    """A caseworker who wants to be done settles whatever is open, partners take their feedback, time passes."""
    for number in range(120):
        if play.is_closed():
            return
        play.deliver_feedback()
        for task in play.state.tasks:
            if task in play.state.tasks and task.opens_at <= play.now:
                refusal = play.press(settling(play.state, task, number=1000 + number, now=play.now))
                assert refusal is None, f"{task.kind}: {refusal}"
        play.wait()
    raise AssertionError("the case does not end")


def check_nothing_twice(play: Play) -> None:
    """Nobody gets the same message twice: a plan's once in a run of it, a notice two times at most.

    A run of the first plan begins again only when an urgent signal joins after its calls.
    """
    steps = [message.step_id for message in play.sent]
    assert len(set(steps)) == len(steps)
    joined = sum(1 for fact in play.trail if isinstance(fact, SignalJoined))
    first_plan = Counter((one.person_id, one.template) for one in play.sent if one.template in FIRST_TEMPLATES)
    assert all(times <= 1 + joined for times in first_plan.values()), first_plan
    assert all(first_plan[person, "first-mail"] <= 1 for person, _ in first_plan)
    notices = Counter(message.person_id for message in play.sent if is_notice(message.step_id))
    assert all(times <= 2 for times in notices.values())


FIRST_TEMPLATES = frozenset(
    step.template
    for offered in TERMS.values()
    for terms in ((offered,) if isinstance(offered, Terms) else offered)
    for step in terms.plan.steps
    if step.template
)


def _may_count_again(state: CaseState, fact: AnyFact) -> bool:
    """A message that nobody can have got is tried again, and a signal that left may come back."""
    if isinstance(fact, AttemptMade):
        taken_back = any(
            one.step_id == fact.step_id and one.report is MessageReport.WITHDRAWN for one in state.attempts
        )
        return taken_back or fact.result in (AttemptResult.CALLED_OFF, AttemptResult.UNKNOWN, AttemptResult.NO_ADDRESS)
    return isinstance(fact, SignalJoined) and state.signal(fact.signal.signal_id) is None


def _but_counted(state: CaseState) -> CaseState:
    return state.model_copy(update={"sequence": 0, "commands": ()})
