"""Whether a health check can tell a host whose worker asks for work from one without."""

import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client
    from temporalio.worker import Worker

    from activities.limits import MAIN_QUEUE
    from engine.client import connect
    from engine.polling import QUIET, asks_for_work
    from engine.runner import workflow_runner
    from engine.servers import EmbeddedServer, free_port

ROOT = Path(__file__).parents[2]
HOST = socket.gethostname()


@workflow.defn
class Idle:
    @workflow.run
    async def run(self) -> None:
        return


async def at_work(client: Client) -> None:
    """Returns when a worker has asked, because it did something."""
    await client.execute_workflow(Idle.run, id="idle", task_queue=MAIN_QUEUE)


def exit_code(server: EmbeddedServer) -> int:
    environment = {"SIGNAALREIS_TEMPORAL_PORT": str(server.port), "SIGNAALREIS_NAMESPACE": server.namespace}
    command = [sys.executable, "-m", "engine.polling"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


async def test_only_the_host_of_a_worker_that_asked_lately_is_healthy() -> None:
    async with EmbeddedServer() as server:
        client = await connect(server.address, server.namespace)
        now = datetime.now(UTC)
        assert not await asks_for_work(client, host=HOST, now=now)
        assert exit_code(server) == 1
        async with Worker(client, task_queue=MAIN_QUEUE, workflows=[Idle], workflow_runner=workflow_runner()):
            await at_work(client)
            assert await asks_for_work(client, host=HOST, now=datetime.now(UTC))
            assert exit_code(server) == 0
            assert not await asks_for_work(client, host="elsewhere", now=datetime.now(UTC))
            assert not await asks_for_work(client, host=HOST, now=datetime.now(UTC) + QUIET + timedelta(minutes=1))


def test_without_a_server_nobody_is_healthy() -> None:
    assert exit_code(EmbeddedServer(port=free_port())) == 1
