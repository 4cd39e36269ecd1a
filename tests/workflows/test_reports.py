"""What is heard of a message reaches its case, however often, early or late it is told."""

import pytest

from models.codes import AttemptResult, MessageReport, Phase, TaskKind
from models.commands import CheckAddress
from models.ids import StepId
from models.messages import MessageNews
from tests.fakes import Gate
from tests.workflows.desk import Desk
from workflows import client as door
from workflows.client import Ending

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def tell(desk: Desk, report: MessageReport) -> None:
    """What the teller of the worker's process does."""
    news = MessageNews(
        step_id=StepId(f"{desk.state.case_id}.mail-1"),
        person_id=desk.state.resident,
        report=report,
        report_id=f"report-{report}",
    )
    await door.message_reported(desk.machine.client, desk.state.case_id, news)


async def test_a_mail_that_came_back_is_a_task_and_the_plan_goes_on(desk: Desk) -> None:
    await desk.open()
    for _ in range(5):
        await tell(desk, MessageReport.BOUNCED)
    await desk.quiet()
    state = await desk.now()
    assert [(one.result, one.report) for one in state.attempts] == [(AttemptResult.REFUSED, MessageReport.BOUNCED)]
    assert [task.kind for task in state.tasks] == [TaskKind.CALL, TaskKind.CHECK_ADDRESS]
    answer = await desk.press(CheckAddress, person_id=state.resident, found=False)
    assert answer.ending is Ending.OBEYED
    assert [task.kind for task in (await desk.now()).tasks] == [TaskKind.CALL]


async def test_a_report_that_comes_before_the_answer_of_the_mail_server_counts(desk: Desk) -> None:
    desk.mail.gate = Gate()
    await desk.start()
    await desk.mail.gate.reached()
    await tell(desk, MessageReport.BOUNCED)
    desk.mail.gate.open()
    await desk.quiet()
    state = await desk.now()
    assert [(one.result, one.report) for one in state.attempts] == [(AttemptResult.REFUSED, MessageReport.BOUNCED)]
    assert (len(desk.mail.sent), state.early_reports) == (1, ())


async def test_a_closed_case_is_told_nothing(desk: Desk) -> None:
    await desk.open()
    await desk.end()
    await desk.tell_feedback()
    await desk.handle.result()
    await tell(desk, MessageReport.BOUNCED)
    assert "message_reported" not in desk.kinds()
    assert desk.store.records[-1].state.phase is Phase.CLOSED
