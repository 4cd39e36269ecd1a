"""A resident hears of a callback: sent once, and whatever changes while it is under way is told after it."""

import asyncio

import pytest

from activities.ports import FateUnknown, PartyUnavailable
from models.case import Appointment, Invitation
from models.codes import AttemptResult, InvitationKind, LifeEvent, TaskKind
from models.commands import CancelCallback, MakeCallback, MoveCallback, RecordObjection, ReportLifeEvent
from models.ids import DocumentId, StaffId
from tests.builders import at
from tests.fakes import Gate
from tests.workflows.desk import Desk
from workflows.client import CommandAnswer, Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")

FRIDAY, MONDAY = at("2027-04-09 14:00"), at("2027-04-12 10:00")
KIM = StaffId("kim")
CONFIRMED, MOVED, CANCELLED, REMINDER = InvitationKind


async def agreed(desk: Desk) -> None:
    """The resident was spoken to, and will be called on Friday. Mails before that are forgotten."""
    await desk.open()
    await desk.reach()
    desk.mail.sent.clear()
    answer = await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM)
    assert (await answer).ending is Ending.OBEYED


async def promise(desk: Desk) -> Appointment:
    known = (await desk.now()).appointment_of(desk.state.resident)
    assert known is not None
    return known


async def move(desk: Desk) -> asyncio.Task[CommandAnswer]:
    known = await promise(desk)
    return await desk.begin(
        MoveCallback,
        person_id=known.person_id,
        appointment_id=known.appointment_id,
        due_at=MONDAY,
        with_staff=KIM,
    )


async def call_off(desk: Desk) -> asyncio.Task[CommandAnswer]:
    known = await promise(desk)
    return await desk.begin(CancelCallback, person_id=known.person_id, appointment_id=known.appointment_id)


async def told(desk: Desk) -> list[tuple[InvitationKind, AttemptResult]]:
    return [(one.about, one.result) for one in await invitations(desk)]


async def invitations(desk: Desk) -> tuple[Invitation, ...]:
    await desk.quiet()
    return (await desk.now()).invitations


async def test_a_callback_is_confirmed_reminded_of_and_never_an_attempt(desk: Desk) -> None:
    await agreed(desk)
    await desk.quiet()
    tried = (await desk.now()).attempts
    await desk.travel("2027-04-08 15:59")
    assert await told(desk) == [(CONFIRMED, AttemptResult.SENT)]
    await desk.travel("2027-04-08 16:01")
    assert await told(desk) == [(CONFIRMED, AttemptResult.SENT), (REMINDER, AttemptResult.SENT)]
    assert len(desk.mail.sent) == 2
    assert (await desk.now()).attempts == tried


async def test_a_move_while_the_confirmation_is_being_sent_is_followed_by_an_update(desk: Desk) -> None:
    desk.mail.outcomes = []
    await desk.open()
    await desk.reach()
    desk.mail.sent.clear()
    desk.mail.gate = Gate()
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    await desk.mail.gate.reached()
    await (await move(desk))
    desk.mail.gate.open()
    first, update = await invitations(desk)
    assert (first.about, first.due_at, first.sequence) == (CONFIRMED, FRIDAY, 0)
    assert (update.about, update.due_at, update.sequence) == (MOVED, MONDAY, 1)
    assert desk.mail.sent == [first.step_id, update.step_id]


async def test_a_callback_called_off_while_its_confirmation_is_being_sent_is_called_off_there_too(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    desk.mail.gate = Gate()
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    await desk.mail.gate.reached()
    await (await call_off(desk))
    desk.mail.gate.open()
    assert await told(desk) == [(CONFIRMED, AttemptResult.SENT), (CANCELLED, AttemptResult.SENT)]


async def test_a_callback_called_off_while_its_confirmation_fails_to_leave_is_never_told(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    desk.mail.sent.clear()
    desk.mail.gate, desk.mail.outcomes = Gate(), [PartyUnavailable]
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    await desk.mail.gate.reached()
    await (await call_off(desk))
    desk.mail.gate.open()
    assert (await told(desk), desk.mail.sent) == ([], [])


async def test_a_callback_called_off_before_its_confirmation_left_is_never_told(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    desk.mail.sent.clear()
    desk.mail.outcomes = [PartyUnavailable] * 1000
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    await (await call_off(desk))
    await desk.quiet()
    desk.mail.outcomes = []
    await desk.travel("2027-04-08 18:00")
    assert (await told(desk), desk.mail.sent) == ([], [])


async def test_a_callback_moved_before_its_confirmation_left_is_confirmed_once_at_its_new_moment(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    desk.mail.sent.clear()
    desk.mail.outcomes = [PartyUnavailable] * 1000
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    await (await move(desk))
    # The attempt that was under way has failed too: otherwise it might leave now, with the moment of before.
    await desk.quiet()
    desk.mail.outcomes = []
    await desk.travel("2027-04-06 18:00")
    (only,) = await invitations(desk)
    assert (only.about, only.due_at, only.sequence) == (CONFIRMED, MONDAY, 1)
    assert desk.mail.sent == [only.step_id]


async def test_when_the_answer_is_lost_a_person_looks_and_nothing_is_sent_twice(desk: Desk) -> None:
    await desk.open()
    await desk.reach()
    desk.mail.outcomes = [FateUnknown]
    await (await desk.begin(MakeCallback, person_id=desk.state.resident, due_at=FRIDAY, with_staff=KIM))
    assert await told(desk) == [(CONFIRMED, AttemptResult.UNKNOWN)]
    assert [task.kind for task in (await desk.now()).tasks] == [TaskKind.CALLBACK, TaskKind.CHECK_MAIL]
    # The moment moves: the update goes whatever became of the first, and nobody has to look any more.
    await (await move(desk))
    assert await told(desk) == [(CONFIRMED, AttemptResult.UNKNOWN), (MOVED, AttemptResult.SENT)]
    assert [task.kind for task in (await desk.now()).tasks] == [TaskKind.CALLBACK]


@pytest.mark.parametrize("what", ["died", "objects"])
async def test_whoever_died_or_objects_is_sent_nothing_more(desk: Desk, what: str) -> None:
    await agreed(desk)
    await desk.quiet()
    resident = desk.state.resident
    if what == "died":
        answer = await desk.press(ReportLifeEvent, person_id=resident, event=LifeEvent.DIED)
    else:
        answer = await desk.press(RecordObjection, person_id=resident, note_id=DocumentId("note-1"))
    assert answer.ending is Ending.OBEYED
    await desk.travel("2027-04-08 18:00")
    assert await told(desk) == [(CONFIRMED, AttemptResult.SENT)]
