"""How failures travel: a real server, the exceptions that leak, and a search for their text wherever it could stay."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import aiosmtplib
    import httpx
    import pytest
    import pytest_asyncio
    import sqlalchemy
    from temporalio.api.failure.v1 import Failure
    from temporalio.client import (
        Client,
        WorkflowFailureError,
        WorkflowHandle,
        WorkflowQueryFailedError,
        WorkflowUpdateFailedError,
    )
    from temporalio.common import RetryPolicy
    from temporalio.contrib.pydantic import pydantic_data_converter
    from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError
    from temporalio.service import RPCError
    from temporalio.worker import Worker

    from engine.client import connect
    from engine.runner import workflow_runner
    from engine.servers import EmbeddedServer
    from models.errors import CodedError
    from observability import configure

MARK = "jansenmark"
KINDS = ["smtp", "sql", "http", "pydantic"]
SHORT = timedelta(seconds=10)
ONCE = RetryPolicy(maximum_attempts=1)
TWICE = RetryPolicy(maximum_attempts=2, initial_interval=timedelta(milliseconds=10))

pytestmark = pytest.mark.asyncio(loop_scope="module")


class RegisterDown(CodedError):
    pass


class Strict(BaseModel):
    number: int


@activity.defn
async def leak(kind: str) -> None:
    match kind:
        case "smtp":
            raise aiosmtplib.SMTPRecipientRefused(550, f"No such user {MARK}", f"{MARK}@voorbeeld.nl")
        case "sql":
            with sqlalchemy.create_engine("sqlite://").connect() as connection:
                connection.execute(sqlalchemy.text("SELECT * FROM nowhere WHERE name = :name"), {"name": MARK})
        case "http":
            request = httpx.Request("GET", f"https://register.invalid/?name={MARK}")
            httpx.Response(500, request=request).raise_for_status()
        case "pydantic":
            Strict.model_validate({"number": MARK})
        case "code":
            raise RegisterDown("register.unavailable")


@activity.defn
async def takes_a_number(number: int) -> None:
    """Called with something else."""


@workflow.defn
class LeakingChild:
    @workflow.run
    async def run(self) -> None:
        raise ApplicationError(f"Child of {MARK}", {"name": MARK}, type="ChildBroke")


@workflow.defn
class Numbered:
    @workflow.run
    async def run(self, number: int) -> None:
        """Started with something else."""


@workflow.defn
class Leaking:
    def __init__(self) -> None:
        self._done = False

    @workflow.run
    async def run(self, how: str) -> None:
        match how:
            case "wait":
                await workflow.wait_condition(lambda: self._done)
            case "task":
                await workflow.sleep(0.01)
                raise ValueError(f"Workflow task of {MARK}")
            case "workflow":
                raise ApplicationError(f"Workflow of {MARK}", {"name": MARK}, type="Broke", non_retryable=True)
            case "arguments":
                await workflow.execute_activity("takes_a_number", how, start_to_close_timeout=SHORT, retry_policy=TWICE)
            case "child":
                await workflow.execute_child_workflow(LeakingChild.run, id=f"{workflow.info().workflow_id}/child")
            case "local":
                await workflow.execute_local_activity(leak, "smtp", start_to_close_timeout=SHORT, retry_policy=ONCE)
            case kind:
                await workflow.execute_activity(leak, kind, start_to_close_timeout=SHORT, retry_policy=TWICE)

    @workflow.update
    async def refuse(self, text: str) -> None:
        """Never accepted."""

    @refuse.validator
    def check_refuse(self, text: str) -> None:
        match text:
            case "ours":
                raise ApplicationError("De zaak is al gesloten.", type="Refused", non_retryable=True)
            case "code":
                raise RegisterDown("register.unavailable")
            case _:
                raise ValueError(f"Validator of {MARK}")

    @workflow.update
    async def fail(self) -> None:
        raise ApplicationError(f"Handler of {MARK}", {"name": MARK}, type="HandlerBroke")

    @workflow.update
    async def number(self, number: int) -> None:
        """Called with something else."""

    @workflow.query
    def ask(self, how: str) -> None:
        raise ValueError(f"Query of {MARK}")

    @workflow.query
    def ask_number(self, number: int) -> None:
        """Called with something else."""

    @workflow.signal
    def finish(self) -> None:
        self._done = True


@dataclass
class Place:
    """Where failures arise and everything that could keep them."""

    client: Client
    server: EmbeddedServer
    log: Path

    async def start(self, how: str, *, suffix: str = "") -> WorkflowHandle[Leaking, None]:
        workflow_id = f"{how}{suffix}"
        return await self.client.start_workflow(Leaking.run, how, id=workflow_id, task_queue="leaking")

    async def failure_of(self, how: str) -> BaseException:
        with pytest.raises(WorkflowFailureError) as failed:
            await (await self.start(how)).result()
        cause = failed.value.__cause__
        assert cause is not None
        return cause


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    folder = tmp_path_factory.mktemp("leaks")
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure(component="test", to=folder / "worker.log")
    root.handlers[:0] = before[0]
    async with EmbeddedServer(data=folder) as server:
        client = await connect(server.address, server.namespace)
        async with a_worker(client):
            place = Place(client, server, folder / "worker.log")
            yield place
            await search(place)
    root.handlers[:], root.level = before


async def search(place: Place) -> None:
    """What the tests of this file left behind has not a word of the exceptions' text."""
    async for execution in place.client.list_workflows():
        handle = place.client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = (await handle.fetch_history()).to_json()
        assert MARK not in history
        assert "stackTrace" not in history
    assert MARK.encode() not in stored_bytes(place.server)
    for log in (place.log, place.server.log):
        assert MARK not in log.read_text()


def a_worker(client: Client) -> Worker:
    return Worker(
        client,
        task_queue="leaking",
        workflows=[Leaking, LeakingChild, Numbered],
        activities=[leak, takes_a_number],
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=[CodedError],
    )


def texts(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield str(error)
        assert MARK not in repr(error)
        error = error.__cause__


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("smtp", "SMTPRecipientRefused"),
        ("sql", "OperationalError"),
        ("http", "HTTPStatusError"),
        ("pydantic", "ValidationError"),
    ],
)
async def test_a_failed_activity_is_known_by_its_type_name(place: Place, kind: str, name: str) -> None:
    error = await place.failure_of(kind)
    assert isinstance(error, ActivityError)
    assert list(texts(error))[:2] == ["Activity failed", f"{name}: {name}"]


async def test_a_code_of_ours_arrives_as_it_is(place: Place) -> None:
    cause = (await place.failure_of("code")).__cause__
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.message) == ("RegisterDown", "register.unavailable")


async def test_a_failed_local_activity_is_known_by_its_type_name(place: Place) -> None:
    assert list(texts(await place.failure_of("local"))) == ["SMTPRecipientRefused: SMTPRecipientRefused"]


async def test_a_failed_workflow_keeps_its_type_and_loses_its_text(place: Place) -> None:
    error = await place.failure_of("workflow")
    assert isinstance(error, ApplicationError)
    assert (error.type, error.message, list(error.details)) == ("Broke", "Broke", [])


async def test_a_failed_child_is_masked_on_both_sides(place: Place) -> None:
    error = await place.failure_of("child")
    assert isinstance(error, ChildWorkflowError)
    assert list(texts(error)) == ["Child workflow failed", "ChildBroke: ChildBroke"]


async def test_arguments_that_do_not_fit_an_activity(place: Place) -> None:
    assert list(texts(await place.failure_of("arguments"))) == [
        "Activity failed",
        "ApplicationError: ApplicationError",
        "ValidationError: ValidationError",
    ]


async def test_a_failing_workflow_task_is_known_by_its_type_name(place: Place) -> None:
    failure = await task_failure_of(await place.start("task"))
    assert failure.message == "ValueError"


async def test_a_start_whose_arguments_do_not_fit_fails_its_task_without_repeating_them(place: Place) -> None:
    handle = await place.client.start_workflow("Numbered", "seven", id="numbered", task_queue="leaking")
    failure = await task_failure_of(handle)
    assert (failure.message, failure.cause.message) == ("RuntimeError", "ValidationError")
    assert "seven" not in str(failure)


async def task_failure_of(handle: WorkflowHandle[Any, Any]) -> Failure:
    """The first failed workflow task; the workflow, which would try for ever, is ended."""
    async with asyncio.timeout(20):
        while True:
            async for event in handle.fetch_history_events():
                if event.HasField("workflow_task_failed_event_attributes"):
                    await handle.terminate(reason="test")
                    return event.workflow_task_failed_event_attributes.failure
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ours", "Refused: De zaak is al gesloten."),
        ("code", "RegisterDown: register.unavailable"),
        (MARK, "ValueError: ValueError"),
    ],
)
async def test_a_refused_update_says_our_sentence_and_nobody_elses(place: Place, text: str, expected: str) -> None:
    handle = await place.start("wait", suffix=f"-refuse-{expected.split(':')[0]}")
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await handle.execute_update(Leaking.refuse, text)
    assert str(failed.value.__cause__) == expected


async def test_a_failed_update_handler_keeps_its_type_and_loses_its_text(place: Place) -> None:
    handle = await place.start("wait", suffix="-handler")
    with pytest.raises(WorkflowUpdateFailedError) as failed:
        await handle.execute_update(Leaking.fail)
    assert str(failed.value.__cause__) == "HandlerBroke: HandlerBroke"


async def test_arguments_that_do_not_fit_an_update_or_a_query(place: Place) -> None:
    handle = await place.start("wait", suffix="-arguments")
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update("number", MARK)
    assert list(texts(refused.value.__cause__)) == ["RuntimeError: RuntimeError", "ValidationError: ValidationError"]
    with pytest.raises(WorkflowQueryFailedError) as failed:
        await handle.query("ask_number", MARK)
    assert MARK not in f"{failed.value!r} {failed.value.__cause__!r}"


async def test_a_failed_query_is_known_by_its_type_name(place: Place) -> None:
    handle = await place.start("wait", suffix="-query")
    with pytest.raises((WorkflowQueryFailedError, RPCError)) as failed:
        await handle.query(Leaking.ask, "now")
    assert MARK not in f"{failed.value!r} {failed.value.__cause__!r}"


async def test_the_search_would_have_found_it(tmp_path: Path) -> None:
    """The same workflow with the SDK's own failure converter leaks: `search` is able to see it."""
    async with EmbeddedServer(data=tmp_path) as server:
        client = await Client.connect(
            server.address, namespace=server.namespace, data_converter=pydantic_data_converter
        )
        async with a_worker(client):
            for kind in KINDS:
                handle = await client.start_workflow(Leaking.run, kind, id=kind, task_queue="leaking")
                with pytest.raises(WorkflowFailureError):
                    await handle.result()
                assert MARK in (await handle.fetch_history()).to_json()
        assert MARK.encode() in stored_bytes(server)


def stored_bytes(server: EmbeddedServer) -> bytes:
    with sqlite3.connect(server.database) as database:
        database.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return b"".join(path.read_bytes() for path in sorted(server.folder.glob("temporal.db*")))
