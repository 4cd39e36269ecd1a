"""An erasure that waits for people to agree to it, against a real server."""

from datetime import datetime

import pytest

from models.codes import Role
from models.commands import SetHold
from models.destruction import Asked, ListFate, OnList, Permit
from models.ids import DocumentId, UnitId, fresh, unit_of_case
from tests.builders import at
from tests.workflows.desk import Desk
from workflows.client import Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")

DUE, LATEST, AGREED = at("2027-10-05 09:00"), at("2027-10-19 09:00"), at("2027-10-09 15:00")


class Lists:
    """Nobody has agreed yet; some units may go at once."""

    def __init__(self) -> None:
        self.until: datetime = LATEST
        self.asked = list[datetime]()
        self.at_once = set[UnitId]()

    def permit(self, asked: Asked) -> Permit:
        self.asked.append(asked.due_at)
        not_before = asked.due_at if asked.unit_id in self.at_once else max(asked.due_at, self.until)
        return Permit(unit_id=asked.unit_id, not_before=not_before, on_list=OnList(fate=ListFate.NOT_APPROVED))


async def closed(desk: Desk, lists: Lists) -> None:
    """The case is closed; its data go on 5 October, 09:00."""
    desk.eraser.permitting = lists.permit
    await desk.open()
    await desk.end()
    await desk.tell_feedback()


async def passes(desk: Desk, moment: str) -> list[str]:
    """What was erased by this moment."""
    await desk.machine.travel(desk.retention, at(moment), clock_offset=desk.offset)
    return [unit.partition("-")[0] for step, unit in desk.eraser.steps if step == "certify"]


async def test_nothing_goes_before_it_was_agreed_to_and_all_of_it_when_that_is_over(desk: Desk) -> None:
    lists = Lists()
    await closed(desk, lists)
    assert await passes(desk, "2027-10-08 12:00") == []
    # From now on enough people agree.
    lists.until = AGREED
    assert await passes(desk, "2027-10-09 14:59") == []
    assert await passes(desk, "2027-10-09 15:01") == ["signal", "case"]
    assert set(lists.asked) == {DUE}


async def test_without_anybodys_agreement_it_goes_when_it_has_waited_long_enough(desk: Desk) -> None:
    await closed(desk, Lists())
    assert await passes(desk, "2027-10-19 08:59") == []
    assert await passes(desk, "2027-10-19 09:01") == ["signal", "case"]


async def test_a_hold_that_is_set_while_it_waits_wins(desk: Desk) -> None:
    lists = Lists()
    await closed(desk, lists)
    await passes(desk, "2027-10-08 12:00")
    until = at("2027-12-01 09:00")
    answer = await desk.send(SetHold, role=Role.SUPERVISOR, by="thea", note_id=DocumentId(fresh()), until=until)
    assert answer.ending is Ending.OBEYED
    lists.until = AGREED
    assert await passes(desk, "2027-11-30 12:00") == []
    assert await passes(desk, "2027-12-01 12:00") == ["signal", "case"]
    assert lists.asked[-1] == until


async def test_a_case_does_not_go_before_its_signals(desk: Desk) -> None:
    lists = Lists()
    lists.at_once = {unit_of_case(desk.state.case_id)}
    await closed(desk, lists)
    assert await passes(desk, "2027-10-17 12:00") == []
    lists.until, lists.at_once = LATEST, {UnitId(desk.signal.unit_id)}
    assert await passes(desk, "2027-10-18 12:00") == ["signal"]
    assert await passes(desk, "2027-10-19 09:01") == ["signal", "case"]


async def test_a_run_that_erased_something_before_it_asked_of_lists_asks_for_what_is_left(desk: Desk) -> None:
    """Temporal remembers of each name what a run was told: units that go later have a name of their own."""
    lists = Lists()
    lists.until, lists.at_once = LATEST, {UnitId(desk.signal.unit_id)}
    await closed(desk, lists)
    assert await passes(desk, "2027-10-19 09:01") == ["signal", "case"]
    history = await desk.retention.fetch_history()
    markers = [event.marker_recorded_event_attributes for event in history.events]
    asked = [marker.details["patch-data"].payloads[0].data for marker in markers if marker.marker_name == "core_patch"]
    assert len(set(asked)) == len(asked) == 2
