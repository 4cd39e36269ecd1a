"""Everything outside the sealed store that could hold a word about somebody, as bytes by place."""

import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from sqlalchemy import make_url
from temporalio.api.common.v1 import Payload
from temporalio.api.workflowservice.v1 import DescribeScheduleRequest
from temporalio.client import Client

from adapters.database import Database
from models.tables import Row
from models.vault_tables import VaultRow
from simulation.installation import Installation
from tests.canary.attack import Rows, copy_of
from tests.postgres import binaries

Places = Mapping[str, bytes]
_BETWEEN = b"\n\0\n"


async def everywhere(town: Installation, logs: Path) -> Places:
    """What Temporal, the logs and the databases hold at this moment."""
    places = {
        "temporal: files": _files(town.machine.server.folder, "temporal.db"),
        "temporal: cells": _cells_of_file(town.machine.server.database),
        "temporal: log": town.machine.server.log.read_bytes(),
    }
    async for name, data in _executions(town.client):
        places[name] = places.get(name, b"") + _BETWEEN + data
    places["temporal: schedules"] = _BETWEEN.join([data async for data in _schedules(town.client)])
    places |= {f"log: {path.name}": path.read_bytes() for path in sorted(logs.iterdir())}
    places["main: cells"] = _cells(copy_of(town.stores.database, Row.metadata.sorted_tables))
    places["vault: cells"] = _cells(copy_of(town.stores.vault.database, VaultRow.metadata.sorted_tables))
    if town.stores.database.is_sqlite:
        places["main: files"] = _files(town.folder, "main.db")
        places["vault: files"] = vault_files(town)
    else:
        places["main: dump"] = _dump(town.stores.database)
        places["vault: dump"] = _dump(town.stores.vault.database)
    places["other files"] = _BETWEEN.join(path.name.encode() + _BETWEEN + path.read_bytes() for path in _others(town))
    return places


def _others(town: Installation) -> Iterator[Path]:
    """What else the installation left in its folder. The outside world lies there too, and what its partners sent."""
    elsewhere = {town.folder / name for name in ("world", "logs")}
    for path in sorted(town.folder.rglob("*")):
        database = path.name.startswith(("main.db", "vault.db"))
        if path.is_file() and path.suffix != ".csv" and not database and elsewhere.isdisjoint(path.parents):
            yield path


def _dump(database: Database) -> bytes:
    """A backup as its own program makes it, in words."""
    address = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([binaries() / "pg_dump", address], check=True, capture_output=True).stdout


def vault_files(town: Installation) -> bytes:
    """Every byte that SQLite keeps of the vault: database, log and index of the log."""
    return _files(town.folder, "vault.db")


async def mentioning(client: Client, text: str) -> set[str]:
    """The types of the executions in whose id or history the text stands."""
    found = set()
    async for execution in client.list_workflows():
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        payloads = b"".join(data for event in history.events for data in _payloads(event))
        if text in execution.id or text.encode() in payloads:
            found.add(execution.workflow_type)
    return found


async def _executions(client: Client) -> AsyncIterator[tuple[str, bytes]]:
    async for execution in client.list_workflows():
        yield "temporal: ids", f"{execution.id} {execution.workflow_type} {execution.task_queue}".encode()
        yield "temporal: attributes and memos", repr(await execution.memo()).encode() + _bytes(execution.raw_info)
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        yield "temporal: pending", _bytes((await handle.describe()).raw_description)
        history = await handle.fetch_history()
        yield "temporal: histories", history.to_json().encode()
        for event in history.events:
            yield "temporal: payloads", _BETWEEN.join(_payloads(event))


async def _schedules(client: Client) -> AsyncIterator[bytes]:
    async for schedule in await client.list_schedules():
        request = DescribeScheduleRequest(namespace=client.namespace, schedule_id=schedule.id)
        yield _bytes(await client.workflow_service.describe_schedule(request))


def _bytes(message: Message) -> bytes:
    return message.SerializeToString() + _BETWEEN + _BETWEEN.join(_payloads(message))


def _payloads(message: Message) -> Iterator[bytes]:
    """The content of every payload, however deep; what an update carries lies inside one of type Any."""
    if isinstance(message, Payload):
        yield message.data
        yield from message.metadata.values()
        return
    for _, value in message.ListFields():
        for part in _parts(value):
            if isinstance(part, Message):
                yield from _payloads(part)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Message | str | bytes | int | float):
        yield value
    elif hasattr(value, "values"):
        yield from value.values()
    else:
        yield from value


def _files(folder: Path, name: str) -> bytes:
    """A database's files, its log first, so that what is moved out of the log meanwhile is found in the database."""
    # Another process reads them: closing a file drops every lock that this process has on it, SQLite's too, and
    # whoever leaves the database next would believe that nobody is left and delete the log.
    paths = sorted(folder.glob(f"{name}*"), reverse=True)
    return subprocess.run(["cat", *paths], check=True, capture_output=True).stdout


def _cells_of_file(path: Path) -> bytes:
    # A cell that is longer than a page lies in pieces in the file; here it is whole.
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        database.text_factory = bytes
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for name in tables for row in database.execute(f'SELECT * FROM "{name.decode()}"'))
        return _BETWEEN.join(_text(cell) for row in rows for cell in row)


def _cells(rows: Rows) -> bytes:
    return _BETWEEN.join(_text(cell) for table in rows.values() for row in table for cell in row.values())


def _text(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()
