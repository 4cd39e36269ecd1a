"""The case workflow on a real server with a clock that can be moved; its ports are in memory."""

import pytest

from activities.ports import PartyUnavailable
from models.codes import AttemptResult, Channel, LifeEvent, Outcome, Party, Phase, TaskKind
from models.commands import ClaimCase, LogCall, ReportLifeEvent, WriteByHand
from models.ids import fresh
from models.terms import Terms
from tests.builders import at
from tests.fakes import FakePolicies
from tests.workflows.desk import Desk
from workflows import client as door
from workflows.names import case_workflow_id

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_resident_who_is_found_gets_a_mail_at_once_and_a_call_is_planned(desk: Desk) -> None:
    await desk.open()
    state = await desk.now()
    assert state.phase is Phase.CONTACT
    assert desk.mail.sent == [f"{state.case_id}.mail-1"]
    assert [task.kind for task in state.tasks] == [TaskKind.CALL]
    assert desk.store.kinds() == ["route_chosen", "register_answered", "attempt_made"]


async def test_nobody_ever_reached_ends_as_never_reached_and_is_erased(desk: Desk) -> None:
    await desk.open()
    for day in ("2027-04-07 14:00", "2027-04-09 18:30", "2027-04-13 10:00"):
        await desk.travel(day)
        resident = desk.state.resident
        assert (
            await desk.press(LogCall, person_id=resident, result=AttemptResult.NO_ANSWER)
        ).ending is door.Ending.OBEYED
    await desk.travel("2027-04-16 12:00")
    assert len(desk.mail.sent) == 2
    await desk.travel("2027-04-26 12:00")
    state = await desk.now()
    assert state.phase is Phase.FEEDBACK
    assert [result.outcome for result in state.outcomes] == [Outcome.NEVER_REACHED]
    await desk.tell_feedback()
    closed = desk.store.states[desk.state.case_id]
    assert closed.phase is Phase.CLOSED
    assert desk.slots.closed == [desk.state.case_id]
    await desk.machine.travel(desk.retention, at("2027-10-04 12:00"), clock_offset=desk.offset)
    assert desk.eraser.steps == []
    await desk.machine.travel(desk.retention, at("2027-10-06 12:00"), clock_offset=desk.offset)
    assert [step for step, _ in desk.eraser.steps] == ["destroy", "rows", "certify"] * 2
    assert desk.executions.deleted == [case_workflow_id(desk.state.case_id)]


async def test_pressing_a_button_twice_records_once_and_costs_no_history(desk: Desk) -> None:
    await desk.open()
    press = {"person_id": desk.state.resident, "result": AttemptResult.VOICEMAIL, "command_id": fresh()}
    assert (await desk.press(LogCall, **press)).ending is door.Ending.OBEYED
    length = (await desk.handle.describe()).history_length
    again = await desk.press(LogCall, **press)
    assert again.ending in (door.Ending.OBEYED, door.Ending.ALREADY_DONE)
    assert (await desk.handle.describe()).history_length == length
    assert desk.store.kinds().count("attempt_made") == 2


async def test_a_case_survives_a_database_that_is_away_longer_than_a_local_step_may_take(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = {"terms": 5, "save": 5}

    def fails(step: str) -> None:
        left[step] -= 1
        if left[step] >= 0:
            raise OSError("the database is away")

    def terms(self: FakePolicies, *question: object) -> Terms:
        fails("terms")
        return self.resolved

    monkeypatch.setattr(FakePolicies, "choose", terms)
    desk.store.before_save = lambda record: fails("save")
    await desk.open()
    await desk.travel("2027-04-05 09:10")
    assert (await desk.now()).phase is Phase.CONTACT
    assert max(left.values()) < 0
    assert desk.store.kinds() == ["route_chosen", "register_answered", "attempt_made"]


@pytest.mark.parametrize("party", [Party.REGISTER, Party.MAIL])
async def test_a_case_in_which_somebody_was_quicker_no_longer_waits_for_the_party(desk: Desk, party: Party) -> None:
    if party is Party.REGISTER:
        desk.register.failures = 100
    else:
        desk.mail.outcomes = [PartyUnavailable] * 100
    await desk.open()
    assert desk.health.waiting == {desk.state.case_id}
    await desk.press(ClaimCase)
    assert desk.health.waiting == {desk.state.case_id}
    if party is Party.REGISTER:
        await desk.press(ReportLifeEvent, person_id=desk.state.resident, event=LifeEvent.DIED)
    else:
        await desk.press(LogCall, person_id=desk.state.resident, result=AttemptResult.CONVERSATION)
    assert (desk.health.waiting, desk.health.down) == (set(), {party})


async def test_a_letter_that_a_caseworker_asks_for_leaves_once_and_the_call_waits_for_it(desk: Desk) -> None:
    await desk.open()
    await desk.travel("2027-04-08 10:00")
    press = {"person_id": desk.state.resident, "channel": Channel.LETTER, "command_id": fresh()}
    for _ in range(2):
        assert (await desk.press(WriteByHand, **press)).ending in (door.Ending.OBEYED, door.Ending.ALREADY_DONE)
    another = await desk.press(WriteByHand, person_id=desk.state.resident, channel=Channel.LETTER)
    assert another.ending is door.Ending.REFUSED
    await desk.travel("2027-04-08 10:05")
    state = await desk.now()
    assert state.asked is None
    assert [(one.channel, one.result) for one in state.attempts] == [
        (Channel.MAIL, AttemptResult.SENT),
        (Channel.LETTER, AttemptResult.SENT),
    ]
    [call] = state.tasks
    assert call.opens_at == at("2027-04-12 13:00")
