"""Today's workflows replay every recorded history; and the recordings hold nothing that they may not hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.workflow import NondeterminismError

from tests.canary.evidence import numbers_of
from tests.canary.marks import PEOPLE, marked
from tests.canary.search import findings, found_in
from tests.replay import table
from tests.replay.golden import CASE, HISTORIES, Document, document_of, documents, events_of, history_of, read, type_of
from tests.replay.journeys import JOURNEYS
from tests.replay.replaying import replayer
from worker import WORKFLOWS

MOST_EVENTS = 150
FILES = documents()
CASES = [file for file in FILES if file.stem == CASE]
ONE_OF_EACH = documents(HISTORIES / "never-reached")
NUMBERS = numbers_of([marked(number) for number in range(PEOPLE)])


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def scheduled(document: Document) -> Iterator[Document]:
    """The activities that the history names."""
    for event in events_of(document):
        if (attributes := event.get("activityTaskScheduledEventAttributes")) is not None:
            yield attributes["activityType"]


def in_the_worker(document: Document) -> Iterator[Document]:
    """What the worker noted of activities that it ran itself."""
    for event in events_of(document):
        if (attributes := event.get("markerRecordedEventAttributes")) is not None:
            yield attributes["details"]["data"]["payloads"][0]["content"]


@pytest.mark.parametrize("file", FILES, ids=name_of)
async def test_todays_workflows_replay_a_recorded_history(file: Path) -> None:
    await replayer().replay_workflow(history_of(read(file)))


@pytest.mark.parametrize("file", ONE_OF_EACH, ids=name_of)
async def test_a_history_in_which_another_activity_ran_is_refused(file: Path) -> None:
    document = read(file)
    next(scheduled(document))["name"] = "forget_everything"
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history_of(document))


async def test_a_history_in_which_another_local_activity_ran_is_refused() -> None:
    document = read(HISTORIES / "never-reached" / f"{CASE}.json")
    next(in_the_worker(document))["activity_type"] = "forget_everything"
    with pytest.raises(NondeterminismError):
        await replayer().replay_workflow(history_of(document))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_says_all_that_its_history_says(file: Path) -> None:
    assert document_of(history_of(read(file))) == read(file)


def test_no_recorded_history_holds_anything_personal() -> None:
    assert findings({name_of(file): file.read_bytes() for file in FILES}, numbers=NUMBERS) == []


@pytest.mark.parametrize("kind", ["surname", "bsn", "phone", "email"])
def test_the_search_finds_what_is_planted_in_a_history(kind: str) -> None:
    value = getattr(marked(1).person, kind)
    text = json.dumps(read(ONE_OF_EACH[0])).replace("woonstee", getattr(value, "text", value))
    assert found_in({"planted": text.encode()}, numbers=NUMBERS) == {"planted"}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_recorded_history_names_no_machine_and_no_folder(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    # A worker's identity is `1234@machine`; an absolute path begins its text, or a part of it.
    assert re.findall(r'.*@.*|.*["\s]/\w.*', text) == []


@pytest.mark.parametrize("file", CASES, ids=name_of)
def test_the_history_of_a_case_has_at_most_150_events(file: Path) -> None:
    assert len(events_of(read(file))) <= MOST_EVENTS


def test_every_workflow_was_recorded() -> None:
    recorded = {type_of(read(file)) for file in FILES}
    assert recorded == {workflow.__name__.removesuffix("Workflow") for workflow in WORKFLOWS}


def test_every_journey_has_a_recorded_case_and_nothing_else_was_recorded() -> None:
    assert {file.parent.name for file in CASES} == {file.parent.name for file in FILES} == set(JOURNEYS)


def test_the_table_of_the_histories_is_true() -> None:
    assert table.FILE.read_text(encoding="utf-8") == table.written()
