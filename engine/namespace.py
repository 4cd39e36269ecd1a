"""The namespace with its retention and search attributes, made when missing and waited for until usable.

`python -m engine.namespace ADDRESS NAMESPACE` does the same from a shell.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    ListWorkflowExecutionsRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.service import ConnectConfig, RPCError, RPCStatusCode, ServiceClient

from engine.client import leave, runtime
from workflows.attributes import MUNICIPALITY, SEARCH_ATTRIBUTES, STAGE, STALLED

__all__ = ["MUNICIPALITY", "RETENTION", "SEARCH_ATTRIBUTES", "STAGE", "STALLED", "NamespaceNotReady", "ensure"]

RETENTION = timedelta(days=7)
"""How long the history of a closed execution stays; the server's own default is one day."""

_PAUSE = 0.1
_NOT_YET = frozenset(
    {
        RPCStatusCode.NOT_FOUND,
        RPCStatusCode.INVALID_ARGUMENT,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ALREADY_EXISTS,
    }
)
_NAMES = frozenset(key.name for key in SEARCH_ATTRIBUTES)


class NamespaceNotReady(Exception):
    """The server did not make the namespace usable in time."""


async def ensure(
    server: Client | ServiceClient | str, namespace: str, *, within: timedelta = timedelta(minutes=1)
) -> None:
    """Make `namespace` exist on `server` (a client, or host:port) with `RETENTION` and `SEARCH_ATTRIBUTES`.

    May be repeated, also at the same time. Returns when lists and starts work there: a server learns of a new
    namespace only at the next refresh of its caches. Raises NamespaceNotReady when that takes longer than
    `within`, RPCError when the server refuses.
    """
    service = await _service(server)
    try:
        async with asyncio.timeout(within.total_seconds()):
            await _register(service, namespace)
            await _patiently(_set_retention, service, namespace)
            await _patiently(_add_search_attributes, service, namespace)
            await _patiently(_probe, service, namespace)
    except TimeoutError:
        raise NamespaceNotReady(f"namespace {namespace} was not usable within {within.total_seconds():.0f} s") from None


async def _service(server: Client | ServiceClient | str) -> ServiceClient:
    match server:
        case Client():
            return server.service_client
        case ServiceClient():
            return server
        case address:
            return await ServiceClient.connect(ConnectConfig(target_host=address, runtime=runtime()))


async def _register(service: ServiceClient, namespace: str) -> None:
    request = RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=_duration(RETENTION))
    try:
        await service.workflow_service.register_namespace(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _set_retention(service: ServiceClient, namespace: str) -> bool:
    described = await service.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    if described.config.workflow_execution_retention_ttl != _duration(RETENTION):
        config = NamespaceConfig(workflow_execution_retention_ttl=_duration(RETENTION))
        await service.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=namespace, config=config))
    return True


async def _add_search_attributes(service: ServiceClient, namespace: str) -> bool:
    listed = await service.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))
    missing = _NAMES - listed.custom_attributes.keys()
    if missing:
        keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        await service.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=namespace, search_attributes=dict.fromkeys(missing, keyword))
        )
    return not missing


async def _probe(service: ServiceClient, namespace: str) -> bool:
    query = " AND ".join(f"{name} = 'probe'" for name in sorted(_NAMES))
    await service.workflow_service.list_workflow_executions(
        ListWorkflowExecutionsRequest(namespace=namespace, query=query, page_size=1)
    )
    return True


async def _patiently(step: Callable[[ServiceClient, str], Awaitable[bool]], service: ServiceClient, name: str) -> None:
    """Repeat `step` until it says True; the errors of a cache that does not know the namespace yet are waited out."""
    while True:
        try:
            if await step(service, name):
                return
        except RPCError as error:
            if error.status not in _NOT_YET:
                raise
        await asyncio.sleep(_PAUSE)


def _duration(span: timedelta) -> Duration:
    return Duration(seconds=int(span.total_seconds()))


if __name__ == "__main__":
    asyncio.run(ensure(*sys.argv[1:3]))
    leave(0)
