"""Signals that come to a case or leave it while something else happens in it."""

import asyncio

import pytest

from activities.ports import BeingMerged
from models.codes import AttemptResult, FeedbackCode, Outcome, Phase
from models.commands import ClaimCase, LogCall, MergeCase, RecordOutcome
from models.ids import DocumentId
from tests.fakes import Gate
from tests.workflows.desk import Desk, another_signal
from workflows import client as door
from workflows.client import Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")

REASON = DocumentId("note-1")


async def test_a_signal_that_comes_while_the_case_closes_is_refused_and_can_be_matched_again(desk: Desk) -> None:
    await desk.open()
    await desk.end()
    gate = desk.hold("case_closed")
    await desk.tell()
    await gate.reached()
    late = another_signal(desk.state.case_id)
    assert not await door.join_case(desk.machine.client, desk.state.case_id, late)
    gate.open()
    await desk.quiet()
    assert not await door.join_case(desk.machine.client, desk.state.case_id, late)
    closed = desk.store.states[desk.state.case_id]
    assert (closed.phase, closed.signals[0].signal_id, len(closed.signals)) == (
        Phase.CLOSED,
        desk.signal.signal_id,
        1,
    )


async def test_a_signal_that_comes_while_the_outcome_is_recorded_is_refused_and_can_be_matched_again(
    desk: Desk,
) -> None:
    await desk.open()
    await desk.reach()
    gate = desk.hold("outcome_recorded")
    ended = await desk.begin(RecordOutcome, person_id=desk.state.resident, outcome=Outcome.SETTLES_IT_HIMSELF)
    await gate.reached()
    joined = await desk.begin_joining(another_signal(desk.state.case_id))
    gate.open()
    assert ((await ended).ending, await joined) == (Ending.OBEYED, False)
    await desk.quiet()
    state = await desk.now()
    assert (state.phase, [signal.feedback for signal in state.signals]) == (Phase.FEEDBACK, [FeedbackCode.HANDLED])
    assert "signal_joined" not in desk.kinds()


async def test_a_signal_that_is_being_added_when_the_outcome_comes_is_told_of_too(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    late = another_signal(desk.state.case_id)
    gate = desk.hold("signal_joined")
    joined = await desk.begin_joining(late)
    await gate.reached()
    ended = await desk.begin(RecordOutcome, person_id=desk.state.resident, outcome=Outcome.SETTLES_IT_HIMSELF)
    gate.open()
    assert (await joined, (await ended).ending) == (True, Ending.OBEYED)
    await desk.quiet()
    told = {signal.signal_id: signal.feedback for signal in (await desk.now()).signals}
    assert told == {desk.signal.signal_id: FeedbackCode.HANDLED, late.signal_id: FeedbackCode.HANDLED}


async def test_a_merge_whose_target_ends_in_between_is_refused_and_everything_is_back(desk: Desk) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    desk.relocations.gate = Gate()
    merge = await desk.begin(MergeCase, into=other.state.case_id, note_id=REASON)
    await desk.relocations.gate.reached()
    await other.end()
    desk.relocations.gate.open()
    answer = await merge
    assert (answer.ending, bool(answer.sentence)) == (Ending.REFUSED, True)
    assert desk.relocations.places == {desk.signal.signal_id: desk.state.case_id}
    state = await desk.now()
    assert ([signal.signal_id for signal in state.signals], state.phase) == ([desk.signal.signal_id], Phase.CONTACT)
    assert len((await other.now()).signals) == 1
    assert (await desk.press(ClaimCase)).ending is Ending.OBEYED


async def test_a_merge_that_waits_while_its_target_ends_is_refused_and_everything_is_back(desk: Desk) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    await other.reach()
    gate = desk.hold("outcome_recorded")
    ended = await other.begin(RecordOutcome, person_id=other.state.resident, outcome=Outcome.PAID_OR_ARRANGED)
    await gate.reached()
    merge = await desk.begin(MergeCase, into=other.state.case_id, note_id=REASON)
    await desk.relocations.gate.reached()
    gate.open()
    assert [(await answer).ending for answer in (ended, merge)] == [Ending.OBEYED, Ending.REFUSED]
    assert desk.relocations.places == {desk.signal.signal_id: desk.state.case_id}
    assert (await desk.now()).signals == desk.state.signals
    assert len((await other.now()).signals) == 1


async def test_a_merge_broken_off_after_its_target_took_the_signals_is_one_also_when_that_closed_since(
    desk: Desk,
) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    gate = Gate()
    left = [1]

    def merging() -> None:
        gate.pass_through()
        if left.pop() if left else 0:
            raise OSError("the worker is gone")

    desk.relocations.merging = merging
    merge = await desk.begin(MergeCase, into=other.state.case_id, note_id=REASON)
    await gate.reached()
    await other.end()
    codes = {signal.signal_id: FeedbackCode.HANDLED for signal in (await other.now()).signals}
    assert len(codes) == 2
    await other.tell_of(codes)
    await other.quiet()
    assert desk.store.states[other.state.case_id].phase is Phase.CLOSED
    gate.open()
    assert (await merge).ending is Ending.OBEYED
    merged = desk.store.states[desk.state.case_id]
    assert (merged.merged_into, merged.signals) == (other.state.case_id, ())
    assert desk.relocations.places == {desk.signal.signal_id: other.state.case_id}


async def test_two_cases_that_are_merged_into_each_other_at_once_do_not_wait_for_each_other(desk: Desk) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    desk.relocations.gate = Gate()
    merges = [
        await one.begin(MergeCase, into=into.state.case_id, note_id=REASON)
        for one, into in ((desk, other), (other, desk))
    ]
    for _ in merges:
        await desk.relocations.gate.reached()
    desk.relocations.gate.open()
    async with asyncio.timeout(20):
        answers = [await merge for merge in merges]
    assert [answer.ending for answer in answers] == [Ending.REFUSED, Ending.REFUSED]
    assert desk.relocations.places == {one.signal.signal_id: one.state.case_id for one in (desk, other)}
    for one in (desk, other):
        assert (await one.now()).signals == one.state.signals
        assert (await one.press(ClaimCase)).ending is Ending.OBEYED


async def test_a_signal_that_comes_while_its_case_is_merged_is_brought_when_that_is_refused(desk: Desk) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    desk.relocations.gate = Gate()
    merge = await desk.begin(MergeCase, into=other.state.case_id, note_id=REASON)
    await desk.relocations.gate.reached()
    late = another_signal(desk.state.case_id)
    with pytest.raises(BeingMerged):
        await door.join_case(desk.machine.client, desk.state.case_id, late)
    await other.end()
    desk.relocations.gate.open()
    assert (await merge).ending is Ending.REFUSED
    assert await door.join_case(desk.machine.client, desk.state.case_id, late)
    assert len((await desk.now()).signals) == 2


async def test_a_call_logged_while_the_case_is_merged_is_refused_with_a_sentence(desk: Desk) -> None:
    other = desk.another()
    await desk.open()
    await other.open()
    desk.relocations.gate = Gate()
    merge = await desk.begin(MergeCase, into=other.state.case_id, note_id=REASON)
    await desk.relocations.gate.reached()
    call = await desk.begin(LogCall, person_id=desk.state.resident, result=AttemptResult.CONVERSATION)
    desk.relocations.gate.open()
    assert (await merge).ending is Ending.OBEYED
    answer = await call
    assert (answer.ending, bool(answer.sentence)) == (Ending.REFUSED, True)
    assert desk.store.states[desk.state.case_id].merged_into == other.state.case_id
    assert {signal.signal_id for signal in (await other.now()).signals} == {
        desk.signal.signal_id,
        other.signal.signal_id,
    }
