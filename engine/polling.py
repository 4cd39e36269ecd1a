"""Whether the worker of this host asks Temporal for work: the health of a process that has no port.

`python -m engine.polling` ends with 0 if it does, with 1 if it does not or nobody can tell.
"""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

import config
from activities.limits import MAIN_QUEUE
from engine.client import connect, leave

QUIET = timedelta(minutes=2)
"""A worker without work asks once a minute."""


async def asks_for_work(client: Client, *, host: str, now: datetime) -> bool:
    """Whether a worker on this host asked for work on the main queue within the last two minutes."""
    described = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=MAIN_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    # A worker calls itself after its process and host.
    return any(
        poller.identity.endswith(f"@{host}") and now - poller.last_access_time.ToDatetime(UTC) < QUIET
        for poller in described.pollers
    )


async def _main() -> bool:
    settings = config.read()
    try:
        client = await connect(settings.temporal_address, settings.namespace)
        return await asks_for_work(client, host=socket.gethostname(), now=datetime.now(UTC))
    except (RPCError, RuntimeError):
        # No server, or no namespace on it.
        return False


if __name__ == "__main__":
    leave(0 if asyncio.run(_main()) else 1)
