"""The embedded server, its namespace, and what a short-lived client process does."""

import asyncio
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import pytest
    import pytest_asyncio
    from google.protobuf.duration_pb2 import Duration
    from temporalio.api.common.v1 import WorkflowExecution
    from temporalio.api.workflowservice.v1 import (
        DeleteWorkflowExecutionRequest,
        DescribeNamespaceRequest,
        RegisterNamespaceRequest,
    )
    from temporalio.client import Client
    from temporalio.common import SearchAttributePair, TypedSearchAttributes
    from temporalio.service import RPCError, RPCStatusCode
    from temporalio.worker import Worker

    from engine.client import connect
    from engine.namespace import MUNICIPALITY, RETENTION, STAGE, STALLED, NamespaceNotReady, ensure
    from engine.runner import workflow_runner
    from engine.servers import EmbeddedServer, ServerDidNotStart, free_port

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@workflow.defn
class Waiting:
    def __init__(self) -> None:
        self._done = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self._done)
        return "done"

    @workflow.signal
    def finish(self) -> None:
        self._done = True


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedServer]:
    async with EmbeddedServer(data=tmp_path_factory.mktemp("server")) as server:
        yield server


def a_worker(client: Client) -> Worker:
    return Worker(client, task_queue="waiting", workflows=[Waiting], workflow_runner=workflow_runner())


async def retention_of(client: Client, namespace: str) -> timedelta:
    described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def start_marked(client: Client, workflow_id: str) -> None:
    marks = [SearchAttributePair(key, "x") for key in (MUNICIPALITY, STAGE, STALLED)]
    await client.start_workflow(
        Waiting.run, id=workflow_id, task_queue="waiting", search_attributes=TypedSearchAttributes(marks)
    )


async def test_the_namespace_is_usable_at_once_and_keeps_closed_histories_a_week(server: EmbeddedServer) -> None:
    client = await connect(server.address, server.namespace)
    await start_marked(client, "at-once")
    assert await retention_of(client, server.namespace) == RETENTION == timedelta(days=7)


async def test_a_namespace_may_be_ensured_again_and_by_several_at_once(server: EmbeddedServer) -> None:
    client = await connect(server.address, "several")
    await asyncio.gather(*(ensure(server.address, "several") for _ in range(4)), ensure(client, "several"))
    await start_marked(client, "several")


async def test_a_namespace_that_somebody_made_gets_our_retention(server: EmbeddedServer) -> None:
    client = await connect(server.address, "older")
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace="older", workflow_execution_retention_period=Duration(seconds=86400))
    )
    await ensure(client, "older")
    assert await retention_of(client, "older") == RETENTION


async def test_a_namespace_that_takes_too_long_says_so(server: EmbeddedServer) -> None:
    with pytest.raises(NamespaceNotReady, match="slow was not usable"):
        await ensure(server.address, "slow", within=timedelta(milliseconds=1))


async def test_a_just_closed_execution_is_deleted_within_seconds(server: EmbeddedServer) -> None:
    client = await connect(server.address, server.namespace)
    async with a_worker(client):
        handle = await client.start_workflow(Waiting.run, id="erase-me", task_queue="waiting")
        await handle.signal(Waiting.finish)
        await handle.result()
        await client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(
                namespace=server.namespace, workflow_execution=WorkflowExecution(workflow_id="erase-me")
            )
        )
        async with asyncio.timeout(30):  # 4 s on a quiet machine, 34 s without our settings
            while await exists(client, "erase-me"):
                await asyncio.sleep(0.1)


async def exists(client: Client, workflow_id: str) -> bool:
    try:
        await client.get_workflow_handle(workflow_id).describe()
    except RPCError as error:
        assert error.status is RPCStatusCode.NOT_FOUND
        return False
    return True


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    async with EmbeddedServer(data=tmp_path) as server:
        client = await connect(server.address, server.namespace)
        await client.start_workflow(Waiting.run, id="survivor", task_queue="waiting")
        first = server.pid
        server.kill()
        with pytest.raises(RuntimeError, match="does not run"):
            _ = server.pid
        await server.start()
        assert server.pid != first
        async with a_worker(client):
            handle = client.get_workflow_handle("survivor", result_type=str)
            await handle.signal(Waiting.finish)
            assert await handle.result() == "done"


async def test_a_server_on_a_taken_port_says_where_to_look(server: EmbeddedServer, tmp_path: Path) -> None:
    second = EmbeddedServer(data=tmp_path, port=server.port)
    with pytest.raises(ServerDidNotStart, match="taken"):
        await second.start()


async def test_an_own_folder_is_removed_afterwards() -> None:
    async with EmbeddedServer() as server:
        folder = server.folder
        assert server.database.exists()
    assert not folder.exists()


async def test_a_lazy_client_needs_no_server() -> None:
    client = await connect(f"127.0.0.1:{free_port()}", "nowhere", lazy=True)
    assert client.namespace == "nowhere"


async def test_a_command_leaves_with_its_own_exit_code_and_all_of_its_output(server: EmbeddedServer) -> None:
    program = textwrap.dedent(f"""
        import asyncio
        from engine.client import connect, leave
        client = asyncio.run(connect({server.address!r}, {server.namespace!r}))
        print("x" * 100_000, end="")
        leave(3)
    """)
    for _ in range(3):
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, check=False)
        assert (ended.returncode, len(ended.stdout), ended.stderr) == (3, 100_000, b"")


async def test_the_namespace_is_made_from_a_shell_too(server: EmbeddedServer) -> None:
    command = [sys.executable, "-m", "engine.namespace", server.address, "shell"]
    began = time.monotonic()
    assert subprocess.run(command, cwd=ROOT, check=True, capture_output=True).returncode == 0
    assert time.monotonic() - began < 30
    await start_marked(await connect(server.address, "shell"), "shell")
