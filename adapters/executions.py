"""Temporal's own records of cases: which run, and deleting those of an erased case."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from models.errors import CodedError
from models.ids import CaseId
from workflows.names import CASE_PREFIX, RETENTION_PREFIX

_PATIENCE = timedelta(seconds=60)
_PAUSE = timedelta(milliseconds=200)


@dataclass(frozen=True)
class CaseExecution:
    """A case's own execution (`of_case`), or the timer of its erasure."""

    workflow_id: str
    case_id: CaseId
    of_case: bool
    ended_at: datetime | None


class StillThere(CodedError):
    """Temporal accepted the deletion but still shows the execution."""


class TemporalExecutions:
    """`activities.ports.Executions` on a Temporal client."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def delete(self, workflow_ids: Sequence[str]) -> int:
        """Deletes every run of these workflows and waits until none is shown. Raises `StillThere` after a minute."""
        return sum([await self._delete(workflow_id) for workflow_id in workflow_ids])

    async def running_cases(self) -> list[CaseId]:
        query = "WorkflowType = 'Case' AND ExecutionStatus = 'Running'"
        return [
            CaseId(found.id.removeprefix(CASE_PREFIX))
            async for found in self._client.list_workflows(query, page_size=1000)
        ]

    async def of_cases(self) -> list[CaseExecution]:
        """Every execution of a case or of its timer that Temporal still knows, ended ones too."""
        found = []
        async for each in self._client.list_workflows("WorkflowType IN ('Case', 'Retention')", page_size=1000):
            of_case = each.id.startswith(CASE_PREFIX)
            case = CaseId(each.id.removeprefix(CASE_PREFIX if of_case else RETENTION_PREFIX))
            found.append(CaseExecution(each.id, case, of_case, each.close_time))
        return found

    async def _delete(self, workflow_id: str) -> int:
        runs = [found.run_id async for found in self._client.list_workflows(f"WorkflowId = '{workflow_id}'")]
        if not runs and (latest := await self._latest_run(workflow_id)) is not None:
            runs = [latest]
        for run in runs:
            await self._delete_run(workflow_id, run)
        await self._gone(workflow_id)
        return len(runs)

    async def _delete_run(self, workflow_id: str, run: str) -> None:
        request = DeleteWorkflowExecutionRequest(
            namespace=self._client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id, run_id=run),
        )
        try:
            await self._client.workflow_service.delete_workflow_execution(request)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _gone(self, workflow_id: str) -> None:
        waited = timedelta(0)
        while await self._shown(workflow_id):
            if waited >= _PATIENCE:
                raise StillThere("executions.still-there")
            await asyncio.sleep(_PAUSE.total_seconds())
            waited += _PAUSE

    async def _shown(self, workflow_id: str) -> bool:
        if await self._latest_run(workflow_id) is not None:
            return True
        return (await self._client.count_workflows(f"WorkflowId = '{workflow_id}'")).count > 0

    async def _latest_run(self, workflow_id: str) -> str | None:
        try:
            return (await self._client.get_workflow_handle(workflow_id).describe()).run_id
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise
