"""Histories without what differs from one recording of a journey to the next, or from one machine to another.

A journey is played on a real server within minutes of today, by a clock that is moved. Its recording therefore holds
today's date, random ids, the name of the machine and the events of the moved clock. Here the moments become those that
the journey believed in, cut off to the minute, with a `clock_offset` of zero; ids are numbered as they come; and what
no production server writes goes. What happened to the workflow, and what it decided by, stays as it was.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from tests.replay.golden import Document, events_of, is_payload, started_of

_MOVED_CLOCK = frozenset(
    {
        "EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED",
        "EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED",
    }
)
_DROPPED = frozenset(
    {
        # The server's own numbers and pauses, and a fingerprint of the worker's code.
        "taskId",
        "requestId",
        "historySizeBytes",
        "firstWorkflowTaskBackoff",
        "workerVersion",
        "meteringMetadata",
        # The moved clock, and a number that counts its events.
        "timeSkippingConfig",
        "timeSkippingStatePropagation",
        "parentInitiatedEventId",
    }
)
_MAPS = frozenset({"indexedFields"})
"""What has no order of its own in a message."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def neutral(documents: Mapping[str, Document]) -> dict[str, Document]:
    """The histories of one journey; an id that stands in several of them gets one number."""
    ids: dict[str, str] = {}
    return {name: _numbered(_without_moved_clock(_moved(document)), ids) for name, document in documents.items()}


# --- ids ---


def _numbered(document: Document, ids: dict[str, str]) -> Document:
    def number(found: re.Match[str]) -> str:
        return ids.setdefault(found.group(), f"00000000-0000-4000-8000-{len(ids) + 1:012}")

    numbered: Document = json.loads(_UUID.sub(number, json.dumps(document)))
    return numbered


def _without_moved_clock(document: Document) -> Document:
    kept = [event for event in events_of(document) if event["eventType"] not in _MOVED_CLOCK]
    numbers = {event["eventId"]: str(number) for number, event in enumerate(kept, start=1)}
    return {"events": _renumbered("", kept, numbers)}


def _renumbered(name: str, value: Any, numbers: Mapping[str, str]) -> Any:
    """With the new numbers wherever an event names itself or another one."""
    match value:
        case dict() if not is_payload(value):
            return {key: _renumbered(key, inner, numbers) for key, inner in value.items()}
        case list():
            return [_renumbered(name, inner, numbers) for inner in value]
        case str() if name.lower().endswith("eventid"):
            return numbers[value]
        case _:
            return value


# --- moments, and everything else ---


def _moved(document: Document) -> Document:
    moved: Document = _Moving(_offset_of(document)).part("", document)
    return moved


def _offset_of(document: Document) -> timedelta:
    """How far the workflow's clock was from that of the server."""
    [start] = started_of(document)["input"]["payloads"]
    return _DURATION.validate_python(start["content"]["clock_offset"])


class _Moving:
    """Takes one history to the time in which it was played, and the machine out of it."""

    def __init__(self, offset: timedelta) -> None:
        self._offset = offset

    def part(self, name: str, value: Any) -> Any:
        """Something that the server or a worker wrote, found under this name."""
        match value:
            case dict() if is_payload(value):
                return {key: self._content(value[key]) if key == "content" else value[key] for key in sorted(value)}
            case {"kind": "TASK_QUEUE_KIND_STICKY"}:
                return {**value, "name": "sticky"}
            case dict():
                order = sorted(value) if name in _MAPS else value
                return {key: self.part(key, value[key]) for key in order if key not in _DROPPED}
            case list():
                parts = [self.part(name, inner) for inner in value]
                return sorted(parts) if name == "coreUsedFlags" else parts
            case str() if name == "identity":
                return "worker"
            case str() if name == "startToFireTimeout":
                return _whole_minutes(value)
            case str() if _MOMENT.fullmatch(value):
                return _written(_read(value) + self._offset)
            case _:
                return value

    def _content(self, value: Any) -> Any:
        """Something that a workflow or an activity said. Its moments are those of the journey already."""
        match value:
            case {"seconds": int(seconds), "nanos": int(nanos), **rest} if not rest:
                # Except in what the worker notes of a local activity.
                moved = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanos // 1000) + self._offset
                return {"seconds": int(_cut(moved).timestamp()), "nanos": 0}
            case dict():
                return {key: "PT0S" if key == "clock_offset" else self._content(inner) for key, inner in value.items()}
            case list():
                return [self._content(inner) for inner in value]
            case str() if _MOMENT.fullmatch(value):
                return _written(_read(value))
            case _:
                return value


def _whole_minutes(duration: str) -> str:
    """Rounded, for it ends at a whole minute and began a moment after one; a short one is as it was meant."""
    seconds = float(duration.removesuffix("s"))
    return f"{round(seconds / 60) * 60}s" if seconds > 60 else duration


def _read(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _written(moment: datetime) -> str:
    return f"{_cut(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _cut(moment: datetime) -> datetime:
    # Every term ends at a whole minute, so what was due stays due, and what was not yet stays not yet.
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)
