"""The only door to a case from outside Temporal: opening, joining, commanding, telling, asking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.limits import MAIN_QUEUE
from activities.ports import BeingMerged
from activities.records import DeliveryReport
from models.case import CaseInput, CaseSignal, CaseState
from models.codes import FeedbackCode, Phase
from models.commands import AnyCommand
from models.ids import BatchId, CaseId, DeliveryId, SignalId
from models.messages import FeedbackNews, Joining, MessageNews, Press, RefusalType
from models.periodic import DeliveryInput
from workflows.attributes import MUNICIPALITY, STAGE
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.names import case_workflow_id, delivery_workflow_id, joining_id, retention_workflow_id


class Ending(StrEnum):
    """How sending a command ended."""

    OBEYED = "obeyed"
    ALREADY_DONE = "already_done"
    REFUSED = "refused"


@dataclass(frozen=True)
class CommandAnswer:
    """What the case said; `sentence` is for the caseworker."""

    ending: Ending
    sentence: str = ""


class Accepted:
    """Whether a command is in the history already."""

    def __init__(self) -> None:
        self.yes = False


class NotOpenYet(Exception):
    """The case was chosen, but its workflow has not started: whoever opens it is still under way."""


async def open_case(client: Client, state: CaseState, *, clock_offset: timedelta) -> None:
    """Starts the case's workflow. Started before, running or closed: nothing happens."""
    try:
        await client.start_workflow(
            CaseWorkflow.run,
            CaseInput(state=state, clock_offset=clock_offset),
            id=case_workflow_id(state.case_id),
            task_queue=MAIN_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=TypedSearchAttributes(
                [
                    SearchAttributePair(MUNICIPALITY, state.municipality.text),
                    SearchAttributePair(STAGE, Phase.RECEIVED),
                ]
            ),
        )
    except WorkflowAlreadyStartedError:
        return


async def join_case(client: Client, case: CaseId, signal: CaseSignal, *more: CaseSignal) -> bool:
    """Brings a signal to a case, with `more` all of them or none; the first one's id and moment make them count once.

    False: closed or closing, choose another case.

    Raises `NotOpenYet`, `BeingMerged`.
    """
    handle = client.get_workflow_handle(case_workflow_id(case))
    try:
        joining = Joining(signal=signal, more=more)
        await handle.execute_update(CaseWorkflow.join, joining, id=joining_id(signal))
    except WorkflowUpdateFailedError as error:
        match _type_of(error):
            case RefusalType.CASE_CLOSED:
                return False
            case RefusalType.BEING_MERGED:
                raise BeingMerged from None
            case _:
                raise
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        if await _ever_started(client, case):
            return False
        raise NotOpenYet from None
    return True


async def send_command(client: Client, case: CaseId, command: AnyCommand, *, accepted: Accepted) -> CommandAnswer:
    """Sends a button press; its id makes it count once, however often it is sent.

    A closed case's commands go to its retention. `accepted.yes` becomes true as soon as the press is in the history.
    Raises `RPCError` when the server cannot be reached; the press may then be sent again.
    """
    try:
        return await _send(client, case_workflow_id(case), command, accepted)
    except _CaseClosed:
        pass
    try:
        return await _send(client, retention_workflow_id(case), command, accepted)
    except _CaseClosed:
        return CommandAnswer(Ending.REFUSED, "De zaak is gesloten en de gegevens zijn vernietigd.")


async def feedback_delivered(
    client: Client, case: CaseId, codes: Mapping[SignalId, FeedbackCode], batch: BatchId
) -> None:
    """Tells a case that its partners took the feedback; durable while no worker runs. A closed case is no error."""
    handle = client.get_workflow_handle(case_workflow_id(case))
    news = FeedbackNews(signals=tuple(codes), batch_id=batch, codes=dict(codes))
    try:
        await handle.signal(CaseWorkflow.feedback_delivered, news)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def message_reported(client: Client, case: CaseId, news: MessageNews) -> None:
    """Tells a case what was heard of a message; durable while no worker runs. A closed case is no error."""
    handle = client.get_workflow_handle(case_workflow_id(case))
    try:
        await handle.signal(CaseWorkflow.message_reported, news)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def republish(client: Client, case: CaseId) -> None:
    """Asks a case to write its state again. A closed case is no error."""
    handle = client.get_workflow_handle(case_workflow_id(case))
    try:
        await handle.signal(CaseWorkflow.republish)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def start_delivery(client: Client, start: DeliveryInput) -> None:
    """Starts the opening of a stored delivery; a delivery that ended may be started again and finds what is left."""
    try:
        await client.start_workflow(
            DeliveryWorkflow.run, start, id=delivery_workflow_id(start.delivery_id), task_queue=MAIN_QUEUE
        )
    except WorkflowAlreadyStartedError:
        return


async def look_again(client: Client, delivery: DeliveryId) -> None:
    """Tells a delivery that it was resumed. One that does not run is no error."""
    try:
        await client.get_workflow_handle(delivery_workflow_id(delivery)).signal(DeliveryWorkflow.look_again)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


class _CaseClosed(Exception):
    pass


async def delivery_report(client: Client, delivery: DeliveryId) -> DeliveryReport:
    """Waits until a started delivery is done."""
    handle = client.get_workflow_handle(delivery_workflow_id(delivery), result_type=DeliveryReport)
    report: DeliveryReport = await handle.result()
    return report


async def _send(client: Client, workflow_id: str, command: AnyCommand, accepted: Accepted) -> CommandAnswer:
    # Case and retention take the same update, so it is sent by name.
    handle = client.get_workflow_handle(workflow_id)
    try:
        sent = await handle.start_update(
            "command",
            Press(command=command),
            id=command.command_id,
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )
        accepted.yes = True
        await sent.result()
    except WorkflowUpdateFailedError as error:
        match _type_of(error):
            case RefusalType.ALREADY_DONE:
                return CommandAnswer(Ending.ALREADY_DONE)
            case RefusalType.REFUSED:
                return CommandAnswer(Ending.REFUSED, _sentence_of(error))
            case RefusalType.CASE_CLOSED:
                raise _CaseClosed from None
            case _:
                raise
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise _CaseClosed from None
        raise
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        # The SDK wraps cancellation too, and then neither a time limit around this nor a task's end would be noticed.
        raise (error.__cause__ or error) from None
    return CommandAnswer(Ending.OBEYED)


async def _ever_started(client: Client, case: CaseId) -> bool:
    for workflow_id in (case_workflow_id(case), retention_workflow_id(case)):
        try:
            await client.get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        else:
            return True
    return False


def _type_of(error: WorkflowUpdateFailedError) -> str | None:
    return error.cause.type if isinstance(error.cause, ApplicationError) else None


def _sentence_of(error: WorkflowUpdateFailedError) -> str:
    return error.cause.message if isinstance(error.cause, ApplicationError) else ""
