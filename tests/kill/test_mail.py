"""Killed while a mail is sent: nobody can be asked whether it went, so a person looks, and nothing goes twice."""

import pytest

from models.codes import Role, TaskKind
from models.commands import CheckMail
from models.ids import CommandId, StaffId, fresh
from tests.kill.harness import Site
from tests.kill.moments import Moment

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize(("moment", "sent"), [(Moment.MAIL_HANDED_OVER, True), (Moment.MAIL_BOOKED, False)])
async def test_a_mail_under_way_at_the_kill_is_looked_into_by_a_person_and_never_sent_again(
    site: Site, moment: Moment, sent: bool
) -> None:
    person = site.somebody()
    assert person.email is not None
    site.start_worker(dies=moment)
    case = await site.open(person)
    await site.worker_killed()
    site.start_worker()
    await site.until("somebody is asked", lambda: bool((state := site.state(case)) and state.tasks))
    state = site.stores.cases.load(case)
    [task] = state.tasks
    assert (task.kind, task.code) == (TaskKind.CHECK_MAIL, "message.unknown")
    assert task.step_id is not None
    mailbox = site.world.mails_to(person.email.text)
    assert len(mailbox) == (1 if sent else 0)

    command = CheckMail(
        command_id=CommandId(fresh()),
        by=StaffId("samira"),
        role=Role.CASEWORKER,
        step_id=task.step_id,
        person_id=state.resident,
        sent=sent,
    )
    await site.press(case, command)
    await site.recorded(command.command_id)
    assert [task.kind for task in site.stores.cases.load(case).tasks] == [TaskKind.CALL]
    await site.is_well(case)
    assert site.world.mails_to(person.email.text) == mailbox
