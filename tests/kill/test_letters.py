"""Killed while a letter is queued, and between each two steps of its print round: it is one letter, in one batch."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from adapters.message_reports import ReportTeller
from models.codes import AttemptResult, Channel, MessageReport, TaskKind
from models.ids import CaseId
from tests.kill.harness import POLICY, Site
from tests.kill.moments import Moment

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

LETTER_FIRST = POLICY + "plans: {standard: {steps: {mail-1: {channel: letter, template: first-letter}}}}\n"
AT_THE_PRINTER = (Moment.BATCH_TAKEN, Moment.BATCH_SETTLED)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """An installation whose first message is a letter."""
    async with Site(tmp_path_factory.mktemp("site"), policy=LETTER_FIRST) as site:
        yield site


@pytest.mark.parametrize(
    ("moment", "with_server"),
    [(Moment.LETTER_BOOKED, False), (Moment.LETTER_QUEUED, False), (Moment.LETTER_QUEUED, True)],
)
async def test_a_letter_under_way_at_the_kill_is_queued_once(site: Site, moment: Moment, with_server: bool) -> None:
    person = site.somebody()
    site.start_worker(dies=moment, with_server=with_server)
    case = await site.open(person)
    await site.worker_killed()
    if with_server:
        await site.restart_server()
    site.start_worker()
    await site.until("a call is planned", lambda: bool((state := site.state(case)) and state.tasks))
    state = site.stores.cases.load(case)
    [attempt], [task] = state.attempts, state.tasks
    assert (attempt.channel, attempt.result, task.kind) == (Channel.LETTER, AttemptResult.SENT, TaskKind.CALL)
    assert site.world.letters_to(person.address) == []
    assert await site.print_round() == 1
    assert [letter.reference for letter in site.world.letters_to(person.address)] == [attempt.step_id]
    await site.is_well(case)


@pytest.mark.parametrize("moment", [Moment.BATCH_CLOSED, Moment.BATCH_AT_HAND, *AT_THE_PRINTER])
async def test_a_print_round_that_is_killed_posts_each_letter_once(site: Site, moment: Moment) -> None:
    site.start_worker()
    people = [site.somebody() for _ in range(2)]
    cases = [await site.opened(person) for person in people]
    site.stop_worker()
    site.start_worker(dies=moment)
    printing = asyncio.create_task(site.print_round())
    await site.worker_killed()
    posted = [len(site.world.letters_to(person.address)) for person in people]
    assert posted == [1 if moment in AT_THE_PRINTER else 0] * 2
    site.start_worker()
    assert await printing == 2
    letters = [letter for person in people for letter in site.world.letters_to(person.address)]
    assert [letter.times_offered for letter in letters] == [1, 1]
    assert site.world.print_batches()[-1].times_offered == (2 if moment is Moment.BATCH_TAKEN else 1)
    assert await site.print_round() == 0
    await ReportTeller(site.client, site.stores.reports).tell()
    for case in cases:
        await site.until("the case knows that it is posted", partial(_is_posted, site, case))
        await site.is_well(case)


def _is_posted(site: Site, case: CaseId) -> bool:
    state = site.state(case)
    return state is not None and state.attempts[0].report is MessageReport.POSTED
