"""Killed while a letter is handed over: the printer knows it by its reference, so it goes again and is one letter."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from models.codes import AttemptResult, Channel, TaskKind
from tests.kill.harness import POLICY, Site
from tests.kill.moments import Moment

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

LETTER_FIRST = POLICY + "plans: {standard: {steps: {mail-1: {channel: letter, template: first-letter}}}}\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """An installation whose first message is a letter."""
    async with Site(tmp_path_factory.mktemp("site"), policy=LETTER_FIRST) as site:
        yield site


@pytest.mark.parametrize(
    ("moment", "with_server"),
    [(Moment.LETTER_BOOKED, False), (Moment.LETTER_HANDED_OVER, False), (Moment.LETTER_HANDED_OVER, True)],
)
async def test_a_letter_under_way_at_the_kill_is_one_letter(site: Site, moment: Moment, with_server: bool) -> None:
    person = site.somebody()
    site.start_worker(dies=moment, with_server=with_server)
    case = await site.open(person)
    await site.worker_killed()
    assert len(site.world.letters_to(person.address)) == (1 if moment is Moment.LETTER_HANDED_OVER else 0)
    if with_server:
        await site.restart_server()
    site.start_worker()
    await site.until("a call is planned", lambda: bool((state := site.state(case)) and state.tasks))
    state = site.stores.cases.load(case)
    [attempt], [task] = state.attempts, state.tasks
    assert (attempt.channel, attempt.result, task.kind) == (Channel.LETTER, AttemptResult.SENT, TaskKind.CALL)
    assert [letter.reference for letter in site.world.letters_to(person.address)] == [attempt.step_id]
    await site.is_well(case)
