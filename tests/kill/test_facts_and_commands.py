"""Killed while a case writes down what happened."""

import asyncio

import pytest

from adapters.command_desk import Answer
from models.codes import Phase
from tests.kill.harness import Site, a_claim
from tests.kill.moments import Moment

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

AS_OPENED = ["route_chosen", "register_answered", "attempt_made"]
NOTE = "Mevrouw belt zelf terug."


@pytest.mark.parametrize(
    "with_server",
    [pytest.param(False, id="worker"), pytest.param(True, id="worker-and-server", marks=pytest.mark.long)],
)
async def test_a_fact_saved_just_before_the_kill_is_neither_lost_nor_written_twice(
    site: Site, with_server: bool
) -> None:
    site.start_worker(dies=Moment.REGISTER_ANSWER_SAVED, with_server=with_server)
    case = await site.open(site.somebody())
    await site.worker_killed()
    assert site.kinds(case) == AS_OPENED[:2]
    if with_server:
        await site.restart_server()
    site.start_worker()
    await site.in_phase(case, Phase.CONTACT)
    # At once: the command may come before the workflow has taken up its thread.
    await site.is_well(case)
    await site.until("the first mail is sent", lambda: len(site.kinds(case)) == 4)
    assert sorted(site.kinds(case)) == sorted([*AS_OPENED, "case_claimed"])


@pytest.mark.parametrize(
    ("moment", "with_server"),
    [
        (Moment.CLAIM_SAVED, False),
        pytest.param(Moment.CLAIM_AT_HAND, False, marks=pytest.mark.long),
        pytest.param(Moment.CLAIM_SAVED, True, marks=pytest.mark.long),
    ],
)
async def test_a_command_under_way_at_the_kill_is_recorded_once_with_its_note(
    site: Site, moment: Moment, with_server: bool
) -> None:
    site.start_worker(dies=moment, with_server=with_server)
    case = await site.opened(site.somebody())
    command = a_claim()
    pressing = asyncio.create_task(site.press(case, command, note=NOTE))
    await site.worker_killed()
    # Power goes while the page waits: the press stays in the outbox, whatever the page was told.
    assert await pressing in (Answer.SENDING, Answer.RECORDING)
    if with_server:
        await site.restart_server()
    site.start_worker()
    await site.recorded(command.command_id)
    await site.until("nothing waits to be sent", lambda: site.stores.outbox.waiting(10) == [])
    await site.is_well(case)
    assert site.kinds(case) == [*AS_OPENED, "case_claimed", "case_claimed"]
    assert [entry.note for entry in site.stores.cases.journey(case) if entry.note] == [NOTE]


async def test_a_command_pressed_while_no_worker_runs_survives_the_death_of_the_server(site: Site) -> None:
    site.start_worker()
    case = await site.opened(site.somebody())
    site.stop_worker()
    command = a_claim()
    assert await site.press(case, command, note=NOTE) is Answer.SENDING
    await site.restart_server()
    assert (await site.desk.follow(command.command_id)).answer is Answer.SENDING
    assert site.stores.outbox.answer(command.command_id).note == NOTE
    site.start_worker()
    await site.recorded(command.command_id)
    await site.is_well(case)
    assert site.kinds(case) == [*AS_OPENED, "case_claimed", "case_claimed"]
    assert [entry.note for entry in site.stores.cases.journey(case) if entry.note] == [NOTE]
