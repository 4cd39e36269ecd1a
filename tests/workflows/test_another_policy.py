"""A running case is moved to another version of the policy."""

import pytest

from models.codes import AttemptResult, Role, TaskKind
from models.commands import ApplyPolicy, LogCall
from models.ids import fresh
from tests.builders import at, newer_terms
from tests.replay.replaying import replayer
from tests.workflows.desk import Desk
from workflows import client as door

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_planned_call_moves_once_and_stays_there_after_a_replay(desk: Desk) -> None:
    await desk.open()
    [before] = (await desk.now()).tasks
    press = {"role": Role.SUPERVISOR, "terms": newer_terms(), "command_id": fresh()}
    assert (await desk.press(ApplyPolicy, **press)).ending is door.Ending.OBEYED
    again = (await desk.press(ApplyPolicy, **press)).ending
    assert again in (door.Ending.OBEYED, door.Ending.ALREADY_DONE)

    moved = await desk.now()
    [call] = moved.tasks
    assert (before.opens_at, call.opens_at) == (at("2027-04-07 13:00"), at("2027-04-08 13:00"))
    assert desk.store.kinds().count("route_chosen") == 2
    assert desk.store.terms(desk.state.case_id).version == "2027-2"

    await desk.travel("2027-04-09 14:00")
    answer = await desk.press(LogCall, person_id=desk.state.resident, result=AttemptResult.NO_ANSWER)
    assert answer.ending is door.Ending.OBEYED
    await replayer().replay_workflow(await desk.handle.fetch_history())
    state = await desk.now()
    [following] = [task for task in state.tasks if task.kind is TaskKind.CALL]
    assert (following.step_id, following.opens_at) == (f"{state.case_id}.call-2", at("2027-04-14 18:00"))


async def test_a_caseworker_does_not_move_a_case_and_nobody_moves_it_to_what_it_follows(desk: Desk) -> None:
    await desk.open()
    before = await desk.now()
    refused = await desk.press(ApplyPolicy, terms=newer_terms())
    assert (refused.ending, refused.sentence) == (door.Ending.REFUSED, "Dit mag u niet doen met uw rol.")
    same = await desk.press(ApplyPolicy, role=Role.SUPERVISOR, terms=before.terms)
    assert (same.ending, same.sentence) == (door.Ending.REFUSED, "De zaak volgt dit beleid al.")
    assert await desk.now() == before
