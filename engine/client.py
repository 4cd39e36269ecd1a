"""The only place where a Temporal client is made, so that every client masks failures and filters the core's log."""

import contextlib
import dataclasses
import functools
import logging
import os
import sys
from typing import NoReturn

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from engine.failures import MaskingFailureConverter

DATA_CONVERTER = dataclasses.replace(pydantic_data_converter, failure_converter_class=MaskingFailureConverter)
"""Pydantic payloads, masked failures. Replayers and test environments need it too."""

CORE_LOGGER = "temporalio.core"


async def connect(address: str, namespace: str, *, lazy: bool = False) -> Client:
    """A client of the server at `address` (host:port); with `lazy` it connects at its first call.

    Raises RuntimeError when nothing answers at `address` (not with `lazy`).
    """
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, lazy=lazy, runtime=runtime()
    )


@functools.cache
def runtime() -> Runtime:
    """The one runtime of this process; what its core logs goes to the Python logger `temporalio.core`."""
    forwarding = LogForwardingConfig(logger=logging.getLogger(CORE_LOGGER))
    levels = TelemetryFilter(core_level="WARN", other_level="ERROR")
    return Runtime(telemetry=TelemetryConfig(logging=LoggingConfig(filter=levels, forwarding=forwarding)))


def leave(code: int) -> NoReturn:
    """End this process now, with everything printed and logged.

    The interpreter's own shutdown may abort (exit code 134) when the threads of the runtime outlive a client; about
    one short command in four did.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # a reader that went away: `cli.py ... | head`
            stream.flush()
    os._exit(code)
